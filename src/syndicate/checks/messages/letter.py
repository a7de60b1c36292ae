"""A message taken apart, so that each check can look at what concerns it: no network, no file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from syndicate.checks.messages import colours
from syndicate.config import Config, Newsletter
from syndicate.models import Message
from syndicate.text import one_line

_HIDDEN = frozenset({"script", "style", "template", "title", "head"})
_BOLD = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_DARK = re.compile(
    r"@media[^{]*prefers-color-scheme:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)", re.IGNORECASE
)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """What a check must know of the provider, and of the people that it mails."""

    #: name in the configuration
    name: str = ""
    #: values that every recipient gets from it, such as "unsubscribe_url"
    own_tokens: frozenset[str] = frozenset()
    #: columns of the audience file; None where nobody can say
    columns: frozenset[str] | None = None


class Link(NamedTuple):
    """A link and its words; a picture in it counts with the words that stand for it."""

    href: str
    words: str
    #: whether those who listen to a page hear of it
    heard: bool


class Image(NamedTuple):
    """A picture of the message."""

    source: str
    #: None where there is none
    alt: str | None
    width: str
    #: whether it says of itself that it shows nothing
    aside: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that people see, and how it looks; None for what nobody says."""

    text: str
    colour: str | None
    behind: str | None
    #: CSS pixels
    size: float
    bold: bool
    #: whether the message has another colour for it in dark mode
    dark: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """An issue as mail under the eyes of the checks."""

    message: Message
    config: Config
    newsletter: Newsletter
    carrier: Carrier
    #: UTC
    now: datetime
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    runs: tuple[Run, ...]
    #: whole style blocks, one after another
    styles: tuple[str, ...]
    #: how often each CSS declaration stands in a style attribute, as (property, value)
    declared: Mapping[tuple[str, str], int]
    elements: Mapping[str, int]
    #: bytes of the pictures that it shows, by their address; those elsewhere on the web are not in
    weights: Mapping[str, int] = field(default_factory=dict)


def read(
    message: Message,
    config: Config,
    newsletter: str,
    *,
    carrier: Carrier,
    now: datetime,
    weights: Mapping[str, int] | None = None,
) -> Letter:
    """Take a message apart. Whatever its HTML, something comes of it."""
    reader = _Reader(message.html)
    reader.read()
    return Letter(
        message,
        config,
        config.newsletters[newsletter],
        carrier,
        now,
        links=tuple(reader.links),
        images=tuple(reader.images),
        runs=tuple(reader.runs),
        styles=tuple(reader.styles),
        declared=reader.declared,
        elements=reader.elements,
        weights=weights or {},
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks inside an element."""

    colour: str | None = None
    behind: str | None = None
    size: float = 16.0
    bold: bool = False
    dark: bool = False


class _Reader:
    """Walks through the tree without recursion, so that no depth of nesting matters."""

    def __init__(self, html: str) -> None:
        self._html = html
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.runs: list[Run] = []
        self.styles: list[str] = []
        self.declared: dict[tuple[str, str], int] = {}
        self.elements: dict[str, int] = {}
        self._dark: frozenset[str] = frozenset()

    def read(self) -> None:
        from lxml import etree  # noqa: PLC0415 -- slow to import

        if not self._html.strip():
            return
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
        root = etree.fromstring(self._html.encode("utf-8", "replace"), parser)
        if root is None:
            return
        self.styles = [one.text or "" for one in root.iter("style")]
        self._dark = frozenset(_dark_classes(self.styles))
        self._walk(root)
        self._gather(root)

    def _walk(self, root: Any) -> None:
        waiting = [(root, _Look())]
        while waiting:
            element, outer = waiting.pop()
            if not isinstance(element.tag, str):
                continue
            self.elements[element.tag] = self.elements.get(element.tag, 0) + 1
            style = _style(element)
            for one in style:
                self.declared[one] = self.declared.get(one, 0) + 1
            if element.tag in _HIDDEN or ("display", "none") in style:
                continue
            look = self._look(element, dict(style), outer)
            self._note(element.text, look)
            for child in element:
                self._note(child.tail, look)
            waiting += [(child, look) for child in reversed(element)]

    def _look(self, element: Any, style: Mapping[str, str], outer: _Look) -> _Look:
        font = style.get("font", "")
        colour = colours.hexadecimal(style.get("color", element.get("color", "")))
        behind = colours.behind(style, element.get("bgcolor", ""))
        named = not self._dark.isdisjoint((element.get("class") or "").split())
        weight = style.get("font-weight", font.split(" ", 1)[0] if font else "")
        return _Look(
            colour=colour or (None if "color" in style else outer.colour),
            behind=behind or outer.behind,
            size=_size(style.get("font-size", ""), font, outer.size),
            bold=weight in {"bold", "bolder", "600", "700", "800", "900"}
            or element.tag in _BOLD
            or (outer.bold and weight not in {"normal", "400"}),
            # Another colour in dark mode holds inside until somebody sets one again.
            dark=named or (outer.dark and "color" not in style),
        )

    def _note(self, text: str | None, look: _Look) -> None:
        plain = one_line(text or "")
        if plain:
            self.runs.append(Run(plain, look.colour, look.behind, look.size, look.bold, look.dark))

    def _gather(self, root: Any) -> None:
        for element in root.iter("a"):
            if (href := element.get("href")) is not None:
                alts = (one.get("alt") or "" for one in element.iter("img"))
                words = "".join(element.itertext()).replace("\u200b", "") + " ".join(alts)
                heard = element.get("aria-hidden") != "true"
                self.links.append(Link(href.strip(), one_line(words), heard))
        for element in root.iter("img"):
            source, width = element.get("src") or "", element.get("width") or ""
            aside = element.get("role") == "presentation"
            self.images.append(Image(source.strip(), element.get("alt"), width, aside))


def _style(element: Any) -> list[tuple[str, str]]:
    """Read a style attribute as (property, value); the last of a property decides."""
    parts = (part.partition(":") for part in (element.get("style") or "").split(";"))
    return [(name.strip().lower(), value.strip().lower()) for name, colon, value in parts if colon]


def _dark_classes(styles: list[str]) -> Iterator[str]:
    """List the classes that get a colour of their own in dark mode."""
    for style in styles:
        for block in _DARK.findall(style):
            for selectors, declarations in _RULE.findall(block):
                if re.search(r"(?<![-\w])color\s*:", declarations):
                    yield from re.findall(r"\.([\w-]+)", selectors)


def _size(given: str, font: str, outer: float) -> float:
    """Give the size of text in CSS pixels, as far as it is said in pixels."""
    found = re.search(r"(\d+(?:\.\d+)?)px", given or font)
    return float(found[1]) if found else outer
