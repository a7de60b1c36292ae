"""RSS 2.0, Atom and JSON Feed become articles.

RSS 2.0 (rssboard.org, 2009), Atom (RFC 4287), JSON Feed 1.1 (jsonfeed.org), Media RSS 1.5.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from syndicate.importers.base import (
    Asked,
    Day,
    Found,
    Imported,
    PassedOver,
    Unimportable,
    slug_in,
    whole,
)
from syndicate.importers.escaping import escaped
from syndicate.importers.hypertext import markdown, plain
from syndicate.importers.xml import parsed
from syndicate.models import Where

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
XML = "{http://www.w3.org/XML/1998/namespace}"
#: `ann@example.org (Ann Oak)`, as RSS 2.0 wants an author
_PERSON = re.compile(r"\s*\S+@\S+\s*\((.*)\)\s*")


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the entries of a feed."""
    del asked
    data = whole(file)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        yield from _json(data, where)
        return
    root = parsed(data)
    if root.tag == f"{ATOM}feed":
        for entry in root.iterfind(f"{ATOM}entry"):
            yield from _safely(lambda entry=entry: _atom(entry, root, where), entry, where)
    elif root.tag == "rss":
        language = (root.findtext("channel/language") or "").strip()
        for item in root.iterfind("channel/item"):
            yield from _safely(lambda item=item: _rss(item, where, language), item, where)
    else:
        raise Unimportable("it is neither RSS 2.0 nor Atom nor a JSON Feed.")


def _safely(make: Any, element: etree._Element, where: Where) -> Iterator[Found]:
    """Let an entry that cannot be read stop itself only."""
    try:
        yield make()
    except Unimportable as error:
        name = element.findtext("title") or element.findtext(f"{ATOM}title") or ""
        yield PassedOver(plain(name) or "an entry", str(error), where, broken=True)


def _rss(item: etree._Element, where: Where, language: str) -> Imported:
    link = _text(item, "link")
    description, full = item.findtext("description") or "", item.findtext(CONTENT) or ""
    published = day(_text(item, "pubDate") or _text(item, f"{DC}date"))
    updated = day(_text(item, f"{ATOM}updated") or _text(item, f"{DCTERMS}modified"))
    return Imported(
        title=plain(_text(item, "title")),
        body=markdown(full or description, link),
        where=where,
        key=_text(item, "guid") or link,
        published=published,
        updated=updated if updated != published else None,
        slug=slug_in(link),
        authors=_each(_names(item)),
        tags=_each((one.text or "").strip() for one in item.iterfind("category")),
        summary=plain(description) if full else "",
        image=_picture(item),
        language=_text(item, f"{DC}language") or language,
        canonical=link,
    )


def _names(item: etree._Element) -> Iterator[str]:
    for creator in item.iterfind(f"{DC}creator"):
        yield (creator.text or "").strip()
    author = _text(item, "author")
    person = _PERSON.fullmatch(author)
    if person:
        yield person[1].strip()
    elif "@" not in author:
        yield author


def _picture(item: etree._Element) -> str:
    """Give the first picture that an entry names beside its text (Media RSS, enclosures)."""
    for one in item.iter(f"{MEDIA}content", f"{MEDIA}thumbnail", "enclosure", f"{ATOM}link"):
        kind = one.get("type", "")
        is_picture = (
            one.get("medium") == "image"
            or one.tag == f"{MEDIA}thumbnail"
            or (kind.startswith("image/") and one.get("rel", "enclosure") == "enclosure")
        )
        address = one.get("url") or one.get("href") or ""
        if is_picture and address:
            return str(address).strip()
    return ""


def _atom(entry: etree._Element, feed: etree._Element, where: Where) -> Imported:
    link = _link(entry)
    content, summary = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")
    base = entry.get(f"{XML}base") or feed.get(f"{XML}base") or link
    authors = _atom_names(entry) or _atom_names(feed)
    published, updated = _text(entry, f"{ATOM}published"), _text(entry, f"{ATOM}updated")
    return Imported(
        title=plain(_html(entry.find(f"{ATOM}title"))),
        body=markdown(_html(content if content is not None else summary), base),
        where=where,
        key=_text(entry, f"{ATOM}id") or link,
        published=day(published or updated),
        updated=day(updated) if published and day(updated) != day(published) else None,
        slug=slug_in(link),
        authors=_each(authors),
        tags=_each(one.get("term", "") for one in entry.iterfind(f"{ATOM}category")),
        summary=plain(_html(summary)) if content is not None and summary is not None else "",
        image=_picture(entry),
        language=str(entry.get(f"{XML}lang") or feed.get(f"{XML}lang") or ""),
        canonical=link,
    )


def _link(entry: etree._Element) -> str:
    links = entry.findall(f"{ATOM}link")
    found = (one.get("href", "") for one in links if one.get("rel", "alternate") == "alternate")
    return str(next(found, "")).strip()


def _atom_names(element: etree._Element) -> list[str]:
    return [_text(one, f"{ATOM}name") for one in element.iterfind(f"{ATOM}author")]


def _html(element: etree._Element | None) -> str:
    """Give a text construct as HTML (RFC 4287 section 3.1)."""
    if element is None:
        return ""
    kind = element.get("type", "text")
    if kind == "xhtml":
        return "".join(etree.tostring(child, encoding="unicode") for child in element)
    text: str = element.text or ""
    if kind in {"html", "text/html"}:
        return text
    lines = text.replace("&", "&amp;").replace("<", "&lt;").split("\n\n")
    return lines[0] if len(lines) == 1 else "".join(f"<p>{line}</p>" for line in lines)


def _json(data: bytes, where: Where) -> Iterator[Found]:
    try:
        feed: dict[str, Any] = msgspec.json.decode(
            data.lstrip(b"\xef\xbb\xbf"), type=dict[str, Any]
        )
        entries: list[dict[str, Any]] = msgspec.convert(feed["items"], list[dict[str, Any]])
    except (msgspec.MsgspecError, KeyError, RecursionError):
        raise Unimportable("it is no JSON Feed that can be read.") from None
    for entry in entries:
        try:
            yield _item(entry, feed, where)
        except Unimportable as error:
            yield PassedOver(_string(entry, "title") or "an entry", str(error), where, broken=True)


def _item(entry: dict[str, Any], feed: dict[str, Any], where: Where) -> Imported:
    link = _string(entry, "url") or _string(entry, "external_url")
    html, text = _string(entry, "content_html"), _string(entry, "content_text")
    published, updated = _string(entry, "date_published"), _string(entry, "date_modified")
    tags = entry.get("tags")
    return Imported(
        title=plain(_string(entry, "title").replace("<", "&lt;")),
        body=markdown(html, link) if html else _plain_text(text),
        where=where,
        key=_string(entry, "id") or link,
        published=day(published),
        updated=day(updated) if day(updated) != day(published) else None,
        slug=slug_in(link),
        authors=_each(_json_names(entry) or _json_names(feed)),
        tags=_each(map(str, tags if isinstance(tags, list) else ())),
        summary=" ".join(_string(entry, "summary").split()),
        image=_string(entry, "image") or _string(entry, "banner_image"),
        language=_string(entry, "language") or _string(feed, "language"),
        canonical=link,
    )


def _json_names(entry: dict[str, Any]) -> list[str]:
    """Read the authors of version 1.1, or the one author of version 1."""
    authors = entry.get("authors") or entry.get("author") or []
    rows = authors if isinstance(authors, list) else [authors]
    return [_string(one, "name") for one in rows if isinstance(one, dict)]


def _plain_text(text: str) -> str:
    paragraphs = [part.strip().split("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n\n".join("\\\n".join(escaped(line.strip()) for line in one) for one in paragraphs)


def _string(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def day(text: str) -> Day | None:
    """Read a date of RFC 3339 or RFC 822, or what is near them; None for none."""
    text = text.strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError, IndexError):
            continue
        alone = len(text) == len("2026-11-20")
        return Day(moment.date(), None if alone else moment)
    return None
