"""WordPress: an export file (WXR 1.2) becomes articles, one by one, however long it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from lxml import etree

from syndicate.importers.base import Asked, Day, Found, Imported
from syndicate.importers.hypertext import markdown, plain
from syndicate.importers.xml import items
from syndicate.models import Where

WP = "{http://wordpress.org/export/1.2/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
EXCERPT = "{http://wordpress.org/export/1.2/excerpt/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
#: what becomes an article; trash and revisions never do
STATES = frozenset({"publish", "draft", "pending", "future", "private"})


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the posts, and the pages where they are wanted.

    Attachments come after the posts that show them, so a lead picture is named by its address only
    where the post itself does.
    """
    kinds = {"post", "page"} if asked.pages else {"post"}
    names = dict(_authors(file))
    for item in items(file, "item"):
        kind, state = item.findtext(f"{WP}post_type"), item.findtext(f"{WP}status") or ""
        if kind in kinds and state in STATES:
            yield _article(item, state, names, where)


def _authors(file: BinaryIO) -> Iterator[tuple[str, str]]:
    for author in items(file, f"{WP}author"):
        login = author.findtext(f"{WP}author_login") or ""
        yield login, author.findtext(f"{WP}author_display_name") or login


def _article(item: etree._Element, state: str, names: dict[str, str], where: Where) -> Imported:
    title = plain(item.findtext("title") or "")
    creator = (item.findtext(CREATOR) or "").strip()
    terms = [
        one for one in item.iterfind("category") if one.get("domain") in {"category", "post_tag"}
    ]
    tags = [(one.text or "").strip() for one in terms]
    draft = state not in {"publish", "future"}
    return Imported(
        title=title,
        body=markdown(_paragraphs(item.findtext(CONTENT) or "")),
        where=where,
        published=_day(item.findtext(f"{WP}post_date_gmt"))
        or _day(item.findtext(f"{WP}post_date")),
        slug=item.findtext(f"{WP}post_name") or "",
        authors=(names.get(creator, creator),) if creator else (),
        tags=tuple(tag for tag in dict.fromkeys(tags) if tag and tag != "Uncategorized"),
        summary=plain(item.findtext(EXCERPT) or ""),
        canonical=(item.findtext("link") or "").strip() if not draft else "",
        draft=draft,
    )


def _paragraphs(text: str) -> str:
    """Make paragraphs of empty lines, as WordPress does for posts written without blocks."""
    if "<p" in text or "<!-- wp:" in text:
        return text
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    blocks = ("<h", "<ul", "<ol", "<table", "<blockquote", "<pre", "<div", "<figure")
    return "\n".join(
        part if part.startswith(blocks) else f"<p>{part.replace(chr(10), '<br>')}</p>"
        for part in parts
        if part
    )


def _day(text: str | None) -> Day | None:
    """Read a date such as `2024-05-01 09:30:00`, in GMT; a draft has none, written as zeros."""
    if not text or text.startswith("0000"):
        return None
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Day(moment.date(), moment)
