"""The layout of a table of people: where its addresses, standings and values are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syndicate.audience.base import columns, no_email, token_name
from syndicate.audience.exports import ADDRESSES, MAILCHIMP, SAME, UNKNOWN, Export, recognised
from syndicate.audience.sheets import Sheet
from syndicate.audience.standing import Clue, Judge, Standing, judge
from syndicate.errors import AudienceError

#: what the name of a file says of everybody in it
_NAMED = (
    (r"non-?_?subscribed|transactional", Standing.UNCLEAR),
    (r"unsubscri(?:bed|bes|bers?)|cancell?ed|blocklist(?:ed)?", Standing.UNSUBSCRIBED),
    (r"bounce[ds]?", Standing.BOUNCED),
    (r"complained|complaints?|junk|spam", Standing.COMPLAINED),
    (r"unconfirmed|pending|unactivated", Standing.PENDING),
)
#: words of Mailchimp: others mean by "cleaned" that somebody tidied the file
_NAMED_MAILCHIMP = (
    *_NAMED,
    (r"cleaned", Standing.BOUNCED),
    (r"subscribed", Standing.SUBSCRIBED),
)
_NOT = re.compile(r"(?:^|[^a-z])(?:not?|non|without)[-_ ]*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the first row of a table says, and the name of its file."""

    export: Export
    #: place of the addresses
    address: int
    #: number of cells in a row
    width: int
    judge: Judge
    #: whether rows or the name of the file tell who left
    tells: bool
    #: standing of everybody, where the name of the file says it
    by_name: Standing | None
    #: places by the names of the values; several are put together with a space
    values: Mapping[str, tuple[int, ...]]


def layout(header: Sequence[str], sheet: Sheet, own: frozenset[str]) -> Layout:
    """Understand a table by its first row. Raises AudienceError where it has no addresses.

    In a table that we do not know, a column that is one of the audience's `own` says nothing of
    anybody's standing: it is a value like others.
    """
    names: dict[str, int] = {}
    for place, cell in enumerate(header):
        names.setdefault(token_name(cell, place + 1), place)
    export = recognised(frozenset(names))
    if export is UNKNOWN:
        _refuse_others(frozenset(names), sheet)
        address = columns(header, sheet.where).email
    else:
        address = next((names[name] for name in ADDRESSES if name in names), -1)
        if address < 0:
            raise AudienceError(f"{sheet.where}:1: {no_email(header)}")
    by_name = _by_name(sheet.name.lower(), export) if export.by_file else None
    clues = [
        (names[one.column], one)
        for one in export.clues
        if one.column in names and not (export is UNKNOWN and one.column in own)
    ]
    told = frozenset(one.column for _, one in clues)
    return Layout(
        export,
        address,
        len(header),
        _judge(clues, by_name, export),
        tells=by_name is not None or any(one.tells for _, one in clues),
        by_name=by_name,
        values=_values({n: p for n, p in names.items() if n not in told}, header, export, address),
    )


def _judge(clues: list[tuple[int, Clue]], by_name: Standing | None, export: Export) -> Judge:
    """Let the rows decide; the name of a file only where they do not say.

    Mailchimp tells its segments apart by the names of files, which are surer there than an empty
    cell.
    """
    otherwise = by_name or Standing.SUBSCRIBED
    if by_name is not None and export is not UNKNOWN:
        clues = [
            (place, Clue(one.column, one.words, one.filled, within=one.within))
            for place, one in clues
        ]
    return judge(clues, otherwise)


def _by_name(name: str, export: Export) -> Standing | None:
    for words, standing in _NAMED_MAILCHIMP if export is MAILCHIMP else _NAMED:
        found = re.search(rf"(?<![a-z])(?:{words})(?![a-z])", name)
        if found and not _NOT.search(name[: found.start()]):
            return standing
    return None


def _values(
    names: Mapping[str, int], header: Sequence[str], export: Export, address: int
) -> dict[str, tuple[int, ...]]:
    """Name what may come along: by our own names, and a whole name made of its parts."""
    found: dict[str, tuple[int, ...]] = {}
    for name, place in names.items():
        if place != address and name not in export.bookkeeping and header[place].strip():
            same = SAME.get(name, name)
            found[name if same in found else same] = (place,)
    if export.name == "MailerLite" and {"name", "last_name"} <= set(found):
        # Its field Name is the first name.
        found["first_name"] = found.pop("name")
    parts = [found[name][0] for name in ("first_name", "last_name") if name in found]
    if "name" not in found and parts:
        found["name"] = tuple(parts)
    return found


def _refuse_others(names: frozenset[str], sheet: Sheet) -> None:
    """Refuse tables of these systems that are not of people."""
    if {"post_id", "is_published"} <= names or {"subject", "publish_date"} <= names:
        raise AudienceError(
            f"{sheet.where} lists articles, and not people. For articles: syndicate import"
        )
    if {"unique_opens", "unique_clicks"} & names:
        raise AudienceError(
            f"{sheet.where} is a report on mailings. Export the people of the list instead."
        )
