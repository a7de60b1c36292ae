"""`syndicate status --watch`: issues as they go on, until the last answer is there."""

import socket
import sys
import time

from syndicate.cli.console import show, talk
from syndicate.cli.desk import Desk
from syndicate.cli.progress import Tempo
from syndicate.cli.standing import Standing, lines, standings

#: seconds between two looks
GLANCE = 1.0
#: seconds that the longest call takes: without an answer for longer, nobody may be waiting for it
LONGEST = 300.0
#: seconds without a change after which it is asked whether any run is still at work
QUIET = 3.0
CLEAR = "\x1b[2J\x1b[H"


def follow(desk: Desk, issue: str | None) -> None:
    """Show one issue or all each time something changed, until nothing is under way any more."""
    before: list[Standing] = []
    tempos: dict[str, Tempo] = {}
    changed = time.monotonic()
    while True:
        with desk.ledger() as ledger:
            now = standings(ledger, issue)
        if fresh := now != before:
            before, changed = now, time.monotonic()
            told = [line for one in now for line in lines(desk, one, _pace(tempos, one, changed))]
            show((CLEAR if sys.stdout.isatty() else "") + "\n".join(told))
        silent = time.monotonic() - changed
        if silent > QUIET and not _at_work(desk):
            _say_idle(now)
            return
        if not any(_busy(one, fresh=fresh, silent=silent) for one in now):
            return
        time.sleep(GLANCE)


def _at_work(desk: Desk) -> bool:
    from syndicate.ledger import at_work

    return at_work(desk.ledger_at, socket.gethostname())


def _say_idle(now: list[Standing]) -> None:
    """Say of what is not finished that nothing goes on with it."""
    from syndicate import report

    for one in now:
        if one.goes_on or one.under_way:
            step = report.next_step(one.issue)
            talk(f"{one.issue.id}: Nothing hands it over any more. Next: {step}")


def _busy(standing: Standing, *, fresh: bool, silent: float) -> bool:
    """Whether more may come of an issue that was last seen to change so many seconds ago."""
    if standing.goes_on:
        return True
    if standing.under_way and silent > LONGEST:
        talk(f"{standing.issue.id}: no answer for five minutes. See: syndicate settle")
        return False
    # The answer may have come between the looks at the issue and at its batches: look once more.
    return bool(standing.under_way or (fresh and standing.issue.counts.in_doubt))


def _pace(tempos: dict[str, Tempo], standing: Standing, now: float) -> str:
    """Say how fast an issue goes since it was first looked at, and how long it still takes."""
    if not standing.goes_on:
        return ""
    left = standing.issue.counts.pending
    return tempos.setdefault(standing.issue.id, Tempo(left, now)).words(left, now)
