"""How the people of a batch are written down."""

from collections.abc import Sequence

import msgspec

from syndicate.models import Recipient, Roll


class _Written(msgspec.Struct):
    names: tuple[str, ...]
    #: all in a row
    keys: bytes
    people: msgspec.Raw


_decode = msgspec.json.Decoder(_Written).decode
_decode_first = msgspec.json.Decoder(tuple[Recipient, ...]).decode


def people_as_json(people: Sequence[Recipient]) -> bytes:
    """Write the recipients of a batch."""
    roll = Roll.of(people)
    return msgspec.json.encode(_Written(roll.names, roll.heads, msgspec.Raw(roll.written)))


def people_from_json(rows: bytes) -> Roll:
    """Read the recipients of a batch, also as they were written at first: a list of objects."""
    if rows.startswith(b"["):
        return Roll.of(_decode_first(rows))
    found = _decode(rows)
    return Roll(found.names, found.keys, bytes(found.people))
