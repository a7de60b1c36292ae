"""A preview shows an issue as its readers will see it, harms nobody, and overwrites nothing."""

import os
import re
import runpy
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import config, prepare, preview
from syndicate.errors import ConfigError
from syndicate.filling import fill_html
from syndicate.models import Choice, Finding, LeftOut, Level, Mailbox, Message, Picture, Where
from syndicate.preview import variants
from syndicate.preview.base import SAMPLE, Issue, Story
from syndicate.preview.gathering import Audience
from syndicate.preview.gathering import view as gathered
from syndicate.preview.links import listed, numbered
from syndicate.preview.page import MARK
from syndicate.tokens import token

article = runpy.run_path(str(Path(__file__).parent / "golden" / "feeds" / "hostile.py"))["article"]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DESK = "https://backmatters.example/images/desk.jpg"
HTML = (
    "<!DOCTYPE html>\n<html><head><style>:root{color-scheme:light dark}p{margin:0}"
    "@media (prefers-color-scheme:dark){p{color:#fff!important}}"
    "@media (prefers-color-scheme: light){p{color:#000!important}}</style></head><body>"
    f'<img alt="A desk with src=x" src="{DESK}" width="600">'
    f'<p style="margin:0">Dear {token("name", "reader")}, (prefers-color-scheme:dark) is CSS.</p>'
    f'<a href="https://backmatters.example/why/?a=1&amp;b=2">Why <b>backs</b> hurt</a>'
    f'<a href="https://elsewhere.example/x">Elsewhere</a>'
    f'<a href="{token("unsubscribe_url")}">Unsubscribe</a></body></html>\n'
)


def view(html=HTML, **other):
    message = Message(
        subject=other.pop("subject", "Why backs hurt"),
        preheader=other.pop("preheader", "And what helps instead."),
        html=html,
        text=f"Dear {token('name', 'reader')}\n\n{token('unsubscribe_url')}\n",
        sender=Mailbox("Back Matters", "hello@backmatters.example"),
        reply_to=(Mailbox("", "help@backmatters.example"), Mailbox("", "b@a.example")),
        headers=(),
    )
    issue = {
        "id": "weekly-2026-W48",
        "number": 12,
        "date": "23 November 2026",
        "message": message,
        "content_hash": "a1b2c3" + "0" * 58,
        "web": "<!DOCTYPE html><html><head></head><body>The page</body></html>",
        "web_address": "https://backmatters.example/issues/weekly-2026-W48/",
    }
    issue |= {name: other.pop(name) for name in list(other) if name in {*issue, "stories"}}
    facts = {
        "name": "weekly",
        "title": "Back Matters Weekly",
        "language": "en-GB",
        "home": "https://backmatters.example/",
        "issue": Issue(**issue),
    }
    return preview.View(**(facts | other))


class Page(HTMLParser):
    """The tags and the words of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def written(folder, *views):
    preview.write(folder, views)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def index(folder, issue):
    return Page(written(folder, issue)["index.html"].decode())


# What is written


def test_the_files_are_told_the_page_first(tmp_path):
    desk = tmp_path / "desk.jpg"
    desk.write_bytes(b"a desk")
    files = preview.write(tmp_path / "out", [view(pictures={DESK: desk})])
    assert [path.relative_to(tmp_path / "out").as_posix() for path in files] == [
        "index.html",
        "issue.html",
        "light.html",
        "dark.html",
        "no-pictures.html",
        "no-style.html",
        "web.html",
        "issue.txt",
        "pictures/desk.jpg",
    ]


def test_the_issue_is_the_message_byte_for_byte_behind_one_line(tmp_path):
    desk = tmp_path / "desk.jpg"
    desk.write_bytes(b"a desk")
    got = written(tmp_path / "out", view(pictures={DESK: desk}))["issue.html"].decode()
    got = re.sub(r'<meta charset="utf-8"><meta http-equiv="[^>]*><base target="_blank">', "", got)
    expected = fill_html(HTML, SAMPLE)
    assert got.replace("pictures/desk.jpg", DESK) == expected


def test_tokens_are_filled_as_for_one_made_up_recipient(tmp_path):
    files = written(tmp_path / "out", view())
    assert b"Dear Alex Example," in files["issue.html"]
    assert files["issue.txt"].startswith(b"Dear Alex Example\n")
    assert b"\xef\xb7\x90" not in b"".join(files.values())


def test_the_same_issue_leaves_the_files_untouched(tmp_path):
    preview.write(tmp_path, [view()])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    preview.write(tmp_path, [view()])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


# The folder


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "preview").write_text("mine")
    with pytest.raises(ConfigError, match="there is a file of that name"):
        preview.write(tmp_path / "preview", [view()])
    assert (tmp_path / "preview").read_text() == "mine"


@pytest.mark.parametrize("name", ["notes.md", "index.html"])
def test_a_folder_with_other_peoples_files_is_refused_and_left_alone(tmp_path, name):
    (tmp_path / name).write_text("<!DOCTYPE html><title>mine</title>")
    with pytest.raises(ConfigError, match="not a preview"):
        preview.write(tmp_path, [view()])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_new_an_empty_and_an_older_preview_are_written_and_nothing_is_deleted(tmp_path):
    folder = tmp_path / "a" / "preview"
    preview.write(folder, [view()])
    (folder / "mine.txt").write_text("mine")
    preview.write(folder, [view(title="Another")])
    assert "Another" in (folder / "index.html").read_text("utf-8")
    assert (folder / "mine.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".DS_Store").write_bytes(b"")
    assert preview.write(tmp_path / "empty", [view()])


def test_a_preview_that_was_cut_short_can_be_written_again(tmp_path):
    (tmp_path / "pictures").write_text("in the way")
    (tmp_path / "index.html").write_text(MARK)
    desk = tmp_path / "pictures"
    with pytest.raises(Exception, match="pictures is in the way"):
        preview.write(tmp_path, [view(pictures={DESK: desk})])
    desk.unlink()
    assert preview.write(tmp_path, [view()])


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "preview"
    outside.mkdir()
    desk = tmp_path / "desk.jpg"
    desk.write_bytes(b"a desk")
    preview.write(folder, [view()])
    (folder / "pictures").symlink_to(outside)
    with pytest.raises(Exception, match="lies outside"):
        preview.write(folder, [view(pictures={DESK: desk})])
    assert list(outside.iterdir()) == []


# Pictures


def test_local_pictures_are_copied_and_shown_from_there(tmp_path):
    desk = tmp_path / "my desk#1.jpg"
    desk.write_bytes(b"a desk")
    files = written(tmp_path / "out", view(pictures={DESK: desk}))
    assert files["pictures/my desk#1.jpg"] == b"a desk"
    for name in ("issue.html", "light.html", "dark.html", "no-style.html"):
        (image,) = Page(files[name].decode()).all("img")
        assert image["src"] == "pictures/my%20desk%231.jpg"
        assert image["alt"] == "A desk with src=x"


def test_two_pictures_of_one_name_stay_two(tmp_path):
    addresses = [f"https://backmatters.example/{n}/Desk.jpg?a=1&b=2" for n in "ab"]
    html = "".join(f'<img src="{escape(address)}" alt="">' for address in addresses)
    local = {}
    for folder, name, address in zip("ab", ["Desk.jpg", "desk.JPG"], addresses, strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(folder.encode())
        local[address] = tmp_path / folder / name
    files = written(tmp_path / "out", view(html, pictures=local))
    shown = [image["src"] for image in Page(files["issue.html"].decode()).all("img")]
    assert [files[source] for source in shown] == [b"a", b"b"]


def test_a_picture_that_is_not_here_stays_on_the_web_and_is_named(tmp_path):
    for issue in (view(), view(pictures={DESK: tmp_path / "gone.jpg"})):
        files = written(tmp_path / "out", issue)
        (image,) = Page(files["light.html"].decode()).all("img")
        assert image["src"] == DESK
        text = Page(files["index.html"].decode()).text
        assert f"1 picture is elsewhere on the web. {DESK}" in text


def test_only_pictures_that_the_issue_shows_are_copied(tmp_path):
    other = tmp_path / "other.jpg"
    other.write_bytes(b"other")
    issue = view(pictures={"https://backmatters.example/other.jpg": other})
    assert "pictures/other.jpg" not in written(tmp_path / "out", issue)


# The variants


def test_dark_rules_apply_always_in_the_dark_and_never_in_the_light():
    dark, light = variants.in_scheme(HTML, "dark"), variants.in_scheme(HTML, "light")
    assert "@media (min-width:0){p{color:#fff!important}}" in dark
    assert "@media (max-width:0){p{color:#000!important}}" in dark
    assert "@media (max-width:0){p{color:#fff!important}}" in light
    assert "@media (min-width:0){p{color:#000!important}}" in light
    assert ":root{color-scheme:dark}" in dark
    assert ":root{color-scheme:light}" in light
    assert "(prefers-color-scheme:dark) is CSS." in dark
    assert Page(dark).all("meta")[0] == {"name": "color-scheme", "content": "dark"}


def test_dark_is_read_inside_longer_queries_and_in_attributes():
    html = (
        '<style media="( Prefers-Color-Scheme : dark )">p{}</style>'
        "<style>@media (max-width:480px) and (prefers-color-scheme:dark){}</style>"
    )
    assert 'media="(min-width:0)"' in variants.in_scheme(html, "dark")
    assert "(max-width:480px) and (min-width:0){}" in variants.in_scheme(html, "dark")


def test_without_pictures_the_words_that_stand_for_them_are_left(tmp_path):
    html = (
        '<img src=a.jpg alt=\'one > two\' width="3"><picture><source srcset="b.webp 2x">'
        '<img SRC = "c.jpg" srcset="c2.jpg 2x" alt="src=&quot;d&quot;"></picture>'
    )
    got = variants.without_pictures(html)
    assert got == (
        '<img alt=\'one > two\' width="3"><picture><source><img alt="src=&quot;d&quot;"></picture>'
    )
    files = written(tmp_path, view())
    (policy,) = [
        meta["content"]
        for meta in Page(files["no-pictures.html"].decode()).all("meta")
        if "http-equiv" in meta
    ]
    assert "img-src 'none'" in policy


def test_without_style_only_what_stands_in_the_tags_is_left():
    got = variants.without_style(HTML)
    assert "<style" not in got
    assert '<p style="margin:0">' in got


@given(st.text("<>\"'= /abimgsrc", max_size=60))
def test_html_without_local_pictures_stays_as_it_is(text):
    assert variants.with_sources(text, {}) == text


# Harmless


HOSTILE = (
    "<!-- <head> --><!doctype html><script>alert(1)</script><form action='/x'></form>"
    '<a href="javascript:alert(1)">&lt;script&gt;alert(2)&lt;/script&gt;</a>'
    '<a href="https://[x">broken</a><img src="x" onerror="alert(3)" alt="">'
)
INJECTION = '"><script>alert(4)</script>{{ 7 * 6 }}'


def hostile():
    return view(
        HOSTILE,
        id=INJECTION,
        title=INJECTION,
        subject=INJECTION,
        preheader=INJECTION,
        date=INJECTION,
        language=INJECTION,
        content_hash=INJECTION,
        findings=(Finding(Level.ADVICE, INJECTION, Where(INJECTION, 3), INJECTION, INJECTION),),
        left_out=(Story(INJECTION, Where(INJECTION), INJECTION, reason=INJECTION),),
        stories=(Story(INJECTION, Where(INJECTION, 1), INJECTION),),
        audience_is=INJECTION,
    )


def test_the_page_runs_only_its_own_script_and_fetches_nothing(tmp_path):
    page = index(tmp_path, hostile())
    assert INJECTION in page.text
    assert page.all("script") == [{}, {}]
    (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
    rules = dict(rule.split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"('sha256-[A-Za-z0-9+/=]+' ?){2}", rules["script-src"])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]+'", rules["style-src"])
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert not [attrs for _, attrs in page.tags if "style" in attrs]
    fetched = {attrs["src"] for _, attrs in page.tags if "src" in attrs}
    assert fetched == {
        "light.html",
        "dark.html",
        "no-pictures.html",
        "no-style.html",
        "web.html",
    }
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert not [a for a in page.all("a") if a["href"].startswith("javascript")]


def test_no_frame_may_run_scripts(tmp_path):
    frames = index(tmp_path, hostile()).all("iframe")
    assert len(frames) == 11
    for frame in frames:
        assert frame["title"]
        assert "allow-scripts" not in frame["sandbox"]
        assert "allow-forms" not in frame["sandbox"]


@pytest.mark.parametrize("html", [HOSTILE, HTML, "\ufeff  <!DOCTYPE html><p>x</p>", ""])
def test_a_message_opened_alone_runs_nothing_either(tmp_path, html):
    files = written(tmp_path, view(html))
    for name in ("issue.html", "light.html", "dark.html", "no-pictures.html", "no-style.html"):
        page = Page(files[name].decode())
        assert [tag for tag, _ in page.tags[:2]] == ["meta", "meta"]
        assert page.tags[1][1]["http-equiv"] == "Content-Security-Policy"
        assert "script-src 'none'" in page.tags[1][1]["content"]


# The page


def test_the_page_tells_what_a_person_asks_before_sending(tmp_path):
    text = index(tmp_path, view(audience=1284)).text
    assert "Back Matters Weekly Issue 12 · 23 November 2026 · a1b2c3" in text
    assert "Goes to 1,284 people" in text
    assert "Nothing to fix no advice" in text
    assert "hello@ backmatters.example" in text
    assert "Subject 14 characters" in text
    assert "Answers go to help@ backmatters.example, b@ a.example" in text
    assert "Preview text 23 characters" in text
    assert "Every article is in it." in text


def test_an_audience_that_nobody_counted_is_not_made_up(tmp_path):
    assert "Goes to Not counted" in index(tmp_path, view()).text


def test_what_must_be_fixed_comes_first(tmp_path):
    advice = Finding(Level.ADVICE, "The email is heavy.")
    must = Finding(Level.MUST_FIX, "No title.", Where("articles/why.md", 3), "Write one.")
    text = index(tmp_path, view(findings=(advice, must))).text
    assert "1 thing to fix 1 piece of advice" in text
    at = text.index("Must fix articles/why.md:3 No title. Write one.")
    assert "About the email The email is heavy." in text[at:]
    assert "All clear" not in text


def test_a_finding_stands_beside_what_it_is_about(tmp_path):
    where = Where("articles/why.md", 3)
    found = (
        Finding(Level.ADVICE, "The subject is long.", name="subject-length"),
        Finding(Level.ADVICE, "One link is http.", name="http-link"),
        Finding(Level.ADVICE, "The picture has no text.", where, name="alt"),
    )
    story = Story("Why backs hurt", Where("articles/why.md", 9), "20 November 2026")
    text = index(tmp_path, view(findings=found, stories=(story,))).text
    inbox, rest = text[text.index("In the inbox") :].split("The issue The same email")
    assert "The subject is long." in inbox
    assert "One link is http." not in inbox
    links, checks = rest[rest.index("Where the links lead") :].split("In this issue")
    assert "One link is http." in links
    about = checks[checks.index("Why backs hurt") : checks.index("Not in this issue")]
    assert "articles/why.md:3 The picture has no text." in about


def test_what_is_left_out_is_named_with_the_reason_and_a_long_list_is_folded(tmp_path):
    left = tuple(
        Story(f"Story {n}", Where(f"articles/{n}.md", 5), "", kind="draft", reason=f"reason {n}")
        for n in range(1, 15)
    )
    page = index(tmp_path, view(left_out=left))
    for one in left:
        assert f"{one.title} {one.reason} {one.where}" in page.text
    assert "2 more Story 13 reason 13" in page.text


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (51 * 1024, "51.0 KB 50% of Gmail\u2019s 102 KB"),
        (204 * 1024, "204.0 KB Gmail cuts it at 102 KB"),
    ],
)
def test_the_size_is_held_against_what_gmail_shows(tmp_path, size, words):
    assert words in index(tmp_path, view("x" * size)).text


def test_without_preview_text_the_inbox_shows_the_first_words_of_the_email(tmp_path):
    text = index(tmp_path, view("<p>Good morning.</p><p>Why?</p>", preheader="")).text
    assert "None inboxes show the first words of the email" in text
    assert text.count("Good morning. Why?") == 5


def test_what_hides_behind_a_preview_text_is_not_shown_in_the_inbox(tmp_path):
    html = f"<div>And what helps instead.{chr(0x34F)}{chr(0x200C)}</div><p>Issue 12</p>"
    text = index(tmp_path, view(html)).text
    assert text.count("And what helps instead. About") == 5
    assert "Issue 12 About" not in text


def test_every_link_of_the_page_leads_to_a_part_or_a_file_of_it(tmp_path):
    files = written(tmp_path, view())
    page = Page(files["index.html"].decode())
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    for link in page.all("a"):
        href = link["href"]
        if link.get("target") != "_blank":
            assert href[1:] in ids if href.startswith("#") else href.partition("#")[0] in files
    named = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(named) == len(ids)
    frames = {attrs["name"] for _, attrs in page.tags if "name" in attrs and "src" in attrs}
    targets = {link["target"] for link in page.all("a") if "target" in link}
    assert targets - {"_blank"} <= frames


def test_with_nothing_new_the_page_says_so_and_why(tmp_path):
    left = Story("Why backs hurt", Where("articles/why.md", 9), "", reason="already in issue 11")
    files = written(tmp_path, view(issue=None, left_out=(left,)))
    assert list(files) == ["index.html"]
    text = Page(files["index.html"].decode()).text
    assert "There is nothing new" in text
    assert "Why backs hurt already in issue 11" in text


def test_several_newsletters_have_a_page_each_and_lead_to_each_other(tmp_path):
    other = view(name="monthly", title="Back Matters Monthly")
    files = written(tmp_path, view(), other)
    assert "light.html" in files
    assert "monthly/light.html" in files
    first, second = (Page(files[f"{name}index.html"].decode()) for name in ("", "monthly/"))
    ways = [a["href"] for a in first.all("a") if a["href"].endswith("index.html")]
    assert ways == ["index.html", "monthly/index.html"]
    ways = [a["href"] for a in second.all("a") if a["href"].endswith("index.html")]
    assert ways == ["../index.html", "../monthly/index.html"]


# Links


def test_each_address_is_listed_once_with_the_words_that_lead_there():
    html = (
        '<a href="https://a.example/x/" aria-hidden="true"><img alt="A desk" src="y"></a>'
        '<a href="https://a.example/x/">Why\u200b <b>backs</b>\n hurt</a>'
        '<a href="https://a.example/x/">Read</a><a href="https://a.example/x/">Read</a>'
        '<a href="https://b.example"><img alt="A walk" src="y"></a>'
    )
    one, two = listed(html, {}, "https://a.example/")
    assert (one.address, one.shown, one.words) == (
        "https://a.example/x/",
        "a.example/x/",
        ("Why backs hurt", "Read"),
    )
    assert (one.own, two.own) == (True, False)
    assert (two.shown, two.words) == ("b.example/", ("Picture: A walk",))


@pytest.mark.parametrize(
    ("href", "shown", "own", "opens"),
    [
        ("https://a.example/r%C3%BCcken?x=1#y", "a.example/rücken?…", True, True),
        ("https://a.example.evil.example/", "a.example.evil.example/", False, True),
        ("https://a.example@evil.example/", "evil.example/", False, True),
        ("mailto:hello@a.example", "mailto:hello@a.example", False, True),
        ("tel:+4423800000", "tel:+4423800000", False, True),
        ("javascript:alert(1)", "javascript:alert(1)", False, False),
        ("https://[x", "https://[x", False, False),
        ("/about", "/about", False, False),
        (f"https://a.example/{token('name', 'you')}", "a.example/Alex", True, True),
        (token("unsubscribe_url"), "each recipient's own page", False, False),
    ],
)
def test_an_address_is_shown_as_a_person_reads_it(href, shown, own, opens):
    (link,) = listed(f'<a href="{href}">x</a>', {"name": "Alex"}, "https://a.example/")
    assert (link.shown, link.own, link.opens) == (shown, own, opens)


def test_links_are_marked_as_own_on_the_page(tmp_path):
    text = index(tmp_path, view()).text
    assert "3 addresses, in the order of the issue." in text
    assert "Why backs hurt own backmatters.example/why/?… 1" in text
    assert "Elsewhere elsewhere.example/x 2 at the top" in text
    assert "Unsubscribe each recipient's own page 3" in text


def test_a_link_says_where_in_the_issue_it_stands():
    html = (
        '<a href="/a">A</a><h2>One <a href="/b">two</a></h2><a href="/c">C</a>'
        '<!-- <a href="/no">for Outlook</a> --><h3>Three</h3><a href="/c">again</a>'
        '<a href="/b">read</a>'
    )
    found = listed(html, {}, "https://a.example/")
    assert [[(spot.number, spot.under) for spot in link.spots] for link in found] == [
        [(1, "")],
        [(2, "One two"), (5, "One two")],
        [(3, "One two"), (4, "Three")],
    ]


def test_every_listed_link_can_be_jumped_to():
    html = '<!-- <a href="n"> --><a class="x" href="a">A</a><abbr>b</abbr><A HREF=b id=own>B</A>'
    assert numbered(html) == (
        '<!-- <a href="n"> --><a id="link-1" class="x" href="a">A</a><abbr>b</abbr>'
        "<A HREF=b id=own>B</A>"
    )


# From a draft


@pytest.fixture
def site(tmp_path):
    (tmp_path / "syndicate.toml").write_text(
        "[site]\n"
        'title = "Back Matters"\n'
        'url = "https://backmatters.example/"\n'
        'language = "en-GB"\n'
        'timezone = "Europe/London"\n'
        'address = "1 Example Street, Southampton"\n'
        "[newsletters.weekly]\n"
        'title = "Back Matters Weekly"\n'
        'sender = "Back Matters <hello@backmatters.example>"\n'
        'audience = "audience/weekly.csv"\n'
        'language = "de"\n',
        "utf-8",
    )
    folder = tmp_path / "articles" / "images"
    folder.mkdir(parents=True)
    (folder / "desk.jpg").write_bytes(b"a desk")
    (tmp_path / "secret.jpg").write_bytes(b"a secret")
    (folder / "linked.jpg").symlink_to(tmp_path / "secret.jpg")
    return config.load(tmp_path / "syndicate.toml")


def draft_of(site, *articles):
    contents = prepare.Contents(articles, (), None)
    return prepare.draft(site, "weekly", contents, lambda week: (f"weekly-{week}", 12), NOW)


def with_picture(slug, file):
    picture = Picture(f"https://backmatters.example/{slug}.jpg", "A desk", 1200, 675, file)
    return msgspec.structs.replace(article(slug, slug.title()), image=picture)


def test_a_draft_is_shown_with_its_own_local_pictures(site, tmp_path):
    draft = draft_of(site, with_picture("desk", "articles/images/desk.jpg"))
    choice = Choice((), (), (LeftOut(with_picture("later", ""), "draft", "a draft"),), None)
    issue = gathered(
        site, "weekly", now=NOW, draft=draft, choice=choice, audience=Audience(3, "weekly.csv")
    )
    files = written(tmp_path / "preview", issue)
    text = Page(files["index.html"].decode()).text
    assert "Back Matters Weekly Issue 12 · 23. November 2026 ·" in text
    assert draft.content_hash[:6] in text
    assert "Goes to 3 people weekly.csv" in text
    assert "Later a draft" in text
    assert files["pictures/desk.jpg"] == b"a desk"
    assert b'src="pictures/desk.jpg"' in files["light.html"]


@pytest.mark.parametrize(
    "file", ["articles/../secret.jpg", "secret.jpg", "articles/images/linked.jpg"]
)
def test_a_picture_outside_the_articles_folder_is_not_copied(site, tmp_path, file):
    draft = draft_of(site, with_picture("desk", file))
    assert os.path.exists(site.root / file)  # noqa: PTH110 -- as the operating system reads the path
    files = written(tmp_path / "preview", gathered(site, "weekly", now=NOW, draft=draft))
    assert [name for name in files if name.startswith("pictures/")] == []


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that nobody can read")
def test_a_picture_that_cannot_be_read_leaves_the_rest_of_the_preview(tmp_path):
    files = written(tmp_path / "out", view(pictures={DESK: Path("/proc/self/mem")}))
    assert "index.html" in files
    assert not [name for name in files if name.startswith("pictures")]
