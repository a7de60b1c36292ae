"""Handing over at the command line: Ctrl-C, and what came of it."""

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

from syndicate.cli import progress, runs
from syndicate.cli.console import talk
from syndicate.cli.desk import Desk
from syndicate.cli.ending import Exit
from syndicate.errors import AudienceError, ConfigError, LedgerError, SyndicateError
from syndicate.models import Issue

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.send import Result

#: refused people who are named after a run; `status` names them all
SHOWN = 5
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def hand_over(
    desk: Desk, ledger: "Ledger", run: int, issue: Issue, goes_at: datetime | None = None
) -> tuple[Issue, Exit]:
    """Hand over what is pending of an issue; give it as it stands then, and the exit code.

    `goes_at` is when the provider is to let it go, where it can take it back until then.
    """
    with listening() as stop:
        try:
            result = _run(runs.Job(desk, ledger, issue, run, stop, goes_at))
        except KeyboardInterrupt:
            result = _ended_at_once()
        except (AudienceError, LedgerError) as error:
            result = _broken_off(ledger, issue, error)
        _listen_no_more()
        after = ledger.issue(issue.id) or issue
        _tell(ledger, after, result)
    return after, _code(after, result)


def find_out(desk: Desk, ledger: "Ledger", run: int, issue: Issue) -> str:
    """Ask the provider about what is in doubt of an issue; gives why it could not be asked."""
    job = runs.Job(desk, ledger, issue, run, Event())
    try:
        return _found_out(job)
    except ConfigError as error:
        # Somebody may have left this provider, and its key or its table with it.
        return f"{issue.provider} cannot be asked about {issue.id}: {error}"


def _found_out(job: runs.Job) -> str:
    from syndicate import send as sending

    with listening() as stop, runs.opened(replace(job, stop=stop)) as one:
        if isinstance(one, sending.CampaignRun):
            talk(f"Looking at the campaign of {job.issue.id}; this may take a minute.")
            return sending.look(one)
        return sending.settle(one).trouble


def _ended_at_once() -> "Result":
    from syndicate.send import Ending, Result

    return Result(Ending.INTERRUPTED)


def _broken_off(ledger: "Ledger", issue: Issue, error: SyndicateError) -> "Result":
    """End at a full disk or a spoiled list; raises the error again when nobody is in doubt."""
    from syndicate.send import Ending, Result

    after = ledger.issue(issue.id)
    if after is None or not after.counts.in_doubt:
        if after is not None:
            _tell(ledger, after, Result(Ending.STOPPED))
        raise error
    return Result(Ending.STOPPED, str(error))


def _listen_no_more() -> None:
    """Let nobody keep us from saying what came of it."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _run(job: runs.Job) -> "Result":
    from syndicate import send as sending

    with runs.opened(job) as run:
        if isinstance(run, sending.CampaignRun):
            talk(f"Handing {job.issue.id} to {job.issue.provider}, which mails its own list.")
            return sending.hand_over_campaign(run)
        with progress.shown(job.issue.counts.pending, job.issue.provider) as told:
            return sending.hand_over(replace(run, progress=told.add, waiting=told.wait))


@contextlib.contextmanager
def listening() -> Iterator[Event]:
    """Turn the first Ctrl-C into a wish to end; the second ends at once."""
    stop = Event()

    def wish(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        talk("Stopping: waiting a few seconds for answers under way. Ctrl-C again ends at once.")

    before = {number: signal.signal(number, wish) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(ledger: "Ledger", issue: Issue, result: "Result") -> None:
    from syndicate import report
    from syndicate.send import Ending

    if result.ending is Ending.UNDONE:
        talk(f"{issue.id} was taken back with undo while it was handed over.")
    if result.reason:
        talk(result.reason)
    talk(f"{issue.id}: {report.counts_as_text(issue.counts)}, by {issue.provider}.")
    if issue.counts.refused:
        _name_refused(ledger, issue)
    if step := report.next_step(issue):
        talk(f"Next: {step}")


def _name_refused(ledger: "Ledger", issue: Issue) -> None:
    """Say who was refused, by line of the audience file, and how they get it all the same."""
    refusals = ledger.refusals(issue.id)
    for line, reason in refusals[:SHOWN]:
        talk(f"  refused      line {line}: {reason}")
    if len(refusals) > SHOWN:
        talk(f"  and {len(refusals) - SHOWN:,} more: syndicate status {issue.id}")
    once_more = f"syndicate send {issue.newsletter} --retry-refused"
    talk(f"When what was wrong is mended, once more to them: {once_more}")


def _code(issue: Issue, result: "Result") -> Exit:
    from syndicate.send import Ending

    if issue.counts.in_doubt:
        return Exit.DOUBT
    if result.ending in {Ending.INTERRUPTED, Ending.UNDONE}:
        return Exit.INTERRUPTED
    nobody = not issue.counts.accepted and issue.counts.refused
    return Exit.PROVIDER if result.ending is Ending.STOPPED or nobody else Exit.DONE
