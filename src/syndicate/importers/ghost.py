"""Ghost: an export in JSON becomes articles; Lexical and Mobiledoc are read through the HTML."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from syndicate.importers.base import Asked, Day, Found, Imported, Unimportable, whole
from syndicate.importers.hypertext import markdown
from syndicate.importers.lexical import from_lexical, from_mobiledoc
from syndicate.models import Where


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the posts, and the pages where they are wanted."""
    tables = _tables(whole(file))
    users = {one.get("id"): one.get("name") for one in tables.get("users", [])}
    tags = {one.get("id"): one.get("name") for one in tables.get("tags", [])}
    named = _by_post(tables.get("posts_tags", []), "tag_id", tags)
    written = _by_post(tables.get("posts_authors", []), "author_id", users)
    for post in tables.get("posts", []):
        if post.get("type", "post") != "post" and not asked.pages:
            continue
        id_ = post.get("id")
        yield Imported(
            title=str(post.get("title", "")),
            body=markdown(_html(post)),
            where=where,
            published=_day(post.get("published_at") or post.get("created_at")),
            updated=_day(post.get("updated_at")) if post.get("status") == "published" else None,
            slug=str(post.get("slug") or ""),
            authors=tuple(written.get(id_, ())),
            # Those that begin with # are for the theme, and no reader sees them.
            tags=tuple(tag for tag in named.get(id_, ()) if not tag.startswith("#")),
            summary=str(post.get("custom_excerpt") or ""),
            image=str(post.get("feature_image") or ""),
            canonical=str(post.get("canonical_url") or ""),
            draft=post.get("status") not in {"published", "sent", "scheduled"},
        )


def _tables(data: bytes) -> dict[str, list[dict[str, Any]]]:
    try:
        export = msgspec.json.decode(data)
        whole = export["db"][0] if "db" in export else export
        tables: dict[str, list[dict[str, Any]]] = msgspec.convert(
            {name: rows for name, rows in whole["data"].items() if isinstance(rows, list)},
            dict[str, list[dict[str, Any]]],
        )
    except (msgspec.MsgspecError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise Unimportable("this is not an export of Ghost.") from None
    return tables


def _by_post(rows: list[dict[str, Any]], key: str, names: dict[Any, Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.get("sort_order") or 0):
        if names.get(row.get(key)):
            found.setdefault(row.get("post_id"), []).append(str(names[row[key]]))
    return found


def _html(post: dict[str, Any]) -> str:
    if post.get("html"):
        return str(post["html"])
    if post.get("lexical"):
        return from_lexical(str(post["lexical"]))
    return from_mobiledoc(str(post["mobiledoc"])) if post.get("mobiledoc") else ""


def _day(text: object) -> Day | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return Day(moment.date(), moment)
