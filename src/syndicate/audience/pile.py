"""A pile of rows: in memory while they are few, else in an unnamed temporary file."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO

#: rows kept in memory before they are written down
FEW = 200


class Pile:
    """Rows in the order they came; a row holds no line break. Nothing stays after `close`."""

    def __init__(self) -> None:
        self._fresh: list[bytes] = []
        self._file: IO[bytes] | None = None

    def add(self, *rows: bytes) -> None:
        """Put rows on top. Raises OSError when the disk is full."""
        self._fresh += rows
        if len(self._fresh) >= FEW:
            self._write_down()

    def __iter__(self) -> Iterator[bytes]:
        """Give the rows one by one; nothing may be added meanwhile."""
        if self._file is not None:
            self._file.seek(0)
            for row in self._file:
                yield row[:-1]
        yield from self._fresh

    def all(self) -> list[bytes]:
        """Give all rows at once."""
        if self._file is None:
            return list(self._fresh)
        self._file.seek(0)
        return [*self._file.read().split(b"\n")[:-1], *self._fresh]

    def replace(self, rows: Iterable[bytes]) -> None:
        """Hold these rows instead."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
        self._fresh = list(rows)
        if len(self._fresh) >= FEW:
            self._write_down()

    def close(self) -> None:
        """Let go of everything."""
        self._fresh.clear()
        if self._file is not None:
            self._file.close()
        self._file = None

    def _write_down(self) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 -- closed by close()
        self._file.seek(0, 2)
        self._file.write(b"\n".join([*self._fresh, b""]))
        self._fresh.clear()
