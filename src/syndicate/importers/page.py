"""Plain-text exports of blog pages: each line is read for what it says it is.

There is no template: labels (`Published:`, `By:`), emoji beside them, a title that stands twice,
and the shape of lines tell what is what. Every line is accounted for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from syndicate.importers import days, labels, tagging
from syndicate.importers.base import (
    PAGE_MAX,
    Asked,
    Day,
    Found,
    Imported,
    Line,
    Reason,
    Said,
    Unimportable,
    lines_of,
    whole,
)
from syndicate.importers.outline import written
from syndicate.importers.structure import Block, Text, blocks
from syndicate.models import Where
from syndicate.text import clean, one_line, quote, reading_minutes

JOINED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: `Back PainHealth`: tags with capitals, glued
GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")
DISCLAIMER = re.compile(r"(?:Medical |Legal )?Disclaimer\s*[:\u2013\u2014-]\s*", re.IGNORECASE)
#: an author that is no person
ORGANISATION = re.compile(
    r"\b(?:team|staff|editors?|editorial|clinic|hospital|institute|academy|school|university|"
    r"college|centre|center|foundation|association|society|group|company|ltd|inc|llc|gmbh|press|"
    r"department|desk|office|council|board)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\S*\w\S*")
#: letters after a name, which are no name of their own
LETTERS = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.?){1,4}")
#: lines of a page at most
LINES = 20_000
#: letters of a title at most
TITLE_MAX = 200
#: lines that hold words, among which a title that stands twice is looked for
HEAD = 40
#: those that may stand between the two
BETWEEN = 12
#: those among which date or byline stand, where the title is above them
ABOVE = 10
#: those that may stand below an article, as one that is a part of it is long
FOOT, LONG = 15, 150


@dataclass(slots=True)
class _Page:
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
        """Say what became of a line, once."""
        if number in self.fates:
            raise ValueError(f"line {number + 1} is {self.fates[number]} already")
        self.fates[number] = (fate, what)

    def next_line(self, number: int) -> str:
        """Give the line after one; "" at the end."""
        return self.lines[number + 1] if number + 1 < len(self.lines) else ""


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the one article of a page."""
    raw = lines_of(whole(file, PAGE_MAX))
    if len(raw) > LINES:
        raise Unimportable(f"it has more than {LINES:,} lines.")
    page = _Page(raw, [one_line(line) for line in raw])
    if not any(page.lines):
        raise Unimportable("the file is empty.")
    if page.lines[0] == "---":
        raise Unimportable("it has front matter: it is an article already. Copy it as it is.")
    end = _read_foot(page)
    start = _read_head(page, end, asked)
    published, updated = _date(page, "date", asked), _date(page, "updated", asked)
    body = blocks(list(_texts(page, start, end)))
    for block in body:
        for number in block.lines:
            page.note(number, "used", block.kind)
    text = written(body, asked)
    authors = _authors(page)
    yield from _said(page, body, where)
    yield Imported(
        title=page.title,
        body=text.markdown,
        where=where,
        published=published,
        updated=updated,
        authors=authors,
        tags=tuple(dict.fromkeys(page.tags)),
        joined_tags=page.joined,
        summary=" ".join(page.summary),
        image=page.values.get("picture", ""),
        canonical=_address(page),
        reasons=(*page.reasons, *_of_reading(page, body), *text.reasons),
        lines=tuple(_lines(page)),
        unsure_headings=text.unsure,
    )


def dates_in(file: BinaryIO) -> list[str]:
    """List the dates around the text of a page, to tell the order of a whole folder."""
    lines = [line for raw in lines_of(whole(file, PAGE_MAX)) if (line := one_line(raw))]
    around = lines if len(lines) <= 2 * HEAD else lines[:HEAD] + lines[-HEAD:]
    said = [piece for line in around if len(line) <= TITLE_MAX for piece in labels.pieces(line)]
    return [piece.value for piece in said if piece.name in {"date", "updated"}]


def _texts(page: _Page, start: int, end: int) -> Iterator[Text]:
    for number in range(start, end):
        if number in page.fates:
            yield Text(number, "", 0)
        else:
            # Not on one line as the others: gaps between words may part the cells of a table.
            line = clean(page.raw[number])
            before = line[: len(line) - len(line.lstrip())]
            yield Text(number, line.strip(), len(before.expandtabs(4)))


def _read_foot(page: _Page) -> int:
    """Read what stands below the text, from the end, and give the line after the text."""
    words = [number for number, line in enumerate(page.lines) if line]
    for number in words[-FOOT:]:
        after = [page.lines[one] for one in words if one >= number]
        below = labels.BELOW.fullmatch(after[0])
        if below and number > words[0] and all(len(line) < LONG for line in after[1:]):
            for one in range(number, len(page.lines)):
                if page.lines[one]:
                    page.note(one, "ignored", f"below the article: {after[0]}")
            words = [one for one in words if one < number]
            break
    for number in reversed(words[max(2, len(words) - FOOT) :]):
        if labels.BESIDE.fullmatch(page.lines[number]):
            page.note(number, "ignored", "of the page around the article")
        elif not _labelled(page, number):
            return number + 1
    return words[min(1, len(words) - 1)] + 1


def _labelled(page: _Page, number: int) -> bool:
    """Read a line below the text that says something of the article; false for any other."""
    found = labels.pieces(page.lines[number])
    telling = [piece for piece in found if piece.value and piece.name not in {"title", "summary"}]
    if not telling or len(telling) < len(found) or ":" not in page.lines[number]:
        return False
    _take(page, number, telling)
    return True


def _read_head(page: _Page, end: int, asked: Asked) -> int:
    """Read everything before the text, and give the line on which that starts."""
    places = _title_places(page, end)
    number = 0
    while number < end:
        line = page.lines[number]
        own = number in {places.title, places.again}
        found = labels.pieces(line) if line and not own else ()
        if not line or number in page.fates:
            number += 1
        elif found:
            number = _take_labelled(page, number, found)
        elif number == places.again:
            page.note(number, "ignored", "the title once more")
            page.reasons.append(Reason("title", "was there twice; kept once"))
            number += 1
            break
        elif _head_line(page, number, places, asked):
            number += 1
        else:
            break
    page.title = page.title or page.values.get("title", "")
    return number


def _head_line(page: _Page, number: int, places: "_Places", asked: Asked) -> bool:
    """Read one line above the text that has no label; false where the text has begun."""
    line = page.lines[number]
    if number == places.title:
        page.title = line
        page.note(number, "used", "title")
    elif number < places.title:
        page.note(number, "ignored", "above the article")
    elif _tags(page, line, asked, sure=number < places.end or _below_labels(page, number, places)):
        page.note(number, "used", "tags")
    elif number >= places.end:
        return False
    elif labels.BESIDE.fullmatch(line):
        page.note(number, "ignored", "of the page")
    else:
        page.note(number, "used", "summary")
        page.summary.append(line)
    return True


def _below_labels(page: _Page, number: int, places: "_Places") -> bool:
    """Whether a line stands right below one of labels, where tags often do."""
    return number - 1 in page.fates and number - 1 != places.title


@dataclass(frozen=True, slots=True)
class _Places:
    """Lines of the title, and the one from which on the text may begin; -1 for none."""

    title: int = -1
    again: int = -1
    end: int = -1


def _title_places(page: _Page, end: int) -> _Places:
    """Find the title: a short line that stands twice near the start, as on most pages.

    Else one that is labelled, else the one above date or byline, else the first line.
    Raises Unimportable where there is nothing like a title.
    """
    there = [number for number in range(end) if page.lines[number] and number not in page.fates]
    there = there[:HEAD]
    near = [one for one in there if not _is_around(page.lines[one])]
    for place, number in enumerate(near):
        line = _folded(page.lines[number])
        again = [one for one in near[place + 1 :][:BETWEEN] if _folded(page.lines[one]) == line]
        if again and len(line) > len("title"):
            return _Places(number, again[0], again[0])
    if any(piece.name == "title" for one in there for piece in labels.pieces(page.lines[one])):
        return _Places()
    if (above := _above_labels(page, there, near)) is not None:
        return above
    if near:
        first = page.lines[near[0]]
        if first[-1] not in ".;,:" or len(first) <= LONG // 2:
            return _Places(near[0])
    raise Unimportable("there is no title: a short line of its own before the text.")


def _above_labels(page: _Page, there: Sequence[int], near: Sequence[int]) -> _Places | None:
    """Find a title above date or byline; what stands above it in turn is of the page around."""
    for place, number in enumerate(there[:ABOVE]):
        if labels.pieces(page.lines[number]) and place:
            above = [one for one in near if one < number]
            telling = [one for one in above if len(page.lines[one].split()) > 2]  # noqa: PLR2004
            return _Places((telling or above)[0], -1, number) if above else None
        if len(page.lines[number]) > TITLE_MAX:
            return None
    return None


def _is_around(line: str) -> bool:
    """Whether a line cannot be a title."""
    return (
        len(line) > TITLE_MAX
        or bool(labels.BESIDE.fullmatch(line) or labels.pieces(line))
        or labels.is_phone(line)
    )


def _folded(line: str) -> str:
    return re.sub(r"[\W_]+", " ", line.casefold()).strip()


def _take_labelled(page: _Page, number: int, found: Sequence[labels.Piece]) -> int:
    """Read a line of labels; the value of the last one may stand on the next line.

    Gives the line after them.
    """
    *others, last = found
    below = page.next_line(number)
    if last.value or not below or not labels.follows(last.name, below):
        _take(page, number, found)
        return number + 1
    _take(page, number, [*others, labels.Piece(last.name, below)])
    page.note(number + 1, page.fates[number][0], last.name)
    return number + 2


def _take(page: _Page, number: int, found: Sequence[labels.Piece]) -> None:
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


def _tags(page: _Page, line: str, asked: Asked, *, sure: bool) -> bool:
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


def _date(page: _Page, name: str, asked: Asked) -> Day | None:
    text = page.values.get(name)
    if text is None:
        return None
    found = days.read(text, asked.date_order)
    if found is None:
        raise Unimportable(f"{quote(text)} is not a date that can be read. Write it as 2026-11-20.")
    numbers = days.NUMBERS.search(text)
    if numbers and found.moment is None:
        order = _order(numbers, found)
        page.reasons.append(Reason(name, f"from {quote(numbers[0])}: {days.ORDERS[order]}"))
    return found


def _order(numbers: re.Match[str], found: Day) -> str:
    if len(numbers[1]) == 4:  # noqa: PLR2004 -- a year has four digits
        return "ymd"
    return "dmy" if int(numbers[1]) == found.day.day else "mdy"


def _authors(page: _Page) -> tuple[str, ...]:
    """Read a byline: people, with or without letters after their names, or an organisation."""
    text = page.values.get("author", "")
    if not text:
        return ()
    if ORGANISATION.search(text):
        page.reasons.append(Reason("author", "an organisation"))
        return (text,)
    names: list[str] = []
    for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+&\s+", text):
        if names and LETTERS.fullmatch(part):
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return tuple(names)


def _address(page: _Page) -> str:
    address = page.values.get("address", "")
    return address if address.startswith(("http://", "https://")) else ""


def _of_reading(page: _Page, body: Sequence[Block]) -> Iterator[Reason]:
    said = labels.minutes(page.values.get("reading", ""))
    if said is not None:
        text = " ".join(page.lines[number] for block in body for number in block.lines)
        words = len(WORD.findall(text))
        counted = f"I count {words:,} words, {reading_minutes(text)} min"
        yield Reason("reading", f"the page says {said} min; {counted}")


def _said(page: _Page, body: Sequence[Block], where: Where) -> Iterator[Said]:
    if "help line" in page.values:
        yield Said("site.help_line", page.values["help line"], where)
    last = body[-1].text if body else ""
    if DISCLAIMER.match(last):
        page.reasons.append(Reason("disclaimer", "kept, at the end"))
        yield Said("site.disclaimer", DISCLAIMER.sub("", last, count=1), where)


def _lines(page: _Page) -> Iterator[Line]:
    for number, (raw, line) in enumerate(zip(page.raw, page.lines, strict=True)):
        fate, what = page.fates.get(number, ("ignored", "nothing was made of it"))
        yield Line(number + 1, raw, fate if line else "empty", what if line else "")
