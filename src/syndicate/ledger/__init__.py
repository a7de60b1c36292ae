"""The ledgers there are, by the word before the colon of `[ledger] url`."""

import re
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from syndicate.contracts import Ledger
from syndicate.errors import ConfigError
from syndicate.ledger import lock, place
from syndicate.ledger.file import in_memory, open_database
from syndicate.ledger.sqlite import SqliteLedger

SQLITE = "sqlite"
POSTGRES = frozenset({"postgresql", "postgres"})

# Two letters at least: `C:` is a drive.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.+)", re.DOTALL)


def open_ledger(where: str | Path, *, create: bool = True, readonly: bool = False) -> Ledger:
    """Open the ledger at a path, `sqlite:PATH` or `postgresql://USER:PASSWORD@HOST/DATABASE`.

    Relative paths start in the current folder. With `readonly`, or without `create`, an absent
    ledger is an empty one in memory, and nothing is made. A read-only ledger needs no run lock,
    and no run blocks it.
    Raises ConfigError for another kind of ledger; LedgerError, LedgerBusy or LedgerTooNew for one
    that cannot be used.
    """
    kind, rest = _parse(where)
    if kind in POSTGRES:
        _need_psycopg()
        from syndicate.ledger import database  # noqa: PLC0415 -- only where it is used

        there = database.open_ledger(str(where), create=create, readonly=readonly)
        return there or SqliteLedger(in_memory(name(where)))
    return SqliteLedger(open_database(Path(rest), create=create, readonly=readonly))


def hold(where: str | Path, *, by: str, now: datetime) -> AbstractContextManager[None]:
    """Hold the run lock of a ledger; it ends with the block, or with the process.

    Raises LedgerBusy, saying who holds it and since when, LedgerError, also for a place that other
    computers write to, and ConfigError for another kind of ledger.
    """
    kind, rest = _parse(where)
    if kind in POSTGRES:
        _need_psycopg()
        from syndicate.ledger import server  # noqa: PLC0415 -- only where it is used

        return server.hold(server.server(str(where)), by=by)
    place.refuse_shared(Path(rest))
    return lock.hold(Path(rest), by=by, now=now)


def at_work(where: str | Path, host: str) -> bool:
    """Whether a run may be at work on a ledger; always so in a database, which workers share."""
    kind, rest = _parse(where)
    return kind in POSTGRES or lock.at_work(Path(rest), host)


def conninfo(where: str | Path, *, by: str) -> str:
    """Write what another library needs to reach the database of a ledger; holds its password.

    Raises ConfigError for a ledger that is a file, which only one computer can use.
    """
    kind, _ = _parse(where)
    if kind not in POSTGRES:
        raise ConfigError(
            f"{where}: this ledger is a file of one computer. Workers need it in a PostgreSQL "
            'database: [ledger] url_env = "SYNDICATE_LEDGER" (docs/howto/postgresql-and-workers.md)'
        )
    _need_psycopg()
    from syndicate.ledger import server  # noqa: PLC0415 -- only where it is used

    return server.server(str(where)).conninfo(by)


def name(where: str | Path) -> str:
    """Give what people know a ledger by, without the password that its address may hold.

    Raises ConfigError for another kind of ledger.
    """
    kind, rest = _parse(where)
    if kind not in POSTGRES:
        return rest
    _need_psycopg()
    from syndicate.ledger import server  # noqa: PLC0415 -- only where it is used

    return server.server(str(where)).place


def _parse(where: str | Path) -> tuple[str, str]:
    match = None if isinstance(where, Path) else _URL.fullmatch(where)
    if match is None:
        return SQLITE, str(where)
    if match[1] not in {SQLITE, *POSTGRES}:
        # Only the kind is quoted: the rest of such an address may hold a password.
        raise ConfigError(
            f'[ledger] url: "{match[1]}:" is no kind of ledger that Syndicate knows. '
            "Write a path, such as sqlite:state/ledger.db, or postgresql://host/database"
        )
    return match[1], match[2]


def _need_psycopg() -> None:
    """Raise ConfigError where what speaks to PostgreSQL is not installed."""
    try:
        import psycopg  # noqa: F401, PLC0415 -- an extra that few need
    except ImportError:
        raise ConfigError(
            "The ledger is on PostgreSQL, and what speaks to it is not installed. Install it with: "
            "pip install 'syndicate[postgres]'"
        ) from None
