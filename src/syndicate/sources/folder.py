"""Folder: articles from the Markdown files of a folder and its subfolders."""

import hashlib
import time
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from syndicate import frontmatter, processors, program, stamps
from syndicate.errors import ArticleError
from syndicate.models import (
    Article,
    Finding,
    Glance,
    Head,
    Identity,
    Picture,
    Reading,
    Where,
)
from syndicate.sources import disk, identities, ids, likeness
from syndicate.sources.base import Site
from syndicate.sources.index import Index, Record, Shown
from syndicate.sources.kept import Kept
from syndicate.sources.pictures import Pictures
from syndicate.sources.scan import Recall, Scan, Scanner, beside, hash_of
from syndicate.sources.twins import without_twins
from syndicate.stamps import Stamp

if TYPE_CHECKING:
    from syndicate.markup import TooMuch
    from syndicate.models import Manuscript

#: characters of a summary made from the text
SUMMARY = 240
#: articles that are worth a processor of their own, when they are read whole
SHARE = 60


class _Whole(msgspec.Struct, array_like=True):
    """An article that was read whole, or what is wrong with it."""

    article: Article | None
    #: what it was read from
    shown: Shown | None = None
    wrong: str = ""


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
        self._pictures = self._open_pictures()
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
        """Give what changes whenever `article` gives something else; "" where that is not known.

        It is not known before the article was read whole, nor when a picture of it was changed.
        """
        index, path = self._index, head.where.path
        shown = index.shown(path) if index else None
        if index is None or shown is None:
            return ""
        state = tuple((name, self._pictures.stamp(name)) for name, _ in shown.pictures)
        if state != shown.pictures:
            return ""
        told = repr((index.about, shown, head.id, head.image))
        return hashlib.sha256(told.encode()).hexdigest()

    def article(self, head: Head) -> Article:
        """Read one article whole. Raises ArticleError if it changed or went since `read`."""
        from syndicate import prose  # noqa: PLC0415 -- most builds read few articles whole
        from syndicate.text import reading_minutes  # noqa: PLC0415

        article = self.shown(head)
        text = prose.plain(article.html)
        return msgspec.structs.replace(article, text=text, minutes=reading_minutes(text))

    def shown(self, head: Head) -> Article:
        """Read one article as feeds show it: without its plain text and its reading time.

        Raises ArticleError as `article` does.
        """
        from syndicate import markup  # noqa: PLC0415 -- most builds read few articles whole
        from syndicate.excerpts import excerpt  # noqa: PLC0415

        path = head.where.path
        body = self._parts(head).body
        looked: dict[str, Stamp | None] = {}

        def locate(link: str) -> Picture | None:
            looked.update(self._pictures.state(link, self._beside(path)))
            return self._measured(link, self._beside(path))

        try:
            rendered = markup.render(body, head.url, locate)
        except markup.TooMuch as error:
            raise _placed(error, head.where) from None
        told = {name: getattr(head, name) for name in Head.__struct_fields__}
        if head.image is not None:
            told["image"] = self._pictures.measured(head.image)
            if head.image.file:
                name = head.image.file.removeprefix(f"{self._folder}/")
                looked[name] = self._pictures.stamp(name)
        if self._index is not None:
            kept = {name: then and stamps.kept(then, self._began) for name, then in looked.items()}
            self._index.show(path, tuple(kept.items()))
        return Article(
            **told,
            html=rendered.html,
            text="",
            summary=head.description or excerpt(_start(rendered.html), SUMMARY),
            minutes=1,
            pictures=rendered.pictures,
        )

    def shown_all(self, heads: Sequence[Head]) -> Iterator[Article | ArticleError]:
        """Read articles as `shown` does, many of them with all processors.

        Where one cannot be read, what is wrong stands in its place.
        """
        for share in processors.spread(self._shown, heads, list[_Whole], least=SHARE):
            for one in share:
                if one.article is None:
                    yield ArticleError(one.wrong)
                    continue
                if self._index is not None and one.shown is not None:
                    self._index.show(one.article.where.path, one.shown.pictures)
                yield one.article

    def _shown(self, heads: Iterable[Head]) -> "list[_Whole]":
        found = []
        for head in heads:
            try:
                article = self.shown(head)
            except ArticleError as error:
                found.append(_Whole(None, wrong=str(error)))
            else:
                shown = self._index.shown(head.where.path) if self._index else None
                found.append(_Whole(article, shown))
        return found

    def manuscript(self, head: Head) -> "Manuscript":
        """Read an article as it was written, beside what became of it, for a close look.

        Raises ArticleError as `article` does.
        """
        from syndicate import markup  # noqa: PLC0415 -- only `check` looks so closely
        from syndicate.markup.survey import survey  # noqa: PLC0415
        from syndicate.models import Kind, Manuscript  # noqa: PLC0415

        article = self.article(head)
        parts, beside = self._parts(head), self._beside(head.where.path)
        try:
            spots = survey(parts.body)
        except markup.TooMuch as error:
            raise _placed(error, head.where) from None
        before = (head.where.line or 1) - 1
        placed = tuple(
            replace(
                spot,
                line=spot.line and spot.line + before,
                picture=self._measured(spot.value, beside) if spot.kind is Kind.PICTURE else None,
            )
            for spot in spots
        )
        shown = (*article.pictures, *((article.image,) if article.image else ()))
        weights = {one.file: self._pictures.weight(one) for one in shown if one.file}
        return Manuscript(article, parts.front, parts.body, placed, weights)

    def _about(self) -> str:
        """Give a hash of all that heads depend on beside the files."""
        site = self._site
        told = (program.fingerprint(), self._folder, site.url, site.author, site.language)
        return hashlib.sha256(repr((*told, *_zone(site.zone))).encode()).hexdigest()

    def _open_pictures(self) -> Pictures:
        """Look at the folder's pictures anew: what is known of them holds for one reading."""
        return Pictures(self._root, self._folder, self._site.url)

    def _scan(self, recall: Recall) -> Scan:
        self._pictures = self._open_pictures()
        scanner = Scanner(self._root, self._folder, self._site, self._pictures, self._index)
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
                found[path] = likeness.telling(self._parts(head).body) if words is None else words
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
            folders = self._pictures.folders if scan.moved else {**index.folders}
            folders = {**folders, **self._pictures.folders}
            kept = {name: then and stamps.kept(then, self._began) for name, then in folders.items()}
            index.replace(read, scan.hashes, records, scan.newer.keys(), kept)
        return index.name((head.id for head in named), together)

    def _parts(self, head: Head) -> frontmatter.Parts:
        """Read an article again, and make sure that its body is the one its head was of."""
        path = head.where.path
        try:
            parts = frontmatter.split(disk.text_of(disk.read(f"{self._root}/{path}")[0]))
        except ArticleError as error:
            raise ArticleError(f"{path}: {error}") from None
        if hash_of(parts.body) != head.body_hash:
            raise ArticleError(f"{path}: the article has just been changed. Run the command again.")
        return parts

    def _beside(self, path: str) -> str:
        return beside(self._folder, path)

    def _measured(self, link: str, beside: str) -> Picture | None:
        found = self._pictures.find(link, beside)
        return self._pictures.measured(found) if found else None


def _start(html: str) -> str:
    """Give enough of an article's running text for a summary, else of all its text."""
    from syndicate import prose  # noqa: PLC0415 -- as above

    return prose.running(html, 3 * SUMMARY) or prose.plain(html)


def _zone(zone: ZoneInfo) -> tuple[str, ...]:
    """Name a time zone, and the file that says what it is: countries change their minds."""
    places = (stamps.at(f"{folder}/{zone.key}") for folder in zoneinfo.TZPATH)
    return zone.key, str(next((found for found in places if found), ""))


def _placed(error: "TooMuch", where: Where) -> ArticleError:
    line = (where.line or 1) + error.line - 1 if error.line else None
    return ArticleError(f"{Where(where.path, line)}: {error}")
