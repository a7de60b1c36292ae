"""From the front matter of an article to its head, and all that is wrong with it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote as percent_encode
from zoneinfo import ZoneInfo

import msgspec

from syndicate import dates, links
from syndicate.frontmatter import List, Scalar, Table
from syndicate.models import Head, Picture, Where
from syndicate.sources.keys import Keys, each_once
from syndicate.text import clean, one_line, quote, slugify

#: characters of an id or a slug that front matter gives
LENGTH = 200

_ID = re.compile(r"[^\s<>\"{}|\\^`]+")
_UNSAFE_SLUG = re.compile(r"[\s/\\?#%:&<>\"']")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"[<(\[]?\s*(?:mailto:)?[^\s<>()\[\]@]+@[^\s<>()\[\]@]+\s*[>)\]]?")
_DAY_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[-_ ]?")


class Site(msgspec.Struct, frozen=True):
    """What an article takes from its site where it says nothing itself."""

    #: address, ending with a slash
    url: str
    zone: ZoneInfo
    author: str
    #: BCP 47
    language: str


class File(msgspec.Struct, frozen=True):
    """What is known of an article beside its front matter."""

    path: str
    #: name of the file without its ending
    stem: str
    body_hash: str
    #: line on which the body starts
    body_line: int
    #: finds a picture that lies in the articles folder, by link and alternative text
    find: Callable[[str, str], Picture | None]


def read_head(keys: Keys, file: File, site: Site) -> Head | None:
    """Give the head of an article, its id "" where front matter has none.

    None when something must be fixed first, and for a draft without a date; `keys.findings` says.
    """
    keys.unknown()
    title, draft = _title(keys), keys.flag("draft", default=False)
    published, updated = _dates(keys, site.zone, draft=draft)
    slug = _slug(keys, file.stem)
    url = _url(keys, slug, site)
    given = _id(keys)
    authors = _authors(keys) or ((site.author,) if site.author else ())
    tags = keys.texts("tags")
    description = keys.text("description") or keys.text("summary")
    image, language = _image(keys, file, site), _language(keys, site)
    lead = keys.flag("lead", default=False)
    email, feed = keys.flag("email", default=True), keys.flag("feed", default=True)
    if published is None or keys.broken:
        return None
    return Head(
        id=given,
        slug=slug,
        title=title,
        url=url,
        published=published,
        updated=max(published, updated or published),
        authors=authors,
        tags=tags,
        description=description,
        image=image,
        language=language,
        lead=lead,
        email=email,
        feed=feed,
        draft=draft,
        body_hash=file.body_hash,
        where=Where(file.path, file.body_line),
    )


def _title(keys: Keys) -> str:
    value = keys.value("title")
    if isinstance(value, Scalar) and "\n" in clean(value.text).strip():
        keys.refuse(value.line, '"title" has more than one line.', "Write it on one line.")
        return ""
    title = keys.text("title")
    if not title and not isinstance(value, List | Table):
        keys.refuse(keys.line("title"), "there is no title.", "Add a line such as title: Why.")
    return title


def _dates(keys: Keys, zone: ZoneInfo, *, draft: bool) -> tuple[datetime | None, datetime | None]:
    published, updated = keys.date("date", zone), keys.date("updated", zone)
    if keys.value("date") is None or (published is None and not keys.broken):
        if draft:
            keys.advise(None, "this draft has no date yet and is left out.", dates.EXAMPLE, "draft")
        else:
            keys.refuse(
                keys.line("date"), "there is no date.", "Add a line such as date: 2026-11-20."
            )
    return published, updated


def _slug(keys: Keys, stem: str) -> str:
    given = keys.text("slug")
    if not given:
        slug = slugify(_DAY_FIRST.sub("", stem)) or slugify(stem)
        if not slug:
            keys.refuse(
                None, "the file's name gives no slug.", "Add a line such as slug: why-backs-hurt."
            )
        return slug
    slug = given.lower()
    if not given.isascii():
        slug = unicodedata.normalize("NFC", unicodedata.normalize("NFC", given).lower())
    if _UNSAFE_SLUG.search(slug) or slug.startswith(".") or len(slug) > LENGTH:
        safe = slugify(given)
        keys.refuse(
            keys.line("slug"),
            f'"slug" cannot be part of an address: {quote(given)}.',
            f"Write {safe}." if safe else "Use letters, digits and hyphens.",
        )
    return slug


def _id(keys: Keys) -> str:
    value = keys.value("id")
    raw = value.text if isinstance(value, Scalar) else ""
    given = keys.text("id")
    if given and (not _ID.fullmatch(raw) or clean(raw) != raw or len(raw) > LENGTH):
        keys.refuse(
            keys.line("id"),
            f'"id" cannot be an id: {quote(given)}.',
            f"Use up to {LENGTH} characters without spaces, or leave the line out.",
        )
    return given


def _url(keys: Keys, slug: str, site: Site) -> str:
    given = keys.text("canonical")
    if not given:
        plain = slug.isascii() and slug.replace("-", "").isalnum()
        return f"{site.url}{slug if plain else percent_encode(slug, safe='')}/"
    url = links.absolute(given, "") if given.lower().startswith(("https://", "http://")) else None
    if url is None:
        keys.refuse(
            keys.line("canonical"),
            f'"canonical" is not a web address: {quote(given)}.',
            "Write one that starts with https://.",
        )
    return url or ""


def _authors(keys: Keys) -> tuple[str, ...]:
    """Give the names of the authors; addresses go nowhere."""
    names: list[str] = []
    for key in ("author", "authors"):
        value = keys.value(key)
        for one in value.items if isinstance(value, List) else (value,):
            name = one.entries.get("name") if isinstance(one, Table) else one
            if isinstance(name, Scalar):
                names.append("" if name.null else _without_address(name.text))
            elif one is not None:
                keys.refuse(one.line, f'"{key}" has no name.', "Write: author: Ann Example.")
    return each_once(names)


def _without_address(text: str) -> str:
    line = one_line(text)[:LENGTH]
    return (_ADDRESS.sub(" ", line) if "@" in line else line).strip(" ,;\"'")


def _image(keys: Keys, file: File, site: Site) -> Picture | None:
    given, alt = keys.text("image"), keys.text("image_alt")
    if not given:
        return None
    found = file.find(given, alt)
    if found is not None:
        return found
    if given.lower().startswith(("https://", "http://", "//")):
        url = links.picture(given, site.url)
        if url is not None:
            return Picture(url, alt)
    keys.advise(
        keys.line("image"),
        f"the picture {quote(given)} is not in the articles folder, and is left out.",
        "Put it there, or write an address that starts with https://.",
        "pictures",
    )
    return None


def _language(keys: Keys, site: Site) -> str:
    given = keys.text("language").replace("_", "-")
    if not given:
        return site.language
    if _LANGUAGE.fullmatch(given):
        return given
    keys.advise(
        keys.line("language"),
        f'"language" is not a language: {quote(given)}; {site.language} is used.',
        "Write one such as en-GB.",
        "language",
    )
    return site.language
