"""What a recipe is made from: what is due when, where the site is, what a clock shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syndicate.dates import Due

#: minutes after which an issue that a provider was not there for is tried again
AGAIN = 15
#: how long after its due time a scheduler looks whether an issue is late
LOOK = timedelta(hours=4)
#: weeks in which the clocks of two places have been apart in every way there is
A_YEAR = 53


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scheduler is told."""

    #: folder of the site, absolute
    folder: str
    #: how Syndicate is started: the program and its first arguments
    command: tuple[str, ...]
    #: due times, each once
    dues: tuple[Due, ...]
    #: zone of the due times
    zone: ZoneInfo
    #: names of the environment variables that hold keys and secrets
    secrets: tuple[str, ...]
    #: environment variable with the address of the ledger; "" where it is a file of the site
    ledger_env: str
    #: when the recipe is asked for, aware
    now: datetime
    #: what the clock of the computer shows that will run it
    local: Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Weekly:
    """Some hours of one day of the week, on the clock that a scheduler reads."""

    #: 0 is Monday
    weekday: int
    minute: int
    hours: tuple[int, ...]


def moments(plan: Plan, due: Due) -> Iterator[datetime]:
    """List the due times of a year, in UTC."""
    when = plan.now
    for _ in range(A_YEAR):
        when = due.after(when, plan.zone)
        yield when


def weekly(
    plan: Plan, clock: Callable[[datetime], datetime], later: timedelta = timedelta()
) -> tuple[Weekly, ...]:
    """Give every hour and day on a clock at which something may be due.

    Where that clock changes on other days than the site's, an issue has two hours; Syndicate
    itself knows at which of them it is due.
    """
    found: dict[tuple[int, int], set[int]] = {}
    for due in plan.dues:
        for moment in moments(plan, due):
            shown = clock(moment + later)
            found.setdefault((shown.weekday(), shown.minute), set()).add(shown.hour)
    return tuple(
        Weekly(weekday, minute, tuple(sorted(hours)))
        for (weekday, minute), hours in sorted(found.items())
    )


def tries(one: Weekly) -> tuple[str, str]:
    """Give minutes and hours as schedulers of Unix write them, with more tries for an hour."""
    minutes = sorted((one.minute + AGAIN * step) % 60 for step in range(60 // AGAIN))
    hours = sorted({*one.hours, *(hour + 1 for hour in one.hours if hour < 23)})  # noqa: PLR2004 -- the last hour of a day
    return ",".join(map(str, minutes)), ",".join(map(str, hours))
