"""Opens a ledger in a PostgreSQL database: recognises it, and brings it up to date."""

from collections.abc import Sequence

from psycopg import errors as sql_errors

from syndicate.errors import LedgerError, LedgerTooNew
from syndicate.ledger import server
from syndicate.ledger.postgres import PostgresDatabase, PostgresLedger
from syndicate.ledger.sql import read

#: number 1 makes an empty database a ledger; `meta.version` is the number of the last one applied
MIGRATIONS = ("schema.postgres.sql", "settings.sql")


def open_ledger(
    url: str, *, create: bool, readonly: bool, scripts: Sequence[str] = MIGRATIONS
) -> PostgresLedger | None:
    """Open the ledger in a database, made first if need be, and brought up to date by `scripts`.

    None where there is none and none may be made. Raises LedgerError, LedgerTooNew or ConfigError.
    """
    database = PostgresDatabase(server.server(url), readonly=readonly)
    try:
        version = _recognise(database, len(scripts))
        if version == 0 and (readonly or not create):
            database.close()
            return None
        if readonly and version < len(scripts):
            # Its tables are not those that are asked for: brought up to date before it is read.
            _bring_up_to_date(url, scripts)
        if not readonly:
            server.refuse_careless(database.connection, database.place)
            _migrate(database, version, scripts)
    except BaseException:
        database.close()
        raise
    return PostgresLedger(database)


def _bring_up_to_date(url: str, scripts: Sequence[str]) -> None:
    ledger = open_ledger(url, create=False, readonly=False, scripts=scripts)
    if ledger is not None:
        ledger.close()


def _version(database: PostgresDatabase) -> int:
    """Give the version of the schema; 0 where there is none."""
    # Of the catalogue: what a session remembers of names may be from before another's change.
    found = (
        "SELECT count(*) > 0 AS there FROM pg_class JOIN pg_namespace ON pg_namespace.oid = "
        "relnamespace WHERE nspname = 'syndicate' AND relname = 'meta'"
    )
    try:
        if not (database.connection.execute(found).fetchone() or {})["there"]:
            return 0
        row = database.connection.execute("SELECT version FROM syndicate.meta").fetchone() or {}
        return int(row["version"])
    except (sql_errors.UndefinedColumn, sql_errors.InsufficientPrivilege, KeyError) as error:
        raise LedgerError(
            f"{database.place}: the schema syndicate of this database is no ledger of Syndicate, "
            "or not one that this user may read, and was left as it was. Name another database."
        ) from error


def _recognise(database: PostgresDatabase, newest: int) -> int:
    """Give the version of the schema. Raises LedgerTooNew before anything is changed in it."""
    version = _version(database)
    if version > newest:
        raise LedgerTooNew(
            f"{database.place}: a newer Syndicate wrote this ledger (version {version}; this one "
            f"knows up to {newest}). Upgrade Syndicate here."
        )
    return version


def _migrate(database: PostgresDatabase, version: int, scripts: Sequence[str]) -> None:
    """Apply what is missing, each in a transaction of its own, one process at a time."""
    for number, script in enumerate(scripts, 1):
        if version >= number:
            continue
        with database.change():
            # Read again each time: another process may have been quicker.
            if _version(database) >= number:
                continue
            database.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {server.SCHEMA}")
            database.connection.execute(read(script))
            database.connection.execute("UPDATE meta SET version = %s", (number,))
