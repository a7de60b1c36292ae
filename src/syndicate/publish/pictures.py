"""Pictures: those that articles show go where their addresses say they are served."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from syndicate import stamps
from syndicate.config import FILENAME, Config
from syndicate.models import Finding, Level, Picture, Where
from syndicate.publish.memory import inputs
from syndicate.publish.output import Wanted


class Pictures:
    """The local pictures of a site, each given once; what is wrong with one is noted once."""

    def __init__(self, config: Config, findings: list[Finding], began: int) -> None:
        """Take the run's beginning, for `stamps.kept`."""
        self._began = began
        self._root = config.root
        self._folder = config.root / config.articles.folder
        self._findings = findings
        self._given: set[str] = set()

    def of(self, names: Iterable[str], where: Where) -> Iterator[Wanted]:
        """Give the pictures of an article, named as paths below the site's folder.

        Below the output folder they stand as in that of the articles.
        """
        for name in names:
            yield from self._file(name, where)

    def logo(self, picture: Picture | None) -> Iterator[Wanted]:
        """Give the logo of the site."""
        if picture is not None and picture.file:
            yield from self._file(picture.file, Where(FILENAME))

    def _file(self, file: str, where: Where) -> Iterator[Wanted]:
        if file in self._given:
            return
        self._given.add(file)
        path = self._root / file
        if fault := self._fault(path):
            self._findings.append(_bad(file, fault, where))
            return
        found = stamps.at(path)
        stamp = stamps.kept(found, self._began) if found else stamps.UNSURE

        def read() -> bytes | Finding:
            try:
                return path.read_bytes()
            except OSError as error:
                return _bad(file, f"cannot be read: {error.strerror}", where)

        known = "" if stamp == stamps.UNSURE else inputs(file, stamp)
        yield Wanted(Path(os.path.relpath(path, self._folder)).as_posix(), known, read)

    def _fault(self, path: Path) -> str:
        try:
            return _fault(path, self._folder)
        except OSError as error:
            return f"cannot be read: {error.strerror}"


def _fault(path: Path, folder: Path) -> str:
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    if not inside or Path(os.path.relpath(path, folder)).parts[:1] == (os.pardir,):
        return "lies outside the articles folder"
    return "" if path.is_file() else "is not there"


def _bad(file: str, fault: str, where: Where) -> Finding:
    return Finding(
        Level.ADVICE,
        f'The picture "{file}" {fault}.',
        where,
        "Put it into the articles folder, or name another one.",
        "pictures",
    )
