"""Opens a ledger file: recognises it, brings it up to date, and keeps it private."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from syndicate.errors import LedgerError, LedgerTooNew
from syndicate.ledger.sql import statements
from syndicate.ledger.sqlite import NOT_OURS, SqliteDatabase, in_words

#: "SYND": marks a SQLite file as ours (https://sqlite.org/pragma.html#pragma_application_id)
APPLICATION = 0x53594E44
#: number 1 makes an empty file a ledger; `user_version` is the number of the last one applied
MIGRATIONS = ("schema.sql", "settings.sql")
#: STRICT tables came with this one
OLDEST_SQLITE = (3, 37, 0)
#: milliseconds to wait for another process that is writing; a freeze of a million takes seconds
PATIENCE = 60_000


def open_database(
    path: Path, *, create: bool, readonly: bool, scripts: Sequence[str] = MIGRATIONS
) -> SqliteDatabase:
    """Open a ledger file, made first if need be, and brought up to date by `scripts`.

    An absent one that may not be made gives an empty ledger in memory.
    Raises LedgerError, LedgerBusy or LedgerTooNew.
    """
    _refuse_old_sqlite()
    with _files_in_words(path):
        absent = not path.exists()
        if absent and (readonly or not create):
            return in_memory(str(path), scripts)
        if absent:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
    database = _connect_to_read(path) if readonly else _connect(path, "mode=rw")
    try:
        version = _recognise(database, len(scripts))
        if readonly and version == 0:
            database.close()
            return in_memory(str(path), scripts)
        if readonly and version < len(scripts):
            # Its tables are not those that are asked for: brought up to date before it is read.
            database.close()
            open_database(path, create=False, readonly=False, scripts=scripts).close()
            return open_database(path, create=False, readonly=True, scripts=scripts)
        if not readonly:
            _keep_private(path)
            _prepare(database, version, scripts)
    except BaseException:
        database.connection.close()
        raise
    return database


def _refuse_old_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise LedgerError(
            f"This Python comes with SQLite {sqlite3.sqlite_version}, and the ledger needs 3.37 "
            "or newer. Use another Python, such as the one from python.org."
        )


def in_memory(place: str, scripts: Sequence[str] = MIGRATIONS) -> SqliteDatabase:
    """Make an empty ledger that nobody keeps, in place of one that is not there."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    database = SqliteDatabase(connection, place, readonly=False)
    _migrate(database, scripts)
    return database


def _connect_to_read(path: Path) -> SqliteDatabase:
    """Connect without a change to the file, also where nothing can be made beside it.

    SQLite asks for an index of the write-ahead log even when there is none
    (https://sqlite.org/wal.html#readonly).
    """
    database = _connect(path, "mode=ro")
    try:
        database.connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
            return database
        database.connection.close()
        if Path(f"{path.resolve()}-wal").exists():
            raise LedgerError(
                f"{path}: what was written last lies in {path.name}-wal, and cannot be read in a "
                "folder that cannot be written to. Copy both files into one that can, and name it "
                "in [ledger] url."
            ) from error
        return _connect(path, "mode=ro&immutable=1")
    return database


def _connect(path: Path, options: str) -> SqliteDatabase:
    with in_words(str(path)):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None
        )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    return SqliteDatabase(connection, str(path), readonly="mode=ro" in options)


def _recognise(database: SqliteDatabase, newest: int) -> int:
    """Give the version of the schema, 0 for an empty file, before anything is changed in it."""
    with in_words(database.place):
        application = _pragma(database, "application_id")
        version = _pragma(database, "user_version")
        empty = not database.connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    if application != APPLICATION and not (empty and application == version == 0):
        raise LedgerError(NOT_OURS.format(place=database.place))
    if version > newest:
        raise LedgerTooNew(
            f"{database.place}: a newer Syndicate wrote this ledger (version {version}; this one "
            f"knows up to {newest}). Upgrade Syndicate here."
        )
    return version


def _prepare(database: SqliteDatabase, version: int, scripts: Sequence[str]) -> None:
    with in_words(database.place):
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",  # a commit is on the disk when it returns
            "fullfsync = ON",  # macOS needs it for that; others do not know it
            "foreign_keys = ON",
            "secure_delete = ON",  # what is forgotten is overwritten
        ):
            # Closed at once: a statement left open would keep the next setting from being made.
            with closing(database.connection.execute(f"PRAGMA {setting}")) as answer:
                answer.fetchall()
    if version == 0:
        _migrate(database, scripts)
    elif version < len(scripts):
        _upgrade(database, version, scripts)


def _migrate(database: SqliteDatabase, scripts: Sequence[str], *, copy: Path | None = None) -> None:
    """Apply what is missing, each in a transaction of its own; a copy is made before the first."""
    for number, script in enumerate(scripts, 1):
        with database.change():
            # Read again each time: another process may have been quicker.
            if _pragma(database, "user_version") >= number:
                continue
            if copy is not None:
                # Within the change, so that of several processes one makes it.
                _make_copy(database.place, copy)
                copy = None
            for statement in statements(script):
                database.connection.execute(statement)
            database.connection.execute(f"PRAGMA user_version = {number}")
            database.connection.execute(f"PRAGMA application_id = {APPLICATION}")


def _make_copy(place: str, copy: Path) -> None:
    with _files_in_words(copy):
        copy.unlink(missing_ok=True)
        # Made here, as SQLite would make it for everybody to read.
        copy.touch(mode=0o600)
    # A connection inside a change cannot do it.
    with closing(sqlite3.connect(place)) as reader:
        reader.execute("VACUUM INTO ?", (str(copy),))


def _upgrade(database: SqliteDatabase, version: int, scripts: Sequence[str]) -> None:
    """Bring an older ledger up to date, with a copy beside it until all went well."""
    copy = Path(f"{database.place}.version-{version}")
    try:
        _migrate(database, scripts, copy=copy)
    except sqlite3.Error as error:
        raise LedgerError(
            f"{database.place}: the ledger could not be brought up to date ({error}). The step "
            f"that failed was undone; a copy from before is {copy.name}. Use the Syndicate that "
            "wrote it, and report this."
        ) from error
    with _files_in_words(copy):
        copy.unlink(missing_ok=True)


def _pragma(database: SqliteDatabase, name: str) -> int:
    return int(database.connection.execute(f"PRAGMA {name}").fetchone()[0])


def _keep_private(path: Path) -> None:
    """Let nobody but the owner read addresses; SQLite gives new files beside it the same mode."""
    with _files_in_words(path):
        for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(0o600)


@contextmanager
def _files_in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LedgerError(
            f"{path}: the ledger cannot be made or opened here: {error.strerror}. "
            "Make its folder writable, or name another place in [ledger] url."
        ) from error
