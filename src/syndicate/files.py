"""Writing files: whole or not at all, and only when something changed."""

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from syndicate.errors import SyndicateError

#: files are for everybody to read, as a web server needs them
MODE = 0o644
#: only for their owner
PRIVATE = 0o600
#: how the names of files begin that are not whole yet
PREFIX = ".syndicate-"

_BINARY = getattr(os, "O_BINARY", 0)
_BESIDE = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}")


def write(
    path: Path,
    data: bytes,
    *,
    inside: Path | None = None,
    private: bool = False,
    lasting: bool = True,
    as_before: bool = False,
) -> bool:
    """Write a whole file, or leave everything as it was; True when the file changed.

    A file that holds these bytes already is not touched, so that its date stays and a server can
    answer "not modified". Folders on the way are made.
    With `private`, nobody but its owner can read it, as files with addresses need.
    With `as_before`, whoever could read a file that was there still can.
    Without `lasting` a power cut may take it, which is for what can be made again: no disk is
    waited for.
    With `inside`, a path that leads out of that folder is refused, also by `..` or by a link.
    Raises SyndicateError for what a person can mend: disk full, no permission, name too long.
    """
    try:
        if inside is not None:
            stay(path, inside)
        if holds(path, data):
            return False
        mode = PRIVATE if private else MODE
        if as_before and path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
        _replace(path, [data], mode, lasting=lasting)
    except OSError as error:
        raise SyndicateError(f"{path} cannot be written: {_words(error, path)}") from None
    return True


def write_pieces(path: Path, pieces: Iterable[bytes], *, lasting: bool = True) -> None:
    """Write a file that only its owner can read, piece by piece: whole, or not at all.

    The pieces may be read from the file that they replace. Raises SyndicateError as `write` does,
    where `lasting` is explained; whatever making a piece raises comes through, and the file is as
    it was.
    """
    try:
        _replace(path, pieces, PRIVATE, lasting=lasting)
    except OSError as error:
        raise SyndicateError(f"{path} cannot be written: {_words(error, path)}") from None


def append(path: Path, data: bytes) -> None:
    """Put lines at the end of a file to which other programs may append as well; made if need be.

    What is there stays as it is, rights included; a new file is for its owner only. A last line
    without an end gets one. Raises SyndicateError as `write` does.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a+b", buffering=0, opener=_privately) as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                data = data if file.read(1) == b"\n" else b"\n" + data
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())
    except OSError as error:
        raise SyndicateError(f"{path} cannot be written: {_words(error, path)}") from None


def remove(path: Path, *, inside: Path) -> None:
    """Remove a file, and the folders that are empty then, up to `inside` but not `inside` itself.

    Raises SyndicateError when the path leads out of that folder, or for want of permission.
    """
    try:
        stay(path, inside)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SyndicateError(f"{path} cannot be removed: {_words(error, path)}") from None
    for folder in path.relative_to(inside).parents[:-1]:
        try:
            (inside / folder).rmdir()
        except OSError:
            return


def sweep(folder: str | Path, before: datetime) -> None:
    """Remove what a run that was killed left half-written in a folder.

    These are files with names as `write` makes them, last touched before that time: younger ones
    may belong to a run that is still at work.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _BESIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                touched = entry.stat(follow_symlinks=False).st_mtime
                if touched < before.timestamp():
                    Path(entry.path).unlink()


def stay(path: str | Path, folder: Path) -> None:
    """Raise SyndicateError for a path that leads out of a folder, also by `..` or by a link."""
    # The last part is not resolved: replacing a link never writes to where it leads.
    real = os.path.realpath(os.path.dirname(path))  # noqa: PTH120 -- there may be hundreds
    inside = os.path.realpath(folder)
    if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
        raise SyndicateError(
            f"{path} lies outside {folder}, and nothing may be written there. "
            "Look for a link or for two dots in the path."
        )


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)


def holds(path: Path, data: bytes) -> bool:
    """Whether a file has these bytes. Raises OSError where it cannot be read."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def _replace(path: Path, pieces: Iterable[bytes], mode: int, *, lasting: bool = True) -> None:
    """Write beside the file and rename: a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f"{PREFIX}{os.urandom(4).hex()}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(path)
    except BaseException:  # also Ctrl-C: nothing half-written stays behind
        beside.unlink(missing_ok=True)
        raise


_WORDS = {
    errno.ENOSPC: "the disk is full. Make room and run the same command again.",
    errno.EDQUOT: "your share of the disk is used up. Make room and run the same command again.",
    errno.EFBIG: "it is larger than this disk or account allows.",
    errno.EROFS: "the disk is read-only. Choose another folder.",
    errno.EACCES: "permission denied. Look at who owns the folder, or choose another one.",
    errno.EPERM: "permission denied. Look at who owns the folder, or choose another one.",
    errno.ENAMETOOLONG: "its name is too long. Give it a shorter one.",
}


def _words(error: OSError, path: Path) -> str:
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    if path.is_dir():
        return "a folder of that name is in the way. Move or remove it."
    for parent in path.parents:
        if parent.exists() and not parent.is_dir():
            return f"{parent} is in the way: a file where a folder is needed. Move or rename it."
    return f"{error.strerror}."
