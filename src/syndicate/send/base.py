"""What the files of handing over share: a run, its clock, where it stands, and how it ends."""

from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from syndicate.contracts import Ledger, Provider
from syndicate.models import Batch, Message, Receipt
from syndicate.send.pace import Pacing

#: one call to a provider, under way or answered
Call = Future[Receipt]


class Ending(StrEnum):
    """How a run came to its end."""

    #: no batch is pending
    DONE = "done"
    #: the provider refused, asked for more time than we have, or could not be reached
    STOPPED = "stopped"
    #: too many outcomes in a row that nobody can know
    DOUBTFUL = "doubtful"
    INTERRUPTED = "interrupted"
    #: somebody took the issue back while it was handed over
    UNDONE = "undone"
    #: another worker has come upon a reason to stop
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run."""

    ending: Ending
    #: the provider's own words when it stopped; "" when all went well
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and Ctrl-C, passed in."""

    #: the time for the record, UTC
    now: Callable[[], datetime]
    #: seconds that only ever go forward, for waiting
    ticks: Callable[[], float]
    #: wait so many seconds, or until the run is interrupted
    pause: Callable[[float], object]
    #: whether somebody has asked the run to end
    interrupted: Callable[[], bool]


class Calls(Protocol):
    """A way to make several calls at once while the run goes on."""

    def start(self, submit: Callable[[], Receipt]) -> Call:
        """Begin a call."""
        ...

    def wait(self, calls: Collection[Call], seconds: float) -> None:
        """Wait until one of these calls is answered, or so many seconds."""
        ...


def _in_silence(seconds: float) -> None:
    """Tell nobody of a wait."""


@dataclass(frozen=True, slots=True)
class Run:
    """One go at handing over an issue."""

    ledger: Ledger
    provider: Provider
    issue: str
    message: Message
    #: number of this run in the ledger
    number: int
    #: who runs it: a login name and a host
    by: str
    clock: Clock
    calls: Calls
    #: keys never to be mailed, read again for each batch
    suppressed: Callable[[], frozenset[bytes]]
    #: told after each batch, with the number of its recipients
    progress: Callable[[int], None]
    #: told how many seconds the provider asks to wait
    waiting: Callable[[float], None] = _in_silence


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch that is claimed, and the token of the claim."""

    batch: Batch
    token: str


@dataclass(slots=True)
class Loop:
    """Where a run stands between two turns of its loop."""

    run: Run
    pace: Pacing
    #: whether the provider has taken a batch of this issue: until then one call at a time, so that
    #: what is wrong with the whole issue costs one call
    proven: bool
    #: numbers of the batches still to be claimed
    todo: deque[int]
    #: whether it is done only when nothing of the issue is pending, not when these batches are
    whole: bool = True
    flying: dict[Call, Flight] = field(default_factory=dict)
    #: when batches were claimed by this run, in ticks of its clock
    claimed: dict[int, float] = field(default_factory=dict)
    #: set once no more batches are to be claimed
    end: Result | None = None
    #: an error that ends the run, raised once all answers are recorded
    error: Exception | None = None

    @property
    def room(self) -> bool:
        """Whether another call may be under way."""
        most = self.run.provider.limits.connections if self.proven else 1
        return self.end is None and bool(self.todo) and len(self.flying) < most

    def break_off(self, error: Exception) -> None:
        """Claim nothing more, and raise this once all answers are recorded."""
        self.error = self.error or error
        self.end = self.end or Result(Ending.STOPPED)
