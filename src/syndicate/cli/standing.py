"""`syndicate status`: where each issue stands, what its provider tells, and what is due next."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import weeks
from syndicate.cli.console import count, show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.settling import described
from syndicate.cli.wishes import JSON
from syndicate.errors import SyndicateError
from syndicate.models import Issue, Status

if TYPE_CHECKING:
    from syndicate.contracts import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an issue stands, and what is going on with it."""

    issue: Issue
    #: why workers have stopped with it; "" while they have not
    halted: str
    #: whether it was taken back
    stopped: bool
    #: batches that were claimed and have no answer yet
    under_way: int

    @property
    def goes_on(self) -> bool:
        """Whether anybody of it is still to be handed over."""
        return bool(self.issue.counts.pending) and not self.halted and not self.stopped


@click.command("status", epilog="Example: syndicate status weekly-2026-W48 --json")
@click.argument("issue", required=False)
@click.option("--watch", is_flag=True, help="Show it anew while something is under way.")
@click.option(
    "--fail-if-late", is_flag=True, help="End with 5 when a newsletter is late; for cron."
)
@JSON
@click.pass_context
def status_command(
    context: click.Context, issue: str | None, *, watch: bool, fail_if_late: bool, as_json: bool
) -> None:
    """Show where each issue stands, in numbers that add up, and what is due next.

    With an issue, also what its provider tells of it. A newsletter is late three hours after its
    due time without an issue. A week that `skip` left out is not late; two weeks running with too
    few articles are.
    """
    desk = open_desk(context)
    if watch and as_json:
        raise click.UsageError("Choose one of --watch and --json.")
    if watch:
        from syndicate.cli.following import follow

        follow(desk, issue)
    with desk.ledger() as ledger:
        all_ = standings(ledger, issue)
        exceptions = _exceptions(desk, ledger, issue) if issue else []
        due = weeks.due_times(desk, ledger) if issue is None or fail_if_late else []
        told = _told(desk, ledger, all_[0].issue) if issue else {}
    late = [one["late"] for one in due if one["late"]] if fail_if_late else []
    if as_json:
        show_json(_one_as_json(all_[0], told) if issue else _all_as_json(all_, due))
        context.exit(Exit.BUSY if late else Exit.DONE)
    if not all_:
        show("No issue yet. Start with: syndicate send")
    for line in () if watch else (line for one in all_ for line in lines(desk, one)):
        show(line)
    for line in (*exceptions, *_told_as_text(told)):
        show(f"  {line}")
    for one in due if issue is None else ():
        show(f"{one['title']}: {one['text']}")
    for sentence in late:
        talk(sentence)
    context.exit(Exit.BUSY if late else Exit.DONE)


def standings(ledger: "Ledger", issue: str | None) -> list[Standing]:
    """Look where one issue stands, or all, the newest first."""
    found = [one for one in ledger.issues() if issue in {None, one.id}]
    if issue is not None and not found:
        raise click.UsageError(f'There is no issue "{issue}". See: syndicate status')
    return [_standing(ledger, one) for one in found]


def lines(desk: Desk, standing: Standing, pace: str = "") -> list[str]:
    """Tell where an issue stands, and how fast it goes where that is known."""
    from syndicate import report

    issue, halted, calls = standing.issue, standing.halted, standing.under_way
    when = issue.frozen_at.astimezone(desk.config.site.zone)
    held = f", as told by {issue.provider}" if issue.audience else ""
    step = report.next_step(issue)
    queue = " --queue" if halted and " send " in step else ""
    return [
        f"{issue.id}   issue {issue.number}, {report.standing(issue.counts)}",
        f"  subject      {issue.subject}",
        f"  frozen       {when:%a %d %b %Y %H:%M %Z}, {issue.content_hash[:6]}, {issue.provider}",
        f"  recipients   {report.counts_as_text(issue.counts)}{held}",
        *([f"  under way    {count(calls, 'call')}, in doubt until answered"] if calls else []),
        *([f"  pace         {pace}"] if pace else []),
        *([f"  workers      stopped: {halted}"] if halted else []),
        *([f"  next         {step}{queue}"] if step else []),
    ]


def _standing(ledger: "Ledger", issue: Issue) -> Standing:
    counts = issue.counts
    return Standing(
        issue,
        ledger.halted(issue.id) if counts.pending else "",
        ledger.stopped(issue.id),
        # Whoever is under way counts as in doubt: only then are there any.
        sum(one.status is Status.SUBMITTING for one in ledger.batches(issue.id))
        if counts.in_doubt
        else 0,
    )


def _standing_as_json(one: Standing) -> dict[str, Any]:
    from syndicate import report

    return {
        **report.issue_as_json(one.issue),
        #: of a queued issue: why the workers have stopped; empty while they have not
        "halted": one.halted,
    }


def _one_as_json(one: Standing, told: dict[str, Any]) -> dict[str, Any]:
    return {
        **_standing_as_json(one),
        #: by what it counts: what the provider tells of the issue; null where it does not tell
        "provider_says": told,
    }


def _all_as_json(all_: list[Standing], due: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        #: every issue, the newest first
        "issues": [_standing_as_json(one) for one in all_],
        **(
            {
                #: every newsletter that has a rhythm; left out where none has
                "due": due,
            }
            if due
            else {}
        ),
    }


def _exceptions(desk: Desk, ledger: "Ledger", issue: str) -> list[str]:
    """Name whoever did not simply get an issue, by line of the audience file."""
    return [
        *(f"refused      line {line}: {reason}" for line, reason in ledger.refusals(issue)),
        *(f"in doubt     {described(desk, doubt)}" for doubt in ledger.doubts(issue)),
        *(f"left out     line {one.line}: {one.reason}" for one in ledger.excluded(issue)),
    ]


def _told(desk: Desk, ledger: "Ledger", issue: Issue) -> dict[str, Any]:
    """Ask the provider what it counts of an issue; what it does not tell is None, not 0."""
    references = [one.reference for one in ledger.batches(issue.id) if one.reference]
    try:
        service = desk.service(issue.provider)
        try:
            if not service.abilities.told or (issue.audience and not references):
                return {}
            return asdict(service.statistics(issue.id, references))
        finally:
            service.close()
    except SyndicateError as error:
        return {"error": str(error)}


def _told_as_text(told: dict[str, Any]) -> list[str]:
    if "error" in told:
        return [f"provider     could not be asked: {told['error']}"]
    parts = [f"{number:,} {word}" for word, number in told.items() if number is not None]
    silent = [word for word, number in told.items() if number is None]
    if not told:
        return []
    text = ", ".join(parts) or "nothing yet"
    return [f"provider     {text}" + (f"; not told: {', '.join(silent)}" if silent else "")]
