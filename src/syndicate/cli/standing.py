"""`syndicate status`: where each issue stands, what its provider tells, and what is due next."""

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import weeks
from syndicate.cli.console import show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.settling import described
from syndicate.cli.wishes import JSON
from syndicate.errors import SyndicateError
from syndicate.models import Issue

if TYPE_CHECKING:
    from syndicate.contracts import Ledger

#: seconds between two looks of `--watch`
GLANCE = 1.0
CLEAR = "\x1b[2J\x1b[H"


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
        _watch(desk, issue)
    with desk.ledger() as ledger:
        issues = _issues(ledger, issue)
        exceptions = _exceptions(desk, ledger, issue) if issue else []
        due = weeks.due_times(desk, ledger) if issue is None or fail_if_late else []
        told = _told(desk, ledger, issues[0]) if issue else {}
        halted = _halted(ledger, issues)
    late = [one["late"] for one in due if one["late"]] if fail_if_late else []
    if as_json:
        _as_json(issues, halted, due, told, alone=issue is not None)
        context.exit(Exit.BUSY if late else Exit.DONE)
    if not issues:
        show("No issue yet. Start with: syndicate send")
    if not watch:
        for line in _lines(desk, issues, halted):
            show(line)
    for line in (*exceptions, *_told_as_text(told)):
        show(f"  {line}")
    for one in due if issue is None else ():
        show(f"{one['title']}: {one['text']}")
    for sentence in late:
        talk(sentence)
    context.exit(Exit.BUSY if late else Exit.DONE)


def _issues(ledger: "Ledger", issue: str | None) -> list[Issue]:
    found = [one for one in ledger.issues() if issue in {None, one.id}]
    if issue is not None and not found:
        raise click.UsageError(f'There is no issue "{issue}". See: syndicate status')
    return found


def _as_json(
    issues: list[Issue],
    halted: dict[str, str],
    due: list[dict[str, Any]],
    told: dict[str, Any],
    *,
    alone: bool,
) -> None:
    from syndicate import report

    rows = [report.issue_as_json(one) | {"halted": halted.get(one.id, "")} for one in issues]
    if alone:
        show_json(rows[0] | {"provider_says": told})
    else:
        show_json({"issues": rows} | ({"due": due} if due else {}))


def _watch(desk: Desk, issue: str | None) -> None:
    """Show the issues each time something changed, until nothing is under way any more."""
    before: list[str] = []
    while True:
        with desk.ledger() as ledger:
            issues = _issues(ledger, issue)
            halted = _halted(ledger, issues)
            busy = [
                one
                for one in issues
                if one.counts.pending and not ledger.stopped(one.id) and one.id not in halted
            ]
        lines = _lines(desk, issues, halted)
        if lines != before:
            show((CLEAR if sys.stdout.isatty() else "") + "\n".join(lines))
        if not busy:
            return
        before = lines
        time.sleep(GLANCE)


def _halted(ledger: "Ledger", issues: list[Issue]) -> dict[str, str]:
    """Say of each issue with which workers have stopped why they have."""
    found = {one.id: ledger.halted(one.id) for one in issues if one.counts.pending}
    return {id_: why for id_, why in found.items() if why}


def _lines(desk: Desk, issues: list[Issue], halted: dict[str, str]) -> list[str]:
    return [line for one in issues for line in _issue_lines(desk, one, halted.get(one.id, ""))]


def _exceptions(desk: Desk, ledger: "Ledger", issue: str) -> list[str]:
    """Name whoever did not simply get an issue, by line of the audience file."""
    return [
        *(f"refused      line {line}: {reason}" for line, reason in ledger.refusals(issue)),
        *(f"in doubt     {described(desk, doubt)}" for doubt in ledger.doubts(issue)),
        *(f"left out     line {one.line}: {one.reason}" for one in ledger.excluded(issue)),
    ]


def _issue_lines(desk: Desk, issue: Issue, halted: str) -> list[str]:
    from syndicate import report

    when = issue.frozen_at.astimezone(desk.config.site.zone)
    held = f", as told by {issue.provider}" if issue.audience else ""
    step = report.next_step(issue)
    return [
        f"{issue.id}   issue {issue.number}, {report.standing(issue.counts)}",
        f"  subject      {issue.subject}",
        f"  frozen       {when:%a %d %b %Y %H:%M %Z}, {issue.content_hash[:6]}, {issue.provider}",
        f"  recipients   {report.counts_as_text(issue.counts)}{held}",
        *([f"  workers      stopped: {halted}"] if halted else []),
        *(
            [f"  next         {step}{' --queue' if halted and ' send ' in step else ''}"]
            if step
            else []
        ),
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
