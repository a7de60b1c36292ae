"""The audience file as a person keeps it: added to, and what stands in it stays byte for byte."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from syndicate import files
from syndicate.audience.base import columns, delimiter_of, shown
from syndicate.audience.table import Row, rows
from syndicate.errors import AudienceError

#: what a new audience file begins with
NEW = ("email", "name")
#: bytes read at a time, and looked at for how its lines end
PIECE = 1 << 18
#: rows written at a time
MANY = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """An audience file, or the place of one that is still to be made."""

    path: Path
    #: names of its columns, "" for the addresses
    names: tuple[str, ...]
    #: place of the addresses
    email: int
    delimiter: str
    line_end: str
    #: line of its header, from 1; 0 for a file that is still to be made
    header: int
    #: what changes when somebody saves the file
    stamp: tuple[int, ...]

    def people(self) -> Iterator[Row]:
        """Read its rows. Raises AudienceError."""
        if self.header:
            lines = rows(self.path)
            next(lines)
            yield from lines

    def add(self, people: Iterable[Sequence[str]], new: Sequence[str]) -> None:
        """Append rows, and columns at the end of the header; whole, or not at all.

        Only its owner can read the file then. Raises AudienceError where somebody has saved it
        since it was read, and SyndicateError where it cannot be written.
        """
        files.write_pieces(self.path, self._whole(people, new))

    def _whole(self, people: Iterable[Sequence[str]], new: Sequence[str]) -> Iterator[bytes]:
        last = b""
        for piece in self._before(new):
            last = piece[-1:] or last
            yield piece
        if last not in {b"\n", b"\r", b""}:
            yield self.line_end.encode()
        yield from self._written(people)
        if stamp(self.path) != self.stamp:
            raise AudienceError(
                f"{shown(self.path)} was saved by somebody else meanwhile, and is as they left it. "
                "Run the same command again."
            )

    def _before(self, new: Sequence[str]) -> Iterator[bytes]:
        if not self.header:
            named = [
                "email" if number == self.email else name for number, name in enumerate(self.names)
            ]
            yield from self._written([[*named, *new]])
            return
        with self.path.open("rb") as file:
            if new:
                yield from (file.readline() for _ in range(self.header - 1))
                line = file.readline()
                bare = line.rstrip(b"\r\n")
                yield bare + "".join(self.delimiter + name for name in new).encode()
                yield line[len(bare) :]
            yield from iter(lambda: file.read(PIECE), b"")

    def _written(self, people: Iterable[Sequence[str]]) -> Iterator[bytes]:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.line_end)
        for number, row in enumerate(people, 1):
            writer.writerow(row)
            if number % MANY == 0:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
        yield out.getvalue().encode()


def kept(path: Path) -> Kept:
    """Read the header of an audience file. Raises AudienceError for one that cannot be read."""
    # A link to a file elsewhere stays one.
    path = path.resolve()
    mark = stamp(path)
    if not mark:
        return Kept(path, ("", *NEW[1:]), 0, ",", "\n", 0, mark)
    line, first = next(rows(path), (0, [""]))
    if not line:
        raise AudienceError(f"{shown(path)} is empty. Make its first line: email,name")
    found = columns(first, shown(path))
    named = dict(found.others)
    with path.open("rb") as file:
        start = file.read(PIECE)
    return Kept(
        path,
        tuple(named.get(place, "") for place in range(found.width)),
        found.email,
        delimiter_of(start.decode("utf-8-sig", "replace").replace("\r", "\n"))[0],
        "\r\n" if b"\r\n" in start else "\n" if b"\n" in start or b"\r" not in start else "\r",
        line,
        mark,
    )


def stamp(path: Path) -> tuple[int, ...]:
    """Give what changes when a file does; nothing for one that is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
