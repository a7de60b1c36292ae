"""Where imported articles are put: ids first, then marks, then files, so that a crash mails nobody.

Articles are written some at a time, so that an import of any size needs little memory. Whenever it
ends, what is on disk is whole, has its id, and counts as mailed before if it should.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from syndicate import files
from syndicate.importers.base import Day, Imported
from syndicate.importing import memory as remembering
from syndicate.importing.adopting import Naming, Sheet, identities, sheet
from syndicate.importing.library import Entry, Library
from syndicate.importing.memory import Answers, Memory, Record
from syndicate.importing.pictures import Gallery
from syndicate.importing.writing import House, text
from syndicate.models import Identity, Reading
from syndicate.sources import kept

#: articles, and characters of them, that are written at a time
AT_A_TIME, CHARACTERS = 200, 8_000_000
#: the day of what has none, while its id is made
NO_DAY = Day(date(2000, 1, 1))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the articles of a site are, and how they are written."""

    root: Path
    #: folder of articles, relative to it
    folder: str
    ids_path: Path
    import_path: Path
    naming: Naming
    house: House


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of all articles."""

    #: they may be mailed
    new: bool = False
    #: also what a person changed, and what is there already
    overwrite: bool = False
    #: nothing is written
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """An article that came from an export."""

    #: name of the export, and what it calls the article
    name: str
    export: str
    article: Imported
    #: day it was published, in the site's zone; None without one
    day: date | None
    #: folder of the export, in which pictures may lie; None without one
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What became of an article."""

    #: "new", "updated", "same", "kept" (a person changed it), "there" (it never came by import),
    #: or "removed" (by a person)
    kind: str
    path: str
    #: counts as mailed before
    before: bool
    #: the article as it was written, its pictures found
    article: Imported


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article that waits to be written."""

    name: str
    sheet: Sheet
    record: Record
    #: True or False where that is to be remembered; None leaves it as it is
    before: bool | None


class Shelf:
    """The articles folder of a site, while an import goes on."""

    def __init__(
        self,
        place: Place,
        reading: Reading,
        memory: Memory,
        wish: Wish,
        gallery: Gallery | None = None,
    ) -> None:
        """Say what there is. With a gallery, pictures are brought here too."""
        self._gallery = gallery
        self._place = place
        self._wish = wish
        self.memory = memory
        self._identities: dict[str, Identity] = dict(reading.ids)
        self._library = Library(reading.heads, _paths(place), place.house.zone)
        #: names of the exports that articles came from in this import, by path
        self._brought: dict[str, str] = {}
        self._waiting: list[_Waiting] = []
        #: ids that may be mailed from now on
        self._released: set[str] = set()

    def answered(self, answers: Answers) -> None:
        """Keep what a person said."""
        if not self._wish.dry_run and answers != self.memory.answers:
            self.memory = replace(self.memory, answers=answers)
            remembering.save(self._place.import_path, self.memory)

    def find(self, piece: Piece) -> Entry | None:
        """Find the article that one from an export is, among all that there are."""
        record = self._record(piece)
        if record and record.path in self._library.paths:
            known = self._library.at(record.path)
            return known or Entry(record.path, "", record.title, piece.day, "")
        return self._library.same(piece.article, piece.day)

    def brought(self, path: str) -> str:
        """Name the export that an article has come from in this import already; "" for none."""
        return self._brought.get(path, "")

    def put(self, piece: Piece, entry: Entry | None, *, before: bool) -> Put:
        """Write an article, or leave the one that is there.

        `before` says that people may have been mailed it, elsewhere.
        Raises ArticleError for one that the articles folder could not read.
        """
        record = self._record(piece)
        if entry is None:
            path, slug = self._library.free(self._place.folder, piece.article, piece.day)
        else:
            path, slug = entry.path, entry.slug
        article = piece.article
        if entry is None and record is not None and not self._wish.overwrite:
            return Put("removed", record.path, before=False, article=article)
        if self._gallery is not None and not self._wish.dry_run:
            article = self._gallery.keep(article, slug, piece.beside)
        made = self._sheet(path, slug, article)
        kind = self._compared(made, entry, record)
        if self._wish.overwrite and kind in {"kept", "there"}:
            kind = "updated"
        if kind == "new":
            address = piece.article.canonical
            self._library.add(Entry(path, slug, piece.article.title, piece.day, address))
        self._brought[path] = piece.export
        mark = False if self._wish.new else before if kind == "new" else None
        if kind in {"new", "updated", "same"}:
            mine = Record(path, _digest(made.text), piece.article.title, str(piece.day or ""))
            self._wait(_Waiting(piece.name, made, mine, mark))
        elif self._wish.new and path in self._identities:
            self._released.add(self._identities[path].id)
        known = self._identities.get(path)
        marked = known is not None and known.id in self.memory.mailed_before
        return Put(kind, path, marked if mark is None else mark, article)

    def flush(self) -> None:
        """Write what waits. Raises SyndicateError when it cannot be written."""
        waiting, self._waiting = self._waiting, []
        released, self._released = self._released, set()
        if self._wish.dry_run or not (waiting or released):
            return
        self._remember(waiting, released)
        root = self._place.root
        for one in waiting:
            data = one.sheet.text.encode()
            files.write(root / one.sheet.path, data, inside=root / self._place.folder)
        records = {one.name: one.record for one in waiting}
        self.memory = replace(self.memory, articles={**self.memory.articles, **records})
        remembering.save(self._place.import_path, self.memory)

    def _record(self, piece: Piece) -> Record | None:
        """Find what is remembered of an article; an export of the same name may hold another."""
        record = self.memory.articles.get(piece.name)
        if record is None:
            return None
        same = record.title == piece.article.title or (piece.day and record.day == str(piece.day))
        return record if same else None

    def _sheet(self, path: str, slug: str, article: Imported) -> Sheet:
        house, site = self._place.house, self._place.naming.site
        made = sheet(path, text(article, "", house), site)
        if made.head is None:
            # A draft without a date gets its id all the same, from a stand-in.
            dated = replace(article, draft=False, published=NO_DAY)
            return replace(made, head=sheet(path, text(dated, "", house), site).head)
        if slug and made.head.slug != slug:
            return sheet(path, text(article, slug, house), site)
        return made

    def _compared(self, made: Sheet, entry: Entry | None, record: Record | None) -> str:
        """Tell what is to become of an article, by the one that is there and what we wrote."""
        if entry is None:
            return "new"
        there = _read(self._place.root / entry.path)
        if there == made.text:
            return "same"
        if record is None:
            return "there"
        return "updated" if _digest(there) == record.written else "kept"

    def _wait(self, one: _Waiting) -> None:
        self._waiting.append(one)
        size = sum(len(waiting.sheet.text) for waiting in self._waiting)
        if len(self._waiting) >= AT_A_TIME or size > CHARACTERS:
            self.flush()

    def _remember(self, waiting: Sequence[_Waiting], released: set[str]) -> None:
        """Keep ids and marks, before there is anything to mail."""
        place = self._place
        sheets = [one.sheet for one in waiting]
        self._identities, named = identities(
            sheets, self._identities, self._library.paths, place.naming
        )
        self._identities.setdefault(remembering.KEY, Identity(remembering.KEY, "", ""))
        kept.save(place.ids_path, self._identities)
        marked = {named[one.sheet.path] for one in waiting if one.before}
        unmarked = {named[one.sheet.path] for one in waiting if one.before is False}
        mailed = (self.memory.mailed_before | marked) - unmarked - released
        self.memory = replace(self.memory, mailed_before=mailed)
        remembering.save(place.import_path, self.memory)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> str:
    """Read the text of an article as it was written, whatever became of its line ends."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""


def _paths(place: Place) -> list[str]:
    return [
        f"{Path(folder).relative_to(place.root).as_posix()}/{name}"
        for folder, _, names in os.walk(place.root / place.folder)
        for name in names
    ]
