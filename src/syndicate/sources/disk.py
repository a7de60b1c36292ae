"""Disk: which Markdown files a folder holds, and their text. Links are never followed."""

import codecs
import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from syndicate.errors import ArticleError, ConfigError
from syndicate.models import Finding, Level, Where
from syndicate.stamps import Stamp
from syndicate.text import clean, one_line, quote

ENDINGS = (".md", ".markdown")
#: bytes of an article
SIZE = 5 * 1024 * 1024

# A pipe would be waited for, and a link could lead anywhere.
_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


class Unreadable(ArticleError):  # noqa: N818 -- as in `errors`
    """A file cannot be read as text: why, on which line if that is known, and what to do."""

    def __init__(self, text: str, fix: str = "", line: int | None = None) -> None:
        """Keep the sentence, the advice, and the line counted from 1."""
        super().__init__(f"{text} {fix}".rstrip())
        self.text, self.fix, self.line = text, fix, line


def walk(root: Path, folder: str, findings: list[Finding]) -> Iterator[tuple[str, Stamp | None]]:
    """List the Markdown files of a folder and its subfolders, always in the same order.

    Each comes with its stamp; None for one that is gone again.

    Paths start with `folder` and have slashes. Names that start with a dot or an underscore are
    passed over. Links, and names that cannot be shown, become findings.
    Raises ConfigError when the folder is not there.
    """
    if not os.path.isdir(root / folder):  # noqa: PTH112 -- False also where permission is missing
        raise ConfigError(
            f"There is no folder {quote(folder)} with articles. "
            "Make it, or name another one: [articles] folder, in syndicate.toml."
        )
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        below = []
        for name, kind, stamp in _listed(f"{root}/{here}", here, findings):
            path = f"{here}/{name}"
            if not name.isprintable() and (clean(path) != path or "\n" in path):
                findings.append(_strange_name(path))
            elif kind == FILE:
                yield path, stamp
            elif kind == FOLDER:
                below.append(path)
            else:
                findings.append(_link(path, folder=kind == LINK_TO_FOLDER))
        waiting += reversed(below)


def read(path: str) -> tuple[bytes, os.stat_result]:
    """Give a file's bytes, one more than `SIZE` at most, and what it was before they were read.

    Raises Unreadable for what cannot be opened, and for what is no file: a link, a pipe.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        raise Unreadable("the file is gone.") from None
    except OSError as error:
        raise Unreadable(
            f"the file cannot be read: {error.strerror}.", "Look at its permissions."
        ) from None


def text_of(data: bytes) -> str:
    r"""Give the text of a file's bytes, its lines ending with ``\n``, without a byte order mark.

    Raises Unreadable for what is no article: too large, not UTF-8, a NUL byte.
    """
    if len(data) > SIZE:
        raise Unreadable(
            f"the file is larger than {SIZE // 2**20} MB.",
            "An article is text; put pictures beside it.",
        )
    if b"\0" in data:
        raise Unreadable(
            "the file holds a NUL byte, as no text does.", "Save it as UTF-8.", _line(data, b"\0")
        )
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"the file is not UTF-8: byte {data[error.start]:#04x}.",
            "Save it with the encoding UTF-8.",
            data.count(b"\n", 0, error.start) + 1,
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _read(path: str) -> tuple[bytes, os.stat_result]:
    handle = os.open(path, _FLAGS)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("this is not a regular file.", "Put the file itself here.")
        size = min(status.st_size, SIZE) + 1
        data = os.read(handle, size)
        # As a rule that was all: a file is read short only at its end. It may be growing just now.
        while len(data) <= SIZE and len(data) != status.st_size and (part := os.read(handle, size)):
            data += part
        return data[: SIZE + 1], status
    finally:
        os.close(handle)


def _line(data: bytes, sought: bytes) -> int:
    return data.count(b"\n", 0, data.find(sought)) + 1


def _listed(place: str, here: str, findings: list[Finding]) -> list[tuple[str, int, Stamp | None]]:
    """Give name, kind and stamp of everything in a folder that may matter, ordered by name.

    They are asked for in the order of the disk, which knows the next one soonest.
    """
    found = []
    try:
        with _entries(place) as entries:
            for entry in entries:
                name = entry.name
                if name[0] not in "._" and (kind := _kind(entry, name)):
                    found.append((name, kind, _stamp(entry) if kind == FILE else None))
    except OSError as error:
        text = f"the folder cannot be read: {error.strerror}."
        findings.append(
            Finding(Level.MUST_FIX, text, Where(here), "Look at its permissions.", "file")
        )
        return []
    found.sort()
    return found


@contextlib.contextmanager
def _entries(place: str) -> Iterator[Iterator["os.DirEntry[str]"]]:
    """Open a folder once, where that can be done: the disk then need not find it for each file."""
    if os.scandir not in os.supports_fd:
        with os.scandir(place) as entries:
            yield entries
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        with os.scandir(handle) as entries:
            yield cast("Iterator[os.DirEntry[str]]", entries)
    finally:
        os.close(handle)


#: what an entry of a folder can be
FILE, FOLDER, LINK, LINK_TO_FOLDER = range(1, 5)


def _kind(entry: "os.DirEntry[str]", name: str) -> int:
    """Tell what an entry is; 0 for what is neither a folder nor called like an article."""
    called = name.endswith(ENDINGS) or name.lower().endswith(ENDINGS)
    # Nearly all are this, and one question tells it.
    if called and entry.is_file(follow_symlinks=False):
        return FILE
    if called and not entry.is_symlink() and not entry.is_dir(follow_symlinks=False):
        return FILE
    if not _is_folder(entry):
        return LINK if called else 0
    return LINK_TO_FOLDER if entry.is_symlink() else FOLDER


def _stamp(entry: "os.DirEntry[str]") -> Stamp | None:
    try:
        # On Windows an entry does not know the file's number.
        status = os.lstat(entry.path) if _WINDOWS else entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


_WINDOWS = os.name == "nt"


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether this is a folder, or a link to one; a link to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _strange_name(path: str) -> Finding:
    return Finding(
        Level.MUST_FIX,
        "the name of this file or folder has signs that cannot be shown.",
        Where(one_line(path.encode("utf-8", "replace").decode())),
        "Rename it.",
        "file",
    )


def _link(path: str, *, folder: bool) -> Finding:
    return Finding(
        Level.ADVICE if folder else Level.MUST_FIX,
        "this is a link, and links are not followed.",
        Where(path),
        "Put the folder itself here." if folder else "Put the file itself here.",
        "folder-link" if folder else "file",
    )
