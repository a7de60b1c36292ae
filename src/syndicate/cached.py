"""What is kept in `.cache/`: values that can be made again, and may be gone or damaged any time."""

import contextlib
import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from syndicate import files
from syndicate.errors import SyndicateError

T = TypeVar("T")

#: bytes of a hash
HASH = 32


def load(path: Path, kind: type[T], about: str, name: bytes = b"") -> T | None:
    """Give what was stored at a path; None unless it is whole, and was stored about the same.

    With `name` it must also be what `store` gave that name.
    """
    try:
        data = path.read_bytes()
        whole = hashlib.sha256(memoryview(data)[HASH:]).digest() == data[:HASH]
        if not whole or data[HASH : 2 * HASH] != _mark(about) or name not in {b"", data[:HASH]}:
            return None
        return msgspec.msgpack.decode(memoryview(data)[2 * HASH :], type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def store(path: Path, value: object, about: str) -> bytes:
    """Store a value, and give its name, which is a hash of all of it.

    Where it cannot be written it is not, and nobody is told: it can be made again.
    `about` says what the value depends on: whoever loads it must say the same.
    """
    mark, body = _mark(about), msgspec.msgpack.encode(value)
    hashed = hashlib.sha256(mark)
    hashed.update(body)
    name = hashed.digest()
    with contextlib.suppress(SyndicateError):
        files.write_pieces(path, (name, mark, body), lasting=False)
    return name


def _mark(about: str) -> bytes:
    return hashlib.sha256(about.encode()).digest()
