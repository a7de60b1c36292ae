"""A world in one thread: a clock that only waiting moves, and calls that are answered on it.

Nothing here depends on threads or on real time, so the same steps give the same story.
"""

import heapq
from collections.abc import Callable, Collection
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from itertools import count

from syndicate.errors import Unsupported
from syndicate.models import Abilities
from syndicate.send import Clock

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Silent:
    """What a provider is that has neither keys nor records: a doubt is for a person."""

    abilities = Abilities("Silent", "")

    def lookup(self, batch):
        raise Unsupported(f"there are no records of {batch.name}")


class World:
    """Time, and what is to happen on it."""

    def __init__(self):
        self.ticks = 0.0
        #: how far the clock on the wall was moved by hand
        self.moved = 0.0
        #: whether somebody asked the run to end
        self.stop = False
        self._queue = []
        self._order = count()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.ticks + self.moved)

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something so many seconds from now."""
        heapq.heappush(self._queue, (self.ticks + seconds, next(self._order), action))

    def pause(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, and happen what happens in it; ends early when something is so."""
        end = self.ticks + seconds
        while not until():
            if not self._queue or self._queue[0][0] > end:
                self.ticks = max(self.ticks, end)
                return
            at, _, action = heapq.heappop(self._queue)
            self.ticks = max(self.ticks, at)
            action()

    def forget(self) -> None:
        """Let nothing happen of what was to happen."""
        self._queue.clear()

    def clock(self) -> Clock:
        return Clock(
            self.now,
            lambda: self.ticks,
            lambda seconds: self.pause(seconds, until=lambda: self.stop),
            lambda: self.stop,
        )


class SimulatedCalls:
    """Calls that reach the provider after `there` seconds and come back `back` seconds later."""

    def __init__(self, world: World, delays: Callable[[], tuple[float, float]]):
        self.world, self.delays = world, delays

    def start(self, submit):
        call = Future()
        there, back = self.delays()

        def reach():
            try:
                result = submit()
            except Exception as error:  # noqa: BLE001 -- raised again where the result is read
                self.world.at(back, lambda raised=error: call.set_exception(raised))
            else:
                self.world.at(back, lambda: call.set_result(result))

        self.world.at(there, reach)
        return call

    def wait(self, calls: Collection[Future], seconds: float) -> None:
        self.world.pause(seconds, until=lambda: any(call.done() for call in calls))
