"""`syndicate audience`: count, check, import, suppress, forget, sync."""

from pathlib import Path
from typing import Any

import click

from syndicate.cli import suppressing
from syndicate.cli.console import count, show, show_json, talk
from syndicate.cli.desk import Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.joining import import_command
from syndicate.cli.syncing import sync_command
from syndicate.cli.wishes import JSON, NEWSLETTER

#: where providers of our own write mail, unless their `folder` says otherwise
_WRITTEN = {"outbox": "outbox", "file": "handed-over"}


class Sentences(click.Group):
    """A list of commands in whole sentences, where click would cut them short."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first sentence of each command, over as many lines as it takes."""
        del ctx
        whole = {name: one.get_short_help_str(limit=200) for name, one in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(whole.items()))


@click.group("audience", cls=Sentences, epilog="Example: syndicate audience count")
def audience_command() -> None:
    """Look after who gets a newsletter, and who never does."""


audience_command.add_command(import_command)
audience_command.add_command(sync_command)


@audience_command.command("count", epilog="Example: syndicate audience count --json")
@NEWSLETTER
@JSON
@click.pass_context
def count_command(context: click.Context, newsletter: str | None, *, as_json: bool) -> None:
    """Count who would get the next issue, and who is left out and why."""
    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    with desk.ledger() as ledger, desk.audience(name, ledger.secret(desk.secret())) as people:
        number, left = people.count, dict(sorted(people.excluded_counts.items()))
    if as_json:
        show_json(_count_as_json(name, number, left))
        return
    show(f"{name}: {count(number, 'person', 'people')}")
    for reason, many in left.items():
        show(f"  left out, {reason}: {many:,}")


def _count_as_json(newsletter: str, number: int, excluded: dict[str, int]) -> dict[str, Any]:
    return {
        #: name of the newsletter
        "newsletter": newsletter,
        #: people who would get the next issue
        "count": number,
        #: by reason: how many are left out
        "excluded": excluded,
    }


def _line_as_json(path: str, line: int | None, reason: str) -> dict[str, Any]:
    return {
        #: the audience file
        "path": path,
        #: counts from 1, the heading included
        "line": line,
        #: why it gets no mail
        "reason": reason,
    }


@audience_command.command("check", epilog="Example: syndicate audience check")
@NEWSLETTER
@JSON
@click.pass_context
def check_command(context: click.Context, newsletter: str | None, *, as_json: bool) -> None:
    """List the lines of the audience file that get no mail, each with its reason."""
    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    path = str(desk.config.newsletters[name].audience)
    with desk.ledger() as ledger, desk.audience(name, ledger.secret(desk.secret())) as people:
        left = sorted((one.line, one.reason) for one in people.excluded())
    if as_json:
        show_json([_line_as_json(path, line, reason) for line, reason in left])
    else:
        for line, reason in left:
            show(f"{path}:{line}: {reason}")
        if not left:
            talk(f"Everybody in {path} gets mail.")
    if any(reason == "invalid" for _, reason in left):
        talk("Mend the invalid lines: whoever they stand for gets no mail.")
        context.exit(Exit.CHECK)


@audience_command.command("suppress", epilog="Example: syndicate audience suppress gone.csv")
@click.argument("who", metavar="FILE|ADDRESS")
@click.pass_context
def suppress_command(context: click.Context, who: str) -> None:
    """Never mail an address again, or those of a file; also in an issue that is under way."""
    from syndicate import addresses, audience

    desk = open_desk(context)
    list_ = suppressing.list_of(desk)
    # Keys are of the ledger's own secret where the site has none: it must be there to stay.
    with desk.ledger(write=True) as ledger:
        secret = ledger.secret(desk.secret())
    if "@" in who and not Path(who).exists():
        if fault := addresses.fault(addresses.bare(who)):
            raise click.UsageError(f"The address {fault}.")
        keys = frozenset({addresses.recipient_key(who, secret)})
    else:
        if not Path(who).exists():
            raise click.UsageError(f'"{who}" is neither an address nor a file that is there.')
        keys = audience.read_suppressed(Path(who), secret)
    added = suppressing.suppress(desk, list_, keys, secret)
    known = f"{len(keys) - added} there already"
    talk(f"{count(added, 'person', 'people')} added to {list_.name}, {known}.")
    if added:
        talk("They are kept as codes, which nobody can read an address from.")


@audience_command.command("forget", epilog="Example: syndicate audience forget ann@example.org")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def forget_command(context: click.Context, address: str, *, yes: bool) -> None:
    """Overwrite an address wherever Syndicate keeps it, and never mail it again.

    Only its key stays, which nobody can read, so that it is never mailed by mistake.
    """
    from syndicate import addresses
    from syndicate.cli.holding import begin_run, held_ledger

    desk = open_desk(context)
    list_ = suppressing.list_of(desk)
    if fault := addresses.fault(addresses.bare(address)):
        raise click.UsageError(f"The address {fault}.")
    if not yes and not at_a_terminal():
        raise click.UsageError("Nobody is here to ask. Say --yes if you are sure.")
    if not yes:
        click.confirm("Forget this address for good?", abort=True, err=True)
    with held_ledger(desk, yes=yes) as ledger:
        begin_run(desk, ledger)
        secret = ledger.secret(desk.secret())
        key = addresses.recipient_key(address, secret)
        suppressing.suppress(desk, list_, frozenset({key}), secret)
        issues = ledger.forget(key, by=desk.by, now=desk.now)
    talk(
        f"Forgotten in {count(issues, 'issue')}. {list_.name} holds a code of it, which nobody can "
        "read it from, so that it is never mailed again."
    )
    for line in _out_of_reach(desk, addresses.normalise(address)):
        talk(line)


def _out_of_reach(desk: Desk, address: str) -> list[str]:
    """Name where the address still is, or may be."""
    from syndicate import addresses

    lines = ["Not reached, and yours to mend:"]
    for name in desk.config.newsletters:
        path = desk.config.audience_path(name)
        text = path.read_text("utf-8-sig", "replace") if path and path.exists() else ""
        found = [
            number
            for number, line in enumerate(text.splitlines(), 1)
            if any(addresses.normalise(cell.strip('"')) == address for cell in _cells(line))
        ]
        lines += [f"  {desk.config.newsletters[name].audience}:{number}" for number in found]
    for folder, files in _files_with(desk, address).items():
        lines.append(f"  {count(len(files), 'file')} in {folder}/, the first {files[0].name}")
    return [*lines, "  the provider's own records and lists", "  copies of these files"]


def _files_with(desk: Desk, address: str) -> dict[str, list[Path]]:
    """Find the address in mail that was written to files, and in copies of the ledger."""
    settings = desk.config.providers
    written = [settings.get(name, {}).get("folder", usual) for name, usual in _WRITTEN.items()]
    found = {}
    for folder in (*written, "state"):
        files = [
            path
            for path in sorted((desk.config.root / folder).rglob("*"))
            if path.is_file() and address.encode() in path.read_bytes().lower()
        ]
        if files:
            found[folder] = files
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.replace(";", ",").replace("\t", ",").split(",")]
