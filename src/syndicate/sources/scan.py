"""Scan: every file of the articles folder looked at, and those read that changed."""

import hashlib
import posixpath
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from syndicate import frontmatter, processors, stamps
from syndicate.models import Finding, Identity, Level, Picture, Where
from syndicate.sources import disk, likeness
from syndicate.sources.base import File, Site, read_head
from syndicate.sources.index import HASH, Index, Record
from syndicate.sources.keys import Keys
from syndicate.sources.pictures import Pictures
from syndicate.stamps import Stamp
from syndicate.text import clean

#: characters of a body below which two articles may well have the same
SHORT = 200

#: files that are worth a processor of their own
SHARE = 500

#: gives what is remembered of the article at a path
Recall = Callable[[str], Identity | None]


class Scan(msgspec.Struct):
    """What was found in the folder; paths in the order in which they are found."""

    paths: list[str] = []
    #: all that is wrong with files, in the same order
    findings: list[Finding] = []
    #: stamps and hashes of the files that were read
    stamps: dict[str, Stamp] = {}
    hashes: dict[str, bytes] = {}
    #: what those said that are not as they were
    newer: dict[str, Record] = {}
    #: files that could not be read
    unread: dict[str, Record] = {}
    #: whether files came or went in the folders where lead pictures are
    moved: bool = False


class _Read(msgspec.Struct, array_like=True):
    """What looking at one file gave."""

    path: str
    #: None for a file that cannot be read
    stamp: Stamp | None
    digest: bytes
    #: what it says; None where that is what is known already
    record: Record | None = None


class _Share(msgspec.Struct, array_like=True):
    """What looking at some files gave."""

    files: list[_Read]
    #: folders in which lead pictures were looked for
    folders: dict[str, Stamp | None]


class Scanner:
    """Looks at a folder, with what is known of it from before."""

    def __init__(
        self, root: Path, folder: str, site: Site, pictures: Pictures, index: Index | None
    ) -> None:
        self._root = root
        self._folder = folder
        self._site = site
        self._pictures = pictures
        self._index = index

    def scan(self, recall: Recall, began: int) -> Scan:
        """Look at every file. `began` is when the run began (see `stamps.kept`)."""
        index, scan = self._index, Scan()
        then = index.stamps if index else {}
        folders = index.folders if index else {}
        scan.moved = any(self._pictures.folder(name) != seen for name, seen in folders.items())
        records = index.records() if index and scan.moved else {}
        paths, stamp_of = scan.paths, then.get
        waiting: list[tuple[str, bool]] = []
        for path, stamp in disk.walk(self._root, self._folder, scan.findings):
            paths.append(path)
            moved = scan.moved and self._picture_moved(path, records.get(path))
            if moved or stamp is None or stamp_of(path) != stamp:
                waiting.append((path, moved))
        said = {**index.findings} if index else {}
        read_all = partial(self._read_all, recall=recall)
        for share in processors.spread(read_all, waiting, _Share, least=SHARE):
            self._pictures.add(share.folders)
            for one in share.files:
                self._take(one, scan, said, began)
        if any(said.values()):
            scan.findings += [finding for path in paths for finding in said.get(path, ())]
        return scan

    def _take(
        self, one: _Read, scan: Scan, said: dict[str, tuple[Finding, ...]], began: int
    ) -> None:
        """Put what one file gave where it belongs."""
        if one.stamp is None:
            scan.unread[one.path] = one.record or Record(None)
        else:
            scan.stamps[one.path] = stamps.kept(one.stamp, began)
            scan.hashes[one.path] = one.digest
            if one.record:
                scan.newer[one.path] = one.record
        if one.record:
            said[one.path] = one.record.findings

    def _picture_moved(self, path: str, record: Record | None) -> bool:
        """Whether the lead picture of an article is found elsewhere now, or no longer."""
        if record is None or not record.asked:
            return False
        found = self._pictures.find(record.asked, beside(self._folder, path))
        image = record.head.image if record.head else None
        return record.head is None or (found.file if found else "") != (image.file if image else "")

    def _read_all(self, waiting: Sequence[tuple[str, bool]], recall: Recall) -> _Share:
        files = [self._read(path, recall, anew=anew) for path, anew in waiting]
        return _Share(files, self._pictures.folders)

    def _read(self, path: str, recall: Recall, *, anew: bool) -> _Read:
        try:
            data, status = disk.read(f"{self._root}/{path}")
        except disk.Unreadable as error:
            return _Read(path, None, b"", Record(None, (_must_fix(path, error),)))
        stamp, digest = stamps.of(status), hashlib.sha256(data).digest()[:HASH]
        if not anew and self._index is not None and self._index.hash_of(path) == digest:
            return _Read(path, stamp, digest)
        return _Read(path, stamp, digest, self._record(path, data, recall))

    def _record(self, path: str, data: bytes, recall: Recall) -> Record:
        """Read one head, and all that is wrong with it."""
        try:
            parts = frontmatter.split(disk.text_of(data))
            keys = Keys(frontmatter.parse(clean(parts.front)), path)
        except (disk.Unreadable, frontmatter.FrontMatterError) as error:
            return Record(None, (_must_fix(path, error),))
        body_hash, known = hash_of(parts.body), recall(path)
        asked: list[str] = []

        def find(link: str, alt: str) -> Picture | None:
            asked.append(link)
            return self._pictures.find(link, beside(self._folder, path), alt)

        stem = posixpath.splitext(path.rpartition("/")[2])[0]
        head = read_head(keys, File(path, stem, body_hash, parts.body_line, find), self._site)
        says = parts.body.strip()
        same = known is not None and known.body_hash == body_hash
        return Record(
            head,
            tuple(keys.findings),
            words=None if same else likeness.telling(parts.body),
            short=bool(says) if len(says) < SHORT else None,
            asked=asked[0] if asked else "",
        )


def hash_of(body: str) -> str:
    """Give the hash that an article's body is known by."""
    return hashlib.sha256(body.encode()).hexdigest()


def beside(folder: str, path: str) -> str:
    """Give the folder of an article below the articles folder."""
    return posixpath.dirname(path.removeprefix(f"{folder}/"))


def _must_fix(path: str, error: disk.Unreadable | frontmatter.FrontMatterError) -> Finding:
    name = "front-matter" if isinstance(error, frontmatter.FrontMatterError) else "file"
    return Finding(Level.MUST_FIX, error.text, Where(path, error.line), error.fix, name)
