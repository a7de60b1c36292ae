"""The files of an archive, as all importers of archives read them."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

from syndicate.importers.base import PAGE_MAX, WHOLE_MAX, Day, Unimportable, decoded
from syndicate.zips import BadZip, Zip


@contextmanager
def unzipped(file: BinaryIO) -> Iterator[Zip]:
    """Open a zip that lies open before us. Raises Unimportable, also while it is read from."""
    file.seek(0)
    try:
        with Zip(file) as archive:
            yield archive
    except BadZip as error:
        raise Unimportable(str(error)) from None


def page(members: Zip, name: str) -> str:
    """Read a page of text. Raises as `read` does, and Unimportable for what is no text."""
    return decoded(members.read(name, PAGE_MAX))


def table(members: Zip, name: str) -> Iterator[Mapping[str, str]]:
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
