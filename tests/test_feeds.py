"""Feeds are written so that every reader sees what the articles say, and always the same bytes."""

import html
import json
import os
import re
import runpy
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import feedparser
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from syndicate import text
from syndicate.feeds import FORMATS

GOLDEN = Path(__file__).parent / "golden" / "feeds"
INPUT = runpy.run_path(str(GOLDEN / "hostile.py"))
FEED, ARTICLES, article = INPUT["FEED"], INPUT["ARTICLES"], INPUT["article"]
ATOM = {"atom": "http://www.w3.org/2005/Atom", "media": "http://search.yahoo.com/mrss/"}
XML_FORMATS = ("rss", "atom")


def write(name, articles=ARTICLES, **changes):
    feed = msgspec.structs.replace(FEED, url=FEED.formats[name], **changes)
    return FORMATS[name].write(feed, articles)


def read(data):
    """Read as feedparser does, but without its own cleaning of HTML."""
    seen = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not seen.bozo, seen.bozo_exception
    return seen


def stamp(parsed):
    return datetime(*parsed[:6], tzinfo=UTC)


@pytest.mark.parametrize(("folder", "articles"), [("full", ARTICLES), ("none", ())])
@pytest.mark.parametrize("name", FORMATS)
def test_articles_that_are_hard_to_write_down_give_the_file_that_was_reviewed(
    name, folder, articles
):
    golden = GOLDEN / folder / FORMATS[name].filename
    assert write(name, articles) == golden.read_bytes()


@pytest.mark.parametrize("name", XML_FORMATS)
def test_a_reader_sees_every_article_whole_and_in_order(name):
    seen = read(write(name)).entries
    assert [entry.id for entry in seen] == [one.id for one in ARTICLES]
    assert [entry.link for entry in seen] == [one.url for one in ARTICLES]
    assert [entry.title for entry in seen] == [text.one_line(one.title) for one in ARTICLES]
    assert [stamp(entry.published_parsed) for entry in seen] == [
        one.published.astimezone(UTC).replace(microsecond=0) for one in ARTICLES
    ]
    assert [entry.get("content", [{"value": ""}])[0]["value"] for entry in seen] == [
        one.html.strip() for one in ARTICLES
    ]
    assert [[author.name for author in entry.authors] for entry in seen] == [
        list(one.authors) or [FEED.author] for one in ARTICLES
    ]
    assert [[tag.term for tag in entry.get("tags", [])] for entry in seen] == [
        list(dict.fromkeys(one.tags)) for one in ARTICLES
    ]
    assert [[picture["url"] for picture in entry.get("media_content", [])] for entry in seen] == [
        [one.image.url] if one.image else [] for one in ARTICLES
    ]


@pytest.mark.parametrize("name", XML_FORMATS)
def test_a_reader_sees_the_feed_its_own_address_and_its_hub(name):
    seen = read(write(name)).feed
    links = {link.rel: link.href for link in seen.links if link.rel != "alternate"}
    assert seen.title == FEED.title
    assert seen.subtitle == FEED.description
    assert seen.language == FEED.language
    assert seen.link == FEED.home
    assert links == {"self": FEED.formats[name], "hub": FEED.hub}
    assert FEED.logo == (seen.image.href if name == "rss" else seen.logo)


@pytest.mark.parametrize("name", XML_FORMATS)
def test_the_other_formats_are_named_once_each_with_their_media_types(name):
    links = read(write(name)).feed.links
    others = {link.type: link.href for link in links if "html" not in link.get("type", "html")}
    assert others == {
        FORMATS[other].media_type: FEED.formats[other] for other in ("rss", "atom", "json")
    }
    assert len([link for link in links if link.rel == "alternate"]) == 3


def test_every_atom_entry_says_its_language_and_what_its_link_is():
    feed = etree.fromstring(write("atom"))
    entries = feed.findall("atom:entry", ATOM)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert feed.get(lang) == FEED.language
    assert [entry.get(lang) for entry in entries] == [one.language for one in ARTICLES]
    assert {
        (link.get("rel"), link.get("type"))
        for entry in entries
        for link in entry.findall("atom:link", ATOM)
    } == {("alternate", "text/html")}


def test_an_rss_guid_is_never_taken_for_an_address_and_no_author_has_an_email():
    channel = etree.fromstring(write("rss"))[0]
    assert {guid.get("isPermaLink") for guid in channel.iter("guid")} == {"false"}
    assert [guid.text for guid in channel.iter("guid")] == [one.id for one in ARTICLES]
    assert list(channel.iter("author", "managingEditor", "webMaster")) == []


def test_plain_text_in_rss_writes_markup_characters_in_hexadecimal():
    data = write("rss").decode()
    plain = re.findall("<(?:title|category)>([^<]*)<", data)
    assert any("&#x26;" in found and "&#x3C;" in found for found in plain)
    assert [found for found in plain if "&amp;" in found or "&lt;" in found] == []


def test_the_size_of_a_lead_picture_is_told_when_it_is_known():
    entries = etree.fromstring(write("atom")).findall("atom:entry", ATOM)
    first, second = (dict(entry.find("media:content", ATOM).attrib) for entry in entries[:2])
    assert first == {
        "url": ARTICLES[0].image.url,
        "medium": "image",
        "width": "1200",
        "height": "630",
    }
    assert second == {"url": ARTICLES[1].image.url, "medium": "image"}


def test_a_json_feed_says_all_of_an_article():
    data = write("json", ARTICLES[:1])
    seen = json.loads(data)
    items = seen.pop("items")
    assert data.endswith(b"\n}\n")
    assert seen == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": FEED.title,
        "home_page_url": FEED.home,
        "feed_url": FEED.formats["json"],
        "description": FEED.description,
        "icon": FEED.logo,
        "language": "en-GB",
        "authors": [{"name": FEED.author}],
        "hubs": [{"type": "WebSub", "url": FEED.hub}],
    }
    one = ARTICLES[0]
    assert items == [
        {
            "id": one.id,
            "url": one.url,
            "title": one.title,
            "content_html": one.html,
            "summary": one.summary,
            "image": one.image.url,
            "date_published": "2026-11-20T23:59:59Z",
            "date_modified": "2026-11-21T00:00:00Z",
            "authors": [{"name": name} for name in one.authors],
            "tags": ["R&D", "<news>", 'a "b"', "rygg värk"],
            "language": "en-GB",
        }
    ]


def test_a_json_feed_is_real_utf_8():
    assert "Övningar för" in write("json").decode()


def test_an_item_without_a_body_has_its_summary_for_content_in_a_json_feed():
    items = {item["id"]: item for item in json.loads(write("json"))["items"]}
    item = items["tag:backmatters.example,2024:no-body"]
    assert item["content_text"] == "All there is."
    assert "content_html" not in item


@pytest.mark.parametrize("name", XML_FORMATS)
def test_a_feed_of_summaries_holds_no_body(name):
    seen = read(write(name, full=False)).entries
    assert [entry for entry in seen if "content" in entry] == []
    assert [html.unescape(entry.summary) for entry in seen] == [
        one.summary or one.title for one in ARTICLES
    ]


def test_a_json_feed_of_summaries_holds_no_body():
    items = json.loads(write("json", full=False))["items"]
    assert [item.get("content_html") for item in items] == [None] * len(ARTICLES)
    assert [item["content_text"] for item in items] == [
        one.summary or one.title for one in ARTICLES
    ]


def test_a_feed_is_as_new_as_its_newest_change():
    # the article that was changed last is not the one that was published last
    old = article(
        "old",
        "Old",
        published=datetime(2025, 1, 1, tzinfo=UTC),
        updated=datetime(2026, 12, 24, 1, 0, 0, 500, tzinfo=timezone(timedelta(hours=2))),
    )
    articles = [article("new", "New"), old]
    newest = datetime(2026, 12, 23, 23, 0, tzinfo=UTC)
    assert stamp(read(write("rss", articles)).feed.updated_parsed) == newest
    assert stamp(read(write("atom", articles)).feed.updated_parsed) == newest


def test_a_feed_without_articles_has_no_date_in_rss_and_a_fixed_one_in_atom():
    assert "updated" not in read(write("rss", ())).feed
    assert read(write("atom", ())).feed.updated == "2000-01-01T00:00:00+00:00"


@pytest.mark.parametrize("name", XML_FORMATS)
def test_without_any_author_the_feed_stands_for_one(name):
    seen = read(write(name, [article("a", "A")], author="", title="Back Matters"))
    assert [author.name for author in seen.entries[0].authors] == ["Back Matters"]


@pytest.mark.parametrize("name", XML_FORMATS)
def test_without_hub_logo_and_description_nothing_empty_is_written(name):
    root = etree.fromstring(write(name, ARTICLES[1:2], hub="", logo="", description=""))
    empty = [
        element.tag
        for element in root.iter()
        if not element.attrib and not len(element) and not (element.text or "").strip()
    ]
    assert empty == []
    assert b'"hub"' not in etree.tostring(root)


@pytest.mark.parametrize("name", FORMATS)
def test_characters_that_no_xml_can_hold_never_break_a_feed(name):
    broken = article(
        "a", "A\x07\ufffe\ud800", summary="b\x00\x85", authors=("C\ufdd0",), tags=("\x1b", "d\x1b")
    )
    data = write(name, [broken], title="T\x07")
    if name == "json":
        item = json.loads(data)["items"][0]
        seen = (item["title"], item["summary"], item["authors"][0]["name"], item["tags"])
    else:
        entry = read(data).entries[0]
        seen = (entry.title, entry.summary, entry.author, [tag.term for tag in entry.tags])
    assert seen == ("A", "b", "C", ["d"])


# Short texts of the signs that break feeds are worth more than long ones of rare letters.
WORDS = st.one_of(
    st.text(max_size=30),
    st.text("<>&;/!-[]?'\"{}%#aAbB0 \n\t\r\u2028\u00a0\u200f\ufeffé漢\U0001f9d8", max_size=30),
    st.sampled_from(["]]>", "<![CDATA[", "<!--", "&amp;", "&lt;b&gt;", "</b>", "<br>", "<?x"]),
)


# feedparser takes text of Latin-1 signs that could be UTF-8 for a mistake and mends it; it leaves
# alone what holds a sign beyond Latin-1.
BEYOND = "漢"


@settings(max_examples=150, deadline=None)
@given(title=WORDS, summary=WORDS, body=WORDS)
def test_any_text_comes_out_as_it_went_in(title, summary, body):
    title, summary, body = (BEYOND + text.clean(value) for value in (title, summary, body))
    one = article("a", title, summary=summary, html=f"<p>{html.escape(body)}</p>")
    told = (text.one_line(title), text.one_line(summary), one.html)
    rss, atom = (read(write(name, [one])).entries[0] for name in XML_FORMATS)
    item = json.loads(write("json", [one]))["items"][0]
    assert (rss.title, html.unescape(rss.summary), rss.content[0].value) == told
    assert (atom.title, atom.summary, atom.content[0].value) == told
    assert (item["title"], item["summary"], item["content_html"]) == told


SUMS = """
import hashlib, runpy, sys
from syndicate.feeds import FORMATS
given = runpy.run_path(sys.argv[1])
for format in FORMATS.values():
    print(hashlib.sha256(format.write(given["FEED"], given["ARTICLES"])).hexdigest())
"""


def run(code, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_same_articles_give_the_same_bytes_anywhere():
    places = [
        {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
        {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "12345"},
    ]
    sums = {run(SUMS, GOLDEN / "hostile.py", **place) for place in places}
    assert len(sums) == 1
    assert len(set(sums.pop().split())) == len(FORMATS)


def test_feedgen_is_not_loaded_before_rss_or_atom_is_written():
    code = """
import runpy, sys
from syndicate.feeds import FORMATS
given = runpy.run_path(sys.argv[1])
FORMATS["json"].write(given["FEED"], given["ARTICLES"])
print("feedgen" in sys.modules, "lxml" in sys.modules)
FORMATS["atom"].write(given["FEED"], given["ARTICLES"])
print("feedgen" in sys.modules)
"""
    assert run(code, GOLDEN / "hostile.py") == "False False\nTrue\n"
