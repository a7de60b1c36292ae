"""Handing over a frozen issue, batch by batch: claim, submit, record.

The claim is committed before the socket opens. What cannot be known afterwards is in doubt, and is
never repeated by itself. Every path through this file leaves the ledger true.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
from syndicate.models import Batch, Message, Payload, Receipt

#: seconds within which a provider that cannot be reached is tried again
PATIENCE_TO_CONNECT = 10.0
#: how often it is tried in that time
TRIES_TO_CONNECT = 3
#: doubtful outcomes in a row that end a run
DOUBTS_IN_A_ROW = 2
#: seconds that an interrupted run gives to the answer under way
LAST_WORD = 4.0


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
    """Time, passed in: the wall clock for the record, a steady one for waiting."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Run:
    """One go at handing over an issue."""

    ledger: Ledger
    provider: Provider
    issue: str
    message: Message
    #: number of this run in the ledger
    number: int
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
    doubts, waited = 0, 0.0
    with ThreadPoolExecutor(1, thread_name_prefix="hand-over") as line:
        try:
            for number in run.ledger.pending(run.issue):
                batch = _without_suppressed(run, number)
                if not batch.recipients:
                    continue
                payload = _composed(run, batch)
                certain, waited = _one_batch(run, line, batch, payload, waited)
                doubts = 0 if certain else doubts + 1
                run.progress(len(batch.recipients))
                if doubts >= DOUBTS_IN_A_ROW:
                    raise _Stop(Ending.DOUBTFUL, "Two answers in a row cannot be known.")
        except _Stop as stop:
            return stop.result
    return Result(Ending.DONE)


def _without_suppressed(run: Run, number: int) -> Batch:
    """Take out who has unsubscribed since the issue was frozen."""
    batch = run.ledger.batch(run.issue, number)
    suppressed = run.suppressed()
    late = tuple(one.key for one in batch.recipients if one.key in suppressed)
    if not late:
        return batch
    run.ledger.withdraw(batch, late, "suppressed after the freeze", run.clock.now())
    return run.ledger.batch(run.issue, number)


def _composed(run: Run, batch: Batch) -> Payload:
    try:
        return run.provider.compose(run.message, batch)
    except Unsupported as error:
        raise _Stop(Ending.STOPPED, str(error)) from None


def _one_batch(
    run: Run, line: ThreadPoolExecutor, batch: Batch, payload: Payload, waited: float
) -> tuple[bool, float]:
    """Hand over one batch; give whether its outcome is certain, and the seconds waited in all."""
    tries = 0
    while True:
        token = secrets.token_hex(16)
        digest = hashlib.sha256(payload.body).hexdigest()
        if not run.ledger.claim(
            batch, run=run.number, token=token, payload_hash=digest, now=run.clock.now()
        ):
            return True, waited
        try:
            receipt = _answer(run, line, batch, payload, token)
        except Throttled as later:
            run.ledger.release(batch, token, str(later), run.clock.now())
            waited = _wait_for_later(run, later, waited)
        except Unavailable as error:
            run.ledger.release(batch, token, str(error), run.clock.now())
            tries += 1
            if tries >= TRIES_TO_CONNECT:
                raise _Stop(Ending.STOPPED, str(error)) from None
            _pause(run, PATIENCE_TO_CONNECT / 2 / (TRIES_TO_CONNECT - 1))
        except (Misconfigured, Unsupported) as error:
            run.ledger.release(batch, token, str(error), run.clock.now())
            raise _Stop(Ending.STOPPED, str(error)) from None
        except Refused as error:
            _refused(run, batch, token, error)
            return True, waited
        except Uncertain as error:
            run.ledger.doubt(batch, token, str(error), run.clock.now())
            return False, waited
        else:
            run.ledger.accept(batch, token, receipt, run.clock.now())
            return not receipt.doubtful, waited


def _answer(
    run: Run, line: ThreadPoolExecutor, batch: Batch, payload: Payload, token: str
) -> Receipt:
    """Wait for the provider's answer; Ctrl-C leaves it four seconds, then it is in doubt."""
    call = line.submit(run.provider.submit, payload, batch)
    try:
        return call.result()
    except KeyboardInterrupt:
        _last_word(run, batch, token, call)
        raise _Stop(Ending.INTERRUPTED, "") from None


def _last_word(run: Run, batch: Batch, token: str, call: "Future[Receipt]") -> None:
    """Record what an interrupted call came to."""
    try:
        receipt = call.result(timeout=LAST_WORD)
    except (NotYet, Uncertain, KeyboardInterrupt):
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


def _wait_for_later(run: Run, later: Throttled, waited: float) -> float:
    """Wait as long as the provider asks, within the patience of the whole run."""
    wait = max(later.wait if later.wait is not None else 1.0 + waited, 0.05)
    if waited + wait > run.patience:
        raise _Stop(Ending.STOPPED, str(later)) from None
    _pause(run, wait)
    return waited + wait


def _pause(run: Run, seconds: float) -> None:
    try:
        run.clock.sleep(seconds)
    except KeyboardInterrupt:
        raise _Stop(Ending.INTERRUPTED, "") from None
