"""RSS 2.0, Atom and JSON Feed become articles.

RSS 2.0 (rssboard.org, 2009), Atom (RFC 4287), JSON Feed 1.1 (jsonfeed.org).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from syndicate.importers.base import Asked, Day, Found, Imported, Unimportable, slug_in, whole
from syndicate.importers.hypertext import markdown, plain
from syndicate.importers.xml import parsed
from syndicate.models import Where

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the entries of a feed."""
    del asked
    data = whole(file)
    if data.lstrip()[:1] == b"{":
        yield from _json(data, where)
        return
    root = parsed(data)
    if root.tag == f"{ATOM}feed":
        language = root.get(LANGUAGE, "")
        for entry in root.iterfind(f"{ATOM}entry"):
            yield _atom(entry, where, language)
    elif root.tag == "rss":
        language = root.findtext("channel/language") or ""
        for item in root.iterfind("channel/item"):
            yield _rss(item, where, language)
    else:
        raise Unimportable("this is neither RSS nor Atom nor a JSON Feed.")


def _rss(item: etree._Element, where: Where, language: str) -> Imported:
    link = (item.findtext("link") or "").strip()
    summary = item.findtext("description") or ""
    full = item.findtext(CONTENT) or ""
    names = [one.text or "" for one in item.iterfind(CREATOR)]
    return Imported(
        title=plain(item.findtext("title") or ""),
        body=markdown(full or summary),
        where=where,
        published=_day(item.findtext("pubDate")),
        slug=slug_in(link),
        authors=tuple(name.strip() for name in names if name.strip()),
        tags=tuple(dict.fromkeys((one.text or "").strip() for one in item.iterfind("category"))),
        summary=plain(summary) if full else "",
        language=language,
        canonical=link,
    )


def _atom(entry: etree._Element, where: Where, language: str) -> Imported:
    links = entry.findall(f"{ATOM}link")
    link = next(
        (one.get("href", "") for one in links if one.get("rel", "alternate") == "alternate"), ""
    )
    content, summary = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")
    body = _html(content if content is not None else summary)
    names = [one.findtext(f"{ATOM}name") or "" for one in entry.iterfind(f"{ATOM}author")]
    published, updated = entry.findtext(f"{ATOM}published"), entry.findtext(f"{ATOM}updated")
    title = plain(_html(entry.find(f"{ATOM}title")))
    return Imported(
        title=title,
        body=markdown(body),
        where=where,
        published=_day(published or updated),
        updated=_day(updated) if published and updated != published else None,
        slug=slug_in(link),
        authors=tuple(name.strip() for name in names if name.strip()),
        tags=tuple(one.get("term", "") for one in entry.iterfind(f"{ATOM}category")),
        summary=plain(_html(summary)) if content is not None and summary is not None else "",
        language=entry.get(LANGUAGE, language),
        canonical=link,
    )


def _html(element: etree._Element | None) -> str:
    """Give a text construct as HTML (RFC 4287 section 3.1)."""
    if element is None:
        return ""
    kind = element.get("type", "text")
    if kind == "xhtml":
        return "".join(etree.tostring(child, encoding="unicode") for child in element)
    text = element.text or ""
    return text if kind == "html" else text.replace("&", "&amp;").replace("<", "&lt;")


def _json(data: bytes, where: Where) -> Iterator[Imported]:
    try:
        feed: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
        entries: list[dict[str, Any]] = msgspec.convert(feed["items"], list[dict[str, Any]])
    except (msgspec.MsgspecError, KeyError, RecursionError):
        raise Unimportable("this is not a JSON Feed.") from None
    for entry in entries:
        title, link = str(entry.get("title", "")), str(entry.get("url", ""))
        html, text = str(entry.get("content_html", "")), str(entry.get("content_text", ""))
        authors = entry.get("authors") or []
        published, updated = entry.get("date_published"), entry.get("date_modified")
        yield Imported(
            title=plain(title),
            body=markdown(html) if html else text,
            where=where,
            published=_day(published),
            updated=_day(updated) if updated and updated != published else None,
            slug=slug_in(link),
            authors=tuple(
                str(one["name"]) for one in authors if isinstance(one, dict) and one.get("name")
            ),
            tags=tuple(map(str, entry.get("tags") or ())),
            summary=plain(str(entry.get("summary", ""))),
            image=str(entry.get("image", "")),
            language=str(entry.get("language", feed.get("language", ""))),
            canonical=link,
        )


def _day(text: object) -> Day | None:
    """Read a date of RFC 822 or RFC 3339."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(text.strip())
        except ValueError:
            return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Day(moment.date(), moment)
