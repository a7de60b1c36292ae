"""The people of an issue: each once, sorted by key, in little memory.

They lie in 64 piles by the start of their keys; each is small enough to be sorted in memory.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Self

import msgspec

from syndicate.audience.pile import Pile
from syndicate.models import Excluded, HeldList, Recipient

#: a power of two up to 256
PILES = 64
#: hexadecimal digits of a key at the head of a line
DIGITS = 32
#: keys seen lately; what repeats within them is never written down twice
LATELY = 4096

INVALID, DUPLICATE, SUPPRESSED = "invalid", "duplicate", "suppressed"

_SHIFT = 8 - (PILES.bit_length() - 1)
_KEY = itemgetter(slice(DIGITS))
_encode = msgspec.json.encode
# Made in C: half the time of calling Recipient() for each.
_recipients = msgspec.json.Decoder(list[Recipient]).decode


class Audience:
    """Who gets an issue, and who was left out; a context manager.

    Filled by `add` and `leave_out`, then sorted once by `settle`.
    """

    def __init__(self) -> None:
        #: recipients; known once settled
        self.count = 0
        #: names of the columns that become values
        self.columns: frozenset[str] = frozenset()
        #: the list, where the provider holds it
        self.held: HeldList | None = None
        #: rows of the file that belong to another segment
        self.elsewhere = 0
        self._counts: Counter[str] = Counter()
        self._lately: set[bytes] = set()
        self._left_out = Pile()
        self._piles = tuple(Pile() for _ in range(PILES))

    @property
    def excluded_counts(self) -> Mapping[str, int]:
        """How many were left out, by reason."""
        return dict(self._counts)

    def add(self, line: int, address: str, key: bytes, values: Mapping[str, str]) -> None:
        """Add a row of the file; the first one with a key wins."""
        lately = self._lately
        if key in lately:
            self.leave_out(line, key, DUPLICATE)
            return
        if len(lately) >= LATELY:
            lately.clear()
        lately.add(key)
        row = _encode({"address": address, "key": key, "line": line, "values": values})
        self._piles[key[0] >> _SHIFT].add(key.hex().encode() + row)

    def leave_out(self, line: int, key: bytes | None, reason: str) -> None:
        """Note who does not get the issue, and why."""
        self._counts[reason] += 1
        self._left_out.add(_encode((line, key.hex() if key else "", reason)))

    def settle(self) -> None:
        """Sort everybody, and leave out who comes twice."""
        self._lately.clear()
        for pile in self._piles:
            kept = self._once(sorted(pile.all(), key=_KEY))
            pile.replace(kept)
            self.count += len(kept)

    def batches(self, size: int) -> Iterator[tuple[Recipient, ...]]:
        """Give everybody in the order of keys, so many at a time; can be asked again."""
        waiting: list[bytes] = []
        for pile in self._piles:
            waiting += pile.all()
            full = len(waiting) - len(waiting) % size
            for start in range(0, full, size):
                yield _people(waiting[start : start + size])
            del waiting[:full]
        if waiting:
            yield _people(waiting)

    def excluded(self) -> Iterator[Excluded]:
        """Give everybody who was left out."""
        for row in self._left_out:
            line, key, reason = msgspec.json.decode(row)
            yield Excluded(bytes.fromhex(key) or None, reason, line)

    def close(self) -> None:
        """Let go of the files; nothing of them stays."""
        for pile in (self._left_out, *self._piles):
            pile.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _once(self, rows: Sequence[bytes]) -> list[bytes]:
        kept: list[bytes] = []
        last = b""
        for row in rows:
            head = row[:DIGITS]
            if head == last:
                again = msgspec.json.decode(row[DIGITS:], type=Recipient)
                self.leave_out(again.line, again.key, DUPLICATE)
            else:
                kept.append(row)
                last = head
        return kept


def _people(rows: Sequence[bytes]) -> tuple[Recipient, ...]:
    return tuple(_recipients(b"[" + b",".join([row[DIGITS:] for row in rows]) + b"]"))
