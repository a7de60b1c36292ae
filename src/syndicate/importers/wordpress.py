"""WordPress: an export file (WXR 1.0 to 1.2) becomes articles, one by one, however long it is.

wordpress.org/documentation/article/tools-export-screen; the format is RSS 2.0 with additions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from syndicate.importers.base import (
    Asked,
    Day,
    Found,
    Imported,
    PassedOver,
    Reason,
    Unimportable,
)
from syndicate.importers.hypertext import markdown, plain
from syndicate.importers.xml import items
from syndicate.models import Where

NAMESPACE = "{http://wordpress.org/export/"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
#: what becomes an article; trash, revisions and automatic drafts never do
STATES = frozenset({"publish", "draft", "pending", "future", "private"})
#: what is no text of its own, and not worth a line each
SILENT = {"attachment": "an attachment of another article", "nav_menu_item": "an entry of a menu"}
_CAPTION = re.compile(r"\[caption[^\]]*\]((?:(?!\[caption).)*?)\[/caption\]", re.DOTALL)
_EMBED = re.compile(r"\[embed[^\]]*\]((?:(?!\[embed).)*?)\[/embed\]", re.DOTALL)
_PICTURE = re.compile(r"((?:<a\b[^>]*>)?\s*<img\b[^>]*>\s*(?:</a>)?)(.*)", re.DOTALL)
_SHORTCODE = re.compile(r"\[/?([a-z][a-z0-9_-]+)(?:\s[^\]]*)?\]")
_BLOCKS = re.compile(
    r"</?(?:h[1-6]|ul|ol|li|table|blockquote|pre|div|figure|section|hr|iframe)\b", re.IGNORECASE
)


@dataclass(slots=True)
class _Site:
    """What the articles of an export refer to."""

    #: display names by login
    names: dict[str, str] = field(default_factory=dict)
    #: (address, alternative text) of pictures by the number of their attachment
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the posts, and the pages where they are wanted.

    The file is read twice: authors and pictures may stand after the posts that name them.
    """
    site = _site(file)
    for item in items(file, ("item",)):
        told = _told(item)
        kind, state = told.get("post_type", "post"), told.get("status", "")
        title = plain(item.findtext("title") or "")
        reason = _not_wanted(kind, state, asked)
        if reason:
            yield PassedOver(title or kind, reason, where)
            continue
        try:
            yield _article(item, told, title, site, where)
        except Unimportable as error:
            yield PassedOver(title or kind, str(error), where, broken=True)


def _site(file: BinaryIO) -> _Site:
    site = _Site()
    for element in items(file, ("item", "{*}author")):
        told = _told(element)
        if "author_login" in told:
            name = told.get("author_display_name") or told["author_login"]
            site.names[told["author_login"]] = name
        elif told.get("post_type") == "attachment" and told.get("attachment_url"):
            alt = _meta(element).get("_wp_attachment_image_alt", "")
            site.pictures[told.get("post_id", "")] = (told["attachment_url"], alt)
    return site


def _told(item: etree._Element) -> dict[str, str]:
    """Give what WordPress's own elements say, by their names, whatever the version."""
    return {
        child.tag.rpartition("}")[2]: (child.text or "").strip()
        for child in item
        if isinstance(child.tag, str) and child.tag.startswith(NAMESPACE)
    }


def _meta(item: etree._Element) -> dict[str, str]:
    rows = (_told(child) for child in item if str(child.tag).endswith("}postmeta"))
    return {row.get("meta_key", ""): row.get("meta_value", "") for row in rows}


def _not_wanted(kind: str, state: str, asked: Asked) -> str:
    """Say why something becomes no article; "" when it does."""
    if kind in SILENT:
        return SILENT[kind]
    if kind == "page" and not asked.pages:
        return "a page; --pages brings pages too"
    if kind not in {"post", "page"}:
        return f'of the kind "{kind}", which is no post'
    return "" if state in STATES else f'"{state}" on WordPress'


def _article(
    item: etree._Element, told: dict[str, str], title: str, site: _Site, where: Where
) -> Imported:
    creator = (item.findtext(CREATOR) or "").strip()
    link = (item.findtext("link") or "").strip()
    source, reasons = _source(item.findtext(CONTENT) or "")
    state, secret = told.get("status", ""), bool(told.get("post_password"))
    draft, restricted = state in {"draft", "pending"}, secret or state == "private"
    if draft or restricted:
        why = "behind a password" if secret else state
        reasons.append(Reason("state", f"{why} on WordPress; a draft here"))
    image, alt = site.pictures.get(_meta(item).get("_thumbnail_id", ""), ("", ""))
    published = _day(told.get("post_date_gmt", ""), gmt=True)
    updated = _day(told.get("post_modified_gmt", ""), gmt=True)
    return Imported(
        title=title,
        body=markdown(source, link),
        where=where,
        key=told.get("post_id") or (item.findtext("guid") or ""),
        published=published or _day(told.get("post_date", ""), gmt=False),
        updated=updated if updated != published else None,
        slug=unquote(told.get("post_name", "")),
        authors=(site.names.get(creator, creator),) if creator else (),
        tags=_tags(item),
        summary=plain(_excerpt(item)),
        image=image,
        image_alt=alt,
        canonical="" if draft or restricted or "?" in link else link,
        draft=draft,
        restricted=restricted,
        reasons=tuple(reasons),
    )


def _excerpt(item: etree._Element) -> str:
    found = (
        child.text
        for child in item
        if str(child.tag).startswith(NAMESPACE) and str(child.tag).endswith("/excerpt/}encoded")
    )
    return next(found, "") or ""


def _tags(item: etree._Element) -> tuple[str, ...]:
    """List categories and tags, without the category of what has none."""
    terms = [
        (one.text or "").strip()
        for one in item.iterfind("category")
        if one.get("domain", "category") in {"category", "post_tag"}
        and one.get("nicename") != "uncategorized"
    ]
    return tuple(dict.fromkeys(term for term in terms if term))


def _source(content: str) -> tuple[str, list[Reason]]:
    """Make HTML of what WordPress keeps: paragraphs without marks, and shortcodes."""
    content = content.replace("\r\n", "\n").replace("<!--nextpage-->", "")
    content = _CAPTION.sub(lambda found: _figure(found[1]), content)
    content = _EMBED.sub(lambda found: f"\n\n{found[1].strip()}\n\n", content)
    left = dict.fromkeys(f"[{found[1]}]" for found in _SHORTCODE.finditer(content))
    reasons = [Reason("body", f"shortcodes stay as text: {', '.join(left)}")] if left else []
    return _paragraphs(content), reasons


def _figure(inside: str) -> str:
    found = _PICTURE.match(inside.strip())
    if found is None:
        return inside
    return f"<figure>{found[1]}<figcaption>{found[2].strip()}</figcaption></figure>"


def _paragraphs(text: str) -> str:
    """Make paragraphs of empty lines, as WordPress does for posts written without blocks."""
    if "<p>" in text or "<p " in text or "<!-- wp:" in text:
        return text
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return "\n".join(
        part if _BLOCKS.match(part) else f"<p>{part.replace(chr(10), '<br>')}</p>"
        for part in parts
        if part
    )


def _day(text: str, *, gmt: bool) -> Day | None:
    """Read a date such as `2024-05-01 09:30:00`; a draft has none, written as zeros."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if gmt else moment
    return Day(moment.date(), moment)
