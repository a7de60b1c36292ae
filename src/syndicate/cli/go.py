"""`syndicate send` as a conversation: what is there, what will happen, go, what came of it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from syndicate.cli import asking, doubts, queueing, stopping, syncing
from syndicate.cli.broken import name_broken
from syndicate.cli.console import count, talk
from syndicate.cli.desk import NOTHING, Desk, at_a_terminal
from syndicate.cli.ending import Exit
from syndicate.cli.freezing import freeze
from syndicate.cli.handing import hand_over
from syndicate.cli.inspecting import of_articles, of_issue
from syndicate.cli.leaving import check_links
from syndicate.cli.order import Order, Outcome
from syndicate.cli.summary import Matter, segment, summary
from syndicate.cli.telling import told
from syndicate.errors import AudienceError, ConfigError, SyndicateError
from syndicate.models import Issue, Level, Reading

if TYPE_CHECKING:
    from syndicate.cli.notes import Note
    from syndicate.contracts import Ledger
    from syndicate.models import Choice
    from syndicate.sources.folder import Folder

#: reaches nobody, so a first send needs no baseline
HARMLESS = frozenset({"outbox"})


def send(order: Order) -> Outcome:
    """Go on with an unfinished issue, or make the next one."""
    from syndicate.cli.holding import begin_run, held_ledger

    desk = order.desk
    if order.queue:
        queueing.refuse(order)
    if order.dry_run:
        with desk.ledger() as ledger:
            return _either(order, ledger, 0)
    with held_ledger(desk, yes=order.yes) as ledger:
        run = begin_run(desk, ledger)
        doubts.settle_first(order, ledger, run)
        issue, code = _either(order, ledger, run)
        return issue, doubts.reminded(order, ledger, issue, code)


def _either(order: Order, ledger: "Ledger", run: int) -> Outcome:
    _baseline_rules(order, ledger)
    stopping.refuse_lost_ids(order, ledger)
    if order.retry_refused:
        return _again(order, ledger, run)
    started = ledger.issues(order.newsletter)
    unfinished = [one for one in started if one.counts.pending]
    if unfinished:
        return _go_on(order, ledger, run, unfinished[-1])
    return _next_issue(order, ledger, run)


def _baseline_rules(order: Order, ledger: "Ledger") -> None:
    """A baseline belongs to the first send, and `--yes` never guesses it with a real provider."""
    started = ledger.started(order.newsletter)
    if started and order.baseline is not None:
        raise ConfigError(
            f"{order.newsletter} was sent before, so --baseline has no place here. Leave it out."
        )
    config = order.desk.config
    provider = config.newsletters[order.newsletter].provider
    # With an address of its own, an outbox may be anything.
    harmless = provider in HARMLESS and "base_url" not in config.providers.get(provider, {})
    if not started and order.yes and order.baseline is None and not harmless:
        raise ConfigError(
            "There is no record of an earlier issue. If the ledger was lost, bring it back first: "
            "otherwise articles may be mailed again. For a first issue, say which articles are "
            "new: --baseline all, none or a date."
        )


def _next_issue(order: Order, ledger: "Ledger", run: int) -> Outcome:
    desk, name = order.desk, order.newsletter
    if stopping.rests(order, ledger):
        return None, Exit.DONE
    source, reading, choice = _chosen(order, ledger)
    if name_broken(desk, ledger, name, reading):
        talk("Nothing was sent: a file that cannot be read might have been in this issue.")
        return None, Exit.CHECK
    if not choice.articles:
        return stopping.nothing_new(order, ledger, choice, reading)
    if stopping.too_thin(order, ledger, choice.new):
        return None, Exit.DONE
    stopping.refuse_flood(order, choice)
    issue, stop = _agreed(order, ledger, source, reading, choice)
    if issue is None:
        return None, stop
    # Opened anew: what is remembered of the articles is not what it was.
    return _out(order, ledger, run, issue, desk.source())


def _chosen(order: Order, ledger: "Ledger") -> "tuple[Folder, Reading, Choice]":
    """Choose the articles, once a person has said what only a person can tell."""
    desk = order.desk
    while True:
        source = desk.source()
        reading = source.read()
        choice = desk.choice(ledger, order.newsletter, reading, order.baseline, order.asked)
        if not order.asks or not asking.answer(desk, reading, choice):
            asking.say(choice)
            return source, reading, choice


def _agreed(
    order: Order, ledger: "Ledger", source: "Folder", reading: Reading, choice: "Choice"
) -> Outcome:
    """Show what will happen, ask, and freeze; no issue where a check or the person says no."""
    desk = order.desk
    note = _note(order, ledger)
    asked = order.asked
    if asked.note is None:
        asked = asked._replace(note=note.text if note else "")
    draft = desk.draft(ledger, order.newsletter, source, choice, asked)
    if not order.dry_run:
        syncing.before_sending(desk, ledger, order.newsletter)
    with desk.audience(order.newsletter, ledger.secret(desk.secret())) as people:
        check_links(desk, draft.newsletter, desk.service(draft.provider), people)
        matter = Matter(desk, ledger, draft, choice, people)
        if not _ready(order, matter, source):
            return None, Exit.CHECK
        if order.dry_run:
            talk("Dry run: nothing was sent and nothing was written.")
            return None, Exit.DONE
        if stop := stopping.not_vouched(order, matter) or _asked(order, people.count):
            return None, stop
        # First: a frozen issue whose articles nobody remembers would mail them again.
        desk.remember(reading, (*choice.articles, *choice.links))
        return freeze(matter, note), Exit.DONE


def _note(order: Order, ledger: "Ledger") -> "Note | None":
    """Find the note that waits; one on the command line goes before it."""
    note = order.desk.note(ledger, order.newsletter)
    if note is None:
        return None
    name = f"{note.path.parent.name}/{note.path.name}"
    if not note.text:
        talk(f"{name} is word for word the note of the last issue, so it counts as used.")
    elif order.asked.note is not None:
        talk(f"{name} waits for a later issue: --note goes before it.")
        return None
    return note


def _ready(order: Order, matter: Matter, source: "Folder") -> bool:
    """Show what will happen; False where a check stops it."""
    config = matter.desk.config
    if not matter.people.count:
        newsletter = config.newsletters[order.newsletter]
        who = f" where {segment(newsletter.where)}" if newsletter.where else ""
        raise AudienceError(f"{newsletter.audience}: nobody{who} is left to mail. Add people.")
    articles = of_articles(matter.desk, source, matter.choice.articles)
    must = [one for one in articles if one.level is Level.MUST_FIX]
    findings = [*must, *of_issue(matter.desk, matter.draft)]
    if findings:
        talk(told(findings, to=sys.stderr))
    if len(articles) > len(must):
        advice = count(len(articles) - len(must), "piece")
        talk(f"{advice} of advice on the articles: syndicate check")
    talk(summary(matter, order.hold))
    must = [one for one in findings if one.level is Level.MUST_FIX]
    if must:
        talk(f"Nothing was sent: {count(len(must), 'thing')} must be fixed first.")
    return not must


def _asked(order: Order, number: int) -> Exit | None:
    """Ask for the number of recipients; None means go."""
    if order.yes:
        return None
    if not at_a_terminal():
        talk("Nothing was sent: nobody is here to confirm. In a script, say --yes.")
        return Exit.USAGE
    question = "Type the number of people to send, or press Enter to stop"
    try:
        typed = click.prompt(question, default="", show_default=False, err=True).strip()
    except click.Abort:
        typed = ""
    if typed.replace(",", "") == str(number):
        return None
    talk(f'You typed "{typed}", and it is {number}.' if typed else "")
    talk("Stopped. Nothing was sent by this run.")
    return Exit.INTERRUPTED


def _go_on(order: Order, ledger: "Ledger", run: int, issue: Issue) -> Outcome:
    """Go on with an issue that is frozen already: the same bytes, to those still pending."""
    if order.asked != NOTHING:
        raise ConfigError(
            f"{issue.id} is unfinished, and nothing in it changes any more. Finish it first, "
            f"without other options: syndicate send {issue.newsletter}"
        )
    left = issue.counts.pending
    talk(
        f"{issue.id} is unfinished: {left:,} of {count(issue.counts.frozen, 'recipient')} pending. "
        "Going on with it."
    )
    if order.dry_run:
        return issue, Exit.DONE
    stopping.refuse_other_settings(order, issue)
    if stopping.long_ago(order, issue):
        return issue, Exit.BUSY
    if stop := _asked(order, left):
        return issue, stop
    return _out(order, ledger, run, issue, order.desk.source())


def _again(order: Order, ledger: "Ledger", run: int) -> Outcome:
    """Hand over once more to whoever was refused, and to nobody before somebody said so."""
    from syndicate.cli import again

    issue = again.refused_before(ledger, order.newsletter)
    if issue is None:
        return None, Exit.DONE
    refused, pending = ledger.may_go_again(issue.id), issue.counts.pending
    others = f", {pending:,} pending" if pending else ""
    talk(f"{issue.id}: to hand over once more: {refused:,} refused before{others}.")
    if stop := _asked(order, refused + pending):
        return issue, stop
    return _out(
        order, ledger, run, again.goes_again(order.desk, ledger, issue), order.desk.source()
    )


def _out(order: Order, ledger: "Ledger", run: int, issue: Issue, source: "Folder") -> Outcome:
    """Publish the feeds and the issue's page, then hand over; nothing goes if publishing fails."""
    from syndicate.cli import grace
    from syndicate.cli.making import make

    now, goes_at = datetime.now(UTC), None
    untouched = issue.counts.pending == issue.counts.frozen
    left = order.hold.left(now) if order.hold.asked or untouched else 0
    if left and _can_take_back(order.desk, issue):
        goes_at = now + timedelta(seconds=left)
    elif left:
        match grace.wait(order.desk, ledger, issue, left):
            case grace.Grace.UNDONE:
                return ledger.issue(issue.id), Exit.INTERRUPTED
            case grace.Grace.LATE:
                return issue, Exit.BUSY
    make(order.desk, ledger, source)
    _publish(order.desk)
    if order.queue:
        return queueing.queue(order.desk, ledger, issue), Exit.DONE
    outcome = hand_over(order.desk, ledger, run, issue, goes_at)
    if goes_at is not None and outcome[1] is Exit.DONE:
        at = goes_at.astimezone(order.desk.config.site.zone)
        talk(
            f"{issue.provider} lets it go at {at:%H:%M %Z}, or a little later. Until then: "
            f"syndicate undo {issue.id}"
        )
    return outcome


def _can_take_back(desk: Desk, issue: Issue) -> bool:
    """Whether the provider itself can wait, and give the issue back whole until then."""
    service = desk.service(issue.provider)
    service.close()
    return bool(issue.audience) and service.abilities.take_back


def _publish(desk: Desk) -> None:
    """Run the site's own publish command. Raises SyndicateError when it fails."""
    command = desk.config.site.publish
    if not command:
        return
    talk(f"Publishing: {command}")
    # Stdout is for data: what the command says would spoil it.
    done = subprocess.run(  # noqa: S602 -- the site's owner wrote it
        command, shell=True, cwd=desk.config.root, stdout=sys.stderr, check=False
    )
    if done.returncode:
        raise SyndicateError(
            f"The publish command ended with {done.returncode}, so nothing was sent. "
            "Mend [site] publish in syndicate.toml, then: syndicate send"
        )
