"""Disk: which Markdown files a folder holds, and their text. Links are never followed."""

import codecs
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from syndicate.errors import ArticleError, ConfigError
from syndicate.models import Finding, Level, Where
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


def walk(root: Path, folder: str, findings: list[Finding]) -> Iterator[str]:
    """List the Markdown files of a folder and its subfolders, always in the same order.

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
        for entry in _entries(root, here, findings):
            path = f"{here}/{entry.name}"
            if entry.name.startswith((".", "_")) or not _worth_a_look(entry):
                continue
            if clean(path) != path or "\n" in path:
                findings.append(_strange_name(path))
            elif entry.is_symlink():
                findings.append(_link(path, entry))
            elif entry.is_dir(follow_symlinks=False):
                below.append(path)
            else:
                yield path
        waiting += reversed(below)


def text_of(path: str) -> str:
    r"""Give the text of a file, its lines ending with ``\n``, without a byte order mark.

    Raises Unreadable for what is no article: a link, a pipe, too large, not UTF-8, a NUL byte.
    """
    try:
        data = _bytes_of(path)
    except FileNotFoundError:
        raise Unreadable("the file is gone.") from None
    except OSError as error:
        raise Unreadable(
            f"the file cannot be read: {error.strerror}.", "Look at its permissions."
        ) from None
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


def _bytes_of(path: str) -> bytes:
    handle = os.open(path, _FLAGS)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("this is not a regular file.", "Put the file itself here.")
        parts, left = [], SIZE + 1
        while left > 0 and (part := os.read(handle, min(left, status.st_size + 1))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(handle)


def _line(data: bytes, sought: bytes) -> int:
    return data.count(b"\n", 0, data.find(sought)) + 1


def _entries(root: Path, here: str, findings: list[Finding]) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(root / here) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        text = f"the folder cannot be read: {error.strerror}."
        findings.append(
            Finding(Level.MUST_FIX, text, Where(here), "Look at its permissions.", "file")
        )
        return []


def _worth_a_look(entry: "os.DirEntry[str]") -> bool:
    return entry.name.lower().endswith(ENDINGS) or _is_folder(entry)


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


def _link(path: str, entry: "os.DirEntry[str]") -> Finding:
    folder = _is_folder(entry)
    return Finding(
        Level.ADVICE if folder else Level.MUST_FIX,
        "this is a link, and links are not followed.",
        Where(path),
        "Put the folder itself here." if folder else "Put the file itself here.",
        "folder-link" if folder else "file",
    )
