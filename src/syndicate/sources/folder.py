"""Folder: articles from the Markdown files of a folder and its subfolders."""

import hashlib
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from syndicate import frontmatter, markup, prose
from syndicate.errors import ArticleError
from syndicate.markup.survey import survey
from syndicate.models import (
    Article,
    Finding,
    Head,
    Identity,
    Kind,
    Level,
    Manuscript,
    Picture,
    Reading,
    Where,
)
from syndicate.sources import disk, ids, likeness
from syndicate.sources.base import File, Site, read_head
from syndicate.sources.keys import Keys
from syndicate.sources.pictures import Pictures
from syndicate.text import clean, excerpt, quote, reading_minutes

#: characters of a summary made from the text
SUMMARY = 240
#: characters of a body below which two articles may well have the same
SHORT = 200


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
            known: what is remembered of articles, by path (see `ids.load`).
        """
        self._root = root
        self._folder = folder.rstrip("/")
        self._site = Site(site_url.rstrip("/") + "/", zone, author, language)
        self._pictures = Pictures(root, self._folder, self._site.url)
        self._authority = authority
        self._since = since
        self._known = known
        #: the telling words of each article whose body is not the one that is remembered
        self._words: dict[str, str] = {}
        #: bodies that are too short to know an article by, and whether they say anything, by path
        self._short: dict[str, bool] = {}

    def read(self) -> Reading:
        """Read every head, and say all that is wrong at once; good articles come through.

        Raises ConfigError when the folder is not there.
        """
        findings: list[Finding] = []
        heads: list[Head] = []
        present: set[str] = set()
        self._words.clear()
        self._short.clear()
        for path in disk.walk(self._root, self._folder, findings):
            present.add(path)
            head = self._head(path, findings)
            if head is not None:
                heads.append(head)
        kept = _without_twins(heads, lambda head: head.slug, "slug", findings)
        kept = _without_twins(kept, lambda head: head.id, "id", findings)
        named = ids.assign(
            kept,
            self._known,
            present=present,
            authority=self._authority,
            since=self._since,
            short=self._short,
        )
        given = {head.where.path for head in kept if head.id}
        remembered = ids.remembered(named, self._known, self._words, present=present, given=given)
        return Reading(named, tuple(findings), remembered, ids.questions(named, remembered))

    def article(self, head: Head) -> Article:
        """Read one article whole. Raises ArticleError if it changed or went since `read`."""
        path = head.where.path
        body = self._parts(head).body
        beside = self._beside(path)
        try:
            rendered = markup.render(body, head.url, lambda link: self._measured(link, beside))
        except markup.TooMuch as error:
            raise _placed(error, head.where) from None
        text = prose.plain(rendered.html)
        told = {field.name: getattr(head, field.name) for field in fields(Head)}
        if head.image is not None:
            told["image"] = self._pictures.measured(head.image)
        return Article(
            **told,
            html=rendered.html,
            text=text,
            summary=head.description or excerpt(prose.running(rendered.html) or text, SUMMARY),
            minutes=reading_minutes(text),
            pictures=rendered.pictures,
        )

    def manuscript(self, head: Head) -> Manuscript:
        """Read an article as it was written, beside what became of it, for a close look.

        Raises ArticleError as `article` does.
        """
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

    def _head(self, path: str, findings: list[Finding]) -> Head | None:
        """Read one head; what is wrong with it goes to the findings."""
        try:
            parts = frontmatter.split(disk.text_of(f"{self._root}/{path}"))
            keys = Keys(frontmatter.parse(clean(parts.front)), path)
        except (disk.Unreadable, frontmatter.FrontMatterError) as error:
            name = "front-matter" if isinstance(error, frontmatter.FrontMatterError) else "file"
            findings.append(
                Finding(Level.MUST_FIX, error.text, Where(path, error.line), error.fix, name)
            )
            return None
        beside = self._beside(path)
        body_hash = _hash(parts.body)
        known = self._known.get(path)
        if known is None or known.body_hash != body_hash:
            self._words[path] = likeness.telling(parts.body)
        if len(parts.body.strip()) < SHORT:
            self._short[path] = bool(parts.body.strip())
        file = File(
            path,
            posixpath.splitext(posixpath.basename(path))[0],
            body_hash,
            parts.body_line,
            lambda link, alt: self._pictures.find(link, beside, alt),
        )
        head = read_head(keys, file, self._site)
        findings += keys.findings
        return head

    def _parts(self, head: Head) -> frontmatter.Parts:
        """Read an article again, and make sure that its body is the one its head was of."""
        path = head.where.path
        try:
            parts = frontmatter.split(disk.text_of(f"{self._root}/{path}"))
        except ArticleError as error:
            raise ArticleError(f"{path}: {error}") from None
        if _hash(parts.body) != head.body_hash:
            raise ArticleError(f"{path}: the article has just been changed. Run the command again.")
        return parts

    def _beside(self, path: str) -> str:
        """Give the folder of an article below the articles folder."""
        return posixpath.dirname(path.removeprefix(f"{self._folder}/"))

    def _measured(self, link: str, beside: str) -> Picture | None:
        found = self._pictures.find(link, beside)
        return self._pictures.measured(found) if found else None


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _placed(error: markup.TooMuch, where: Where) -> ArticleError:
    line = (where.line or 1) + error.line - 1 if error.line else None
    return ArticleError(f"{Where(where.path, line)}: {error}")


def _without_twins(
    heads: Iterable[Head], key: Callable[[Head], str], name: str, findings: list[Finding]
) -> list[Head]:
    """Leave out all articles that share a slug or an id, and say which they are."""
    groups: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        groups[unicodedata.normalize("NFC", key(head)).casefold()].append(head)
    kept = []
    for shared, group in groups.items():
        if len(group) == 1 or not shared:
            kept += group
            continue
        paths = [head.where.path for head in group]
        findings.append(
            Finding(
                Level.MUST_FIX,
                f"{' and '.join(paths)} have the same {name}: {quote(key(group[0]))}.",
                Where(paths[0]),
                f"Give one of them another {name}.",
                "twins",
            )
        )
    return sorted(kept, key=lambda head: head.where.path)
