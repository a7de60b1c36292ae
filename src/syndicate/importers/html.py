"""A saved web page becomes an article: what it says of itself, and the part of it that is the text.

JSON-LD (schema.org), Open Graph (ogp.me) and the elements of HTML itself, in this order.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
from lxml import etree
from lxml import html as lxml_html

from syndicate.importers.base import (
    PAGE_MAX,
    Asked,
    Found,
    Imported,
    Reason,
    Unimportable,
    decoded,
    slug_in,
    whole,
)
from syndicate.importers.feed import day
from syndicate.importers.hypertext import check_depth, markdown
from syndicate.importers.main_part import main_part
from syndicate.models import Where
from syndicate.text import clean

KINDS = frozenset(
    """Article BlogPosting NewsArticle TechArticle ScholarlyArticle Report MedicalWebPage
    MedicalScholarlyArticle LiveBlogPosting Recipe HowTo""".split()  # noqa: SIM905
)
#: said of any page, so it counts only where nothing better is said
LESS = frozenset({"WebPage", "ItemPage"})
#: `A Bench That Lasts | Oakhill`: the name of the site after the title
_SITE_NAME = re.compile(r"\s+(?:[|\u2013\u2014»·]|-)\s+[^|\u2013\u2014»·]{1,40}$")

Values = dict[str, Any]


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the one article of a page."""
    del asked
    text = clean(decoded(whole(file, PAGE_MAX)))
    if "<" not in text:
        raise Unimportable("it is no web page.")
    root = _parsed(text)
    said, graph = _linked_data(root), _open_graph(root)
    link = _link(root, graph)
    title, reason = _title(root, said, graph)
    body, place = main_part(root)
    published, updated = _days(root, said, graph)
    yield Imported(
        title=title,
        body=markdown(body, link),
        where=where,
        published=published,
        updated=updated if updated != published else None,
        slug=slug_in(link),
        authors=_authors(root, said, graph),
        tags=_tags(root, said, graph),
        summary=_line(
            said.get("description") or graph.get("og:description") or _meta(root, "description")
        ),
        image=_image(said.get("image")) or graph.get("og:image", ""),
        image_alt=graph.get("og:image:alt", ""),
        language=root.get("lang", "").strip(),
        canonical=link,
        reasons=(*([Reason("title", reason)] if reason else []), Reason("body", place)),
    )


def _parsed(text: str) -> Any:
    """Parse a page. As bytes: a declaration of another encoding would be refused."""
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True)
        root = lxml_html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        raise Unimportable("it holds no HTML that can be read.") from None
    check_depth(root)
    return root


def _linked_data(root: Any) -> Values:
    """Give what JSON-LD says of the article; of any page where it speaks of no article."""
    rows = [row for script in root.cssselect(_SCRIPTS) for row in _rows(script.text or "")]
    for kinds in (KINDS, LESS):
        for row in rows:
            types = row.get("@type")
            if kinds.intersection(types if isinstance(types, list) else [types]):
                return row
    return {}


_SCRIPTS = 'script[type="application/ld+json"]'


def _rows(text: str) -> Iterator[Values]:
    try:
        found = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        return
    for row in found if isinstance(found, list) else [found]:
        if isinstance(row, dict):
            graph = row.get("@graph")
            yield row
            yield from (one for one in (graph if isinstance(graph, list) else ()) if _is_row(one))


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and not isinstance(value.get("@type"), dict)


def _open_graph(root: Any) -> dict[str, str]:
    """Give the properties of Open Graph; of those that come several times the first."""
    found: dict[str, str] = {}
    for one in root.cssselect("meta[property]"):
        found.setdefault(one.get("property", "").strip(), _line(one.get("content")))
    return found


def _link(root: Any, graph: dict[str, str]) -> str:
    for one in root.cssselect('link[rel~="canonical"]'):
        if one.get("href", "").startswith(("http://", "https://")):
            return str(one.get("href"))
    address = graph.get("og:url", "")
    return address if address.startswith(("http://", "https://")) else ""


def _title(root: Any, said: Values, graph: dict[str, str]) -> tuple[str, str]:
    """Give the title, and why it is another one than the page's own."""
    for value in (said.get("headline"), graph.get("og:title"), _first(root, "h1")):
        if line := _line(value):
            return line, ""
    whole_title = _line(_first(root, "title"))
    short = _SITE_NAME.sub("", whole_title)
    return short, "without the name of the site" if short != whole_title else ""


def _days(root: Any, said: Values, graph: dict[str, str]) -> tuple[Any, Any]:
    published = (
        _line(said.get("datePublished") or said.get("dateCreated"))
        or graph.get("article:published_time")
        or _meta(root, "date")
        or _time(root)
    )
    updated = _line(said.get("dateModified")) or graph.get("article:modified_time", "")
    return day(published or ""), day(updated)


def _time(root: Any) -> str:
    return next((_line(one.get("datetime")) for one in root.cssselect("time[datetime]")), "")


def _authors(root: Any, said: Values, graph: dict[str, str]) -> tuple[str, ...]:
    written = said.get("author") or []
    rows = written if isinstance(written, list) else [written]
    names = [_line(one.get("name") if isinstance(one, dict) else one) for one in rows]
    by = _meta(root, "author") or graph.get("article:author", "")
    names = [name for name in names if name] or [by]
    return tuple(dict.fromkeys(name for name in names if name and "://" not in name))


def _tags(root: Any, said: Values, graph: dict[str, str]) -> tuple[str, ...]:
    keywords = said.get("keywords") or []
    words = keywords.split(",") if isinstance(keywords, str) else keywords
    words = words if isinstance(words, list) else []
    own = [_line(one.get("content")) for one in root.cssselect('meta[property="article:tag"]')]
    section = [_line(said.get("articleSection")) or graph.get("article:section", "")]
    found = [_line(word) for word in words if isinstance(word, str)] or own or section
    return tuple(dict.fromkeys(word for word in found if word))


def _image(value: object) -> str:
    if isinstance(value, list):
        return _image(value[0]) if value else ""
    if isinstance(value, dict):
        return _line(value.get("url") or value.get("contentUrl"))
    return _line(value)


def _meta(root: Any, name: str) -> str:
    found = (one for one in root.iter("meta") if one.get("name", "").lower() == name)
    return next((_line(one.get("content")) for one in found), "")


def _first(root: Any, name: str) -> str:
    return next((str(one.text_content()) for one in root.cssselect(name)), "")


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
