"""A segment: the people whose columns hold what the configuration asks for."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from syndicate.audience.base import Columns, shown
from syndicate.errors import AudienceError
from syndicate.text import nearest

#: what a column may hold, by its name as a token: one value, or any of several
Where = Mapping[str, str | int | list[str | int]]


def chooser(where: Where, found: Columns, path: Path) -> Callable[[Sequence[str]], bool]:
    """Make a function that tells whether a row belongs to the segment.

    Case and outer spaces make no difference; a cell that is not there is empty. Raises
    AudienceError for a column that the file does not have.
    """
    places = {name: place for place, name in found.others}
    wanted: list[tuple[int, frozenset[str]]] = []
    for column, value in where.items():
        name = column.strip().casefold()
        if name not in places:
            near = nearest(name, places)
            known = ", ".join(sorted(places)) or "none but the addresses"
            hint = f' Did you mean "{near}"?' if near else f" Known: {known}."
            raise AudienceError(f'{shown(path)}:1: there is no column "{column}" for where.{hint}')
        values = value if isinstance(value, list) else [value]
        wanted.append((places[name], frozenset(_plain(str(one)) for one in values)))

    def belongs(cells: Sequence[str]) -> bool:
        return all(
            (_plain(cells[place]) if place < len(cells) else "") in values
            for place, values in wanted
        )

    return belongs


def _plain(cell: str) -> str:
    return " ".join(cell.casefold().split())
