"""A build publishes the newest good articles as feeds, with the pictures they show."""

import json
import os
import re
from urllib.parse import unquote

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelf import NOW, Shelf, article, build, days_old, make_site
from syndicate import publish, tokens
from syndicate.errors import SyndicateError
from syndicate.models import (
    Counts,
    Finding,
    Issue,
    Level,
    Mailbox,
    Message,
    Picture,
    Where,
)
from syndicate.sources import kept
from syndicate.sources.folder import Folder

#: what a build of articles without tags writes
FILES = {"feed.xml", "atom.xml", "feed.json", "feeds.html", "feeds.opml"}


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


def slugs(site, name="feed.json"):
    items = json.loads((site.out / name).read_bytes())["items"]
    return [item["url"].split("/")[-2] for item in items]


def test_a_build_writes_the_main_feed_in_every_format_with_the_addresses_it_is_served_at(site):
    built = build(site, Shelf(days_old(1, "new"), days_old(2, "old")))
    assert built == publish.Built(
        new=(
            "public/feed.xml",
            "public/atom.xml",
            "public/feed.json",
            "public/feeds.html",
            "public/feeds.opml",
        ),
        changed=(),
        same=(),
        removed=(),
        findings=(),
        articles=2,
        published=2,
        carried=2,
        feeds=1,
        subscribed=("feed.xml", "atom.xml", "feed.json"),
    )
    feeds = {name: feedparser.parse(site.out / name).feed for name in ("feed.xml", "atom.xml")}
    for name, feed in feeds.items():
        own = [link.href for link in feed.links if link.rel == "self"]
        assert (feed.title, own) == ("Back Matters", [f"https://backmatters.example/{name}"])
    assert feeds["atom.xml"].id == "tag:backmatters.example,2024:feed"
    assert slugs(site) == ["new", "old"]


def test_building_again_touches_nothing(site):
    source = Shelf(days_old(1, "new"))
    first = build(site, source)
    for name in first.new:
        os.utime(site.root / name, (1, 1))
    again = build(site, source)
    assert (again.new, again.changed, again.same) == ((), (), first.new)
    assert {(site.root / name).stat().st_mtime for name in again.same} == {1}


def test_only_the_formats_asked_for_are_written_and_named(tmp_path):
    site = make_site(tmp_path, 'formats = ["atom", "atom"]')
    built = build(site, Shelf(days_old(1, "new")))
    assert built.new == ("public/atom.xml", "public/feeds.html", "public/feeds.opml")
    assert b"feed.json" not in (site.out / "atom.xml").read_bytes()


def test_summaries_and_a_hub_follow_the_config(tmp_path):
    site = make_site(tmp_path, 'content = "summary"\nhub = "https://hub.example/"')
    build(site, Shelf(days_old(1, "new", html="<p>Whole body.</p>", summary="Short.")))
    data = (site.out / "feed.xml").read_bytes()
    assert b"Whole body" not in data
    assert b'href="https://hub.example/" rel="hub"' in data


def test_drafts_future_articles_and_those_not_for_feeds_stay_out(site):
    built = build(
        site,
        Shelf(
            days_old(3, "good"),
            days_old(2, "draft", draft=True),
            days_old(1, "mail-only", feed=False),
            days_old(0, "due-now"),
            days_old(-1, "tomorrow"),
        ),
    )
    assert slugs(site) == ["due-now", "good"]
    assert (built.articles, built.published, built.carried) == (5, 2, 2)


def test_the_feed_carries_the_newest_up_to_the_limit_and_reads_no_others(tmp_path):
    site = make_site(tmp_path, "limit = 3")
    source = Shelf(*(days_old(day, f"day-{day}") for day in (5, 2, 4, 1, 3)))
    built = build(site, source)
    assert slugs(site) == ["day-1", "day-2", "day-3"]
    assert source.asked == ["day-1", "day-2", "day-3"]
    assert (built.published, built.carried) == (5, 3)


def test_a_broken_article_is_named_and_the_next_one_takes_its_place(tmp_path):
    site = make_site(tmp_path, "limit = 2")
    before = Finding(Level.MUST_FIX, "has no title", Where("articles/x.md"))
    source = Shelf(
        *(days_old(day, f"day-{day}") for day in (1, 2, 3)), torn=["day-1"], findings=[before]
    )
    built = build(site, source)
    assert slugs(site) == ["day-2", "day-3"]
    assert built.findings == (
        before,
        Finding(
            Level.MUST_FIX,
            "articles/day-1.md:5: the file changed while it was read. Run it again.",
            name="file",
        ),
    )


def test_without_articles_valid_empty_feeds_are_written(site):
    built = build(site, Shelf())
    assert (built.articles, built.published, built.carried) == (0, 0, 0)
    assert slugs(site) == []
    assert feedparser.parse(site.out / "feed.xml").version == "rss20"


def test_what_was_read_is_remembered_before_anything_is_published(site):
    remembered = []

    def remember(reading):
        assert not site.out.exists()
        remembered.append(reading.ids)

    build(site, Shelf(days_old(1, "new")), remember=remember)
    assert [list(ids) for ids in remembered] == [["articles/new.md:5", "feed"]]


def issue(*slugs):
    """Make an issue that carries articles, with the message it was frozen with."""
    frozen = Issue(
        id="weekly-2026-W48",
        number=1,
        newsletter="weekly",
        provider="outbox",
        subject="One",
        content_hash="0" * 64,
        articles=tuple(article(slug, "").id for slug in slugs),
        frozen_at=NOW,
        counts=Counts(),
    )
    body = f"<html><head></head><body><p>Hello {tokens.token('name', 'there')}</p></body></html>"
    sender = Mailbox("Back Matters", "hello@backmatters.example")
    return frozen, Message("One", "", body, "Hello", sender, (), ())


def test_each_issue_has_a_page_that_is_nobodys_and_that_search_engines_leave_alone(site):
    built = build(site, Shelf(), issues=[issue()])
    page = (site.out / "issues/weekly-2026-W48/index.html").read_text("utf-8")
    assert built.new[-1] == "public/issues/weekly-2026-W48/index.html"
    assert "<p>Hello there</p>" in page
    assert '<meta name="robots" content="noindex">' in page


def test_an_issue_whose_article_cannot_be_read_any_more_keeps_its_page(site):
    source = Shelf(days_old(1, "one"), days_old(9, "mailed", feed=False), torn=["mailed"])
    built = build(site, source, issues=[issue("mailed", "gone")])
    assert built.findings == ()
    assert (site.out / "issues/weekly-2026-W48/index.html").is_file()
    assert slugs(site) == ["one"]


def with_picture(root, file, **other):
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.encode())
    return Picture(f"https://backmatters.example/{file}", "A back", file=file, **other)


def test_pictures_are_published_where_their_addresses_say(site):
    lead = with_picture(site.root, "articles/images/lead.png")
    shown = with_picture(site.root, "articles/2026/a b.png")
    in_issue = with_picture(site.root, "articles/issue.png")
    elsewhere = Picture("https://elsewhere.example/x.png", "")
    built = build(
        site,
        Shelf(
            days_old(1, "one", image=lead, pictures=(shown, elsewhere)),
            days_old(2, "two", image=elsewhere, pictures=(shown,)),
            days_old(9, "mailed", pictures=(in_issue,), feed=False),
        ),
        issues=[issue("mailed")],
    )
    # each before the feed that names it
    assert built.new[:6] == (
        "public/images/lead.png",
        "public/2026/a b.png",
        "public/feed.xml",
        "public/atom.xml",
        "public/feed.json",
        "public/issue.png",
    )
    assert (site.out / "images/lead.png").read_bytes() == b"articles/images/lead.png"
    assert slugs(site) == ["one", "two"]


def test_pictures_of_articles_that_are_in_no_feed_are_not_published(tmp_path):
    site = make_site(tmp_path, "limit = 1")
    picture = with_picture(site.root, "articles/old.png")
    build(site, Shelf(days_old(1, "new"), days_old(2, "old", image=picture)))
    assert not (site.out / "old.png").exists()


def test_a_picture_that_is_missing_is_named_and_stops_nothing(site):
    picture = Picture("https://backmatters.example/gone.png", "", file="articles/gone.png")
    built = build(site, Shelf(days_old(1, "one", image=picture)))
    assert slugs(site) == ["one"]
    assert built.findings == (
        Finding(
            Level.ADVICE,
            'The picture "articles/gone.png" is not there.',
            Where("articles/one.md", 5),
            "Put it into the articles folder, or name another one.",
            "pictures",
        ),
    )


@pytest.mark.parametrize(
    "file", ["secret.txt", "articles/../secret.txt", "articles/link.png", "twin/a.png"]
)
def test_no_file_outside_the_articles_folder_is_ever_published(site, file):
    (site.root / "secret.txt").write_text("secret")
    (site.root / "articles/a.png").write_text("reached by a way that is not below the folder")
    (site.root / "twin").symlink_to("articles")
    (site.root / "articles/link.png").symlink_to(site.root / "secret.txt")
    picture = Picture("https://backmatters.example/x", "", file=file)
    built = build(site, Shelf(days_old(1, "one", image=picture)))
    assert [finding.text for finding in built.findings] == [
        f'The picture "{file}" lies outside the articles folder.'
    ]
    assert {path.name for path in site.out.iterdir()} == FILES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in folders")
def test_what_only_looks_like_a_picture_holds_nothing_up(site):
    (site.root / "articles/loop.png").symlink_to("loop.png")
    (site.root / "articles/folder.png").mkdir()
    os.mkfifo(site.root / "articles/pipe.png")
    names = ("loop.png", "folder.png", "pipe.png")
    pictures = tuple(Picture("https://x.example/", "", file=f"articles/{name}") for name in names)
    built = build(site, Shelf(days_old(1, "one", pictures=pictures)))
    assert [finding.text for finding in built.findings] == [
        f'The picture "articles/{name}" is not there.' for name in names
    ]
    assert slugs(site) == ["one"]


def test_no_picture_is_written_through_a_link_out_of_the_output_folder(site):
    (site.root / "precious").mkdir()
    site.out.mkdir()
    (site.out / "images").symlink_to(site.root / "precious")
    picture = with_picture(site.root, "articles/images/a.png")
    with pytest.raises(SyndicateError, match="nothing may be written there"):
        build(site, Shelf(days_old(1, "one", image=picture)))
    assert list((site.root / "precious").iterdir()) == []


def test_feeds_made_without_a_build_carry_the_newest_that_may_stand_in_feeds(tmp_path):
    site = make_site(tmp_path, 'formats = ["json"]\nlimit = 2')
    articles = [days_old(day, f"day-{day}", feed=day != 1) for day in (4, 2, 1, 3)]
    [(name, data)] = publish.feeds(site, articles)
    titles = [item["title"] for item in json.loads(data)["items"]]
    assert (name, titles) == ("feed.json", ["Day-2", "Day-3"])


def test_a_folder_in_the_way_of_a_feed_is_said_in_words(site):
    (site.out / "atom.xml").mkdir(parents=True)
    with pytest.raises(SyndicateError, match=r"atom\.xml cannot be written: a folder of that name"):
        build(site, Shelf(days_old(1, "one")))


HEADS = st.builds(days_old, st.integers(-2, 3), st.sampled_from("abcdefgh"), feed=st.booleans())


@given(st.lists(HEADS, unique_by=lambda head: head.id), st.randoms())
def test_the_choice_does_not_depend_on_the_order_in_which_articles_are_found(heads, chance):
    chosen = publish.select(heads, NOW)
    shuffled = list(heads)
    chance.shuffle(shuffled)
    assert publish.select(shuffled, NOW) == chosen
    assert set(chosen) == {head for head in heads if head.feed and head.published <= NOW}
    assert list(chosen) == sorted(chosen, key=lambda head: (NOW - head.published, head.id))


def folder(site):
    return Folder(
        site.root,
        site.articles.folder,
        site_url=site.site.url,
        zone=site.site.zone,
        author=site.site.author,
        language=site.site.language,
        authority=site.site.authority,
        since=site.feeds.since,
        known=kept.load(site.ids_path),
    )


def write_article(site, name, front, body="Words.\n"):
    path = site.root / "articles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{front}\n---\n{body}", "utf-8")
    return path


def build_folder(site):
    return build(site, folder(site), remember=lambda reading: kept.save(site.ids_path, reading.ids))


def test_a_folder_with_broken_articles_still_becomes_feeds_and_the_broken_ones_are_named(site):
    write_article(site, "good.md", "title: Good\ndate: 2026-11-20")
    write_article(site, "sub/older.md", "title: Older\ndate: 2026-11-19")
    write_article(site, "dateless.md", "title: Dateless")
    write_article(site, "open.md", "title: [open\ndate: 2026-11-20")
    built = build_folder(site)
    assert slugs(site) == ["good", "older"]
    assert {finding.where.path for finding in built.findings} == {
        "articles/dateless.md",
        "articles/open.md",
    }
    assert {finding.level for finding in built.findings} == {Level.MUST_FIX}


def test_every_picture_that_a_feed_names_on_the_site_is_there(site):
    for name in ("top.png", "2026/a b.png", "2026/lead.png"):
        path = site.root / "articles" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"not much of a picture")
    write_article(
        site,
        "2026/shown.md",
        "title: Shown\ndate: 2026-11-20\nimage: lead.png\nimage_alt: A back",
        "![From here](<a b.png>)\n\n![From the top](/top.png)\n",
    )
    build_folder(site)
    item = json.loads((site.out / "feed.json").read_bytes())["items"][0]
    served = {item["image"], *re.findall(r'src="([^"]+)"', item["content_html"])}
    files = {unquote(url.removeprefix(site.site.url)) for url in served}
    assert files == {"top.png", "2026/a b.png", "2026/lead.png"}
    assert [name for name in files if not (site.out / name).is_file()] == []


def test_a_renamed_article_is_not_unread_again(site):
    before = write_article(site, "draft-name.md", "title: First title\ndate: 2026-11-20")
    build_folder(site)
    [old] = feedparser.parse(site.out / "atom.xml").entries
    before.unlink()
    write_article(site, "better-name.md", "title: Better title\ndate: 2026-11-20")
    build_folder(site)
    [new] = feedparser.parse(site.out / "atom.xml").entries
    assert (new.title, new.id) == ("Better title", old.id)
