"""Feeds as web servers serve them with the lines of `docs/howto/serve-the-feeds.md`."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
import tomllib
from pathlib import Path

import pytest
import requests

PAGE = Path(__file__).parents[1] / "docs" / "howto" / "serve-the-feeds.md"
TYPES = {
    "feed.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
    "tags/news/feed.xml": "application/rss+xml",
    "tags/news/feed.json": "application/feed+json",
    "feeds.opml": "text/x-opml",
    "feeds.html": "text/html",
}
NGINX = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    {lines}
  }}
}}
"""


def block(kind, number=0, page=PAGE):
    """Give one of the blocks of the page."""
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)[number]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def nginx(folder, public, port):
    lines = block("nginx").replace("/srv/www", str(public)) + block("nginx", -1)
    return run_nginx(folder, port, lines)


def run_nginx(folder, port, lines):
    conf = folder / "nginx.conf"
    # Its workers must be able to read what only the tests may.
    user = "user root;" if os.geteuid() == 0 else ""
    conf.write_text(NGINX.format(user=user, folder=folder, port=port, lines=lines))
    return ["nginx", "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")]


def caddy(folder, public, port):
    lines = block("caddyfile").replace("/srv/www", str(public))
    conf = folder / "Caddyfile"
    head = "{\n\tadmin off\n}\n"
    conf.write_text(head + lines.replace("backmatters.example", f"http://127.0.0.1:{port}"))
    return ["caddy", "run", "--config", str(conf)]


@contextlib.contextmanager
def serving(command, port, folder):
    """Run a web server as long as it is needed."""
    env = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin"}
    with (folder / "said").open("w") as said:
        server = subprocess.Popen(command, env=env, stdout=said, stderr=said)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert server.poll() is None, (folder / "said").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def served(request, small_site, tmp_path_factory):
    """The address of a site's `public/`, served."""
    if shutil.which(request.param.__name__, path="/usr/sbin:/usr/bin:/bin") is None:
        pytest.skip(f"NOT TESTED: {request.param.__name__} is not installed.")
    small_site.article("second", "Another article", "2026-11-20", "tags: [news]\n")
    small_site.article("long", "A long article", "2026-11-20")
    small_site.edit("articles/long.md", "Hello there.", "Hello there. " * 200)
    assert small_site.run("build").code == 0
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    command = request.param(folder, small_site.path("public"), port)
    with serving(command, port, folder) as address, requests.Session() as session:
        session.trust_env = False
        yield lambda name, **headers: session.get(
            address + name, headers={"Accept-Encoding": "identity", **headers}, timeout=10
        )


def test_feeds_are_served_as_what_they_are(served):
    assert {name: served(name).headers["Content-Type"].partition(";")[0] for name in TYPES} == TYPES


def test_a_reader_that_has_the_feed_already_gets_none(served):
    for name in ("feed.xml", "atom.xml", "feed.json"):
        for packing in ("identity", "gzip"):
            packed = {"Accept-Encoding": packing}
            first = served(name, **packed)
            etag, when = first.headers["ETag"], first.headers["Last-Modified"]
            assert served(name, **packed, **{"If-None-Match": etag}).status_code == 304
            assert served(name, **packed, **{"If-Modified-Since": when}).status_code == 304


def test_feeds_are_compressed_and_kept_for_a_quarter_of_an_hour(served):
    for name in ("feed.xml", "atom.xml", "feed.json"):
        answer = served(name, **{"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Cache-Control"] == "max-age=900"
        assert answer.content == served(name).content
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_nginx_names_the_hub_with_the_lines_of_the_page_about_it(tmp_path, tmp_path_factory):
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin") is None:
        pytest.skip("NOT TESTED: nginx is not installed.")
    (tmp_path / "feed.xml").write_text("<rss/>")
    port, folder = free_port(), tmp_path_factory.mktemp("server")
    lines = block("nginx", page=PAGE.with_name("websub.md"))
    command = run_nginx(folder, port, f"root {tmp_path};\n{lines}")
    with serving(command, port, folder) as address:
        answer = requests.get(f"{address}feed.xml", timeout=10, proxies={"http": ""})
    assert answer.links["hub"]["url"] == "https://hub.example/"
    assert answer.links["self"]["url"] == "https://backmatters.example/feed.xml"
    assert answer.headers["Content-Type"] == "application/rss+xml"


def test_netlify_is_told_the_type_of_every_feed():
    rules = tomllib.loads(block("toml"))["headers"]
    told = {rule["for"]: rule["values"]["Content-Type"] for rule in rules}
    for name, kind in TYPES.items():
        if name.startswith("feed.") or name == "atom.xml":
            assert told[f"/{name}"] == kind
            assert told[f"/tags/:tag/{name}"] == kind


def test_the_script_for_github_pages_ends_when_the_new_feed_is_served(small_site, tmp_path_factory):
    if not (shutil.which("git") and shutil.which("curl")):
        pytest.skip("NOT TESTED: git or curl is not installed.")
    there = tmp_path_factory.mktemp("github")
    env = {**os.environ, "SITE": f"file://{there}/served", "GIT_CONFIG_GLOBAL": os.devnull}
    env |= {
        f"GIT_{who}_{what}": "a@b.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }

    def git(*words, at=there):
        subprocess.run(["git", *words], cwd=at, env=env, check=True, capture_output=True)

    git("init", "--bare", "--initial-branch=gh-pages", "pages.git")
    git("init", "--initial-branch=gh-pages", "served")
    git("clone", str(there / "pages.git"), str(small_site.path("public")))
    # What GitHub does after a push.
    hook = there / "pages.git" / "hooks" / "post-receive"
    hook.write_text("#!/bin/sh\ncd ../served && env -u GIT_DIR git pull -q ../pages.git gh-pages\n")
    hook.chmod(0o755)
    script = next(
        b for b in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) if "git push" in b
    )
    small_site.write("publish.sh", script)
    small_site.edit("syndicate.toml", "[site]", '[site]\npublish = "sh publish.sh"')
    sent = small_site.run("send", "--yes", env=env)
    assert (sent.code, len(small_site.emails())) == (0, 2), sent.err
    assert (there / "served/feed.xml").read_bytes() == small_site.path(
        "public/feed.xml"
    ).read_bytes()
    assert list((there / "served/issues").glob("weekly-*/index.html"))
