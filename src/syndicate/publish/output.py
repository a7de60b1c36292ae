"""Output: the folder that a build writes, and what became of each file in it."""

import hashlib
import os
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
        # As text: there may be hundreds of feeds, and joining paths takes longer than all else
        # that is done for one that stays as it is.
        self._out = f"{config.out}{os.sep}"
        self._known = known
        self._began = began
        self._became: dict[str, str] = {}
        self._inside: set[str] = set()

    def write(self, wanted: Wanted) -> None:
        """Write a file, whole or not at all, unless its bytes are there already.

        What is made of the same as before, and was not touched since, is not even made.
        """
        known = self._known.get(wanted.name)
        if known and wanted.inputs and known.inputs == wanted.inputs and self._is(wanted, known):
            self._became[wanted.name] = "same"
            return
        data = wanted.make()
        if data is None:
            return
        path = Path(self._out + wanted.name)
        there = path.exists()
        changed = files.write(path, data, inside=self._config.out)
        self._became[wanted.name] = ("changed" if there else "new") if changed else "same"
        self._note(wanted, hashlib.sha256(data).hexdigest(), stamps.at(path))

    def named(self, what: str) -> tuple[str, ...]:
        """List the files that became this, in the order written."""
        out = shown(self._config, "")
        start = "" if out == "." else f"{out}{os.sep}"
        return tuple(
            [
                start + name.replace("/", os.sep)
                for name, kind in self._became.items()
                if kind == what
            ]
        )

    def tidy(self, now: datetime, findings: list[Finding], *, whole: bool) -> tuple[str, ...]:
        """Remove stale files, if everything could be read, and what a killed run left behind."""
        config = self._config
        digests = {name: one.digest for name, one in self.made.items()}
        before = stale.noted(config)
        removed = stale.remove(config, before, digests, findings) if whole else {}
        kept = {} if whole else before
        stale.note(config, {**kept, **digests})
        folders: set[str | Path] = {self._folder(name) for name in digests}
        for folder in (*folders, self._out, config.root / ".cache", config.ids_path.parent):
            files.sweep(folder, now - SWEPT)
        return tuple(shown(config, name) for name in removed)

    def _is(self, wanted: Wanted, known: Made) -> bool:
        """Whether a file is as it was written: not touched, or touched and still the same."""
        path, folder = self._out + wanted.name, self._folder(wanted.name)
        if folder not in self._inside:
            files.stay(path, self._config.out)
            self._inside.add(folder)
        found = stamps.at(path)
        if found == known.stamp or (found is not None and stale.digest(Path(path)) == known.digest):
            self._note(wanted, known.digest, found)
            return True
        return False

    def _folder(self, name: str) -> str:
        return self._out + name.rpartition("/")[0]

    def _note(self, wanted: Wanted, digest: str, found: stamps.Stamp | None) -> None:
        stamp = stamps.kept(found, self._began) if found else stamps.UNSURE
        self.made[wanted.name] = Made(wanted.inputs, digest, stamp)
