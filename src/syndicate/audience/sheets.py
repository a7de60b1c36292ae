"""The tables of people that somebody gives us: a CSV file, or those in a zip, in any encoding."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from syndicate.audience.base import shown
from syndicate.audience.table import Row, parsed
from syndicate.errors import AudienceError
from syndicate.zips import BadZip, Zip, is_zip

#: bytes of one table; a million people with forty columns are half of it
FILE_MAX = 1_000_000_000
#: bytes read at a time
PIECE = 1 << 18

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = "syndicate-windows-1252"
#: how files begin that people take for tables, and what to do with them
_OTHERS = (
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook", 'Open it, and save it as "CSV UTF-8".'),
    (rb"%PDF", "a PDF", "Export the people as CSV."),
    (rb"\{\s*[\"}]|\[\s*[\[{\"]", "JSON", "Export the people as CSV."),
    (rb"<", "a web page or XML", "Export the people as CSV."),
    (rb"\x1f\x8b", "packed with gzip", "Unpack it first."),
    (rb"Rar!", "a RAR archive", "Unpack it first."),
    (rb"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
)
#: what only these kinds of zip hold
_WORKBOOKS = (
    ("xl/workbook.xml", "an Excel workbook"),
    ("Index/Document.iwa", "a Numbers spreadsheet"),
    ("content.xml", "an OpenDocument spreadsheet"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of people, which can be read again and again."""

    #: the file that somebody gave us, as they typed it
    file: str
    #: what it is called, itself or in a zip
    name: str
    #: whether it lies in a zip
    packed: bool
    #: its bytes, from the start
    pieces: Callable[[], Iterator[bytes]]

    @property
    def where(self) -> str:
        """Name it for a message."""
        return f"{self.file}: {self.name}" if self.packed else self.file

    def rows(self, *, by_hand: bool = False) -> Iterator[Row]:
        """Read it row by row. Raises AudienceError."""
        try:
            yield from parsed(text_of(self.pieces()), self.where, by_hand=by_hand)
        except BadZip as error:
            raise AudienceError(f"{self.file}: {error}") from None
        except OSError as error:
            raise AudienceError(f"{self.where} cannot be read: {error.strerror}.") from None


def sheets_of(path: Path, stack: ExitStack) -> tuple[Sheet, ...]:
    """List the tables of a file: itself, or the CSV files of a zip, open until `stack` closes.

    Raises AudienceError for what is no table, saying what to export instead.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(512)
    except FileNotFoundError:
        raise AudienceError(f"{shown(path)} is not there. Look at how it is spelt.") from None
    except OSError as error:
        raise AudienceError(f"{shown(path)} cannot be read: {error.strerror}.") from None
    if is_zip(start):
        return _within(path, stack)
    _refuse_other(start, path)
    if size > FILE_MAX:
        raise AudienceError(
            f"{shown(path)} is larger than {FILE_MAX // 1_000_000_000} GB. No list of people is: "
            "look at what it holds, or cut it into several files."
        )
    return (Sheet(shown(path), path.name, packed=False, pieces=lambda: _pieces(path)),)


def text_of(pieces: Iterator[bytes]) -> Iterator[str]:
    """Decode a file: UTF-8 with or without a mark, UTF-16, and Windows-1252 where it is neither.

    A byte that is no UTF-8 is read as Windows-1252 by itself, so that one wrong row garbles no
    other. Every line end becomes a line feed.
    """
    first = next(pieces, b"")
    name = _encoding(first)
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(name)("replace" if "16" in name else _LATIN), translate=True
    )
    yield decoder.decode(first)
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _encoding(start: bytes) -> str:
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    head = start[:400]
    # A table begins with names of columns: every other byte of them is zero in UTF-16.
    if len(head) > 3 and head.count(0) > len(head) // 3:  # noqa: PLR2004 -- two characters
        return "utf-16-le" if head[1] == 0 else "utf-16-be"
    return "utf-8"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_LATIN, _as_windows)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _within(path: Path, stack: ExitStack) -> tuple[Sheet, ...]:
    try:
        archive = stack.enter_context(Zip(path))
    except BadZip as error:
        raise AudienceError(f"{shown(path)}: {error}") from None
    for name, what in _WORKBOOKS:
        if name in archive.names:
            raise AudienceError(
                f'{shown(path)} is {what}. Open it, and save the table as "CSV UTF-8".'
            )
    tables = [name for name in archive.names if name.lower().endswith((".csv", ".tsv", ".txt"))]
    if not tables:
        raise AudienceError(
            f"{shown(path)} holds no CSV file. Export the people, not the articles, as CSV."
        )
    return tuple(
        Sheet(
            shown(path),
            name.rpartition("/")[2],
            packed=True,
            pieces=lambda name=name: archive.pieces(name),  # type: ignore[misc]
        )
        for name in tables
    )


def _refuse_other(start: bytes, path: Path) -> None:
    for mark, what, instead in _OTHERS:
        if re.match(mark, start.lstrip()):
            raise AudienceError(f"{shown(path)} is {what}, and no table of people. {instead}")
