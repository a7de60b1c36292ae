"""Commands that hand something over: send, test, settle."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from syndicate.cli.console import count, show_json, talk
from syndicate.cli.desk import Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.looking import JSON, NEWSLETTER
from syndicate.errors import ConfigError
from syndicate.models import Batch, Recipient, Status

if TYPE_CHECKING:
    from syndicate.choosing import Baseline
    from syndicate.contracts import Ledger
    from syndicate.prepare import Draft


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
@JSON
@click.pass_context
def send_command(
    context: click.Context,
    newsletter: str | None,
    *,
    yes: bool,
    dry_run: bool,
    baseline: str | None,
    hold: str | None,
    at_once: bool,
    retry_refused: bool,
    as_json: bool,
) -> None:
    """Make the next issue and send it to everybody, each once.

    Goes on with an unfinished issue where there is one. Shows what will happen and asks for the
    number of recipients before anything goes out.
    """
    from syndicate import report
    from syndicate.cli import go, grace

    if retry_refused and dry_run:
        raise click.UsageError("Choose one of --retry-refused and --dry-run.")
    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    configured = "0" if yes else desk.config.newsletters[name].hold
    order = go.Order(
        desk,
        name,
        _baseline(baseline),
        yes=yes,
        dry_run=dry_run,
        grace=grace.length(hold, now=at_once, configured=configured),
        retry_refused=retry_refused,
    )
    issue, code = go.send(order)
    if as_json:
        told = report.issue_as_json(issue) if issue else {"issue": None}
        show_json({"exit": int(code), **told})
    context.exit(code)


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


@click.command("test", epilog="Example: syndicate test me@example.org")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@NEWSLETTER
@click.pass_context
def test_command(
    context: click.Context, addresses: tuple[str, ...], newsletter: str | None
) -> None:
    """Mail a marked copy of the next issue to anyone; nothing is recorded as sent.

    It holds the very bytes that would go out; only the subject is marked, and unsubscribing from
    a test does nothing.
    """
    from syndicate.choosing import Baseline

    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    source = desk.source()
    reading = source.read()
    with desk.ledger() as ledger:
        choice = desk.choice(ledger, name, reading, Baseline())
        if not choice.articles:
            talk("There is nothing new, so there is no next issue to test.")
            context.exit(Exit.DONE)
        draft = desk.draft(ledger, name, source, choice)
    _mail_test(desk, draft, _people(desk, addresses))
    talk(
        f"Handed {count(len(addresses), 'test')} of issue {draft.number} "
        f"({draft.content_hash[:6]}) to {draft.provider}. Nothing is recorded as sent."
    )


def _people(desk: Desk, given: tuple[str, ...]) -> tuple[Recipient, ...]:
    from syndicate import addresses
    from syndicate.tokens import UNSUBSCRIBE

    for number, address in enumerate(given, 1):
        if fault := addresses.fault(address):
            raise click.UsageError(f"Address {number} cannot be mailed: {fault}")
    harmless = {UNSUBSCRIBE: desk.config.site.url}
    return tuple(
        Recipient(address, addresses.recipient_key(address, b"test"), number, harmless)
        for number, address in enumerate(given, 1)
    )


def _mail_test(desk: Desk, draft: "Draft", people: tuple[Recipient, ...]) -> None:
    """Hand over one marked batch that no ledger knows."""
    marked = replace(draft.message, subject=f"[TEST] {draft.message.subject}")
    issue = f"test-{draft.id}"
    stamp = f"{issue}-{desk.now:%Y%m%d%H%M%S}"
    provider = desk.provider(draft.provider)
    try:
        batch = Batch(issue, 1, stamp, people)
        provider.submit(provider.compose(marked, batch), batch)
    finally:
        provider.close()


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
