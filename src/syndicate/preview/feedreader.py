"""A feed as a reader program shows it: the bytes that are published, read again from nothing.

Nothing of ours is asked: what a format does not say is not there, as it is for every reader.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_MEDIA = "{http://search.yahoo.com/mrss/}content"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a reader has it."""

    title: str
    url: str
    authors: tuple[str, ...]
    #: when it was published; None where the feed does not say, or not so that it can be read
    date: datetime | None
    #: plain text, or HTML in RSS; "" for none
    summary: str
    #: HTML; "" for none
    content: str
    tags: tuple[str, ...] = ()
    #: address of its picture; "" for none
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A feed as a reader has it."""

    #: "RSS", "Atom" or "JSON Feed"
    format: str
    title: str
    #: address of the site
    home: str
    language: str
    entries: tuple[Entry, ...]


def read(data: bytes) -> Shown:
    """Read a feed in any of the three formats. Raises ValueError for what is none of them."""
    if data.lstrip()[:1] == b"{":
        return _json(json.loads(data))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"is not well-formed: {error}") from None
    if root.tag == "rss" and root.find("channel") is not None:
        return _rss(root.find("channel"))
    if root.tag == f"{_ATOM}feed":
        return _atom(root)
    raise ValueError("is no feed that a reader knows")


def _rss(channel: Any) -> Shown:
    return Shown(
        "RSS",
        _text(channel, "title"),
        _text(channel, "link"),
        _text(channel, "language"),
        tuple(
            Entry(
                title=_text(item, "title"),
                url=_text(item, "link"),
                authors=tuple(_texts(item, _CREATOR)),
                date=_date(parsedate_to_datetime, _text(item, "pubDate")),
                summary=_text(item, "description"),
                content=_text(item, _CONTENT),
                tags=tuple(_texts(item, "category")),
                picture=_attribute(item, _MEDIA, "url"),
            )
            for item in channel.iterfind("item")
        ),
    )


def _atom(feed: Any) -> Shown:
    return Shown(
        "Atom",
        _text(feed, f"{_ATOM}title"),
        _link(feed),
        feed.get(_LANG, ""),
        tuple(
            Entry(
                title=_text(entry, f"{_ATOM}title"),
                url=_link(entry),
                authors=tuple(_texts(entry, f"{_ATOM}author/{_ATOM}name")),
                date=_date(datetime.fromisoformat, _text(entry, f"{_ATOM}published")),
                summary=_text(entry, f"{_ATOM}summary"),
                content=_text(entry, f"{_ATOM}content"),
                tags=tuple(
                    one.get("label") or one.get("term", "")
                    for one in entry.iterfind(f"{_ATOM}category")
                ),
                picture=_attribute(entry, _MEDIA, "url"),
            )
            for entry in feed.iterfind(f"{_ATOM}entry")
        ),
    )


def _json(feed: dict[str, Any]) -> Shown:
    return Shown(
        "JSON Feed",
        feed.get("title", ""),
        feed.get("home_page_url", ""),
        feed.get("language", ""),
        tuple(
            Entry(
                title=item.get("title", ""),
                url=item.get("url", ""),
                authors=tuple(one.get("name", "") for one in item.get("authors", ())),
                date=_date(datetime.fromisoformat, item.get("date_published", "")),
                summary=item.get("summary", ""),
                content=item.get("content_html", ""),
                tags=tuple(item.get("tags", ())),
                picture=item.get("image", ""),
            )
            for item in feed.get("items", ())
        ),
    )


def _texts(element: Any, path: str) -> Iterator[str]:
    return ("".join(one.itertext()).strip() for one in element.iterfind(path))


def _text(element: Any, path: str) -> str:
    return next(_texts(element, path), "")


def _attribute(element: Any, path: str, name: str) -> str:
    found = element.find(path)
    return "" if found is None else str(found.get(name, ""))


def _link(element: Any) -> str:
    """Give the address of the page that an Atom element stands for (RFC 4287 section 4.2.7)."""
    links = element.iterfind(f"{_ATOM}link")
    return next(
        (one.get("href", "") for one in links if one.get("rel", "alternate") == "alternate"), ""
    )


def _date(read_: Callable[[str], datetime], text: str) -> datetime | None:
    try:
        return read_(text)
    except ValueError:
        return None
