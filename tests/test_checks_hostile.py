"""No article and no template makes a check fall over, or think for long."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

import corpus
from check_examples import of_message, open_folder
from syndicate import checks, config, prose
from syndicate.checks.articles.base import prose as prose_only
from syndicate.checks.articles.base import without_code
from syndicate.markup import render

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEALTH = "\n[checks]\nhealth = true\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile")
    corpus.write(root)
    (root / "syndicate.toml").write_text(corpus.CONFIG + HEALTH, "utf-8")
    return config.load(root / "syndicate.toml")


def test_every_check_bears_every_article_of_the_corpus(hostile):
    source = open_folder(hostile)
    reading = source.read()
    assert len(reading.heads) >= corpus.CARRIED
    known = {check.name for check in checks.TABLE}
    for head in reading.heads:
        found = checks.of_article(source.manuscript(head), hostile, NOW)
        assert {one.name for one in found} <= known
        last = len((hostile.root / head.where.path).read_text("utf-8-sig").split("\n"))
        assert all(one.where.line is None or 1 <= one.where.line <= last for one in found)
    assert {one.name for one in reading.findings} <= known


LONG = 50_000


@pytest.mark.parametrize(
    "body",
    [
        "<!--" * LONG,
        "cure " * LONG,
        "`a " * LONG,
        "\u201c" * LONG,
        "*a" * LONG,
        "[" * LONG,
        "](" * LONG,
        "{{" * LONG,
        "```a\n" * LONG,
        "~~~\n```\n" * LONG,
        "~" * LONG + "\n" * LONG,
        "".join("~" * number + "\n" for number in range(999, 2, -1)),
        "![img" + "\u3000" * LONG + "x](a.png)",
        "\u00a9 " * LONG,
        "see " * LONG,
        "http://a.example/ " * LONG,
    ],
    ids=lambda body: body[:8],
)
def test_no_pattern_takes_the_square_of_the_time(hostile, body):
    """One that did would need hours for this."""
    source = open_folder(hostile)
    plain = source.manuscript(source.read().heads[0])
    found = checks.of_article(replace(plain, body=body), hostile, NOW)
    assert len(found) <= 100 * len(checks.TABLE)


@given(st.text())
@settings(max_examples=200)
def test_blanking_what_is_no_prose_keeps_every_sign_in_its_place(text):
    for blanked in (prose_only(text), without_code(text)):
        assert len(blanked) == len(text)
        assert [sign == "\n" for sign in blanked] == [sign == "\n" for sign in text]


@given(st.text(st.sampled_from(list("<>ab/\"'= \n;:{}#-!ptd\x00\ufdd0\ud800")) | st.characters()))
@settings(max_examples=200)
def test_whatever_a_template_makes_the_checks_bear_it(tmp_path_factory, html):
    found = of_message({"message": {"html": html, "text": html}}, tmp_path_factory.getbasetemp())
    assert {one.name for one in found} <= {check.name for check in checks.TABLE}


def test_mending_leaves_the_words_of_every_hostile_article_alone(hostile):
    source = open_folder(hostile)
    settings_with = structs.replace(
        hostile, site=structs.replace(hostile.site, disclaimer="For information only.")
    )
    for head in source.read().heads:
        manuscript = source.manuscript(head)
        done = checks.mend(manuscript, settings_with, NOW)
        before = prose.plain(render(manuscript.body, head.url).html)
        after = prose.plain(render(done.body, head.url).html)
        assert after.removesuffix("For information only.").rstrip() == before
