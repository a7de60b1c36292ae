"""`syndicate undo`: take back what has not gone out yet; works while `send` runs."""

from typing import TYPE_CHECKING, cast

import click

from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.errors import Refused
from syndicate.models import Counts, Issue, Stage

if TYPE_CHECKING:
    from syndicate.contracts import CampaignProvider, Ledger


@click.command("undo", epilog="Example: syndicate undo")
@click.argument("issue", required=False)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def undo_command(context: click.Context, issue: str | None, *, yes: bool) -> None:
    """Take back what has not gone out yet; works while `send` runs.

    Whoever is still pending is withdrawn and will never get this issue. What the provider has
    taken cannot be called back. If nobody got the issue, its articles are new again.
    """
    desk = open_desk(context)
    with desk.ledger() as ledger:
        found = _choose(ledger, issue)
        if found is None:
            talk("There is nothing to take back: nobody is pending, and no call is under way.")
            context.exit(Exit.DONE)
        _confirm(found, yes=yes)
    # No run lock: the run that hands over holds it, and stops at its next claim.
    with desk.ledger(write=True) as ledger:
        if found.counts.pending or found.counts.in_doubt:
            take_back(desk, ledger, found.id)
        else:
            call_back(desk, ledger, found)


def take_back(desk: Desk, ledger: "Ledger", issue: str) -> None:
    """Withdraw whoever is pending of an issue, and say exactly who was and who was too late."""
    withdrawn = ledger.stop(issue, by=desk.by, now=desk.now)
    after = ledger.issue(issue)
    talk(f"{issue}: {count(withdrawn, 'recipient')} withdrawn.")
    if after is not None:
        for line in _too_late(after.counts):
            talk(line)


def call_back(desk: Desk, ledger: "Ledger", issue: Issue) -> None:
    """Take a scheduled issue back from the provider that waits with it.

    Raises Refused where it is too late.
    """
    provider = cast("CampaignProvider", desk.service(issue.provider))
    reference = ledger.batches(issue.id)[0].reference
    try:
        campaign = provider.read(reference)
        if campaign is not None and campaign.stage is Stage.SCHEDULED:
            provider.take_back(reference)
            campaign = provider.read(reference)
        if campaign is None or campaign.stage is not Stage.DRAFT:
            raise Refused(
                f"Too late: {issue.provider} has let {issue.id} go, or no longer has it. Nothing "
                "was withdrawn."
            )
    finally:
        provider.close()
    # First: nothing may let the draft go again.
    ledger.stop(issue.id, by=desk.by, now=desk.now)
    withdrawn = ledger.call_back(issue.id, by=desk.by, now=desk.now)
    talk(f"{issue.id}: {count(withdrawn, 'recipient')} withdrawn at {issue.provider}.")
    talk("Nobody got it, so its articles are new again. The draft there can be taken away.")


def _too_late(counts: Counts) -> list[str]:
    lines = []
    if counts.accepted:
        lines.append(f"Too late for {counts.accepted:,}: the provider has accepted them.")
    if counts.in_doubt:
        lines.append(
            f"Perhaps too late for {counts.in_doubt:,}: their call is under way or in doubt. "
            "They are not handed over again. See: syndicate status"
        )
    if not counts.accepted and not counts.in_doubt:
        lines.append("Nobody got it, so its articles are new again.")
    return lines


def _choose(ledger: "Ledger", issue: str | None) -> Issue | None:
    """Find the issue that may still be taken back; None where there is none."""
    known = [one for one in ledger.issues() if issue in {None, one.id}]
    if issue is not None and not known:
        raise click.UsageError(f'There is no issue "{issue}". See: syndicate status')
    pending = [one for one in known if one.counts.pending]
    if len(pending) > 1:
        names = ", ".join(one.id for one in pending)
        raise click.UsageError(f"Say which issue: {names}.")
    if pending:
        return pending[0]
    return next((one for one in known[:1] if _may_come_back(ledger, one)), None)


def _may_come_back(ledger: "Ledger", issue: Issue) -> bool:
    """Whether somebody of an issue may be had back although nobody is pending.

    A call under way may come to nothing, and be made again; what a provider holds for later is
    accepted already.
    """
    counts = issue.counts
    if counts.in_doubt:
        return not ledger.stopped(issue.id)
    return bool(issue.audience and counts.accepted)


def _confirm(issue: Issue, *, yes: bool) -> None:
    if yes:
        return
    if not at_a_terminal():
        raise click.UsageError("Nobody is here to ask. Say --yes if you are sure.")
    counts = issue.counts
    if counts.in_doubt and not counts.pending:
        people = count(counts.in_doubt, "recipient")
        question = f"{people} of {issue.id}, under way or in doubt: let nothing more of it go out?"
    else:
        people = count(counts.pending or counts.accepted, "recipient")
        question = f"Withdraw {people} of {issue.id}, who then never get it?"
    click.confirm(question, abort=True, err=True)
