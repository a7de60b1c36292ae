"""The recipients of a batch, as they are written down."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import msgspec

from syndicate.models.mail import KEY_SIZE, Recipient

#: the name of the column of addresses, which no value can have
ADDRESS = ""

Cells = Sequence[str | None]


class Roll(Sequence[Recipient]):
    """Recipients that are read only when somebody looks at them.

    So a million of them pass from the file to the ledger without one being made. Reads as a tuple
    of them would.
    """

    def __init__(self, names: Sequence[str], heads: bytes, written: bytes) -> None:
        """Keep a JSON list with a list for each recipient: the line of the file, then the cells.

        `names` says what the cells are, one of them the address; `heads` are all keys in a row.
        A cell is null where somebody has no such value.
        """
        self.names = tuple(names)
        self.heads = heads
        self.written = written

    @classmethod
    def of(cls, people: Sequence[Recipient]) -> "Roll":
        """Write recipients down; a roll stays as it is.

        Raises ValueError for somebody whose key is no key.
        """
        if isinstance(people, Roll):
            return people
        if any(len(one.key) != KEY_SIZE for one in people):
            raise ValueError(f"a recipient's key has {KEY_SIZE} bytes")
        names = tuple(dict.fromkeys(name for one in people for name in one.values))
        rows = [[one.line, one.address, *map(one.values.get, names)] for one in people]
        heads = b"".join([one.key for one in people])
        return cls((ADDRESS, *names), heads, msgspec.json.encode(rows))

    @cached_property
    def keys(self) -> Sequence[bytes]:
        """Everybody's key."""
        heads = self.heads
        return [heads[at : at + KEY_SIZE] for at in range(0, len(heads), KEY_SIZE)]

    @property
    def addresses(self) -> Sequence[str]:
        """Everybody's address."""
        return [address or "" for address in self._cells[self.names.index(ADDRESS)]]

    @cached_property
    def lines(self) -> Sequence[int]:
        """Everybody's line of the audience file."""
        return self._rows()[0]

    def column(self, name: str) -> Sequence[str]:
        """Give one value of everybody; "" for those who have none."""
        if name not in self.names:
            return [""] * len(self)
        found = self._cells[self.names.index(name)]
        return [value or "" for value in found]

    def has_all(self, name: str) -> bool:
        """Whether everybody has this value, and it is not empty."""
        if name not in self.names:
            return not self
        # If nobody lacks anything, nothing need be read.
        nobody_lacks = b'""' not in self.written and b"null" not in self.written
        return nobody_lacks or all(self.column(name))

    def with_column(self, name: str, values: Sequence[str]) -> "Roll":
        """Give the same recipients with this value, one for each."""
        names = self.names if name in self.names else (*self.names, name)
        columns = [*self._cells, values]
        if name in self.names:
            columns[names.index(name)] = columns.pop()
        rows = list(zip(self.lines, *columns, strict=True))
        return Roll(names, self.heads, msgspec.json.encode(rows))

    def __len__(self) -> int:
        return len(self.heads) // KEY_SIZE

    @overload
    def __getitem__(self, place: int) -> Recipient: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Recipient, ...]: ...

    def __getitem__(self, place: int | slice) -> Recipient | tuple[Recipient, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        return self._one(range(len(self))[place])

    def __iter__(self) -> Iterator[Recipient]:
        return map(self._one, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self.heads)

    def __repr__(self) -> str:
        return repr(tuple(self))

    @cached_property
    def _cells(self) -> Sequence[Cells]:
        """The cells, column by column."""
        return self._between_marks() or self._rows()[1:]

    def _between_marks(self) -> Sequence[Cells]:
        """Take the cells from between quotation marks; () where some hold a sign or are missing."""
        text, marks = self.written.decode(), 2 * len(self.names)
        pieces = text.split('"') if "\\" not in text else ()
        if not self or len(pieces) != marks * len(self) + 1:
            return ()
        return [pieces[place::marks] for place in range(1, marks, 2)]

    def _rows(self) -> Sequence[Sequence[Any]]:
        """Give the lines, then the cells, column by column."""
        rows = msgspec.json.decode(self.written)
        return list(zip(*rows, strict=True)) or [()] * (1 + len(self.names))

    def _one(self, place: int) -> Recipient:
        cells = (column[place] for column in self._cells)
        values = dict(zip(self.names, cells, strict=True))
        address = values.pop(ADDRESS) or ""
        given = {name: cell for name, cell in values.items() if cell is not None}
        return Recipient(address, self.keys[place], self.lines[place], given)
