"""Tested and approved: what people said of an issue, bound to the hash of everything in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import click

from syndicate import dates
from syndicate.cli.broken import name_broken
from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.lists import list_of
from syndicate.cli.wishes import NEWSLETTER, Asked, issue_options
from syndicate.errors import ContentError, Refused, Uncertain
from syndicate.models import Batch, LogEntry, Message, Receipt, Recipient

if TYPE_CHECKING:
    from syndicate.contracts import CampaignProvider, Ledger, Provider
    from syndicate.prepare import Draft

TESTED, APPROVED = "tested", "approved"
#: characters of a hash that people compare
SHORT = 6


@dataclass(frozen=True, slots=True)
class Vouched:
    """What was said of an issue that is not frozen yet."""

    #: of exactly this content; None when nobody has
    now: LogEntry | None
    #: the last one of another content since the last issue, where there is none of this one
    before: LogEntry | None


def vouched(ledger: "Ledger", draft: "Draft", kind: str) -> Vouched:
    """Look up who tested or approved an issue, and whether it changed since."""
    same = ledger.marks(kind, draft.content_hash)
    if same:
        return Vouched(same[-1], None)
    issues = ledger.issues(draft.newsletter)
    ours = re.compile(rf"{re.escape(draft.newsletter)}-\d{{4}}-W\d\d(-\d+)?")
    earlier = [
        entry
        for entry in ledger.log()
        if entry.kind == kind
        and ours.fullmatch(entry.issue)
        and not (issues and entry.at < issues[0].frozen_at)
    ]
    return Vouched(None, earlier[-1] if earlier else None)


def changed(desk: Desk, draft: "Draft", before: LogEntry) -> str:
    """Say that an issue is no longer what was tested or approved."""
    zone = desk.config.site.zone
    text = (
        f"This is no longer what was {before.kind}: {before.subject[:SHORT]} -> "
        f"{draft.content_hash[:SHORT]}."
    )
    then = dates.day_in_words(before.at, zone)
    if then != dates.day_in_words(desk.now, zone):
        text += f" The date that stands in it is another one: it was {before.kind} on {then}."
    return text


def state(desk: Desk, ledger: "Ledger", draft: "Draft", kind: str) -> str:
    """Say in a few words whether an issue is tested, or approved: `tested 09:02 by priya@desk`."""
    found = vouched(ledger, draft, kind)
    if found.now is None:
        return f"not {kind}" + (" since it changed" if found.before else "")
    return f"{kind} {_time(desk, found.now)} by {found.now.by}"


def mail_test(
    desk: Desk, ledger: "Ledger", draft: "Draft", given: tuple[str, ...], like: str = ""
) -> None:
    """Hand over one marked batch that no ledger counts, and note that this content was tested.

    `like` is the address of somebody in the audience whose values fill the tokens. Raises
    ProviderError where the provider did not simply take all of it.
    """
    people = _people(desk, given, _values_of(desk, ledger, draft.newsletter, like) if like else {})
    marked = replace(draft.message, subject=f"[TEST] {draft.message.subject}")
    service = desk.service(draft.provider)
    try:
        if service.abilities.holds_list:
            mark = f"{desk.config.site.authority}/test-{draft.id}/{draft.content_hash}"
            campaigns = cast("CampaignProvider", service)
            list_ = list_of(campaigns, desk.config.newsletters[draft.newsletter])
            campaigns.test(marked, list_, mark, given)
        else:
            _hand_test(desk, draft, cast("Provider", service), marked, people)
    except Uncertain as error:
        # There is nothing to settle: no ledger counts a test.
        why = str(error).removesuffix(" Find out with: syndicate settle")
        raise Uncertain(_untaken(draft, why.rstrip("."))) from None
    finally:
        service.close()
    short = draft.content_hash[:SHORT]
    tests = count(len(given), "test")
    text = f"{tests} of {draft.id} ({short}) handed to {draft.provider}"
    ledger.note(LogEntry(desk.now, desk.by, text, draft.id, TESTED, draft.content_hash))
    talk(
        f"Handed {tests} of issue {draft.number} ({short}) to {draft.provider}. "
        "Nothing is recorded as sent."
    )


def _hand_test(
    desk: Desk,
    draft: "Draft",
    provider: "Provider",
    marked: Message,
    people: tuple[Recipient, ...],
) -> None:
    issue = f"test-{draft.id}"
    batch = Batch(issue, 1, f"{issue}-{desk.now:%Y%m%d%H%M%S}", people)
    _refuse_untaken(draft, batch, provider.submit(provider.compose(marked, batch), batch))


def _refuse_untaken(draft: "Draft", batch: Batch, receipt: Receipt) -> None:
    """Name by its place each address that was not taken; a test needs no settling."""
    place = {one.key: one.line for one in batch.recipients}
    refused = [f"address {place.get(one.key)} was refused: {one.reason}" for one in receipt.refused]
    doubtful = [f"nobody can know of address {place.get(key)}" for key in receipt.doubtful]
    if refused or doubtful:
        kind = Uncertain if doubtful else Refused
        raise kind(_untaken(draft, ", ".join(refused + doubtful)))


def _untaken(draft: "Draft", what: str) -> str:
    return f"The test of {draft.id} by {draft.provider}: {what}. It does not count as tested."


def _values_of(desk: Desk, ledger: "Ledger", name: str, address: str) -> Mapping[str, str]:
    """Give the values of somebody in the audience. Raises UsageError for nobody."""
    from syndicate import audience

    path = desk.audience_file(name)
    found = audience.person(path, address, ledger.secret(desk.secret()))
    if found is None:
        raise click.UsageError(f"--as: that address is not in {path.name}.")
    return found.values


def _people(
    desk: Desk, given: tuple[str, ...], values: Mapping[str, str] = MappingProxyType({})
) -> tuple[Recipient, ...]:
    from syndicate import addresses
    from syndicate.tokens import UNSUBSCRIBE

    for number, address in enumerate(given, 1):
        if fault := addresses.fault(address):
            raise click.UsageError(f"Address {number} cannot be mailed: {fault}")
    harmless = {**values, UNSUBSCRIBE: desk.config.site.url}
    return tuple(
        Recipient(address, addresses.recipient_key(address, b"test"), number, harmless)
        for number, address in enumerate(given, 1)
    )


def _time(desk: Desk, entry: LogEntry) -> str:
    at, now = (one.astimezone(desk.config.site.zone) for one in (entry.at, desk.now))
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"


def _next(desk: Desk, ledger: "Ledger", name: str, asked: Asked) -> "Draft | None":
    """Draw the next issue; None when there is nothing new.

    Raises ContentError where a broken file might have been in it.
    """
    source = desk.source()
    reading = source.read()
    choice = desk.choice(ledger, name, reading, None, asked)
    if name_broken(desk, ledger, name, reading):
        raise ContentError("a file that cannot be read might have been in this issue. Mend it.")
    return desk.draft(ledger, name, source, choice, asked) if choice.articles else None


@click.command("test", epilog="Example: syndicate test me@example.org")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@NEWSLETTER
@click.option("--as", "like", default="", metavar="ADDRESS", help="As this person gets it.")
@issue_options
@click.pass_context
def test_command(
    context: click.Context,
    /,
    addresses: tuple[str, ...],
    newsletter: str | None,
    like: str,
    **asked: Any,
) -> None:
    """Mail a marked copy of the next issue to anyone; nothing is recorded as sent.

    It holds the very bytes that would go out; only the subject is marked, and unsubscribing from
    a test does nothing. What differs by recipient is as nobody has it, or with --as as one person
    of the audience has it. The log keeps that this content was tested, not by whom it was read.
    """
    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    _people(desk, addresses)
    with desk.ledger(write=True) as ledger:
        ledger.secret(desk.secret())
        draft = _next(desk, ledger, name, Asked(**asked))
        if draft is None:
            talk("There is nothing new, so there is no next issue to test.")
            context.exit(Exit.DONE)
        mail_test(desk, ledger, draft, addresses, like)


@click.command("approve", epilog='Example: syndicate approve --by "Tom Reed"')
@click.argument("issue", required=False)
@click.option("--by", "who", required=True, metavar="NAME", help="Who says yes.")
@click.option("--note", default="", metavar="TEXT", help="What they want on the record.")
@click.pass_context
def approve_command(context: click.Context, issue: str | None, who: str, note: str) -> None:
    """Say yes to the next issue, as it is now or as it was tested.

    The yes is bound to the hash of everything that goes out: whatever changes afterwards, the date
    in it too, needs another one. ISSUE is the id of the next issue, its newsletter, or the six
    digits that a test showed; so an issue with --note or --lead is tested first, then approved.
    """
    desk = open_desk(context)
    if not who.strip():
        raise click.UsageError("--by needs a name.")
    with desk.ledger(write=True) as ledger:
        ledger.secret(desk.secret())
        found = _tested(ledger, issue) or _as_it_is(desk, ledger, issue)
        if found is None:
            talk("There is nothing new, so there is no next issue to approve.")
            context.exit(Exit.DONE)
        id_, content_hash = found
        said = f": {' '.join(note.split())}" if note.strip() else ""
        text = f"{' '.join(who.split())} approved {id_} ({content_hash[:SHORT]}){said}"
        ledger.note(LogEntry(desk.now, desk.by, text, id_, APPROVED, content_hash))
        tested = ledger.marks(TESTED, content_hash)
    talk(f"{text}. It was {'tested' if tested else 'not tested'}.")


def _tested(ledger: "Ledger", digits: str | None) -> tuple[str, str] | None:
    """Find issue and hash of what was tested, by the first digits of the hash."""
    if digits is None or not re.fullmatch(rf"[0-9a-f]{{{SHORT},64}}", digits):
        return None
    found = [
        entry for entry in ledger.log() if entry.kind == TESTED and entry.subject.startswith(digits)
    ]
    return (found[-1].issue, found[-1].subject) if found else None


def _as_it_is(desk: Desk, ledger: "Ledger", issue: str | None) -> tuple[str, str] | None:
    """Draw the next issue of the newsletter that is meant; gives its id and its hash."""
    name = _newsletter_of(desk, issue)
    draft = _next(desk, ledger, name, Asked())
    if draft is None:
        return None
    if issue not in {None, name, draft.id}:
        raise click.UsageError(f'"{issue}" is not the next issue: that is {draft.id}.')
    earlier = vouched(ledger, draft, APPROVED).before
    if earlier:
        talk(changed(desk, draft, earlier))
    return draft.id, draft.content_hash


def _newsletter_of(desk: Desk, issue: str | None) -> str:
    """Choose the newsletter by its own name or by the id of an issue."""
    for name in desk.config.newsletters:
        if issue is not None and re.fullmatch(rf"{re.escape(name)}-\d{{4}}-W\d\d(-\d+)?", issue):
            return name
    if issue is not None and issue not in desk.config.newsletters:
        raise click.UsageError(
            f'"{issue}" is neither an issue nor a newsletter, nor was it tested. See: syndicate log'
        )
    return desk.newsletter(issue)
