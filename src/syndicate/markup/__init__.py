"""Markup: from the Markdown of an article to HTML that can stand in a feed and in a mail.

The only file that knows comrak (GitHub-flavoured Markdown) and nh3 (the sanitiser).
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import escape, unescape
from typing import Any

import msgspec

from syndicate import links
from syndicate.errors import ArticleError
from syndicate.models import Picture
from syndicate.text import clean

#: elements inside each other; more makes parsers slow, and no article needs it
DEPTH = 100
#: elements of an article, and cells of its tables before they are made: a short row is filled up,
#: so that a few thousand characters could become millions of cells
ELEMENTS, CELLS = 30_000, 20_000

TAGS = frozenset(
    """a abbr article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
    mark ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup
    table tbody td tfoot th thead time tr u ul var video wbr""".split()  # noqa: SIM905
)
#: elements that go with all that is in them
EMPTIED = frozenset(
    """script style svg math template noscript noframes title select textarea object applet
    head""".split()  # noqa: SIM905
)
ATTRIBUTES = {
    "*": {"title", "lang", "dir", "id", "class"},
    "a": {"href", "rel", "hreflang"},
    "audio": {"src", "controls"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "media", "type", "width", "height"},
    "td": {"align", "colspan", "rowspan", "headers"},
    "th": {"align", "colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "video": {"src", "poster", "controls", "width", "height"},
}
#: looked at again, more strictly, by `links`
SCHEMES = {"http", "https", "mailto", "tel", "data"}

#: gives a local picture for what an article writes as its address; None when there is none
Locate = Callable[[str], Picture | None]


class TooMuch(ArticleError):  # noqa: N818 -- said as people say it
    """More than any article needs, and more than can be turned into HTML in good time."""

    def __init__(self, message: str, line: int | None = None) -> None:
        """Keep the line of the Markdown, counted from 1; None when it cannot be told."""
        super().__init__(message)
        self.line = line


class Rendered(msgspec.Struct, frozen=True):
    """An article's Markdown as HTML."""

    #: sanitised fragment; every address in it is absolute
    html: str
    #: local pictures that it shows, each once, with their alternative texts
    pictures: tuple[Picture, ...]


def render(markdown: str, base: str, locate: Locate = lambda _: None) -> Rendered:
    """Turn Markdown into sanitised HTML in which every address is absolute against `base`.

    Tables, footnotes, strikethrough, task lists and bare links are understood as on GitHub; raw
    HTML is let through as far as it is harmless. Frames become links. Pictures that `locate` finds
    get their address from it, and their size.
    Raises TooMuch when there are more elements, or deeper ones, than any article needs.
    """
    html = _html(markdown)
    found: dict[str, Picture] = {}
    html = _sanitise(html, base, _attributes(base, locate, found))
    # Only now is it sure where elements end: raw HTML can hide that from any count.
    _check_depth(html, _VOID)
    shown: dict[str, Picture] = {}
    html = _IMAGE.sub(lambda tag: _finish_image(tag[0], found, shown), html)
    return Rendered(html, tuple({**found, **shown}.values()))


def with_places(markdown: str) -> str:
    """Give raw HTML, for looking at and never for showing.

    Its elements say by `data-sourcepos` where in the Markdown they stand.
    Raises TooMuch as `render` does.
    """
    return _html(markdown, places=True)


@cache
def _comrak(*, places: bool) -> tuple[Any, Any]:
    import comrak  # noqa: PLC0415

    extensions = comrak.ExtensionOptions()
    extensions.table = extensions.footnotes = extensions.strikethrough = True
    extensions.autolink = extensions.tasklist = True
    options = comrak.RenderOptions()
    options.unsafe_ = True  # raw HTML goes on to the sanitiser
    options.sourcepos = places
    return extensions, options


def _html(markdown: str, *, places: bool = False) -> str:
    import comrak  # noqa: PLC0415

    markdown = clean(markdown)
    _check_tables(markdown)
    extensions, options = _comrak(places=places)
    html = comrak.render_markdown(markdown, extension_options=extensions, render_options=options)
    _check_depth(html, _UNCLOSED)
    if html.count("<") - html.count("</") > ELEMENTS:
        raise TooMuch(f"more than {ELEMENTS:,} paragraphs, cells or other elements: divide it.")
    # Mail programs and feed readers do not show check boxes; these signs everybody can.
    html = html.replace('<input type="checkbox" checked="" disabled="" />', "\u2611")
    return clean(html.replace('<input type="checkbox" disabled="" />', "\u2610"))


def _check_tables(markdown: str) -> None:
    """Refuse tables of too many cells: as wide as the widest line of dashes before an empty line.

    Raises TooMuch with the line of the table's first row.
    """
    cells = columns = first = 0
    for number, text in enumerate(markdown.split("\n") if "|" in markdown else (), 1):
        line = text.strip(" \t>")
        if not line:
            columns = 0
        elif "|" in line and "-" in line and not line.strip("|:- \t"):
            first = first if columns else number - 1
            columns = max(columns, line.strip("|").count("|") + 1)
        cells += columns
        if cells > CELLS:
            raise TooMuch(f"a table makes more than {CELLS:,} cells: divide the article.", first)


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
_UNCLOSED = _VOID | frozenset("p li dt dd td th tr thead tbody tfoot option".split())  # noqa: SIM905


def _check_depth(html: str, unclosed: frozenset[str]) -> None:
    """Refuse elements too deep in each other; `unclosed` are those that need no end."""
    if html.count("<") - html.count("</") <= DEPTH:
        return
    opened: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if tag in unclosed:
            continue
        if not closing:
            opened[tag] += 1
            depth += 1
            if depth > DEPTH:
                raise TooMuch(
                    f"more than {DEPTH} quotations, lists or other elements in each other."
                )
        elif opened[tag]:
            opened[tag] -= 1
            depth -= 1


_FRAME = re.compile(r"<(/?)(?:iframe|embed)\b([^<>]*)>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def _link_for_frame(frame: re.Match[str], base: str) -> str:
    source = None if frame[1] else _SOURCE.search(frame[2])
    if source is None:
        return ""
    address = links.absolute(unescape(source[1] or source[2] or source[3] or ""), base)
    return f'<a href="{escape(address)}">{escape(address)}</a>' if address else ""


def _sanitise(html: str, base: str, attribute: Callable[[str, str, str], str | None]) -> str:
    import nh3  # noqa: PLC0415

    errors: list[Exception] = []

    def guarded(tag: str, name: str, value: str) -> str | None:
        # nh3 swallows what is raised here, and drops the attribute without a word.
        try:
            return attribute(tag, name, value)
        except Exception as error:  # noqa: BLE001 -- raised again below
            errors.append(error)
            return None

    sanitised = nh3.clean(
        _FRAME.sub(lambda frame: _link_for_frame(frame, base), html),
        tags=set(TAGS),
        clean_content_tags=set(EMPTIED),
        attributes=ATTRIBUTES,
        attribute_filter=guarded,
        link_rel=None,
        url_schemes=SCHEMES,
    )
    if errors:
        raise errors[0]
    # Once more, since the sanitiser has turned references such as &#xFDD0; into characters.
    return clean(sanitised).strip()


# Only the ids and classes that footnotes and code need: another article may have the same id.
_KNOWN = {
    ("li", "id"): re.compile(r"fn-[^\s\"'<>&]{1,60}"),
    ("a", "id"): re.compile(r"fnref-[^\s\"'<>&]{1,60}"),
    ("code", "class"): re.compile(r"language-[\w+#.-]{1,40}"),
    ("section", "class"): re.compile("footnotes"),
    ("sup", "class"): re.compile("footnote-ref"),
    ("a", "class"): re.compile("footnote-backref"),
}


def _attributes(
    base: str, locate: Locate, found: dict[str, Picture]
) -> Callable[[str, str, str], str | None]:
    """Make the filter that sees each attribute which the sanitiser would keep."""

    def picture(link: str) -> str | None:
        local = locate(link)
        if local is None:
            return links.picture(link, base)
        found.setdefault(local.url, local)
        return local.url

    def attribute(tag: str, name: str, value: str) -> str | None:
        match name:
            case "href" | "cite":
                return links.absolute(value, base)
            case "src" if tag != "img":
                return links.picture(value, base)
            case "src" | "poster":
                return picture(value)
            case "srcset":
                return links.pictures(value, picture)
            case "id" | "class":
                known = _KNOWN.get((tag, name))
                return value if known and known.fullmatch(value) else None
        return value

    return attribute


# As nh3 writes it: attributes in double quotation marks, with < and > as entities.
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"<>]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')


def _finish_image(tag: str, found: dict[str, Picture], shown: dict[str, Picture]) -> str:
    """Add the size of a local picture; a picture whose address was removed leaves its text."""
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    if "src" not in attributes:
        return escape(attributes.get("alt", ""))
    picture = found.get(attributes["src"])
    if picture is None:
        return tag
    shown.setdefault(picture.url, msgspec.structs.replace(picture, alt=attributes.get("alt", "")))
    if picture.width is None or {"width", "height"} & attributes.keys():
        return tag
    return f'{tag[:-1]} width="{picture.width}" height="{picture.height}">'
