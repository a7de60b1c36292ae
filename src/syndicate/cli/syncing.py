"""`syndicate audience sync`: whoever left or bounced at the provider is never mailed again."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from syndicate import durations
from syndicate.cli.console import show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.suppressing import list_of, suppress
from syndicate.cli.wishes import JSON, NEWSLETTER
from syndicate.errors import ConfigError, ProviderError
from syndicate.models import LogEntry

if TYPE_CHECKING:
    from syndicate.contracts import Ledger

SYNCED = "synced"
#: how far back the first time
FIRST = timedelta(days=365)
#: records come late: this much is asked for again each time
OVERLAP = timedelta(days=3)
#: after which `send` points out that it was long ago
OLD = timedelta(days=2)
#: departures taken up at a time
PIECE = 1000


@click.command("sync", epilog="Example: syndicate audience sync")
@NEWSLETTER
@JSON
@click.pass_context
def sync_command(context: click.Context, newsletter: str | None, *, as_json: bool) -> None:
    """Never mail again whom the provider tells of: unsubscribed, bounced for good, complained.

    `send` does the same by itself, where the provider can tell.
    """
    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    with desk.ledger(write=True) as ledger:
        told = sync(desk, ledger, name)
    if as_json:
        show_json(_as_json(name, told))
    context.exit(Exit.DONE)


def _as_json(newsletter: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        #: name of the newsletter
        "newsletter": newsletter,
        **told,
    }


def sync(desk: Desk, ledger: "Ledger", name: str) -> dict[str, Any]:
    """Take up who left, and say how many; gives counts by reason.

    Raises Unsupported where the provider cannot tell, ConfigError where there is no list to put
    them on, and other ProviderErrors where it does not answer.
    """
    from syndicate import addresses

    list_ = list_of(desk)
    secret = ledger.secret(desk.secret())
    last = ledger.marks(SYNCED, name)
    since = (last[-1].at - OVERLAP) if last else desk.now - FIRST
    provider = desk.service(desk.config.newsletters[name].provider)
    counts: dict[str, int] = {}
    keys: set[bytes] = set()
    added = 0
    try:
        for one in provider.departures(since):
            if addresses.fault(addresses.bare(one.address)):
                continue
            counts[one.reason] = counts.get(one.reason, 0) + 1
            keys.add(addresses.recipient_key(one.address, secret))
            if len(keys) >= PIECE:
                added += suppress(desk, list_, keys, secret)
                keys.clear()
    finally:
        provider.close()
        # What was told before an error stays told.
        added += suppress(desk, list_, keys, secret)
    told = ", ".join(f"{number:,} {reason}" for reason, number in sorted(counts.items()))
    text = f"{provider.name} told of {told or 'nobody who left'}; {added:,} new on {list_.name}"
    ledger.note(LogEntry(desk.now, desk.by, text, kind=SYNCED, subject=name))
    talk(f"{text}.")
    return {
        #: name of the provider
        "provider": provider.name,
        #: by reason: how many people it told of
        "told": counts,
        #: how many of them are new on the list of those never to be mailed
        "added": added,
    }


def before_sending(desk: Desk, ledger: "Ledger", name: str) -> None:
    """Sync where the provider can tell; say so where it could not be asked for long.

    A provider that holds the list leaves out by itself who left.
    """
    service = desk.service(desk.config.newsletters[name].provider)
    service.close()
    if service.abilities.holds_list or not service.abilities.departures:
        return
    try:
        sync(desk, ledger, name)
    except (ProviderError, ConfigError) as error:
        talk(f"Who left at {service.name} could not be taken up: {error}")
        last = ledger.marks(SYNCED, name)
        if not last:
            talk("That was never done yet. Next: syndicate audience sync")
        elif desk.now - last[-1].at > OLD:
            age = durations.text((desk.now - last[-1].at).total_seconds())
            talk(f"The last time was {age} ago, so people who left since would be mailed.")
