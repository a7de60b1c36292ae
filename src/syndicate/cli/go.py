"""`syndicate send` as a conversation: what is there, what will happen, go, what came of it."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from syndicate.choosing import FLOOD, Baseline
from syndicate.cli.console import count, findings_as_text, rows, talk
from syndicate.cli.desk import Desk, at_a_terminal
from syndicate.cli.ending import Exit
from syndicate.cli.handing import hand_over
from syndicate.errors import AudienceError, ConfigError, SyndicateError
from syndicate.models import Finding, Head, Issue, Level, LogEntry, Reading

if TYPE_CHECKING:
    from syndicate.audience import Audience
    from syndicate.choosing import Choice
    from syndicate.contracts import Ledger
    from syndicate.prepare import Draft
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
    source = desk.source()
    reading = source.read()
    choice = desk.choice(ledger, name, reading, order.baseline or Baseline())
    if not choice.articles:
        return _nothing_new(order, ledger, choice, reading)
    least = desk.config.newsletters[name].min_articles
    if choice.new < least:
        return _too_thin(order, ledger, choice.new, least)
    if broken := _in_the_way(desk, ledger, name, reading):
        talk(findings_as_text(broken))
        talk("Nothing was sent: a file that cannot be read might have been in this issue.")
        return None, Exit.CHECK
    _refuse_flood(order, choice)
    issue, stop = _agreed(order, ledger, desk.draft(ledger, name, source, choice))
    if issue is None:
        return None, stop
    desk.remember(reading)
    return _out(order, ledger, run, issue, source)


def _agreed(order: Order, ledger: "Ledger", draft: "Draft") -> Outcome:
    """Show what will happen, ask, and freeze; no issue where a check or the person says no."""
    desk = order.desk
    with desk.audience(order.newsletter, ledger.secret(desk.secret())) as people:
        if not _ready(order, draft, people):
            return None, Exit.CHECK
        if order.dry_run:
            talk("Dry run: nothing was sent and nothing was written.")
            return None, Exit.DONE
        if stop := _asked(order, people.count):
            return None, stop
        return _frozen(desk, ledger, draft, people), Exit.DONE


def _nothing_new(order: Order, ledger: "Ledger", choice: "Choice", reading: Reading) -> Outcome:
    last = ledger.issues(order.newsletter)[:1]
    went = f" {last[0].id} was the last issue." if last else ""
    if choice.baseline is not None and order.baseline is not None and not order.dry_run:
        ledger.start(order.newsletter, choice.baseline, by=order.desk.by, now=order.desk.now)
        order.desk.remember(reading)
        went = " From now on, articles that are added are new."
    talk(f"There is nothing new. No email was sent.{went}")
    return None, Exit.DONE


def _too_thin(order: Order, ledger: "Ledger", new: int, least: int) -> Outcome:
    text = f"skipped: {count(new, 'new article')}, and min_articles is {least}"
    if not order.dry_run:
        ledger.note(LogEntry(order.desk.now, order.desk.by, f"{order.newsletter} {text}"))
    talk(f"{text.capitalize()}. Waiting articles will be in a later issue.")
    return None, Exit.DONE


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


def _ready(order: Order, draft: "Draft", people: "Audience") -> bool:
    """Show what will happen; False where a check stops it."""
    from syndicate import checks

    config = order.desk.config
    if not people.count:
        path = config.newsletters[order.newsletter].audience
        raise AudienceError(f"{path}: nobody is left to mail. Add people, one a line.")
    findings = checks.of_message(draft.message, address=config.site.address, switches=config.checks)
    if findings:
        talk(findings_as_text(findings))
    talk(_summary(order, draft, people))
    must = [one for one in findings if one.level is Level.MUST_FIX]
    if must:
        talk(f"Nothing was sent: {count(len(must), 'thing')} must be fixed first.")
    return not must


def _summary(order: Order, draft: "Draft", people: "Audience") -> str:
    config = order.desk.config.newsletters[order.newsletter]
    sender = draft.message.sender
    audience = f"{config.audience}: {count(people.count, 'person', 'people')}"
    left = ", ".join(f"{number:,} {why}" for why, number in sorted(people.excluded_counts.items()))
    lines = [
        (f"Issue {draft.number}", f"{config.title}   {draft.id}   {draft.content_hash[:6]}"),
        ("Subject", draft.message.subject),
        ("Preview text", draft.message.preheader),
        ("From", f"{sender.name} <{sender.address}>"),
        ("To", audience + (f" (left out: {left})" if left else "")),
        ("Provider", draft.provider),
        *_titles("Articles", draft.articles),
        *_titles("Also new", draft.links),
    ]
    return rows((name, text) for name, text in lines if text)


def _titles(name: str, heads: Sequence[Head]) -> Iterator[tuple[str, str]]:
    """List titles below one another, the name beside the first."""
    for number, head in enumerate(heads):
        yield (name if number == 0 else "", head.title)


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


def _frozen(desk: Desk, ledger: "Ledger", draft: "Draft", people: "Audience") -> Issue:
    from syndicate import prepare

    provider = desk.provider(draft.provider)
    try:
        size = provider.limits.batch_size
    finally:
        provider.close()
    return prepare.freeze(
        ledger, draft, people.batches(size), people.excluded(), by=desk.by, now=desk.now
    )


def _go_on(order: Order, ledger: "Ledger", run: int, issue: Issue) -> Outcome:
    """Go on with an issue that is frozen already: the same bytes, to those still pending."""
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
    from syndicate.cli.making import make

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
