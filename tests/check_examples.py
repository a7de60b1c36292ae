"""Running the examples of the checks: tests/checks/README.md says what stands in them."""

import io
import os
import random
import re
import shutil
import tomllib
from datetime import UTC, datetime

from msgspec import structs
from PIL import Image

from syndicate import checks, config, publish
from syndicate.checks.online.base import Asked, Domain, Purpose, ServedFeed, Sight
from syndicate.cli.desk import Desk
from syndicate.cli.online import _provider
from syndicate.models import Article, Identity, Mailbox, Message, Where
from syndicate.sources import kept
from syndicate.sources.folder import Folder
from syndicate.tokens import token
from wild_web import WildWeb

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SITE = """\
[site]
title = "Back Matters"
url = "https://backmatters.example/"
language = "en-GB"
timezone = "Europe/London"
author = "Back Matters Team"
address = "14 Harbour Parade, Southampton"
help_line = "023 8000 0000"
disclaimer = "For information only: it does not replace advice from a health professional."
[newsletters.weekly]
title = "Back Matters Weekly"
sender = "Back Matters <hello@backmatters.example>"
audience = "audience/weekly.csv"
[checks]
health = true
"""
HTML = """\
<html lang="en"><head><style>@media (prefers-color-scheme:dark){.ink{color:#eee!important}}</style>
</head><body bgcolor="#fffdf9"><h1 style="color:#211c17">Back Matters Weekly</h1>
<p style="color:#211c17">Three minutes of movement. <a href="https://backmatters.example/kettle/">Kettle
time</a></p>
<p>Help line: 023 8000 0000</p>
<p>For information only: it does not replace advice from a health professional.</p>
<p>14 Harbour Parade, Southampton</p>
<p><a href="<<unsubscribe_url>>">Unsubscribe</a></p></body></html>
"""
PREHEADER = "Plus your desk, walking, and what physios look for"
TEXT = """\
Three minutes of movement.

https://backmatters.example/kettle/

14 Harbour Parade, Southampton

Unsubscribe:
<<unsubscribe_url>>
"""
_TOKEN = re.compile(r"<<(\w+)(?:\|([^>]*))?>>")


def findings_of(path, folder):
    """Give all that the checks, and whoever reads and builds, have to say of an example."""
    if path.suffix == ".md" or path.is_dir():
        return of_site(path, folder)
    values = tomllib.loads(path.read_text("utf-8"))
    for kind, run in (("feeds", of_feeds), ("web", of_web), ("provider", of_provider)):
        if kind in values:
            return run(values, folder)
    return of_message(values, folder)


def of_site(path, folder):
    (folder / "articles").mkdir()
    if path.suffix == ".md":
        pictures(folder / "articles", path.read_bytes().decode(errors="replace"))
    (folder / "syndicate.toml").write_text(SITE, "utf-8")
    if path.is_dir():
        shutil.copytree(path, folder, symlinks=True, dirs_exist_ok=True)
        if (folder / "dot-cache").exists():
            (folder / "dot-cache").rename(folder / ".cache")
    else:
        shutil.copy(path, folder / "articles" / "example.md")
    settings = config.load(folder / "syndicate.toml")
    source = open_folder(settings)
    reading = source.read()
    looked = (checks.of_article(source.manuscript(head), settings, NOW) for head in reading.heads)
    built = publish.build(settings, source, NOW, remember=lambda _: None)
    return [*(finding for found in looked for finding in found), *built.findings]


def open_folder(settings):
    site = settings.site
    return Folder(
        settings.root,
        settings.articles.folder,
        site_url=site.url,
        zone=site.zone,
        author=site.author,
        language=site.language,
        authority=site.authority,
        since=2024,
        known=kept.load(settings.ids_path),
    )


def of_message(values, folder):
    given = values.get("message", {})
    settings = with_site(values.get("site", {}), values.get("newsletter", {}), folder)
    text = {"subject": "Three minutes of movement", "html": HTML, "text": TEXT} | given
    message = Message(
        subject=filled(text["subject"]),
        preheader=filled(text.get("preheader", PREHEADER)),
        html=filled(text["html"]),
        text=filled(text["text"]),
        sender=Mailbox(*text.get("sender", ("Back Matters", "hello@backmatters.example"))),
        reply_to=(Mailbox(*text["reply_to"]),) if "reply_to" in text else (),
        headers=(),
    )
    carrier = values.get("carrier", {"columns": ["unsubscribe_url"]})
    letter = checks.read_letter(
        message,
        settings,
        "weekly",
        carrier=checks.Carrier(
            "outbox", frozenset(carrier.get("own", ())), frozenset(carrier["columns"])
        ),
        now=NOW,
        weights=values.get("weights", {}),
    )
    return checks.of_message(letter)


def with_site(site, newsletter, folder):
    """Read the configuration, with some keys changed."""
    raw = tomllib.loads(SITE)
    raw["site"] |= site
    raw["newsletters"]["weekly"] |= newsletter
    tables = {"site": raw["site"], "newsletters.weekly": raw["newsletters"]["weekly"]}
    lines = ["[checks]", "health = true"]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {value!r}" for key, value in table.items())]
    return config.parse("\n".join(lines), folder)


def of_feeds(values, folder):
    stand = values["feeds"]
    heads = tuple(head(**one) for one in stand.get("articles", ()))
    known = {path: Identity(id_, "", "") for path, id_ in stand.get("known", {}).items()}
    settings = with_site({}, {}, folder)
    return checks.of_feeds(
        checks.Rack(heads, heads, stand.get("sizes", {}), known, settings.site.url), settings
    )


def head(path, id="tag:backmatters.example,2024:kettle", url="", summary="A summary.", text=""):  # noqa: A002 -- its name in the file
    """Make what the checks of feeds look at of an article."""
    return Article(
        id=id,
        slug="kettle",
        title="Kettle time",
        url=url or "https://backmatters.example/kettle/",
        published=NOW,
        updated=NOW,
        authors=(),
        tags=(),
        description="",
        image=None,
        language="en",
        lead=False,
        email=True,
        feed=True,
        draft=False,
        body_hash=text,
        where=Where(path, 5),
        html="",
        text="",
        summary=summary,
        minutes=1,
    )


def of_web(values, folder):
    web = values["web"]
    asked = [
        Asked(
            one["url"],
            Purpose(one.get("purpose", "link")),
            Where(one["path"], one.get("line")) if "path" in one else None,
            one.get("title", ""),
        )
        for one in web.get("asked", ())
    ]
    return checks.of_web(
        checks.Web(
            with_site({}, {}, folder),
            tuple(asked),
            {url: Sight(NOW, **one) for url, one in web.get("sights", {}).items()},
            tuple(ServedFeed(**one) for one in web.get("feeds", ())),
            tuple(Domain(**listed(one)) for one in web.get("domains", ())),
        )
    )


def listed(values):
    """Make tuples of lists."""
    return {key: tuple(one) if isinstance(one, list) else one for key, one in values.items()}


def of_provider(values, folder):
    """Ask a provider of that name, whose answers stand in the example."""
    name, answers = values["provider"]["name"], values["provider"]["answers"]
    with WildWeb() as web:
        for path, answer in answers.items():
            web.pages[path] = (200, {"Content-Type": "application/json"}, answer.encode())
        settings = with_site({}, {"provider": name}, folder)
        settings = structs.replace(settings, providers={name: {"base_url": web.url()}})
        desk = Desk(settings, NOW)
        key = f"{name.upper()}_API_KEY"
        os.environ[key] = "a key"
        try:
            return _provider(desk, name, Mailbox("Back Matters", "hello@backmatters.example"))
        finally:
            del os.environ[key]


def filled(text):
    return _TOKEN.sub(lambda found: token(found[1], found[2]), text)


DRAWN = {
    "wide.jpg": lambda path: Image.new("RGB", (1200, 600), "green").save(path),
    "small.png": lambda path: Image.new("RGB", (300, 200), "green").save(path),
    "long.png": lambda path: Image.new("RGB", (6000, 10), "green").save(path),
    "heavy.png": lambda path: path.write_bytes(noise()),
    "broken.jpg": lambda path: path.write_bytes(b"no picture at all"),
    "vector.svg": lambda path: path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
}


def pictures(folder, text):
    """Draw what an article shows: a good one, and one for each way to be wrong."""
    for name, draw in DRAWN.items():
        if name in text:
            draw(folder / name)


def noise():
    """Make a picture that does not compress."""
    file = io.BytesIO()
    pixels = random.Random(1).randbytes(720 * 600 * 3)
    Image.frombytes("RGB", (720, 600), pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
