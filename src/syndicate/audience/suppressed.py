"""Who must never be mailed: a list of addresses or keys."""

import re
from collections.abc import Collection
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from syndicate import files
from syndicate.addresses import bare, fault, key_maker
from syndicate.audience.base import EMAIL, delimiter_of, shown
from syndicate.audience.table import LINE_MAX, rows
from syndicate.errors import AudienceError, Unavailable
from syndicate.transport import Answer, Line, Transport, is_safe

#: bytes of a list from the web: nearly two million keys
WEB_MAX = 64_000_000
FOUND, REDIRECTS = 200, range(300, 400)

_KEY = re.compile(r"[0-9a-fA-F]{32}")
_HEADINGS = EMAIL | {"key"}
#: how address books and web pages write an address
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")


def read_suppressed(path: Path, secret: bytes) -> frozenset[bytes]:
    """Read the keys of those who must never be mailed.

    The file is a table with a column `email` or `key`, or plain lines of either; a line that begins
    with `#` is a remark. `Name <address>`, `mailto:` and quotes are understood. Raises
    AudienceError when it is not there, and for a row that is neither an address nor a key, as
    somebody might be mailed because of it.
    """
    make = key_maker(secret)
    keys: set[bytes] = set()
    place = None
    for line, cells in rows(path):
        if cells[0].startswith("#"):
            continue
        if place is None:
            place = _place(cells)
            if cells[place].strip().casefold() in _HEADINGS:
                continue
        entry = _plain(cells[place]) if place < len(cells) else ""
        if _KEY.fullmatch(entry):
            keys.add(bytes.fromhex(entry))
        elif not fault(entry):
            keys.add(make(entry))
        else:
            raise AudienceError(
                f"{shown(path)}:{line}: this is neither an address nor a key of 32 digits. "
                "Mend the line, or put # before it."
            )
    return frozenset(keys)


def add_keys(path: Path, keys: Collection[bytes]) -> None:
    """Append keys to a list, each in the column that is read, as 32 hexadecimal digits.

    The file is never written anew: whoever receives unsubscribes may append to it meanwhile.
    Raises AudienceError for a list that cannot be read, SyndicateError for one that cannot be
    written.
    """
    if keys:
        lead = _lead(path) if path.exists() else ""
        files.append(path, "".join(f"{lead}{key.hex()}\n" for key in sorted(keys)).encode())


def fetched(url: str, path: Path, now: datetime) -> None:
    """Fetch a list from the web into a file that only its owner can read.

    Raises AudienceError where it cannot be had: somebody might be mailed because of it.
    """
    parts = _taken_apart(url)
    line = Line("the suppression list", _site(parts), lambda: now, answer_max=WEB_MAX)
    where = parts.path + (f"?{parts.query}" if parts.query else "")
    with closing(Transport(line)) as transport:
        try:
            answer = transport.get(where)
        except Unavailable as error:
            raise AudienceError(f"[audience] suppressed cannot be read: {error}") from None
    if why := _no_list(answer):
        raise AudienceError(f"[audience] suppressed: {why} Nobody is mailed without the list.")
    files.write(path, answer.body, private=True)


def _taken_apart(url: str) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(url)
        if is_safe(_site(parts)):
            return parts
    # It is not quoted, as it may hold a password.
    raise AudienceError(
        "[audience] suppressed is no address that can be asked. Write it like "
        '"https://example.org/suppressed.csv", without a name or a password in it.'
    )


def _site(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def _no_list(answer: Answer) -> str:
    """Say why an answer is no list of people; "" when it is one."""
    if answer.status in REDIRECTS:
        return (
            f"its address leads to another one (HTTP {answer.status}). Name that one in "
            "syndicate.toml."
        )
    if answer.status != FOUND:
        return (
            f"its address answered HTTP {answer.status}. Open it in a browser: it must give the "
            "list without asking for anything."
        )
    if answer.body.lstrip()[:1] == b"<":
        return "there is a web page at its address. Name the one of the list itself."
    return ""


def _plain(cell: str) -> str:
    """Take an address out of what people write around it."""
    entry = bare(cell)
    if found := _NAMED.fullmatch(entry):
        entry = bare(found[1])
    if len(entry) > 1 and entry[0] == entry[-1] and entry[0] in "'\"":
        entry = bare(entry[1:-1])
    return entry[7:] if entry[:7].lower() == "mailto:" else entry


def _lead(path: Path) -> str:
    """Give what must stand before an entry so that it is in the column that is read."""
    with path.open(encoding="utf-8-sig") as file:
        delimiter, _ = delimiter_of(file.read(LINE_MAX))
    first = next((cells for _, cells in rows(path) if not cells[0].startswith("#")), [""])
    return delimiter * _place(first)


def _place(first: list[str]) -> int:
    """Find the column that is read: the one with a heading we know, else the first."""
    known = (n for n, cell in enumerate(first) if cell.strip().casefold() in _HEADINGS)
    return next(known, 0)
