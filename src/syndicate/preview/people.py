"""The people an issue can be shown as: found in the audience file by name or address.

Addresses stay in this process and on the page: they never stand in an address or in a log.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from syndicate.addresses import bare, fault
from syndicate.audience.base import Columns, columns, shown
from syndicate.audience.table import rows
from syndicate.text import one_line
from syndicate.tokens import UNSUBSCRIBE

#: people that a search finds at most
MOST = 20
#: stands for the part of an address that differs by recipient
_MARK = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an issue is shown as."""

    #: display name; the address where there is none
    name: str
    address: str
    #: token values by name
    values: Mapping[str, str]
    #: nobody of this name is in the audience
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """An audience file, read when it is asked."""

    path: Path
    #: the newsletter's own address to unsubscribe at, with `{token}`; "" for none
    unsubscribe: str = ""

    def search(self, words: str) -> tuple[tuple[int, Person], ...]:
        """Find people by any words of their name or address, as (line of the file, person).

        The first twenty, in the order of the file. Raises AudienceError for a file that is none.
        """
        wanted = one_line(words).casefold().split()
        found: list[tuple[int, Person]] = []
        for line, person in self._all():
            said = f"{person.name} {person.address}".casefold()
            if all(word in said for word in wanted):
                found.append((line, person))
                if len(found) == MOST:
                    break
        return tuple(found)

    def on_line(self, line: int) -> Person | None:
        """Give who stands on a line of the file; None for nobody. Raises AudienceError."""
        return next((person for number, person in self._all() if number == line), None)

    def _all(self) -> Iterator[tuple[int, Person]]:
        lines = rows(self.path)
        _, header = next(lines, (1, None))
        if header is None:
            return
        found = columns(header, shown(self.path))
        for line, cells in lines:
            address = bare(cells[found.email]) if found.email < len(cells) else ""
            if not fault(address):
                yield line, self._person(address, found, cells)

    def _person(self, address: str, found: Columns, cells: Sequence[str]) -> Person:
        values = {name: cells[n].strip() for n, name in found.others if n < len(cells)}
        if not values.get(UNSUBSCRIBE):
            own = self.unsubscribe or "https://unsubscribe.invalid/{token}"
            values[UNSUBSCRIBE] = own.replace("{token}", _MARK)
        name = one_line(values.get("name", ""))
        return Person(name or address, address, {**values, "email": address})
