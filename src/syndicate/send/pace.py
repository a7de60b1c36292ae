"""When the next call may begin: the provider's pace, its wish to wait, and our patience."""

from dataclasses import dataclass
from typing import Protocol

from syndicate.errors import Throttled

#: seconds within which a provider that cannot be reached is tried again
PATIENCE_TO_CONNECT = 10.0
#: how often it is tried in that time
TRIES_TO_CONNECT = 3
#: doubtful answers in a row that end a run
DOUBTS_IN_A_ROW = 2
#: seconds to wait at least when a provider says "later", and how often they are doubled at most
#: while it says so again: clocks differ, and a date that it names may have passed on ours
LEAST, DOUBLINGS = 0.1, 9


class Pacing(Protocol):
    """When the next call may begin, and when it is better that none does; `now` is in ticks."""

    def left(self, now: float) -> float:
        """Give the seconds until the next call may begin; 0 when it may now."""
        ...

    def began(self, now: float) -> None:
        """Note that a call begins."""
        ...

    def answered(self) -> None:
        """Note that the provider can be reached."""
        ...

    def later(self, error: Throttled, now: float) -> bool:
        """Note that the provider asks to wait; False when that is beyond our patience."""
        ...

    def unreachable(self, now: float) -> bool:
        """Note that no connection could be made; False when it was tried often enough."""
        ...

    def doubted(self) -> int:
        """Count a doubtful answer, and give how many there were one after the other."""
        ...

    def known(self) -> None:
        """Note a clear answer: it ends a row of doubtful ones."""
        ...

    def over(self) -> bool:
        """Whether somebody else has come upon a reason to stop; asked before each call."""
        ...


@dataclass(slots=True)
class Pace:
    """What a run may still wait, and until when it must. Times are ticks of the run's clock."""

    #: seconds in all to wait for a provider that says "later"
    patience: float
    #: seconds between the beginnings of two calls
    gap: float = 0.0
    #: seconds waited for a provider that said "later"
    waited: float = 0.0
    #: rounds of calls that were told "later", one after the other
    told: int = 0
    #: rounds of connections that failed, one after the other
    tries: int = 0
    #: no call begins before, because the provider said "later" or could not be reached
    resume_at: float = 0.0
    #: no call begins before, to keep the provider's pace
    next_at: float = 0.0
    #: doubtful answers, one after the other
    doubts: int = 0

    def left(self, now: float) -> float:
        """Give the seconds until the next call may begin; 0 when it may now."""
        return max(0.0, self.resume_at - now, self.next_at - now)

    def began(self, now: float) -> None:
        """Note that a call begins."""
        self.next_at = now + self.gap

    def answered(self) -> None:
        """Note that the provider can be reached."""
        self.told = self.tries = 0

    def later(self, error: Throttled, now: float) -> bool:
        """Note that the provider asks to wait; False when that is beyond our patience."""
        asked = error.wait if error.wait is not None else 1.0 + self.waited
        if now >= self.resume_at:
            self.told += 1
        until = now + max(asked, LEAST * 2 ** min(self.told - 1, DOUBLINGS))
        # Several calls may be told so at once: only what is waited beyond that counts.
        self.waited += max(0.0, until - max(now, self.resume_at))
        self.resume_at = max(self.resume_at, until)
        return self.waited <= self.patience

    def unreachable(self, now: float) -> bool:
        """Note that no connection could be made; False when it was tried often enough."""
        if now >= self.resume_at:
            self.tries += 1
            self.resume_at = now + PATIENCE_TO_CONNECT / TRIES_TO_CONNECT
        return self.tries < TRIES_TO_CONNECT

    def doubted(self) -> int:
        """Count a doubtful answer, and give how many there were one after the other."""
        self.doubts += 1
        return self.doubts

    def known(self) -> None:
        """Note a clear answer: it ends a row of doubtful ones."""
        self.doubts = 0

    def over(self) -> bool:
        """Whether somebody else has come upon a reason to stop: there is nobody else."""
        return False
