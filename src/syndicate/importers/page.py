"""Plain-text exports of blog pages: each line is read for what it says it is.

There is no template: labels (`Published:`, `By:`), emoji beside them, a title that stands twice,
and the shape of lines tell what is what. Every line is accounted for.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from syndicate.importers import days, labels
from syndicate.importers.around import HEAD, TITLE_MAX, read_foot, read_head
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
from syndicate.importers.marked import Page
from syndicate.importers.outline import written
from syndicate.importers.structure import Block, Text, blocks
from syndicate.models import Where
from syndicate.text import clean, one_line, quote, reading_minutes

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


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find the one article of a page."""
    raw = lines_of(whole(file, PAGE_MAX))
    if len(raw) > LINES:
        raise Unimportable(f"it has more than {LINES:,} lines.")
    page = Page(raw, [one_line(line) for line in raw])
    if not any(page.lines):
        raise Unimportable("the file is empty.")
    if page.lines[0] == "---":
        raise Unimportable("it has front matter: it is an article already. Copy it as it is.")
    end = read_foot(page)
    start = read_head(page, end, asked)
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


def _texts(page: Page, start: int, end: int) -> Iterator[Text]:
    for number in range(start, end):
        if number in page.fates:
            yield Text(number, "", 0)
        else:
            # Not on one line as the others: gaps between words may part the cells of a table.
            line = clean(page.raw[number])
            before = line[: len(line) - len(line.lstrip())]
            yield Text(number, line.strip(), len(before.expandtabs(4)))


def _date(page: Page, name: str, asked: Asked) -> Day | None:
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


def _authors(page: Page) -> tuple[str, ...]:
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


def _address(page: Page) -> str:
    address = page.values.get("address", "")
    return address if address.startswith(("http://", "https://")) else ""


def _of_reading(page: Page, body: Sequence[Block]) -> Iterator[Reason]:
    said = labels.minutes(page.values.get("reading", ""))
    if said is not None:
        text = " ".join(page.lines[number] for block in body for number in block.lines)
        words = len(WORD.findall(text))
        counted = f"I count {words:,} words, {reading_minutes(text)} min"
        yield Reason("reading", f"the page says {said} min; {counted}")


def _said(page: Page, body: Sequence[Block], where: Where) -> Iterator[Said]:
    if "help line" in page.values:
        yield Said("site.help_line", page.values["help line"], where)
    last = body[-1].text if body else ""
    if DISCLAIMER.match(last):
        page.reasons.append(Reason("disclaimer", "kept, at the end"))
        yield Said("site.disclaimer", DISCLAIMER.sub("", last, count=1), where)


def _lines(page: Page) -> Iterator[Line]:
    for number, (raw, line) in enumerate(zip(page.raw, page.lines, strict=True)):
        fate, what = page.fates.get(number, ("ignored", "nothing was made of it"))
        yield Line(number + 1, raw, fate if line else "empty", what if line else "")
