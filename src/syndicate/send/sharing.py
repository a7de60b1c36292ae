"""Handing over one batch of an issue in which workers on several computers have a hand.

Each batch is handed over as a run would do it. What a run knows of its other calls, workers know
of each other by the ledger: the pace, who goes first, doubts one after the other, and when to stop.
"""

from collections import deque
from dataclasses import dataclass

from syndicate.contracts import Shared
from syndicate.errors import Throttled
from syndicate.send.base import Ending, Loop, Result, Run
from syndicate.send.loop import go_through, repeat_doubts
from syndicate.send.pace import Pace

#: seconds between two looks at whether somebody who went first has come to an end
GLANCE = 0.3


@dataclass(slots=True)
class SharedPace:
    """When the next call of this worker may begin, among those of all others; see `Pacing`."""

    ledger: Shared
    issue: str
    provider: str
    #: seconds between the beginnings of two calls, whoever makes them
    gap: float
    #: what this worker may still wait itself
    own: Pace
    #: whether anybody of the issue was accepted
    proven: bool = False
    #: when this worker's turn comes; None while it has none
    turn_at: float | None = None
    #: whether it is this worker that tries while the others wait
    first: bool = False

    def left(self, now: float) -> float:
        """Give the seconds until the next call may begin; takes a turn first."""
        if self.turn_at is None:
            self.turn_at = now + self.ledger.turn(self.provider, self.gap)
        return max(0.0, self.turn_at - now, self.own.left(now))

    def began(self, now: float) -> None:
        """Note that a call begins, and the turn is used."""
        self.own.began(now)
        self.turn_at = None

    def answered(self) -> None:
        """Note that the provider can be reached, and took a batch of the issue."""
        self.own.answered()
        self.proven = True

    def later(self, error: Throttled, now: float) -> bool:
        """Note that the provider asks to wait, for all; False beyond our patience."""
        goes_on = self.own.later(error, now)
        self.ledger.put_off(self.provider, self.own.left(now))
        return goes_on

    def unreachable(self, now: float) -> bool:
        """Note that no connection could be made from here; False when it was tried often enough."""
        return self.own.unreachable(now)

    def doubted(self) -> int:
        """Count a doubtful answer among those of all workers."""
        return self.ledger.doubted(self.issue)

    def known(self) -> None:
        """Note a clear answer: it ends a row of doubtful ones."""
        self.ledger.known(self.issue)

    def over(self) -> bool:
        """Whether another worker has come upon a reason to stop."""
        return bool(self.ledger.halted(self.issue))


def hand_over_one(run: Run, number: int, pace: SharedPace) -> Result:
    """Hand over one batch, if it is still pending when its turn comes.

    What ends a run ends it for all workers: they claim nothing more of the issue until it is
    queued again. Raises what `hand_over` does; that concerns this worker only.
    """
    ledger = pace.ledger
    try:
        if not _comes_to_it(run, number, pace):
            return Result(Ending.INTERRUPTED if run.clock.interrupted() else Ending.DONE)
        loop = Loop(run, pace, proven=True, todo=deque([number]), whole=False)
        result = go_through(loop)
        if loop.error is not None:
            raise loop.error
        if repeat_doubts(loop) and result.ending is Ending.DOUBTFUL:
            pace.known()
            result = Result(Ending.DONE)
    finally:
        pace.turn_at = None
        if pace.first:
            pace.first = False
            ledger.let_others_go(run.issue)
    if result.ending in {Ending.STOPPED, Ending.DOUBTFUL}:
        ledger.halt(run.issue, result.reason, by=run.by, now=run.clock.now())
    return result


def _comes_to_it(run: Run, number: int, pace: SharedPace) -> bool:
    """Wait until the provider has taken a batch of the issue, or be the one who tries.

    What is wrong with a whole issue costs one call, however many workers there are. False when the
    batch is not to be handed over any more, or somebody has asked this worker to end.
    """
    while pace.ledger.wanted(run.issue, number) and not run.clock.interrupted():
        if not pace.proven:
            issue = pace.ledger.issue(run.issue)
            pace.proven = issue is not None and issue.counts.accepted > 0
        pace.first = not pace.proven and pace.ledger.go_first(run.issue)
        if pace.proven or pace.first:
            return True
        run.clock.pause(GLANCE)
    return False
