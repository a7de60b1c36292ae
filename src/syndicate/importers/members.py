"""The files of an archive: those in a zip, or in the folder that somebody made of it."""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from syndicate.importers.base import PAGE_MAX, WHOLE_MAX, Day, Unimportable, decoded
from syndicate.zips import MEMBERS_MAX, BadZip, Zip


class Members(Protocol):
    """The files of an archive, by their names with `/` between folders."""

    @property
    def names(self) -> tuple[str, ...]:
        """List them; what systems add by themselves is not among them."""
        ...

    def read(self, name: str, most: int = ...) -> bytes:
        """Read one whole. Raises BadZip, or Unimportable for one of more than `most` bytes."""
        ...


class Folder:
    """An archive that somebody unpacked; links in it are never followed."""

    def __init__(self, path: Path) -> None:
        """List the files. Raises Unimportable for more than an archive has."""
        self._path = path
        names: list[str] = []
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
            for file in sorted(files):
                whole = Path(folder, file)
                if not file.startswith(".") and not whole.is_symlink() and whole.is_file():
                    names.append(whole.relative_to(path).as_posix())
            if len(names) > MEMBERS_MAX:
                raise Unimportable(f"there are more than {MEMBERS_MAX:,} files in it.")
        self.names = tuple(names)

    def read(self, name: str, most: int = WHOLE_MAX) -> bytes:
        """Read a file whole."""
        try:
            with (self._path / name).open("rb") as file:
                data = file.read(most + 1)
        except OSError as error:
            raise Unimportable(f"{name} in it cannot be read: {error.strerror}.") from None
        if len(data) > most:
            raise Unimportable(f"{name} in it is larger than {most // 1_000_000} MB.")
        return data


@contextmanager
def unzipped(file: BinaryIO) -> Iterator[Members]:
    """Open a zip that lies open before us. Raises Unimportable, also while it is read from."""
    file.seek(0)
    try:
        with Zip(file) as archive:
            yield archive
    except BadZip as error:
        raise Unimportable(str(error)) from None


def page(members: Members, name: str) -> str:
    """Read a page of text. Raises as `read` does, and Unimportable for what is no text."""
    return decoded(members.read(name, PAGE_MAX))


def table(members: Members, name: str) -> Iterator[Mapping[str, str]]:
    """Read a table row by row, by the names of its columns in small letters with `_` for spaces.

    Raises Unimportable for what is none.
    """
    text = io.StringIO(decoded(members.read(name, WHOLE_MAX)), newline="")
    try:
        rows = csv.reader(text, strict=True)
        header = [cell.strip().lower().replace(" ", "_") for cell in next(rows, [])]
        for cells in rows:
            # A row may end early: the cells it does not have are empty.
            full = [*(cell.strip() for cell in cells), *[""] * len(header)]
            yield dict(zip(header, full, strict=False))
    except csv.Error as error:
        raise Unimportable(f"{name} in it is no table ({error}).") from None


def moment(text: str) -> Day | None:
    """Read a date such as `2026-01-15T10:00:00.000Z`, in UTC where it names no zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    return Day(read.date(), read)
