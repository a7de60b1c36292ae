"""`syndicate audience import`: people of other systems join the audience; who left stays out."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import suppressing
from syndicate.cli.console import count, rows, show_json, talk
from syndicate.cli.desk import open_desk
from syndicate.cli.wishes import JSON, NEWSLETTER

if TYPE_CHECKING:
    from syndicate.audience.merging import Joining, Table

#: bytes from which reading takes long enough to say so
LARGE = 20_000_000
#: lines of a table that are named one by one
LINES = 10


@click.command("import", epilog="Example: syndicate audience import mailchimp.zip --dry-run")
@click.argument(
    "paths",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
)
@NEWSLETTER
@click.option(
    "--columns",
    metavar="NAMES",
    help="Bring these columns too, such as first_name,tags; all; or none.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@JSON
@click.pass_context
def import_command(
    context: click.Context,
    paths: tuple[Path, ...],
    newsletter: str | None,
    columns: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the people of CSV files to the audience; whoever is there already stays as they are.

    Exports of Mailchimp (also its zip), Brevo, Kit, Buttondown, Ghost, listmonk, MailerLite and
    Substack are recognised. Only subscribed people come in; whoever unsubscribed, bounced or
    complained in any of the files is suppressed, and never mailed.
    """
    from syndicate.audience import merging

    desk = open_desk(context)
    audience = desk.audience_file(desk.newsletter(newsletter))
    # Keys are of the ledger's own secret where the site has none: it must be there to stay.
    with desk.ledger(write=not dry_run) as ledger:
        secret = ledger.secret(desk.secret())
    if (size := sum(path.stat().st_size for path in paths if path.exists())) > LARGE:
        talk(f"Reading {size // 1_000_000:,} MB, which takes a moment.")
    rules = merging.Rules(secret, desk.suppressed(secret), _names(columns))
    with merging.joining(audience, paths, rules) as found:
        # Who left is written down first: whatever happens then, they are not mailed.
        list_ = suppressing.list_of(desk) if found.merged.gone else None
        if list_ is not None and not dry_run:
            suppressing.suppress(desk, list_, found.merged.gone, secret)
        if not dry_run:
            found.write()
    fresh = len(found.merged.gone - rules.suppressed)
    if as_json:
        show_json(_as_json(found, fresh, dry_run=dry_run))
    else:
        _tell(found, _on_list(found, fresh, list_.name) if list_ else "", dry_run=dry_run)


def _tell(found: "Joining", suppressed: str, *, dry_run: bool) -> None:
    for line in _lines(found):
        talk(line)
    if suppressed:
        talk(suppressed)
    if dry_run:
        talk("Nothing was changed: this was a dry run.")


def _names(columns: str | None) -> tuple[str, ...] | None:
    if columns is None:
        return None
    names = tuple("_".join(name.lower().split()) for name in columns.split(",") if name.strip())
    return () if names == ("none",) else names


def _lines(found: "Joining") -> Iterable[str]:
    for _, tables in groupby(found.tables, key=lambda table: table.sheet.file):
        yield from _about(list(tables), found.audience.path.name)
    if found.others:
        yield f"{count(len(found.others), 'other table')} in the zip left alone: not of people."
    merged = found.merged
    parts = [
        f"{merged.added:,} added",
        f"{merged.known:,} there already",
        f"{merged.suppressed + merged.left_since:,} suppressed",
        f"{sum(table.invalid for table in found.tables):,} invalid",
    ]
    if merged.again:
        parts.append(f"{merged.again:,} more than once")
    yield f"{found.audience.path.name}: {', '.join(parts)}."
    if found.columns and merged.added:
        yield f"  New columns: {', '.join(found.columns)}."


def _about(tables: "list[Table]", audience: str) -> Iterable[str]:
    first = tables[0]
    export = first.layout.export
    kind = f"This is a {export.name} export" if export.name else "This is no export that I know"
    yield first.sheet.file
    yield f"  {kind}: {_counts(tables)}."
    if first.sheet.packed:
        yield rows(
            ((table.sheet.name, _counts([table]), _why(table)) for table in tables), indent="    "
        )
    elif first.layout.by_name:
        yield f"  {_why(first).capitalize()}."
    if not all(table.layout.tells for table in tables):
        yield f"  Nothing says who left: everybody counts as subscribed. {export.silent}".rstrip()
    if export.caution:
        yield f"  {export.caution}"
    yield from _standings(tables)
    yield from _columns(tables, audience)
    for table in tables:
        yield from _invalid(table)


def _counts(tables: "list[Table]") -> str:
    from syndicate.audience.standing import Standing

    counts = sum((table.standings for table in tables), Counter[Standing]())
    return ", ".join(
        f"{counts[one]:,} {one.value}"
        for one in Standing
        if counts[one] or (one is Standing.SUBSCRIBED and len(tables) > 1)
    )


def _why(table: "Table") -> str:
    return "the name of the file says so" if table.layout.by_name else ""


def _standings(tables: "list[Table]") -> Iterable[str]:
    from syndicate.audience.standing import Note, Standing

    if pending := sum(table.standings[Standing.PENDING] for table in tables):
        verb = "has" if pending == 1 else "have"
        yield f"  {count(pending, 'person', 'people')} {verb} not confirmed yet: left out."
    words = sum((table.words for table in tables), Counter[str]())
    for word, number in words.most_common():
        verb = "has" if number == 1 else "have"
        what = word if isinstance(word, Note) else f'the status "{word}"'
        yield f"  {count(number, 'person', 'people')} {verb} {what}: left out."


def _columns(tables: "list[Table]", audience: str) -> Iterable[str]:
    """Say what comes along, and what could."""
    taken = dict.fromkeys(name for table in tables for name in table.taken)
    parts = dict.fromkeys(name for table in tables for name in _parts(table))
    left = [
        name
        for name in dict.fromkeys(n for table in tables for n in table.left)
        if name not in taken and name not in parts
    ]
    if taken:
        yield f"  Comes along: {', '.join(taken)}."
    if parts:
        made = " and ".join(parts)
        yield f"  The name is made of {made}; --columns can bring them by themselves too."
    if left:
        yield (
            f"  Left out, since {audience} has no such columns: {', '.join(left)}. "
            f"To bring some: --columns {','.join(left)}"
        )
    if unfit := sum(table.unfit for table in tables):
        yield f"  {count(unfit, 'value')} left empty: a formula, or longer than any name."


def _parts(table: "Table") -> Iterable[str]:
    """Name the columns that a whole name is made of."""
    values = table.layout.values
    whole = set(values.get("name", ())) if "name" in table.taken else set()
    return [one for one, places in values.items() if one != "name" and whole.issuperset(places)]


def _invalid(table: "Table") -> Iterable[str]:
    if table.invalid:
        named = ", ".join(str(line) for line in table.lines[:LINES])
        more = f" and {table.invalid - LINES:,} more" if table.invalid > LINES else ""
        of = f" of {table.sheet.name}" if table.sheet.packed else ""
        yield f"  No address that can be mailed{of}: line {named}{more}."


def _on_list(found: "Joining", fresh: int, name: str) -> str:
    known = len(found.merged.gone) - fresh
    here = found.merged.gone_here
    also = (
        f" {count(here, 'of them is', 'of them are')} in {found.audience.path.name}."
        if here
        else ""
    )
    return f"{name}: {fresh:,} added, {known:,} there already; never mailed again.{also}"


def _as_json(found: "Joining", fresh: int, *, dry_run: bool) -> dict[str, Any]:
    merged = found.merged
    return {
        #: name of the audience file
        "audience": found.audience.path.name,
        #: whether nothing was changed
        "dry_run": dry_run,
        #: every table of people that was read
        "tables": [_table_as_json(table) for table in found.tables],
        #: tables that are not of people
        "left_alone": list(found.others),
        #: people who came in
        "added": merged.added,
        #: people who were there already
        "known": merged.known,
        #: people who were kept out, as they are never to be mailed
        "suppressed": merged.suppressed + merged.left_since,
        #: people who stand in the files more than once
        "again": merged.again,
        #: people who are new on the list of those never to be mailed
        "newly_suppressed": fresh,
        #: people of the audience file who have left by what the files say
        "suppressed_in_audience": merged.gone_here,
        #: columns that the audience file got
        "new_columns": list(found.columns) if merged.added else [],
    }


def _table_as_json(table: "Table") -> dict[str, Any]:
    return {
        #: the file that was given
        "file": table.sheet.file,
        #: the table in it
        "table": table.sheet.name,
        #: the system that it is of; null where it is no known export
        "export": table.layout.export.name or None,
        #: by standing: how many people, such as `subscribed` or `bounced`
        "standings": {one.value: number for one, number in table.standings.items()},
        #: by word: how many people have a status that is not known, and are left out
        "unknown": dict(table.words),
        #: columns that come along
        "columns": list(table.taken),
        #: useful columns that the audience file does not have
        "columns_left_out": list(table.left),
        #: lines without an address that can be mailed
        "invalid": table.invalid,
        #: the first of them, counted from 1
        "invalid_lines": table.lines,
        #: values that were left empty, as a spreadsheet would run them
        "unfit_values": table.unfit,
    }
