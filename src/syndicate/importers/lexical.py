"""The two ways in which Ghost keeps a text, as HTML: Lexical since version 5, Mobiledoc before."""

import html
from typing import Any

import msgspec

from syndicate.importers.base import Unimportable

#: bits of a text node's format in Lexical, and the element each stands for
FORMATS = ((1, "strong"), (2, "em"), (4, "s"), (16, "code"))
LISTS = {"bullet": "ul", "number": "ol"}
_NONSENSE = (msgspec.MsgspecError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


def from_lexical(text: str) -> str:
    """Write a Lexical document as HTML; cards that hold no text are left out."""
    try:
        return _nodes(msgspec.json.decode(text)["root"]["children"])
    except _NONSENSE:
        raise Unimportable("a text in Lexical cannot be read.") from None


def from_mobiledoc(text: str) -> str:
    """Write a Mobiledoc document as HTML: paragraphs, headings, lists and cards of HTML."""
    try:
        document = msgspec.json.decode(text)
        return "".join(_section(one, document) for one in document["sections"])
    except _NONSENSE:
        raise Unimportable("a text in Mobiledoc cannot be read.") from None


def _nodes(nodes: list[dict[str, Any]]) -> str:
    return "".join(map(_node, nodes))


def _node(node: dict[str, Any]) -> str:
    kind, inside = node.get("type", ""), node.get("children", [])
    if kind in {"text", "extended-text"}:
        return _marked(html.escape(str(node.get("text", ""))), int(node.get("format") or 0))
    if kind == "linebreak":
        return "<br>"
    if kind == "link":
        return f'<a href="{html.escape(str(node.get("url", "")))}">{_nodes(inside)}</a>'
    if kind == "image":
        alt, src = str(node.get("alt") or ""), str(node.get("src") or "")
        return f'<p><img src="{html.escape(src)}" alt="{html.escape(alt)}"></p>'
    if kind in {"html", "markdown"}:
        return str(node.get("html") or html.escape(str(node.get("markdown") or "")))
    element = _element(kind, node)
    return f"<{element}>{_nodes(inside)}</{element}>" if element else _nodes(inside)


def _element(kind: str, node: dict[str, Any]) -> str:
    if kind in {"heading", "extended-heading"}:
        return str(node.get("tag", "h2"))
    if kind == "list":
        return LISTS.get(str(node.get("listType")), "ul")
    names = {
        "paragraph": "p",
        "listitem": "li",
        "quote": "blockquote",
        "extended-quote": "blockquote",
    }
    return names.get(kind, "")


def _marked(text: str, format_: int) -> str:
    for bit, name in FORMATS:
        if format_ & bit:
            text = f"<{name}>{text}</{name}>"
    return text


def _section(section: list[Any], document: dict[str, Any]) -> str:
    kind = section[0]
    if kind == 1:
        return f"<{section[1]}>{_markers(section[2], document)}</{section[1]}>"
    if kind == 3:  # noqa: PLR2004 -- the numbers are Mobiledoc's
        rows = "".join(f"<li>{_markers(row, document)}</li>" for row in section[2])
        return f"<{section[1]}>{rows}</{section[1]}>"
    if kind == 10:  # noqa: PLR2004
        name, payload = document["cards"][section[1]]
        if name == "image":
            return f'<p><img src="{html.escape(str(payload.get("src", "")))}" alt=""></p>'
        return str(payload.get("html") or payload.get("markdown") or "")
    return ""


def _markers(markers: list[Any], document: dict[str, Any]) -> str:
    """Write the pieces of a line; markups open at one piece and may close at another."""
    out, open_ = "", []
    for marker in markers:
        _, opened, closed, text = marker
        for number in opened:
            name, *rest = document["markups"][number]
            attributes = dict(zip(rest[0][::2], rest[0][1::2], strict=False)) if rest else {}
            href = f' href="{html.escape(str(attributes["href"]))}"' if "href" in attributes else ""
            out += f"<{name}{href}>"
            open_.append(name)
        out += html.escape(str(text))
        for _ in range(closed):
            out += f"</{open_.pop()}>"
    return out
