"""The loop that hands over batches: claim, submit, record.

The claim is committed before the socket opens. What cannot be known afterwards is in doubt, and is
never repeated by itself. Several calls may be under way, but only this loop touches the ledger.
Every path through this file and `recording` leaves the ledger true.
"""

import hashlib
import secrets
from collections.abc import Callable

from syndicate.errors import AudienceError, LedgerError, Unsupported
from syndicate.models import Batch, LogEntry, Payload, Receipt, Roll, Status
from syndicate.send.base import Ending, Flight, Loop, Result, Run
from syndicate.send.recording import record
from syndicate.send.settling import by_key

#: seconds that an interrupted run gives to the answers under way
LAST_WORD = 4.0
#: seconds before each try to repeat, by its key, a call of this run that is in doubt
REPEAT_AFTER = (2.0, 8.0, 20.0)
#: seconds between two looks at whether the run was interrupted
GLANCE = 0.1
#: seconds between two looks, while nothing but time is waited for, at whether it still makes sense
LOOK = 1.0


def go_through(loop: Loop) -> Result:
    """Hand over what is to be claimed, until nothing is left of it or something ends the run.

    What went wrong beside the provider's answers stands in `loop.error`, for the caller to raise.
    """
    run = loop.run
    while loop.flying or (loop.todo and loop.end is None):
        if run.clock.interrupted():
            _last_word(loop)
            return Result(Ending.INTERRUPTED)
        _launch(loop)
        _wait(loop)
        for call in [call for call in loop.flying if call.done()]:
            record(loop, loop.flying.pop(call), call)
        if loop.whole and not (loop.todo or loop.flying or loop.end):
            # Done only when a count says so.
            loop.todo.extend(run.ledger.pending(run.issue))
    return loop.end or Result(Ending.DONE)


def repeat_doubts(loop: Loop) -> bool:
    """Settle by their keys the doubts of this run; whether none of them is left.

    By ticks too, which nobody can move: a key is used for half its life.
    """
    run, life = loop.run, loop.run.provider.abilities.key_life
    if life is None:
        return False
    for seconds in REPEAT_AFTER:
        doubts = [one for one in run.ledger.doubts(run.issue) if one.number in loop.claimed]
        if not doubts:
            return True
        run.clock.pause(seconds)
        for doubt in doubts:
            age = run.clock.ticks() - loop.claimed[doubt.number]
            if age < life / 2 and not run.clock.interrupted():
                by_key(run, doubt)
    return not any(one.number in loop.claimed for one in run.ledger.doubts(run.issue))


def _launch(loop: Loop) -> None:
    """Begin as many calls as may be under way now."""
    run, clock = loop.run, loop.run.clock
    while loop.room and not clock.interrupted() and not loop.pace.left(clock.ticks()):
        if loop.pace.over():
            loop.end = Result(Ending.HALTED)
            return
        try:
            _begin_call(loop, _without_suppressed(run, loop.todo.popleft()))
        except Unsupported as error:
            loop.end = Result(Ending.STOPPED, str(error))
        except (AudienceError, LedgerError) as error:
            loop.break_off(error)


def _fitting(loop: Loop, batch: Batch) -> tuple[Batch, Payload] | None:
    """Compose a batch, cut smaller first where the provider takes less than when it was frozen.

    None when nobody in it is to be handed over any more.
    """
    run, limits = loop.run, loop.run.provider.limits
    while batch.recipients and batch.status is Status.PENDING:
        size = min(len(batch.recipients), limits.batch_size)
        if size == len(batch.recipients):
            payload = run.provider.compose(run.message, batch)
            if limits.max_bytes is None or len(payload.body) <= limits.max_bytes:
                return batch, payload
            size //= 2
        if not size:
            raise Unsupported(
                f"{run.provider.name} takes at most {limits.max_bytes:,} bytes in one call, and "
                "the message alone is larger. Nothing more was sent."
            )
        loop.todo.extendleft(reversed(run.ledger.split(batch, size, run.clock.now())))
        batch = run.ledger.batch(batch.issue, batch.number)
    return None


def _begin_call(loop: Loop, found: Batch) -> None:
    """Claim a batch, committed, and only then hand it over."""
    run = loop.run
    fitting = _fitting(loop, found)
    if fitting is None:
        if run.ledger.stopped(run.issue):
            loop.end = Result(Ending.UNDONE)
        return
    batch, payload = fitting
    token = secrets.token_hex(16)
    digest = hashlib.sha256(payload.body).hexdigest()
    now, ticks = run.clock.now(), run.clock.ticks()
    life = run.provider.abilities.key_life or 0
    if run.ledger.claim(
        batch, run=run.number, token=token, payload_hash=digest, now=now, key_life=life
    ):
        loop.pace.began(ticks)
        loop.claimed[batch.number] = ticks
        loop.flying[run.calls.start(_submission(run, payload, batch))] = Flight(batch, token)
    elif run.ledger.stopped(run.issue):
        loop.end = Result(Ending.UNDONE)


def _submission(run: Run, payload: Payload, batch: Batch) -> Callable[[], Receipt]:
    return lambda: run.provider.submit(payload, batch)


def _wait(loop: Loop) -> None:
    """Wait for an answer, or until the next call may begin."""
    if loop.flying and not loop.room:
        loop.run.calls.wait(loop.flying, GLANCE)
    elif loop.room:
        left = loop.pace.left(loop.run.clock.ticks())
        if loop.flying:
            loop.run.calls.wait(loop.flying, min(GLANCE, left))
        else:
            loop.run.clock.pause(min(LOOK, left))
            if left > LOOK:
                _look(loop)


def _look(loop: Loop) -> None:
    """Wait no longer for a provider once the issue was taken back, or others have stopped."""
    if loop.run.ledger.stopped(loop.run.issue):
        loop.end = Result(Ending.UNDONE)
    elif loop.pace.over():
        loop.end = Result(Ending.HALTED)


def _without_suppressed(run: Run, number: int) -> Batch:
    """Take out who has unsubscribed since the issue was frozen."""
    batch = run.ledger.batch(run.issue, number)
    suppressed = run.suppressed()
    late = [key for key in Roll.of(batch.recipients).keys if key in suppressed]
    if not late:
        return batch
    now = run.clock.now()
    run.ledger.withdraw(batch, late, "suppressed after the freeze", now)
    text = f"batch {batch.name}: {len(late)} withdrawn, suppressed after the freeze"
    run.ledger.note(LogEntry(now, run.by, text, run.issue))
    return run.ledger.batch(run.issue, number)


def _last_word(loop: Loop) -> None:
    """Give the answers under way a little time; what has none by then is in doubt."""
    run = loop.run
    until = run.clock.ticks() + LAST_WORD
    loop.end = Result(Ending.INTERRUPTED)
    while loop.flying and (left := until - run.clock.ticks()) > 0:
        run.calls.wait(loop.flying, left)
        for call in [call for call in loop.flying if call.done()]:
            record(loop, loop.flying.pop(call), call)
    for flight in loop.flying.values():
        run.ledger.doubt(
            flight.batch, flight.token, "interrupted before the answer", run.clock.now()
        )
    # An answer that came while doubts were written down still ends its doubt.
    for call, flight in loop.flying.items():
        if call.done():
            record(loop, flight, call)
