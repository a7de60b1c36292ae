import os
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from PIL import Image

from syndicate.dates import iso
from syndicate.errors import ArticleError, ConfigError
from syndicate.models import Identity, Level, Picture, Where
from syndicate.sources.folder import Folder

GOOD = "---\ntitle: Good\ndate: 2026-11-20\n---\nA good one.\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "articles").mkdir()
    return tmp_path


def write(site, name, content):
    path = site / "articles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def folder(site, known=None):
    return Folder(
        site,
        "articles",
        site_url="https://site.example",
        zone=ZoneInfo("Europe/London"),
        author="The Team",
        language="en-GB",
        authority="site.example",
        since=2024,
        known=known or {},
    )


def article(*lines, body="Body."):
    return "\n".join(["---", *lines, "---", body, ""])


def head(site, *lines, name="a.md", body="Body."):
    write(site, name, article("title: A", "date: 2026-11-20", *lines, body=body))
    reading = folder(site).read()
    assert [finding for finding in reading.findings if finding.level is Level.MUST_FIX] == []
    return reading.heads[0]


def said(findings):
    return [f"{finding.where}: {finding.text} {finding.fix}".rstrip() for finding in findings]


def test_an_article_says_all_of_itself_in_its_front_matter(site):
    write(
        site,
        "2026-11-20-file-name.md",
        article(
            "title: 'Backs: why'",
            "date: 2026-06-20 09:00",
            "updated: 2026-06-21T00:00:00+02:00",
            "slug: why",
            "id: my:id",
            "authors: [Ann, {name: Ben, email: ben@x.example}]",
            "tags: [Backs, sleep, backs]",
            "description: >",
            "  All about",
            "  backs.",
            "image: https://cdn.example/a b.png",
            "image_alt: A back",
            "language: de_AT",
            "canonical: https://other.example/why",
            "lead: yes",
            "email: false",
            "feed: no",
            "draft: true",
        ),
    )
    reading = folder(site).read()
    (found,) = reading.heads
    assert reading.findings == ()
    assert (found.id, found.slug, found.title) == ("my:id", "why", "Backs: why")
    assert found.url == "https://other.example/why"
    assert iso(found.published) == "2026-06-20T08:00:00Z"
    assert iso(found.updated) == "2026-06-20T22:00:00Z"
    assert found.authors == ("Ann", "Ben")
    assert found.tags == ("Backs", "sleep")
    assert found.description == "All about backs."
    assert found.image == Picture("https://cdn.example/a%20b.png", "A back")
    assert found.language == "de-AT"
    assert (found.lead, found.email, found.feed, found.draft) == (True, False, False, True)
    assert found.where == Where("articles/2026-11-20-file-name.md", 21)
    assert reading.ids == {
        found.where.path: Identity("my:id", "why", found.body_hash, found.title, "2026-06-20")
    }


def test_an_article_that_says_little_takes_the_rest_from_its_site(site):
    found = head(site, name="2026-11-20-Why backs hurt.md")
    assert found.slug == "why-backs-hurt"
    assert found.id == "tag:site.example,2024:why-backs-hurt"
    assert found.url == "https://site.example/why-backs-hurt/"
    assert found.updated == found.published
    assert found.authors == ("The Team",)
    assert (found.tags, found.description, found.image) == ((), "", None)
    assert found.language == "en-GB"
    assert (found.lead, found.email, found.feed, found.draft) == (False, True, True, False)


def test_an_address_of_the_site_is_percent_encoded(site):
    assert head(site, "slug: Über").url == "https://site.example/%C3%BCber/"


def test_articles_are_found_in_subfolders_always_in_the_same_order(site):
    names = ("z.md", "b/c.markdown", "b/a.md", "a.MD", "_draft.md", ".x.md", ".git/y.md", "n.txt")
    for number, name in enumerate(names):
        write(site, name, article(f"title: {name}", "date: 2026-11-20", f"slug: s{number}"))
    assert [found.where.path for found in folder(site).read().heads] == [
        "articles/a.MD",
        "articles/b/a.md",
        "articles/b/c.markdown",
        "articles/z.md",
    ]


@pytest.mark.parametrize(
    ("front", "attribute", "expected"),
    [
        ("tags: news, garden", "tags", ("news", "garden")),
        ("tags:", "tags", ()),
        ("tags: [a, '', a, A]", "tags", ("a",)),
        ("author: Ann Example <ann@x.example>", "authors", ("Ann Example",)),
        ("author: ann@x.example (Ann)", "authors", ("(Ann)",)),
        ("author: ann@x.example", "authors", ("The Team",)),
        ("author: {name: Ann, email: ann@x.example}", "authors", ("Ann",)),
        ("authors:\n- Ann\n- Ben <b@x.example>", "authors", ("Ann", "Ben")),
        ("author: '@ann'", "authors", ("@ann",)),
        ("draft: 'No'", "draft", False),
        ("summary: Short.", "description", "Short."),
        ("title2: x", "title", "A"),
        ("updated: 2020-01-01", "description", ""),
    ],
)
def test_people_may_write_it_their_way(site, front, attribute, expected):
    assert getattr(head(site, front), attribute) == expected


def test_an_article_is_never_updated_before_it_was_published(site):
    found = head(site, "updated: 2020-01-01")
    assert found.updated == found.published


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(site):
    text = article("title: A", "date: 2026-11-20", body="One.\n\nTwo.")
    write(site, "a.md", text)
    unix = folder(site).read().heads
    write(site, "a.md", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert folder(site).read().heads == unix
    assert folder(site).article(unix[0]).html == "<p>One.</p>\n<p>Two.</p>"


BROKEN = [
    ("title: [a", 3, "the front matter cannot be read: did not find expected ',' or ']'."),
    ("date: 2026-11-20", None, "there is no title."),
    ("title:\ndate: 2026-11-20", 2, "there is no title."),
    ("title: A", None, "there is no date."),
    ("title: A\ndate: 20.11.26", 3, '"date" is not a date: "20.11.26".'),
    ("title: A\ndate: 2026-02-30", 3, '"date" is a day that no calendar has: "2026-02-30".'),
    ("title: A\ndate: 2026-11-20\nupdated: x", 4, '"updated" is not a date: "x".'),
    ("title: [a, b]\ndate: 2026-11-20", 2, '"title" is a list.'),
    ("date: 2026-11-20\ntitle: {a: b}", 3, '"title" is a mapping.'),
    ("title: |\n  a\n  b\ndate: 2026-11-20", 2, '"title" has more than one line.'),
    ('title: "a\\nb"\ndate: 2026-11-20', 2, '"title" has more than one line.'),
    (
        "title: !!python/name:os x\ndate: 2026-11-20",
        2,
        "the front matter uses the YAML tag !!python/name:os.",
    ),
    ("title: &a x\ndate: 2026-11-20", 2, "the front matter uses the YAML anchor a."),
    ("title: A\ntitle: B", 3, '"title" stands there twice, first on line 2.'),
    ("title: A\ndate: 2026-11-20\nslug: ../x", 4, '"slug" cannot be part of an address: "../x".'),
    ("title: A\ndate: 2026-11-20\nslug: a/b", 4, '"slug" cannot be part of an address: "a/b".'),
    ("title: A\ndate: 2026-11-20\nslug: ..", 4, '"slug" cannot be part of an address: "..".'),
    ('title: A\ndate: 2026-11-20\nslug: "a\\tb"', 4, '"slug" cannot be part of an address: "a b".'),
    ("title: A\ndate: 2026-11-20\nid: a b", 4, '"id" cannot be an id: "a b".'),
    ('title: A\ndate: 2026-11-20\nid: "a\\uFDD0"', 4, '"id" cannot be an id: "a".'),
    (f"title: A\ndate: 2026-11-20\nid: {'x' * 201}", 4, f'"id" cannot be an id: "{"x" * 59}…".'),
    ("title: A\ndate: 2026-11-20\ndraft: maybe", 4, '"draft" is neither yes nor no: "maybe".'),
    ("title: A\ndate: 2026-11-20\ntags: [a, [b]]", 4, '"tags" holds a list in a list.'),
    ("title: A\ndate: 2026-11-20\nauthor: {mail: a}", 4, '"author" has no name.'),
    (
        "title: A\ndate: 2026-11-20\ncanonical: javascript:x",
        4,
        '"canonical" is not a web address: "javascript:x".',
    ),
]


@pytest.mark.parametrize(("front", "line", "text"), BROKEN, ids=[text for _, _, text in BROKEN])
def test_a_broken_article_is_named_once_and_the_good_ones_come_through(site, front, line, text):
    write(site, "good.md", GOOD)
    write(site, "bad.md", article(front))
    reading = folder(site).read()
    assert [found.title for found in reading.heads] == ["Good"]
    (finding,) = reading.findings
    assert (finding.level, finding.where) == (Level.MUST_FIX, Where("articles/bad.md", line))
    assert finding.text == text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "articles/bad.md:1: the file is empty."),
        (b"# Title\n", "articles/bad.md:1: there is no front matter."),
        (b"---\ntitle: A\n", "articles/bad.md:1: the front matter has no end."),
        (b"---\ntitle: Caf\xe9\n---\n", "articles/bad.md:2: the file is not UTF-8: byte 0xe9."),
        (
            b"---\ntitle: A\n---\n\n\0\n",
            "articles/bad.md:5: the file holds a NUL byte, as no text does.",
        ),
        (GOOD.encode() + b"x" * 5 * 2**20, "articles/bad.md: the file is larger than 5 MB."),
    ],
)
def test_a_file_that_is_no_article_is_named_with_the_place(site, data, expected):
    write(site, "good.md", GOOD)
    write(site, "bad.md", data)
    reading = folder(site).read()
    assert [found.title for found in reading.heads] == ["Good"]
    (finding,) = said(reading.findings)
    assert finding.startswith(expected)


def test_a_bomb_of_aliases_is_refused_at_once(site):
    bomb = "a: &a [x]\n" + "\n".join(
        f"{b}: &{b} [*{a},*{a}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)
    )
    write(site, "bad.md", article(bomb))
    (finding,) = said(folder(site).read().findings)
    assert finding.startswith("articles/bad.md:2: the front matter uses the YAML anchor a.")


def test_all_faults_of_an_article_are_said_together(site):
    write(site, "bad.md", article("title: A", "date: x", "slug: a/b", "draft: maybe"))
    assert [str(finding.where) for finding in folder(site).read().findings] == [
        "articles/bad.md:5",
        "articles/bad.md:3",
        "articles/bad.md:4",
    ]


def test_a_file_whose_name_gives_no_slug_is_told_to_name_one(site):
    write(site, "!!!.md", GOOD)
    (finding,) = said(folder(site).read().findings)
    assert finding.startswith("articles/!!!.md: the file's name gives no slug. Add a line")


@pytest.mark.parametrize(
    ("first", "second"),
    [("slug: über", "slug: u\u0308ber"), ("slug: strasse", "slug: straße"), ("id: A", "id: a")],
)
def test_of_two_articles_with_one_slug_or_id_neither_is_used(site, first, second):
    write(site, "good.md", GOOD)
    write(site, "x.md", article("title: X", "date: 2026-11-20", first))
    write(site, "y.md", article("title: Y", "date: 2026-11-20", second))
    reading = folder(site).read()
    assert [found.title for found in reading.heads] == ["Good"]
    (finding,) = reading.findings
    assert finding.level is Level.MUST_FIX
    assert "articles/x.md and articles/y.md have the same" in finding.text


def test_a_draft_may_wait_for_its_date_and_is_left_out(site):
    write(site, "a.md", article("title: A", "draft: true"))
    reading = folder(site).read()
    assert reading.heads == ()
    (finding,) = reading.findings
    assert (finding.level, finding.text) == (
        Level.ADVICE,
        "this draft has no date yet and is left out.",
    )


@pytest.mark.parametrize(
    ("key", "fix"),
    [("titel", 'Did you mean "title"?'), ("lastmod", 'Did you mean "updated"?'), ("zzz", "")],
)
def test_an_unknown_key_is_advice(site, key, fix):
    write(site, "a.md", article("title: A", "date: 2026-11-20", f"{key}: x"))
    reading = folder(site).read()
    assert len(reading.heads) == 1
    (finding,) = reading.findings
    assert (finding.level, finding.where) == (Level.ADVICE, Where("articles/a.md", 4))
    assert (finding.text, finding.fix) == (f'"{key}" means nothing here.', fix)


def test_no_address_of_an_author_gets_into_a_message(site):
    write(site, "a.md", article("title: A", "date: 2026-11-20", "author: {mail: ann@x.example}"))
    assert "ann@" not in " ".join(said(folder(site).read().findings))


def test_a_missing_articles_folder_is_said(tmp_path):
    with pytest.raises(ConfigError, match='There is no folder "articles"'):
        folder(tmp_path).read()


def test_links_are_named_and_never_followed(site, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.md").write_text(GOOD, encoding="utf-8")
    write(site, "good.md", GOOD)
    (site / "articles" / "out.md").symlink_to(outside / "secret.md")
    (site / "articles" / "dangling.md").symlink_to(outside / "nothing.md")
    (site / "articles" / "folder").symlink_to(outside)
    (site / "articles" / "loop").symlink_to(site / "articles")
    (site / "articles" / "self.md").symlink_to(site / "articles" / "self.md")
    reading = folder(site).read()
    assert [found.title for found in reading.heads] == ["Good"]
    assert {(str(finding.where), finding.level) for finding in reading.findings} == {
        ("articles/out.md", Level.MUST_FIX),
        ("articles/dangling.md", Level.MUST_FIX),
        ("articles/self.md", Level.MUST_FIX),
        ("articles/folder", Level.ADVICE),
        ("articles/loop", Level.ADVICE),
    }


def test_a_pipe_is_not_waited_for(site):
    os.mkfifo(site / "articles" / "pipe.md")
    (finding,) = folder(site).read().findings
    assert finding.text == "this is not a regular file."


@pytest.mark.parametrize("name", [b"a\xff.md", b"a\nb.md", b"a\x07.md"])
def test_a_name_that_cannot_be_shown_is_refused(site, name):
    (site / "articles" / os.fsdecode(name)).write_text(GOOD, encoding="utf-8")
    (finding,) = folder(site).read().findings
    assert "signs that cannot be shown" in finding.text
    assert str(finding.where).isprintable()


def picture(site, name, size=(40, 30), **options):
    path = site / "articles" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size).save(path, **options)


@pytest.mark.parametrize(
    ("article_name", "link"),
    [
        ("a.md", "images/my desk.png"),
        ("a.md", "./images/my%20desk.png?v=2#x"),
        ("a.md", "/images/my desk.png"),
        ("sub/a.md", "../images/my desk.png"),
        ("sub/a.md", "images/my desk.png"),
        ("images/a.md", "my desk.png"),
        ("a.md", "images\\\\my desk.png"),
    ],
)
def test_a_lead_picture_is_found_beside_the_article_or_from_the_top(site, article_name, link):
    picture(site, "images/my desk.png")
    found = head(site, f'image: "{link}"', "image_alt: A desk", name=article_name)
    url, file = "https://site.example/images/my%20desk.png", "articles/images/my desk.png"
    assert found.image == Picture(url, "A desk", file=file)
    assert folder(site).article(found).image == Picture(url, "A desk", 40, 30, file)


@pytest.mark.parametrize(
    "link",
    [
        "missing.png",
        "../secret.png",
        "../../etc/x.png",
        "notes.csv",
        "out.png",
        "via/secret.png",
        '"%2e%2e/secret.png"',
        "data:image/png;base64,AAAA",
        "javascript:x.png",
        '"a\\0.png"',
        "images",
    ],
)
def test_a_picture_that_is_not_in_the_folder_is_dropped_with_advice(site, link):
    picture(site, "../secret.png")
    write(site, "notes.csv", "ann@x.example")
    (site / "articles" / "out.png").symlink_to(site / "secret.png")
    (site / "articles" / "via").symlink_to(site)
    write(site, "a.md", article("title: A", "date: 2026-11-20", f"image: {link}"))
    reading = folder(site).read()
    assert reading.heads[0].image is None
    advice = [finding for finding in reading.findings if finding.name == "pictures"]
    assert [str(finding.where) for finding in advice] == ["articles/a.md:4"]


def test_the_size_of_a_picture_is_that_of_how_it_is_shown(site):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(site, "turned.jpg", (40, 30), exif=exif)
    write(site, "broken.png", "no picture")
    write(site, "drawn.svg", "<svg/>")
    found = folder(site).article(
        head(site, body="![a](turned.jpg) ![b](broken.png) ![c](drawn.svg)")
    )
    assert [(one.alt, one.width, one.height) for one in found.pictures] == [
        ("a", 30, 40),
        ("b", None, None),
        ("c", None, None),
    ]


def test_an_article_is_read_whole(site):
    picture(site, "sub/desk.png")
    body = "# Intro\n\nFirst *one*. Second.\n\n![A desk](desk.png) [x](../b) ![y](elsewhere.png)"
    found = folder(site).article(head(site, name="sub/a.md", body=body))
    assert found.html == (
        "<h1>Intro</h1>\n<p>First <em>one</em>. Second.</p>\n"
        '<p><img src="https://site.example/sub/desk.png" alt="A desk" width="40" height="30"> '
        '<a href="https://site.example/b">x</a> '
        '<img src="https://site.example/a/elsewhere.png" alt="y"></p>'
    )
    assert found.text == "Intro\n\nFirst one. Second.\n\nx"
    assert found.summary == "First one. Second. x"
    assert found.minutes == 1
    assert found.pictures == (
        Picture("https://site.example/sub/desk.png", "A desk", 40, 30, "articles/sub/desk.png"),
    )


def test_a_summary_is_the_description_else_the_start_of_the_text(site):
    assert folder(site).article(head(site, "description: Said so.")).summary == "Said so."
    long = folder(site).article(head(site, body="## Heading\n\n" + "One sentence here. " * 30))
    assert long.summary == " ".join(["One sentence here."] * 12)


def test_an_empty_body_gives_an_empty_article(site):
    found = folder(site).article(head(site, body=""))
    assert (found.html, found.text, found.summary, found.minutes) == ("", "", "", 1)


def test_an_article_that_changed_or_went_since_it_was_read_is_refused(site):
    found = head(site)
    path = write(site, "a.md", article("title: A", "date: 2026-11-20", body="Other."))
    with pytest.raises(ArticleError, match=r"^articles/a\.md: the article has just been changed"):
        folder(site).article(found)
    path.unlink()
    with pytest.raises(ArticleError, match=r"^articles/a\.md: the file is gone"):
        folder(site).article(found)
    with pytest.raises(ArticleError, match=r"articles/a\.md"):
        folder(site).manuscript(found)


def test_absurd_nesting_names_its_file(site):
    found = head(site, body=">" * 1000 + "a")
    with pytest.raises(ArticleError, match=r"^articles/a\.md: more than 100"):
        folder(site).article(found)


def test_a_table_too_large_is_told_with_its_line_in_the_file(site):
    found = head(site, body="Text.\n\n" + "|x" * 200 + "\n" + "|-" * 200 + "\n|x" * 200)
    for look in (folder(site).article, folder(site).manuscript):
        with pytest.raises(ArticleError, match=r"^articles/a\.md:7: a table makes more than"):
            look(found)


def test_an_id_survives_a_new_name_a_new_slug_and_a_broken_day(site):
    found = head(site, body="A long body. " * 20)
    known = folder(site).read().ids
    (site / "articles" / "a.md").rename(site / "articles" / "b.md")
    moved = folder(site, known).read()
    assert [one.id for one in moved.heads] == [found.id]
    write(site, "b.md", "---\nbroken")
    broken = folder(site, moved.ids).read()
    assert broken.heads == ()
    write(site, "b.md", article("title: New", "date: 2026-12-01", "slug: new", body="New."))
    assert [one.id for one in folder(site, broken.ids).read().heads] == [found.id]


@pytest.mark.parametrize("body", ["", " \n", "See the picture."])
def test_a_body_that_says_next_to_nothing_is_no_reason_to_take_two_articles_for_one(site, body):
    gone = head(site, name="first.md", body=body)
    known = folder(site).read().ids
    (site / "articles" / "first.md").unlink()
    write(site, "other.md", article("title: Sleep", "date: 2026-12-01", body=body))
    [new] = folder(site, known).read().heads
    assert (gone.id, new.id) == ("tag:site.example,2024:first", "tag:site.example,2024:other")


@pytest.mark.parametrize(
    "front",
    [
        ("title: Another title", "date: 2026-11-20"),
        ("title: Backs", "date: 2026-12-01"),
    ],
)
def test_a_short_article_that_was_renamed_keeps_its_id_with_its_title_or_its_day(site, front):
    write(site, "a.md", article("title: Backs", "date: 2026-11-20", body="In short."))
    first = folder(site).read()
    (site / "articles" / "a.md").unlink()
    write(site, "b.md", article(*front, body="In short."))
    [moved] = folder(site, first.ids).read().heads
    assert moved.id == first.heads[0].id


def test_a_manuscript_says_where_everything_stands(site):
    picture(site, "here.png")
    body = """![](here.png "What it shows") ![there](there.png)

## Links

\u00e9 [a](other.md) [b](http://plain.example/) [d](#part)
[e](javascript:x) mail@x.example

<script>alert(1)</script>

<p onclick='x()'
   style='color: red'>a <img src=here.png></p>"""
    found = head(site, "image: here.png", body=body)
    manuscript = folder(site).manuscript(found)
    start = found.where.line - 1
    assert [
        (spot.line - start, spot.column, spot.kind.value, spot.value or spot.text)
        for spot in manuscript.spots
    ] == [
        (1, 1, "picture", "here.png"),
        (1, 31, "picture", "there.png"),
        (3, 1, "heading", "Links"),
        (5, 3, "link", "other.md"),
        (5, 17, "link", "http://plain.example/"),
        (5, 44, "link", "#part"),
        (6, 1, "removed", "javascript:x"),
        (6, 19, "link", "mailto:mail@x.example"),
        (8, 1, "removed", "<script>"),
        (10, 4, "removed", "onclick"),
        (11, 4, "removed", "style"),
        (11, 34, "picture", "here.png"),
    ]
    shown = [spot.picture and spot.picture.file for spot in manuscript.spots if spot.alt != "there"]
    assert shown[0] == shown[-1] == "articles/here.png"
    assert manuscript.spots[0].caption == "What it shows"
    assert manuscript.weights == {"articles/here.png": (site / "articles/here.png").stat().st_size}
    assert manuscript.article == folder(site).article(found)


def test_two_readings_of_the_same_files_are_equal(site):
    for number in range(5):
        write(site, f"{number}.md", GOOD.replace("Good", f"Good {number}"))
    assert folder(site).read() == folder(site).read()
    first = folder(site).read().heads[0]
    assert folder(site).article(first) == folder(site).article(replace(first))
