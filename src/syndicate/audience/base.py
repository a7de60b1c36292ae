"""What the first line of a table of people says, and how its cells are separated."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syndicate.errors import AudienceError
from syndicate.text import quote
from syndicate.tokens import NAME

#: what a column of addresses may be called, whatever its case
EMAIL = frozenset({"email", "e-mail", "email address", "e-mail address", "mail"})

_TOLD = re.compile(r"\ufeff?sep=([,;\t])\n")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the first line of a file says."""

    #: place of the addresses
    email: int
    #: places of the other columns, and the names that their values have as tokens
    others: tuple[tuple[int, str], ...]
    #: number of cells in a row
    width: int


def shown(path: Path) -> str:
    """Write a path as a person here would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def columns(header: Sequence[str], where: str) -> Columns:
    """Find the addresses, and name the other columns. Raises AudienceError."""
    plain = [" ".join(cell.casefold().replace("_", " ").split()) for cell in header]
    emails = [place for place, cell in enumerate(plain) if cell in EMAIL]
    if not emails:
        raise AudienceError(f"{where}:1: {no_email(header)}")
    if len(emails) > 1:
        raise AudienceError(
            f"{where}:1: there are two columns of addresses, {quote(header[emails[0]])} and "
            f"{quote(header[emails[1]])}. Give one of them another name."
        )
    others: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = token_name(cell, place + 1)
        if name in others:
            raise AudienceError(
                f"{where}:1: two columns would be the token {name}. "
                f"Give {quote(cell)} another name."
            )
        if place != emails[0]:
            others[name] = place
    return Columns(emails[0], tuple((n, name) for name, n in others.items()), len(header))


def no_email(header: Sequence[str]) -> str:
    """Say that a table has no column of addresses, and what to do."""
    if any("@" in cell for cell in header):
        return "the names of the columns are missing. Make the first line: email,name"
    cells = ", ".join(quote(cell, 30) for cell in header[:10])
    return f'there is no column of addresses among {cells}. Call one of them "email".'


def token_name(cell: str, number: int) -> str:
    """Make the name of a token from the name of a column, or from its number."""
    letters = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "_", letters).strip("_")[:50]
    return name if NAME.fullmatch(name) else f"column_{name or number}"


def delimiter_of(start: str) -> tuple[str, str]:
    """Find what separates cells; give the text without the line by which Excel is told."""
    if found := _TOLD.match(start):
        # An empty line stays in its place, so that lines are counted as the file has them.
        return found[1], start[found.end() - 1 :]
    header = start.lstrip("\n").partition("\n")[0]
    return max(",;\t", key=re.sub(r'"[^"]*"', "", header).count), start
