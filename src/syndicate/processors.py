"""Processors: long work shared among all that this computer has, and none kept waiting."""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise, zip_longest
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
R = TypeVar("R")

#: so many at most: each takes memory of its own
MOST = 8
#: so many things at most wait for the disk at once
WAITING = 4


def spread(
    work: Callable[[Sequence[T]], R], items: Sequence[T], kind: type[R], *, least: int
) -> list[R]:
    """Give what `work` makes of items: one result for each share of them, in their order.

    A share has at least `least` items. All but the first are worked on in copies of this process,
    which hand back their results, of the type `kind`, as MessagePack: what else `work` changes is
    lost with the copy. A share whose copy comes to grief, or for which there is no room, is worked
    on here, so that whatever goes wrong is raised as if there was one processor.
    """
    count = min(_processors(), len(items) // least, MOST) or 1
    ends = [number * len(items) // count for number in range(count + 1)]
    first, *others = [items[start:end] for start, end in pairwise(ends)]
    copies: list[_Copy[R]] = []
    try:
        # Where there may be no more processes, or memory is short, fewer will do.
        with suppress(OSError):
            for share in others:
                copies.append(_Copy(work, share, kind))  # noqa: PERF401 -- some may be made before
        found = [work(first)]
        for copy, share in zip_longest(copies, others):
            result = copy.result() if copy else None
            found.append(work(share) if result is None else result)
        return found
    finally:
        for copy in copies:
            copy.end()


def behind(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Give what `work` makes of each item, in their order, while the items after it are made.

    This is for work that waits for the disk: the processor has the next items to do meanwhile.
    """
    from concurrent.futures import Future, ThreadPoolExecutor  # noqa: PLC0415 -- slow to import

    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(WAITING) as threads:
        for item in items:
            if len(waiting) == WAITING:
                yield waiting.popleft().result()
            waiting.append(threads.submit(work, item))
        for one in waiting:
            yield one.result()


def _processors() -> int:
    """Count those that this process may use.

    Elsewhere than on Linux there is one: Windows cannot copy a process, and what macOS brings does
    not bear it. Nor do other threads, whose locks would never be opened in the copy.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1
    return len(os.sched_getaffinity(0)) if alone else 1


class _Copy(Generic[R]):
    """A copy of this process that works on a share, and ends."""

    def __init__(self, work: Callable[[Sequence[T]], R], share: Sequence[T], kind: type[R]) -> None:
        self._kind = kind
        self._reading, writing = os.pipe()
        try:
            self._number: int | None = os.fork()
        except OSError:
            os.close(self._reading)
            os.close(writing)
            raise
        if self._number:
            os.close(writing)
            return
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(msgspec.msgpack.encode(work(share)))
            os._exit(0)
        finally:
            # Whatever went wrong is tried again where somebody listens.
            os._exit(1)

    def result(self) -> R | None:
        """Wait for the result; None where the copy came to grief."""
        with os.fdopen(self._reading, "rb", closefd=False) as pipe:
            data = pipe.read()
        return msgspec.msgpack.decode(data, type=self._kind) if self._wait() else None

    def end(self) -> None:
        """End the copy, if it has not ended, and let go of it."""
        os.close(self._reading)
        if self._number:
            os.kill(self._number, signal.SIGKILL)
            self._wait()

    def _wait(self) -> bool:
        number, self._number = self._number, None
        return number is not None and os.waitpid(number, 0)[1] == 0
