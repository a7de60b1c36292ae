"""The grace before an issue goes out: waited here, visibly, and taken back by Ctrl-C or `undo`."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from syndicate import durations
from syndicate.cli.console import talk
from syndicate.cli.desk import Desk, at_a_terminal
from syndicate.cli.taking import take_back
from syndicate.errors import ConfigError

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Issue
    from syndicate.send import Clock

#: seconds between two looks
GLANCE = 0.5
#: seconds that a wait may last too long before it is taken for sleep
SLEPT = 60.0


class Grace(Enum):
    """How a grace ended."""

    OVER = "over"
    #: taken back, here or from elsewhere
    UNDONE = "undone"
    #: the computer slept, and nobody said that it is still right to send
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Hold:
    """How long an issue waits before it goes."""

    #: after somebody said go
    seconds: float = 0.0
    #: when it goes, where a person named a time
    at: datetime | None = None
    #: whether it was asked for in this command; the usual hold is for an issue's first call only
    asked: bool = False

    def left(self, now: datetime) -> float:
        """Give the seconds still to wait, once somebody has said go."""
        return self.seconds if self.at is None else max(0.0, (self.at - now).total_seconds())


AT_ONCE = Hold()


def length(given: str | None, *, now: bool, configured: str) -> Hold:
    """Read how long to wait: as given, else as configured where there is a person.

    Raises ConfigError for what is no length of time.
    """
    if now and given is not None:
        raise click.UsageError("Choose one of --hold and --now.")
    text = given if given is not None else "0" if now or not at_a_terminal() else configured
    try:
        return Hold(durations.parse(text), asked=given is not None)
    except ValueError as error:
        raise ConfigError(f"--hold {error}.") from None


def until(when: str, now: datetime, zone: ZoneInfo) -> Hold:
    """Read a time of `--at`: `09:30`, or `2026-11-23 09:30`, in the site's zone.

    Raises ConfigError for what is no time to come.
    """
    today = f"{now.astimezone(zone):%Y-%m-%d}"
    try:
        at = datetime.fromisoformat(when if len(when) > len("09:30") else f"{today} {when}")
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigError(
            f'--at "{when}" is not a time. Write it like 09:30 or "2026-11-23 09:30".'
        ) from None
    if at <= now:
        raise ConfigError(f'--at "{when}" has passed. Name a time to come, with its date.')
    return Hold(at=at, asked=True)


def wait(desk: Desk, ledger: "Ledger", issue: "Issue", seconds: float) -> Grace:
    """Wait so long before an issue goes out."""
    start = datetime.now(UTC)
    goes = (start + timedelta(seconds=seconds)).astimezone(desk.config.site.zone)
    talk(
        f"{issue.id} goes out at {goes:%H:%M:%S %Z}, in {durations.text(seconds)}. "
        "Ctrl-C here, or `syndicate undo` anywhere, takes it back."
    )
    try:
        slept = waited(ledger, issue.id, seconds, _clock())
    except KeyboardInterrupt:
        _clear()
        take_back(desk, ledger, issue.id)
        return Grace.UNDONE
    if slept is None:
        talk(f"{issue.id} was taken back with undo. Nothing was sent.")
        return Grace.UNDONE
    return Grace.LATE if slept > SLEPT and not still_right(issue, slept) else Grace.OVER


def waited(ledger: "Ledger", issue: str, seconds: float, clock: "Clock") -> float | None:
    """Wait, and give how many seconds longer it took than it should have.

    None when the issue was taken back. The wait itself goes by a clock that nobody can move, so an
    hour back or the end of summer time neither lengthens nor shortens it. That clock may stand
    still while a computer sleeps, and does not while a process is stopped: the later one counts.
    """
    began, ticks = clock.now(), clock.ticks()
    while (left := ticks + seconds - clock.ticks()) > 0:
        if ledger.stopped(issue):
            _clear()
            return None
        if sys.stderr.isatty():
            click.echo(f"\r  {durations.text(left + 0.5)} left \x1b[K", nl=False, err=True)
        clock.pause(min(GLANCE, left))
    _clear()
    if ledger.stopped(issue):
        return None
    return max((clock.now() - began).total_seconds(), clock.ticks() - ticks) - seconds


def _clock() -> "Clock":
    from syndicate.send import Clock

    return Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep, lambda: False)


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)


def still_right(issue: "Issue", slept: float) -> bool:
    """Ask again after a computer slept; nobody there means no."""
    talk(f"This computer slept or its clock was changed: it is {durations.text(slept)} later.")
    if at_a_terminal() and click.confirm(f"Send {issue.id} now?", err=True):
        return True
    talk(f"Nothing was sent. To send it: syndicate send {issue.newsletter}. Else: syndicate undo")
    return False
