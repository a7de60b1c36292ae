"""Reaches a PostgreSQL server: sessions that keep what they confirm, and the run lock in them.

Locks of a session end with it, however it ends; so they need a connection of their own to the
database, never one that a pooler hands from one client to the next.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from syndicate.errors import ConfigError, LedgerBusy, LedgerError
from syndicate.ledger.lock import Holder, busy

#: a connection whose rows are dictionaries
Connection = psycopg.Connection[dict[str, Any]]

#: "SYND": the class of all our locks (the two-key form of advisory locks)
CLASS = 0x53594E44
#: the lock of the run; the lock on a higher number says that the run of that number lives
RUN = 0
#: the lock that a change of the ledger holds until it is committed
CHANGE = -1
#: gen_random_uuid() came with this one
OLDEST = 130000
#: the schema that the ledger has to itself
SCHEMA = "syndicate"

#: who vanishes without a word is noticed in about a minute, by us and by the server
_CONNECT = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
_SESSION = f"""
SET search_path = {SCHEMA};
SET statement_timeout = 0;
SET idle_session_timeout = 0;
SET lock_timeout = '60s';
SET idle_in_transaction_session_timeout = '60s';
SET tcp_keepalives_idle = 30;
SET tcp_keepalives_interval = 10;
SET tcp_keepalives_count = 3;
"""
_KEPT = """
SELECT current_setting('synchronous_commit') AS synchronous, current_setting('fsync') AS fsync,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby
"""
_HOLDER = """
SELECT application_name AS name, backend_start AS since
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s AND objsubid = 2
  AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_NAME = re.compile(r"syndicate (\d+) (.*)")


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """A database that may keep a ledger."""

    #: may hold a password
    url: str
    #: what people know it by
    place: str

    def connect(self, *, readonly: bool = False, by: str = "") -> Connection:
        """Open a session; `by` is who others are told that it belongs to.

        Raises LedgerError where the server cannot be reached, or lets nobody in.
        """
        try:
            connection = psycopg.connect(self.conninfo(by), autocommit=True, row_factory=dict_row)
        except psycopg.Error as error:
            raise LedgerError(self._out_of_reach(error)) from None
        if connection.info.server_version < OLDEST:
            connection.close()
            raise LedgerError(f"{self.place}: the ledger needs PostgreSQL 13 or newer.")
        session = _SESSION
        if connection.info.server_version < 140000:  # noqa: PLR2004 -- it came with this one
            session = session.replace("SET idle_session_timeout = 0;\n", "")
        connection.execute(
            session + ("SET default_transaction_read_only = on;" if readonly else "")
        )
        return connection

    def conninfo(self, by: str) -> str:
        """Write all that libpq needs to open a session as this one does; holds the password."""
        given = conninfo_to_dict(self.url)
        options = {"sslmode": "require" if _is_far(given) else "prefer", **_CONNECT}
        options |= {name: str(value) for name, value in given.items()}
        # Shown to others: whoever finds the ledger in use is told by whom.
        options["application_name"] = f"syndicate {os.getpid()} {by}".rstrip()
        return make_conninfo(**options, client_encoding="utf8")

    def _out_of_reach(self, error: psycopg.Error) -> str:
        # Its own words hold no password; without the hint that follows on further lines.
        said = str(error).partition("\n")[0]
        hint = ""
        if "SSL" in said and "require" not in self.url:
            hint = (
                " Addresses travel encrypted; within a network of your own, add ?sslmode=disable."
            )
        return (
            f"{self.place}: the database that holds the ledger cannot be used: {said}.{hint} "
            "Check the address, then run the same command again."
        )


def server(url: str) -> Server:
    """Read the address of a database. Raises ConfigError, which never shows it."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        raise ConfigError(
            "The address of the ledger cannot be read. Write it like "
            "postgresql://user:password@host/database, with %40 for an @ in the password."
        ) from None
    port = f":{given['port']}" if "port" in given else ""
    return Server(url, f"postgresql://{given.get('host', '')}{port}/{given.get('dbname', '')}")


def refuse_careless(connection: Connection, place: str) -> None:
    """Raise LedgerError for a server that may lose what it confirmed, or cannot keep our text."""
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')"
    )
    kept = connection.execute(_KEPT).fetchone() or {}
    if kept["standby"]:
        why = "it is a standby, which cannot be written to. Give the address of the main server"
    elif kept["synchronous"] not in {"on", "remote_apply"} or kept["fsync"] != "on":
        why = "it does not write to the disk what it confirms (fsync = off). Turn that on"
    elif kept["encoding"] != "UTF8":
        why = f"it is in {kept['encoding']}. Make one with: createdb --encoding=UTF8 NAME"
    else:
        return
    raise LedgerError(f"{place}: this database cannot keep the ledger: {why}.")


def refuse_pooler(first: Connection, place: str, other: Connection) -> None:
    """Raise LedgerError where two sessions are handed the same session of the server by turns.

    So do poolers in transaction mode, and locks would be anybody's.
    """
    for _ in range(3):
        mine = _backend(first)
        other.execute("BEGIN")
        shared = mine == _backend(other) or mine != _backend(first)
        other.execute("ROLLBACK")
        if shared:
            raise LedgerError(
                f"{place}: a connection pooler in transaction mode stands before this database, "
                "and the locks that keep two runs apart do not work through it. Give the address "
                "of the database itself."
            )


def take(connection: Connection, number: int) -> bool:
    """Take a lock of ours for as long as this session lives; False when another has it."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s) AS got", (CLASS, number))
    return bool((row.fetchone() or {})["got"])


@contextmanager
def hold(where: Server, *, by: str) -> Iterator[None]:
    """Hold the run lock of a ledger; it ends with the block, or with the process.

    Raises LedgerBusy at once when another run has it, and says who and since when.
    """
    with closing(where.connect(by=by)) as connection:
        with closing(where.connect()) as other:
            refuse_pooler(connection, where.place, other)
        if not take(connection, RUN):
            raise LedgerBusy(busy(where.place, _holder(connection)))
        yield


def _holder(connection: Connection) -> Holder | None:
    row = connection.execute(_HOLDER, (CLASS, RUN)).fetchone()
    match = row and _NAME.match(row["name"] or "")
    return Holder(match[2], row["since"], int(match[1])) if row and match else None


def _backend(connection: Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid() AS pid").fetchone() or {}
    return int(row["pid"])


def _is_far(given: dict[str, Any]) -> bool:
    """Whether any host is on another computer, so that words travel over a network."""
    hosts = str(given.get("hostaddr") or given.get("host") or "").split(",")
    return any(not _is_near(host) for host in hosts)


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"} or host.startswith(("/", "@"))
