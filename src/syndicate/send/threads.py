"""Calls in threads of this process, which do not keep an interrupted process alive."""

from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread

from syndicate.models import Receipt
from syndicate.send.base import Call


class Threads:
    """Each call in a thread of its own; see `Calls`.

    (The threads of a pool would keep the process alive up to the limit on reading.)
    """

    def start(self, submit: Callable[[], Receipt]) -> Call:
        """Begin a call."""
        call: Call = Future()

        def work() -> None:
            try:
                call.set_result(submit())
            except BaseException as error:  # noqa: BLE001 -- raised again where the result is read
                call.set_exception(error)

        Thread(target=work, name="hand-over", daemon=True).start()
        return call

    def wait(self, calls: Collection[Call], seconds: float) -> None:
        """Wait until one of these calls is answered, or so many seconds."""
        wait(calls, timeout=seconds, return_when=FIRST_COMPLETED)
