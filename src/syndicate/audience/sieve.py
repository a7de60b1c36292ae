"""From rows of the audience file to recipients, and to those left out."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import compress, count

import msgspec

from syndicate.addresses import all_plain, bare, fault
from syndicate.audience.base import Columns
from syndicate.audience.people import INVALID, SUPPRESSED, Audience, Person
from syndicate.audience.table import Mixed, Plain, Row


@dataclass(frozen=True, slots=True)
class Sieve:
    """What rows must pass to become recipients of an issue."""

    people: Audience
    found: Columns
    keys_of: Callable[[Sequence[str]], list[bytes]]
    suppressed: AbstractSet[bytes]
    #: whether a row belongs to the segment that is meant; None where all do
    belongs: Callable[[Sequence[str]], bool] | None

    def take(self, piece: Plain | Mixed) -> None:
        """Add the recipients in some rows, and note who is left out; raises as `Audience.add`."""
        people = self._at_once(piece) if isinstance(piece, Plain) else None
        if people is None:
            people = self._one_by_one(piece.rows())
        if self.suppressed:
            people = self._not_suppressed(people)
        self.people.add(list(people))

    def _at_once(self, piece: Plain) -> Iterator[Person] | None:
        """Take rows that have nothing to tidy; None where one has no good address."""
        columns = piece.columns
        if len(columns) != self.found.width or not all_plain(columns[self.found.email]):
            return None
        keys = self.keys_of(columns[self.found.email])
        people = zip(count(piece.start), keys, piece.as_json(), strict=False)
        if self.belongs is None:
            return people
        ours = list(map(self.belongs, zip(*columns, strict=True)))
        self.people.elsewhere += len(ours) - sum(ours)
        return compress(people, ours)

    def _one_by_one(self, rows: Iterator[Row]) -> Iterator[Person]:
        email, width = self.found.email, self.found.width
        for line, cells in rows:
            if self.belongs is not None and not self.belongs(cells):
                self.people.elsewhere += 1
                continue
            address = bare(cells[email]) if email < len(cells) else ""
            # Cells beyond the last column mean that a comma has moved all others.
            if fault(address) or any(cells[width:]):
                self.people.leave_out(line, None, INVALID)
                continue
            tidy: list[str | None] = [cell.strip() for cell in cells[:width]]
            tidy[email] = address
            # A row may end early: the cells it does not have are no values.
            tidy += [None] * (width - len(tidy))
            (key,) = self.keys_of([address])
            yield line, key, msgspec.json.encode([line, *tidy]).decode()

    def _not_suppressed(self, people: Iterator[Person]) -> Iterator[Person]:
        for person in people:
            line, key, _ = person
            if key in self.suppressed:
                self.people.leave_out(line, key, SUPPRESSED)
            else:
                yield person
