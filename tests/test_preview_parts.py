"""What the preview is put together from: inbox rows, feeds, people, the outbox, watching."""

import os
import re
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.checks import TABLE
from syndicate.cli.counting import Counting
from syndicate.errors import ConfigError, SyndicateError
from syndicate.ledger import open_ledger
from syndicate.models import Finding, Level, Mailbox, Message, Where
from syndicate.preview import feedreader, findings, inbox
from syndicate.preview.base import Issue, Look, Story, Trouble, View
from syndicate.preview.live import Live, Versions, trouble
from syndicate.preview.outbox import PAGE, Outbox
from syndicate.preview.people import People
from syndicate.preview.watching import Watched, Watching, matters

GOLDEN = Path(__file__).parent / "golden" / "feeds" / "full"


# The inbox row


@given(st.text(), st.text())
def test_no_program_shows_more_than_it_shows(subject, glance):
    for row in inbox.rows(subject, glance):
        assert len(row.subject) <= row.program.subject
        assert len(row.glance) <= row.program.preview
        assert row.subject_cut == (row.subject != " ".join(subject.split()) and "…" in row.subject)


def test_every_figure_says_where_it_is_from_and_when_it_was_read():
    for program in inbox.PROGRAMS:
        assert program.source
        assert re.fullmatch(r"[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}", program.read)
    assert {one.name for one in inbox.PROGRAMS} == {"Gmail", "Apple Mail", "Outlook"}


# A feed, read again


@pytest.mark.parametrize(
    ("name", "format_"), [("feed.xml", "RSS"), ("atom.xml", "Atom"), ("feed.json", "JSON Feed")]
)
def test_a_format_is_read_as_a_reader_does(name, format_):
    shown = feedreader.read((GOLDEN / name).read_bytes())
    assert shown.format == format_
    assert shown.entries
    for entry in shown.entries:
        assert entry.url.startswith("https://")
        assert entry.date is not None


def test_the_three_formats_tell_a_reader_the_same():
    names = ("feed.xml", "atom.xml", "feed.json")
    rss, atom, json = (feedreader.read((GOLDEN / name).read_bytes()) for name in names)

    def told(shown):
        return [(one.title, one.url, one.authors, one.date, one.tags) for one in shown.entries]

    assert told(rss) == told(atom) == told(json)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<rss",
        b"<html/>",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss>&e;</rss>',
    ],
)
def test_what_is_no_feed_is_said(data):
    with pytest.raises(ValueError, match=r".+"):
        feedreader.read(data)


# Findings beside what they are about


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("subject-length", "inbox"),
        ("preheader-repeats", "inbox"),
        ("feed-size", "feeds"),
        ("http-link", "links"),
        ("alt", "issue"),
    ],
)
def test_a_finding_belongs_beside_a_view(name, view):
    assert name in {check.name for check in TABLE}
    assert findings.about(Finding(Level.ADVICE, "x", name=name)) == view


# People


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "name,email,city\nAnn Archer,ann@example.com,Leeds\n,bob@example.com,\nx,no address,\n"
        + "".join(f"Carol {n},carol{n}@example.com,\n" for n in range(40)),
        "utf-8",
    )
    return People(path, "https://small.example/leave?u={token}")


def test_people_are_found_by_every_word(people):
    assert [one.name for _, one in people.search("arch ann@")] == ["Ann Archer"]
    assert [one.name for _, one in people.search("bob")] == ["bob@example.com"]
    assert people.search("no address") == ()
    assert len(people.search("carol")) == 20


def test_a_person_has_the_values_of_their_row(people):
    person = people.on_line(2)
    assert dict(person.values) == {
        "name": "Ann Archer",
        "city": "Leeds",
        "email": "ann@example.com",
        "unsubscribe_url": "https://small.example/leave?u=0123456789abcdef",
    }
    assert people.on_line(4) is None
    assert people.on_line(999) is None


# How many people


@pytest.fixture
def desk(small_site):
    from syndicate import config  # noqa: PLC0415 -- beside what it is for
    from syndicate.cli.desk import Desk  # noqa: PLC0415

    small_site.write("suppressed.csv", "email\nbob@example.com\n")
    small_site.write(
        "syndicate.toml",
        small_site.path("syndicate.toml").read_text("utf-8")
        + '[audience]\nsuppressed = "suppressed.csv"\n',
    )
    loaded = config.load(small_site.path("syndicate.toml"))
    return Desk(loaded, datetime(2026, 11, 24, tzinfo=UTC), "me@here")


def test_who_is_suppressed_is_not_counted_and_a_change_is(desk):
    counting = Counting()
    assert counting.audience(desk, "weekly", b"secret").count == 1
    with (desk.config.root / "people.csv").open("a") as file:
        file.write("carol@example.com,Carol\n")
    assert counting.audience(desk, "weekly", b"secret").count == 2


def test_without_the_secret_or_the_file_nothing_is_made_up(desk):
    assert Counting().audience(desk, "weekly", None).count is None
    (desk.config.root / "people.csv").unlink()
    audience = Counting().audience(desk, "weekly", b"secret")
    assert audience.count is None
    assert "people.csv" in audience.told


def test_a_long_file_is_counted_while_the_page_is_there_already(desk, monkeypatch):
    monkeypatch.setattr("syndicate.cli.counting.AT_ONCE", 10)
    done = threading.Event()
    counting = Counting(done.set)
    assert counting.audience(desk, "weekly", b"secret").told == "people.csv, being counted"
    assert done.wait(10)
    assert counting.audience(desk, "weekly", b"secret").count == 1


# The outbox


def mail(folder, number, subject="Hello"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number:04d}.eml").write_bytes(
        f"From: A <a@example.com>\r\nTo: b{number}@example.com\r\nSubject: {subject}\r\n"
        "Date: Tue, 24 Nov 2026 09:00:00 +0000\r\nX-Zed: 1\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlain\r\n"
        "--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>HTML</p>\r\n--x--\r\n".encode()
    )


def test_a_letter_is_opened_with_all_its_headers(tmp_path):
    mail(tmp_path / "weekly-1", 1, "=?utf-8?q?Gr=C3=BC=C3=9Fe?=")
    outbox = Outbox(tmp_path)
    letter = outbox.letter("weekly-1", "0001")
    assert (letter.subject, letter.to, letter.text.strip(), letter.html.strip()) == (
        "Grüße",
        "b1@example.com",
        "Plain",
        "<p>HTML</p>",
    )
    assert [name for name, _ in letter.headers[:4]] == ["From", "To", "Subject", "Date"]
    assert ("X-Zed", "1") in letter.headers
    assert "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" in letter.source


def test_a_large_outbox_is_listed_without_opening_it(tmp_path):
    folder = tmp_path / "weekly-1"
    mail(folder, 1)
    for number in range(2, 10_001):
        os.link(folder / "0001.eml", folder / f"{number:04d}.eml")
    outbox = Outbox(tmp_path)
    listed = outbox.folder("weekly-1")
    assert (len(listed.numbers), listed.numbers[0], listed.numbers[-1]) == (10_000, "10000", "0001")
    lines = outbox.lines(listed, 3)
    assert [one.number for one in lines] == list(listed.numbers[2 * PAGE : 3 * PAGE])


@pytest.mark.parametrize(
    ("folder", "number"),
    [("..", "0001"), ("weekly-1", "../0001"), ("weekly-1", "9999"), ("", ""), ("linked", "0001")],
)
def test_nothing_outside_the_outbox_is_opened(tmp_path, folder, number):
    mail(tmp_path / "outside", 1)
    mail(tmp_path / "outbox" / "weekly-1", 1)
    (tmp_path / "outbox" / "linked").symlink_to(tmp_path / "outside")
    outbox = Outbox(tmp_path / "outbox")
    assert outbox.letter(folder, number) is None
    assert outbox.folders() == ("weekly-1",)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"Subject: x", b"Content-Type: text/html"])
def test_a_file_that_is_no_letter_opens_all_the_same(tmp_path, data):
    (tmp_path / "weekly-1").mkdir()
    (tmp_path / "weekly-1" / "0001.eml").write_bytes(data)
    outbox = Outbox(tmp_path)
    assert outbox.letter("weekly-1", "0001") is not None
    assert len(outbox.lines(outbox.folder("weekly-1"), 1)) == 1


# What is shown after an error


def view(*paths, title="Weekly"):
    message = Message("S", "", "<p>Hello</p>", "Hello", Mailbox("A", "a@example.com"), (), ())
    stories = tuple(Story(path, Where(path, 5), "") for path in paths)
    issue = Issue("weekly-1", 1, "24 November", message, "a" * 64, "", "", stories)
    return View("weekly", title, "en", "https://a.example/", issue if paths else None)


def seen(*looks):
    """Show one look after the other, and give the titles and troubles that are on the page."""
    turns = iter(looks)
    live = Live(lambda: next(turns))
    for _ in looks[1:]:
        live.redraw()
    html = live.book.files["index.html"].decode()
    return [title for title in ("First", "Second") if f">{title}</h1>" in html], html


def test_an_article_of_the_issue_that_breaks_leaves_what_was_drawn_before():
    broken = Trouble("no date", Where("articles/a.md", 3))
    first = (Look(view("articles/a.md", title="First")),)
    titles, html = seen(first, (Look(view("articles/b.md", title="Second"), (broken,)),))
    assert titles == ["First"]
    assert "articles/a.md:3" in html
    assert "Until then you see what was drawn before." in html


def test_while_another_file_is_broken_the_issue_is_still_drawn_anew():
    broken = Trouble("no date", Where("articles/z.md", 3))
    first = (Look(view("articles/a.md", title="First")),)
    titles, html = seen(first, (Look(view("articles/a.md", title="Second"), (broken,)),))
    assert titles == ["Second"]
    assert "articles/z.md:3" in html


def test_once_it_is_mended_it_is_drawn_anew():
    broken = (Look(view(title="First"), (Trouble("x"),)),)
    titles, html = seen(
        (Look(view("articles/a.md", title="First")),),
        broken,
        (Look(view("articles/a.md", title="Second")),),
    )
    assert titles == ["Second"]
    assert 'class="trouble"' not in html


def test_an_error_of_the_configuration_or_of_ours_leaves_what_was_drawn_before(capsys):
    turns = iter((ConfigError("syndicate.toml:4: no."), ZeroDivisionError("ours")))
    looks = [(Look(view("articles/a.md", title="First")),)]

    def gather():
        if looks:
            return looks.pop()
        raise next(turns)

    live = Live(gather)
    live.redraw()
    assert b"syndicate.toml:4" in live.book.files["index.html"]
    live.redraw()
    assert b"Syndicate itself has failed" in live.book.files["index.html"]
    assert b">First</h1>" in live.book.files["index.html"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_error_at_the_start_is_an_error():
    def gather():
        raise ConfigError("no")

    with pytest.raises(ConfigError):
        Live(gather)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("articles/why.md:3: no date.", "articles/why.md:3"),
        ("templates/digest.html.j2: it is empty.", "templates/digest.html.j2"),
        ("There is nothing.", None),
        ("https://a.example: no", None),
    ],
)
def test_an_error_that_knows_its_place_says_it(text, where):
    told = trouble(SyndicateError(text))
    assert (str(told.where) if told.where else None) == where
    assert text.endswith(told.text)


def test_a_drawing_that_is_the_same_wakes_nobody():
    live = Live(lambda: (Look(view("articles/a.md")),))
    before = live.versions
    live.redraw()
    assert live.wait(before, 0.05) == before
    live.outbox_changed()
    assert live.wait(before, 5) == Versions(before.site, before.outbox + 1)


# Watching


def eventually(condition):
    for _ in range(3000):
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_changes_below_the_folders_and_beside_the_configuration_are_noticed(tmp_path):
    for name in ("articles", "outbox", "node_modules"):
        (tmp_path / name).mkdir()
    site, outbox = [], []
    watched = Watched(
        frozenset({tmp_path / "syndicate.toml"}),
        (tmp_path / "articles", tmp_path / "templates"),
        tmp_path / "outbox",
    )
    watching = Watching(lambda: watched, lambda: site.append(1), lambda: outbox.append(1))

    def noticed(seen, path):
        """Whether writing a file is noticed, once all is quiet."""
        while True:
            before = len(site), len(outbox)
            time.sleep(0.4)
            if before == (len(site), len(outbox)):
                break
        before = len(seen)
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        return eventually(lambda: len(seen) > before)

    try:
        assert noticed(site, tmp_path / "articles" / "a.md")
        assert noticed(site, tmp_path / "syndicate.toml")
        assert noticed(outbox, tmp_path / "outbox" / "0001.eml")
        assert noticed(site, tmp_path / "templates" / "digest.html.j2")
        assert noticed(site, tmp_path / "templates" / "digest.txt.j2")
        before = len(site), len(outbox)
        for name in ("node_modules/x.js", "articles/.a.md.swp", "README.md"):
            (tmp_path / name).write_text("x")
        time.sleep(0.5)
        assert (len(site), len(outbox)) == before
    finally:
        watching.close()
    (tmp_path / "articles" / "b.md").write_text("x")
    time.sleep(0.1)
    assert len(site) == before[0]


def test_what_changes_while_the_watch_begins_is_noticed(tmp_path):
    (tmp_path / "articles").mkdir()
    watched = Watched(frozenset(), (tmp_path / "articles",), tmp_path / "outbox")
    drawn = []

    def draw():
        drawn.append([path.name for path in (tmp_path / "articles").iterdir()])

    watching = Watching(lambda: watched, draw, lambda: None)
    (tmp_path / "articles" / "a.md").write_text("x")
    try:
        assert eventually(lambda: drawn and drawn[-1] == ["a.md"])
    finally:
        watching.close()


def test_a_ledger_that_is_only_read_is_no_reason_to_draw_again(small_site):
    small_site.run("send", "--yes")
    path = small_site.path("state/ledger.db")
    files = frozenset({path, path.with_name("ledger.db-wal")})
    watched = Watched(frozenset(), (), small_site.path("outbox"), files)
    drawn = []

    def draw():
        ledger = open_ledger(path, readonly=True)
        drawn.append(len(ledger.issues()))
        ledger.close()

    watching = Watching(lambda: watched, draw, lambda: None)
    try:
        assert eventually(lambda: drawn)
        time.sleep(1)
        seen = len(drawn)
        time.sleep(1)
        assert len(drawn) == seen
        small_site.article("second", "The second article", "2026-11-21")
        small_site.run("send", "--yes")
        assert eventually(lambda: drawn[-1] == 2)
    finally:
        watching.close()


@pytest.mark.parametrize("name", [".a.md.swp", "a.md~", "a.md.tmp", "4.part"])
def test_passing_files_are_not_worth_a_drawing(name):
    assert not matters(Path(name))
    assert matters(Path("a.md"))


def test_a_preview_shows_the_issue_of_the_configuration_that_is_named(small_site):
    text = small_site.path("syndicate.toml").read_text("utf-8")
    small_site.write("second.toml", f'{text}\n[theme]\nname = "signal"\n')
    ended = small_site.run("-c", "second.toml", "preview", "--out", "seen")
    digits = re.search(r"Issue 1 \((\w{6})\)", ended.out + ended.err)[1]
    assert digits in small_site.run("-c", "second.toml", "send", "--dry-run").err
    assert digits not in small_site.run("send", "--dry-run").err
