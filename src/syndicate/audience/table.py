"""CSV files as people make them, many rows at a time in little memory.

Most lines of most files hold no quotation mark and nothing to tidy: their cells lie between the
separators, and may be handled many lines at a time. All others are read by Python's own reader.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from syndicate.audience.base import delimiter_of, shown
from syndicate.errors import AudienceError
from syndicate.text import clean, line_breaks

#: characters of one line; more is no list of people
LINE_MAX = 200_000
#: characters that are read at a time
PIECE = 100_000

#: a line of the file, counted from 1, and its cells
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Plain:
    """Lines of a table, a row each, with as many cells each; no cell begins or ends with a space.

    Nothing in them has to be escaped in JSON.
    """

    #: the line of the file that the first is, from 1
    start: int
    text: str
    delimiter: str
    #: the cells, column by column
    columns: Sequence[Sequence[str]]

    def rows(self) -> Iterator[Row]:
        """Give the rows that have something in them."""
        for number, cells in enumerate(zip(*self.columns, strict=True), self.start):
            if any(cells):
                yield number, list(cells)

    def below(self, line: int) -> "Plain":
        """Give what comes after a line of the file."""
        lines = line + 1 - self.start
        rest = self.text.split("\n", lines)[lines:]
        columns = [column[lines:] for column in self.columns]
        return Plain(line + 1, "".join(rest), self.delimiter, columns)

    def as_json(self) -> list[str]:
        """Write a list for each row: the line of the file, then the cells."""
        lines = self.text.replace(self.delimiter, '","').split("\n")
        return [f'[{number},"{line}"]' for number, line in enumerate(lines, self.start)]


@dataclass(frozen=True, slots=True)
class Mixed:
    """Rows of a table of which anything may be true."""

    given: Sequence[Row]

    def rows(self) -> Iterator[Row]:
        """Give the rows that have something in them."""
        return ((line, cells) for line, cells in self.given if any(map(str.strip, cells)))

    def below(self, line: int) -> "Mixed":
        """Give what comes after a line of the file."""
        return Mixed([row for row in self.given if row[0] > line])


def rows(path: Path) -> Iterator[Row]:
    """Read a file that people keep by hand row by row; rows without anything in them are left out.

    Raises AudienceError as `pieces` does.
    """
    return (row for piece in pieces(path) for row in piece.rows())


def pieces(path: Path) -> Iterator[Plain | Mixed]:
    """Read a file that people keep by hand, many rows at a time.

    UTF-8; commas, semicolons or tabs; quoted cells may hold line breaks. Raises AudienceError for
    what is no such file, and where a stray quotation mark may have swallowed a person, naming the
    line.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _cut(iter(lambda: file.read(PIECE), ""), shown(path), by_hand=True)
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


def with_header(path: Path) -> tuple[list[str] | None, Iterator[Plain | Mixed]]:
    """Read a file as `pieces` does; its first row apart, None where it has none."""
    found = pieces(path)
    for piece in found:
        for line, header in piece.rows():
            return header, chain([piece.below(line)], found)
    return None, found


def parsed(text: Iterator[str], where: str, *, by_hand: bool) -> Iterator[Row]:
    r"""Read a table from pieces of text, its line ends written as `\n`.

    In a table made `by_hand`, a cell with a line break and an address in it is taken for a stray
    quotation mark. Raises AudienceError, naming `where` and the line.
    """
    return (row for piece in _cut(text, where, by_hand=by_hand) for row in piece.rows())


def _cut(text: Iterator[str], where: str, *, by_hand: bool) -> Iterator[Plain | Mixed]:
    delimiter, first = delimiter_of(next(text, ""))
    blocks = _blocks(chain([first], text), where)
    feed = _Feed(blocks)
    for block in blocks:
        columns = _columns(block, delimiter)
        if columns:
            yield Plain(feed.given + 1, block, delimiter, columns)
            feed.given += len(columns[0])
        else:
            yield Mixed(list(_by_csv(feed, block, delimiter, where, by_hand=by_hand)))


def _columns(block: str, delimiter: str) -> list[list[str]]:
    """Give the cells of lines column by column; [] where they must be read with care."""
    lines = 1 + line_breaks(block.replace("\t", "") if delimiter == "\t" else block)
    if not lines or '"' in block or "\\" in block:
        return []
    cells = block.replace("\n", f"{delimiter}\n").split(delimiter)
    width = len(cells) // lines
    columns = [cells[place::width] for place in range(width)]
    # All rows are equally long when every line break stands before the cell that is a row's first.
    first = "".join(columns[0])
    if len(cells) != width * lines or first.count("\n") != lines - 1:
        return []
    columns[0] = first.split("\n")
    return [] if _has_edges(block.replace("\n", delimiter), delimiter) else columns


def _has_edges(cells: str, delimiter: str) -> bool:
    """Whether a cell begins or ends with a space."""
    pieces = f"{delimiter}{cells}{delimiter}".split(" ")
    return any(one[-1:] == delimiter for one in pieces[:-1]) or any(
        one[:1] == delimiter for one in pieces[1:]
    )


class _Feed:
    """Gives a reader the lines of a block, and those of further ones only while a cell is open."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        #: lines of the file so far
        self.given = 0
        #: whether a row has begun and not ended
        self.open = False

    def lines(self, block: str | None) -> Iterator[str]:
        """Give lines; whoever has got a whole row says so by `open`."""
        while block is not None:
            for line in clean(block).split("\n"):
                self.given += 1
                self.open = True
                yield f"{line}\n"
            block = next(self._blocks, None) if self.open else None


def _by_csv(feed: _Feed, block: str, delimiter: str, where: str, *, by_hand: bool) -> Iterator[Row]:
    start = feed.given + 1
    try:
        for cells in csv.reader(feed.lines(block), delimiter=delimiter, strict=True):
            feed.open = False
            more = feed.given > start and by_hand
            if more and any("\n" in cell and "@" in cell for cell in cells):
                raise AudienceError(
                    f"{where}:{start}: a cell that begins here holds a line break and "
                    "an address. Take out a quotation mark that stands alone."
                )
            yield start, cells
            start = feed.given + 1
    except csv.Error as error:
        raise AudienceError(
            f"{where}:{start}: this row is not right ({error}). A cell that begins with a "
            "quotation mark must end with one; inside it, write two."
        ) from None


def _blocks(text: Iterable[str], where: str) -> Iterator[str]:
    """Give the lines of a file many at a time, as they stand."""
    rest = ""
    for piece in text:
        if "\0" in piece:
            raise AudienceError(
                f'{where} is not a text file. Save the table as "CSV UTF-8", not as a spreadsheet.'
            )
        block, line_break, rest = f"{rest}{piece}".rpartition("\n")
        if len(rest) > LINE_MAX:
            raise AudienceError(
                f"{where} has a line of more than {LINE_MAX:,} characters. Write one person a line."
            )
        if line_break:
            yield block
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
