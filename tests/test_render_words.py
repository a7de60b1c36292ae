"""What people wrote arrives as they wrote it, and no provider runs it."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syndicate import render, theme
from syndicate.config import Theme
from syndicate.models import Article, Picture, Where

SYNTAXES = (
    "{{ x }}",
    "{{{x}}}",
    "{% x %}",
    "*|X|*",
    "%recipient.x%",
    "<%x%>",
    "[[x]]",
    "%%x%%",
)
STORY = Article(
    id="tag:example.org,2024:story",
    slug="story",
    title="Story",
    url="https://example.org/story/",
    published=datetime(2026, 11, 20, tzinfo=UTC),
    updated=datetime(2026, 11, 20, tzinfo=UTC),
    authors=("Ada",),
    tags=("back-pain",),
    description="",
    image=Picture("https://example.org/a.jpg", "A", 1200, 675),
    language="en",
    lead=False,
    email=True,
    feed=True,
    draft=False,
    body_hash="",
    where=Where("articles/x.md"),
    html="",
    text="",
    summary="What there is to say.",
    minutes=4,
)


def drawn(**changes):
    return render.draft(
        render.Edition(
            issue="weekly-2026-W48",
            number=48,
            date=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            newsletter="Weekly",
            site=render.Imprint("Back Matters", "https://example.org/", "1 Example Street"),
            articles=(replace(STORY, **changes),),
            palette=theme.derive(Theme()),
        )
    )


class Read(HTMLParser):
    """All texts and values of attributes, as a browser reads them."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.values = [], []
        self.feed(html)

    def handle_starttag(self, _, attrs):
        self.values += attrs

    def handle_data(self, data):
        self.texts.append(data)


WORDS_LIKE_MARKUP = (
    'Say class="foo" twice',
    "Say class='sheet' twice",
    'style="color: red; margin: 0"',
    "<p style='color: red; margin: 0'> and <b class=\"x\">",
    "<!-- class=\"foo\" & &amp; 'said' -->",
    '&{x; &amp; "y"} stays',
    "<!-- never closed",
    "<style>.a{b: c, d}</style>",
)


@pytest.mark.parametrize("words", WORDS_LIKE_MARKUP)
def test_words_that_look_like_markup_arrive_as_written(words):
    image = replace(STORY.image, alt=words)
    read = Read(drawn(title=words, summary=words, image=image).html)
    assert read.texts.count(words) >= 3
    assert {("alt", words), ("aria-label", words)} <= set(read.values)


@settings(max_examples=60, deadline=None)
@given(
    syntax=st.sampled_from(SYNTAXES),
    around=st.sampled_from(
        (
            ("", ""),
            ("<!-- ", " -->"),
            ("<!--", "-->"),
            ("<!-- \"'", "' -->"),
            ("<!-- ", ""),
            ("--> ", " <!--"),
            ("<![CDATA[ ", " ]]>"),
            ("&{ ", " }"),
            ("<style>", "</style>"),
            ("\"'><style> ", " </style>"),
        )
    ),
    field=st.sampled_from(("title", "summary", "alt", "authors", "tags")),
)
def test_no_merge_tag_is_live_wherever_people_wrote_it(syntax, around, field):
    words = syntax.join(around)
    changes = {
        "title": {"title": words},
        "summary": {"summary": words},
        "alt": {"image": replace(STORY.image, alt=words)},
        "authors": {"authors": (words,)},
        "tags": {"tags": (words,)},
    }[field]
    html = drawn(**changes).html
    plain = re.sub(
        r"<style>[^<]*</style>|<!--\[if mso\]>.*?<!\[endif\]-->", "", html, flags=re.DOTALL
    )
    assert not re.search(r"[{}]|\*\||\|\*|%%|\[\[|\]\]|%recipient\.|(<|&lt;)%|%(>|&gt;)", plain)
