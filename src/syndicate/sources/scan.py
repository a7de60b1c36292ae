"""Scan: every file of the articles folder looked at, and those read that changed."""

import hashlib
import posixpath
from collections.abc import Callable
from pathlib import Path

import msgspec

from syndicate import frontmatter, stamps
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
        noted = index.findings if index else {}
        folders = index.folders if index else {}
        scan.moved = any(self._pictures.folder(name) != seen for name, seen in folders.items())
        records = index.records() if index and scan.moved else {}
        paths, stamp_of = scan.paths, then.get
        for path, stamp in disk.walk(self._root, self._folder, scan.findings):
            paths.append(path)
            moved = scan.moved and self._picture_moved(path, records.get(path))
            if moved or stamp is None or stamp_of(path) != stamp:
                self._read(path, scan, recall, began, anew=moved)
            elif path in noted:
                scan.findings += noted[path]
        return scan

    def _picture_moved(self, path: str, record: Record | None) -> bool:
        """Whether the lead picture of an article is found elsewhere now, or no longer."""
        if record is None or not record.asked:
            return False
        found = self._pictures.find(record.asked, beside(self._folder, path))
        image = record.head.image if record.head else None
        return record.head is None or (found.file if found else "") != (image.file if image else "")

    def _read(self, path: str, scan: Scan, recall: Recall, began: int, *, anew: bool) -> None:
        index = self._index
        try:
            data, status = disk.read(f"{self._root}/{path}")
        except disk.Unreadable as error:
            scan.unread[path] = Record(None, (_must_fix(path, error),))
            scan.findings += scan.unread[path].findings
            return
        scan.stamps[path] = stamps.kept(stamps.of(status), began)
        digest = scan.hashes[path] = hashlib.sha256(data).digest()[:HASH]
        if not anew and index is not None and index.hash_of(path) == digest:
            scan.findings += index.findings.get(path, ())
            return
        scan.newer[path] = self._record(path, data, recall)
        scan.findings += scan.newer[path].findings

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
