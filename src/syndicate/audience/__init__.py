"""The audience: a CSV file becomes recipients, each once, and those left out with the reason."""

import tempfile
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import MappingProxyType

from syndicate.addresses import keys_maker, recipient_key
from syndicate.audience.base import columns, shown
from syndicate.audience.people import Audience
from syndicate.audience.segment import Where, chooser
from syndicate.audience.sieve import Sieve
from syndicate.audience.suppressed import add_keys, fetched, read_suppressed
from syndicate.audience.table import rows, with_header
from syndicate.errors import AudienceError
from syndicate.models import ADDRESS, HeldList, Recipient

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
    """Find somebody in a CSV file, as an issue would be mailed to them; None for nobody.

    Raises AudienceError as `read`.
    """
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
    header, pieces = with_header(path)
    if header is None:
        raise AudienceError(f"{shown(path)} is empty. Make its first line: email,name")
    found = columns(header, shown(path))
    names = [ADDRESS] * found.width
    for place, name in found.others:
        names[place] = name
    belongs = chooser(where, found, path) if where else None
    people = Audience(names)
    sieve = Sieve(people, found, keys_maker(secret), suppressed, belongs)
    try:
        for piece in pieces:
            sieve.take(piece)
        people.settle()
    except BaseException:
        people.close()
        raise
    return people
