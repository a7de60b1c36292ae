"""The ledgers there are, by the word before the colon of `[ledger] url`."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from syndicate.contracts import Ledger
from syndicate.errors import ConfigError
from syndicate.ledger import lock, place
from syndicate.ledger.file import open_database
from syndicate.ledger.sqlite import SqliteLedger


def _sqlite(path: str, *, create: bool, readonly: bool) -> SqliteLedger:
    return SqliteLedger(open_database(Path(path), create=create, readonly=readonly))


KINDS: dict[str, Callable[..., Ledger]] = {"sqlite": _sqlite}

# Two letters at least: `C:` is a drive.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.+)", re.DOTALL)


def open_ledger(where: str | Path, *, create: bool = True, readonly: bool = False) -> Ledger:
    """Open the ledger at a path or at `sqlite:PATH`; relative paths start in the current folder.

    With `readonly`, or without `create`, an absent ledger is an empty one in memory, and nothing
    is made on the disk. A read-only ledger needs no run lock, and no run blocks it.
    Raises ConfigError for another kind of ledger; LedgerError, LedgerBusy or LedgerTooNew for a
    file that cannot be used.
    """
    kind, path = _parse(where)
    return KINDS[kind](path, create=create, readonly=readonly)


def hold(where: str | Path, *, by: str, now: datetime) -> AbstractContextManager[None]:
    """Hold the run lock of a ledger; it ends with the block, or with the process.

    Raises LedgerBusy, saying who holds it and since when, and LedgerError, also for a place that
    other computers write to.
    """
    _, path = _parse(where)
    place.refuse_shared(Path(path))
    return lock.hold(Path(path), by=by, now=now)


def _parse(where: str | Path) -> tuple[str, str]:
    match = None if isinstance(where, Path) else _URL.fullmatch(where)
    if match is None:
        return "sqlite", str(where)
    if match[1] not in KINDS:
        # Only the kind is quoted: the rest of such an address may hold a password.
        raise ConfigError(
            f'[ledger] url: "{match[1]}:" is no kind of ledger that Syndicate knows. '
            "Write a path, such as sqlite:state/ledger.db"
        )
    return match[1], match[2]
