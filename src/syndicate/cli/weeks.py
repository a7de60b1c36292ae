"""Weeks: leaving one out, and sending whatever is due."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from syndicate import dates
from syndicate.cli.completing import newsletters
from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit, code_of
from syndicate.cli.rhythm import LATE_AFTER, SKIPPED, Rhythm
from syndicate.errors import ConfigError, SyndicateError
from syndicate.models import Issue

if TYPE_CHECKING:
    from syndicate.contracts import Ledger

Outcome = tuple[Issue | None, Exit]


@click.command("skip", epilog='Example: syndicate skip weekly --reason "bank holiday"')
@click.argument("newsletter", required=False, shell_complete=newsletters)
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the log.")
@click.pass_context
def skip_command(context: click.Context, newsletter: str | None, reason: str) -> None:
    """Leave a week out, on the record.

    The week is that of the due time that has passed without an issue, else of the next one;
    without `due` in the configuration it is this week. `send --yes` then sends nothing in it, a
    person is asked, and `status --fail-if-late` is content. The articles wait.
    """
    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    if not reason.strip():
        raise click.UsageError("--reason needs a reason.")
    with desk.ledger(write=True) as ledger:
        ledger.secret(desk.secret())
        rhythm = Rhythm(desk.config, name, ledger)
        week = rhythm.next(desk.now) or desk.now
        text = f"left out: {' '.join(reason.split())}"
        rhythm.note(SKIPPED, text, desk.by, desk.now, week=week)
    talk(f"{name}, {rhythm.named(week)}, is left out. Its articles wait for the next issue.")


def next_due(desk: Desk, ledger: "Ledger", name: str) -> str:
    """Say when a newsletter is due, or since when; "" without `due`."""
    rhythm = Rhythm(desk.config, name, ledger)
    slot = rhythm.next(desk.now)
    if slot is None:
        return ""
    when = dates.in_words(slot, desk.config.site.zone)
    least = desk.config.newsletters[name].min_articles
    return f"{'due since' if slot <= desk.now else 'next due'} {when}, with at least " + count(
        least, "article"
    )


def due_times(desk: Desk, ledger: "Ledger") -> list[dict[str, str | None]]:
    """Tell of each newsletter with a due time when that is, and whether it is late."""
    found = []
    for name, newsletter in desk.config.newsletters.items():
        rhythm = Rhythm(desk.config, name, ledger)
        slot = rhythm.next(desk.now)
        if slot is not None:
            found.append(
                {
                    #: name of the newsletter
                    "newsletter": name,
                    #: its title
                    "title": newsletter.title,
                    #: the due time that is open, ISO 8601 in UTC
                    "due": dates.iso(slot),
                    #: the same in words, with what it takes
                    "text": next_due(desk, ledger, name),
                    #: a sentence where it is late; else null
                    "late": rhythm.late(desk.now) or None,
                }
            )
    return found


def send_all_due(desk: Desk, send: Callable[[str], Outcome], *, yes: bool) -> list[Outcome]:
    """Send every newsletter whose due time has come; what stops one does not stop the others.

    Raises ConfigError where no newsletter has a due time.
    """
    names = [name for name, one in desk.config.newsletters.items() if one.due]
    if not names:
        raise ConfigError(
            'No newsletter has a due time. Add one in syndicate.toml, such as: due = "Monday 09:30"'
        )
    with desk.ledger() as ledger:
        late = {name: _late(desk, ledger, name) for name in names if _waits(desk, ledger, name)}
    outcomes: list[Outcome] = []
    for name, words in late.items():
        title = desk.config.newsletters[name].title
        if words and yes:
            talk(f"{title} was {words}, long ago: nothing was sent. Send it: syndicate send {name}")
            outcomes.append((None, Exit.BUSY))
            continue
        talk(f"{title}:")
        outcomes.append(_one(send, name))
    if not outcomes:
        talk("Nothing is due.")
    return outcomes


def _waits(desk: Desk, ledger: "Ledger", name: str) -> bool:
    unfinished = any(issue.counts.pending for issue in ledger.issues(name))
    return unfinished or Rhythm(desk.config, name, ledger).is_due(desk.now) is not None


def _late(desk: Desk, ledger: "Ledger", name: str) -> str:
    """Name the due time of an issue that nobody began in time; "" where it is early enough."""
    rhythm = Rhythm(desk.config, name, ledger)
    slot = rhythm.is_due(desk.now)
    return rhythm.words(slot) if slot and desk.now - slot > LATE_AFTER else ""


def _one(send: Callable[[str], Outcome], name: str) -> Outcome:
    try:
        return send(name)
    except SyndicateError as error:
        talk(f"syndicate: {error}")
        return None, code_of(error)
