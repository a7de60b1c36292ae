"""The two ways in which Ghost keeps a text, as HTML: Lexical since version 5, Mobiledoc before.

Lexical's editor state (lexical.dev) with Ghost's cards; Mobiledoc 0.3 (bustle/mobiledoc-kit).
"""

from collections.abc import Mapping
from html import escape
from typing import Any

import msgspec

from syndicate import markup
from syndicate.importers.base import Unimportable

#: bits of a text node's format in Lexical, and the element each stands for
FORMATS = (
    *((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup")),
    (128, "mark"),
)
LISTS = {"bullet": "ul", "number": "ol"}
ELEMENTS = {
    "paragraph": "p",
    "listitem": "li",
    "quote": "blockquote",
    "extended-quote": "blockquote",
    "aside": "blockquote",
}
#: cards that stand only in Ghost's own mails, or do something there
SILENT = frozenset({"email", "email-cta", "signup", "paywall", "transistor"})
_NONSENSE = (
    *(msgspec.MsgspecError, KeyError, IndexError, TypeError, ValueError, AttributeError),
    RecursionError,
)


def from_lexical(text: str) -> str:
    """Write a Lexical document as HTML; cards of Ghost's own mails are left out.

    Raises Unimportable for what is no such document.
    """
    try:
        return _nodes(msgspec.json.decode(text)["root"]["children"])
    except _NONSENSE:
        raise Unimportable("its text in Lexical cannot be read.") from None


def from_mobiledoc(text: str) -> str:
    """Write a Mobiledoc document as HTML: paragraphs, headings, lists, pictures and cards.

    Raises Unimportable for what is no such document.
    """
    try:
        document = msgspec.json.decode(text)
        return "".join(_section(one, document) for one in document["sections"])
    except _NONSENSE:
        raise Unimportable("its text in Mobiledoc cannot be read.") from None


def _nodes(nodes: list[dict[str, Any]]) -> str:
    return "".join(map(_node, nodes))


def _node(node: dict[str, Any]) -> str:
    kind, inside = str(node.get("type", "")), node.get("children") or []
    if kind in {"text", "extended-text"}:
        return _marked(escape(str(node.get("text", ""))), int(node.get("format") or 0))
    if kind == "linebreak":
        return "<br>"
    if kind in {"link", "autolink", "at-link"}:
        return f'<a href="{escape(str(node.get("url", "")))}">{_nodes(inside)}</a>'
    if kind == "tab":
        return " "
    element = _element(kind, node)
    if element:
        return f"<{element}>{_nodes(inside)}</{element}>"
    return _nodes(inside) or card(kind, node)


def _element(kind: str, node: dict[str, Any]) -> str:
    if kind in {"heading", "extended-heading"}:
        tag = str(node.get("tag", "h2"))
        return tag if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else "h2"
    if kind == "list":
        return LISTS.get(str(node.get("listType")), "ul")
    return ELEMENTS.get(kind, "")


def _marked(text: str, format_: int) -> str:
    for bit, name in FORMATS:
        if format_ & bit:
            text = f"<{name}>{text}</{name}>"
    return text


def card(kind: str, values: Mapping[str, Any]) -> str:  # noqa: PLR0911 -- one line for each kind
    """Write a card of Ghost as HTML; "" for one that holds no text."""
    if kind in SILENT:
        return ""
    if kind in {"image", "gallery"}:
        pictures = values.get("images") or [values]
        return "".join(_picture(one) for one in pictures) + _caption(values)
    if kind in {"html", "toggle", "callout", "embed"} or values.get("html"):
        return _with_heading(kind, values)
    if kind in {"markdown", "card-markdown"}:
        return markup.render(str(values.get("markdown") or ""), "https://ghost.invalid/").html
    if kind in {"code", "codeblock"}:
        return f"<pre><code>{escape(str(values.get('code') or ''))}</code></pre>"
    if kind in {"horizontalrule", "hr"}:
        return "<hr>"
    return _link(values)


def _with_heading(kind: str, values: Mapping[str, Any]) -> str:
    heading = str(values.get("heading") or "")
    text = str(values.get("content") or values.get("html") or values.get("calloutText") or "")
    emoji = str(values.get("calloutEmoji") or "")
    inside = (f"<p><strong>{heading}</strong></p>" if heading else "") + (
        f"<p>{emoji} {text}</p>" if emoji and not text.lstrip().startswith("<p") else text
    )
    return f"<blockquote>{inside}</blockquote>" if kind == "callout" else inside


def _picture(values: Mapping[str, Any]) -> str:
    source, alt = str(values.get("src") or ""), str(values.get("alt") or "")
    return f'<p><img src="{escape(source)}" alt="{escape(alt)}"></p>' if source else ""


def _caption(values: Mapping[str, Any]) -> str:
    caption = str(values.get("caption") or "")
    return f"<p>{caption}</p>" if caption else ""


def _link(values: Mapping[str, Any]) -> str:
    """Write a card that leads somewhere: a bookmark, a button, a file, a video."""
    about = values.get("metadata") or {}
    address = str(
        values.get("url") or values.get("buttonUrl") or values.get("src") or about.get("url") or ""
    )
    name = str(
        about.get("title")
        or values.get("buttonText")
        or values.get("fileTitle")
        or values.get("title")
        or address
    )
    return f'<p><a href="{escape(address)}">{escape(name)}</a></p>' if address else ""


def _section(section: list[Any], document: dict[str, Any]) -> str:
    """Write a section; their kinds are numbers: 1 text, 2 picture, 3 list, 10 card."""
    match section[0]:
        case 1:
            return f"<{section[1]}>{_markers(section[2], document)}</{section[1]}>"
        case 2:
            return _picture({"src": section[1]})
        case 3:
            rows = "".join(f"<li>{_markers(row, document)}</li>" for row in section[2])
            return f"<{section[1]}>{rows}</{section[1]}>"
        case 10:
            name, payload = document["cards"][section[1]]
            return card(str(name), payload)
    return ""


def _markers(markers: list[Any], document: dict[str, Any]) -> str:
    """Write the pieces of a line; markups open at one piece and may close at another."""
    out: list[str] = []
    opened: list[str] = []
    for kind, opening, closing, text in markers:
        for number in opening:
            name, *rest = document["markups"][number]
            attributes = dict(zip(rest[0][::2], rest[0][1::2], strict=False)) if rest else {}
            href = f' href="{escape(str(attributes["href"]))}"' if "href" in attributes else ""
            out.append(f"<{name}{href}>")
            opened.append(name)
        # A piece of kind 1 is an atom, of which Ghost has only the soft line break.
        out.append(escape(str(text)) if kind == 0 else "<br>")
        out += [f"</{opened.pop()}>" for _ in range(closing)]
    return "".join(out)
