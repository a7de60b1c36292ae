"""`syndicate providers`: what each mail provider can do, and whether the one in use works."""

import sys
from typing import TYPE_CHECKING, Any

import click

from syndicate import durations
from syndicate.cli.console import count, show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.lists import list_of
from syndicate.cli.telling import finding_as_json, told
from syndicate.cli.wishes import JSON
from syndicate.errors import ConfigError, Unsupported
from syndicate.models import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syndicate.models import Abilities


@click.command("providers", epilog="Example: syndicate providers mailgun")
@click.argument("name", required=False)
@JSON
@click.pass_context
def providers_command(context: click.Context, name: str | None, *, as_json: bool) -> None:
    """Show what each mail provider can do; with a name, whether its key and sender work.

    Nothing is sent.
    """
    from syndicate.providers import names, unknown

    if name is None:
        _show_table(as_json=as_json)
        return
    if name not in names():
        raise click.UsageError(unknown(name))
    desk = open_desk(context)
    findings, good = _checked(desk, name)
    if as_json:
        show_json(_checked_as_json(name, findings, good))
    else:
        for line in good:
            show(line)
        if findings:
            talk(told(findings, to=sys.stderr))
    must = any(one.level is Level.MUST_FIX for one in findings)
    context.exit(Exit.CHECK if must else Exit.DONE)


def _checked(desk: Desk, name: str) -> tuple[tuple[Finding, ...], list[str]]:
    """Ask the provider about the key, the sender and the list of each newsletter that uses it.

    Raises ProviderError where it cannot be asked, and ConfigError where no newsletter uses it.
    """
    from typing import cast

    from syndicate.config import ListHeld
    from syndicate.contracts import CampaignProvider
    from syndicate.prepare import mailbox

    using = {key: one for key, one in desk.config.newsletters.items() if one.provider == name}
    service = desk.service(name)
    if not using:
        service.close()
        raise ConfigError(
            f"No newsletter in syndicate.toml uses {name}, so there is no sender to check. Set "
            f'[newsletters.NAME] provider = "{name}" first.'
        )
    findings: list[Finding] = []
    good = []
    try:
        for key, newsletter in using.items():
            try:
                found = service.check(mailbox(newsletter.sender, "sender"))
            except Unsupported as error:
                good.append(f"{key}: {error}")
                continue
            findings += [one for one in found if one not in findings]
            if not found:
                good.append(f"{key}: {name} knows the key, and the sender may be used.")
            if isinstance(newsletter.audience, ListHeld):
                held = list_of(cast("CampaignProvider", service), newsletter)
                people = count(held.people or 0, "person", "people")
                good.append(f"{key}: the list {newsletter.audience} holds {people}.")
    finally:
        service.close()
    return tuple(findings), good


def _show_table(*, as_json: bool) -> None:
    from syndicate.providers import kind_of, names

    rows = [(name, kind_of(name)) for name in names()]
    if as_json:
        show_json([_row_as_json(name, kind.abilities) for name, kind in rows])
        return
    width = max(len(name) for name, _ in rows)
    show(f"{'name':{width}}  list   repeats    look-up  undo  reports")
    for name, kind in rows:
        can = kind.abilities
        keys = durations.text(can.key_life) if can.key_life else "-"
        show(
            f"{name:{width}}  {'theirs' if can.holds_list else 'ours':6} {keys:10} "
            f"{'yes' if can.lookup else '-':8} {'yes' if can.take_back else '-':5} "
            f"{', '.join(can.told) or '-'}"
        )
    talk("")
    talk(
        "list: you hold the people (ours), or the provider does (theirs).\n"
        "repeats: how long it knows a call again, so that a doubtful one may be made once more.\n"
        "look-up: it can be asked what became of a doubtful call.\n"
        "undo: an issue that is scheduled there can be had back.\n"
        "reports: what it counts of an issue, for status.\n"
        "More of each: docs/reference/providers.md"
    )


def _checked_as_json(
    name: str, findings: "Iterable[Finding]", good: "Iterable[str]"
) -> dict[str, Any]:
    return {
        #: name of the provider
        "provider": name,
        #: whether nothing was found
        "works": not findings,
        #: what is well, in sentences
        "checked": list(good),
        #: what is not
        "findings": [finding_as_json(one) for one in findings],
    }


def _row_as_json(name: str, can: "Abilities") -> dict[str, Any]:
    return {
        #: what it is called in syndicate.toml
        "name": name,
        **described(can),
    }


def described(can: "Abilities") -> dict[str, Any]:
    """Give what a provider can do as a JSON object."""
    return {
        #: its name as people write it
        "title": can.title,
        #: where its documents are
        "documents": can.documents,
        #: whether it holds the people; else you do, in a CSV file
        "holds_list": can.holds_list,
        #: for how long it keeps an idempotency key; null where it has none
        "key_life_seconds": can.key_life,
        #: whether its records can settle a doubt
        "lookup": can.lookup,
        #: whether it gives a waiting issue back whole
        "take_back": can.take_back,
        #: what it counts of an issue
        "tells": list(can.told),
        #: whether it tells who unsubscribed, bounced or complained
        "departures": can.departures,
        #: how it writes what differs by recipient
        "merge": can.merge,
        #: its own way to leave; empty where it has none
        "unsubscribe": can.unsubscribe,
        #: what nobody could try on an account, in sentences
        "unverified": list(can.unverified),
    }
