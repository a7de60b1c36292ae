"""How far handing over is, how fast it goes, and how long it still takes.

A bar where somebody watches. Elsewhere, as in the mail of cron or the log of a build, a line at
each tenth, though at most one a minute, and at least one every ten minutes. While a provider asks
to wait, that is said instead.
"""

import contextlib
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from syndicate import durations
from syndicate.cli.console import count, talk

#: seconds before which nobody can tell how fast it goes
TOO_SOON = 5.0
#: seconds between two lines at least, and at most
LEAST, MOST = 60.0, 600.0
#: parts of the whole after which a line is due
PARTS = 10
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(slots=True)
class Tempo:
    """How fast people are handed over, counted from a moment. Times are ticks, in seconds."""

    #: people to be handed over then
    people: int
    began: float

    def words(self, left: int, now: float) -> str:
        """Say `4,100 a minute, about 20 minutes left`; "" while nobody can tell."""
        done, seconds = self.people - left, now - self.began
        if done <= 0 or seconds < TOO_SOON:
            return ""
        fast = done / seconds
        rate = fast * _MINUTE
        said = f"{_rounded(rate)} a minute" if rate >= 1 else f"{_rounded(fast * _HOUR)} an hour"
        return f"{said}, {_left(left / fast)}" if left else said


@dataclass(slots=True)
class Lines:
    """Progress where nobody watches: a line now and then."""

    #: people to be handed over in all
    people: int
    began: float
    done: int = 0
    #: how many were done, and when, as the last line was said
    told: int = 0
    told_at: float = 0.0

    def add(self, people: int, now: float) -> str:
        """Count people who were handed over; gives a line where one is due, else ""."""
        self.done += people
        since = now - max(self.told_at, self.began)
        far = self.done - self.told >= self.people / PARTS
        if self.done >= self.people or since < LEAST or not (far or since >= MOST):
            return ""
        self.told, self.told_at = self.done, now
        tempo = Tempo(self.people, self.began).words(self.people - self.done, now)
        return f"Handed over: {self.done:,} of {count(self.people, 'recipient')}, {tempo}."


@dataclass(slots=True)
class Waits:
    """What is said of a provider that asks to wait, where nobody watches."""

    provider: str
    #: until when nothing more is said, unless it asks for more
    until: float = 0.0

    def line(self, seconds: float, now: float) -> str:
        """Note that it asks to wait so long; gives a line where that is news, else ""."""
        # All calls that were under way are told so, each a little later than the last.
        if seconds < TOO_SOON or now + seconds < self.until + TOO_SOON:
            return ""
        self.until = now + max(seconds, LEAST)
        return f"{_asked(self.provider, seconds)}. It goes on by itself."


@dataclass(frozen=True, slots=True)
class Shown:
    """What is told to whoever shows how far it is."""

    #: of so many people more
    add: Callable[[int], None]
    #: of so many seconds to wait, since the provider asks for it
    wait: Callable[[float], None]


@contextlib.contextmanager
def shown(
    people: int,
    provider: str,
    to: TextIO | None = None,
    ticks: Callable[[], float] = time.monotonic,
) -> Iterator[Shown]:
    """Show how far it is with so many people, each time it is told of something."""
    stream = sys.stderr if to is None else to
    show = _bar if stream.isatty() and os.environ.get("TERM") != "dumb" else _lines
    with show(people, provider, stream, ticks) as told:
        yield told


@contextlib.contextmanager
def _lines(people: int, provider: str, _to: TextIO, ticks: Callable[[], float]) -> Iterator[Shown]:
    lines, waits = Lines(people, ticks()), Waits(provider)

    def say(line: str) -> None:
        if line:
            talk(line)

    yield Shown(
        lambda more: say(lines.add(more, ticks())),
        lambda seconds: say(waits.line(seconds, ticks())),
    )


@contextlib.contextmanager
def _bar(people: int, provider: str, to: TextIO, ticks: Callable[[], float]) -> Iterator[Shown]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    tempo, left = Tempo(people, ticks()), people
    far = "Handing over {task.completed:,.0f} of {task.total:,.0f}"
    # How far it is can be read on any screen; the rest as far as there is room.
    room = Column(min_width=len(f"Handing over {people:,} of {people:,}"), no_wrap=True)
    columns = (
        TextColumn(far, table_column=room),
        BarColumn(None, table_column=Column(ratio=1)),
        TextColumn("{task.fields[tempo]}"),
    )
    with Progress(*columns, console=Console(file=to), expand=True) as bar:
        task = bar.add_task("", total=people, tempo="")

        def add(more: int) -> None:
            nonlocal left
            left -= more
            bar.update(task, advance=more, tempo=tempo.words(left, ticks()))

        def wait(seconds: float) -> None:
            if seconds >= TOO_SOON:
                bar.update(task, tempo=_asked(provider, seconds))

        yield Shown(add, wait)


def _asked(provider: str, seconds: float) -> str:
    return f"{provider} asks to wait {durations.text(math.ceil(seconds))}"


def _rounded(number: float) -> str:
    """Write no more figures than anybody can mean."""
    return f"{float(f'{number:.2g}'):,.0f}"


def _left(seconds: float) -> str:
    if seconds < _MINUTE:
        return "less than a minute left"
    if seconds < 2 * _HOUR:
        return f"about {count(round(seconds / _MINUTE), 'minute')} left"
    if seconds < 2 * _DAY:
        hours, minutes = divmod(round(seconds / _MINUTE / 5) * 5, 60)
        return f"about {hours} h {minutes} min left"
    return f"about {count(round(seconds / _DAY), 'day')} left"
