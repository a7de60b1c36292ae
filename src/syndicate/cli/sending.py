"""Commands that hand something over: send, settle."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.completing import newsletters
from syndicate.cli.console import show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.wishes import JSON, Asked, issue_options
from syndicate.errors import ConfigError, SyndicateError
from syndicate.models import Issue

if TYPE_CHECKING:
    from syndicate.cli.order import Order
    from syndicate.models import Baseline


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed."""

    newsletter: str | None
    yes: bool
    dry_run: bool
    baseline: str | None
    hold: str | None
    at: str | None
    at_once: bool
    retry_refused: bool
    queue: bool
    asked: Asked


@click.command("send", epilog="Example: syndicate send weekly")
@click.argument("newsletter", required=False, shell_complete=newsletters)
@click.option("--yes", is_flag=True, help="Ask nothing; works only when the checks pass.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and touch nothing.")
@click.option(
    "--baseline",
    metavar="all|none|DATE",
    help="First send only: which articles count as new. Else the newest max_articles.",
)
@click.option("--hold", metavar="10m", help="Wait so long before it goes; undo takes it back.")
@click.option("--at", metavar="WHEN", help="Wait until then: 09:30, or a date and a time.")
@click.option("--now", "at_once", is_flag=True, help="Wait for nothing, whatever hold says.")
@click.option("--retry-refused", is_flag=True, help="Only whom the provider refused, once more.")
@click.option("--all-due", is_flag=True, help="Every newsletter whose due time has come; for cron.")
@click.option("--queue", is_flag=True, help="Leave the handing over to workers (PostgreSQL).")
@issue_options
@JSON
@click.pass_context
def send_command(context: click.Context, /, *, all_due: bool, as_json: bool, **said: Any) -> None:
    """Make the next issue and send it to everybody, each once.

    Goes on with an unfinished issue where there is one. Shows what will happen and asks for the
    number of recipients before anything goes out.
    """
    from syndicate.cli import go, weeks

    options = Options(asked=Asked(*map(said.pop, Asked._fields)), **said)
    _refuse_together(options, all_due=all_due)
    desk = open_desk(context)

    def one(name: str) -> tuple[Issue | None, Exit]:
        return go.send(_order(desk, name, options))

    if all_due:
        outcomes = weeks.send_all_due(desk, one, yes=options.yes)
        code = next((end for _, end in outcomes if end), Exit.DONE)
    else:
        outcomes = [one(desk.newsletter(options.newsletter))]
        code = outcomes[0][1]
    if as_json:
        told = [_told(issue, end) for issue, end in outcomes]
        _show(_all_told(told, code) if all_due else told[0])
    context.exit(code)


def _refuse_together(options: Options, *, all_due: bool) -> None:
    """Raise UsageError for options that do not go together."""
    wished = options.asked != Asked()
    if options.retry_refused and (options.dry_run or wished):
        raise click.UsageError("--retry-refused hands over what is frozen: it takes no wishes.")
    if all_due and (options.newsletter or options.baseline or options.retry_refused or wished):
        raise click.UsageError("--all-due stands alone: name no newsletter, article, note or such.")
    if options.at is not None and (options.hold is not None or options.at_once):
        raise click.UsageError("Choose one of --at, --hold and --now.")


def _order(desk: Desk, newsletter: str, options: Options) -> "Order":
    """Read the options as they are meant for one newsletter. Raises ConfigError."""
    from syndicate.cli import grace
    from syndicate.cli.order import Order

    configured = "0" if options.yes else desk.config.newsletters[newsletter].hold
    return Order(
        desk,
        newsletter,
        _baseline(options.baseline),
        yes=options.yes,
        dry_run=options.dry_run,
        hold=(
            grace.until(options.at, desk.now, desk.config.site.zone)
            if options.at is not None
            else grace.length(options.hold, now=options.at_once, configured=configured)
        ),
        retry_refused=options.retry_refused,
        queue=options.queue,
        asked=options.asked,
    )


def _show(told: dict[str, Any]) -> None:
    """Write the outcome; how it went stays the truth, whether or not it can be written."""
    try:
        show_json(told)
    except SyndicateError as error:
        talk(f"syndicate: {error}")


def _told(issue: Issue | None, code: Exit) -> dict[str, Any]:
    from syndicate import report

    return {
        #: the exit code of this newsletter
        "exit": int(code),
        **(report.issue_as_json(issue) if issue else {"issue": None}),
    }


def _all_told(told: list[dict[str, Any]], code: Exit) -> dict[str, Any]:
    return {
        #: the exit code
        "exit": int(code),
        #: every newsletter that was due, each as `send` alone tells of it
        "newsletters": told,
    }


def _baseline(text: str | None) -> "Baseline | None":
    from syndicate.models import Baseline

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
