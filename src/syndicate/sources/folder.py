"""Folder: articles from the Markdown files of a folder and its subfolders."""

import hashlib
import time
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from syndicate import program, stamps
from syndicate.errors import ArticleError
from syndicate.models import (
    Article,
    Finding,
    Glance,
    Head,
    Identity,
    Reading,
)
from syndicate.sources import identities, ids, likeness
from syndicate.sources.base import Site
from syndicate.sources.index import Index, Record
from syndicate.sources.kept import Kept
from syndicate.sources.pictures import Pictures
from syndicate.sources.scan import Recall, Scan, Scanner
from syndicate.sources.twins import without_twins
from syndicate.sources.whole import Reader

if TYPE_CHECKING:
    from syndicate.models import Manuscript


class Folder:
    """A `Source`: Markdown files with front matter."""

    def __init__(
        self,
        root: Path,
        folder: str,
        *,
        site_url: str,
        zone: ZoneInfo,
        author: str,
        language: str,
        authority: str,
        since: int,
        known: Mapping[str, Identity],
        cache: Path | None = None,
        began: int | None = None,
    ) -> None:
        """Say where the articles are, and what they take from their site.

        Args:
            root: folder of the site.
            folder: folder of the articles, relative to it.
            site_url: address of the site.
            zone: time zone of dates that name none.
            author: who wrote what names nobody; "" for no one.
            language: BCP 47, where an article names none.
            authority: host name in new ids.
            since: year in new ids.
            known: what is remembered of articles, by path (see `Kept`).
            cache: folder for what was read, so that only what changes is read again; None for none.
            began: when the run began, in nanoseconds since 1970; None for now.
        """
        self._root = root
        self._folder = folder.rstrip("/")
        self._site = Site(site_url.rstrip("/") + "/", zone, author, language)
        self._authority = authority
        self._since = since
        self._known = known
        self._began = time.time_ns() if began is None else began
        self._index = Index(cache, self._about()) if cache else None
        self._reader = self._open()
        self._scanned: Scan | None = None

    def read(self) -> Reading:
        """Read every head, and say all that is wrong at once; good articles come through.

        Raises ConfigError when the folder is not there.
        """
        known = self._known.all() if isinstance(self._known, Kept) else self._known
        scan, records = self._all(known.get)
        findings = list(scan.findings)
        heads = [head for path in scan.paths if (head := records[path].head) is not None]
        kept = without_twins(heads, lambda head: head.slug, "slug", findings)
        kept = without_twins(kept, lambda head: head.id, "id", findings)
        present = set(scan.paths)
        short = {path: one.short for path, one in records.items() if one.short is not None}
        named = ids.assign(
            kept, known, present=present, authority=self._authority, since=self._since, short=short
        )
        given = {head.where.path for head in kept if head.id}
        words = self._words(kept, records, known)
        remembered = identities.remembered(named, known, words, present=present, given=given)
        questions = identities.questions(named, remembered)
        token = self._note(scan, records, named, findings[len(scan.findings) :])
        self.keep()
        return Reading(named, tuple(findings), remembered, questions, token)

    def glance(self, token: str) -> Glance | None:
        """See what changed since the reading of that token, if it was the last.

        None where that is not all that there is to say. Then `read` says it, and reads no file
        again.
        """
        index, known = self._index, self._known
        if index is None or not isinstance(known, Kept) or not token or index.token != token:
            return None
        if not index.ids or known.digest() != index.ids:
            return None
        scan = self._scanned = self._scan(known.one)
        if scan.moved or scan.unread or scan.paths != list(index.stamps):
            return None
        changed = self._changed(scan, index, known)
        if changed is None:
            return None
        self._scanned = None
        index.renew(scan.stamps, scan.hashes, scan.newer)
        heads, remembered = changed
        return Glance(index.token, heads, (*scan.findings, *index.together), remembered)

    def _changed(
        self, scan: Scan, index: Index, known: Kept
    ) -> tuple[dict[str, Head], dict[str, Identity]] | None:
        """Give the articles that changed, and what to remember of them; None if one moved."""
        heads: dict[str, Head] = {}
        remembered: dict[str, Identity] = {}
        for path, record in scan.newer.items():
            if record.place() != index.place_of(path):
                return None
            if record.head is None:
                continue
            before, given = known.one(path), record.head.id
            found = before and identities.renewed(
                record.head, before, record.words, given=bool(given)
            )
            if before is None or found is None or given not in {"", before.id}:
                return None
            heads[path] = ids.named(record.head, before.id)
            remembered[path] = msgspec.structs.replace(found, id=before.id)
        return heads, remembered

    def remember(self, read: Reading | Glance) -> None:
        """Keep the ids of the articles in `state/ids.json`."""
        known = self._known
        if not isinstance(known, Kept):
            return
        if isinstance(read, Reading):
            known.save(read.ids)
        elif any(known.one(path) != identity for path, identity in read.ids.items()):
            known.renew(read.ids)
        if self._index is not None:
            self._index.ids = known.digest()

    def keep(self) -> None:
        """Keep what was read for the next time, as far as the folder can be written to."""
        if self._index is not None:
            self._index.save()

    def mark(self, head: Head) -> str:
        """Give what changes whenever `article` gives something else; "" where that is not known."""
        return self._reader.mark(head)

    def article(self, head: Head) -> Article:
        """Read one article whole. Raises ArticleError if it changed or went since `read`."""
        return self._reader.article(head)

    def shown(self, head: Head) -> Article:
        """Read one article as feeds show it: without its plain text and its reading time."""
        return self._reader.shown(head)

    def shown_all(self, heads: Sequence[Head]) -> Iterator[Article | ArticleError]:
        """Read articles as feeds show them; where one cannot be, what is wrong is in its place."""
        return self._reader.shown_all(heads)

    def manuscript(self, head: Head) -> "Manuscript":
        """Read an article as it was written, beside what became of it; raises as `article`."""
        return self._reader.manuscript(head)

    def _about(self) -> str:
        """Give a hash of all that heads depend on beside the files."""
        site = self._site
        told = (program.fingerprint(), self._folder, site.url, site.author, site.language)
        return hashlib.sha256(repr((*told, *_zone(site.zone))).encode()).hexdigest()

    def _open(self) -> Reader:
        """Look at the folder's pictures anew: what is known of them holds for one reading."""
        pictures = Pictures(self._root, self._folder, self._site.url)
        return Reader(self._root, self._folder, pictures, self._index, self._began)

    def _scan(self, recall: Recall) -> Scan:
        self._reader = self._open()
        pictures = self._reader.pictures
        scanner = Scanner(self._root, self._folder, self._site, pictures, self._index)
        return scanner.scan(recall, self._began)

    def _all(self, recall: Recall) -> tuple[Scan, dict[str, Record]]:
        """Look at every file, and give what each of them says, now or when it was read."""
        scan, self._scanned = self._scanned or self._scan(recall), None
        records = {**scan.unread, **scan.newer}
        if len(records) < len(scan.paths) and self._index is not None:
            records = self._index.records() | records
            if not records.keys() >= set(scan.paths):
                # Half an index is none.
                self._index.forget()
                scan = self._scan(recall)
                records = {**scan.unread, **scan.newer}
        return scan, records

    def _words(
        self, heads: Iterable[Head], records: Mapping[str, Record], known: Mapping[str, Identity]
    ) -> dict[str, str]:
        """Give the telling words of each article whose body is not the one that is remembered."""
        found = {}
        for head in heads:
            path = head.where.path
            identity = known.get(path)
            if identity is None or identity.body_hash != head.body_hash:
                words = records[path].words
                if words is None:
                    words = likeness.telling(self._reader.parts(head).body)
                found[path] = words
        return found

    def _note(
        self,
        scan: Scan,
        records: Mapping[str, Record],
        named: Iterable[Head],
        together: Iterable[Finding],
    ) -> str:
        """Keep what was read for the next time; give what this reading goes by."""
        index = self._index
        if index is None:
            return ""
        if scan.stamps or scan.moved or scan.unread or scan.paths != list(index.stamps):
            known = {**index.stamps, **scan.stamps}
            read = {path: known[path] for path in scan.paths if path not in scan.unread}
            seen = self._reader.pictures.folders
            folders = {**({} if scan.moved else index.folders), **seen}
            kept = {name: then and stamps.kept(then, self._began) for name, then in folders.items()}
            index.replace(read, scan.hashes, records, scan.newer.keys(), kept)
        return index.name((head.id for head in named), together)


def _zone(zone: ZoneInfo) -> tuple[str, ...]:
    """Name a time zone, and the file that says what it is: countries change their minds."""
    places = (stamps.at(f"{folder}/{zone.key}") for folder in zoneinfo.TZPATH)
    return zone.key, str(next((found for found in places if found), ""))
