# ruff: noqa: RUF001 -- typographic marks are what is tested
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate import tokens
from syndicate.excerpts import excerpt
from syndicate.text import (
    SLUG_LENGTH,
    clean,
    nearest,
    one_line,
    quote,
    reading_minutes,
    slugify,
    unfit,
)

ANY = st.text(st.characters(), max_size=200)


@given(ANY)
@example("\ufdd0name\ufdd2there\ufdd1")
@example("\r\n\r\n")
def test_no_cleaned_text_can_hold_a_token_or_a_character_that_xml_forbids(text):
    cleaned = clean(text)
    assert tokens.names(cleaned) == ()
    for sign in cleaned:
        assert sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}
        assert not 0xFDD0 <= ord(sign) <= 0xFDEF
        assert ord(sign) & 0xFFFE != 0xFFFE
    assert cleaned == clean(cleaned)


def test_cleaning_knows_every_character_there_is():
    gone = [sign for sign in map(chr, range(0x110000)) if sign != "\r" and not clean(sign)]
    assert len(gone) == 65 - 3 + 2048 + 66  # C0, C1 and DEL but \t \n \r; surrogates; noncharacters


def test_cleaning_leaves_people_s_text_as_they_wrote_it():
    text = "Cafe\u0301 naïve 日本語 שלום 👩‍👩‍👧 \ue000 \u2028 a\tb\nc {{name}} %recipient%"
    assert text == clean(text)


def test_all_line_ends_become_one_kind():
    assert clean("a\r\nb\rc\n") == "a\nb\nc\n"


def test_the_character_that_goes_is_named_with_its_line():
    assert unfit("a\r\nb\rc\x07") == ("U+0007", 3)
    assert unfit("fine\n") is None


def test_one_line_joins_words_whatever_stands_between_them():
    assert one_line(" a \n\t b\u2028c\u00a0d\x07 ") == "a b c d"


def test_a_quoted_value_is_short_and_on_one_line():
    assert quote("a\nb") == '"a b"'
    assert quote("x" * 100, 10) == '"xxxxxxxxx…"'


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Why Backs Hurt", "why-backs-hurt"),
        ("  Don’t panic: it's 50% better!  ", "dont-panic-its-50-better"),
        ("Über Ärzte", "über-ärzte"),
        ("U\u0308ber", "über"),
        ("腰痛について", "腰痛について"),
        ("../../etc/passwd", "etc-passwd"),
        ("snake_case v1.2", "snake_case-v1-2"),
        ("!!!", ""),
        ("___", ""),
        ("", ""),
    ],
)
def test_a_slug_keeps_letters_and_digits_of_any_script(title, slug):
    assert slugify(title) == slug


def test_a_long_slug_ends_with_a_whole_word():
    assert slugify("word " * 50) == "-".join(["word"] * 16)
    assert slugify("x" * 300) == "x" * SLUG_LENGTH


@given(ANY)
@example("İstanbul")
@example("\u0345A\u0300")
def test_a_slug_is_safe_in_an_address_and_in_a_file_name(title):
    slug = slugify(title)
    assert len(slug) <= SLUG_LENGTH
    assert slug == "" or not set(slug) & set("/\\?#%&:;<>\"' \n\t.")
    assert slug == slugify(slug)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Short.", 100, "Short."),
        ("One two. Three four. Five six.", 22, "One two. Three four."),
        ("See e.g. Dr. Smith. He is in.", 22, "See e.g. Dr. Smith."),
        ("It costs 3.5 euros now. Go.", 24, "It costs 3.5 euros now."),
        ("Ask J. R. Tolkien now. And so on, and so on.", 24, "Ask J. R. Tolkien now."),
        ("Am 3. Mai war es so. Danach nicht mehr.", 22, "Am 3. Mai war es so."),
        ("“Why?” she asked me. Nobody knew it.", 25, "“Why?” she asked me."),
        ("It is No. 5 here. Not No. 6.", 20, "It is No. 5 here."),
        ("He said “No.” Then he went away.", 16, "He said “No.”"),
        ("腰が痛い。それは普通です。医者に聞く。", 14, "腰が痛い。それは普通です。"),
        ("Really?! Yes... Maybe so it is.", 18, "Really?! Yes..."),
        ("No end in sight here", 12, "No end in…"),
        ("Heading\n\nA first sentence that is long.", 20, "Heading"),
        ("It comes in three:\n\nOne. And two. And three.", 24, "It comes in three: One."),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
    ],
)
def test_an_excerpt_ends_where_a_sentence_ends(text, limit, expected):
    assert excerpt(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        (
            "We tried it. It cures pain. However, only in mice, and not always.",
            30,
            "We tried it.",
        ),
        ("It cures pain. But only in mice, and not in all of them.", 30, "It cures pain. …"),
        ("Es hilft. Aber nur manchmal, und nur Mäusen.", 20, "Es hilft. …"),
    ],
)
def test_an_excerpt_never_drops_the_sentence_that_limits_a_claim_unseen(text, limit, expected):
    assert excerpt(text, limit) == expected


@given(st.text(st.sampled_from("ab A.!?。 \n,“”3"), max_size=120), st.integers(2, 80))
def test_an_excerpt_is_a_start_of_the_text_within_its_limit(text, limit):
    found, line = excerpt(text, limit), one_line(text)
    assert len(found) <= limit
    assert line.startswith(found.removesuffix("…").rstrip())
    if len(line) > limit:
        assert len(found) < len(line)


def test_an_excerpt_of_a_very_long_text_looks_at_its_start_only():
    assert excerpt("One. " * 1_000_000, 12) == "One. One."


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("", 1), ("word " * 220, 1), ("word " * 700, 3), ("字" * 1320, 3), ("ab 字" * 0, 1)],
)
def test_reading_time_counts_words_and_ideographs(text, minutes):
    assert reading_minutes(text) == minutes


def test_the_nearest_known_word_is_offered_and_nothing_far_away():
    known = ("title", "tags", "description")
    assert nearest("Titel", known) == "title"
    assert nearest("descripton", known) == "description"
    assert nearest("zebra", known) is None
