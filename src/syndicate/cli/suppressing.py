"""The lists of those never to be mailed: where new ones are written, and reading them fresh."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from syndicate.cli.desk import Desk
from syndicate.errors import ConfigError

if TYPE_CHECKING:
    from syndicate.config import Config

#: how long a list from the web is used before it is asked for again
FRESH = timedelta(seconds=60)


def list_of(desk: Desk) -> Path:
    """Give the file that takes up those never to be mailed again. Raises ConfigError for none."""
    name = desk.config.audience.suppressed
    if not name:
        raise ConfigError(
            "There is no list of those never to be mailed. Name one in syndicate.toml: "
            '[audience] suppressed = "audience/suppressed.csv"'
        )
    return desk.config.suppressed_beside if is_address(name) else desk.config.root / name


def suppress(desk: Desk, list_: Path, keys: Collection[bytes], secret: bytes) -> int:
    """Add keys, never addresses, to the list; give how many were not on it."""
    from syndicate import audience

    new = set(keys) - (desk.suppressed(secret) if list_.exists() else frozenset())
    audience.add_keys(list_, new)
    return len(new)


def is_address(name: str) -> bool:
    """Whether a list is on the web."""
    return name.startswith(("https://", "http://"))


class Suppression:
    """Those never to be mailed, read again whenever a list has changed.

    A list on the web is asked for again after a minute. Raises AudienceError where a list cannot be
    read: somebody might be mailed who must not be.
    """

    def __init__(self, config: "Config", secret: bytes) -> None:
        self._config, self._secret = config, secret
        self._asked: datetime | None = None
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._keys: dict[Path, frozenset[bytes]] = {}

    def keys(self, now: datetime) -> frozenset[bytes]:
        """Give the keys of those who must never be mailed, as the lists stand now."""
        return frozenset[bytes]().union(*(self._read(path) for path in self._files(now)))

    def _files(self, now: datetime) -> list[Path]:
        name, config = self._config.audience.suppressed, self._config
        if not name:
            return []
        if not is_address(name):
            return [config.root / name]
        if self._asked is None or not timedelta(0) <= now - self._asked < FRESH:
            from syndicate.audience import fetched

            fetched(name, config.suppressed_fetched, now)
            self._asked = now
        beside = config.suppressed_beside
        return [config.suppressed_fetched, *([beside] if beside.exists() else [])]

    def _read(self, path: Path) -> frozenset[bytes]:
        from syndicate import audience

        mark = _mark(path)
        if mark is None or self._seen.get(path) != mark:
            self._keys[path] = audience.read_suppressed(path, self._secret)
            # Only what was the same before and after was surely read whole.
            self._seen.pop(path, None)
            if mark is not None and mark == _mark(path):
                self._seen[path] = mark
        return self._keys[path]


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Give what changes when a file does; None for one that is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
