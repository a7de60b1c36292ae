"""What the checks of articles look at, and the words of an article with the lines they stand on."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from syndicate.checks.base import Found
from syndicate.config import Config
from syndicate.models import Kind, Manuscript, Spot
from syndicate.text import clean


@dataclass(frozen=True, slots=True)
class Piece:
    """One article under the eyes of the checks."""

    manuscript: Manuscript
    config: Config
    #: UTC
    now: datetime
    #: what people read of it: title, description, then the prose of its body
    lines: tuple["Line", ...]

    def spots(self, kind: Kind) -> Iterator[Spot]:
        """List the spots of a kind, in the order they stand."""
        return (spot for spot in self.manuscript.spots if spot.kind is kind)


class Line(NamedTuple):
    """One line that readers see something of."""

    #: in the file, counted from 1
    number: int | None
    #: what readers do not see as prose is blanked, so that columns stay
    text: str


def lay_out(manuscript: Manuscript, config: Config, now: datetime) -> Piece:
    """Lay an article under the eyes of the checks."""
    return Piece(manuscript, config, now, tuple(_lines(manuscript)))


def key_line(piece: Piece, *names: str) -> int | None:
    """Give the line of the first of these keys that stands in the front matter."""
    return _key_line(piece.manuscript, names)


def _key_line(manuscript: Manuscript, names: Sequence[str]) -> int | None:
    for name in names:
        for number, line in enumerate(manuscript.front.split("\n"), 2):
            if re.match(rf"""["']?{name}["']?\s*:""", line):
                return number
    return None


def _lines(manuscript: Manuscript) -> Iterator[Line]:
    article = manuscript.article
    yield Line(_key_line(manuscript, ("title",)), article.title)
    if article.description:
        yield Line(_key_line(manuscript, ("description", "summary")), article.description)
    first = article.where.line or 1
    for number, text in enumerate(prose(clean(manuscript.body)).split("\n"), first):
        if text.strip():
            yield Line(number, text)


def prose(markdown: str) -> str:
    """Blank what is no prose: code, comments, tags and addresses. Every sign stays in its place."""
    return _ADDRESSES.sub(_blank, without_code(markdown))


def without_code(markdown: str) -> str:
    """Blank code and comments only."""
    text, at, parts = _CODE.sub(_blank, markdown), 0, []
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], _BUT_LINES.sub(" ", text[start : end + 3])]
        at = end + 3
    return "".join((*parts, text[at:]))


# No pattern here looks further than its own kind of end, so that none takes the square of the time.
# A fence is read once (`+`), and one of more signs than anybody types is none: as there are few
# lengths, few fences can look for an end in vain.
_CODE = re.compile(
    r"^[ >]{0,8}(?P<fence>`{3,20}+(?!`)|~{3,20}+(?!~))[^\n]*\n"
    r"(?:[^\n]*\n)*?[ >]{0,8}(?P=fence)[^\n]*$"
    r"|(?<!`)(?P<ticks>`{1,3})(?!`)[^`\n]{1,500}(?P=ticks)(?!`)",
    re.MULTILINE,
)
_BUT_LINES = re.compile(r"[^\n]")
_ADDRESSES = re.compile(
    r"(?<=\]\()[^()\n]{0,2000}|^ {0,3}\[[^\]\n]{1,200}\]:[^\n]*|</?[a-zA-Z][^<>\n]{0,2000}>"
    r"|<?\b(?:https?://|mailto:|www\.)[^\s<>]{1,2000}",
    re.MULTILINE,
)


def _blank(match: re.Match[str]) -> str:
    return _BUT_LINES.sub(" ", match[0])


def search(piece: Piece, pattern: re.Pattern[str], text: str, fix: str = "") -> Iterator[Found]:
    """Find a pattern in the words of an article; `text` has a place for what was found."""
    for line in piece.lines:
        for match in pattern.finditer(line.text):
            shown = " ".join(match[0].split())
            yield Found(text.format(shown), fix, line.number, match.start() + 1)


def first_of_each(found: Iterable[Found]) -> Iterator[Found]:
    """Pass on what stands on different lines, or says something different."""
    seen = set()
    for one in found:
        if (one.text, one.line) not in seen:
            seen.add((one.text, one.line))
            yield one
