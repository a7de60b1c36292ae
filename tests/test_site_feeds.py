"""A site has a feed for each tag, an archive, a page and a list; what is stale goes."""

import hashlib
import json
import os
import unicodedata
from datetime import timedelta

import feedparser
import lxml.html
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from shelf import NOW, Shelf, build, days_old, make_site
from syndicate import checks, config, publish
from syndicate.errors import ConfigError
from syndicate.models import Finding, Identity, Level, Picture, Where
from syndicate.publish.tags import folder

HISTORY = "{http://purl.org/syndication/history/1.0}"


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


def items(site, name):
    return [
        item["id"].split(":")[-1] for item in json.loads((site.out / name).read_bytes())["items"]
    ]


def links(site, name):
    """Give the links of an XML feed by what they are; the site's own files by their paths."""
    root = etree.parse(site.out / name).getroot()
    found = {
        one.get("rel"): one.get("href").removeprefix(site.site.url)
        for one in root.iter("{http://www.w3.org/2005/Atom}link")
        if one.get("rel") != "alternate"
    }
    return found | {
        kind: "" for kind in ("archive", "complete") if root.find(f".//{HISTORY}{kind}") is not None
    }


def text_of(path):
    return path.read_text("utf-8")


# feeds of tags


def test_each_tag_has_a_feed_of_its_own_in_every_format(site):
    build(
        site, Shelf(days_old(1, "a", tags=("back pain", "work")), days_old(2, "b", tags=("work",)))
    )
    assert items(site, "tags/work/feed.json") == ["a", "b"]
    assert items(site, "tags/back-pain/feed.json") == ["a"]
    for name in ("feed.xml", "atom.xml"):
        feed = feedparser.parse(site.out / "tags/back-pain" / name).feed
        own = [link.href for link in feed.links if link.rel == "self"]
        assert feed.title == "Back Matters: Back pain"
        assert own == [f"https://backmatters.example/tags/back-pain/{name}"]
    atom = feedparser.parse(site.out / "tags/back-pain/atom.xml").feed
    assert atom.id == "tag:backmatters.example,2024:feed/tags/back-pain"


def test_a_feed_of_a_tag_carries_the_newest_up_to_the_limit_and_no_article_is_read_twice(tmp_path):
    site = make_site(tmp_path, "limit = 2")
    source = Shelf(
        *(days_old(day, f"day-{day}", tags=("all", "few")[: 1 + day % 2]) for day in (1, 2, 3, 4))
    )
    build(site, source)
    assert items(site, "tags/all/feed.json") == ["day-1", "day-2"]
    assert items(site, "tags/few/feed.json") == ["day-1", "day-3"]
    assert sorted(source.asked) == ["day-1", "day-2", "day-3"]


def test_only_the_tags_of_a_list_have_feeds_and_one_that_nobody_uses_is_told(tmp_path):
    site = make_site(tmp_path, 'tags = ["Work", "wrok"]')
    built = build(site, Shelf(days_old(1, "a", tags=("work", "sleep"))))
    assert {path.name for path in (site.out / "tags").iterdir()} == {"work", "wrok"}
    assert items(site, "tags/wrok/feed.json") == []
    assert [one.text for one in built.findings] == [
        'No article that may stand in feeds has the tag "wrok", so its feed is empty.'
    ]


def test_without_tags_in_the_list_there_are_no_feeds_of_tags(tmp_path):
    site = make_site(tmp_path, "tags = []")
    assert build(site, Shelf(days_old(1, "a", tags=("work",)))).feeds == 1
    assert not (site.out / "tags").exists()


def test_tags_that_differ_in_case_and_hyphens_share_a_feed_without_a_word(site):
    built = build(
        site,
        Shelf(
            days_old(1, "a", tags=("Back Pain",)),
            days_old(2, "b", tags=("back-pain", "Back Pain")),
            days_old(3, "c", tags=("back-pain",)),
            days_old(4, "d", tags=("BACK PAIN",)),
        ),
    )
    assert items(site, "tags/back-pain/feed.json") == ["a", "b", "c", "d"]
    assert (built.feeds, built.findings) == (2, ())


def test_tags_that_mean_different_things_and_share_a_folder_are_told(site):
    built = build(site, Shelf(days_old(1, "a", tags=("C++",)), days_old(2, "b", tags=("C#",))))
    assert items(site, "tags/c/feed.json") == ["a", "b"]
    assert [one.text for one in built.findings] == [
        'The tags "C#" and "C++" share one feed, tags/c/.'
    ]


def test_a_tag_without_letters_is_told_and_has_no_feed(site):
    built = build(site, Shelf(days_old(1, "a", tags=("!?", ".."))))
    assert not (site.out / "tags").exists()
    assert [one.text for one in built.findings] == [
        'The tag "!?" has no feed of its own: it holds no letter and no digit.',
        'The tag ".." has no feed of its own: it holds no letter and no digit.',
    ]


TAGS = st.one_of(st.text(max_size=40), st.text('./\\:*?"<>|%~ \0abcABC\u0130\u00df-', max_size=20))


@given(TAGS)
def test_a_tag_becomes_one_plain_name_whatever_it_holds(tag):
    name = folder(tag)
    assert not set('./\\:*?"<>|%~\0') & set(name)
    assert name == unicodedata.normalize("NFC", name) == "".join(name.split())
    assert len(name.encode()) <= 210
    assert name not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


def test_a_long_tag_of_wide_letters_still_fits_on_a_disk(site):
    build(site, Shelf(days_old(1, "a", tags=("\U00010428" * 90,))))
    [path] = (site.out / "tags").iterdir()
    assert 150 < len(path.name.encode()) <= 200


# the archive


def dated(number):
    return [days_old(number - one, f"n{one}") for one in range(1, number + 1)]


def archived(tmp_path, number, limit=4):
    site = make_site(tmp_path, f"limit = {limit}\narchive = true")
    build(site, Shelf(*dated(number)))
    return site


def test_older_articles_are_in_archive_pages_counted_from_the_oldest(tmp_path):
    site = archived(tmp_path, 9)
    assert items(site, "feed.json") == ["n9", "n8", "n7", "n6"]
    assert items(site, "archive/3/feed.json") == ["n6", "n5"]
    assert items(site, "archive/2/feed.json") == ["n4", "n3"]
    assert items(site, "archive/1/feed.json") == ["n2", "n1"]
    assert sorted(path.name for path in (site.out / "archive").iterdir()) == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_archive_pages_are_linked_as_rfc_5005_asks(tmp_path, name):
    site = archived(tmp_path, 9)
    assert links(site, name) == {"self": name, "prev-archive": f"archive/3/{name}"}
    assert links(site, f"archive/2/{name}") == {
        "self": f"archive/2/{name}",
        "current": name,
        "prev-archive": f"archive/1/{name}",
        "archive": "",
    }
    assert links(site, f"archive/1/{name}") == {
        "self": f"archive/1/{name}",
        "current": name,
        "next-archive": f"archive/2/{name}",
        "archive": "",
    }


def test_a_json_feed_leads_to_older_articles_page_by_page(tmp_path):
    site = archived(tmp_path, 9)
    names = ["feed.json"]
    while url := json.loads((site.out / names[-1]).read_bytes()).get("next_url"):
        names.append(url.removeprefix(site.site.url))
    assert names == ["feed.json", *(f"archive/{number}/feed.json" for number in (3, 2, 1))]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7])
def test_a_full_page_never_changes_and_nothing_is_ever_missing(tmp_path, limit):
    site = make_site(tmp_path, f"limit = {limit}\narchive = true")
    articles = dated(20)
    pages = {}
    for number in range(1, 21):
        build(site, Shelf(*articles[:number]))
        now = {path: path.read_bytes() for path in sorted(site.out.glob("archive/*/*"))}
        assert pages.items() <= now.items()
        pages = now
        found = {
            one
            for path in [site.out / "feed.json", *site.out.glob("archive/*/feed.json")]
            for one in items(site, path)
        }
        assert found == {f"n{one}" for one in range(1, number + 1)}


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_a_feed_that_holds_everything_says_so(tmp_path, name):
    site = archived(tmp_path, 4)
    assert links(site, name) == {"self": name, "complete": ""}
    assert not (site.out / "archive").exists()


def test_without_archive_nothing_is_said_of_completeness(site):
    build(site, Shelf(*dated(3)))
    assert b"history" not in (site.out / "feed.xml").read_bytes()


def test_pictures_of_archived_articles_are_published(tmp_path):
    site = make_site(tmp_path, "limit = 1\narchive = true")
    (site.root / "articles/old.png").write_bytes(b"old")
    picture = Picture("https://backmatters.example/old.png", "", file="articles/old.png")
    build(site, Shelf(days_old(1, "new"), days_old(2, "mid"), days_old(3, "old", image=picture)))
    assert (site.out / "old.png").read_bytes() == b"old"


# the page and the list


def page_of(site):
    return lxml.html.fromstring((site.out / "feeds.html").read_bytes().decode())


def test_the_page_shows_every_feed_and_can_be_found_by_readers(site):
    build(site, Shelf(days_old(1, "a", tags=("sleep",))))
    page = page_of(site)
    shown = {"".join(code.itertext()) for code in page.iter("code")}
    base = "https://backmatters.example/"
    assert {
        base + name for name in ("feed.xml", "atom.xml", "feed.json", "tags/sleep/feed.xml")
    } <= shown
    found = {
        (one.get("type"), one.get("href"))
        for one in page.head.iter("link")
        if one.get("rel") == "alternate"
    }
    assert found == {
        ("application/rss+xml", f"{base}feed.xml"),
        ("application/atom+xml", f"{base}atom.xml"),
        ("application/feed+json", f"{base}feed.json"),
    }
    [snippet] = page.iter("pre")
    lines = "".join(snippet.itertext()).splitlines()
    assert [etree.fromstring(f"{line[:-1]}/>").get("href") for line in lines] == [
        f"{base}{name}" for name in ("feed.xml", "atom.xml", "feed.json")
    ]


def test_the_page_needs_no_script_and_nothing_from_elsewhere(tmp_path):
    site = make_site(tmp_path)
    path = site.root / "syndicate.toml"
    path.write_text(
        text_of(path).replace("[feeds]", 'logo = "https://cdn.example/logo.png"\n[feeds]')
    )
    site = config.load(path)
    build(site, Shelf(days_old(1, "a", tags=("<script>alert(1)</script>", "'\"><img src=x>"))))
    page = page_of(site)
    assert [one.tag for one in page.iter("script", "img", "iframe", "object", "form")] == []
    assert [one for one in page.iter("link") if one.get("rel") == "stylesheet"] == []
    assert "url(" not in text_of(site.out / "feeds.html")
    assert "<script" not in text_of(site.out / "feeds.html")


def test_a_site_can_change_the_page_with_a_template_of_its_own(site):
    (site.root / "templates").mkdir()
    (site.root / "templates/feeds.html.j2").write_text(
        '{% extends "builtin/feeds.html.j2" %}{% block footer %}<footer>Ours</footer>{% endblock %}'
    )
    build(site, Shelf(days_old(1, "a")))
    assert "<footer>Ours</footer>" in text_of(site.out / "feeds.html")


def test_the_list_names_each_feed_once_in_the_first_format(tmp_path):
    site = make_site(tmp_path, 'formats = ["json", "atom"]')
    build(site, Shelf(days_old(1, "a", tags=("R&D",))))
    outlines = etree.parse(site.out / "feeds.opml").getroot().findall("body/outline")
    assert [(one.get("text"), one.get("type"), one.get("xmlUrl")) for one in outlines] == [
        ("Back Matters", "rss", "https://backmatters.example/atom.xml"),
        ("Back Matters: R&D", "rss", "https://backmatters.example/tags/r-d/atom.xml"),
    ]


# the logo


def test_a_logo_from_the_articles_folder_is_published_and_named_in_every_format(site):
    path = site.root / "syndicate.toml"
    path.write_text(text_of(path).replace("[feeds]", 'logo = "images/our logo.png"\n[feeds]'))
    (site.root / "articles/images").mkdir()
    (site.root / "articles/images/our logo.png").write_bytes(b"logo")
    site = config.load(path)
    build(site, Shelf(days_old(1, "a")))
    url = "https://backmatters.example/images/our%20logo.png"
    assert (site.out / "images/our logo.png").read_bytes() == b"logo"
    assert feedparser.parse(site.out / "feed.xml").feed.image.href == url
    assert feedparser.parse(site.out / "atom.xml").feed.logo == url
    assert json.loads((site.out / "feed.json").read_bytes())["icon"] == url
    assert page_of(site).find(".//img").get("src") == "images/our%20logo.png"


@pytest.mark.parametrize(
    "logo",
    [
        "../secret.png",
        "http://x.example/a.png",
        "javascript:alert(1)",
        "//x.example/a.png",
        "https://a@x.example/",
    ],
)
def test_a_logo_that_cannot_be_shown_is_refused_in_words(site, logo):
    text = text_of(site.root / "syndicate.toml").replace("[feeds]", f'logo = "{logo}"\n[feeds]')
    with pytest.raises(ConfigError, match="is no picture that can be shown"):
        config.parse(text, site.root)


# what is stale


def test_the_feeds_of_a_tag_that_is_gone_are_removed_with_their_folder(site):
    build(site, Shelf(days_old(1, "a", tags=("old", "kept"))))
    built = build(site, Shelf(days_old(1, "a", tags=("kept",))))
    assert built.removed == tuple(
        f"public/tags/old/{name}" for name in ("atom.xml", "feed.json", "feed.xml")
    )
    assert [path.name for path in (site.out / "tags").iterdir()] == ["kept"]


def test_the_feeds_of_a_format_that_is_gone_are_removed(tmp_path):
    build(make_site(tmp_path), Shelf(days_old(1, "a")))
    site = make_site(tmp_path, 'formats = ["rss"]')
    assert build(site, Shelf(days_old(1, "a"))).removed == ("public/atom.xml", "public/feed.json")
    assert build(site, Shelf(days_old(1, "a"))).removed == ()


def test_a_file_that_somebody_changed_or_put_there_is_never_removed(site):
    build(site, Shelf(days_old(1, "a", tags=("old",))))
    (site.out / "tags/old/feed.xml").write_text("mine now")
    (site.out / "tags/old/notes.txt").write_text("mine")
    (site.out / "tags/theirs").mkdir()
    (site.out / "tags/theirs/feed.xml").write_text("theirs")
    built = build(site, Shelf(days_old(1, "a")))
    assert {str(path.relative_to(site.out)) for path in site.out.glob("tags/*/*")} == {
        "tags/old/feed.xml",
        "tags/old/notes.txt",
        "tags/theirs/feed.xml",
    }
    assert [(one.level, str(one.where)) for one in built.findings] == [
        (Level.ADVICE, "public/tags/old/feed.xml")
    ]


def test_nothing_is_removed_while_an_article_cannot_be_read(site):
    build(site, Shelf(days_old(1, "a", tags=("old",))))
    broken = Finding(Level.MUST_FIX, "there is no date.", Where("articles/a.md"))
    assert build(site, Shelf(findings=[broken])).removed == ()
    assert (site.out / "tags/old/feed.xml").is_file()
    # and once it is clear what is gone, it goes
    assert len(build(site, Shelf()).removed) == 3


def test_without_the_note_of_what_was_written_nothing_is_removed(site):
    build(site, Shelf(days_old(1, "a", tags=("old",))))
    (site.root / ".cache/built.json").write_text("no longer readable")
    assert build(site, Shelf(days_old(1, "a"))).removed == ()


def test_a_note_that_names_files_elsewhere_removes_none_of_them(site):
    (site.root / "feed.xml").write_text("precious")
    digest = hashlib.sha256(b"precious").hexdigest()
    note = {"public": dict.fromkeys(("../feed.xml", "tags/../../feed.xml", "/etc/passwd"), digest)}
    (site.root / ".cache").mkdir()
    (site.root / ".cache/built.json").write_text(json.dumps(note))
    assert build(site, Shelf(days_old(1, "a"))).removed == ()
    assert (site.root / "feed.xml").is_file()


def test_two_output_folders_do_not_know_of_each_other(tmp_path):
    build(make_site(tmp_path, 'out = "one"'), Shelf(days_old(1, "a", tags=("x",))))
    assert build(make_site(tmp_path, 'out = "two"'), Shelf(days_old(1, "a"))).removed == ()
    assert (tmp_path / "one/tags/x/feed.xml").is_file()


def test_what_a_killed_run_left_half_written_is_cleaned_up_after_an_hour(site):
    build(site, Shelf(days_old(1, "a", tags=("x",))))
    left = [site.out / ".syndicate-abcd_123", site.out / "tags/x/.syndicate-00000000"]
    young, other = site.out / ".syndicate-younger0", site.out / ".syndicate-mine.txt"
    for path in [*left, young, other]:
        path.write_bytes(b"half")
    for path in [*left, other]:
        hours_ago = (NOW - timedelta(hours=2)).timestamp()
        os.utime(path, (hours_ago, hours_ago))
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    build(site, Shelf(days_old(1, "a", tags=("x",))))
    assert [path.exists() for path in [*left, young, other]] == [False, False, True, True]


# ids


def test_the_main_feed_keeps_its_id_when_the_site_moves(tmp_path):
    site = make_site(tmp_path)
    kept = {}
    build(site, Shelf(days_old(1, "a")), remember=lambda reading: kept.update(reading.ids))
    path = site.root / "syndicate.toml"
    path.write_text(
        text_of(path).replace("https://backmatters.example/", "http://moved.example/blog/")
    )

    class Moved(Shelf):
        def read(self):
            reading = super().read()
            return msgspec.structs.replace(reading, ids={**kept, **reading.ids})

    build(config.load(path), Moved(days_old(1, "a")))
    feed = feedparser.parse(site.out / "atom.xml").feed
    assert feed.id == "tag:backmatters.example,2024:feed"
    assert feed.link == "http://moved.example/blog/"


# checks


def stand(**changes):
    one = days_old(1, "a")
    plain = {
        "heads": (one,),
        "articles": (one,),
        "sizes": {},
        "known": {},
        "site_url": "https://backmatters.example/",
    }
    return checks.Rack(**(plain | changes))


def names(found):
    return [(one.name, one.level) for one in found]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"sizes": {"public/feed.xml": 5_000_001}}, "feed-size"),
        ({"articles": (days_old(1, "a", summary=""),)}, "feed-summary"),
        ({"known": {"articles/a.md": Identity("tag:other", "a", "0")}}, "feed-id"),
        ({"site_url": "https://other.example/"}, "feed-address"),
    ],
)
def test_a_check_of_feeds_finds_what_it_is_for_and_can_be_switched_off(site, changes, name):
    assert names(checks.of_feeds(stand(**changes), site)) == [(name, Level.ADVICE)]
    silent = msgspec.structs.replace(site, checks={name: False})
    assert checks.of_feeds(stand(**changes), silent) == ()


def test_nothing_is_found_where_all_is_well(site):
    known = {"articles/a.md": Identity(days_old(1, "a").id, "a", "0")}
    assert checks.of_feeds(stand(known=known, sizes={"public/feed.xml": 5_000_000}), site) == ()


def test_a_rehearsal_says_what_a_build_would_and_writes_nothing(site):
    source = Shelf(days_old(1, "a", tags=("C++", "C#")), days_old(-1, "later"))
    made = publish.rehearse(site, source, source.read(), NOW)
    assert not site.out.exists()
    assert [one.slug for one in made.articles] == [one.slug for one in made.heads] == ["a"]
    assert [one.name for one in made.findings] == ["tags"]
    build(site, source)
    assert made.sizes == {
        f"public/{name}": (site.out / name).stat().st_size
        for name in (
            f"{start}{file}"
            for start in ("", "tags/c/")
            for file in ("feed.xml", "atom.xml", "feed.json")
        )
    }


def test_check_tells_of_an_id_that_changes_and_of_an_address_elsewhere(small_site):
    small_site.run("build")
    small_site.article("first", "The first article", "2026-11-20", "id: tag:new\n")
    small_site.article("second", extra="canonical: https://elsewhere.example/a\n")
    ended = small_site.run("check")
    assert ended.code == 0
    assert 'The id was "tag:small.example,2024:first" and now is "tag:new"' in ended.out
    assert "Write id: tag:small.example,2024:first, unless it is another article." in ended.out
    assert "leads to https://elsewhere.example/a, which is not on https://small.exa" in ended.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('tags = "some"', "is not one of the values it can have: all, or a list in [ ]."),
        ('tags = [""]', "must not be empty"),
        ('archive = "yes"', "should be true or false"),
        ('hub = "hub.example"', "is not the address of a hub"),
        ('hub = "https://me:pw@hub.example/"', "is not the address of a hub"),
        ("limit = 0", "[feeds] limit = 0"),
    ],
)
def test_a_wrong_value_in_feeds_is_said_in_words(tmp_path, line, said):
    text = f'[site]\ntitle = "T"\nurl = "https://t.example/"\n[feeds]\n{line}\n'
    with pytest.raises(ConfigError) as caught:
        config.parse(text, tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("syndicate.toml:5: [feeds]")


def test_check_tells_of_a_copy_that_feeds_carry_also_when_they_are_built(small_site):
    text = small_site.path("articles/first.md").read_text("utf-8")
    small_site.write("articles/first (1).md", text)
    small_site.run("build")
    ended = small_site.run("check", "--strict")
    assert ended.code == 1
    assert "A copy of articles/first.md: same title, day and text." in ended.out
    small_site.write("articles/first (1).md", text.replace("title: ", "title: Again: "))
    assert "A copy of" not in small_site.run("check").out
