"""Front matter that is plain is read without YAML, and means what YAML says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.frontmatter import FrontMatterError, plain, whole

WORDS = st.text(
    "abcXYZ019 .,:;#'\"-_/()[]{}&*!|>%@`?=+~<\\\n\t\x85\xa0éß中\u2028\ufeff\U0001f600", max_size=12
)
PLAIN = st.from_regex(r"[A-Za-z0-9(./_é][A-Za-z0-9 .,:;#'\"/()é&=-]{0,12}", fullmatch=True)
KEYS = st.sampled_from(
    [*"abcdefghij", "title", "date", "a-b", "_x", "null", "Title", "1st", "é", "<<", "a b", ""]
)
VALUES = st.one_of(
    PLAIN,
    PLAIN.map(lambda text: f'"{text}"'),
    PLAIN.map(lambda text: f"'{text}'"),
    st.lists(PLAIN, max_size=3).map(lambda texts: f"[{', '.join(texts)}]"),
    st.lists(PLAIN, min_size=1, max_size=3).map(
        lambda texts: "".join(f"\n- {one}" for one in texts)
    ),
    st.lists(PLAIN, min_size=1, max_size=3).map(
        lambda texts: "".join(f"\n  - {one}" for one in texts)
    ),
    st.sampled_from(
        ["", "~", "null", "No", "2026-11-20 09:00", "1:30", "[]", "[ ]", ">", "|", "- x"]
    ),
    WORDS,
)
COLONS = st.sampled_from([": "] * 6 + [":", ":   ", " : "])
LINES = st.tuples(KEYS, COLONS, VALUES, st.sampled_from(["", "", " "]))
FRONTS = st.lists(LINES, max_size=4, unique_by=lambda line: line[0]).map(
    lambda lines: "".join("".join(line) + "\n" for line in lines)
)


def by_yaml(front):
    try:
        return whole.read(front, fast=False)
    except FrontMatterError:
        return None


def test_what_is_read_as_plain_means_the_same_in_yaml():
    answered = []

    @settings(max_examples=600)
    @given(FRONTS)
    def means_the_same(front):
        found = plain.read(front)
        answered.append(bool(found))
        assert found is None or found == by_yaml(front)

    means_the_same()
    # A test that asks of nothing but what is left to YAML would say little.
    assert answered.count(True) > len(answered) / 10


@settings(max_examples=300)
@given(st.text("ab:- #'\"[],\n", max_size=30))
def test_nothing_short_is_read_as_plain_that_means_something_else_in_yaml(front):
    found = plain.read(front)
    assert found is None or found == by_yaml(front)


def test_front_matter_as_people_write_it_is_plain():
    front = (
        'title: "Backs: why they hurt"\ndate: 2026-11-20 09:00\ntags: [back pain, work-life]\n'
        "author: Ann O'Neill\nslug: why-backs-hurt\ndescription: All of it, in (nearly) one line.\n"
        "image: images/back.png\nimage_alt: 'A back'\ndraft: no\nauthors:\n  - Ann\n  - Ben\n"
    )
    assert plain.read(front) == whole.read(front, fast=False)
    assert plain.read("") == {}
