"""The ledger on one machine: a SQLite file."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from syndicate.errors import LedgerBusy, LedgerError
from syndicate.ledger.claiming import Claiming
from syndicate.ledger.forgetting import Forgetting
from syndicate.ledger.freezing import Freezing
from syndicate.ledger.moving import Moving
from syndicate.ledger.settling import Settling
from syndicate.ledger.sql import RepeatedKey, queries
from syndicate.models import KEY_SIZE

NOT_OURS = (
    "{place}: this file is not a ledger of Syndicate, and was left as it is. "
    "Name another one in [ledger] url."
)
_TROUBLES = {
    sqlite3.SQLITE_FULL: "the disk is full, and the last change was not made. "
    "Make room, then run the same command again.",
    sqlite3.SQLITE_READONLY: "the ledger or its folder is read-only. "
    "Make both writable for the user who runs syndicate.",
    sqlite3.SQLITE_PERM: "the ledger may not be used by this user. Check who owns it.",
    sqlite3.SQLITE_CANTOPEN: "the ledger cannot be opened. "
    "Check that its folder is there and writable for the user who runs syndicate.",
    sqlite3.SQLITE_IOERR: "the disk failed while the ledger was read or written. "
    "Check the disk, then run the same command again.",
    sqlite3.SQLITE_CORRUPT: "the ledger is damaged, and nothing more is done with it. "
    "Put back the newest copy, and do not send before you know what went out since.",
    sqlite3.SQLITE_BUSY: "another program keeps the ledger locked. "
    "Wait until it has ended, then run the same command again.",
}


class SqliteLedger(Freezing, Claiming, Moving, Forgetting, Settling):
    """The durable record of issues, batches, recipients and what happened; see `Ledger`."""


class SqliteDatabase:
    """A connection to a ledger file, used by one thread.

    Raises LedgerError for what a person can mend, and LedgerBusy where another program locks it.
    """

    def __init__(self, connection: sqlite3.Connection, place: str, *, readonly: bool) -> None:
        """Keep the connection, the name that people know the file by, and whether it may change."""
        self.connection = connection
        self.place = place
        self.readonly = readonly

    def all(self, query: str, /, **values: Any) -> list[sqlite3.Row]:
        """Run a query by its name and give all rows."""
        with in_words(self.place):
            return self.connection.execute(queries()[query], values).fetchall()

    def one(self, query: str, /, **values: Any) -> sqlite3.Row | None:
        """Run a query by its name and give its first row."""
        return next(iter(self.all(query, **values)), None)

    def many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a query that gives nothing, once for each row."""
        with in_words(self.place):
            self.connection.executemany(queries()[query], rows)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make one durable change of all that is done inside, or none."""
        with in_words(self.place):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            finally:
                # Still open after an error only; for some SQLite itself has rolled back already.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    def add_keys(self, seq: int, batch: int, keys: bytes) -> None:
        """Put the keys of a batch, 16 bytes each, into the guard. Raises RepeatedKey."""
        number = len(keys) // KEY_SIZE
        try:
            self.all("add_recipients", seq=seq, number=batch, n=number, keys=keys)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname != "SQLITE_CONSTRAINT_PRIMARYKEY":
                raise
            raise RepeatedKey from error

    def tidy(self) -> bool:
        """Fold the write-ahead log back into the file; False while somebody still reads it."""
        # What was committed stays so, however this ends.
        with suppress(sqlite3.Error):
            busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy
        return False

    def close(self) -> None:
        """Let go of the file."""
        with in_words(self.place):
            self.connection.close()


@contextmanager
def in_words(place: str) -> Iterator[None]:
    """Turn the errors of SQLite that a person can mend into LedgerError; bugs stay bugs."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Low byte: the extended codes say more than a person needs.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise LedgerError(NOT_OURS.format(place=place)) from error
        if code not in _TROUBLES:
            raise
        kind = LedgerBusy if code == sqlite3.SQLITE_BUSY else LedgerError
        raise kind(f"{place}: {_TROUBLES[code]}") from error
