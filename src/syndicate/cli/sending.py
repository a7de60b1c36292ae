"""Commands that hand something over: send, settle."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.console import count, show_json, talk
from syndicate.cli.desk import at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.looking import JSON
from syndicate.cli.wishes import Asked, issue_options
from syndicate.errors import ConfigError
from syndicate.models import Batch, Issue, Status

if TYPE_CHECKING:
    from syndicate.choosing import Baseline
    from syndicate.contracts import Ledger


@click.command("send", epilog="Example: syndicate send weekly")
@click.argument("newsletter", required=False)
@click.option("--yes", is_flag=True, help="Ask nothing; works only when the checks pass.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and touch nothing.")
@click.option(
    "--baseline",
    metavar="all|none|DATE",
    help="First send only: which articles count as new. Else the newest max_articles.",
)
@click.option("--hold", metavar="10m", help="Wait so long before it goes; undo takes it back.")
@click.option("--now", "at_once", is_flag=True, help="Wait for nothing, whatever hold says.")
@click.option("--retry-refused", is_flag=True, help="Only whom the provider refused, once more.")
@click.option("--all-due", is_flag=True, help="Every newsletter whose due time has come; for cron.")
@issue_options
@JSON
@click.pass_context
def send_command(
    context: click.Context,
    /,
    newsletter: str | None,
    *,
    yes: bool,
    dry_run: bool,
    baseline: str | None,
    hold: str | None,
    at_once: bool,
    retry_refused: bool,
    all_due: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Make the next issue and send it to everybody, each once.

    Goes on with an unfinished issue where there is one. Shows what will happen and asks for the
    number of recipients before anything goes out.
    """
    from syndicate.cli import go, grace, weeks
    from syndicate.cli.order import Order

    if retry_refused and dry_run:
        raise click.UsageError("Choose one of --retry-refused and --dry-run.")
    wishes = Asked(**asked)
    if all_due and (newsletter or baseline or retry_refused or wishes != Asked()):
        raise click.UsageError("--all-due stands alone: name no newsletter, article, note or such.")
    desk = open_desk(context)

    def one(name: str) -> tuple[Issue | None, Exit]:
        configured = "0" if yes else desk.config.newsletters[name].hold
        order = Order(
            desk,
            name,
            _baseline(baseline),
            yes=yes,
            dry_run=dry_run,
            grace=grace.length(hold, now=at_once, configured=configured),
            retry_refused=retry_refused,
            asked=wishes,
        )
        return go.send(order)

    if all_due:
        outcomes = weeks.send_all_due(desk, one, yes=yes)
        code = next((end for _, end in outcomes if end), Exit.DONE)
    else:
        outcomes = [one(desk.newsletter(newsletter))]
        code = outcomes[0][1]
    if as_json:
        told = [{"exit": int(end), **_told(issue)} for issue, end in outcomes]
        show_json({"exit": int(code), "newsletters": told} if all_due else told[0])
    context.exit(code)


def _told(issue: Issue | None) -> dict[str, Any]:
    from syndicate import report

    return report.issue_as_json(issue) if issue else {"issue": None}


def _baseline(text: str | None) -> "Baseline | None":
    from syndicate.choosing import Baseline

    if text is None:
        return None
    if text in {"all", "none"}:
        return Baseline(text)
    try:
        return Baseline("since", date.fromisoformat(text))
    except ValueError:
        raise ConfigError(
            f'--baseline "{text}" is neither all nor none nor a date such as 2026-11-01.'
        ) from None


@click.command("settle", epilog="Example: syndicate settle --assume-accepted weekly-2026-W48-b0003")
@click.argument("issue", required=False)
@click.option("--assume-accepted", metavar="BATCH|all", help="The provider took it: it is done.")
@click.option("--assume-refused", metavar="BATCH|all", help="It did not: the next send goes on.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def settle_command(
    context: click.Context,
    issue: str | None,
    assume_accepted: str | None,
    assume_refused: str | None,
    *,
    yes: bool,
) -> None:
    """Say what became of batches in doubt, after looking at the provider's own records.

    A batch assumed refused goes back to pending, and the next send hands it over: if the provider
    had taken it after all, its recipients get the issue twice.
    """
    if assume_accepted and assume_refused:
        raise click.UsageError("Choose one of --assume-accepted and --assume-refused.")
    from syndicate.cli.holding import held_ledger

    desk = open_desk(context)
    with held_ledger(desk, yes=yes) as ledger:
        doubts = _doubts(ledger, issue)
        named = assume_accepted or assume_refused
        if named is None:
            _show_doubts(doubts)
            context.exit(Exit.DOUBT if doubts else Exit.DONE)
        chosen = [one for one in doubts if named in {"all", one.name}]
        if not chosen:
            raise click.UsageError(f'No batch in doubt is called "{named}". See: syndicate settle')
        _confirm(chosen, accepted=bool(assume_accepted), yes=yes)
        for one in chosen:
            ledger.settle(
                one.issue, one.number, accepted=bool(assume_accepted), by=desk.by, now=desk.now
            )
    word = "accepted" if assume_accepted else "pending again"
    talk(f"{count(len(chosen), 'batch', 'batches')} now {word}.")


def _doubts(ledger: "Ledger", issue: str | None) -> list[Batch]:
    issues = [one.id for one in ledger.issues() if issue in {None, one.id}]
    if issue is not None and not issues:
        raise click.UsageError(f'There is no issue "{issue}". See: syndicate status')
    return [
        batch
        for one in issues
        for batch in ledger.batches(one)
        if batch.status in {Status.IN_DOUBT, Status.SUBMITTING}
    ]


def _show_doubts(doubts: list[Batch]) -> None:
    if not doubts:
        talk("Nothing is in doubt.")
        return
    talk(f"{count(len(doubts), 'batch is', 'batches are')} in doubt:")
    for one in doubts:
        talk(f"  {one.name}")
    talk("Look at your provider's records of that time, then say for each batch, or for all:")
    talk(f"  syndicate settle --assume-accepted {doubts[0].name}")
    talk(f"  syndicate settle --assume-refused {doubts[0].name}")


def _confirm(chosen: list[Batch], *, accepted: bool, yes: bool) -> None:
    what = count(len(chosen), "batch", "batches")
    question = (
        f"Count {what} as accepted: nobody in it gets the issue again?"
        if accepted
        else f"Hand {what} over again: whoever got the issue after all gets it twice?"
    )
    if yes:
        return
    if not at_a_terminal():
        raise click.UsageError("Nobody is here to ask. Say --yes if you are sure.")
    click.confirm(question, abort=True, err=True)
