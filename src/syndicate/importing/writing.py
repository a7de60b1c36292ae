"""From an article found in an export to the text of its file: front matter, then the body."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from syndicate import dates, links
from syndicate.excerpts import excerpt
from syndicate.importers.base import Day, Imported
from syndicate.text import clean, one_line

#: characters of a description
DESCRIPTION = 1_000
#: the time of an article whose export tells only its day, in the site's zone
NOON = time(12)
#: values that stand without quotation marks in YAML, alone and in a list
_PLAIN = re.compile(r"[^\W_](?:[\w '’.,()/+&%!?…–—-]*[\w.)%!?…])?")  # noqa: RUF001 -- as people write
_ITEM = re.compile(r"[^\W_](?:[\w '’.()/+&-]*[\w.)])?")  # noqa: RUF001
_NULL = frozenset({"null", "Null", "NULL"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class House:
    """What articles take from their site, and so need not say themselves."""

    #: address of the site, ending with a slash
    url: str
    zone: ZoneInfo
    language: str


def front_matter(article: Imported, slug: str, house: House) -> str:
    """Write the front matter of an article, without its fences.

    `slug` is "" where the name of the file tells it.
    """
    published = moment(article.published, house.zone)
    updated = moment(article.updated, house.zone)
    lines = [("title", _scalar(article.title))]
    if published is not None:
        lines.append(("date", written_time(published, house.zone)))
    if updated is not None and (published is None or updated > published):
        lines.append(("updated", written_time(updated, house.zone)))
    if article.authors:
        one = len(article.authors) == 1
        names = _scalar(article.authors[0]) if one else _list(article.authors)
        lines.append(("author" if one else "authors", names))
    lines += [("tags", _list(article.tags))] if article.tags else []
    lines += [(name, _scalar(value)) for name, value in _texts(article, slug, house) if value]
    lines += [("draft", "true")] if article.draft else []
    return "".join(f"{name}: {value}\n" for name, value in lines)


def text(article: Imported, slug: str, house: House) -> str:
    """Write an article whole, as its file holds it."""
    body = clean(article.body).strip("\n")
    return f"---\n{front_matter(article, slug, house)}---\n" + (f"\n{body}\n" if body else "")


def moment(day: Day | None, zone: ZoneInfo) -> datetime | None:
    """Give the time of a day: the one that is told, else noon in the site's zone; aware."""
    if day is None:
        return None
    told = day.moment or datetime.combine(day.day, NOON)
    return (told if told.tzinfo else told.replace(tzinfo=zone)).replace(microsecond=0)


def written_time(when: datetime, zone: ZoneInfo) -> str:
    """Write a time as shortly as it reads back the same."""
    local = when.astimezone(zone)
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        short = local.strftime(form)
        if dates.parse(short, zone) == when:
            return short
    return dates.iso(when)


def _texts(article: Imported, slug: str, house: House) -> list[tuple[str, str]]:
    language = article.language.replace("_", "-")
    known = _LANGUAGE.fullmatch(language) and language.lower() != house.language.lower()
    image = one_line(article.image)
    if image.lower().startswith(("http:", "https:", "//")):
        image = links.picture(image, house.url) or ""
    return [
        ("description", excerpt(article.summary, DESCRIPTION) if article.summary else ""),
        ("image", image),
        ("image_alt", article.image_alt if image else ""),
        ("language", language if known else ""),
        ("canonical", _canonical(article.canonical)),
        ("slug", slug),
    ]


def _canonical(address: str) -> str:
    address = one_line(address)
    if not address.lower().startswith(("http://", "https://")):
        return ""
    return links.absolute(address, "") or ""


def _scalar(value: str) -> str:
    value = one_line(value)
    return value if _PLAIN.fullmatch(value) and value not in _NULL else _quoted(value)


def _list(values: tuple[str, ...]) -> str:
    items = (one_line(value) for value in values)
    return f"[{', '.join(item if _ITEM.fullmatch(item) else _quoted(item) for item in items)}]"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
