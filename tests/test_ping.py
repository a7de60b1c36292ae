"""The hub is told of what the public is served, once; a hub that fails is no error."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from conftest import Site
from shelf import NOW, open_folder
from syndicate import config, publish
from syndicate.feeds.websub import Calls, Unreachable
from syndicate.publish.ping import ping

ARTICLE = "---\ntitle: One\ndate: 2026-11-20\ntags: [work]\n---\n\nWords.\n"


class Web(BaseHTTPRequestHandler):
    """A site that serves what a test puts up, and a hub that notes what it is told."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path in self.server.moved:
            self.answer(302, b"", Location=self.server.moved[self.path])
        elif self.path in self.server.pages:
            self.answer(200, self.server.pages[self.path])
        else:
            self.answer(404, b"nothing here")

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append((self.path, self.headers["Content-Type"], parse_qs(form)))
        self.answer(self.server.hub_answers, b"")

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def web():
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        server.pages, server.moved, server.asked, server.told = {}, {}, [], []
        server.hub_answers = 202
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def site(tmp_path, web):
    site = Site(tmp_path)
    site.write(
        "syndicate.toml",
        f'[site]\ntitle = "Small"\nurl = "{web.url}/blog/"\n'
        f'[feeds]\nhub = "{web.url}/hub?key=1"\nformats = ["rss", "json"]\n',
    )
    site.write("articles/one.md", ARTICLE)
    return site


FEEDS = ("feed.xml", "feed.json", "tags/work/feed.xml", "tags/work/feed.json")


def upload(site, web):
    web.pages = {f"/blog/{name}": site.path(f"public/{name}").read_bytes() for name in FEEDS}


def build(site):
    loaded = config.load(site.path("syndicate.toml"))
    return publish.build(loaded, open_folder(loaded), NOW, remember=lambda _reading: None)


def pinged(site):
    """Build and ping; gives what became of each feed, and what was said."""
    names, loaded = build(site).subscribed, config.load(site.path("syndicate.toml"))
    pings = ping(loaded, names, now=lambda: datetime.now(UTC), env={})
    outcomes = {one.url.split("/blog/")[1]: one.outcome.value for one in pings}
    return outcomes, [one.text for one in pings if one.text]


def told(web):
    return [form["hub.url"][0].removeprefix(f"{web.url}/blog/") for _, _, form in web.told]


def test_nothing_is_told_before_the_public_is_served_the_new_bytes(site, web):
    assert pinged(site) == (
        dict.fromkeys(FEEDS, "failed"),
        [
            f"{web.url}/blog/{name} answered HTTP 404, "
            f"so the hub was not told of {web.url}/blog/{name}."
            for name in FEEDS
        ],
    )
    upload(site, web)
    site.write("articles/one.md", ARTICLE.replace("One", "Two"))
    outcomes, texts = pinged(site)
    assert outcomes == dict.fromkeys(FEEDS, "old")
    assert texts[0] == (
        f"{web.url}/blog/feed.xml still serves other bytes than public/feed.xml. "
        "Upload public first, then run this again."
    )
    assert web.told == []


def test_after_the_upload_the_hub_is_told_once_of_each_feed(site, web):
    build(site)
    upload(site, web)
    assert pinged(site) == (dict.fromkeys(FEEDS, "told"), [])
    assert told(web) == list(FEEDS)
    assert web.told[0] == (
        "/hub?key=1",
        "application/x-www-form-urlencoded",
        {"hub.mode": ["publish"], "hub.url": [f"{web.url}/blog/feed.xml"]},
    )
    assert pinged(site) == (dict.fromkeys(FEEDS, "known"), [])
    assert len(web.told) == 4


def test_only_a_feed_that_changed_is_told_again(site, web):
    build(site)
    upload(site, web)
    pinged(site)
    web.told.clear()
    site.write("articles/two.md", ARTICLE.replace("One", "Two").replace("[work]", "[]"))
    build(site)
    upload(site, web)
    pinged(site)
    assert told(web) == ["feed.xml", "feed.json"]


def test_a_failing_hub_is_a_warning_and_is_told_next_time(site, web):
    build(site)
    upload(site, web)
    web.hub_answers = 500
    outcomes, texts = pinged(site)
    assert outcomes == dict.fromkeys(FEEDS, "failed")
    assert texts[0].startswith(f"{web.url}/hub?key=1 answered HTTP 500")
    web.hub_answers = 204
    assert pinged(site) == (dict.fromkeys(FEEDS, "told"), [])


def test_a_site_out_of_reach_is_told_once_and_not_waited_for_again(site, web):
    site.edit("syndicate.toml", f"{web.url}/blog/", "http://127.0.0.1:9/blog/")
    outcomes, texts = pinged(site)
    assert outcomes == {"feed.xml": "failed"}
    assert texts[0].startswith("http://127.0.0.1:9/blog/feed.xml cannot be reached")


def test_a_redirect_is_never_followed(site, web):
    build(site)
    upload(site, web)
    web.moved = {"/blog/feed.xml": f"{web.url}/secret"}
    outcomes, texts = pinged(site)
    assert outcomes["feed.xml"] == "failed"
    assert texts[0].startswith(f"{web.url}/blog/feed.xml answered HTTP 302")
    assert "/secret" not in web.asked
    assert told(web) == list(FEEDS[1:])


def test_no_address_but_that_of_the_site_or_hub_is_called(web):
    calls = Calls(f"{web.url}/blog/", lambda: datetime.now(UTC), {})
    port = urlsplit(web.url).port
    for url in (f"http://localhost:{port}/x", f"https://127.0.0.1:{port}/x", "http://127.0.0.1/x"):
        with pytest.raises(Unreachable, match="is not on"):
            calls.fetch(url)
    assert web.asked == []
    calls.close()


def test_without_a_hub_there_is_nothing_to_ping(site, web):
    site.edit("syndicate.toml", f'hub = "{web.url}/hub?key=1"', "")
    ended = site.run("build", "--ping")
    assert (ended.code, web.asked) == (2, [])
    assert "There is no hub to tell." in ended.err


def test_archive_pages_are_never_told_of(site, web):
    site.edit("syndicate.toml", "[feeds]", "[feeds]\narchive = true\nlimit = 1")
    site.write("articles/two.md", ARTICLE.replace("One", "Two"))
    build(site)
    assert site.path("public/archive/1/feed.xml").is_file()
    upload(site, web)
    pinged(site)
    assert told(web) == list(FEEDS)


def test_a_lost_note_of_what_was_told_only_tells_it_once_more(site, web):
    build(site)
    upload(site, web)
    pinged(site)
    site.write(".cache/pinged.json", "[not what it was")
    assert pinged(site) == (dict.fromkeys(FEEDS, "told"), [])


def test_a_failing_ping_is_a_warning_on_the_command_line_and_stands_in_the_report(site, web):
    build(site)
    upload(site, web)
    del web.pages["/blog/feed.json"]
    ended = site.run("build", "--ping")
    assert ended.code == 0
    assert f"warning: {web.url}/blog/feed.json answered HTTP 404" in ended.err
    assert "The hub was told of 3 feed files, and knew 0 already." in ended.out
    report = json.loads(site.run("build", "--ping", "--json").out)
    assert [one["outcome"] for one in report["pings"]] == ["known", "failed", "known", "known"]


# the other options of build


def test_build_writes_to_another_folder_and_with_another_limit(site):
    site.write("articles/two.md", ARTICLE.replace("One", "Two"))
    ended = site.run("build", "--out", "elsewhere/web", "--limit", "1")
    assert (ended.code, site.path("public").exists()) == (0, False)
    assert site.path("elsewhere/web/feed.xml").read_text("utf-8").count("<item>") == 1
    assert "new      elsewhere/web/feed.xml" in ended.out


def test_build_says_what_is_new_changed_the_same_and_removed(site):
    assert site.run("build").out.endswith("2 feeds in all. Files: 6 new.\n")
    site.edit("articles/one.md", "[work]", "[sleep]")
    ended = site.run("build")
    lines = ended.out.splitlines()
    assert "  new      public/tags/sleep/feed.xml" in lines
    assert "  changed  public/feed.xml" in lines
    assert "  removed  public/tags/work/feed.xml" in lines
    assert lines[-1] == (
        "Small: 1 article in the main feed, 2 feeds in all. Files: 2 new, 4 changed, 2 removed."
    )
    assert site.run("build").out.endswith("2 feeds in all. Files: 6 as before.\n")


def test_a_limit_of_none_is_refused(site):
    assert site.run("build", "--limit", "0").code == 2
