"""A saved web page becomes an article: what it says of itself, and the part that is the text.

JSON-LD (schema.org), Open Graph (ogp.me) and the elements of HTML itself, in this order.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import msgspec
from lxml import html as lxml_html

from syndicate.importers.base import (
    PAGE_MAX,
    Asked,
    Day,
    Found,
    Imported,
    Reason,
    Unimportable,
    decoded,
    slug_in,
    whole,
)
from syndicate.importers.hypertext import markdown
from syndicate.models import Where

#: where the text is, the surest first
PLACES = (
    "article",
    "main",
    "[itemprop=articleBody]",
    ".post-content",
    ".entry-content",
    "#content",
)
#: what stands beside a text and is none of it
BESIDE = "header, footer, aside, nav, .share, .related, .comments, #comments, .newsletter, h1"
KINDS = frozenset({"Article", "BlogPosting", "NewsArticle", "MedicalWebPage", "WebPage"})


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the one article of a page."""
    del asked
    text = decoded(whole(file, PAGE_MAX))
    if "<" not in text:
        raise Unimportable("this is not a web page.")
    # As bytes: a declaration of another encoding would be refused.
    root = lxml_html.document_fromstring(
        text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8")
    )
    said, graph = _linked_data(root), _open_graph(root)
    title = str(
        said.get("headline") or graph.get("og:title") or _first(root, "h1") or _first(root, "title")
    )
    canonical = next((one.get("href", "") for one in root.cssselect('link[rel="canonical"]')), "")
    link = canonical or graph.get("og:url", "")
    body, place = _body(root)
    keywords = said.get("keywords") or ""
    tags = keywords.split(",") if isinstance(keywords, str) else keywords
    yield Imported(
        title=" ".join(title.split()),
        body=markdown(body),
        where=where,
        published=_day(
            said.get("datePublished") or graph.get("article:published_time") or _time(root)
        ),
        updated=_day(said.get("dateModified") or graph.get("article:modified_time")),
        slug=slug_in(link),
        authors=_authors(said, root),
        tags=tuple(tag.strip() for tag in tags if str(tag).strip()),
        summary=str(
            said.get("description") or graph.get("og:description") or _meta(root, "description")
        ),
        image=_image(said) or graph.get("og:image", ""),
        image_alt=graph.get("og:image:alt", ""),
        language=root.get("lang", ""),
        canonical=link,
        reasons=(Reason("body", f"the text is what stands in {place}"),),
    )


def _body(root: Any) -> tuple[str, str]:
    for place in PLACES:
        found = root.cssselect(place)
        if len(found) == 1 or (found and place == "article"):
            chosen = max(found, key=lambda one: len(one.text_content()))
            for beside in chosen.cssselect(BESIDE):
                beside.drop_tree()
            return lxml_html.tostring(
                chosen, encoding="unicode"
            ), f"<{place}>" if place.isalpha() else place
    raise Unimportable(
        "this page does not say where its text is: it has no <article> and no <main>."
    )


def _linked_data(root: Any) -> dict[str, Any]:
    for script in root.cssselect('script[type="application/ld+json"]'):
        try:
            found = msgspec.json.decode((script.text or "").encode())
        except (msgspec.DecodeError, RecursionError):
            continue
        rows = found if isinstance(found, list) else [found]
        rows += [one for row in rows if isinstance(row, dict) for one in row.get("@graph", [])]
        for row in rows:
            if isinstance(row, dict) and KINDS & {
                *(
                    [row.get("@type")]
                    if isinstance(row.get("@type"), str)
                    else row.get("@type") or []
                )
            }:
                return row
    return {}


def _open_graph(root: Any) -> dict[str, str]:
    return {one.get("property"): one.get("content", "") for one in root.cssselect("meta[property]")}


def _meta(root: Any, name: str) -> str:
    return next((str(one.get("content", "")) for one in root.cssselect(f'meta[name="{name}"]')), "")


def _first(root: Any, name: str) -> str:
    return next((str(one.text_content()) for one in root.cssselect(name)), "")


def _time(root: Any) -> str:
    return next((str(one.get("datetime", "")) for one in root.cssselect("time[datetime]")), "")


def _authors(said: dict[str, Any], root: Any) -> tuple[str, ...]:
    written = said.get("author") or []
    rows = written if isinstance(written, list) else [written]
    names = [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in rows]
    return tuple(filter(None, names)) or tuple(filter(None, [_meta(root, "author")]))


def _image(said: dict[str, Any]) -> str:
    image = said.get("image")
    image = image[0] if isinstance(image, list) and image else image
    return str(image.get("url", "")) if isinstance(image, dict) else str(image or "")


def _day(text: object) -> Day | None:
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        if len(text.strip()) == len("2026-11-20"):
            return Day(date.fromisoformat(text.strip()))
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return Day(moment.date(), moment if moment.tzinfo else moment.replace(tzinfo=UTC))
