"""CSV files as people make them, row by row in little memory."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from syndicate.errors import AudienceError
from syndicate.text import clean, quote
from syndicate.tokens import NAME

#: what a column of addresses may be called, whatever its case
EMAIL = frozenset({"email", "e-mail", "email address", "e-mail address", "mail"})
#: characters of one line; more is no list of people
LINE_MAX = 200_000

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
    """Read a file row by row; rows without anything in them are left out.

    Commas, semicolons or tabs; quoted cells may hold line breaks. Raises AudienceError for what is
    no such file, and where a stray quotation mark may have swallowed a person, naming the line.
    """
    start = 1
    try:
        with path.open(encoding="utf-8-sig") as file:
            delimiter = _delimiter(file.read(LINE_MAX))
            file.seek(0)
            reader = csv.reader(_lines(file, path), delimiter=delimiter, strict=True)
            for cells in reader:
                if reader.line_num > start and any("\n" in c and "@" in c for c in cells):
                    raise AudienceError(
                        f"{shown(path)}:{start}: a cell that begins here holds a line break and "
                        "an address. Take out a quotation mark that stands alone."
                    )
                if any(map(str.strip, cells)):
                    yield start, cells
                start = reader.line_num + 1
    except UnicodeDecodeError:
        raise AudienceError(
            f"{shown(path)}{_wrong_line(path)} is not UTF-8 text. "
            'Save the file again as "CSV UTF-8".'
        ) from None
    except csv.Error as error:
        raise AudienceError(
            f"{shown(path)}:{start}: this row is not right ({error}). A cell that begins with a "
            "quotation mark must end with one; inside it, write two."
        ) from None
    except FileNotFoundError:
        raise AudienceError(
            f"{shown(path)} is not there. Put the file there, or mend its path in syndicate.toml."
        ) from None
    except OSError as error:
        raise AudienceError(f"{shown(path)} cannot be read: {error.strerror}.") from None


def columns(header: Sequence[str], path: Path) -> Columns:
    """Find the addresses, and name the other columns. Raises AudienceError."""
    plain = [" ".join(cell.casefold().split()) for cell in header]
    emails = [place for place, cell in enumerate(plain) if cell in EMAIL]
    if not emails:
        raise AudienceError(f"{shown(path)}:1: {_no_email(header)}")
    if len(emails) > 1:
        raise AudienceError(
            f"{shown(path)}:1: there are two columns of addresses, {quote(header[emails[0]])} and "
            f"{quote(header[emails[1]])}. Give one of them another name."
        )
    others: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = _token_name(cell, place + 1)
        if name in others:
            raise AudienceError(
                f"{shown(path)}:1: two columns would be the token {name}. "
                f"Give {quote(cell)} another name."
            )
        if place != emails[0]:
            others[name] = place
    return Columns(emails[0], tuple((n, name) for name, n in others.items()), len(header))


def _no_email(header: Sequence[str]) -> str:
    if any("@" in cell for cell in header):
        return "the names of the columns are missing. Make the first line: email,name"
    cells = ", ".join(quote(cell, 30) for cell in header[:10])
    return f'there is no column of addresses among {cells}. Call one of them "email".'


def _token_name(cell: str, number: int) -> str:
    """Make the name of a token from the name of a column."""
    letters = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "_", letters).strip("_")[:50]
    return name if NAME.fullmatch(name) else f"column_{name or number}"


def _delimiter(start: str) -> str:
    header = start.lstrip("\n").partition("\n")[0]
    return max(",;\t", key=re.sub(r'"[^"]*"', "", header).count)


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    """Give the lines of a file, cleaned; much faster than one by one."""
    rest = ""
    while piece := file.read(LINE_MAX):
        if "\0" in piece:
            raise AudienceError(
                f'{shown(path)} is not a text file. Save the table as "CSV UTF-8", not as a '
                "spreadsheet."
            )
        lines = f"{rest}{clean(piece)}".split("\n")
        rest = lines.pop()
        if len(rest) > LINE_MAX:
            raise AudienceError(
                f"{shown(path)} has a line of more than {LINE_MAX:,} characters. "
                "Write one person a line."
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
