"""`syndicate worker`: hand over what was queued, beside workers on other computers."""

import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING, Self, cast

import click

from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.progress import Waits
from syndicate.errors import LedgerLost

if TYPE_CHECKING:
    from syndicate.contracts import Provider, Shared
    from syndicate.send import Run, SharedPace

#: seconds between two lines about what was handed over
LINE = 5.0


@click.command("worker", epilog="Example: syndicate worker --concurrency 4")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Calls at the same time.",
)
@click.pass_context
def worker_command(context: click.Context, *, concurrency: int) -> None:
    """Hand over what `send --queue` left, beside workers on any number of computers.

    Needs the site's folder, with the suppression list, and the keys of its providers, as `send`
    does; the ledger in a PostgreSQL database is what all share. Waits for more until it is ended
    with Ctrl-C, which waits a few seconds for answers under way. It may be killed at any time.
    """
    from syndicate import ledger, worker
    from syndicate.cli.handing import listening

    desk = open_desk(context)
    address = ledger.conninfo(desk.ledger_at, by=desk.by)
    with listening() as stop, Crew(desk, concurrency, stop) as crew:
        talk(f"Waiting for batches, {count(concurrency, 'call')} at a time. Ctrl-C ends it.")
        worker.work(address, worker.Duties(crew.hand_over, crew.care, concurrency, stop))
        crew.tell()
    context.exit(Exit.INTERRUPTED)


class Crew:
    """The hands of one worker: each has a session of its own, so each call is a run that lives."""

    def __init__(self, desk: Desk, size: int, stop: Event) -> None:
        self._desk, self._size, self._stop = desk, size, stop
        self._free: queue.SimpleQueue[Hand] = queue.SimpleQueue()
        self._hands: list[Hand] = []
        self._carer: Shared | None = None
        self._lock = Lock()
        self._people = 0
        self._told_at = time.monotonic()
        self._waits: dict[str, Waits] = {}

    def __enter__(self) -> Self:
        """Open all sessions, so that what is wrong is said before anything is done."""
        try:
            self._carer = _opened(self._desk)
            for _ in range(self._size):
                hand = Hand(self._desk, self._stop, self._count, self._wait)
                self._hands.append(hand)
                self._free.put(hand)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            hand.close()
        if self._carer is not None:
            self._carer.close()

    def hand_over(self, issue: str, number: int) -> bool:
        """Hand over one batch; False when it was not done, and is to be put back."""
        hand = self._free.get()
        try:
            return hand.hand_over(issue, number)
        finally:
            self._free.put(hand)

    def care(self) -> Iterable[tuple[str, int]]:
        """Put in doubt what the dead had under way, and list all that is still to be done."""
        if self._carer is None:
            return ()
        while True:
            try:
                self._bury(self._carer)
                return self._carer.queued()
            except LedgerLost:
                talk("The connection to the database was lost. Waiting for it for a minute.")
                _go_on(self._desk, self._carer)
                talk("The database is there again.")

    def _bury(self, ledger: "Shared") -> None:
        if orphans := ledger.bury(by=self._desk.by, now=datetime.now(UTC)):
            talk(
                f"{count(orphans, 'batch', 'batches')} of a worker that died: in doubt. "
                "See: syndicate settle"
            )

    def tell(self) -> None:
        """Say how many people were handed over here."""
        with self._lock:
            people, self._people = self._people, 0
        if people:
            talk(f"Handed over here: {count(people, 'recipient')}.")

    def _count(self, people: int) -> None:
        now = time.monotonic()
        with self._lock:
            self._people += people
            due = now - self._told_at >= LINE
            if due:
                self._told_at = now
        if due:
            self.tell()

    def _wait(self, provider: str, seconds: float) -> None:
        with self._lock:
            waits = self._waits.setdefault(provider, Waits(provider))
            line = waits.line(seconds, time.monotonic())
        if line:
            talk(line)


class Hand:
    """Makes one call at a time, as a run of its own; used by one thread at a time."""

    def __init__(
        self,
        desk: Desk,
        stop: Event,
        progress: Callable[[int], None],
        waiting: Callable[[str, float], None],
    ) -> None:
        self._desk, self._stop, self._progress, self._waiting = desk, stop, progress, waiting
        self._at_work: tuple[str, Run, SharedPace] | None = None
        self._ledger = _opened(desk)
        self._begin()

    def hand_over(self, issue: str, number: int) -> bool:
        """Hand over one batch; False when it was not done, and is to be put back."""
        from syndicate import send as sending

        while True:
            try:
                prepared = self._prepared(issue)
                if prepared is None:
                    # Of another ledger that was in this database.
                    return True
                result = sending.hand_over_one(prepared[0], number, prepared[1])
            except LedgerLost:
                # Others take this run for dead. What was under way is recorded; a new run begins.
                self._put_away()
                _go_on(self._desk, self._ledger)
                self._begin()
            else:
                break
        if result.ending in {sending.Ending.STOPPED, sending.Ending.DOUBTFUL}:
            talk(f"{issue}: {result.reason} All workers stop with it. See: syndicate status")
        return result.ending is not sending.Ending.INTERRUPTED

    def close(self) -> None:
        """Let go of the session, and of the provider."""
        self._put_away()
        self._ledger.close()

    def _begin(self) -> None:
        self._number = self._ledger.begin_run(self._desk.by, datetime.now(UTC))

    def _put_away(self) -> None:
        """Let go of what an issue needed."""
        if self._at_work is not None:
            self._at_work[1].provider.close()
        self._at_work = None

    def _prepared(self, issue: str) -> "tuple[Run, SharedPace] | None":
        """Put together what is needed for an issue, kept while its batches come; None for none."""
        from syndicate import send as sending
        from syndicate.cli import runs

        if self._at_work is not None and self._at_work[0] == issue:
            return self._at_work[1:]
        self._put_away()
        found = self._ledger.issue(issue)
        if found is None:
            return None
        provider = cast("Provider", self._desk.service(found.provider))
        run = runs.batches(
            runs.Job(self._desk, self._ledger, found, self._number, self._stop), provider
        )
        limits = provider.limits
        gap = 1 / limits.calls_per_second if limits.calls_per_second else 0.0
        pace = sending.SharedPace(
            self._ledger, issue, found.provider, gap, sending.Pace(provider.patience)
        )
        waiting = partial(self._waiting, found.provider)
        self._at_work = issue, replace(run, progress=self._progress, waiting=waiting), pace
        return self._at_work[1:]


def _go_on(desk: Desk, ledger: "Shared") -> None:
    """Wait for a lost server within the ledger's patience; raises where it is another ledger now.

    A question that is asked outside a change is asked again of a new session.
    """
    from syndicate.cli.holding import make_sure

    make_sure(desk, ledger, yes=True)


def _opened(desk: Desk) -> "Shared":
    from syndicate.cli.holding import make_sure
    from syndicate.ledger import open_ledger

    ledger = open_ledger(desk.ledger_at)
    try:
        make_sure(desk, ledger, yes=True)
    except BaseException:
        ledger.close()
        raise
    return cast("Shared", ledger)
