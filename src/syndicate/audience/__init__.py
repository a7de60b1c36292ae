"""The audience: a CSV file becomes recipients, each once, and those left out with the reason."""

import tempfile
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import MappingProxyType

from syndicate.addresses import bare, fault, key_maker, recipient_key
from syndicate.audience.base import columns, rows, shown
from syndicate.audience.people import INVALID, SUPPRESSED, Audience
from syndicate.audience.segment import Where, chooser
from syndicate.audience.suppressed import add_keys, fetched, read_suppressed
from syndicate.errors import AudienceError
from syndicate.models import HeldList, Recipient

__all__ = [
    "Audience",
    "add_keys",
    "columns_of",
    "fetched",
    "held",
    "person",
    "read",
    "read_suppressed",
]


def read(
    path: Path,
    secret: bytes,
    suppressed: AbstractSet[bytes] = frozenset(),
    where: Where = MappingProxyType({}),
) -> Audience:
    """Read a CSV file with a column `email`; every other column becomes a token.

    `where` names columns and the values that those who are meant have in them. Memory stays small
    however long the file is. Close the audience after use, as in `with`. Raises AudienceError for
    a file that cannot be read whole; no message shows an address.
    """
    try:
        return _filled(path, secret, suppressed, where)
    except OSError as error:
        raise AudienceError(
            f"{shown(path)} cannot be sorted in {tempfile.gettempdir()}: {error.strerror}. "
            "Make room there, or set TMPDIR to another folder."
        ) from None


def columns_of(path: Path) -> frozenset[str]:
    """Give the names of a file's columns beside the addresses. Raises AudienceError as `read`."""
    for _, header in rows(path):
        return frozenset(name for _, name in columns(header, shown(path)).others)
    return frozenset()


def person(path: Path, address: str, secret: bytes) -> Recipient | None:
    """Find somebody in a CSV file, as an issue would be mailed to them; None for nobody."""
    key = recipient_key(address, secret)
    with read(path, secret) as people:
        everybody = (one for batch in people.batches(1000) for one in batch)
        return next((one for one in everybody if one.key == key), None)


def held(list_: HeldList) -> Audience:
    """Give the people of a list that the provider holds: no more than how many they are."""
    people = Audience()
    people.held = list_
    people.count = list_.people or 0
    return people


def _filled(path: Path, secret: bytes, suppressed: AbstractSet[bytes], where: Where) -> Audience:
    key_of = key_maker(secret)
    lines = rows(path)
    _, header = next(lines, (1, None))
    if header is None:
        raise AudienceError(f"{shown(path)} is empty. Make its first line: email,name")
    found = columns(header, shown(path))
    belongs = chooser(where, found, path) if where else None
    people = Audience()
    people.columns = frozenset(name for _, name in found.others)
    try:
        for line, cells in lines:
            if belongs is not None and not belongs(cells):
                people.elsewhere += 1
                continue
            address = bare(cells[found.email]) if found.email < len(cells) else ""
            # Cells beyond the last column mean that a comma has moved all others.
            if fault(address) or any(cells[found.width :]):
                people.leave_out(line, None, INVALID)
                continue
            key = key_of(address)
            if key in suppressed:
                people.leave_out(line, key, SUPPRESSED)
                continue
            # A row may end early: the cells it does not have are empty.
            values = {name: cells[n].strip() for n, name in found.others if n < len(cells)}
            people.add(line, address, key, values)
        people.settle()
    except BaseException:
        people.close()
        raise
    return people
