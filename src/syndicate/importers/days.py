"""Days as people write them: which of three numbers is the month is told by a whole folder."""

import re
from collections.abc import Iterable
from datetime import date

#: three numbers; the year first or last
NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})")
#: with the name of the month
NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<month>[A-Z][a-z]{2,8})\.?\s+"
    r"(?:(?P<later>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>\d{4})"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MOST_MONTHS = 12


def order_of(texts: Iterable[str]) -> tuple[str, str]:
    """Tell the order of day and month from all dates of a folder, and the date that told it.

    "mdy" or "dmy"; "" where none tells, or two tell differently.
    """
    told: dict[str, str] = {}
    for text in texts:
        found = NUMBERS.search(text)
        if not found or len(found[1]) > 2:  # noqa: PLR2004 -- the year comes first
            continue
        if int(found[1]) > MOST_MONTHS:
            told.setdefault("dmy", found[0])
        elif int(found[2]) > MOST_MONTHS:
            told.setdefault("mdy", found[0])
    return next(iter(told.items())) if len(told) == 1 else ("", "")


def parse(text: str, order: str) -> date | None:
    """Read a day; None for what is none, or can be read two ways while `order` is ""."""
    found = NUMBERS.search(text)
    if found is None:
        return _named(text)
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:  # noqa: PLR2004 -- a year has four digits
        return _day(first, second, third)
    year = third if third > 99 else 2000 + third  # noqa: PLR2004
    if first > MOST_MONTHS or (order == "dmy" and second <= MOST_MONTHS) or first == second:
        return _day(year, second, first)
    if second > MOST_MONTHS or order == "mdy":
        return _day(year, first, second)
    return None


def _named(text: str) -> date | None:
    found = NAMED.search(text)
    if found is None or found["month"][:3].lower() not in MONTHS:
        return None
    number = found["day"] or found["later"]
    month = MONTHS.index(found["month"][:3].lower()) + 1
    return _day(int(found["year"]), month, int(number)) if number else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
