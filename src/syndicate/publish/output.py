"""Output: the folder that a build writes, and what became of each file in it."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from syndicate import files, stamps
from syndicate.config import Config
from syndicate.models import Finding
from syndicate.publish import stale
from syndicate.publish.base import shown
from syndicate.publish.memory import Made

#: a half-written file is left alone for so long
SWEPT = timedelta(hours=1)


class Wanted(msgspec.Struct, frozen=True):
    """A file to publish."""

    #: path below the output folder, with slashes
    name: str
    #: hash of all that it is made of; "" when that is not known
    inputs: str
    #: gives all its bytes; None when there is nothing to publish after all
    make: Callable[[], bytes | None]


class Output:
    """The output folder of a site, and what an earlier build knew of its files."""

    def __init__(self, config: Config, known: Mapping[str, Made], began: int) -> None:
        """Take what was known by path; `began` is when the run began (see `stamps.kept`)."""
        self.made: dict[str, Made] = {}
        self._config = config
        self._known = known
        self._began = began
        self._became: dict[str, str] = {}
        self._inside: set[Path] = set()

    def write(self, wanted: Wanted) -> None:
        """Write a file, whole or not at all, unless its bytes are there already.

        What is made of the same as before, and was not touched since, is not even made.
        """
        path = self._config.out / wanted.name
        known = self._known.get(wanted.name)
        if known and wanted.inputs and known.inputs == wanted.inputs and self._is(path, known):
            self._became[wanted.name] = "same"
            self._note(wanted, path, known.digest)
            return
        data = wanted.make()
        if data is None:
            return
        there = path.exists()
        changed = files.write(path, data, inside=self._config.out)
        self._became[wanted.name] = ("changed" if there else "new") if changed else "same"
        self._note(wanted, path, hashlib.sha256(data).hexdigest())

    def named(self, what: str) -> tuple[str, ...]:
        """List the files that became this, in the order written."""
        return tuple(
            shown(self._config, name) for name, kind in self._became.items() if kind == what
        )

    def tidy(self, now: datetime, findings: list[Finding], *, whole: bool) -> tuple[str, ...]:
        """Remove stale files, if everything could be read, and what a killed run left behind."""
        config = self._config
        digests = {name: one.digest for name, one in self.made.items()}
        before = stale.noted(config)
        removed = stale.remove(config, before, digests, findings) if whole else {}
        kept = {} if whole else before
        stale.note(config, {**kept, **digests})
        folders = {(config.out / name).parent for name in digests}
        for folder in (*folders, config.out, config.root / ".cache", config.ids_path.parent):
            files.sweep(folder, now - SWEPT)
        return tuple(shown(config, name) for name in removed)

    def _is(self, path: Path, known: Made) -> bool:
        """Whether a file is as it was written: not touched, or touched and still the same."""
        if path.parent not in self._inside:
            files.stay(path, self._config.out)
            self._inside.add(path.parent)
        found = stamps.at(path)
        return found == known.stamp or (found is not None and stale.digest(path) == known.digest)

    def _note(self, wanted: Wanted, path: Path, digest: str) -> None:
        found = stamps.at(path)
        stamp = stamps.kept(found, self._began) if found else stamps.UNSURE
        self.made[wanted.name] = Made(wanted.inputs, digest, stamp)
