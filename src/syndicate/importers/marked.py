"""A page while it is read: each line is marked with what became of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from syndicate.importers import labels, tagging
from syndicate.importers.base import Asked, Reason
from syndicate.text import quote

JOINED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: `Back PainHealth`: tags with capitals, glued
GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(slots=True)
class Page:
    """What is known of a page while it is read."""

    #: as they stand in the file
    raw: Sequence[str]
    #: the same, cleaned, without space around
    lines: Sequence[str]
    title: str = ""
    values: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    joined: str = ""
    summary: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    fates: dict[int, tuple[str, str]] = field(default_factory=dict)

    def note(self, number: int, fate: str, what: str) -> None:
        """Say what became of a line. Raises ValueError for one of which that was said before."""
        if number in self.fates:
            raise ValueError(f"line {number + 1} is {self.fates[number]} already")
        self.fates[number] = (fate, what)

    def next_line(self, number: int) -> str:
        """Give the line after one; "" at the end."""
        return self.lines[number + 1] if number + 1 < len(self.lines) else ""


def take_labelled(page: Page, number: int, found: Sequence[labels.Piece]) -> int:
    """Read a line of labels; the value of the last one may stand on the next line.

    Gives the line after them.
    """
    *others, last = found
    below = page.next_line(number)
    if last.value or not below or not labels.follows(last.name, below):
        take(page, number, found)
        return number + 1
    take(page, number, [*others, labels.Piece(last.name, below)])
    page.note(number + 1, page.fates[number][0], last.name)
    return number + 2


def take(page: Page, number: int, found: Sequence[labels.Piece]) -> None:
    """Keep what the labels of a line say; of two values of one label the first counts."""
    told = []
    for name, value in found:
        if not value:
            told.append(f"{name}: nothing follows")
        elif name == "tags":
            page.tags += _separate(value)
            told.append(name)
        elif name == "summary":
            page.summary.append(value)
            told.append(name)
        else:
            again = page.values.setdefault(name, value) != value
            told.append(f"another {name}: {value}" if again else name)
    moved = all(piece.name == "help line" for piece in found)
    used = any(piece.value for piece in found)
    fate = "moved" if moved and used else "used" if used else "ignored"
    page.note(number, fate, ", ".join(told))


def _separate(value: str) -> list[str]:
    parts = re.split(r"[,;|]|\s+(?=#)|\s[·•]\s", value)
    return [tag for part in parts if (tag := part.strip(" #"))]


def take_tags(page: Page, line: str, asked: Asked, *, sure: bool) -> bool:
    """Read a line of tags: with commas or hashes between them, or without anything.

    `sure` says that the line stands above the text, so it is not the text's first line.
    """
    if page.tags or page.joined:
        return False
    words = _separate(line)
    if len(words) > 1 and line[-1] not in ".?!:" and all(len(one.split()) <= 3 for one in words):  # noqa: PLR2004
        hashes = line.startswith("#")
        if hashes or all(JOINED.fullmatch(word) for word in words) or sure:
            page.tags += [word.lower() if hashes else word for word in words]
            return True
    glued = GLUED.split(line) if sure and " ." not in line else []
    if len(glued) > 1 and line[-1] not in ".?!:" and all(len(one.split()) <= 3 for one in glued):  # noqa: PLR2004
        page.tags += glued
        return True
    if not JOINED.fullmatch(line):
        return False
    known = tagging.split(line, asked.vocabulary)
    page.tags += known
    page.joined = "" if known else line
    if len(known) > 1:
        page.reasons.append(Reason("tags", f"came joined: {quote(line, 80)}"))
    return True
