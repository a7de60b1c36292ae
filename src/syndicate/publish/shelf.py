"""The shelf: articles that feeds carry, each read whole once, and only when somebody needs it."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from syndicate.errors import ArticleError
from syndicate.models import Article, Finding, Head, Level
from syndicate.publish.base import Plan


class Carried(msgspec.Struct, array_like=True, frozen=True):
    """What is known of an article that was read whole."""

    #: changes whenever the article does (see `LastingSource.mark`)
    mark: str
    #: local pictures that it shows, as paths below the site's folder, the lead picture first
    pictures: tuple[str, ...]


class Shelf:
    """Articles of a source, and what an earlier build knew of them."""

    def __init__(
        self,
        read: Callable[[Head], Article],
        findings: list[Finding],
        known: Mapping[str, Carried] = MappingProxyType({}),
        whole: Mapping[str, Article] = MappingProxyType({}),
        mark: Callable[[Head], str] = lambda _: "",
    ) -> None:
        """Take what was known by path, and articles; findings get what is wrong with them.

        `read` reads an article, as `Source.article` and `LastingSource.shown` do.
        `mark` says what changes whenever an article does (see `LastingSource.mark`).
        """
        self.findings = findings
        #: what is known by now of the articles that were asked for, by path
        self.carried: dict[str, Carried] = {}
        self._read_whole = read
        self._mark = mark
        self._known = known
        self._kept = whole
        self._read: dict[str, Article | None] = {}
        self._page: dict[str, Article] = {}
        self._fetched: dict[str, Article | ArticleError] = {}

    def fetch(
        self,
        plans: Iterable[Plan],
        read_all: Callable[[Sequence[Head]], Iterable[Article | ArticleError]],
    ) -> None:
        """Read what feeds are about to ask for, all at once: `read_all` may know a faster way.

        Pages of the archive are left out, since they are read and let go one by one.
        """
        asked = [head for one in plans if not one.archive for head in one.heads[: one.limit]]
        wanted = {
            head.id: head
            for head in asked
            if head.where.path not in self.carried and not self._remembered(head)
        }
        found = read_all(list(wanted.values()))
        self._fetched = dict(zip(wanted, found, strict=True))

    def of(self, one: Plan) -> list[Head]:
        """Give the first articles of a feed that can be read; a finding for each that cannot."""
        self._page.clear()
        heads: list[Head] = []
        for head in one.heads:
            if len(heads) == one.limit:
                break
            if self._stands(head, keep=not one.archive):
                heads.append(head)
        return heads

    def looked_at(self, one: Plan) -> Plan:
        """Give a plan that names only the articles that were looked at for it."""
        count = looked = 0
        for head in one.heads:
            if count == one.limit:
                break
            looked += 1
            count += head.where.path in self.carried
        rest = one.rest + len(one.heads) - looked
        return msgspec.structs.replace(one, heads=one.heads[:looked], rest=rest)

    def articles(self, heads: Iterable[Head]) -> list[Article]:
        """Give articles whole. Raises ArticleError for one that is just being changed."""
        return [self._whole(head) for head in heads]

    def kept(self, heads: Iterable[Head]) -> dict[str, Article]:
        """Give articles by path, as far as they were read or an earlier build kept them."""
        known = {path: article for path, article in self._kept.items() if self._as_known(path)}
        read = {article.where.path: article for article in self.read()}
        wanted = {head.where.path for head in heads}
        return {path: article for path, article in (known | read).items() if path in wanted}

    def read(self) -> tuple[Article, ...]:
        """List what was read so far and kept: all but the articles of archive pages."""
        return tuple(article for article in self._read.values() if article is not None)

    def mark(self, heads: Iterable[Head]) -> tuple[str, ...]:
        """Give what changes whenever one of these articles does; empty where that is not known."""
        marks = tuple([self.carried[head.where.path].mark for head in heads])
        return marks if all(marks) else ()

    def pictures(self, head: Head) -> tuple[str, ...]:
        """Give the local pictures of an article that stands in a feed."""
        return self.carried[head.where.path].pictures

    def mailed(self, heads: Iterable[Head]) -> Iterator[Head]:
        """Go through articles whose pictures are asked for, and leave out what cannot be read.

        One that is broken by now was mailed with its picture already published.
        """
        for head in heads:
            if head.id not in self._read and not self._remembered(head):
                with contextlib.suppress(ArticleError):
                    self._note(head, self._read_whole(head))
            if head.where.path in self.carried:
                yield head

    def _stands(self, head: Head, *, keep: bool) -> bool:
        if head.where.path in self.carried or self._remembered(head):
            return True
        if head.id in self._read:
            return False
        try:
            article = self._fetch(head)
        except ArticleError as error:
            self.findings.append(Finding(Level.MUST_FIX, str(error), name="file"))
            self._read[head.id] = None
            return False
        if keep:
            self._read[head.id] = article
        else:
            self._page[head.id] = article
        self._note(head, article)
        return True

    def _fetch(self, head: Head) -> Article:
        """Take what was fetched, else read it now. Raises ArticleError."""
        found = self._fetched.pop(head.id, None) or self._read_whole(head)
        if isinstance(found, ArticleError):
            raise found
        return found

    def _as_known(self, path: str) -> bool:
        """Whether an article is surely the one that an earlier build knew."""
        carried = self.carried.get(path)
        return carried is not None and bool(carried.mark) and carried == self._known.get(path)

    def _remembered(self, head: Head) -> bool:
        """Whether an article is as an earlier build knew it, so that it need not be read."""
        path = head.where.path
        known = self._known.get(path)
        same = known is not None and bool(known.mark) and known.mark == self._mark(head)
        if known is not None and same:
            self.carried[path] = known
        return same

    def _note(self, head: Head, article: Article) -> None:
        shown = (*((article.image,) if article.image else ()), *article.pictures)
        files = dict.fromkeys(picture.file for picture in shown if picture.file)
        self.carried[head.where.path] = Carried(self._mark(head), tuple(files))

    def _whole(self, head: Head) -> Article:
        article = self._read.get(head.id) or self._page.get(head.id)
        path = head.where.path
        if article is None and self._as_known(path):
            article = self._kept.get(path)
        if article is None:
            article = self._read_whole(head)
            self._read[head.id] = article
        return article
