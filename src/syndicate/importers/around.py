"""What stands around the text of a page: its title and labels above, and notes below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from syndicate.importers import labels
from syndicate.importers.base import Asked, Reason, Unimportable
from syndicate.importers.marked import Page, take, take_labelled, take_tags

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


def read_foot(page: Page) -> int:
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


def _labelled(page: Page, number: int) -> bool:
    """Read a line below the text that says something of the article; false for any other."""
    found = labels.pieces(page.lines[number])
    telling = [piece for piece in found if piece.value and piece.name not in {"title", "summary"}]
    if not telling or len(telling) < len(found) or ":" not in page.lines[number]:
        return False
    take(page, number, telling)
    return True


def read_head(page: Page, end: int, asked: Asked) -> int:
    """Read everything before the text, and give the line on which that starts.

    Raises Unimportable where there is nothing like a title.
    """
    places = _title_places(page, end)
    number = 0
    while number < end:
        line = page.lines[number]
        own = number in {places.title, places.again}
        found = labels.pieces(line) if line and not own else ()
        if not line or number in page.fates:
            number += 1
        elif found:
            number = take_labelled(page, number, found)
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


def _head_line(page: Page, number: int, places: "_Places", asked: Asked) -> bool:
    """Read one line above the text that has no label; false where the text has begun."""
    line = page.lines[number]
    sure = number < places.end or _below_labels(page, number, places)
    if number == places.title:
        page.title = line
        page.note(number, "used", "title")
    elif number < places.title:
        page.note(number, "ignored", "above the article")
    elif take_tags(page, line, asked, sure=sure):
        page.note(number, "used", "tags")
    elif number >= places.end:
        return False
    elif labels.BESIDE.fullmatch(line):
        page.note(number, "ignored", "of the page")
    else:
        page.note(number, "used", "summary")
        page.summary.append(line)
    return True


def _below_labels(page: Page, number: int, places: "_Places") -> bool:
    """Whether a line stands right below one of labels, where tags often do."""
    return number - 1 in page.fates and number - 1 != places.title


@dataclass(frozen=True, slots=True)
class _Places:
    """Lines of the title, and the one from which on the text may begin; -1 for none."""

    title: int = -1
    again: int = -1
    end: int = -1


def _title_places(page: Page, end: int) -> _Places:
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


def _above_labels(page: Page, there: Sequence[int], near: Sequence[int]) -> _Places | None:
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
