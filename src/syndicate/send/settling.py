"""Settling: finding out what became of batches in doubt, without mailing anybody twice.

By the same idempotency key, where the provider surely still knows it; else by the provider's own
records. What neither tells stays in doubt, for a person to say.
"""

import hashlib
import secrets
from dataclasses import dataclass

from syndicate.errors import ProviderError, Unsupported
from syndicate.models import Batch, Doubt, Payload, Receipt, Roll
from syndicate.send.base import Run

#: seconds between two looks at whether the run was interrupted
GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Settled:
    """What asking the provider came to."""

    #: recipients who were in doubt, and are accepted or refused now
    people: int = 0
    #: why the provider could not be asked, in its own words; "" when it could
    trouble: str = ""


def settle(run: Run) -> Settled:
    """Ask the provider about everything of an issue that is in doubt; never raises for its answers.

    Raises ConfigError where its key is not set.
    """
    people, trouble = 0, ""
    for doubt in run.ledger.doubts(run.issue):
        if run.clock.interrupted():
            break
        try:
            people += by_key(run, doubt) or by_records(run, doubt)
        except Unsupported:
            continue
        except ProviderError as error:
            trouble = str(error)
    return Settled(people, trouble)


def by_key(run: Run, doubt: Doubt) -> int:
    """Make the very same call again where its key is surely alive; gives how many it settled.

    Raises ConfigError where the provider's key is not set: the batch stays in doubt.
    """
    if run.provider.abilities.key_life is None or not doubt.payload_hash:
        return 0
    batch = run.ledger.batch(doubt.issue, doubt.number)
    suppressed = run.suppressed()
    if not suppressed.isdisjoint(Roll.of(batch.recipients).keys):
        # If it was not taken, the same bytes would mail somebody who has unsubscribed since.
        return 0
    payload = run.provider.compose(run.message, batch)
    digest = hashlib.sha256(payload.body).hexdigest()
    token = secrets.token_hex(16)
    now = run.clock.now()
    if digest != doubt.payload_hash or not run.ledger.repeat(
        batch, run=run.number, token=token, payload_hash=digest, now=now
    ):
        return 0
    try:
        receipt = _answer(run, payload, batch)
    except BaseException:
        run.ledger.doubt(batch, token, doubt.reason, run.clock.now())
        raise
    # Whatever else was answered is about this call, not about the one in doubt.
    if receipt is None or not _accepted(run, batch, token, receipt):
        run.ledger.doubt(batch, token, doubt.reason, run.clock.now())
        return 0
    return len(batch.recipients) - len(receipt.doubtful)


def by_records(run: Run, doubt: Doubt) -> int:
    """Look a batch up in the provider's records; only what they tell of counts.

    Raises Unsupported where the provider keeps none, and other ProviderErrors when it does not
    answer.
    """
    batch = run.ledger.batch(doubt.issue, doubt.number)
    verdict = run.provider.lookup(batch)
    taken = None if verdict.whole else verdict.taken
    by = f"the records of {run.provider.name}"
    return run.ledger.found(batch, taken, by=by, now=run.clock.now())


def _answer(run: Run, payload: Payload, batch: Batch) -> Receipt | None:
    """Give what a repeated call is answered; None for no clear answer, or none in time."""
    call = run.calls.start(lambda: run.provider.submit(payload, batch))
    while not call.done() and not run.clock.interrupted():
        run.calls.wait([call], GLANCE)
    if not call.done():
        return None
    try:
        return call.result()
    except ProviderError:
        return None


def _accepted(run: Run, batch: Batch, token: str, receipt: Receipt) -> bool:
    try:
        return run.ledger.accept(batch, token, receipt, run.clock.now())
    except ValueError:
        return False
