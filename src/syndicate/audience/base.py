"""CSV files as people make them, row by row in little memory."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from syndicate.errors import AudienceError
from syndicate.text import clean, quote
from syndicate.tokens import NAME

#: what a column of addresses may be called, whatever its case
EMAIL = frozenset({"email", "e-mail", "email address", "e-mail address", "mail"})
#: characters of one line; more is no list of people
LINE_MAX = 200_000

_TOLD = re.compile(r"\ufeff?sep=([,;\t])\n")

#: a line of the file, counted from 1, and its cells
Row = tuple[int, list[str]]


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


def rows(path: Path) -> Iterator[Row]:
    """Read a file that people keep by hand row by row; rows without anything in them are left out.

    UTF-8; commas, semicolons or tabs; quoted cells may hold line breaks. Raises AudienceError for
    what is no such file, and where a stray quotation mark may have swallowed a person, naming the
    line.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from parsed(iter(lambda: file.read(LINE_MAX), ""), shown(path), by_hand=True)
    except UnicodeDecodeError:
        raise AudienceError(
            f"{shown(path)}{_wrong_line(path)} is not UTF-8 text. "
            'Save the file again as "CSV UTF-8".'
        ) from None
    except FileNotFoundError:
        raise AudienceError(
            f"{shown(path)} is not there. Put the file there, or mend its path in syndicate.toml."
        ) from None
    except OSError as error:
        raise AudienceError(f"{shown(path)} cannot be read: {error.strerror}.") from None


def parsed(text: Iterator[str], where: str, *, by_hand: bool) -> Iterator[Row]:
    r"""Read a table from pieces of text, its line ends written as `\n`.

    In a table made `by_hand`, a cell with a line break and an address in it is taken for a stray
    quotation mark. Raises AudienceError, naming `where` and the line.
    """
    start = 1
    try:
        first = next(text, "")
        delimiter, first = delimiter_of(first)
        reader = csv.reader(_lines(chain([first], text), where), delimiter=delimiter, strict=True)
        for cells in reader:
            more = reader.line_num > start and by_hand
            if more and any("\n" in cell and "@" in cell for cell in cells):
                raise AudienceError(
                    f"{where}:{start}: a cell that begins here holds a line break and "
                    "an address. Take out a quotation mark that stands alone."
                )
            if any(map(str.strip, cells)):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise AudienceError(
            f"{where}:{start}: this row is not right ({error}). A cell that begins with a "
            "quotation mark must end with one; inside it, write two."
        ) from None


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


def _lines(text: Iterable[str], where: str) -> Iterator[str]:
    """Give the lines of a file, cleaned; much faster than one by one."""
    rest = ""
    for piece in text:
        if "\0" in piece:
            raise AudienceError(
                f'{where} is not a text file. Save the table as "CSV UTF-8", not as a spreadsheet.'
            )
        lines = f"{rest}{clean(piece)}".split("\n")
        rest = lines.pop()
        if len(rest) > LINE_MAX:
            raise AudienceError(
                f"{where} has a line of more than {LINE_MAX:,} characters. Write one person a line."
            )
        for line in lines:
            yield f"{line}\n"
    if rest:
        yield rest


def _wrong_line(path: Path) -> str:
    """Name the first line that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(4 * LINE_MAX), b""), 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return f":{number}:"
    return ""
