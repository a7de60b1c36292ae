import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from syndicate.frontmatter import (
    DEPTH,
    SIZE,
    FrontMatterError,
    List,
    Parts,
    Scalar,
    Table,
    parse,
    split,
)
from syndicate.text import clean

BOTH = pytest.mark.parametrize("fast", [True, False], ids=["libyaml", "pure Python"])


def refusal(front, *, fast=True):
    with pytest.raises(FrontMatterError) as raised:
        parse(front, fast=fast)
    return raised.value.line, raised.value.text


def test_a_file_is_taken_apart_at_its_fences():
    assert split("---\ntitle: A\ndate: B\n---\n\nBody\n---\n") == Parts(
        "title: A\ndate: B\n", "\nBody\n---\n", 5
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--- \n---\t", Parts("", "", 3)),
        ("---\na: b\n...\nBody", Parts("a: b\n", "Body", 4)),
        ("---\na: b---\n---", Parts("a: b---\n", "", 4)),
    ],
)
def test_fences_may_have_spaces_and_an_empty_body_is_one(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty."),
        ("\n \n", "the file is empty."),
        ("# Just Markdown", "there is no front matter."),
        ("----\na: b\n----", "there is no front matter."),
        ("---\ntitle: A\nBody", "the front matter has no end."),
        ("---", "the front matter has no end."),
        ("---\n" + "x: y\n" * SIZE + "---", "the front matter is longer than 64 KB."),
    ],
)
def test_a_file_without_its_fences_is_refused_in_words(text, reason):
    with pytest.raises(FrontMatterError) as raised:
        split(text)
    assert (raised.value.line, raised.value.text) == (1, reason)
    assert "three hyphens" in raised.value.fix
    assert str(raised.value).startswith(reason)


@BOTH
def test_every_value_stays_the_text_that_people_wrote(fast):
    front = 'title: 2024\ndraft: No\ndate: 2026-11-20\nratio: 1:30\nhex: 0x1F\nq: "no"\n'
    assert {key: value.text for key, value in parse(front, fast=fast).items()} == {
        "title": "2024",
        "draft": "No",
        "date": "2026-11-20",
        "ratio": "1:30",
        "hex": "0x1F",
        "q": "no",
    }


@BOTH
def test_nothing_is_told_from_an_empty_text(fast):
    assert parse("a:\nb: ~\nc: null\nd: ''\ne: '~'\n", fast=fast) == {
        "a": Scalar("", 2, null=True),
        "b": Scalar("~", 3, null=True),
        "c": Scalar("null", 4, null=True),
        "d": Scalar("", 5, quoted=True),
        "e": Scalar("~", 6, quoted=True),
    }


@BOTH
def test_lists_and_mappings_know_their_lines(fast):
    assert parse("tags:\n  - a\n  - b\nauthor: {name: Ann}\n", fast=fast) == {
        "tags": List((Scalar("a", 3), Scalar("b", 4)), 3),
        "author": Table({"name": Scalar("Ann", 5)}, 5),
    }


@BOTH
def test_empty_front_matter_has_no_keys(fast):
    assert parse("", fast=fast) == {}
    assert parse("# a comment\n", fast=fast) == {}


@BOTH
@pytest.mark.parametrize(
    ("front", "line", "reason"),
    [
        ("a: b\nc: &x d", 3, "the front matter uses the YAML anchor x."),
        ("a: *x", 2, "the front matter uses the YAML anchor x."),
        (
            "a: !!python/object:os.x y",
            2,
            "the front matter uses the YAML tag !!python/object:os.x.",
        ),
        ("a: !!str y", 2, "the front matter uses the YAML tag !!str."),
        ("a: [!x y]", 2, "the front matter uses the YAML tag !x."),
        ("!!map {a: b}", 2, "the front matter uses the YAML tag !!map."),
        ("a: !!seq [b]", 2, "the front matter uses the YAML tag !!seq."),
        ("!!x a: b", 2, "a key of the front matter is not a word."),
        ("a: b\n<<: {c: d}", 3, "the front matter uses the YAML merge key <<."),
        ("a: b\nc: d\na: e", 4, '"a" stands there twice, first on line 2.'),
        ("- a", 2, "the front matter is not a list of keys and values."),
        ("title", 2, "the front matter is not a list of keys and values."),
        ("? [a]\n: b", 2, "a key of the front matter is not a word."),
        ("a: {b: {c: {d: {e: f}}}}", 2, "lists or mappings stand more than 4 deep in each other."),
        ("a: b: c", 2, "the front matter cannot be read: there is a second colon."),
        ("a: b\nc: 'd", 3, "the front matter cannot be read: a quotation mark is not closed."),
        (
            "a: b\nc: @d",
            3,
            "the front matter cannot be read: a value starts with a sign of YAML's own.",
        ),
    ],
)
def test_what_front_matter_must_not_hold_is_refused_with_its_line(front, line, reason, fast):
    assert refusal(front, fast=fast) == (line, reason)


@BOTH
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_no_depth_exhausts_the_stack(opening, fast):
    _, reason = refusal("a:\n " + opening * 15_000, fast=fast)
    assert reason == "lists or mappings stand more than 4 deep in each other."


@BOTH
def test_a_bomb_of_aliases_is_refused_before_it_grows(fast):
    bomb = "a: &a [x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refusal(bomb, fast=fast) == (2, "the front matter uses the YAML anchor a.")


def values(depth):
    scalar = st.text(st.characters(codec="utf-8"), max_size=12).map(clean)
    if depth == 0:
        return scalar
    inner = values(depth - 1)
    return scalar | st.lists(inner, max_size=3) | st.dictionaries(scalar, inner, max_size=3)


def plain(value):
    match value:
        case Scalar(text):
            return text
        case List(items):
            return [plain(item) for item in items]
        case Table(entries):
            return {key: plain(item) for key, item in entries.items()}
    return {key: plain(item) for key, item in value.items()}


@given(st.dictionaries(st.text("ab<~ é:", max_size=5), values(DEPTH - 1), min_size=1, max_size=4))
def test_what_yaml_writes_is_read_back(keys):
    front = yaml.safe_dump(keys, allow_unicode=True)
    assume("&" not in front and "*" not in front)
    assert plain(parse(front)) == keys
    assert parse(front) == parse(front, fast=False)


@given(st.text(st.sampled_from("ab: \n-[]{}'\"#&*!|>?,~<\\"), max_size=60))
def test_no_front_matter_does_worse_than_being_refused(front):
    for fast in (True, False):
        try:
            assert isinstance(parse(front, fast=fast), dict)
        except FrontMatterError as error:
            assert 2 <= error.line <= front.count("\n") + 3  # noqa: PT017 -- most of it is not YAML
