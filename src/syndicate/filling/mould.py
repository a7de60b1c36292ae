"""JSON written once, with holes that are filled for each of many recipients."""

import re
from collections.abc import Mapping, Sequence
from itertools import repeat

import msgspec

from syndicate.filling.columns import Column

# Noncharacters, which no text can hold (see `tokens`).
_START, _END = "\ufdd5", "\ufdd6"
_HOLE = re.compile(f'"{_START}=(\\w+){_END}"|{_START}(\\w+){_END}')


def hole(name: str) -> str:
    """Make a place for a text: a whole one, or a part."""
    return f"{_START}{name}{_END}"


def socket(name: str) -> str:
    """Make a place for any JSON, such as an object."""
    return f"{_START}={name}{_END}"


class Mould:
    """An example with holes, cut at them.

    What an example says stands in the JSON of everybody. Whatever is put into a hole stays there.
    """

    def __init__(self, example: object) -> None:
        """Write the example down."""
        pieces = _HOLE.split(msgspec.json.encode(example).decode())
        self._texts = pieces[::3]
        self._names = [one or other for one, other in zip(pieces[1::3], pieces[2::3], strict=True)]

    def filled(self, values: Mapping[str, Column | Sequence[str]], number: int) -> list[str]:
        """Fill the holes for so many recipients; sockets take JSON, which is not a Column."""
        columns = {
            name: one.json() if isinstance(one, Column) else one for name, one in values.items()
        }
        parts: list[Sequence[str] | repeat[str]] = [repeat(self._texts[0], number)]
        for name, piece in zip(self._names, self._texts[1:], strict=True):
            parts += [columns[name], repeat(piece, number)]
        return list(map("".join, zip(*parts, strict=True)))
