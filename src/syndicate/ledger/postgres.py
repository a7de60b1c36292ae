"""The ledger for several computers: a PostgreSQL database.

Changes are made one at a time, as SQLite makes them: each holds a lock of the database until it is
committed, so that what is looked at within a change is still so when it ends.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from psycopg import errors as sql_errors

from syndicate.errors import LedgerBusy, LedgerError, LedgerLost
from syndicate.ledger import server
from syndicate.ledger.forgetting import Forgetting
from syndicate.ledger.freezing import Freezing
from syndicate.ledger.moving import Moving
from syndicate.ledger.settling import Settling
from syndicate.ledger.sharing import Sharing
from syndicate.ledger.sql import RepeatedKey, queries_for_postgres
from syndicate.models import Batch, Receipt

#: seconds to look for a server that was lost, so that answers under way can be recorded
PATIENCE = 60.0
#: seconds between two tries
AGAIN = 0.5

_Answer = TypeVar("_Answer")
_TROUBLES: dict[type[psycopg.Error], str] = {
    sql_errors.LockNotAvailable: "another program keeps the ledger locked. "
    "Wait until it has ended, then run the same command again.",
    sql_errors.InsufficientPrivilege: "this database user may not do that. "
    "Let it own the schema syndicate, or give it the rights.",
    sql_errors.DiskFull: "the disk of the database is full, and the last change was not made. "
    "Make room, then run the same command again.",
    sql_errors.ReadOnlySqlTransaction: "the database can only be read now. "
    "Give the address of the main server.",
    sql_errors.DataCorrupted: "the database is damaged, and nothing more is done with it. "
    "Put back the newest copy, and do not send before you know what went out since.",
}


class PostgresDatabase:
    """A session of a PostgreSQL server, used by one thread; opened again when it is lost.

    Raises LedgerError for what a person can mend, and LedgerLost once the session is lost.
    """

    def __init__(self, where: server.Server, *, readonly: bool) -> None:
        """Open the first session. Raises LedgerError."""
        self.where = where
        self.place = where.place
        self.readonly = readonly
        self.connection = where.connect(readonly=readonly)
        #: whether a session was lost, and the lock of the run with it: nothing more is claimed
        self.adrift = False
        self._changing = False

    def all(self, query: str, /, **values: Any) -> Sequence[dict[str, Any]]:
        """Run a query by its name and give all rows; a question is asked again of a new session."""
        try:
            return self._rows(query, values)
        except LedgerLost:
            if self._changing:
                raise
            self.reconnect()
            return self._rows(query, values)

    def one(self, query: str, /, **values: Any) -> dict[str, Any] | None:
        """Run a query by its name and give its first row."""
        return next(iter(self.all(query, **values)), None)

    def many(self, query: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a query that gives nothing, once for each row."""
        with self._in_words(), self.connection.cursor() as cursor:
            cursor.executemany(queries_for_postgres()[query], (_sent(row) for row in rows))

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make one durable change of all that is done inside, or none; one at a time.

        Raises LedgerLost when the session ends before it is known whether the change was made.
        """
        lock = f"SELECT pg_advisory_xact_lock({server.CLASS}, {server.CHANGE})"
        with self._in_words():
            self._changing = True
            try:
                self.connection.execute(f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock}")
                yield
                done = self.connection.execute("COMMIT").statusmessage
            except BaseException:
                with suppress(psycopg.Error):
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                self._changing = False
            if done != "COMMIT":
                raise RuntimeError("an error inside a change was passed over")

    def add_keys(self, seq: int, batch: int, keys: bytes) -> None:
        """Put the keys of a batch, 16 bytes each, into the guard. Raises RepeatedKey."""
        try:
            self._run("add_recipients", seq=seq, number=batch, n=len(keys) // 16, keys=keys)
        except sql_errors.UniqueViolation as error:
            if error.diag.constraint_name != "recipient_pkey":
                raise
            raise RepeatedKey from error

    def tidy(self) -> bool:
        """Let the database use again the room of what was overwritten; False when it cannot now."""
        # What was committed stays so, however this ends.
        with suppress(psycopg.Error):
            self.connection.execute("VACUUM (ANALYZE) people, outcome, batch")
            return True
        return False

    def close(self) -> None:
        """Let go of the session, and of the locks that it holds."""
        self.connection.close()

    def live(self, run: int) -> None:
        """Show that a run lives, for as long as this session does.

        Raises LedgerBusy where another run of that number does, and LedgerError behind a pooler.
        """
        with self._in_words():
            with closing(self.where.connect()) as other:
                server.refuse_pooler(self.connection, self.place, other)
            if not server.take(self.connection, run):
                raise LedgerBusy(
                    f"{self.place}: another run has the number {run}: an older copy was put back "
                    "while it was at work. End it first."
                )
        self.adrift = False

    def dead(self) -> None:
        """Show that whatever run lived in this session has ended."""
        with self._in_words():
            self.connection.execute("SELECT pg_advisory_unlock_all()")

    def reconnect(self) -> None:
        """Open a new session, within our patience. Raises LedgerLost when that fails."""
        self.adrift = True
        self.connection.close()
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.connection = self.where.connect(readonly=self.readonly)
                if not self.readonly:
                    server.refuse_careless(self.connection, self.place)
            except LedgerError as error:
                if time.monotonic() > until:
                    raise LedgerLost(str(error)) from error
                time.sleep(AGAIN)
            else:
                return

    def _rows(self, query: str, values: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
        with self._in_words():
            return self._run(query, **values)

    def _run(self, query: str, /, **values: Any) -> Sequence[dict[str, Any]]:
        answer = self.connection.execute(queries_for_postgres()[query], _sent(values))
        return answer.fetchall() if answer.description else []

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn the errors of PostgreSQL that a person can mend into LedgerError; bugs stay bugs."""
        try:
            yield
        except psycopg.Error as error:
            if self.connection.closed:
                raise LedgerLost(
                    f"{self.place}: the connection to the database was lost. What was handed over "
                    "is recorded as far as it is known. Go on with the same command."
                ) from error
            for kind, words in _TROUBLES.items():
                if isinstance(error, kind):
                    busy = kind is sql_errors.LockNotAvailable
                    raise (LedgerBusy if busy else LedgerError)(f"{self.place}: {words}") from error
            raise


class PostgresLedger(Freezing, Sharing, Moving, Forgetting, Settling):
    """The durable record of issues, batches, recipients and what happened; see `Ledger`."""

    _db: PostgresDatabase

    def begin_run(self, by: str, now: datetime) -> int:
        """Open a run, which lives as long as this session; several may live at a time.

        Batches still submitting that belonged to runs that died become in doubt.
        """
        # The last one of this session has ended.
        self._db.dead()
        run = super().begin_run(by, now)
        # Before the first claim: whoever finds this lock free takes the run for dead.
        self._db.live(run)
        return run

    def claim(
        self,
        batch: Batch,
        *,
        run: int,
        token: str,
        payload_hash: str,
        now: datetime,
        key_life: float = 0,
    ) -> bool:
        """Take a pending batch for one call; see `Ledger`.

        Raises LedgerLost once the session was lost: others may take this run for dead.
        """
        self._refuse_adrift()
        return super().claim(
            batch, run=run, token=token, payload_hash=payload_hash, now=now, key_life=key_life
        )

    def repeat(
        self, batch: Batch, *, run: int, token: str, payload_hash: str, now: datetime
    ) -> bool:
        """Take a batch in doubt for the very same call; see `Ledger`, and `claim`."""
        self._refuse_adrift()
        return super().repeat(batch, run=run, token=token, payload_hash=payload_hash, now=now)

    def accept(self, batch: Batch, token: str, receipt: Receipt, now: datetime) -> bool:
        """Record that the provider took a batch, over a new session if need be."""
        return self._surely(lambda: super(PostgresLedger, self).accept(batch, token, receipt, now))

    def _fail(self, batch: Batch, token: str, status: Any, reason: str, now: datetime) -> bool:
        return self._surely(
            lambda: super(PostgresLedger, self)._fail(batch, token, status, reason, now)
        )

    def _surely(self, answer: Callable[[], _Answer]) -> _Answer:
        """Record an answer, once more where the session was lost: its token makes it count once.

        Others may have put the batch in doubt meanwhile; then only a clear answer counts.
        """
        try:
            return answer()
        except LedgerLost:
            self._db.reconnect()
            return answer()

    def _refuse_adrift(self) -> None:
        if self._db.adrift:
            raise LedgerLost(
                f"{self._db.place}: the connection to the database was lost for a while, so "
                "nothing more is handed over by this run. Go on with the same command."
            )


def _sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """Take out of text what PostgreSQL cannot keep in it: the character 0."""
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in values.items()
    }
