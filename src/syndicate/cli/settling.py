"""`syndicate settle`: the provider, or else a person, says what became of batches in doubt."""

from typing import TYPE_CHECKING

import click

from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.models import Doubt, Issue

if TYPE_CHECKING:
    from syndicate.contracts import Ledger


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
    """Find out what became of batches in doubt: ask the provider, else say it yourself.

    Asks by the same idempotency key, or looks into the provider's records, where it has them. What
    it cannot tell, you can, after looking there yourself. A batch assumed refused is pending again,
    and the next send hands it over: if the provider had taken it after all, its recipients get the
    issue twice. Of an issue that was taken back it is withdrawn; single people whom an answer left
    out are refused, and go again by send --retry-refused.
    """
    if assume_accepted and assume_refused:
        raise click.UsageError("Choose one of --assume-accepted and --assume-refused.")
    from syndicate.cli.holding import begin_run, held_ledger

    desk = open_desk(context)
    named = assume_accepted or assume_refused
    with desk.ledger() as ledger:
        if not find(ledger, issue) and not _orphans(ledger) and named is None:
            talk("Nothing is in doubt.")
            context.exit(Exit.DONE)
    with held_ledger(desk, yes=yes) as ledger:
        # What a run that died was handing over is in doubt, and can be settled too.
        run = begin_run(desk, ledger)
        if named is None:
            doubts = _asked(desk, ledger, run, find(ledger, issue))
            _show(desk, doubts)
            context.exit(Exit.DOUBT if doubts else Exit.DONE)
        chosen = _named(find(ledger, issue), named)
        _confirm(chosen, accepted=bool(assume_accepted), yes=yes)
        _say_it(desk, ledger, chosen, accepted=bool(assume_accepted))


def find(ledger: "Ledger", issue: str | None) -> list[Doubt]:
    """List what is in doubt, of one issue or of all."""
    issues = [one.id for one in ledger.issues() if issue in {None, one.id}]
    if issue is not None and not issues:
        raise click.UsageError(f'There is no issue "{issue}". See: syndicate status')
    return [doubt for one in issues for doubt in ledger.doubts(one)]


def _orphans(ledger: "Ledger") -> bool:
    """Whether a run that died may have left somebody in doubt."""
    return any(one.counts.in_doubt for one in ledger.issues())


def _asked(desk: Desk, ledger: "Ledger", run: int, doubts: list[Doubt]) -> list[Doubt]:
    """Ask the providers, say what came of it, and give what is still in doubt."""
    from syndicate.cli.handing import find_out

    for id_ in dict.fromkeys(one.issue for one in doubts):
        issue = ledger.issue(id_)
        if issue is None:
            continue
        before = issue.counts.in_doubt
        if trouble := find_out(desk, ledger, run, issue):
            talk(trouble)
        after = ledger.issue(id_) or issue
        if found := before - after.counts.in_doubt:
            people = count(found, "person", "people")
            talk(f"{id_}: {issue.provider} could tell of {people}. Now: {_numbers(after)}.")
    return [one for id_ in dict.fromkeys(one.issue for one in doubts) for one in ledger.doubts(id_)]


def _numbers(issue: "Issue") -> str:
    from syndicate import report

    return report.counts_as_text(issue.counts)


def described(desk: Desk, doubt: Doubt) -> str:
    """Write a doubt on one line: which, how many people, since when, and why."""
    since = doubt.since.astimezone(desk.config.site.zone)
    who = count(doubt.people, "person", "people")
    why = doubt.reason.removesuffix(" Find out with: syndicate settle")
    return f"{doubt.name}   {who}, {since:%a %d %b %Y %H:%M:%S %Z}   {why}"


def _show(desk: Desk, doubts: list[Doubt]) -> None:
    if not doubts:
        talk("Nothing is in doubt any more.")
        return
    talk(f"{_people(doubts)} in doubt: nobody here can know whether they get the issue.")
    for one in doubts:
        talk(f"  {described(desk, one)}")
    talk("Look at your provider's records of that time. Then say it of each batch, or of all:")
    talk(f"  it was taken      syndicate settle --assume-accepted {doubts[0].name}")
    talk(f"  it was not        syndicate settle --assume-refused {doubts[0].name}")


def _named(doubts: list[Doubt], name: str) -> list[Doubt]:
    chosen = [one for one in doubts if name in {"all", one.name}]
    if not doubts:
        raise click.UsageError("Nothing is in doubt, so there is nothing to settle.")
    if not chosen:
        raise click.UsageError(f'No batch in doubt is called "{name}". See: syndicate settle')
    return chosen


def _confirm(chosen: list[Doubt], *, accepted: bool, yes: bool) -> None:
    if yes:
        return
    if not at_a_terminal():
        raise click.UsageError("Nobody is here to ask. Say --yes if you are sure.")
    who = _people(chosen)
    if accepted:
        talk(f"{who} to count as accepted. If the provider did not take them, they get nothing.")
    else:
        talk(f"{who} to be handed over again. If the provider took them, they get it twice.")
    click.confirm("Is that right?", abort=True, err=True)


def _say_it(desk: Desk, ledger: "Ledger", chosen: list[Doubt], *, accepted: bool) -> None:
    """Record what a person knows, and say where the issues stand then."""
    from syndicate import report

    for one in chosen:
        ledger.settle(one.issue, one.number, accepted=accepted, by=desk.by, now=desk.now)
    talk(f"{_people(chosen)} settled as {'accepted' if accepted else 'not accepted'}.")
    for id_ in dict.fromkeys(one.issue for one in chosen):
        issue = ledger.issue(id_)
        if issue is not None:
            step = report.next_step(issue)
            talk(f"{id_}: {_numbers(issue)}." + (f" Next: {step}" if step else ""))


def _people(doubts: list[Doubt]) -> str:
    """Give `500 people in 2 batches are`, ready for what they are."""
    number = sum(one.people for one in doubts)
    batches = count(len(doubts), "batch", "batches")
    return f"{count(number, 'person', 'people')} in {batches} {'is' if number == 1 else 'are'}"
