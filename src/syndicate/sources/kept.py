"""Kept: what `state/ids.json` holds, read and written whole or line by line."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from syndicate import files
from syndicate.errors import ConfigError
from syndicate.models import Identity

#: what is remembered of articles, by path
Known = Mapping[str, Identity]

#: so many articles are looked for one by one before the whole file is read
FEW = 10
#: bytes of a file without a line
EMPTY = 5


class Kept(Mapping[str, Identity]):
    """What `state/ids.json` holds, read only when somebody asks, and as far as they ask."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data: bytes | None = None
        self._digest: str | None = None
        self._all: dict[str, Identity] | None = None
        self._asked = 0

    def all(self) -> dict[str, Identity]:
        """Give everything. Raises ConfigError as `load` does."""
        if self._all is None:
            self._all = load(self.path)
        return self._all

    def digest(self) -> str:
        """Give a hash of the file; "" when there is none that can be read."""
        if self._digest is None:
            data = self._data or _bytes_of(self.path)
            self._digest = hashlib.sha256(data).hexdigest() if data else ""
        return self._digest

    def one(self, path: str) -> Identity | None:
        """Give what is remembered of one article; None where `save` did not write the file so."""
        self._asked += 1
        if self._all is not None or self._asked > FEW:
            return self.all().get(path)
        start, end = self._line(path)
        if start < 0:
            return None
        text = self._bytes()[start:end].removesuffix(b",")
        name = len(_JSON.encode(path) + b": ")
        return msgspec.json.decode(text[name:], type=Identity)

    def save(self, identities: Known) -> None:
        """Write all of it, as `save` does, unless it is just that."""
        if self._all != identities:
            save(self.path, identities)
        self._data = self._all = self._digest = None

    def renew(self, identities: Known) -> None:
        """Write anew what is remembered of some articles, where `save` wrote the file."""
        data = self._bytes()
        for path, identity in identities.items():
            start, end = self._line(path)
            comma = data[end - 1 : end] if data[end - 1 : end] == b"," else b""
            whole = memoryview(data)
            data = b"".join((whole[:start], line(path, identity), comma, whole[end:]))
            self._data = data
        files.write(self.path, data)
        self._all = self._digest = None

    def _line(self, path: str) -> tuple[int, int]:
        data = self._bytes()
        start = data.find(b"\n" + _JSON.encode(path) + b": ") + 1
        return (start, data.index(b"\n", start)) if start else (-1, -1)

    def _bytes(self) -> bytes:
        if self._data is None:
            self._data = _bytes_of(self.path)
        return self._data

    def __getitem__(self, path: str) -> Identity:
        return self.all()[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())


def load(path: Path) -> dict[str, Identity]:
    """Read `state/ids.json`; empty when there is none.

    Raises ConfigError when it cannot be read: going on without it would mail old articles again.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Identity])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"{path} cannot be read: {reason}. It keeps the ids of the articles; "
            "bring back its last good version, from git or from a backup."
        ) from None


def lost(path: Path) -> bool:
    """Whether nothing at all is remembered: the file is not there, or there is nothing in it."""
    return not path.exists() or path.stat().st_size <= EMPTY


def save(path: Path, identities: Known) -> bool:
    """Write `state/ids.json`, whole or not at all; True when that changed it.

    One article a line, in the order of paths, so that two people's changes merge.
    Raises SyndicateError when it cannot be written.
    """
    lines = [line(path, identities[path]) for path in sorted(identities)]
    return files.write(path, b"{\n" + b",\n".join(lines) + b"\n}\n")


def line(path: str, identity: Identity) -> bytes:
    """Write one article of `state/ids.json`."""
    return _JSON.encode(path) + b": " + _JSON.encode(identity)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


_JSON = msgspec.json.Encoder()
