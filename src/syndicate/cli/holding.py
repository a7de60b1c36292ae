"""The ledger in the hands of one command: locked, not an old copy, and with its secret."""

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicate import durations
from syndicate.cli.console import talk
from syndicate.cli.desk import Desk, at_a_terminal
from syndicate.errors import SyndicateError
from syndicate.models import LogEntry

if TYPE_CHECKING:
    from syndicate.contracts import Ledger


@contextlib.contextmanager
def held_ledger(desk: Desk, *, yes: bool) -> Iterator["Ledger"]:
    """Open the ledger for a run, alone; `yes` when nobody is to be asked.

    Raises LedgerBusy, and LedgerError for an old copy that nobody here takes on.
    """
    from syndicate.ledger import hold

    with (
        hold(desk.ledger_at, by=desk.by, now=desk.now),
        desk.ledger(write=True) as ledger,
    ):
        make_sure(desk, ledger, yes=yes)
        try:
            yield ledger
        finally:
            remember(ledger)


def make_sure(desk: Desk, ledger: "Ledger", *, yes: bool) -> None:
    """Go on only with the newest copy of the ledger, and with its secret.

    Raises LedgerError, also for an old copy that nobody here takes on.
    """
    _refuse_old_copy(desk, ledger, yes=yes)
    # Settled at once, so that every ledger has its secret before anybody only reads it.
    ledger.secret(desk.secret())


def begin_run(desk: Desk, ledger: "Ledger") -> int:
    """Open a run; a copy from before it will be known as old, however the run ends.

    Addresses that are older than `[ledger] forget_after` are overwritten first.
    """
    run = ledger.begin_run(desk.by, desk.now)
    remember(ledger)
    if age := durations.parse(desk.config.ledger.forget_after):
        before = desk.now - timedelta(seconds=age)
        for issue in ledger.blank_before(before, by=desk.by, now=desk.now):
            talk(f"{issue}: addresses forgotten, as [ledger] forget_after asks.")
    return run


def remember(ledger: "Ledger") -> None:
    """Note on this computer how far the ledger has come."""
    from syndicate.ledger import seen

    try:
        seen.remember(_folder(), ledger.identity())
    except SyndicateError as error:
        talk(f"An old copy of the ledger would not be noticed here later: {error}")


def _folder() -> Path:
    from syndicate.ledger import seen

    return seen.folder(os.environ, sys.platform, Path.home())


def _refuse_old_copy(desk: Desk, ledger: "Ledger", *, yes: bool) -> None:
    from syndicate.ledger import seen

    now = ledger.identity()[1]
    last = seen.newer(_folder(), ledger.identity())
    if last is None:
        return
    refusal = seen.refusal(desk.ledger_name, now, last)
    if yes or not at_a_terminal():
        raise refusal
    talk(str(refusal))
    question = "Go on with this old copy? Whoever got mail since may get it again"
    click.confirm(question, abort=True, err=True)
    text = f"an old copy of the ledger was taken on by hand: {seen.behind(now, last)}"
    ledger.note(LogEntry(desk.now, desk.by, text))
