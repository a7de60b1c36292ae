"""The outbox as an inbox: what `send` and `test` handed over, read from its files.

Only what is on the page is opened: a folder of ten thousand files costs one listing.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from syndicate.text import one_line

#: messages on a page of the list
PAGE = 50
#: bytes at the start of a file that hold all of its headers
_HEAD = 16_384
_FOLDER = re.compile(r"[A-Za-z0-9_-]{1,120}(?:\.[A-Za-z0-9_-]{1,120}){0,8}")
_FILE = re.compile(r"([0-9]{1,12})\.eml")
#: what people read first
_FIRST = ("from", "to", "reply-to", "subject", "date")


@dataclass(frozen=True, slots=True)
class Folder:
    """The messages of one issue or test."""

    #: id of the issue
    name: str
    #: numbers of its messages, the newest first, as they stand in the names of the files
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A message as the list shows it."""

    number: str
    to: str
    subject: str
    #: when it was handed over; None where the file does not say
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, opened."""

    folder: str
    number: str
    subject: str
    sender: str
    to: str
    date: datetime | None
    #: every header as (name, value), those that people read first before the others
    headers: tuple[tuple[str, str], ...]
    html: str
    text: str
    #: the file as it is
    source: str


class Outbox:
    """The folder that the outbox provider writes into. Only reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def folders(self) -> tuple[str, ...]:
        """Name the issues that were handed over, the newest first."""
        try:
            with os.scandir(self.path) as entries:
                found = [
                    (entry.stat().st_mtime, entry.name)
                    for entry in entries
                    if _FOLDER.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
                ]
        except OSError:
            return ()
        return tuple(name for _, name in sorted(found, reverse=True))

    def folder(self, name: str) -> Folder | None:
        """List the numbers of an issue's messages; None where there is no such issue."""
        if not _FOLDER.fullmatch(name):
            return None
        try:
            with os.scandir(self.path / name) as entries:
                found = [match[1] for entry in entries if (match := _FILE.fullmatch(entry.name))]
        except OSError:
            return None
        return Folder(name, tuple(sorted(found, key=lambda one: (int(one), one), reverse=True)))

    def lines(self, folder: Folder, page: int) -> tuple[Line, ...]:
        """Read what the list shows of one page, counted from 1."""
        numbers = folder.numbers[(page - 1) * PAGE : page * PAGE]
        return tuple(line for number in numbers if (line := self._line(folder.name, number)))

    def letter(self, folder: str, number: str) -> Letter | None:
        """Open a message; None for one that is not there."""
        data = self._read(folder, number)
        if data is None:
            return None
        mail: EmailMessage = BytesParser(policy=policy.default).parsebytes(data)
        headers = [(name, one_line(str(value))) for name, value in mail.items()]
        headers.sort(key=lambda one: _place(one[0]))
        return Letter(
            folder,
            number,
            _value(mail, "subject"),
            _value(mail, "from"),
            _value(mail, "to"),
            _date(_value(mail, "date")),
            tuple(headers),
            _part(mail, "html"),
            _part(mail, "plain"),
            data.decode("utf-8", "replace").replace("\r\n", "\n"),
        )

    def _line(self, folder: str, number: str) -> Line | None:
        data = self._read(folder, number, _HEAD)
        if data is None:
            return None
        head: EmailMessage = BytesHeaderParser(policy=policy.default).parsebytes(data)
        date = _date(_value(head, "date"))
        return Line(number, _value(head, "to"), _value(head, "subject"), date)

    def _read(self, folder: str, number: str, most: int = -1) -> bytes | None:
        """Read a file, but none that a link leads to."""
        if not _FOLDER.fullmatch(folder) or not _FILE.fullmatch(f"{number}.eml"):
            return None
        path = self.path / folder / f"{number}.eml"
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.path)):
            return None
        try:
            with path.open("rb") as file:
                return file.read(most)
        except OSError:
            return None


def _place(name: str) -> int:
    lower = name.lower()
    return _FIRST.index(lower) if lower in _FIRST else len(_FIRST)


def _value(mail: EmailMessage, name: str) -> str:
    return one_line(str(mail.get(name, "")))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
