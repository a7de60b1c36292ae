"""`syndicate send` as a conversation: what is there, what will happen, go, what came of it."""

import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from syndicate.choosing import FLOOD, Baseline
from syndicate.cli import asking
from syndicate.cli.console import count, findings_as_text, talk
from syndicate.cli.desk import NOTHING, Desk, at_a_terminal
from syndicate.cli.ending import Exit
from syndicate.cli.handing import hand_over
from syndicate.cli.rhythm import THIN, Rhythm
from syndicate.cli.summary import Matter, segment, summary
from syndicate.cli.vouching import APPROVED, SHORT, TESTED, changed, mail_test, vouched
from syndicate.cli.wishes import Asked
from syndicate.errors import AudienceError, ConfigError, SyndicateError
from syndicate.models import Finding, Issue, Level, Reading

if TYPE_CHECKING:
    from syndicate.choosing import Choice
    from syndicate.cli.notes import Note
    from syndicate.contracts import Ledger
    from syndicate.sources.folder import Folder

#: reaches nobody, so a first send needs no baseline
HARMLESS = frozenset({"outbox"})


@dataclass(frozen=True, slots=True)
class Order:
    """What the person asked for."""

    desk: Desk
    newsletter: str
    #: None where the person named none
    baseline: Baseline | None
    yes: bool
    dry_run: bool
    #: seconds in which it can still be taken back
    grace: float = 0.0
    retry_refused: bool = False
    #: which articles, note and subject the person wants
    asked: Asked = NOTHING

    @property
    def asks(self) -> bool:
        """Whether there is somebody who wants to be asked."""
        return not self.yes and not self.dry_run and at_a_terminal()


Outcome = tuple[Issue | None, Exit]


def send(order: Order) -> Outcome:
    """Go on with an unfinished issue, or make the next one."""
    from syndicate.cli.holding import begin_run, held_ledger

    desk = order.desk
    if order.dry_run:
        with desk.ledger() as ledger:
            return _either(order, ledger, 0)
    with held_ledger(desk, yes=order.yes) as ledger:
        return _either(order, ledger, begin_run(desk, ledger))


def _either(order: Order, ledger: "Ledger", run: int) -> Outcome:
    _baseline_rules(order, ledger)
    if order.retry_refused:
        from syndicate.cli.again import refused_again

        again = refused_again(order.desk, ledger, order.newsletter)
        return _go_on(order, ledger, run, again) if again else (None, Exit.DONE)
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
    provider = order.desk.config.newsletters[order.newsletter].provider
    if not started and order.yes and order.baseline is None and provider not in HARMLESS:
        raise ConfigError(
            "There is no record of an earlier issue. If the ledger was lost, bring it back first: "
            "otherwise articles may be mailed again. For a first issue, say which articles are "
            "new: --baseline all, none or a date."
        )


def _next_issue(order: Order, ledger: "Ledger", run: int) -> Outcome:
    desk, name = order.desk, order.newsletter
    if _rests(order, ledger):
        return None, Exit.DONE
    source, reading, choice = _chosen(order, ledger)
    if not choice.articles:
        return _nothing_new(order, ledger, choice, reading)
    if _too_thin(order, ledger, choice.new):
        return None, Exit.DONE
    if broken := _in_the_way(desk, ledger, name, reading):
        talk(findings_as_text(broken))
        talk("Nothing was sent: a file that cannot be read might have been in this issue.")
        return None, Exit.CHECK
    _refuse_flood(order, choice)
    issue, stop = _agreed(order, ledger, source, choice)
    if issue is None:
        return None, stop
    desk.remember(reading)
    return _out(order, ledger, run, issue, source)


def _rests(order: Order, ledger: "Ledger") -> bool:
    """Whether somebody left this week out; a person may send all the same."""
    desk = order.desk
    entry = Rhythm(desk.config, order.newsletter, ledger).left_out(desk.now)
    if entry is None:
        return False
    talk(f"{entry.text} (said {entry.by})")
    if order.asks:
        return not click.confirm("Send an issue all the same?", err=True)
    return order.yes


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


def _agreed(order: Order, ledger: "Ledger", source: "Folder", choice: "Choice") -> Outcome:
    """Show what will happen, ask, and freeze; no issue where a check or the person says no."""
    desk = order.desk
    note = _note(order, ledger)
    asked = order.asked
    if asked.note is None:
        asked = replace(asked, note=note.text if note else "")
    draft = desk.draft(ledger, order.newsletter, source, choice, asked)
    with desk.audience(order.newsletter, ledger.secret(desk.secret())) as people:
        matter = Matter(desk, ledger, draft, choice, people)
        if not _ready(order, matter):
            return None, Exit.CHECK
        if order.dry_run:
            talk("Dry run: nothing was sent and nothing was written.")
            return None, Exit.DONE
        if stop := _not_vouched(order, matter) or _asked(order, people.count):
            return None, stop
        return _frozen(matter, note), Exit.DONE


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


def _not_vouched(order: Order, matter: Matter) -> Exit | None:
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
    return _tested_again(order, matter) if order.asks else None


def _tested_again(order: Order, matter: Matter) -> Exit | None:
    """Let a person test again, go on without, or stop."""
    del order
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


def _nothing_new(order: Order, ledger: "Ledger", choice: "Choice", reading: Reading) -> Outcome:
    desk = order.desk
    last = ledger.issues(order.newsletter)[:1]
    went = f" {last[0].id} was the last issue." if last else ""
    if choice.baseline is not None and order.baseline is not None and not order.dry_run:
        ledger.start(order.newsletter, choice.baseline, by=desk.by, now=desk.now)
        desk.remember(reading)
        went = " From now on, articles that are added are new."
    elif last and not order.dry_run:
        Rhythm(desk.config, order.newsletter, ledger).note(
            THIN, "skipped: there is nothing new", desk.by, desk.now
        )
    talk(f"There is nothing new. No email was sent.{went}")
    return None, Exit.DONE


def _too_thin(order: Order, ledger: "Ledger", new: int) -> bool:
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


def _in_the_way(desk: Desk, ledger: "Ledger", name: str, reading: Reading) -> list[Finding]:
    """List broken files that could have been in this issue: those that were not mailed before."""
    from syndicate.sources import ids

    known = ids.load(desk.config.ids_path)
    mailed = ledger.mailed(name)
    return [
        one
        for one in reading.findings
        if one.level is Level.MUST_FIX
        and not (one.where and one.where.path in known and known[one.where.path].id in mailed)
    ]


def _refuse_flood(order: Order, choice: "Choice") -> None:
    most = order.desk.config.newsletters[order.newsletter].max_articles
    if order.yes and choice.new > FLOOD * most:
        raise SyndicateError(
            f"{count(choice.new, 'article')} would be new, more than {FLOOD} times max_articles "
            f"({most}). If that is right, send once without --yes."
        )


def _ready(order: Order, matter: Matter) -> bool:
    """Show what will happen; False where a check stops it."""
    from syndicate import checks, durations

    config, message = matter.desk.config, matter.draft.message
    if not matter.people.count:
        newsletter = config.newsletters[order.newsletter]
        who = f" where {segment(newsletter.where)}" if newsletter.where else ""
        raise AudienceError(f"{newsletter.audience}: nobody{who} is left to mail. Add people.")
    findings = checks.of_message(message, address=config.site.address, switches=config.checks)
    if findings:
        talk(findings_as_text(findings))
    talk(summary(matter, durations.text(order.grace) if order.grace else ""))
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


def _frozen(matter: Matter, note: "Note | None") -> Issue:
    """Freeze the issue, and file its note with it."""
    from syndicate import prepare
    from syndicate.cli import notes

    desk, draft, people = matter.desk, matter.draft, matter.people
    provider = desk.provider(draft.provider)
    try:
        size = provider.limits.batch_size
    finally:
        provider.close()
    if note:
        notes.keep(desk.config, note, draft.id)
    issue = prepare.freeze(
        matter.ledger, draft, people.batches(size), people.excluded(), by=desk.by, now=desk.now
    )
    if note:
        notes.drop(note)
    return issue


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
    if stop := _asked(order, left):
        return issue, stop
    return _out(order, ledger, run, issue, order.desk.source())


def _out(order: Order, ledger: "Ledger", run: int, issue: Issue, source: "Folder") -> Outcome:
    """Publish the feeds and the issue's page, then hand over; nothing goes if publishing fails."""
    from syndicate.cli import grace
    from syndicate.cli.making import make

    untouched = issue.counts.pending == issue.counts.frozen
    if order.grace and untouched:
        match grace.wait(order.desk, ledger, issue, order.grace):
            case grace.Grace.UNDONE:
                return ledger.issue(issue.id), Exit.INTERRUPTED
            case grace.Grace.LATE:
                return issue, Exit.BUSY
    make(order.desk, ledger, source)
    _publish(order.desk)
    return hand_over(order.desk, ledger, run, issue)


def _publish(desk: Desk) -> None:
    """Run the site's own publish command. Raises SyndicateError when it fails."""
    command = desk.config.site.publish
    if not command:
        return
    talk(f"Publishing: {command}")
    done = subprocess.run(command, shell=True, cwd=desk.config.root, check=False)  # noqa: S602 -- the site's owner wrote it
    if done.returncode:
        raise SyndicateError(
            f"The publish command ended with {done.returncode}, so nothing was sent. "
            "Mend [site] publish in syndicate.toml, then: syndicate send"
        )
