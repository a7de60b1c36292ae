"""Survey: what the Markdown of an article holds that is worth a look, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from syndicate import links, markup
from syndicate.models import Kind, Spot
from syndicate.text import clean, one_line

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FRAMES = frozenset({"iframe", "embed"})
#: the parser adds some of them, and tbody; a check box becomes a sign
_IMPLIED = frozenset({"html", "body", "input"})
_EMPHASIS = frozenset({"em", "i"})
#: whose words may be a caption
_SAYING = _EMPHASIS | {"figcaption"}
_SOMEWHERE = "https://site.example/"


def survey(markdown: str) -> tuple[Spot, ...]:
    """List headings, links, pictures, and what the sanitiser removes, in the order they stand.

    Lines are those of the Markdown. Raises markup.TooMuch as `markup.render` does.
    """
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


@dataclass(slots=True)
class _Open:
    """An element that is being read."""

    tag: str
    #: where its own spot stands in the list; None when it is none
    spot: int | None = None
    words: list[str] = field(default_factory=list)
    #: the pictures in it, as places in the list
    pictures: list[int] = field(default_factory=list)
    #: what stands emphasised in it, and whether anything else is said
    emphasis: str = ""
    says_more: bool = False


class _Reader:
    """Listens to lxml's parser; raw HTML has no place of its own and is looked for in the text."""

    def __init__(self, markdown: str) -> None:
        self.lines = markdown.split("\n")
        self.markdown = markdown
        self.lowered = markdown.lower()
        self.at = 0
        self.place: tuple[int | None, int | None] = (None, None)
        self.spots: list[Spot] = []
        self.open: list[_Open] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        sourced = attributes.get("data-sourcepos")
        if sourced:
            self.place = self._counted(sourced)
        here = _Open(tag)
        self.open.append(here)
        if tag in markup.EMPTIED or (tag not in markup.TAGS and tag not in _FRAMES | _IMPLIED):
            self._note(Kind.REMOVED, f"<{tag}>", self._find(f"<{tag}"))
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self._note(Kind.REMOVED, name, self._find(f"{name}="))
            elif name == "href" or (name == "src" and tag != "img"):
                here.spot = self._link(value, self.place if sourced else self._find(value))
        if tag in _HEADINGS:
            place = self.place if sourced else self._find(f"<{tag}")
            here.spot = self._note(Kind.HEADING, "", place, level=_HEADINGS[tag])
        if tag == "img":
            self._picture(attributes, sourced=bool(sourced))

    def data(self, text: str) -> None:
        for one in self.open:
            if one.spot is not None or one.tag in _SAYING:
                one.words.append(text)
        if self.open and self.open[-1].tag not in _EMPHASIS and text.strip():
            self.open[-1].says_more = True

    def end(self, tag: str) -> None:
        while self.open:
            here = self.open.pop()
            self._ended(here)
            if here.tag == tag:
                break

    def close(self) -> None:
        """The spots are taken from where they were collected."""

    def _ended(self, here: _Open) -> None:
        """Take up what an element held, now that all of it is read."""
        words = one_line("".join(here.words))
        outer = self.open[-1] if self.open else None
        if here.spot is not None:
            alts = [self.spots[one].alt or "" for one in here.pictures]
            self._change(here.spot, text=words or one_line(" ".join(alts)))
        if outer is not None:
            outer.pictures += here.pictures
            outer.says_more = outer.says_more or (here.says_more and here.tag != "figcaption")
            if here.tag in _EMPHASIS:
                outer.emphasis += words
        if here.tag == "figcaption" and outer is not None:
            outer.emphasis = words
        alone = here.tag == "figure" or (here.tag == "p" and not here.says_more)
        if alone and here.emphasis and len(here.pictures) == 1:
            (one,) = here.pictures
            self._change(one, caption=self.spots[one].caption or here.emphasis)

    def _link(self, value: str, place: tuple[int | None, int | None]) -> int:
        harmless = links.absolute(value, _SOMEWHERE) is not None
        return self._note(Kind.LINK if harmless else Kind.REMOVED, value, place)

    def _picture(self, attributes: Mapping[str, str], *, sourced: bool) -> None:
        value = attributes.get("src", "")
        place = self.place if sourced else self._find(value or "<img")
        if links.picture(value, _SOMEWHERE) is None:
            self._note(Kind.REMOVED, value or "<img>", place)
            return
        caption = one_line(attributes.get("title", ""))
        number = self._note(Kind.PICTURE, value, place, alt=attributes.get("alt"), caption=caption)
        for one in self.open[-1:]:
            one.pictures.append(number)

    def _note(
        self, kind: Kind, value: str, place: tuple[int | None, int | None], **more: Any
    ) -> int:
        self.spots.append(Spot(kind, value, *place, **more))
        return len(self.spots) - 1

    def _change(self, number: int, **changes: Any) -> None:
        self.spots[number] = replace(self.spots[number], **changes)

    def _counted(self, sourced: str) -> tuple[int, int]:
        """Read a place such as `3:5-3:20`, whose columns count bytes, and count signs."""
        line, column = map(int, sourced.partition("-")[0].split(":"))
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return line, len(text.encode()[: column - 1].decode(errors="ignore")) + 1

    def _find(self, text: str) -> tuple[int | None, int | None]:
        found = self.lowered.find(text.lower(), self.at)
        if found < 0:
            return self.place[0], None
        self.at = found
        line = self.markdown.count("\n", 0, found)
        return line + 1, found - (self.markdown.rfind("\n", 0, found) + 1) + 1
