"""Handing over a frozen issue, batch by batch: claim, submit, record.

The claim is committed before the socket opens. What cannot be known afterwards is in doubt, and is
never repeated by itself. Every path through this file leaves the ledger true.
"""

import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Thread

from syndicate.contracts import Ledger, Provider
from syndicate.errors import (
    Misconfigured,
    ProviderError,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
    Unsupported,
)
from syndicate.models import Batch, LogEntry, Message, Payload, Receipt

#: seconds within which a provider that cannot be reached is tried again
PATIENCE_TO_CONNECT = 10.0
#: how often it is tried in that time
TRIES_TO_CONNECT = 3
#: doubtful outcomes in a row that end a run
DOUBTS_IN_A_ROW = 2
#: seconds that an interrupted run gives to the answer under way
LAST_WORD = 4.0
#: seconds between two looks at whether the run was interrupted
GLANCE = 0.1


class Ending(StrEnum):
    """How a run came to its end."""

    #: no batch is pending
    DONE = "done"
    #: the provider refused, asked for more time than we have, or could not be reached
    STOPPED = "stopped"
    #: too many outcomes in a row that nobody can know
    DOUBTFUL = "doubtful"
    INTERRUPTED = "interrupted"


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
    #: wait so many seconds, or until the run is interrupted
    pause: Callable[[float], object]
    #: whether somebody has asked the run to end
    interrupted: Callable[[], bool]


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
    #: keys never to be mailed, read again for each batch
    suppressed: Callable[[], frozenset[bytes]]
    #: seconds in all to wait for a provider that says "later"
    patience: float
    #: told after each batch, with the number of its recipients
    progress: Callable[[int], None]


class _Stop(Exception):  # noqa: N818 -- an ending, not an error
    """The run ends here; everything is recorded."""

    def __init__(self, ending: Ending, reason: str) -> None:
        super().__init__(reason)
        self.result = Result(ending, reason)


def hand_over(run: Run) -> Result:
    """Hand over every pending batch of an issue, one after the other.

    Never raises for what a provider does: the reason is in the result.
    """
    try:
        _all_batches(run)
    except _Stop as stop:
        return stop.result
    return Result(Ending.DONE)


def _all_batches(run: Run) -> None:
    doubts, pace = 0, _Pace()
    for number in run.ledger.pending(run.issue):
        batch = _without_suppressed(run, number)
        if not batch.recipients:
            continue
        certain = _one_batch(run, batch, pace)
        run.progress(len(batch.recipients))
        doubts = 0 if certain else doubts + 1
        if doubts >= DOUBTS_IN_A_ROW:
            raise _Stop(Ending.DOUBTFUL, "Two answers in a row cannot be known.")


def _without_suppressed(run: Run, number: int) -> Batch:
    """Take out who has unsubscribed since the issue was frozen."""
    batch = run.ledger.batch(run.issue, number)
    suppressed = run.suppressed()
    late = tuple(one.key for one in batch.recipients if one.key in suppressed)
    if not late:
        return batch
    now = run.clock.now()
    run.ledger.withdraw(batch, late, "suppressed after the freeze", now)
    text = f"batch {batch.name}: {len(late)} withdrawn, suppressed after the freeze"
    run.ledger.note(LogEntry(now, run.by, text, run.issue))
    return run.ledger.batch(run.issue, number)


def _composed(run: Run, batch: Batch) -> Payload:
    try:
        return run.provider.compose(run.message, batch)
    except Unsupported as error:
        raise _Stop(Ending.STOPPED, str(error)) from None


def _one_batch(run: Run, batch: Batch, pace: "_Pace") -> bool:
    """Hand over one batch; give whether everybody in it is known to be accepted or refused."""
    payload = _composed(run, batch)
    digest = hashlib.sha256(payload.body).hexdigest()
    while True:
        if run.clock.interrupted():
            raise _Stop(Ending.INTERRUPTED, "")
        token = secrets.token_hex(16)
        now = run.clock.now()
        if not run.ledger.claim(batch, run=run.number, token=token, payload_hash=digest, now=now):
            return True
        try:
            receipt = _answer(run, batch, payload, token)
        except (Throttled, Unavailable, Misconfigured, Unsupported) as error:
            run.ledger.release(batch, token, str(error), run.clock.now())
            _wait_or_stop(run, error, pace)
        except Refused as error:
            _refused(run, batch, token, error)
            return True
        except Uncertain as error:
            run.ledger.doubt(batch, token, str(error), run.clock.now())
            return False
        else:
            run.ledger.accept(batch, token, receipt, run.clock.now())
            pace.tries = 0
            return not receipt.doubtful


def _answer(run: Run, batch: Batch, payload: Payload, token: str) -> Receipt:
    """Wait for the provider's answer, as long as nobody interrupts."""
    call = _in_background(lambda: run.provider.submit(payload, batch))
    while not call.done():
        wait([call], timeout=GLANCE)
        if run.clock.interrupted():
            _last_word(run, batch, token, call)
            raise _Stop(Ending.INTERRUPTED, "")
    return call.result()


def _in_background(submit: Callable[[], Receipt]) -> Future[Receipt]:
    """Call in a thread that does not keep an interrupted process alive."""
    call: Future[Receipt] = Future()

    def work() -> None:
        try:
            call.set_result(submit())
        except BaseException as error:  # noqa: BLE001 -- raised again where the result is read
            call.set_exception(error)

    Thread(target=work, name="hand-over", daemon=True).start()
    return call


def _last_word(run: Run, batch: Batch, token: str, call: Future[Receipt]) -> None:
    """Record what an interrupted call came to; without an answer it is in doubt."""
    try:
        receipt = call.result(timeout=LAST_WORD)
    except (TimeoutError, Uncertain):
        run.ledger.doubt(batch, token, "interrupted before the answer", run.clock.now())
    except ProviderError as error:
        run.ledger.release(batch, token, str(error), run.clock.now())
    else:
        run.ledger.accept(batch, token, receipt, run.clock.now())


def _refused(run: Run, batch: Batch, token: str, error: Refused) -> None:
    """Stop at a refusal before anybody was accepted; afterwards it concerns this batch only."""
    issue = run.ledger.issue(run.issue)
    if issue is None or issue.counts.accepted == 0:
        run.ledger.release(batch, token, str(error), run.clock.now())
        raise _Stop(Ending.STOPPED, str(error))
    run.ledger.refuse(batch, token, str(error), run.clock.now())


@dataclass(slots=True)
class _Pace:
    """What waiting has cost this run so far."""

    #: seconds waited for a provider that said "later"
    waited: float = 0.0
    #: connections that failed, one after the other
    tries: int = 0


def _wait_or_stop(run: Run, error: ProviderError, pace: _Pace) -> None:
    """Wait where waiting can help, within the patience of the whole run; stop otherwise."""
    if isinstance(error, Throttled):
        seconds = max(error.wait if error.wait is not None else 1.0 + pace.waited, GLANCE)
        pace.waited += seconds
        if pace.waited <= run.patience:
            run.clock.pause(seconds)
            return
    elif isinstance(error, Unavailable):
        pace.tries += 1
        if pace.tries < TRIES_TO_CONNECT:
            run.clock.pause(PATIENCE_TO_CONNECT / TRIES_TO_CONNECT)
            return
    raise _Stop(Ending.STOPPED, str(error))
