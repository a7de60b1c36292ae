"""Survey: what the Markdown of an article holds that is worth a word, and on which line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from syndicate import links, markup
from syndicate.text import clean, quote


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing in the Markdown of an article."""

    kind: Literal["picture", "link", "removed"]
    #: address as written, or what is removed: `<script>`, `onclick`, `javascript:...`
    value: str
    #: line of the Markdown, counted from 1; None when it cannot be told
    line: int | None
    #: alternative text of a picture; None where there is none
    alt: str | None = None


def survey(markdown: str) -> tuple[Spot, ...]:
    """List pictures, links, and what the sanitiser removes, in the order they stand."""
    from lxml import etree  # noqa: PLC0415

    markdown = clean(markdown)
    html = markup.with_places(markdown)
    if not html.strip():
        return ()
    reader = _Reader(markdown)
    target: Any = reader
    parser = etree.HTMLParser(target=target, encoding="utf-8")
    parser.feed(f"<div>{html}</div>".encode())
    parser.close()
    return tuple(reader.spots)


def words(spot: Spot, url: str, *, here: bool) -> Iterator[tuple[str, str, str]]:
    """Put into words what could be better: (sentence, what to do, name of the check).

    `url` is the article's address; `here` says that a picture lies in the articles folder.
    """
    shown, written = quote(spot.value), bool(_SCHEME.match(spot.value))
    if spot.kind == "removed":
        yield f"{shown} is not safe in feeds and mails and is left out.", "", "unsafe"
        return
    if spot.kind == "picture":
        if not spot.alt:
            text = f"the picture {shown} has no text for people who do not see it."
            yield text, "Write ![what it shows](…).", "alt"
        if not (written or here):
            text = f"the picture {shown} is not in the articles folder."
            yield text, "Put it there, or write an address that starts with https://.", "pictures"
    elif not (written or spot.value.startswith("#")):
        goes = links.absolute(spot.value, url)
        yield f"the link {shown} has no host and leads to {goes}.", "Write it whole.", "links"
    if spot.value.lower().startswith("http://"):
        text = f"{shown} is not encrypted."
        yield text, "Write https:// if the site has it.", "https"


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class _Reader:
    """Listens to lxml's parser; raw HTML has no place of its own and is looked for in the text."""

    def __init__(self, markdown: str) -> None:
        self.markdown = markdown
        self.lowered = markdown.lower()
        self.at = 0
        self.line: int | None = None
        self.spots: list[Spot] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        place = attributes.get("data-sourcepos")
        if place:
            self.line = int(place.partition(":")[0])
        if tag in markup.EMPTIED or (tag not in markup.TAGS and tag not in _FRAMES | _IMPLIED):
            self._note("removed", f"<{tag}>", self._find(f"<{tag}"))
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self._note("removed", name, self._find(f"{name}="))
            elif name == "href" or (name == "src" and tag != "img"):
                self._link(value, place)
        if tag == "img":
            self._picture(attributes, place)

    def _link(self, value: str, place: str | None) -> None:
        line = self.line if place else self._find(value)
        harmless = links.absolute(value, "https://site.example/") is not None
        self._note("link" if harmless else "removed", value, line)

    def _picture(self, attributes: Mapping[str, str], place: str | None) -> None:
        value = attributes.get("src", "")
        line = self.line if place else self._find(value or "<img")
        if links.picture(value, "https://site.example/") is None:
            self._note("removed", value or "<img>", line)
        else:
            self.spots.append(Spot("picture", value, line, attributes.get("alt")))

    def _note(self, kind: Literal["link", "removed"], value: str, line: int | None) -> None:
        self.spots.append(Spot(kind, value, line))

    def _find(self, text: str) -> int | None:
        found = self.lowered.find(text.lower(), self.at)
        if found < 0:
            return self.line
        self.at = found
        return self.markdown.count("\n", 0, found) + 1

    def end(self, tag: str) -> None:
        """Only starts are of interest."""

    def close(self) -> None:
        """The spots are taken from where they were collected."""


_FRAMES = frozenset({"iframe", "embed"})
#: the parser adds some of them, and tbody; a check box becomes a sign
_IMPLIED = frozenset({"html", "body", "input"})
