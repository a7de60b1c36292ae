"""The page about `--json` names exactly the keys that commands write."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import downloads
from lying_server import LyingServer
from tongues import PostmarkTongue, ResendTongue

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "json.md"
SECTION = re.compile(r"^## `syndicate ([^`]+) --json`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
TOLD = {name: dict(ROW.findall(rows)) for name, rows in SECTION.findall(PAGE.read_text("utf-8"))}


def paths(value, told, above=""):
    """List the keys of a JSON value as the page writes them; keys that are data are left out."""
    if isinstance(value, list):
        return {path for one in value for path in paths(one, told, f"{above}[]")}
    found = set()
    for key, held in value.items() if isinstance(value, dict) else ():
        path = f"{above}.{key}" if above else key
        found.add(path)
        if not told.get(path, "").startswith("by "):
            found |= paths(held, told, path)
    return found


def written(site, command, *arguments, **more):
    ended = site.run(*command.split(), *arguments, "--json", **more)
    return json.loads(ended.out)


def compare(name, *values):
    told = TOLD[name]
    assert set().union(*(paths(value, told) for value in values)) == set(told)


@pytest.fixture
def eventful_site(small_site):
    """A site in which there is something to say of everything."""
    due = datetime.now(UTC) - timedelta(minutes=5)
    small_site.edit(
        "syndicate.toml",
        "[newsletters.weekly]",
        f'[newsletters.weekly]\nmax_articles = 1\ndue = "{due:%A %H:%M}"',
    )
    small_site.edit("syndicate.toml", "https://small.example/", "http://127.0.0.1:9/")
    small_site.write(
        "syndicate.toml",
        small_site.path("syndicate.toml").read_text()
        + '[feeds]\nhub = "http://127.0.0.1:9/hub"\n[audience]\nsuppressed = "suppressed.csv"\n',
    )
    small_site.write("suppressed.csv", "key\n")
    small_site.write("people.csv", "email,name\nann@example.com,Ann\nnobody,Bob\n")
    small_site.article("second", "Another article", "2026-11-19")
    small_site.article("soon", "Not yet", "2026-11-19", "draft: true\n")
    return small_site


def test_what_is_looked_at_before_sending_has_the_keys_that_the_page_names(eventful_site):
    site = eventful_site
    site.begin()
    site.write("articles/broken.md", "---\ntitle: Broken\n---\n\nNo date.\n")
    site.edit("articles/second.md", "Hello there.", "Hello [there](about).")
    compare("list", written(site, "list"))
    compare("check", written(site, "check"), written(site, "check --fix --yes"))
    compare("build", written(site, "build --ping"))
    compare("audience count", written(site, "audience count"))
    compare("audience check", written(site, "audience check"))
    compare("providers", written(site, "providers"))


def test_what_is_sent_has_the_keys_that_the_page_names(eventful_site):
    site = eventful_site
    compare("send", written(site, "send --yes"))
    site.article("third", "A third article", "2026-11-20")
    site.article("fourth", "A fourth article", "2026-11-20")
    status = written(site, "status")
    compare("status", status)
    compare("status ISSUE", written(site, "status", status["issues"][0]["issue"]))
    compare("log", written(site, "log"))


def test_all_that_is_due_has_the_keys_that_the_page_names(eventful_site):
    eventful_site.edit("syndicate.toml", "max_articles = 1", "max_articles = 8")
    eventful_site.path("articles/second.md").unlink()
    compare("send --all-due", written(eventful_site, "send --all-due --yes"))


def test_what_is_imported_has_the_keys_that_the_page_names(eventful_site, tmp_path_factory):
    home = tmp_path_factory.mktemp("home") / "Downloads"
    downloads.fill(home)
    (home / "page.txt").write_text("A page\n\nBy Zoë Day\n\n13 October 2025\n\nSome words.\n")
    (home / "broken.json").write_text('{"db": 5}')
    named = [home / name for name in ("wordpress.xml", "page.txt", "broken.json")]
    compare("import", written(eventful_site, "import --no-ask", *named))
    people = home / "mailchimp-audience.zip"
    compare("audience import", written(eventful_site, "audience import", people))


class NoDomains(ResendTongue):
    """An account in which no sender is known."""

    def told(self, path, server):
        return b'{"data": []}' if "domains" in path else super().told(path, server)


def through(site, provider, server):
    site.write(
        "syndicate.toml",
        site.path("syndicate.toml")
        .read_text()
        .replace("[newsletters.weekly]", f'[newsletters.weekly]\nprovider = "{provider}"')
        + f'[providers.{provider}]\nbase_url = "{server.url}"\n',
    )


def test_what_a_provider_says_of_people_has_the_keys_that_the_page_names(eventful_site):
    with LyingServer(PostmarkTongue()) as server:
        through(eventful_site, "postmark", server)
        env = {"POSTMARK_SERVER_TOKEN": "pm-token"}
        compare("audience sync", written(eventful_site, "audience sync", env=env))


def test_what_a_provider_says_of_itself_has_the_keys_that_the_page_names(eventful_site):
    with LyingServer(NoDomains()) as server:
        through(eventful_site, "resend", server)
        env = {"RESEND_API_KEY": "re-key"}
        compare("providers NAME", written(eventful_site, "providers resend", env=env))


def test_every_command_that_writes_json_is_on_the_page():
    commands = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"
    parts = re.split(r"^##+ syndicate ", commands.read_text("utf-8"), flags=re.MULTILINE)[1:]
    able = {part.partition("\n")[0] for part in parts if "  --json " in part}
    assert able == {re.sub(r" (--all-due|[A-Z]+)$", "", name) for name in TOLD}


def test_every_key_has_a_meaning():
    lines = re.findall(r"^\| `.*", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [line for line in lines if not ROW.fullmatch(line)] == []
