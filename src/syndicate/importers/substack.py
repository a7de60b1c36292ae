"""Substack: an export becomes articles: `posts.csv`, and `posts/ID.SLUG.html` for each post.

Columns and names: TryGhost/migrate, packages/mg-substack (2026), and exports of 2026 that other
programs describe: post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,
subtitle,podcast_url.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from lxml import html as lxml_html

from syndicate.importers.base import (
    Asked,
    Found,
    Imported,
    PassedOver,
    Reason,
    Unimportable,
)
from syndicate.importers.hypertext import markdown
from syndicate.importers.members import moment, page, table, unzipped
from syndicate.models import Where
from syndicate.zips import BadZip, Zip

TABLE = "posts.csv"
#: what Substack puts between paragraphs, and nobody wrote
WIDGETS = (
    ".subscription-widget-wrap, .subscription-widget-wrap-editor, .button-wrapper, "
    ".image-link-expand, .captioned-button-wrap, .community-chat, .poll-embed, .paywall-jump"
)
#: kinds of posts that hold no text of their own
WORDLESS = {"thread": "a thread of comments", "restack": "somebody else's post"}
#: an address that can stand in Markdown as it is
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]]+")


def fits(names: Sequence[str]) -> bool:
    """Whether these are the files of such an export."""
    return any(name.rpartition("/")[2] == TABLE for name in names)


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the posts in a zip, and the pages where they are wanted."""
    with unzipped(file) as members:
        yield from found(members, where, asked)


def found(members: Zip, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the posts in an archive, and the pages where they are wanted."""
    named = next((name for name in members.names if name.rpartition("/")[2] == TABLE), None)
    if named is None:
        raise Unimportable("there is no posts.csv in it, as each export of Substack has.")
    folder = named.removesuffix(TABLE) + "posts/"
    texts = {
        name.removeprefix(folder).partition(".")[0]: name
        for name in members.names
        if name.startswith(folder) and name.endswith(".html")
    }
    for post in table(members, named):
        number = post.get("post_id", "").partition(".")[0]
        yield _post(members, post, texts.pop(number, None), where, asked)
    for name in texts.values():
        yield PassedOver(name, "posts.csv does not name it", where, broken=True)
    for name in members.names:
        if name.rpartition("/")[2].startswith("email_list"):
            yield PassedOver(name, "people; `syndicate audience import` brings them", where)


def _post(
    members: Zip, post: Mapping[str, str], name: str | None, where: Where, asked: Asked
) -> Found:
    title, kind = post.get("title", ""), post.get("type", "newsletter")
    shown = title or post.get("post_id", "") or "a row of posts.csv"
    if kind == "page" and not asked.pages:
        return PassedOver(shown, "a page; --pages brings them too", where)
    if kind in WORDLESS:
        return PassedOver(shown, f"{WORDLESS[kind]}, and no article", where)
    if name is None:
        return PassedOver(shown, "its text is not in the archive", where, broken=True)
    try:
        body = markdown(tidied(page(members, name)))
    except (Unimportable, BadZip) as error:
        return PassedOver(shown, str(error).removesuffix("."), where, broken=True)
    if _ADDRESS.fullmatch(link := post.get("podcast_url", "")):
        body = f"[Listen]({link})\n\n{body}"
    public = post.get("audience", "everyone") == "everyone"
    number, _, slug = post.get("post_id", "").partition(".")
    return Imported(
        title=title,
        body=body,
        where=where,
        key=number,
        published=moment(post.get("post_date", "")),
        slug=slug,
        summary=post.get("subtitle", ""),
        draft=post.get("is_published", "").lower() != "true",
        restricted=not public,
        reasons=() if public else (Reason("state", "was for paying readers only: a draft here"),),
    )


def tidied(source: str) -> str:
    """Take out what Substack adds to a text, and write pictures and footnotes plainly."""
    if not source.strip():
        return ""
    root = lxml_html.fragment_fromstring(source, create_parent="div")
    for widget in root.cssselect(WIDGETS):
        widget.drop_tree()
    for link in root.cssselect("a.image-link"):
        for picture in link.cssselect("img"):
            link.addprevious(picture)
            picture.tail = ""
        link.drop_tree()
    for caption in root.cssselect("figcaption"):
        caption.tag = "p"
    for anchor in root.cssselect("a.footnote-anchor"):
        anchor.text = f"[{anchor.text_content()}]"
        anchor.drop_tag()
    for note in root.cssselect("div.footnote"):
        _number(note)
    return str(lxml_html.tostring(root, encoding="unicode"))


def _number(note: Any) -> None:
    """Write the number of a footnote before its words."""
    paragraph = next(iter(note.cssselect(".footnote-content p")), None)
    for number in note.cssselect("a.footnote-number"):
        if paragraph is not None:
            paragraph.text = f"[{number.text_content()}] {paragraph.text or ''}"
            number.drop_tree()
