"""The people of an issue: each once, sorted by key, in little memory.

They lie in 64 piles by the start of their keys; each is small enough to be sorted in memory.
A row of a pile is the key, and what is written down of a recipient (see `models.roll`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Self

import msgspec

from syndicate.audience.pile import Pile
from syndicate.models import ADDRESS, KEY_SIZE, Excluded, HeldList, Roll

#: a power of two up to 256
PILES = 64
#: hexadecimal digits of a key at the head of a row
DIGITS = 2 * KEY_SIZE
#: keys seen lately; what repeats within them is never written down twice
LATELY = 4096

INVALID, DUPLICATE, SUPPRESSED = "invalid", "duplicate", "suppressed"

#: the line of the file, the key, and a JSON list of the line and the cells
Person = tuple[int, bytes, str]

_SHIFT = 8 - (PILES.bit_length() - 1)
_KEY = itemgetter(slice(DIGITS))


class Audience:
    """Who gets an issue, and who was left out; a context manager.

    Filled by `add` and `leave_out`, then counted once by `settle`.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        #: recipients; known once settled
        self.count = 0
        #: names of the columns that become values
        self.columns = frozenset(names) - {ADDRESS}
        #: the list, where the provider holds it
        self.held: HeldList | None = None
        #: rows of the file that belong to another segment
        self.elsewhere = 0
        self._names = tuple(names)
        self._counts: Counter[str] = Counter()
        self._lately: set[bytes] = set()
        self._left_out = Pile()
        self._piles = tuple(Pile() for _ in range(PILES))

    @property
    def excluded_counts(self) -> Mapping[str, int]:
        """How many were left out, by reason."""
        return dict(self._counts)

    def add(self, people: Sequence[Person]) -> None:
        """Add rows of the file; the first one with a key wins. Raises OSError: the disk is full."""
        keys = {key for _, key, _ in people}
        if len(keys) < len(people) or not self._lately.isdisjoint(keys):
            people = list(self._first_ones(people))
        if len(self._lately) >= LATELY:
            self._lately.clear()
        self._lately |= keys
        fresh: list[list[bytes]] = [[] for _ in self._piles]
        for _, key, row in people:
            fresh[key[0] >> _SHIFT].append(f"{key.hex()}{row}".encode())
        for pile, rows in zip(self._piles, fresh, strict=True):
            pile.add(*rows)

    def leave_out(self, line: int, key: bytes | None, reason: str) -> None:
        """Note who does not get the issue, by line of the file, and why; raises as `add`."""
        self._counts[reason] += 1
        self._left_out.add(msgspec.json.encode((line, key.hex() if key else "", reason)))

    def settle(self) -> None:
        """Count everybody, and leave out who comes twice."""
        self._lately.clear()
        for pile in self._piles:
            rows = pile.all()
            different = len(set(map(_KEY, rows)))
            self.count += different
            for row in _repeats(rows) if different < len(rows) else ():
                line = msgspec.json.decode(row[DIGITS:])[0]
                self.leave_out(line, bytes.fromhex(row[:DIGITS].decode()), DUPLICATE)

    def batches(self, size: int) -> Iterator[Roll]:
        """Give everybody in the order of keys, so many at a time; can be asked again."""
        waiting: list[bytes] = []
        for pile in self._piles:
            waiting += _once(pile.all())
            full = len(waiting) - len(waiting) % size
            for start in range(0, full, size):
                yield self._roll(waiting[start : start + size])
            del waiting[:full]
        if waiting:
            yield self._roll(waiting)

    def excluded(self) -> Iterator[Excluded]:
        """Give everybody who was left out, in the order in which that was noticed."""
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

    def _first_ones(self, people: Sequence[Person]) -> Iterator[Person]:
        """Leave out who came lately already, here or before."""
        seen = set(self._lately)
        for person in people:
            line, key, _ = person
            if key in seen:
                self.leave_out(line, key, DUPLICATE)
            else:
                seen.add(key)
                yield person

    def _roll(self, rows: Sequence[bytes]) -> Roll:
        heads = bytes.fromhex(b"".join(map(_KEY, rows)).decode())
        people = b",".join([row[DIGITS:] for row in rows])
        return Roll(self._names, heads, b"[" + people + b"]")


def _once(rows: list[bytes]) -> list[bytes]:
    """Sort rows by key, and keep the first of each, in the order they came."""
    rows.sort(key=_KEY)
    heads = list(map(_KEY, rows))
    if len(set(heads)) == len(heads):
        return rows
    before = [b"", *heads[:-1]]
    return [row for row, head, last in zip(rows, heads, before, strict=True) if head != last]


def _repeats(rows: Sequence[bytes]) -> Iterator[bytes]:
    """Give the rows whose key came before."""
    seen: set[bytes] = set()
    for row in rows:
        head = row[:DIGITS]
        if head in seen:
            yield row
        seen.add(head)
