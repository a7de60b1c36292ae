"""Output: the folder that a build writes, and what became of each file in it."""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from syndicate import files, processors, stamps
from syndicate.config import Config
from syndicate.models import Finding
from syndicate.publish import stale
from syndicate.publish.base import shown
from syndicate.publish.memory import Made

#: a half-written file is left alone for so long
SWEPT = timedelta(hours=1)
#: files that are worth a processor of their own
SHARE = 60


class Wanted(msgspec.Struct, frozen=True):
    """A file to publish."""

    #: path below the output folder, with slashes
    name: str
    #: hash of all that it is made of; "" when that is not known
    inputs: str
    #: gives all its bytes; else what is wrong with it, or None, and the file stays as it is
    make: Callable[[], bytes | Finding | None]


class _Written(msgspec.Struct, array_like=True):
    """What became of a file."""

    name: str
    #: "new", "changed" or "same"
    became: str = ""
    #: None where it stays as it is
    made: Made | None = None
    wrong: Finding | None = None


class Output:
    """The output folder of a site, and what an earlier build knew of its files."""

    def __init__(
        self, config: Config, known: Mapping[str, Made], began: int, findings: list[Finding]
    ) -> None:
        """Take what was known by path; `began` is when the run began (see `stamps.kept`).

        Findings get what is wrong with files.
        """
        self.made: dict[str, Made] = {}
        self._config = config
        # As text: there may be hundreds of feeds, and joining paths takes longer than all else
        # that is done for one that stays as it is.
        self._out = f"{config.out}{os.sep}"
        self._known = known
        self._began = began
        self._findings = findings
        self._became: dict[str, str] = {}
        self._inside: set[str] = set()

    def write(self, wanted: Iterable[Wanted]) -> None:
        """Write files, each whole or not at all, unless its bytes are there already.

        What is made of the same as before, and was not touched since, is not even made. Many are
        made and written with all processors.
        """
        wanted = list(wanted)
        # What became of them is told in this order, whatever is known and whoever writes.
        self._became |= dict.fromkeys([one.name for one in wanted], "")
        waiting = [one for one in wanted if not self._stays(one)]
        for share in processors.spread(self._write, waiting, list[_Written], least=SHARE):
            for one in share:
                if one.made is not None:
                    self._became[one.name] = one.became
                    self.made[one.name] = one.made
                if one.wrong is not None:
                    self._findings.append(one.wrong)

    def named(self, what: str) -> tuple[str, ...]:
        """List the files that became this, in the order in which they were asked for."""
        out = shown(self._config, "")
        start = "" if out == "." else f"{out}{os.sep}"
        return tuple(
            [
                start + name.replace("/", os.sep)
                for name, kind in self._became.items()
                if kind == what
            ]
        )

    def tidy(self, now: datetime, *, whole: bool) -> tuple[str, ...]:
        """Remove stale files, if everything could be read, and what a killed run left behind."""
        config = self._config
        digests = {name: one.digest for name, one in self.made.items()}
        before = stale.noted(config)
        removed = stale.remove(config, before, digests, self._findings) if whole else {}
        kept = {} if whole else before
        stale.note(config, {**kept, **digests})
        folders: set[str | Path] = {self._folder(name) for name in digests}
        for folder in (*folders, self._out, config.root / ".cache", config.ids_path.parent):
            files.sweep(folder, now - SWEPT)
        return tuple(shown(config, name) for name in removed)

    def _stays(self, wanted: Wanted) -> bool:
        """Whether a file is as it was written: not touched, or touched and still the same."""
        known = self._known.get(wanted.name)
        if known is None or not wanted.inputs or known.inputs != wanted.inputs:
            return False
        path, folder = self._out + wanted.name, self._folder(wanted.name)
        if folder not in self._inside:
            files.stay(path, self._config.out)
            self._inside.add(folder)
        found = stamps.at(path)
        if found != known.stamp and (found is None or stale.digest(Path(path)) != known.digest):
            return False
        self._became[wanted.name] = "same"
        self.made[wanted.name] = self._noted(wanted, known.digest, found)
        return True

    def _write(self, wanted: Sequence[Wanted]) -> "list[_Written]":
        made = ((one, one.make()) for one in wanted)
        one_by_one = map if len(wanted) < SHARE else processors.behind
        return list(one_by_one(self._written, made))

    def _written(self, made: tuple[Wanted, bytes | Finding | None]) -> "_Written":
        wanted, data = made
        if not isinstance(data, bytes):
            return _Written(wanted.name, wrong=data)
        path = Path(self._out + wanted.name)
        there = path.exists()
        changed = files.write(path, data, inside=self._config.out)
        digest = hashlib.sha256(data).hexdigest()
        return _Written(
            wanted.name,
            ("changed" if there else "new") if changed else "same",
            self._noted(wanted, digest, stamps.at(path)),
        )

    def _folder(self, name: str) -> str:
        return self._out + name.rpartition("/")[0]

    def _noted(self, wanted: Wanted, digest: str, found: stamps.Stamp | None) -> Made:
        stamp = stamps.kept(found, self._began) if found else stamps.UNSURE
        return Made(wanted.inputs, digest, stamp)
