"""`syndicate import`: exports become articles, nothing is lost, nothing old is mailed as new."""

import io
import json
import os
import pty
import re
import select
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from syndicate import frontmatter
from syndicate.cli import main
from syndicate.errors import SyndicateError
from syndicate.files import write
from syndicate.importers.base import Imported
from syndicate.importing.writing import House, text
from syndicate.models import Where
from syndicate.sources.keys import Keys
from syndicate.text import clean, one_line

PAGE = """\
Help line:
01632 960123

{title}

📅 Published: {date}⏱️ Reading time: 4 min read✍️ By: Oakhill Team
{tags}

What a bench needs, and how long it lasts.

{title}

A bench of oak stands in the rain for forty years.

Planning

Choosing Wood

  • Oak: it lasts.
  • Ash: it bends.

Conclusion

Sit down.

Disclaimer: Saws are sharp."""


def page(title="A Bench That Lasts", date="10/13/2025", tags="oak-woodbenches"):
    return PAGE.format(title=title, date=date, tags=tags)


@pytest.fixture
def bench(small_site):
    """A site, and beside its articles a folder with one export."""
    small_site.write("export/bench.txt", page())
    return small_site


def told(site, *arguments, expected=0):
    """Run a command in this process, which is ten times as fast, and give its JSON."""
    ended = CliRunner().invoke(main, ["-c", str(site.path("syndicate.toml")), *arguments, "--json"])
    assert ended.exit_code == expected, ended.output
    return json.loads(ended.stdout)


def imported(site, *options, expected=0):
    """Import the folder of exports and give what is said of it."""
    return told(site, "import", str(site.path("export")), *options, expected=expected)


def articles(site):
    return {path.name: path.read_text("utf-8") for path in site.path("articles").iterdir()}


def left_out(site):
    return {one["path"]: one["reason"] for one in told(site, "list")["left_out"]}


BENCH = "2025-10-13-a-bench-that-lasts.md"


def test_an_export_becomes_an_article(bench):
    result = imported(bench, "--tags", "oak-wood,benches")
    assert articles(bench)[BENCH] == (
        "---\n"
        "title: A Bench That Lasts\n"
        "date: 2025-10-13 12:00\n"
        "author: Oakhill Team\n"
        "tags: [oak-wood, benches]\n"
        "description: What a bench needs, and how long it lasts.\n"
        "---\n\n"
        "A bench of oak stands in the rain for forty years.\n\n"
        "## Planning\n\n"
        "### Choosing Wood\n\n"
        "- **Oak:** it lasts.\n"
        "- **Ash:** it bends.\n\n"
        "## Conclusion\n\n"
        "Sit down.\n\n"
        "Disclaimer: Saws are sharp.\n"
    )
    assert result["settings"] == {
        "site.help_line": ["01632 960123"],
        "site.disclaimer": ["Saws are sharp."],
    }


def test_what_is_not_mailed_is_told_in_the_right_number(small_site):
    posts = [
        {"id": name, "title": name, "html": f"<p>{name}</p>", "status": status}
        | {"published_at": "2024-05-01T10:00:00.000Z"}
        for name, status in (("Oak", "published"), ("Ash", "draft"))
    ]
    for name, held in (("one", posts[:1]), ("two", posts)):
        small_site.write(f"{name}.json", json.dumps({"db": [{"data": {"posts": held}}]}))
    both = small_site.run("import", "two.json", "--dry-run").err
    assert "1 of them will not be mailed: it counts as mailed before." in both
    alone = small_site.run("import", "one.json", "--dry-run").err
    assert "It will not be mailed: it counts as mailed before." in alone


def test_reasons_are_shown_and_lines_accounted_for(bench):
    shown = bench.run("import", "export").out
    assert "A Bench That Lasts   (was there twice; kept once)" in shown
    assert '13 October 2025   (from "10/13/2025": month first; no time is told: noon in' in shown
    assert "Oakhill Team   (an organisation)" in shown
    assert "lines accounted for: 12 used, 2 moved to settings, 1 ignored" in shown


def test_what_is_imported_counts_as_mailed_before_whatever_the_baseline(bench):
    imported(bench)
    assert left_out(bench) == {f"articles/{BENCH}": "imported: counts as mailed before"}
    sent = bench.run("send", "--yes", "--baseline", "all", "--json")
    assert sent.code == 0, sent.err
    assert b"The first article" in bench.emails()[0].read_bytes()
    assert left_out(bench)[f"articles/{BENCH}"] == "imported: counts as mailed before"
    assert not any(b"A Bench" in mail.read_bytes() for mail in bench.emails())


def test_an_imported_article_does_not_take_the_place_of_a_new_one_in_the_first_issue(bench):
    bench.edit(
        "syndicate.toml", 'audience = "people.csv"', 'audience = "people.csv"\nmax_articles = 1'
    )
    bench.article("old", "An old article", "2020-01-01")
    bench.write("export/bench.txt", page(date="2026-11-01"))
    imported(bench)
    result = told(bench, "list")
    assert [one["title"] for one in result["articles"]] == ["The first article"]


def test_an_imported_article_can_still_be_sent(bench):
    imported(bench)
    bench.begin()
    ended = bench.run("send", "--yes", "--include", "bench")
    assert ended.code == 0, ended.err
    assert left_out(bench)[f"articles/{BENCH}"].startswith("already in issue")


def test_the_mark_survives_renaming_and_another_import(bench):
    imported(bench)
    bench.path(f"articles/{BENCH}").rename(bench.path("articles/renamed.md"))
    assert left_out(bench) == {"articles/renamed.md": "imported: counts as mailed before"}
    bench.run("build")
    imported(bench)
    assert left_out(bench) == {"articles/renamed.md": "imported: counts as mailed before"}


def test_new_articles_may_be_mailed(bench):
    imported(bench, "--new")
    assert left_out(bench) == {}


def test_new_said_later_counts_for_what_is_there(bench):
    imported(bench)
    assert imported(bench, "--new")["articles"][0]["state"] == "same"
    assert left_out(bench) == {}


def test_a_draft_and_what_has_not_appeared_yet_was_never_mailed(small_site):
    small_site.write("export/later.txt", page(date="2199-12-31"))
    imported(small_site)
    assert left_out(small_site)["articles/2199-12-31-a-bench-that-lasts.md"].startswith("new on")


def test_an_article_without_a_date_is_a_draft_and_counts_as_mailed_once_it_has_one(small_site):
    small_site.write("export/bench.txt", "A Bench That Lasts\n\nOak stands in the rain.\n")
    imported(small_site)
    name = "articles/a-bench-that-lasts.md"
    small_site.edit(name, "draft: true\n", "date: 2026-11-20\n")
    assert left_out(small_site) == {name: "imported: counts as mailed before"}


def test_what_only_some_could_read_is_a_draft_that_counts_as_mailed(small_site):
    post = {"id": "1", "title": "Paid", "status": "published", "visibility": "paid"}
    post |= {"published_at": "2024-05-01T09:30:00.000Z", "html": "<p>Oak.</p>"}
    small_site.write("export/ghost.json", json.dumps({"db": [{"data": {"posts": [post]}}]}))
    imported(small_site)
    name = "articles/2024-05-01-paid.md"
    assert left_out(small_site)[name] == "draft"
    small_site.edit(name, "draft: true\n", "")
    assert left_out(small_site)[name] == "imported: counts as mailed before"


def test_the_same_import_again_changes_nothing(bench):
    imported(bench)
    before = articles(bench)
    state = bench.path("state/import.json").read_bytes()
    assert imported(bench)["articles"][0]["state"] == "same"
    assert articles(bench) == before
    assert bench.path("state/import.json").read_bytes() == state


def test_what_a_person_changed_is_kept_and_said(bench):
    imported(bench)
    bench.edit(f"articles/{BENCH}", "forty years", "fifty years")
    bench.write("export/bench.txt", page().replace("the rain", "snow"))
    result = imported(bench)["articles"][0]
    assert (result["state"], "you changed it" in result["reason"]) == ("kept", True)
    assert "fifty years" in articles(bench)[BENCH]
    assert imported(bench, "--overwrite")["articles"][0]["state"] == "updated"
    assert "snow for forty years" in articles(bench)[BENCH]


def test_an_export_that_changed_is_written_again_where_no_person_did(bench):
    imported(bench)
    bench.write("export/bench.txt", page().replace("the rain", "snow"))
    assert imported(bench)["articles"][0]["state"] == "updated"
    assert "snow" in articles(bench)[BENCH]


def test_what_a_person_removed_stays_away(bench):
    imported(bench)
    bench.path(f"articles/{BENCH}").unlink()
    assert imported(bench)["articles"][0]["state"] == "removed"
    assert BENCH not in articles(bench)
    imported(bench, "--overwrite")
    assert BENCH in articles(bench)


def test_an_article_of_the_same_title_and_day_is_not_made_twice(small_site):
    small_site.article("mine", "A Bench That Lasts", "2025-10-13")
    small_site.write("export/a.txt", page())
    assert imported(small_site)["articles"][0]["state"] == "there"
    assert set(articles(small_site)) == {"first.md", "mine.md"}


def test_one_article_in_two_files_is_made_once(bench):
    bench.write("export/copy.txt", page())
    assert [one["state"] for one in imported(bench)["articles"]] == ["new", "twin"]


def test_another_article_of_the_same_name_gets_a_name_of_its_own(bench):
    bench.write("export/more.txt", page(date="10/14/2025").replace("oak stands", "ash stands"))
    assert [one["path"] for one in imported(bench)["articles"]] == [
        f"articles/{BENCH}",
        "articles/2025-10-14-a-bench-that-lasts-2.md",
    ]
    assert told(bench, "check")["ok"]


def test_an_export_of_the_same_name_with_another_article_overwrites_nothing(bench):
    imported(bench)
    bench.write("export/bench.txt", page("A Chair That Lasts", "11/20/2025"))
    assert imported(bench)["articles"][0]["state"] == "new"
    assert BENCH in articles(bench)
    assert "2025-11-20-a-chair-that-lasts.md" in articles(bench)


def test_a_dry_run_writes_nothing(bench):
    def held():
        # What `.cache` holds can be made again at any time.
        paths = (path for path in bench.root.rglob("*") if ".cache" not in path.parts)
        return {path: path.read_bytes() for path in paths if path.is_file()}

    before = held()
    assert imported(bench, "--dry-run")["articles"][0]["state"] == "new"
    assert held() == before


def test_the_whole_folder_tells_which_number_is_the_month(bench):
    bench.write("export/chair.txt", page("A Chair That Lasts", "03/04/2025"))
    result = imported(bench, "--no-ask")
    assert "articles/2025-03-04-a-chair-that-lasts.md" in {
        one["path"] for one in result["articles"]
    }
    assert result["defaults"][-1] == (
        "1 date read month first, as 10/13/2025 and all others of the folder"
    )


def test_a_date_that_nothing_settles_stops_its_file_only(bench):
    bench.write("export/chair.txt", page("A Chair That Lasts", "03/04/2025"))
    bench.write("export/stool.txt", page("A Stool That Lasts", "25/12/2025"))
    result = imported(bench, "--no-ask", expected=1)
    assert {one["title"] for one in result["articles"]} == {
        "A Bench That Lasts",
        "A Stool That Lasts",
    }
    assert result["stopped"] == [
        {
            "name": "export/chair.txt",
            "reason": 'the date "03/04/2025" can be read two ways. '
            "Say which: --date-order mdy or dmy.",
        }
    ]
    result = imported(bench, "--date-order", "dmy")
    assert "articles/2025-04-03-a-chair-that-lasts.md" in {
        one["path"] for one in result["articles"]
    }


def test_a_broken_file_stops_itself_only(bench):
    bench.path("export/broken.txt").write_bytes(b"\0" * 5000)
    bench.path("export/empty.txt").write_bytes(b"")
    result = imported(bench, expected=1)
    assert [one["name"] for one in result["stopped"]] == ["export/broken.txt", "export/empty.txt"]
    assert BENCH in articles(bench)


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(bench):
    with bench.path("export/huge.txt").open("wb") as file:
        file.truncate(1_000_000_000)
    result = imported(bench, expected=1)
    assert result["stopped"][0]["reason"].startswith("it has 1,000 MB")


def test_pictures_and_hidden_files_of_a_folder_are_left_alone(bench):
    bench.write("export/.hidden.txt", page("Hidden"))
    bench.path("export/oak.jpg").write_bytes(b"\xff\xd8")
    assert imported(bench)["left_alone"] == {".jpg": 1}


def test_joined_tags_are_told_apart_by_the_tags_of_other_articles(small_site):
    small_site.article("mine", "Mine", "2025-01-01", "tags: [oak-wood, benches]\n")
    small_site.write("export/bench.txt", page())
    assert imported(small_site)["articles"][0]["tags"] == ["oak-wood", "benches"]


def test_joined_tags_that_nobody_knows_stay_as_one_and_are_never_learned(bench):
    assert imported(bench)["articles"][0]["tags"] == ["oak-woodbenches"]
    again = imported(bench)
    assert again["defaults"] == ['the tags "oak-woodbenches" stay joined; name yours: --tags a,b,c']
    assert imported(bench, "--tags", "oak-wood,benches")["articles"][0]["tags"] == [
        "oak-wood",
        "benches",
    ]


def test_a_summary_for_search_engines_is_left_out_and_said(bench):
    summary = "Learn about a bench that lasts. Expert insights and more."
    bench.write(
        "export/bench.txt", page().replace("What a bench needs, and how long it lasts.", summary)
    )
    result = imported(bench, "--no-ask")
    assert "description" not in articles(bench)[BENCH]
    line = next(one for one in result["articles"][0]["lines"] if "search" in one["what"])
    assert line["fate"] == "ignored"


def test_a_tag_of_every_file_tells_nothing_and_is_left_out(small_site):
    for number in range(1, 6):
        title = f"Chair Number {number}"
        small_site.write(
            f"export/{number}.txt", page(title, f"2025-01-0{number}", "chairs, oakhill")
        )
    assert imported(small_site, "--no-ask")["defaults"] == [
        'the tag "chairs" is in every file and is left out',
        'the tag "oakhill" is in every file and is left out',
    ]


def test_nothing_is_changed_where_the_memory_cannot_be_read(bench):
    bench.write("state/import.json", "{")
    ended = bench.run("import", "export")
    assert ended.code == 2
    assert "bring back its last good version" in ended.err
    assert BENCH not in articles(bench)
    assert bench.run("send", "--yes").code == 2


def test_a_lost_memory_stops_a_send_instead_of_mailing_old_articles(bench):
    imported(bench)
    bench.path("state/import.json").unlink()
    ended = bench.run("send", "--yes", "--baseline", "all")
    assert ended.code == 2
    assert "state/import.json is not there, and articles were imported" in ended.err
    assert bench.emails() == []


def test_an_import_that_breaks_off_leaves_nothing_that_could_be_mailed(bench, monkeypatch):
    def full(path, data, **where):
        if path.suffix == ".md":
            raise SyndicateError(f"{path} cannot be written: the disk is full.")
        return write(path, data, **where)

    with monkeypatch.context() as patched:
        patched.setattr("syndicate.files.write", full)
        arguments = ["-c", str(bench.path("syndicate.toml")), "import", str(bench.path("export"))]
        assert isinstance(CliRunner().invoke(main, arguments).exception, SyndicateError)
    assert BENCH not in articles(bench)
    assert len(json.loads(bench.path("state/import.json").read_text())["mailed_before"]) == 1
    result = imported(bench)["articles"][0]
    assert (result["state"], result["counts_as_mailed"]) == ("new", True)
    assert left_out(bench) == {f"articles/{BENCH}": "imported: counts as mailed before"}


def test_a_path_that_is_not_there_is_wrong_usage(small_site):
    ended = small_site.run("import", "exprot")
    assert (ended.code, re.search(r'no file or folder "exprot"', ended.err) is not None) == (
        2,
        True,
    )


def typed(site, *answers):
    """Import at a real terminal, with an answer typed whenever it waits; give the screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(site.root)
        os.execv(sys.executable, [sys.executable, "-m", "syndicate", "import", "export"])
    screen, left, deadline = "", list(answers), time.monotonic() + 120
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.1)[0]:
            if left and screen.rstrip().endswith(("them:", "[Y/n]:", "(Enter):")):
                os.write(terminal, f"{left.pop(0)}\n".encode())
                screen += "\n"
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        screen += chunk.decode()
    # Whoever still waits for an answer hears that nobody is there any more.
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), screen.replace("\r\n", "\n")


def test_each_answer_serves_all_files_and_is_remembered(bench):
    for number in range(3):
        export = page(f"Chair Number {number}", f"0{number + 2}/03/2025", "oak-woodchairs")
        export = export.replace("Conclusion", "Living With It").replace(
            "A bench", "A chair, of chairs,"
        )
        bench.write(f"export/chair-{number}.txt", export)
    code, screen = typed(bench, "", "y", "n")
    assert code == 0, screen
    assert "Tags came joined, in 4 files: oak-woodbenches" in screen
    assert "I read:  oak-wood | benches" in screen
    assert "and in the others:  chairs" in screen
    assert "2 dates can be read two ways:" in screen
    assert "can only be month first, such as 10/13/2025" in screen
    assert '"Living With It" (3 files)' in screen
    written = articles(bench)["2025-02-03-chair-number-0.md"]
    assert "tags: [oak-wood, chairs]" in written
    assert "\n## Living With It\n" in written
    bench.write("export/more.txt", export.replace("Chair Number 2", "One More"))
    code, screen = typed(bench, "y", "n")
    assert (code, screen.count("Question")) == (0, 2)
    assert 'The tag "oak-wood" is in every file' in screen
    assert "tags: [oak-wood, chairs]" in articles(bench)["2025-04-03-one-more.md"]


def test_tags_can_be_written_and_must_be_those_that_stand_there(bench):
    code, screen = typed(bench, "oak,wood", "oak-wood,benches")
    assert "Put together, these are not what stands there." in screen
    assert (code, "Learned 2 tags." in screen) == (0, True)
    assert "tags: [oak-wood, benches]" in articles(bench)[BENCH]


_LINE = st.text(max_size=40)


@given(title=_LINE, names=st.lists(_LINE, max_size=3), tags=st.lists(_LINE, max_size=3), body=_LINE)
def test_what_is_written_reads_back_the_same(title, names, tags, body):
    names, tags = [tuple(dict.fromkeys(filter(None, map(one_line, one)))) for one in (names, tags)]
    house = House("https://a.example/", ZoneInfo("UTC"), "en")
    article = Imported(title, body, Where("x"), authors=names, tags=tags, summary=title)
    parts = frontmatter.split(text(article, "a-slug", house))
    keys = Keys(frontmatter.parse(clean(parts.front)), "x.md")
    assert keys.text("title") == one_line(title)
    assert keys.text("description") == one_line(title)
    assert keys.text("slug") == "a-slug"
    read = (
        keys.text("author") and (keys.text("author"),) if len(names) == 1 else keys.texts("authors")
    )
    assert [name.casefold() for name in read or ()] == list(dict.fromkeys(map(str.casefold, names)))
    assert parts.body.strip("\n") == clean(body).strip("\n")
    assert keys.findings == []


def picture():
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def web():
    """A web server on this computer, with a feed, a picture, and what is none."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.server.pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.url = f"http://127.0.0.1:{server.server_port}/"
    server.pages = {"/o.png": picture(), "/none.png": b"<html>no picture</html>"}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def feed(body):
    when = "<pubDate>1 May 2024 09:30 +0000</pubDate>"
    item = f"<item><title>A Bench</title><description>{body}</description>{when}</item>"
    return f"<rss><channel>{item}</channel></rss>"


def test_a_feed_is_read_from_its_address(small_site, web):
    small_site.edit("syndicate.toml", "https://small.example/", web.url)
    web.pages["/feed.xml"] = feed("Oak.").encode()
    result = told(small_site, "import", f"{web.url}feed.xml")
    assert [one["path"] for one in result["articles"]] == ["articles/2024-05-01-a-bench.md"]
    result = told(small_site, "import", f"{web.url}gone.xml", expected=1)
    assert result["stopped"] == [{"name": f"{web.url}gone.xml", "reason": "it answers HTTP 404."}]


def test_an_address_in_a_private_network_is_not_visited(small_site, web):
    result = told(small_site, "import", f"{web.url}feed.xml", expected=1)
    assert re.search(r"port \d+, which is none of the web", result["stopped"][0]["reason"])


def test_pictures_are_brought_here_when_that_is_asked_for(small_site, web):
    small_site.edit("syndicate.toml", "https://small.example/", web.url)
    pictures = "".join(f"&lt;img src='{web.url}{name}.png' alt='x'&gt;" for name in ("o", "none"))
    small_site.write("export/feed.xml", feed(pictures))
    imported(small_site)
    assert f"![x]({web.url}o.png)" in articles_text(small_site)
    result = imported(small_site, "--pictures", "--overwrite")["articles"][0]
    (kept,) = small_site.path("articles/images/a-bench").iterdir()
    assert kept.read_bytes() == picture()
    assert f"![x](images/a-bench/{kept.name})" in articles_text(small_site)
    assert f"![x]({web.url}none.png)" in articles_text(small_site)
    assert f"{web.url}none.png is no picture, so it stays there" in [
        reason["text"] for reason in result["reasons"]
    ]
    assert imported(small_site, "--pictures")["articles"][0]["state"] == "same"


def articles_text(site):
    return site.path("articles/2024-05-01-a-bench.md").read_text("utf-8")


def test_pictures_beside_a_saved_page_are_copied_and_nothing_else(small_site):
    small_site.path("export/page_files").mkdir(parents=True)
    small_site.path("export/page_files/o.png").write_bytes(picture())
    small_site.path("secret.png").write_bytes(picture())
    small_site.write(
        "export/page.html",
        "<article><h1>A Bench</h1><time datetime='2024-05-01'></time><p>"
        + "Oak stands in the rain for forty years. " * 3
        + "<img src='./page_files/o.png' alt='oak'><img src='../secret.png' alt='no'></article>",
    )
    result = imported(small_site)["articles"][0]
    assert "2 lie beside the export; --pictures copies them" in [
        reason["text"] for reason in result["reasons"]
    ]
    result = imported(small_site, "--pictures", "--overwrite")["articles"][0]
    assert len(list(small_site.path("articles/images").rglob("*.png"))) == 1
    assert "../secret.png is not beside the export, so it stays there" in [
        reason["text"] for reason in result["reasons"]
    ]


def test_addresses_that_are_none_stop_no_import(small_site):
    pictures = "".join(
        f"&lt;img src='{address}' alt='x'&gt;"
        for address in ("https://[x/y.png", "a%00.png", f"{'a' * 300}.png")
    )
    item = feed(pictures).replace("<item>", "<item><link>https://[x/</link>")
    small_site.write("export/feed.xml", item)
    result = imported(small_site, "--pictures")["articles"][0]
    assert result["path"] == "articles/2024-05-01-a-bench.md"
    reasons = " ".join(reason["text"] for reason in result["reasons"])
    assert reasons.count("so it stays there") == 3
