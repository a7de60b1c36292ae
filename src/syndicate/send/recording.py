"""Recording: what became of a call is written down, and decides how the loop goes on."""

from syndicate.errors import (
    ConfigError,
    ProviderError,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
)
from syndicate.models import Receipt
from syndicate.send.base import Call, Ending, Flight, Loop, Result
from syndicate.send.pace import DOUBTS_IN_A_ROW


def record(loop: Loop, flight: Flight, call: Call) -> None:
    """Write down what became of a call, and decide what follows from it."""
    try:
        receipt = call.result()
    except Refused as error:
        _refused(loop, flight, error)
    except Uncertain as error:
        _doubtful(loop, flight, str(error))
    except ProviderError as error:
        _released(loop, flight, error)
    except ConfigError as error:
        # Such as a key that is not set: found before there was a call.
        run = loop.run
        run.ledger.release(flight.batch, flight.token, str(error), run.clock.now())
        loop.break_off(error)
    except Exception as error:  # noqa: BLE001 -- raised again at the end of the run
        loop.break_off(error)
        _doubtful(loop, flight, f"a fault in {loop.run.provider.name}: {type(error).__name__}")
    else:
        _taken(loop, flight, receipt)


def _taken(loop: Loop, flight: Flight, receipt: Receipt) -> None:
    run = loop.run
    try:
        run.ledger.accept(flight.batch, flight.token, receipt, run.clock.now())
    except ValueError as error:
        _doubtful(loop, flight, f"the answer makes no sense: {error}")
        return
    loop.proven = True
    loop.pace.answered()
    if receipt.doubtful:
        _count_doubt(loop)
    else:
        loop.pace.known()
    run.progress(len(flight.batch.recipients))


def _doubtful(loop: Loop, flight: Flight, reason: str) -> None:
    run = loop.run
    run.ledger.doubt(flight.batch, flight.token, reason, run.clock.now())
    _count_doubt(loop)
    run.progress(len(flight.batch.recipients))


def _count_doubt(loop: Loop) -> None:
    if loop.pace.doubted() >= DOUBTS_IN_A_ROW and loop.end is None:
        loop.end = Result(Ending.DOUBTFUL, "Two answers in a row cannot be known.")


def _refused(loop: Loop, flight: Flight, error: Refused) -> None:
    """Stop at a refusal before anybody was accepted; afterwards it concerns this batch only."""
    run = loop.run
    issue = run.ledger.issue(run.issue)
    if issue is None or issue.counts.accepted == 0:
        run.ledger.release(flight.batch, flight.token, str(error), run.clock.now())
        loop.end = loop.end or Result(Ending.STOPPED, str(error))
        return
    run.ledger.refuse(flight.batch, flight.token, str(error), run.clock.now())
    loop.pace.known()
    run.progress(len(flight.batch.recipients))


def _released(loop: Loop, flight: Flight, error: ProviderError) -> None:
    """Nothing left: wait where waiting can help, within our patience; stop otherwise."""
    run, ticks = loop.run, loop.run.clock.ticks()
    run.ledger.release(flight.batch, flight.token, str(error), run.clock.now())
    if isinstance(error, Throttled):
        goes_on = loop.pace.later(error, ticks)
        if goes_on:
            run.waiting(loop.pace.left(ticks))
    else:
        goes_on = isinstance(error, Unavailable) and loop.pace.unreachable(ticks)
    if goes_on:
        loop.todo.appendleft(flight.batch.number)
    else:
        loop.end = loop.end or Result(Ending.STOPPED, str(error))
