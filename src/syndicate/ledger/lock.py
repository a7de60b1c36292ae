"""The run lock: one run at a time on a ledger, and it dies with its process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from syndicate.errors import LedgerBusy, LedgerError


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock, for the message that another one gets."""

    #: a login name and a host
    by: str
    since: datetime
    #: process id
    pid: int


@contextmanager
def hold(ledger: Path, *, by: str, now: datetime) -> Iterator[None]:
    """Hold the lock beside a ledger; `state/ledger.db` has `state/ledger.lock`.

    Raises LedgerBusy at once when another run has it, and says who and since when.
    Raises LedgerError when the folder cannot be used.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- costs more than most commands

    # One ledger has one lock, by whatever link it is reached.
    path = ledger.resolve().with_suffix(".lock")
    holder = path.with_name(f"{path.name}.holder")
    # A lock that only is a file would outlive its process: better none than such a one.
    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        _write(holder, Holder(by, now, os.getpid()))
    except Timeout:
        raise LedgerBusy(busy(str(ledger), _read(holder))) from None
    except (OSError, NotImplementedError) as error:
        lock.release()
        raise LedgerError(
            f"{path}: the run lock cannot be taken here: {getattr(error, 'strerror', error)}. "
            "Keep the ledger on a local disk, in a folder that you can write to."
        ) from error
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def at_work(ledger: Path, host: str) -> bool:
    """Whether a run holds a ledger, told by what it wrote beside it: its lock is not touched.

    A run that was killed leaves that behind; on its own host its process tells.
    """
    path = ledger.resolve().with_suffix(".lock")
    holder = _read(path.with_name(f"{path.name}.holder"))
    if holder is None:
        return False
    # To ask after a process by a signal would end it on Windows.
    if os.name == "nt" or not holder.by.endswith(f"@{host}"):
        return True
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # It is somebody else's.
        return True
    return True


def busy(ledger: str, holder: Holder | None) -> str:
    """Say that a ledger is in use, by whom and since when where that is known."""
    who = "another run"
    if holder is not None:
        since = holder.since.astimezone(UTC)
        who = f"{holder.by} (process {holder.pid}) since {since:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"{ledger}: in use by {who}. Wait until it has ended, or look at it with: syndicate status"
    )


def _write(file: Path, holder: Holder) -> None:
    # Beside the lock, never through it: on Windows the lock file itself cannot be read, and
    # closing it here would let go of some kinds of lock.
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:  # noqa: PTH123 -- a Path cannot set the mode
        out.write(msgspec.json.encode(holder))
    new.replace(file)


def _read(file: Path) -> Holder | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        # It may be about to be written, or gone; the lock alone decides.
        return None
