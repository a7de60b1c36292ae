"""Pictures: those that articles show go where their addresses say they are served."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from syndicate.config import FILENAME, Config
from syndicate.models import Article, Finding, Level, Picture, Where
from syndicate.publish.base import File


class Pictures:
    """The local pictures of a site, each given once; what is wrong with one is noted once."""

    def __init__(self, config: Config, findings: list[Finding]) -> None:
        self._root = config.root
        self._folder = config.root / config.articles.folder
        self._findings = findings
        self._given: set[str] = set()

    def of(self, articles: Iterable[Article]) -> Iterator[File]:
        """Give the pictures of articles; below the output folder they stand as in their own."""
        for article in articles:
            lead = (article.image,) if article.image else ()
            for picture in (*lead, *article.pictures):
                yield from self._file(picture, article.where)

    def logo(self, picture: Picture | None) -> Iterator[File]:
        """Give the logo of the site."""
        if picture is not None:
            yield from self._file(picture, Where(FILENAME))

    def _file(self, picture: Picture, where: Where) -> Iterator[File]:
        file = picture.file
        if not file or file in self._given:
            return
        self._given.add(file)
        path = self._root / file
        try:
            if fault := _fault(path, self._folder):
                self._findings.append(_bad(file, fault, where))
            else:
                yield Path(os.path.relpath(path, self._folder)).as_posix(), path.read_bytes()
        except OSError as error:
            self._findings.append(_bad(file, f"cannot be read: {error.strerror}", where))


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
