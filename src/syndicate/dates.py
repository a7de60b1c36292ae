"""Dates: from what people write to UTC, and back to text."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

#: what to write, for messages
EXAMPLE = "Write 2026-11-20 or 2026-11-20 09:00."
#: years that an article can be of; far beyond them some zones have no time
YEARS = range(1900, 3000)

_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?:[Tt]|\s+)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"\s*([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def parse(text: str, zone: "ZoneInfo") -> datetime:
    """Read a date, or a date and a time, as a time in UTC in whole seconds.

    `2026-11-20`, `2026-11-20 09:00`, `2026-11-20T09:00:00+01:00` and `...Z` are understood
    (RFC 3339 and what people make of it). Without an offset the time is in `zone`, and a date
    alone is the start of that day there, so that the article appears on its day. A time that the
    clocks skip in spring counts as the hour after; one that comes twice in autumn is the first.
    Raises ValueError with the end of a sentence: what is wrong with the text, quoted.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'is not a date: "{_short(text)}"')
    day = _day(found, text)
    hour, minute, second = [int(part or 0) for part in found.group(4, 5, 6)]
    if hour == 24:  # noqa: PLR2004 -- the one hour that people write and no clock shows
        raise ValueError(f'has no hour 24, the day ends at 23:59: "{_short(text)}"')
    try:
        local = datetime(
            day.year, day.month, day.day, hour, minute, second, tzinfo=_offset(found[7], zone)
        )
        return local.astimezone(UTC)
    except ValueError:
        raise ValueError(f'is not a time that a clock shows: "{_short(text)}"') from None


def iso(when: datetime) -> str:
    """Write a time as RFC 3339 in UTC, in whole seconds: `2026-11-20T09:00:00Z`."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def iso_week(when: datetime, zone: "ZoneInfo") -> str:
    """Name the ISO 8601 week that a time falls in, seen from `zone`: `2026-W48`."""
    year, week, _ = when.astimezone(zone).isocalendar()
    return f"{year:04}-W{week:02}"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DUE = re.compile(r"([A-Za-z]+)\s+([0-9]{1,2}):([0-9]{2})")
_WEEK = timedelta(days=7)


class Due(NamedTuple):
    """A time that comes once a week, on the clocks of a place."""

    #: 0 is Monday
    weekday: int
    hour: int
    minute: int

    def at_or_before(self, now: datetime, zone: "ZoneInfo") -> datetime:
        """Give the last such time, in UTC; one at this very moment counts."""
        day = now.astimezone(zone).date()
        day -= timedelta(days=(day.weekday() - self.weekday) % 7)
        found = self._on(day, zone)
        return found if found <= now else self._on(day - _WEEK, zone)

    def after(self, when: datetime, zone: "ZoneInfo") -> datetime:
        """Give the next such time after another, in UTC."""
        day = self.at_or_before(when, zone).astimezone(zone).date()
        return self._on(day + _WEEK, zone)

    def _on(self, day: date, zone: "ZoneInfo") -> datetime:
        # As in `parse`: a skipped time is the hour after, of two the first.
        local = datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=zone)
        return local.astimezone(UTC)


def parse_due(text: str) -> Due:
    """Read a due time such as `Monday 09:30`. Raises ValueError with the end of a sentence."""
    found = _DUE.fullmatch(text.strip())
    day = found[1].capitalize() if found else ""
    if found is None or day not in DAYS or int(found[2]) > 23 or int(found[3]) > 59:  # noqa: PLR2004 -- as clocks are
        raise ValueError(f'is not a day of the week and a time: "{_short(text)}"')
    return Due(DAYS.index(day), int(found[2]), int(found[3]))


def in_words(when: datetime, zone: "ZoneInfo") -> str:
    """Write a time for the people of the site: `Monday 23 November 2026, 09:30 Europe/London`."""
    local = when.astimezone(zone)
    return f"{day_in_words(when, zone)}, {local:%H:%M} {zone.key}"


def day_in_words(when: datetime, zone: "ZoneInfo") -> str:
    """Write the day of a time for the people of the site: `Monday 23 November 2026`."""
    local = when.astimezone(zone)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _day(found: re.Match[str], text: str) -> date:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise ValueError(f'is a day that no calendar has: "{_short(text)}"') from None
    if day.year not in YEARS:
        raise ValueError(f'is not in the years {YEARS.start} to {YEARS.stop - 1}: "{_short(text)}"')
    return day


def _offset(text: str | None, zone: "ZoneInfo") -> tzinfo:
    if text is None:
        return zone
    if text in "Zz":
        return UTC
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text[0] == "-" else size)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"  # noqa: PLR2004
