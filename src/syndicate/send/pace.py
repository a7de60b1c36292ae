"""When the next call may begin: the provider's pace, its wish to wait, and our patience."""

from dataclasses import dataclass

from syndicate.errors import Throttled

#: seconds within which a provider that cannot be reached is tried again
PATIENCE_TO_CONNECT = 10.0
#: how often it is tried in that time
TRIES_TO_CONNECT = 3
#: seconds to wait at least when a provider says "later"
LEAST = 0.1


@dataclass(slots=True)
class Pace:
    """What a run may still wait, and until when it must. Times are ticks of the run's clock."""

    #: seconds in all to wait for a provider that says "later"
    patience: float
    #: seconds between the beginnings of two calls
    gap: float = 0.0
    #: seconds waited for a provider that said "later"
    waited: float = 0.0
    #: rounds of connections that failed, one after the other
    tries: int = 0
    #: no call begins before, because the provider said "later" or could not be reached
    resume_at: float = 0.0
    #: no call begins before, to keep the provider's pace
    next_at: float = 0.0

    def left(self, now: float) -> float:
        """Give the seconds until the next call may begin; 0 when it may now."""
        return max(0.0, self.resume_at - now, self.next_at - now)

    def began(self, now: float) -> None:
        """Note that a call begins."""
        self.next_at = now + self.gap

    def answered(self) -> None:
        """Note that the provider can be reached."""
        self.tries = 0

    def later(self, error: Throttled, now: float) -> bool:
        """Note that the provider asks to wait; False when that is beyond our patience."""
        asked = error.wait if error.wait is not None else 1.0 + self.waited
        until = now + max(asked, LEAST)
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
