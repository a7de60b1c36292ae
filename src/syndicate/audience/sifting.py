"""Sifting: who is there already, who left, and who is new, for millions in little memory.

Everybody is put into 64 piles by the start of their keys. Each is small enough to be looked at in
memory; the new people of all of them come out in the order in which they were put in.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import merge

import msgspec

from syndicate.audience.pile import Pile

#: a power of two up to 256
PILES = 64

_SHIFT = 8 - (PILES.bit_length() - 1)
#: a line of a pile: a key in so many hexadecimal digits, one of three marks, and for somebody new
#: their place in the order with so many digits, and their row
_KEY, _PLACE = 32, 12
_HERE, _GONE, _NEW = b"h", b"g", b"n"
_encode, _row = msgspec.json.encode, msgspec.json.Decoder(list[str]).decode


@dataclass(slots=True)
class Merged:
    """What became of everybody; each person counts once."""

    added: int = 0
    #: subscribed, and in the audience before
    known: int = 0
    #: subscribed, but suppressed before
    suppressed: int = 0
    #: subscribed in one table, and gone in another or further down
    left_since: int = 0
    #: further rows of somebody
    again: int = 0
    #: keys of those who left, bounced or complained
    gone: frozenset[bytes] = frozenset()
    #: how many of them are in the audience
    gone_here: int = 0


class Sifting:
    """People on their way into an audience. Raises OSError when there is no room for the piles."""

    def __init__(self) -> None:
        self._piles = tuple(Pile() for _ in range(PILES))
        self._count = 0

    def here(self, key: bytes) -> None:
        """Note somebody who is in the audience."""
        self._put(key, _HERE)

    def gone(self, key: bytes) -> None:
        """Note somebody who must never be mailed again."""
        self._put(key, _GONE)

    def new(self, key: bytes, row: Sequence[str]) -> None:
        """Note somebody who may be mailed; the first row of somebody is the one that counts."""
        self._count += 1
        self._put(key, b"%b%0*d%b" % (_NEW, _PLACE, self._count, _encode(row)))

    def settle(self, suppressed: AbstractSet[bytes]) -> Merged:
        """Find out who is new, once everybody is noted; the piles hold only them then."""
        merged = Merged()
        gone: set[bytes] = set()
        for pile in self._piles:
            pile.replace(_settled(pile.all(), suppressed, merged, gone))
        merged.gone = frozenset(gone)
        return merged

    def rows(self) -> Iterator[list[str]]:
        """Give the rows of the new people, in the order in which they were noted."""
        for line in merge(*self._piles):
            yield _row(line[_PLACE:])

    def close(self) -> None:
        """Let go of the files; nothing of them stays."""
        for pile in self._piles:
            pile.close()

    def _put(self, key: bytes, rest: bytes) -> None:
        self._piles[key[0] >> _SHIFT].add(key.hex().encode() + rest)


def _settled(
    lines: Sequence[bytes], suppressed: AbstractSet[bytes], merged: Merged, gone: set[bytes]
) -> list[bytes]:
    here = {line[:_KEY] for line in lines if line[_KEY:] == _HERE}
    left = {line[:_KEY] for line in lines if line[_KEY:] == _GONE}
    gone.update(bytes.fromhex(key.decode()) for key in left)
    merged.gone_here += len(left & here)
    seen: set[bytes] = set()
    fresh: list[bytes] = []
    for line in lines:
        key, rest = line[:_KEY], line[_KEY + 1 :]
        if not rest:
            continue
        if key in seen:
            merged.again += 1
            continue
        seen.add(key)
        if key in left:
            merged.left_since += 1
        elif bytes.fromhex(key.decode()) in suppressed:
            merged.suppressed += 1
        elif key in here:
            merged.known += 1
        else:
            fresh.append(rest)
    merged.added += len(fresh)
    return fresh
