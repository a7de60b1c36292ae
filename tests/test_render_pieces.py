"""The pieces of an issue: sections, notes, invitations, words of all languages, counted visits."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import render, theme, tokens
from syndicate.config import Theme
from syndicate.errors import TemplateError
from syndicate.models import Article, Picture, Where
from syndicate.render import inline, naming, notes, plaintext, templates, utm, words
from syndicate.render.filters import FOR_HTML, FOR_TEXT

HOME = "https://example.org/"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "ar", "ja")


def article(number, **changes):
    facts = Article(
        id=f"tag:example.org,2024:{number}",
        slug=f"story-{number}",
        title=f"Story {number}",
        url=f"{HOME}story-{number}/",
        published=datetime(2026, 11, 20, tzinfo=UTC),
        updated=datetime(2026, 11, 20, tzinfo=UTC),
        authors=("Ada",),
        tags=("back-pain",),
        description="",
        image=None,
        language="en",
        lead=False,
        email=True,
        feed=True,
        draft=False,
        body_hash="",
        where=Where("articles/x.md"),
        html="",
        text="",
        summary=f"What there is to say of story {number}.",
        minutes=4,
    )
    return msgspec.structs.replace(facts, **changes)


def edition(*articles, **changes):
    facts = render.Edition(
        issue="weekly-2026-W48",
        number=48,
        date=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        newsletter="Weekly",
        site=render.Imprint("Back Matters", HOME, "1 Example Street"),
        articles=articles or tuple(article(number) for number in range(1, 6)),
        palette=theme.derive(Theme()),
        archive_url=f"{HOME}issues/weekly-2026-W48/",
    )
    return replace(facts, **changes)


class Outline(HTMLParser):
    """Headings and links in order, each with its words."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.links, self._open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch(r"h[1-6]", tag):
            self._open.append([tag, ""])
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        if self._open and self._open[-1][0] == tag:
            self.headings.append(tuple(self._open.pop()))

    def handle_data(self, data):
        for heading in self._open:
            heading[1] += data


def test_sections_stand_under_their_headings_and_the_rest_comes_last():
    all_five = [article(number) for number in range(1, 6)]
    drawn = render.draft(
        edition(*all_five, sections=(("At work", (all_five[3],)), ("At home", (all_five[1],))))
    )
    assert Outline(drawn.html).headings == [
        ("h1", "Weekly"),
        ("h2", "Story 1"),
        ("h2", "At work"),
        ("h3", "Story 4"),
        ("h2", "At home"),
        ("h3", "Story 2"),
        ("h2", "More stories"),
        ("h3", "Story 3"),
        ("h3", "Story 5"),
    ]
    order = [line for line in drawn.text.splitlines() if re.match(r"Story|At |More", line)]
    expected = "Story 1|At work|Story 4|At home|Story 2|More stories|Story 3|Story 5"
    assert "|".join(order) == expected


def test_cells_reach_over_the_pictures_only_where_there_are_some():
    image = Picture(f"{HOME}a.jpg", "A", 288, 216)
    assert "colspan" not in render.draft(edition(article(1, image=image), article(2))).html
    html = render.draft(edition(article(1), article(2), article(3, image=image))).html
    assert html.count("colspan") == 1


def test_a_section_without_articles_is_left_out():
    assert "At sea" not in render.draft(edition(sections=(("At sea", ()),))).html


def test_an_article_mailed_before_is_labelled():
    drawn = render.draft(edition(updated=frozenset({"tag:example.org,2024:2"})))
    assert drawn.html.count(">Updated<") == drawn.text.count("Updated · ") == 1


@pytest.mark.parametrize(
    ("more", "expected"), [(1, "and one more on Back Matters"), (7, "and 7 more on Back Matters")]
)
def test_what_an_issue_does_not_name_is_counted(more, expected):
    drawn = render.draft(edition(more=more))
    assert expected in drawn.html
    assert f"{expected}\n{HOME}" in drawn.text


def test_an_invitation_has_a_button_and_stands_in_both_parts():
    cta = render.Invitation("Join us", "Two afternoons <online>.", "Save a seat", f"{HOME}join")
    drawn = render.draft(edition(cta=cta))
    assert f"{HOME}join" in Outline(drawn.html).links
    assert "Two afternoons &lt;online&gt;." in drawn.html
    assert f"Save a seat:\n{HOME}join" in drawn.text


def test_preferences_stand_in_the_footer_where_there_are_any():
    drawn = render.draft(edition(preferences_url=f"{HOME}preferences"))
    assert f"{HOME}preferences" in Outline(drawn.html).links
    assert f"Preferences:\n{HOME}preferences" in drawn.text
    assert "Preferences" not in render.draft(edition()).html


def test_a_note_keeps_a_few_elements_and_gives_its_addresses_below_each_paragraph():
    note = notes.read(
        "# Hello\n\nRead [this](/a?b=1&c=2), or <https://example.org/x>.\n\n"
        "1. one\n2. [two](https://e.org/)\n\n"
        "![x](https://e.org/x.png)<script>alert(1)</script>",
        HOME,
    )
    assert note.html == (
        '<p class="p"><b>Hello</b></p>\n<p class="p">Read <a class="link acc" '
        'href="https://example.org/a?b=1&amp;c=2">this</a>, or <a class="link acc" '
        'href="https://example.org/x">https://example.org/x</a>.</p>\n<ol class="list">\n'
        '<li>one</li>\n<li><a class="link acc" href="https://e.org/">two</a></li>\n</ol>'
    )
    assert note.text == (
        "Hello\n\nRead this, or example.org/x.\nhttps://example.org/a?b=1&c=2\n"
        "https://example.org/x\n\n1. one\n2. two\n   https://e.org/"
    )


def test_a_note_and_a_closing_stand_around_the_stories():
    drawn = render.draft(edition(note="Good *morning*.", closing="Until next week."))
    body = drawn.html.partition("</head>")[2]
    places = [body.index(part) for part in ("Good <em>morning", ">Story 1<", "Until next")]
    assert places == sorted(places)
    places = [drawn.text.index(part) for part in ("Good morning", "Story 1\n", "Until next")]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_in_its_own_words(language):
    fixed = words.words(language, templates.builtin())
    english = words.words("en", templates.builtin())
    assert fixed.unsubscribe != english.unsubscribe or language == "en"
    for count in (0, 1, 2, 3, 11, 100):
        assert words.counted(language, fixed.minutes, count)
        assert "Site" in words.counted(language, fixed.more, count, site="Site")
    assert "{number}" in fixed.issue
    assert "{newsletter}" in fixed.why
    drawn = render.draft(edition(language=language, more=3, preferences_url=f"{HOME}p"))
    assert fixed.unsubscribe in drawn.html
    assert fixed.unsubscribe in drawn.text


def test_arabic_counts_as_arabic_does():
    fixed = words.words("ar", templates.builtin())
    forms = [words.counted("ar", fixed.minutes, count) for count in (1, 2, 3, 11, 100)]
    assert forms == [
        "دقيقة قراءة",
        "دقيقتا قراءة",
        "3 دقائق قراءة",
        "11 دقيقة قراءة",
        "100 دقيقة قراءة",
    ]


def test_a_language_from_right_to_left_is_mirrored():
    image = Picture(f"{HOME}a.jpg", "A", 288, 216)
    site = render.Imprint("Site", HOME, "1 Street", help_line="023 8000 0000")
    stories = [article(1, image=image), article(2, image=image), article(3, language="ar")]
    html = render.draft(edition(*stories, language="ar", site=site)).html
    left = render.draft(edition(*stories, site=site)).html
    assert ("float:left" in html, "float:right" in left) == (True, True)
    assert ("padding:27px 20px 26px 0" in html, "padding:27px 0 26px 20px" in left) == (True, True)
    assert re.search(r'<a href="tel:02380000000"[^>]* dir="ltr"', html)
    assert re.search(r'<h2[^>]* lang="en" dir="ltr"', html)
    assert re.search(r'<h2[^>]* lang="ar" dir="rtl"', left)


def own_words(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "words.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_site_changes_words_and_adds_a_language(tmp_path):
    everything = (templates.builtin() / "words.toml").read_text(encoding="utf-8")
    swedish = everything.partition("[en]")[2].partition("[de]")[0].replace("Unsubscribe", "Sluta")
    own_words(tmp_path, f'[en]\nread = "Go on"\n[en-GB]\nread = "Carry on"\n[sv]{swedish}')
    for language, expected in {"en": "Go on", "en-GB": "Carry on", "sv": "Sluta"}.items():
        assert expected in render.draft(edition(language=language, folder=tmp_path)).html


def test_a_changed_file_of_words_counts_at_once(tmp_path):
    own_words(tmp_path, '[en]\nread = "One"')
    assert ">One<" in render.draft(edition(folder=tmp_path)).html
    own_words(tmp_path, '[en]\nread = "Two, and longer"')
    assert "Two, and longer" in render.draft(edition(folder=tmp_path)).html


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[en", "templates/words.toml cannot be read"),
        ('read = "x"', "read stands in no language"),
        ('[en]\nreed = "x"', r'\[en\] reed is not a word of ours. Did you mean "read"'),
        ("[en]\nread = 3", "should be text in quotes"),
        ('[en]\nmore = { one = "x" }', "other must be there"),
        ('[en]\nmore = { other = "x", lots = "y" }', "forms out of few, many"),
        ('[sv]\nread = "Läs"', r"\[sv\] needs words for issue, minutes"),
    ],
)
def test_a_mistake_among_the_words_is_said_with_its_place(tmp_path, text, complaint):
    folder = own_words(tmp_path / "templates", text)
    with pytest.raises(TemplateError, match=complaint):
        render.draft(edition(folder=folder, language="sv"))


VISITS = {"source": "newsletter", "medium": "email"}
ADDED = "utm_source=newsletter&utm_medium=email&utm_campaign=weekly-2026-W48"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{HOME}a/", f"{HOME}a/?{ADDED}"),
        (f"{HOME}a/?b=1#c", f"{HOME}a/?b=1&{ADDED}#c"),
        ("https://www.example.org/a", f"https://www.example.org/a?{ADDED}"),
        (
            f"{HOME}?utm_source=x",
            f"{HOME}?utm_source=x&utm_medium=email&utm_campaign=weekly-2026-W48",
        ),
        (
            f"{HOME}?q=a%20b&utm_medium=",
            f"{HOME}?q=a%20b&utm_medium=&{ADDED}".replace("&utm_medium=email", ""),
        ),
        ("https://elsewhere.org/a", "https://elsewhere.org/a"),
        ("https://sub.example.org/a", "https://sub.example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+4423", "tel:+4423"),
        ("#top", "#top"),
        (tokens.token("unsubscribe_url"), tokens.token("unsubscribe_url")),
        (HOME + tokens.token("code"), HOME + tokens.token("code")),
        ("https://[broken", "https://[broken"),
    ],
)
def test_visits_are_counted_on_our_own_pages_only(address, expected):
    assert utm.tagger(HOME, VISITS, "weekly-2026-W48")(address) == expected


def test_without_parameters_no_address_changes():
    assert utm.tagger(HOME, {"source": ""}, "i")(f"{HOME}a") == f"{HOME}a"


@given(st.text("ab/?#&=%.:", max_size=20))
def test_counting_visits_twice_changes_nothing_more(tail):
    tagged = utm.tagger(HOME, VISITS, "i")
    once = tagged(HOME + tail)
    assert tagged(once) == once
    assert urlsplit(once).fragment == urlsplit(HOME + tail).fragment
    assert parse_qs(urlsplit(once).query)["utm_source"]


def test_a_link_is_the_same_in_html_and_text_and_on_the_page():
    drawn = render.draft(
        edition(
            utm=VISITS,
            note=f"[x]({HOME}note)",
            cta=render.Invitation("T", "", "L", f"{HOME}join"),
            also_new=(article(9),),
            more=2,
        )
    )
    page = render.web(drawn.html, archive_url=f"{HOME}issues/weekly-2026-W48/")
    for path in ("story-1/", "story-2/", "story-9/", "note", "join", ""):
        address = f"{HOME}{path}?{ADDED}"
        assert address in Outline(drawn.html).links
        assert address in Outline(page).links
        assert address in drawn.text.splitlines() or f"   {address}" in drawn.text.splitlines()
    assert f"{HOME}issues/weekly-2026-W48/" in drawn.text.splitlines()
    assert "utm_" not in "".join(re.findall(tokens.OPEN + ".*?" + tokens.CLOSE, drawn.html))


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


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_token_becomes_a_providers_own_syntax_byte_for_byte_wherever_it_stands(tmp_path, syntax):
    (tmp_path / "digest.html.j2").write_text(
        '{% extends "builtin/digest.html.j2" %}{% block intro %}<tr><td>'
        '<a href="{{ recipient.page | or("") }}">Hi {{ recipient.name | or("you") }}</a>'
        '<a href="https://example.org/?u={{ recipient.code | or("") }}&amp;v=1">x</a>'
        "</td></tr>{% endblock %}",
        encoding="utf-8",
    )
    html = render.draft(edition(folder=tmp_path)).html
    written = tokens.substitute(html, lambda name, _: syntax.replace("x", name).replace("X", name))

    def tag(name):
        return syntax.replace("x", name).replace("X", name)

    assert f'<a href="{tag("page")}">Hi {tag("name")}</a>' in written
    assert f'<a href="https://example.org/?u={tag("code")}&amp;v=1">' in written


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_text_that_looks_like_a_merge_tag_arrives_as_written(syntax):
    title = f"On {syntax} and more"
    url = f"{HOME}?q={syntax.replace('<', '%3C').replace('>', '%3E').replace(' ', '')}"
    drawn = render.draft(
        edition(article(1, title=title, summary=title, url=url), note=f"Why `{syntax}`?")
    )
    body = re.sub(r"<style.*?</style>|<!--.*?-->", "", drawn.html, flags=re.DOTALL)
    assert syntax not in body
    assert unescape(body).count(title) >= 3
    assert url in Outline(drawn.html).links
    assert drawn.text.count(title) == 2
    assert f"Why {syntax}?" in drawn.text


@pytest.mark.parametrize("look", sorted(theme.LOOKS))
def test_a_long_word_and_a_long_address_may_break_in_every_look(look):
    word, address = "x" * 60, f"{HOME}{'a' * 280}"
    drawn = render.draft(
        edition(article(1, title=f"{word} {address}"), palette=theme.derive(Theme(name=look)))
    )
    assert drawn.html.count("word-break:break-word") == 2
    assert "x" * 31 not in drawn.html.split("</head>")[1].split("<table", 1)[1]


@pytest.mark.parametrize("look", sorted(theme.LOOKS))
def test_every_look_is_light_and_says_the_same(look):
    image = Picture(f"{HOME}a.jpg", "A", 1200, 675)
    stories = [
        article(n, image=image, summary="A sentence of a usual length. " * 5) for n in "abcdef"
    ]
    drawn = render.draft(edition(*stories, palette=theme.derive(Theme(name=look))))
    [block] = re.findall(r"<style>(.*?)</style>", drawn.html, flags=re.DOTALL)
    assert len(drawn.html.encode()) <= 15_500
    assert len(block.encode()) <= 2048
    assert drawn.text == render.draft(edition(*stories)).text


def test_rules_for_classes_that_nothing_has_are_not_even_inlined():
    css = "".join(f".idle{number}{{color:red}}\n" for number in range(3000))
    head = f"<head><style>{css}.a{{color:red}}</style></head>"
    html = f'<html>{head}<body><p class="a">x</p></body></html>'
    assert '<p style="color:red">' in inline.inline(html)


def test_no_line_starts_with_a_sign_that_closes():
    assert plaintext.wrap("漢漢漢漢。漢漢「漢」漢", 8) == "漢漢漢\n漢。漢漢\n「漢」漢"


def test_items_of_a_list_hang_below_their_first_word():
    text = "- " + "word " * 12 + "\n- short\n\n10. " + "漢" * 30
    assert plaintext.wrap(text, 30) == (
        "- word word word word word\n  word word word word word\n  word word\n- short\n\n"
        "10. 漢漢漢漢漢漢漢漢漢漢漢漢漢\n    漢漢漢漢漢漢漢漢漢漢漢漢漢\n    漢漢漢漢"
    )


DOCS = Path(__file__).parents[1] / "docs"
THEMES = (DOCS / "themes.md").read_text(encoding="utf-8")
TEMPLATES = (DOCS / "reference" / "templates.md").read_text(encoding="utf-8")


def rows(heading):
    """Give the first column of a table of the page about templates."""
    section = TEMPLATES.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| .+ \|$", section, re.MULTILINE)


def full_edition(**changes):
    """An edition in which there is something for every name."""
    shown = article(1, image=Picture("https://b.example/a.png", "A", 1200, 675))
    logo = Picture("https://b.example/logo.png", "Logo", 200, 40)
    return edition(
        shown,
        article(2),
        **{
            "also_new": (article(3),),
            "more": 2,
            "note": "A note.",
            "closing": "Bye.",
            "cta": render.Invitation("Come", "Do.", "Come", "https://b.example/come"),
            "site": render.Imprint("B", "https://b.example/", "1 Street", "01", "No.", logo),
            **changes,
        },
    )


@pytest.mark.parametrize("look", sorted(theme.LOOKS))
@pytest.mark.parametrize(
    ("width", "words"), [(40, 'alt="" role="presentation"'), (200, 'alt="Logo"')]
)
def test_words_stand_for_a_logo_only_where_they_have_room(width, words, look):
    logo = Picture("https://b.example/logo.png", "Logo", width, 40)
    site = render.Imprint("B", "https://b.example/", "1 Street", "01", "No.", logo)
    drawn = render.draft(full_edition(site=site, palette=theme.derive(Theme(name=look)))).html
    assert f'src="https://b.example/logo.png" {words}' in drawn


def test_every_look_is_shown_on_the_page_about_them():
    assert all(f"pictures/{look}.png" in THEMES for look in theme.LOOKS)


def test_the_page_about_templates_names_exactly_what_they_get():
    assert set(rows("Names")) == naming.names(full_edition()).keys() | {"subject", "preheader"}
    source = (templates.builtin() / "digest.html.j2").read_text().partition("-#}")[2]
    blocks = re.findall(r"{% block (\w+)", source)
    assert TEMPLATES.partition("## Blocks\n\n")[2].partition(".\n")[0] == ", ".join(
        f"`{block}`" for block in blocks
    )
    filters = {name.partition("(")[0] for name in rows("Filters")}
    assert filters == {name for name, _ in (*FOR_HTML, *FOR_TEXT)}


NOUNS = {
    "Articles": "lead",
    "Pictures": "lead.image",
    "`site`": "site",
    "`note` and `closing`": "note",
    "`cta`": "cta",
    "`light` and `dark`": "light",
    "`shape`": "shape",
    "`words`": "words",
}


def test_whatever_the_page_about_templates_names_is_there_in_a_real_issue(tmp_path):
    asked = [*rows("Names")]
    for heading, name in NOUNS.items():
        found = rows(heading)
        assert found, heading
        asked += [f"{name}.{field}" for field in found]
    asked += [f"closing.{field}" for field in rows("`note` and `closing`")]
    asked += [f"dark.{field}" for field in rows("`light` and `dark`")]
    told = "".join(f"{{% if {name} is defined %}}\n{name}\n{{% endif %}}\n" for name in asked)
    leave = "{{ unsubscribe_url }}\n"
    (tmp_path / "told.txt.j2").write_text(told + leave, encoding="utf-8")
    (tmp_path / "told.html.j2").write_text(f"<html><body>{leave}</body></html>", encoding="utf-8")
    drawn = render.draft(full_edition(folder=tmp_path, template="told"))
    assert drawn.text.splitlines()[: len(asked)] == asked


def test_the_words_on_the_page_about_looks_work(tmp_path):
    [example] = re.findall(r"```toml\n(\[de-AT\]\n.*?)```", THEMES, flags=re.DOTALL)
    own_words(tmp_path, example)
    html = render.draft(edition(folder=tmp_path, language="de-AT", more=2)).html
    assert "und noch 2 auf Back Matters" in html
    assert "Abmelden" in html
