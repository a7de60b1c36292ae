"""Days as people write them: which of three numbers is the month is told by a whole folder."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from syndicate.importers.base import Day, Unimportable

#: three numbers; the year first or last
NUMBERS = re.compile(r"(?<!\d)(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
#: with the name of the month, which comes before the day or after it
NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?)?(?P<month>[A-Za-z]{3,9})\.?,?\s+"
    r"(?:(?P<later>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>\d{4})(?!\d)"
)
#: RFC 3339 and what is near it
EXACT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")
TIME = re.compile(r"(?<![\d:])(\d{1,2})[:.](\d{2})(?:\s*([ap])\.?m\b)?", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MOST_MONTHS = 12
#: years written with two digits are of this century below it
PIVOT = 70
ORDERS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}


class TwoWays(Unimportable):
    """A date that can be read two ways, and nobody has said which."""

    def __init__(self, text: str) -> None:
        """Keep the date as it stands in the file."""
        super().__init__(
            f'the date "{text}" can be read two ways. Say which: --date-order mdy or dmy.'
        )
        self.text = text


def orders_in(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """List the dates that can be read in one way only, by that way: "mdy" or "dmy"."""
    told: dict[str, list[str]] = {}
    for text in texts:
        found = NUMBERS.search(text)
        if found is None or len(found[1]) > 2:  # noqa: PLR2004 -- the year comes first
            continue
        if int(found[1]) > MOST_MONTHS >= int(found[3]):
            told.setdefault("dmy", []).append(found[0])
        elif int(found[3]) > MOST_MONTHS >= int(found[1]):
            told.setdefault("mdy", []).append(found[0])
    return {order: tuple(dates) for order, dates in told.items()}


def read(text: str, order: str) -> Day | None:
    """Read a day, and a time that stands beside it; None where there is no day.

    Raises TwoWays for one that can be read two ways while `order` is "".
    """
    exact = EXACT.search(text)
    if exact is not None:
        return _exact(exact[0])
    found = NUMBERS.search(text)
    named = NAMED.search(text) if found is None else None
    match = found or named
    day = _numbers(found, order) if found else _named(named)
    if day is None or match is None:
        return None
    clock = _time(text[match.end() :])
    return Day(day, datetime.combine(day, clock) if clock else None)


def _exact(text: str) -> Day | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Day(moment.date(), moment)


def _numbers(found: re.Match[str], order: str) -> date | None:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4 or order == "ymd":  # noqa: PLR2004 -- a year has four digits
        return _day(_year(first), second, third)
    if len(found[1]) > 2:  # noqa: PLR2004
        return None
    year = _year(third)
    if first == second:
        return _day(year, first, second)
    if first > MOST_MONTHS or second > MOST_MONTHS:
        return _day(year, min(first, second), max(first, second))
    if not order:
        raise TwoWays(found[0])
    return _day(year, second, first) if order == "dmy" else _day(year, first, second)


def _year(number: int) -> int:
    if number > 99:  # noqa: PLR2004 -- written whole
        return number
    return number + (2000 if number < PIVOT else 1900)


def _named(found: re.Match[str] | None) -> date | None:
    if found is None or found["month"][:3].lower() not in MONTHS:
        return None
    number = found["day"] or found["later"]
    month = MONTHS.index(found["month"][:3].lower()) + 1
    return _day(int(found["year"]), month, int(number)) if number else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 1900 <= year < 2200 else None  # noqa: PLR2004 -- when articles are of


def _time(text: str) -> time | None:
    """Read the time that stands right after a day: `, 9:30 am`, ` at 14:05`."""
    found = TIME.search(text[:20])
    if found is None:
        return None
    hour, half = int(found[1]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2]))
    except ValueError:
        return None
