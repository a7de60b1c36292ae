"""What may keep an issue from going out: a week left out, too few articles, a changed content."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from syndicate import durations
from syndicate.choosing import FLOOD
from syndicate.cli.console import count, talk
from syndicate.cli.ending import Exit
from syndicate.cli.order import Order, Outcome
from syndicate.cli.rhythm import THIN, Rhythm
from syndicate.cli.summary import Matter
from syndicate.cli.vouching import APPROVED, SHORT, TESTED, changed, mail_test, vouched
from syndicate.errors import ConfigError, SyndicateError
from syndicate.models import Issue, Reading

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Choice

#: how old an unfinished issue may be for a machine to go on with it
STALE = timedelta(days=1)


def rests(order: Order, ledger: "Ledger") -> bool:
    """Whether somebody left this week out; a person may send all the same."""
    desk = order.desk
    entry = Rhythm(desk.config, order.newsletter, ledger).left_out(desk.now)
    if entry is None:
        return False
    talk(f"{entry.text} (said {entry.by})")
    if order.asks:
        return not click.confirm("Send an issue all the same?", err=True)
    return order.yes


def long_ago(order: Order, issue: Issue) -> bool:
    """Whether an unfinished issue is too old for a machine to go on with; a person may."""
    age = order.desk.now - issue.frozen_at
    if not order.yes or age <= STALE:
        return False
    talk(
        f"Nothing was sent: {issue.id} was frozen {durations.text(age.total_seconds())} ago, and "
        "it is for a person to say whether the rest should still get it. If so, without --yes: "
        f"syndicate send {issue.newsletter}. If not: syndicate undo {issue.id}"
    )
    return True


def refuse_other_settings(order: Order, issue: Issue) -> None:
    """Say where the provider's settings are not those an issue was frozen with.

    Raises ConfigError for a machine once somebody was accepted: the rest would get another mail.
    """
    from syndicate.providers import shaping

    before = issue.settings
    now = shaping(order.desk.config.providers.get(issue.provider, {}))
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    if not changed:
        return
    words = ", ".join(f"{key}: {_shown(before, key)} -> {_shown(now, key)}" for key in changed)
    said = f"[providers.{issue.provider}] changed since {issue.id} was frozen: {words}."
    if order.yes and issue.counts.accepted:
        raise ConfigError(
            f"{said} {issue.counts.accepted:,} were accepted before. Set it back, or send once "
            "without --yes if that is right."
        )
    talk(said)


def _shown(settings: Mapping[str, Any], key: str) -> str:
    return str(settings[key]) if key in settings else "not set"


def refuse_lost_ids(order: Order, ledger: "Ledger") -> None:
    """Stop where the ids of mailed articles are gone; only a person may go on without.

    Raises ConfigError.
    """
    from syndicate.sources import kept

    path = order.desk.config.ids_path
    if not kept.lost(path) or not ledger.issues():
        return
    how = "is empty" if path.exists() else "is not there"
    lost = (
        f"{path} {how}, although issues were sent. It keeps the ids of the articles: "
        "without it, one that was renamed is mailed again. Bring it back, from git or a backup."
    )
    if not order.asks:
        raise ConfigError(f"{lost} If there is none, send once without --yes, at a terminal.")
    talk(lost)
    click.confirm("There is none: go on without it?", abort=True, err=True)


def nothing_new(order: Order, ledger: "Ledger", choice: "Choice", reading: Reading) -> Outcome:
    """Say that there is nothing new; a baseline that was asked for is fixed all the same."""
    desk = order.desk
    last = ledger.issues(order.newsletter)[:1]
    went = f" {last[0].id} was the last issue." if last else ""
    if choice.baseline is not None and order.baseline is not None and not order.dry_run:
        ledger.start(order.newsletter, choice.baseline, by=desk.by, now=desk.now)
        desk.remember(reading)
        went = " From now on, articles that are added are new."
    elif last and not order.dry_run:
        Rhythm(desk.config, order.newsletter, ledger).note(
            THIN, "nothing sent: there is nothing new", desk.by, desk.now
        )
    talk(f"There is nothing new. No email was sent.{went}")
    return None, Exit.DONE


def too_thin(order: Order, ledger: "Ledger", new: int) -> bool:
    """Whether there are too few articles for an issue, as the newsletter has it, or a person."""
    desk = order.desk
    newsletter = desk.config.newsletters[order.newsletter]
    least = newsletter.min_articles
    if new >= least:
        return False
    few = f"{count(new, 'new article')}, and min_articles is {least}"
    if newsletter.on_thin == "send":
        talk(f"Only {few}; on_thin says to send all the same.")
        return False
    question = f"There is only {few}. Send all the same?"
    if newsletter.on_thin == "ask" and order.asks and click.confirm(question, err=True):
        return False
    if not order.dry_run:
        Rhythm(desk.config, order.newsletter, ledger).note(
            THIN, f"skipped: {few}", desk.by, desk.now
        )
    talk(f"Skipped: {few}. Waiting articles will be in a later issue.")
    return True


def refuse_flood(order: Order, choice: "Choice") -> None:
    """Let no machine mail far more new articles than an issue holds. Raises SyndicateError."""
    most = order.desk.config.newsletters[order.newsletter].max_articles
    if order.yes and choice.new > FLOOD * most:
        raise SyndicateError(
            f"{count(choice.new, 'article')} would be new, more than {FLOOD} times max_articles "
            f"({most}). If that is right, send once without --yes."
        )


def not_vouched(order: Order, matter: Matter) -> Exit | None:
    """Say what changed since it was tested or approved; None where nothing stands in the way."""
    desk, ledger, draft = matter.desk, matter.ledger, matter.draft
    if desk.config.newsletters[draft.newsletter].approval:
        approval = vouched(ledger, draft, APPROVED)
        if approval.now is None:
            if approval.before:
                talk(changed(desk, draft, approval.before))
            talk(
                "Nothing was sent: it is not approved. Test it with the same options, then: "
                f"syndicate approve {draft.content_hash[:SHORT]} --by NAME"
            )
            return Exit.CHECK
    before = vouched(ledger, draft, TESTED).before
    if before is None:
        return None
    talk(changed(desk, draft, before))
    return _tested_again(matter) if order.asks else None


def _tested_again(matter: Matter) -> Exit | None:
    """Let a person test again, go on without, or stop."""
    question = "1 send a test again and wait, 2 go on without, 3 stop"
    picked = click.prompt(question, type=click.Choice(["1", "2", "3"]), err=True)
    if picked == "2":
        return None
    if picked == "1":
        given = click.prompt("To which addresses?", err=True)
        mail_test(matter.desk, matter.ledger, matter.draft, tuple(given.replace(",", " ").split()))
        if click.confirm("Seen it?", err=True):
            return None
    talk("Stopped. Nothing was sent.")
    return Exit.INTERRUPTED
