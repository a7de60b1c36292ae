"""The render room: what goes out reads everywhere, says nothing it should not, and stays itself."""

import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import render, theme, tokens
from syndicate.config import Theme
from syndicate.errors import TemplateError
from syndicate.models import Article, Picture, Where
from syndicate.render import plaintext, words
from syndicate.render import tokens as on_the_way
from syndicate.render.filters import clip, fit, soften, telephone

GOLDEN = Path(__file__).parent / "golden" / "render"
UNSUBSCRIBE = tokens.token("unsubscribe_url")
LOOKS_LIKE_TAGS = "{{ x }} {{{y}}} {% z %} *|A|* %recipient.b% %%c%% [[d]] <% e %> {$f} ${g}"


def article(title, **changes):
    slug = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")[:40] or "untitled"
    facts = Article(
        id=f"tag:example.org,2024:{slug}",
        slug=slug,
        title=title,
        url=f"https://example.org/{slug}/",
        published=datetime(2026, 11, 20, tzinfo=UTC),
        updated=datetime(2026, 11, 20, tzinfo=UTC),
        authors=("Ada",),
        tags=("back-pain",),
        description="",
        image=None,
        language="en-GB",
        lead=False,
        email=True,
        feed=True,
        draft=False,
        body_hash="",
        where=Where("articles/x.md"),
        html="",
        text="",
        summary=f"What there is to say of: {title}.",
        minutes=4,
    )
    return msgspec.structs.replace(facts, **changes)


def picture(name):
    return Picture(f"https://example.org/images/{name}.jpg", f"A drawing of a {name}", 1200, 675)


def edition(*articles, **changes):
    facts = render.Edition(
        issue="weekly-2026-W48",
        number=48,
        date=datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/London")),
        newsletter="Back Matters Weekly",
        site=render.Imprint(
            "Back Matters", "https://example.org/", "1 Example Street, Southampton"
        ),
        articles=articles or (article("Why backs hurt"),),
        palette=theme.derive(Theme()),
        language="en-GB",
        archive_url="https://example.org/issues/weekly-2026-W48/",
    )
    return replace(facts, **changes)


def site_template(folder, name, source):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(source, encoding="utf-8")
    return folder


class Reader(HTMLParser):
    """What a mail client makes of HTML: texts, links, and the attributes of every element."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.links, self.elements = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


GOLDEN_EDITIONS = {
    "full": edition(
        article("Why backs hurt", image=picture("spine")),
        article("The ten-minute walk", image=picture("walk"), tags=()),
        article("Sit <less>, & “move” more", minutes=11),
        also_new=(article("A better desk"),),
        note="Good morning.\n\nThree stories this week.",
        site=render.Imprint(
            "Back Matters",
            "https://example.org/",
            "1 Example Street, Southampton",
            "023 8000 0000",
            "For information only.",
            Picture("https://example.org/images/logo.png", "", 240, 240),
        ),
    ),
    "plain": edition(article("Only words"), archive_url=""),
    "whole": edition(
        article("Why backs hurt"),
        article("The ten-minute walk", image=picture("walk")),
        article("A better desk"),
        sections=(("At work", (article("A better desk"),)),),
        updated=frozenset({article("A better desk").id}),
        also_new=(article("Kettle time"),),
        more=3,
        note="Good *morning*, and [welcome](/welcome).\n\n- one\n- two",
        closing="Until **next week**.",
        cta=render.Invitation(
            "Join us", "Two afternoons, online.", "Save a seat", "https://example.org/join"
        ),
        utm={"source": "newsletter"},
        preferences_url="https://example.org/preferences",
        palette=theme.derive(Theme(name="gazette")),
    ),
    "arabic": edition(
        article("لماذا يؤلمنا ظهرنا", language="ar", image=picture("spine")),
        article("A better desk", image=picture("desk")),
        language="ar",
        more=2,
        palette=theme.derive(Theme(name="signal")),
    ),
}


@pytest.mark.parametrize("name", GOLDEN_EDITIONS)
def test_an_issue_is_drawn_as_it_was_agreed(name):
    """After a change that is meant, run with SYNDICATE_GOLDEN=write, and read the diff."""
    drawn = render.draft(GOLDEN_EDITIONS[name])
    page = render.web(drawn.html, archive_url=GOLDEN_EDITIONS[name].archive_url)
    for suffix, actual in {".html": drawn.html, ".txt": drawn.text, ".web.html": page}.items():
        path = GOLDEN / f"{name}{suffix}"
        if os.environ.get("SYNDICATE_GOLDEN") == "write":
            path.write_text(actual, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == actual


def test_the_same_edition_gives_the_same_bytes():
    assert render.draft(edition()) == render.draft(edition())


def test_the_recipients_own_address_to_unsubscribe_is_in_both_parts_byte_for_byte():
    drawn = render.draft(edition())
    assert f'href="{UNSUBSCRIBE}"' in drawn.html
    assert UNSUBSCRIBE in drawn.text.splitlines()
    assert tokens.names(drawn.html) == tokens.names(drawn.text) == ("unsubscribe_url",)


def test_a_column_reaches_text_and_link_and_subject_with_its_fallback(tmp_path):
    site_template(
        tmp_path,
        "digest.html.j2",
        '{% extends "builtin/digest.html.j2" %}{% block intro %}<tr><td>'
        '<a href="https://example.org/?u={{ recipient.code | or("a&b") }}">'
        'Hi {{ recipient.name | or("you <3") }}</a></td></tr>{% endblock %}',
    )
    drawn = render.draft(
        edition(folder=tmp_path, subject='{{ recipient.name | or("Reader") }}, {{ lead.title }}')
    )
    assert f"Hi {tokens.token('name', 'you &lt;3')}" in drawn.html
    assert f'href="https://example.org/?u={tokens.token("code", "a&amp;b")}"' in drawn.html
    assert drawn.subject == f"{tokens.token('name', 'Reader')}, Why backs hurt"
    assert f"<title>{tokens.token('name', 'Reader')}, Why backs hurt</title>" in drawn.html


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("{{ recipient.name }}", 'recipient.name | or("there")'),
        ("{{ recipient.name or 'you' }}", 'recipient.name | or("there")'),
        ("{% if recipient.name %}x{% endif %}", "is not known yet"),
        ("{{ recipient.Name | or('x') }}", '"Name" cannot be a column'),
        ("{{ lead.title | or('x') }}", "is for columns"),
        ("{{ leed.title }}", "'leed' is undefined"),
        ("{{ lead.titel }}", "no attribute 'titel'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ lead.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_what_a_template_gets_wrong_is_said_with_file_and_line(tmp_path, expression, complaint):
    folder = site_template(tmp_path / "templates", "digest.html.j2", f"<html>\n\n{expression}\n")
    with pytest.raises(TemplateError) as wrong:
        render.draft(edition(folder=folder))
    assert str(wrong.value).startswith("templates/digest.html.j2:3: ")
    assert complaint in str(wrong.value)


def test_a_syntax_error_is_said_with_file_and_line(tmp_path):
    folder = site_template(tmp_path / "templates", "digest.txt.j2", "one\n{% if %}\n")
    with pytest.raises(TemplateError, match=r"^templates/digest\.txt\.j2:2: "):
        render.draft(edition(folder=folder))


def test_a_mistake_in_a_block_of_a_template_that_extends_names_that_file(tmp_path):
    source = '{% extends "builtin/digest.html.j2" %}\n{% block intro %}\n{{ nope }}\n{% endblock %}'
    folder = site_template(tmp_path / "templates", "digest.html.j2", source)
    with pytest.raises(TemplateError, match=r"^templates/digest\.html\.j2:3: 'nope' is undefined"):
        render.draft(edition(folder=folder))


def test_a_mistake_in_the_subject_names_the_key():
    with pytest.raises(TemplateError, match=r"\[newsletters\] subject = .*'led' is undefined"):
        render.draft(edition(subject="{{ led.title }}"))


def test_a_subject_that_comes_out_empty_is_refused():
    with pytest.raises(TemplateError, match="is empty for this issue"):
        render.draft(edition(subject="{{ '' }}"))


def test_a_template_that_is_nowhere_is_named(tmp_path):
    with pytest.raises(TemplateError, match=r'no template "nope\.html\.j2" in'):
        render.draft(edition(template="nope", folder=tmp_path))


def test_a_template_cannot_reach_out_of_its_folder(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    source = '{% include "../secret.txt" %}'
    folder = site_template(tmp_path / "templates", "digest.html.j2", source)
    with pytest.raises(TemplateError, match="no template"):
        render.draft(edition(folder=folder))


def test_an_issue_that_nobody_could_unsubscribe_from_is_refused(tmp_path):
    folder = site_template(tmp_path, "digest.html.j2", "<html><body>Hello</body></html>")
    with pytest.raises(TemplateError, match="HTML part has no link to unsubscribe"):
        render.draft(edition(folder=folder))


def test_a_token_that_cannot_survive_is_refused(tmp_path):
    source = "<html><style>.{{ unsubscribe_url }}{color:red}</style><p>x</p>"
    folder = site_template(tmp_path, "digest.html.j2", source)
    with pytest.raises(TemplateError, match="does not survive"):
        render.draft(edition(folder=folder))


def test_a_sites_own_template_comes_first_and_can_extend_the_built_in_one(tmp_path):
    site_template(
        tmp_path,
        "digest.html.j2",
        '{% extends "builtin/digest.html.j2" %}'
        '{% block intro %}<tr><td class="text">House rules.</td></tr>{% endblock %}',
    )
    drawn = render.draft(edition(folder=tmp_path))
    assert "House rules." in drawn.html
    assert "Why backs hurt" in drawn.html


def test_a_sites_own_css_is_inlined_in_place_of_the_built_in_one(tmp_path):
    site_template(tmp_path, "inline.css", ".brand{letter-spacing:1px}")
    drawn = render.draft(edition(folder=tmp_path))
    assert 'style="letter-spacing:1px"' in drawn.html


def test_articles_speak_of_merge_tags_and_no_provider_runs_them():
    title, url = f"On {LOOKS_LIKE_TAGS}", "https://example.org/?a={{x}}&b=*|Y|*"
    drawn = render.draft(edition(article(title, summary=title, url=url), note=title))
    outside = re.sub(r"<style.*?</style>|<!--.*?-->", "", drawn.html, flags=re.DOTALL)
    for sign in ("{", "}", "*|", "|*", "%%", "[[", "]]", "%recipient.", "<%", "%>"):
        assert sign not in outside
    reader = Reader(drawn.html)
    assert title in reader.texts
    assert url in reader.links
    assert title == drawn.subject
    assert LOOKS_LIKE_TAGS in " ".join(drawn.text.split())


def test_a_token_that_an_address_imitates_stays_an_address():
    url = "https://example.org/?u=%EF%B7%90unsubscribe_url%EF%B7%91"
    drawn = render.draft(edition(article("Sly", url=url)))
    assert f'href="{url}"' in drawn.html
    assert drawn.html.count(UNSUBSCRIBE) == 1


def test_titles_and_texts_are_text_and_never_markup():
    title = "<script>alert('1')</script> \"quoted\" & 'said'"
    drawn = render.draft(
        edition(article(title, image=msgspec.structs.replace(picture("x"), alt=title)))
    )
    reader = Reader(drawn.html)
    assert reader.all("script") == []
    assert title in reader.texts
    assert reader.all("img")[0]["alt"] == title
    assert drawn.text.splitlines().count(title) == 1


def test_nothing_is_fetched_while_an_issue_is_drawn(monkeypatch):
    def refuse(*_):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert all(render.draft(one).html for one in GOLDEN_EDITIONS.values())


@pytest.mark.parametrize(
    ("css", "complaint"),
    [
        ("@import url(http://127.0.0.1:9/x.css);", "would fetch"),
        ("@IMPORT 'http://127.0.0.1:9/x.css';", "would fetch"),
        (r"@\69mport url(http://127.0.0.1:9/x.css);", "would fetch"),
        ("@media (max-width:9px){.a{color:red}}", "belongs into head.css"),
        ("/* note */.a{color:red}", "is a comment"),
        (".a:is(.b,.c){color:red}", "comma inside brackets"),
        ('a[title="x,y"]{color:red}', "comma inside brackets"),
        (r".a{content:'\201C'}", "is an escape"),
    ],
)
def test_css_that_would_be_fetched_or_damaged_is_refused(tmp_path, css, complaint):
    site_template(tmp_path, "inline.css", css)
    with pytest.raises(TemplateError, match=complaint):
        render.draft(edition(folder=tmp_path))


@pytest.mark.parametrize(
    ("addition", "complaint"),
    [
        ('<link rel="stylesheet" href="http://127.0.0.1:9/x.css">', "would fetch"),
        ("<style>@import url(http://127.0.0.1:9/x.css);", "never closed"),
        (
            '<style data-premailer="ignore">@import url(http://127.0.0.1:9/x);</style>',
            "would fetch",
        ),
    ],
)
def test_html_that_would_be_fetched_is_refused(tmp_path, addition, complaint):
    source = (
        '{% extends "builtin/digest.html.j2" %}{% block footer %}' + addition + "{% endblock %}"
    )
    site_template(tmp_path, "digest.html.j2", source)
    with pytest.raises(TemplateError, match=complaint):
        render.draft(edition(folder=tmp_path))


def test_what_only_a_style_block_can_do_is_kept_with_its_importance():
    html = render.draft(GOLDEN_EDITIONS["full"]).html
    [block] = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert "prefers-color-scheme:dark" in block
    assert "[data-ogsc]" in block
    assert "[data-ogsb]" in block
    inside = re.findall(r"\{([^{}]*)\}", block.split("supported-color-schemes", 1)[1])
    for declaration in ";".join(inside[1:]).split(";"):
        assert declaration.endswith("!important")
    assert len(block.encode()) <= 2048


def test_no_class_is_left_that_no_rule_speaks_of():
    html = render.draft(GOLDEN_EDITIONS["full"]).html
    [block] = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
    assert {name for name in used if f".{name}" not in block} == set()


def test_a_message_can_be_heard_as_well_as_seen():
    reader = Reader(render.draft(GOLDEN_EDITIONS["full"]).html)
    assert all(table["role"] == "presentation" for table in reader.all("table"))
    assert all("alt" in image for image in reader.all("img"))
    assert len(reader.all("h1")) == 1
    [html], [article_div] = reader.all("html"), [d for d in reader.all("div") if "role" in d]
    assert (
        (html["lang"], html["dir"]) == (article_div["lang"], article_div["dir"]) == ("en-GB", "ltr")
    )
    hidden = [link for link in reader.all("a") if "aria-hidden" in link]
    assert [link["tabindex"] for link in hidden] == ["-1"]


@pytest.mark.parametrize(
    ("language", "direction", "date"),
    [
        ("en-GB", "ltr", "23 November 2026"),
        ("en-US", "ltr", "November 23, 2026"),
        ("de", "ltr", "23. November 2026"),
        ("he", "rtl", "23 בנובמבר 2026"),
        ("ar", "rtl", "23 نوفمبر 2026"),
        ("sr-Latn", "ltr", "23. novembar 2026"),
        ("tlh", "ltr", "November 23, 2026"),
    ],
)
def test_date_and_direction_follow_the_language(language, direction, date):
    drawn = render.draft(edition(language=language))
    assert f'<html lang="{language}" dir="{direction}"' in drawn.html
    assert date in drawn.html
    assert words.direction(language) == direction


def test_the_written_date_is_that_of_the_sites_zone():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert "24 November 2026" in render.draft(edition(date=late)).text


def test_an_article_in_another_language_says_so():
    html = render.draft(edition(article("Rückenwind", language="de"))).html
    assert re.search(r'<h2[^>]* lang="de"', html)


def test_long_words_may_break_and_short_ones_stay_as_they_are():
    assert soften("plain words") == "plain words"
    assert soften("x" * 45) == "x" * 20 + "\u200b" + "x" * 20 + "\u200b" + "x" * 5
    assert soften("<" * 31) == "&lt;" * 20 + "\u200b" + "&lt;" * 11


def test_the_text_part_keeps_to_72_columns_and_gives_each_address_a_line():
    long_url = "https://example.org/" + "a" * 280
    drawn = render.draft(edition(article(f"See {long_url} now", summary="word " * 80)))
    for line in drawn.text.splitlines():
        assert len(line) <= 72 or line in {long_url, UNSUBSCRIBE}
    assert long_url in drawn.text.splitlines()
    assert not re.search(r"\n\n\n|[\u200b\u034f\u200c]| \n", drawn.text)


@given(st.text(alphabet=st.sampled_from("ab é漢\n "), max_size=300), st.integers(4, 80))
def test_wrapping_fits_every_line_and_loses_no_letter(text, columns):
    wrapped = plaintext.wrap(text, columns)
    assert "".join(wrapped.split()) == "".join(text.split())
    for line in wrapped.splitlines():
        assert sum(2 if letter == "漢" else 1 for letter in line) <= columns


@given(st.text(), st.text())
def test_no_text_keeps_what_a_provider_takes_for_a_tag(before, after):
    text = on_the_way.neutral(f"{before}{{{{x}}}}{after}".replace("<", "&lt;"))
    assert not re.search(r"[{}]|\*\||\|\*|%%|\[\[|\]\]|%recipient\.", text)


def test_the_page_for_browsers_holds_nothing_personal_and_asks_not_to_be_indexed():
    html = (
        "<html><head><title>x</title></head><body>"
        f"<p>Hi {tokens.token('name', 'there')}</p>"
        f'<p><a href="{UNSUBSCRIBE}">Unsubscribe</a> · <a href="https://e.org/i/">Browser</a></p>'
        '<p>Issue 1 · <a href="https://e.org/i/" class="m">Browser</a></p></body></html>'
    )
    assert render.web(html, archive_url="https://e.org/i/") == (
        '<html><head><meta name="robots" content="noindex"><title>x</title></head><body>'
        "<p>Hi there</p><p>Issue 1</p></body></html>"
    )


def test_the_page_for_browsers_names_the_feeds_and_may_be_indexed():
    feeds = [('A "B"', "application/rss+xml", "https://e.org/feed.xml")]
    assert render.web("<html><head></head></html>", feeds=feeds, index=True) == (
        '<html><head><link rel="alternate" type="application/rss+xml" title="A &#34;B&#34;" '
        'href="https://e.org/feed.xml"></head></html>'
    )


def test_a_link_with_a_column_keeps_its_fallback_on_the_page_for_browsers():
    html = f'<p><a href="https://e.org/?u={tokens.token("code", "web")}">Go</a></p>'
    assert render.web(html) == '<p><a href="https://e.org/?u=web">Go</a></p>'


def test_the_preheader_is_short_and_comes_first_and_stays_out_of_the_text():
    summary = "A first sentence that goes on for a while. " * 6
    drawn = render.draft(edition(article("T", summary=summary), preheader="P: {{ lead.summary }}"))
    assert len(drawn.preheader) <= 111
    assert drawn.preheader.endswith("…")
    first = next(
        text for text in Reader(drawn.html.split("<body", 1)[1]).texts if text.strip(' >\n"')
    )
    assert drawn.preheader in first or drawn.preheader in drawn.html.split("<table", 1)[0]
    assert drawn.preheader not in drawn.text


def test_a_text_is_clipped_at_the_end_of_a_word():
    assert clip("short", 10) == "short"
    assert clip("one, two three", 9) == "one, two…"
    assert clip("one, two three", 7) == "one…"


def test_pictures_keep_their_shape():
    wide = Picture("https://example.org/a.jpg", "", 1200, 675)
    assert (fit(wide, 600).width, fit(wide, 600).height) == (600, 338)
    tall = Picture("https://example.org/a.jpg", "", 600, 1200)
    assert (fit(tall, 160, 120).width, fit(tall, 160, 120).height) == (60, 120)
    unknown = Picture("https://example.org/a.jpg", "")
    assert (fit(unknown, 160).width, fit(unknown, 160).height) == (160, None)


def test_the_help_line_can_be_called():
    drawn = render.draft(GOLDEN_EDITIONS["full"])
    assert "tel:02380000000" in Reader(drawn.html).links
    assert telephone("+44 (0)23 8000 0000") == "tel:+442380000000"


def test_an_issue_of_six_stories_is_far_below_what_gmail_clips():
    summary = "What a body seems to mind is not the seat but the long, unbroken hours in it. " * 2
    stories = [article(f"A story {n} of a sensible length", summary=summary) for n in "abcdef"]
    stories = [msgspec.structs.replace(story, image=picture("chair")) for story in stories]
    assert len(render.draft(edition(*stories)).html.encode()) <= 15_500


def test_built_in_templates_are_found_where_the_wheel_puts_them(tmp_path):
    """A copy of the package with `templates` inside, as pyproject's force-include makes it."""
    package = Path(render.__file__).parents[1]
    shutil.copytree(package, tmp_path / "syndicate", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(render.builtin(), tmp_path / "syndicate" / "templates")
    asked = "from syndicate import render; print(render.builtin())"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(told.stdout.strip()) == tmp_path / "syndicate" / "templates"


def test_importing_the_render_room_costs_no_slow_library():
    asked = (
        "import sys, syndicate.render; print({'premailer', 'jinja2', 'babel'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
