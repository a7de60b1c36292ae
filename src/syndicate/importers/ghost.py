"""Ghost: an export in JSON becomes articles; Lexical and Mobiledoc are read through the HTML.

ghost.org/docs/migration/content: `{"db": [{"meta": …, "data": {"posts": […], …}}]}`.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from syndicate.importers.base import (
    Asked,
    Found,
    Imported,
    PassedOver,
    Reason,
    Said,
    Unimportable,
    whole,
)
from syndicate.importers.feed import day
from syndicate.importers.hypertext import markdown
from syndicate.importers.lexical import from_lexical, from_mobiledoc
from syndicate.models import Where

#: stands for the address of the site in exports
HOME = "__GHOST_URL__"
#: what Ghost says of the site, by the key of [site]
SETTINGS = {"title": "title", "timezone": "timezone", "locale": "language", "lang": "language"}
#: bytes of an export, which is read whole
MOST = 200_000_000
#: who may read a post there
VISIBLE = {"members": "its members", "paid": "those who pay", "tiers": "some of those who pay"}

Row = dict[str, Any]


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the posts, and the pages where they are wanted, and what is said of newsletters."""
    tables = _tables(whole(file, MOST))
    users = {one.get("id"): one.get("name") for one in tables.get("users", [])}
    tags = {one.get("id"): one.get("name") for one in tables.get("tags", [])}
    meta = {one.get("post_id"): one for one in tables.get("posts_meta", [])}
    named = _by_post(tables.get("posts_tags", []), "tag_id", tags)
    written = _by_post(tables.get("posts_authors", []), "author_id", users)
    for post in tables.get("posts", []):
        id_, title = post.get("id"), _text(post, "title")
        # A number before version 3, a word since.
        if not asked.pages and (post.get("type") == "page" or post.get("page") == 1):
            yield PassedOver(title, "a page; --pages brings pages too", where)
            continue
        authors = written.get(id_) or [str(users.get(post.get("author_id")) or "")]
        try:
            yield _article(post, meta.get(id_, {}), named.get(id_, []), authors, where)
        except Unimportable as error:
            yield PassedOver(title or "a post", str(error), where, broken=True)
    yield from _said(tables, where)


def _article(post: Row, meta: Row, tags: list[str], authors: list[str], where: Where) -> Imported:
    status = _text(post, "status")
    published = day(_text(post, "published_at"))
    updated = day(_text(post, "updated_at")) if status in {"published", "sent"} else None
    draft = status not in {"published", "sent", "scheduled"}
    return Imported(
        title=_text(post, "title"),
        body=markdown(_html(post).replace(HOME, "")),
        where=where,
        key=_text(post, "uuid") or _text(post, "id"),
        published=published or (day(_text(post, "created_at")) if not draft else None),
        updated=updated if updated != published else None,
        slug=_text(post, "slug"),
        authors=tuple(filter(None, authors)),
        # Those that begin with # are for the theme, and no reader sees them.
        tags=tuple(tag for tag in tags if not tag.startswith("#")),
        summary=_text(post, "custom_excerpt") or _text(meta, "meta_description"),
        image=_text(post, "feature_image").replace(HOME, ""),
        image_alt=_text(meta, "feature_image_alt") or _text(post, "feature_image_alt"),
        language=_text(post, "locale"),
        canonical=_text(post, "canonical_url").replace(HOME, ""),
        draft=draft,
        restricted=_text(post, "visibility") in VISIBLE,
        reasons=tuple(_reasons(post)),
    )


def _reasons(post: Row) -> Iterator[Reason]:
    whom = VISIBLE.get(_text(post, "visibility"))
    if whom:
        yield Reason("state", f"on Ghost only {whom} can read it; a draft here")
    if _text(post, "status") == "sent":
        yield Reason("state", "on Ghost it was only mailed, and is not on the site")


def _said(tables: dict[str, list[Row]], where: Where) -> Iterator[Said]:
    """Tell name and sender of newsletters, and what is said of the whole site."""
    for row in tables.get("settings", []):
        key, value = SETTINGS.get(_text(row, "key")), _text(row, "value")
        if key and value:
            yield Said(f"site.{key}", value, where)
    for row in tables.get("newsletters", []):
        slug, name = _text(row, "slug") or "weekly", _text(row, "name")
        if _text(row, "status") not in {"", "active"}:
            continue
        yield Said(f"newsletters.{slug}.title", name, where)
        address = _text(row, "sender_email")
        if address:
            sender = f"{_text(row, 'sender_name') or name} <{address}>"
            yield Said(f"newsletters.{slug}.sender", sender, where)


def _tables(data: bytes) -> dict[str, list[Row]]:
    try:
        export = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        above = export["db"][0] if "db" in export else export
        tables: dict[str, list[Row]] = msgspec.convert(
            {name: rows for name, rows in above["data"].items() if isinstance(rows, list)},
            dict[str, list[Row]],
        )
    except (msgspec.MsgspecError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise Unimportable("it is no export of Ghost that can be read.") from None
    return tables


def _by_post(rows: list[Row], key: str, names: dict[Any, Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for row in sorted(rows, key=lambda row: _text(row, "sort_order").zfill(9)):
        if names.get(row.get(key)):
            found.setdefault(row.get("post_id"), []).append(str(names[row[key]]))
    return found


def _html(post: Row) -> str:
    """Give the text as HTML: as Ghost drew it, else from what its editor keeps."""
    if _text(post, "html"):
        return _text(post, "html")
    if _text(post, "lexical"):
        return from_lexical(_text(post, "lexical"))
    return from_mobiledoc(_text(post, "mobiledoc")) if _text(post, "mobiledoc") else ""


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)
