"""SQL kept in files beside this one, and what the ledger asks of whichever database runs it."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

_QUERY = re.compile(r"-- (?P<name>[a-z_]+)\n-- (?P<purpose>[A-Z].+\.)\n(?P<text>[^;]+;)\s*")


_VALUE = re.compile(r":([a-z_]+)")


class RepeatedKey(Exception):  # noqa: N818 -- what happened; the ledger says it in words
    """Somebody is in the guard of an issue already."""


class Row(Protocol):
    """One row of an answer."""

    def __getitem__(self, column: str, /) -> Any:
        """Give a value by the name of its column."""
        ...


class Database(Protocol):
    """A connection to the database that keeps a ledger, used by one thread."""

    #: what people know the ledger by; never a password
    place: str
    #: whether nothing may be changed over it
    readonly: bool

    def all(self, query: str, /, **values: Any) -> Sequence[Row]:
        """Run a query by its name and give all rows."""
        ...

    def one(self, query: str, /, **values: Any) -> Row | None:
        """Run a query by its name and give its first row."""
        ...

    def many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a query that gives nothing, once for each row."""
        ...

    def change(self) -> AbstractContextManager[None]:
        """Make one durable change of all that is done inside, or none; one at a time."""
        ...

    def add_keys(self, seq: int, batch: int, keys: bytes) -> None:
        """Put the keys of a batch, 16 bytes each, into the guard. Raises RepeatedKey."""
        ...

    def tidy(self) -> bool:
        """Put away what the last changes left behind; False when that cannot be done now."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


@cache
def queries() -> dict[str, str]:
    """Read `queries.sql`: the text of each query by its name.

    The first paragraph is about the file; each other one is a name, a purpose and one statement.
    Raises ValueError for a paragraph that is not.
    """
    return _queries("queries.sql")


@cache
def queries_for_postgres() -> dict[str, str]:
    """Read `queries.sql` as PostgreSQL has it: `queries.postgres.sql` goes before it."""
    whole = queries() | _queries("queries.postgres.sql")
    return {name: _VALUE.sub(r"%(\1)s", text) for name, text in whole.items()}


def _queries(file: str) -> dict[str, str]:
    _, *paragraphs = read(file).split("\n\n")
    found = {}
    for paragraph in paragraphs:
        match = _QUERY.fullmatch(paragraph)
        if match is None or match["name"] in found:
            raise ValueError(paragraph)
        found[match["name"]] = match["text"]
    return found


def statements(file: str) -> Iterator[str]:
    """Cut a script into statements, so that all of it can run inside one transaction.

    (`executescript` of sqlite3 would commit first.)
    """
    statement = ""
    for line in read(file).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def read(file: str) -> str:
    """Read a file of SQL beside this one."""
    return (Path(__file__).parent / file).read_text(encoding="utf-8")
