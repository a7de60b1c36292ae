from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from syndicate.errors import ConfigError
from syndicate.models import Head, Identity, Where
from syndicate.sources.identities import answered, questions, remembered
from syndicate.sources.ids import assign
from syndicate.sources.kept import load, save
from syndicate.sources.likeness import alike, telling

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def head(path, slug="a", body="hash", given=""):
    return Head(
        id=given,
        slug=slug,
        title="A",
        url="https://site.example/a/",
        published=DAY,
        updated=DAY,
        authors=(),
        tags=(),
        description="",
        image=None,
        language="en",
        lead=False,
        email=True,
        feed=True,
        draft=False,
        body_hash=body,
        where=Where(path, 5),
    )


def ids(heads, known=None, present=None):
    present = {one.where.path for one in heads} if present is None else present
    named = assign(heads, known or {}, present=present, authority="site.example", since=2024)
    return [one.id for one in named]


def test_a_new_article_gets_a_tag_with_the_year_of_the_site():
    assert ids([head("a.md", "why-backs-hurt")]) == ["tag:site.example,2024:why-backs-hurt"]


def test_a_new_id_is_ascii_whatever_the_slug():
    assert ids([head("a.md", "über")]) == ["tag:site.example,2024:%C3%BCber"]


def test_front_matter_has_the_last_word():
    known = {"a.md": Identity("old", "a", "hash")}
    assert ids([head("a.md", given="mine")], known) == ["mine"]


@pytest.mark.parametrize(
    ("article", "present"),
    [
        (head("a.md", "new", "new"), {"a.md"}),
        (head("b.md", "a", "new"), {"b.md"}),
        (head("b.md", "new", "hash"), {"b.md"}),
    ],
    ids=["its title and text changed", "its file was renamed", "all but its text changed"],
)
def test_an_article_keeps_its_id_when(article, present):
    assert ids([article], {"a.md": Identity("first", "a", "hash")}, present) == ["first"]


def test_a_copy_of_an_article_that_is_still_there_is_new():
    known = {"a.md": Identity("first", "a", "hash")}
    copy, original = head("b.md", "b", "hash"), head("a.md", "a", "hash")
    assert ids([original, copy], known) == ["first", "tag:site.example,2024:b"]
    # Also where the original cannot be read just now:
    assert ids([copy], known, {"a.md", "b.md"}) == ["tag:site.example,2024:b"]


def test_an_id_is_given_once_to_the_article_that_is_surest_of_it():
    known = {"a.md": Identity("first", "a", "hash")}
    same_text, same_slug = head("b.md", "b", "hash"), head("c.md", "a", "other")
    assert ids([same_text, same_slug], known) == ["tag:site.example,2024:b", "first"]


def test_articles_that_swap_their_files_names_keep_the_ids_of_the_files():
    known = {"a.md": Identity("one", "a", "x"), "b.md": Identity("two", "b", "y")}
    assert ids([head("a.md", "b", "y"), head("b.md", "a", "x")], known) == ["one", "two"]


def test_a_new_id_is_nobody_else_s_not_even_that_of_an_article_that_is_gone():
    tag = "tag:site.example,2024:a"
    known = {"gone.md": Identity(tag, "another-slug", "other")}
    assert ids([head("a.md", "a", "new")], known) == [f"{tag}-2"]
    assert ids([head("a.md", given=tag), head("b.md", "a")]) == [tag, f"{tag}-2"]


names = st.sampled_from("abcd")
identities = st.builds(Identity, st.sampled_from(["1", "2", "3", "4"]), names, names)


@given(
    st.dictionaries(names, st.tuples(names, names), max_size=4),
    st.dictionaries(names, identities, max_size=4),
)
def test_no_two_articles_ever_share_an_id_and_a_second_run_changes_nothing(articles, known):
    heads = [head(path, slug, body) for path, (slug, body) in articles.items()]
    named = assign(heads, known, present=articles, authority="s", since=1)
    assert len({one.id for one in named}) == len(named)
    kept = remembered(named, known)
    assert assign(heads, kept, present=articles, authority="s", since=1) == named
    assert remembered(named, kept) == kept


def test_what_is_not_there_now_is_still_remembered_and_what_moved_is_not():
    known = {
        "gone.md": Identity("gone", "gone", "x"),
        "old.md": Identity("moved", "m", "y"),
    }
    assert remembered([head("new.md", "m", "y", "moved")], known) == {
        "gone.md": Identity("gone", "gone", "x"),
        "new.md": Identity("moved", "m", "y", "A", "2026-11-20"),
    }


def test_ids_are_saved_and_loaded_one_a_line(tmp_path):
    path = tmp_path / "state" / "ids.json"
    known = {"b.md": Identity("ü", "b", "y"), "a.md": Identity("1", "a", "x")}
    assert load(path) == {}
    assert save(path, known)
    assert path.read_text(encoding="utf-8") == (
        '{\n"a.md": {"id":"1","slug":"a","body_hash":"x"},\n'
        '"b.md": {"id":"ü","slug":"b","body_hash":"y"}\n}\n'
    )
    assert load(path) == known
    assert not save(path, known)


def test_no_ids_are_saved_as_such(tmp_path):
    save(tmp_path / "ids.json", {})
    assert load(tmp_path / "ids.json") == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"a.md": {"id": 1}}',
        b'{"a.md": {"id": "", "slug": "", "body_hash": ""}}',
        b"\xff",
        b'{"a.md": null}',
        b"<<<<<<< HEAD\n{}",
    ],
)
def test_broken_ids_stop_everything_since_old_articles_would_be_mailed_again(tmp_path, data):
    path = tmp_path / "ids.json"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"ids\.json cannot be read: .*bring back its last good"):
        load(path)


def test_an_unreadable_file_of_ids_is_said(tmp_path):
    with pytest.raises(ConfigError, match="Is a directory"):
        load(tmp_path)


WORDS = "stretching shoulder blades carefully against the doorframe strengthens something"


def described(slug, title, day="2026-11-20", body="old", words=WORDS):
    return Identity(f"tag:s,1:{slug}", slug, body, title, day, telling(words))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (described("x", "Quite different", "2026-11-20", words="other"), True),
        (described("x", "Quite different", "2026-01-01", words=f"Now, {WORDS} more"), True),
        (described("x", "Better stretching in the morning", "2026-01-01", words=""), True),
        (described("x", "Stretching", "2026-01-01", words="other"), False),
        (described("x", "Quite different", "2026-01-01", words="unrelated"), False),
        (Identity("x", "x", "x"), False),
    ],
    ids=["the same day", "words in common", "half the title", "one word", "nothing", "untold"],
)
def test_what_may_be_one_article_is_alike(other, expected):
    assert alike(described("a", "Stretching every morning"), other) is expected
    assert alike(other, described("a", "Stretching every morning")) is expected


def read(files, known):
    """Read heads given as (path, slug, title, day, body); give ids, what to remember, questions."""
    heads = [
        replace(
            head(path, slug, body), title=title, published=datetime.fromisoformat(f"{day}T09:00Z")
        )
        for path, slug, title, day, body in files
    ]
    words = {one.where.path: telling(one.body_hash) for one in heads}
    present = {one.where.path for one in heads}
    named = assign(heads, known, present=present, authority="s", since=1)
    kept = remembered(named, known, words, present=present)
    return named, kept, questions(named, kept)


OLD = ("old.md", "old", "An old hat", "2026-11-01", "felt")
REWRITTEN = ("new.md", "new", "A cap", "2026-11-01", "wool")
REUSED = ("old.md", "old", "Another thing", "2026-11-20", "wood")


def test_an_article_renamed_and_rewritten_at_once_is_a_question_until_it_is_answered():
    _, known, asked = read([OLD], {})
    assert asked == {}
    for _ in range(2):
        _, known, asked = read([REWRITTEN], known)
        ((question,),) = asked.values()
        assert question.title == "An old hat"
        assert (question.other, question.reused) == ("tag:s,1:old", False)
    (same,), _, asked = read([REWRITTEN], answered(known, question, "new", same=True))
    assert (same.id, asked) == ("tag:s,1:old", {})
    (other,), _, asked = read([REWRITTEN], answered(known, question, "new", same=False))
    assert (other.id, asked) == ("tag:s,1:new", {})


def test_a_file_used_again_for_a_wholly_different_article_is_a_question():
    _, known, _ = read([OLD], {})
    for _ in range(2):
        (one,), known, asked = read([REUSED], known)
        ((question,),) = asked.values()
        assert (question.other, question.reused) == (one.id, True)
    (same,), kept, asked = read([REUSED], answered(known, question, "old", same=True))
    assert (same.id, asked) == ("tag:s,1:old", {})
    assert read([REUSED], kept)[2] == {}
    (other,), kept, asked = read([REUSED], answered(known, question, "old", same=False))
    assert (other.id, asked) == ("tag:s,1:old-2", {})
    assert read([REUSED], kept)[2] == {}


def test_the_id_of_an_article_whose_file_was_used_again_is_never_given_again():
    _, known, _ = read([OLD], {})
    _, known, asked = read([REUSED], known)
    ((question,),) = asked.values()
    known = answered(known, question, "old", same=False)
    _, known, _ = read([], known)
    (one,), _, _ = read([("third.md", "old", "Third", "2025-01-01", "x")], known)
    assert one.id not in {"tag:s,1:old", ""}


def test_a_question_goes_when_the_file_comes_back():
    _, known, _ = read([OLD], {})
    _, known, _ = read([REWRITTEN], known)
    assert read([OLD, REWRITTEN], known)[2] == {}
    _, known, _ = read([OLD], {})
    _, known, _ = read([REUSED], known)
    assert read([OLD], known)[2] == {}


def test_two_articles_that_swap_their_files_are_no_question():
    second = ("two.md", "two", "Two", "2025-11-01", "iron")
    _, known, _ = read([OLD, second], {})
    swapped = [("old.md", "old", *second[2:]), ("two.md", "two", *OLD[2:])]
    assert read(swapped, known)[2] == {}
