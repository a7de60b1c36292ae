"""Publishing: articles become feeds, and their pictures go where they will be served."""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from syndicate import files
from syndicate.config import Config
from syndicate.contracts import Source
from syndicate.errors import ArticleError
from syndicate.models import (
    Article,
    Finding,
    Head,
    Identity,
    Issue,
    Level,
    Message,
    Reading,
)
from syndicate.publish import pages, stale
from syndicate.publish.base import Built, File, Plan, Rehearsed, names, newest_first, shown
from syndicate.publish.pictures import Pictures
from syndicate.publish.plans import plan, select, written

__all__ = ["Built", "Rehearsed", "build", "feeds", "rehearse", "select"]

#: what the main feed goes by in `state/ids.json`, beside the paths of articles
MAIN = "feed"
#: a half-written file is left alone for so long
SWEPT = timedelta(hours=1)


def feeds(
    config: Config, articles: Iterable[Article], findings: list[Finding] | None = None
) -> Iterator[File]:
    """Write all feeds of articles that are read already, in memory, as (path, whole file)."""
    by_id = {article.id: article for article in newest_first(articles) if article.feed}
    heads = tuple(by_id.values())
    for one in plan(config, heads, _new_id(config), [] if findings is None else findings):
        yield from written(config, one, [by_id[head.id] for head in one.heads[: one.limit]])


def build(
    config: Config,
    source: Source,
    now: datetime,
    *,
    remember: Callable[[Reading], object],
    issues: Sequence[tuple[Issue, Message]] = (),
) -> Built:
    """Bring the output folder up to date; a broken article never stops the good ones.

    `remember` gets what was read, to keep the ids, before anything is published. Each of `issues`
    gets its page, and the pictures of its articles are published too.
    Feeds that an earlier build wrote and that nothing stands for any more are removed, unless an
    article cannot be read just now.
    Raises SyndicateError when a file cannot be written.
    """
    reading, feed_id = _named(config, source.read())
    remember(reading)
    heads = select(reading.heads, now)
    findings = list(reading.findings)
    plans = plan(config, heads, feed_id, findings)
    shelf = _Shelf(source, findings)
    carried = shelf.of(plans[0])
    output = _Output(config)
    for name, data in chain(
        _of_feeds(config, plans, shelf, reading, issues),
        pages.of_feeds(config, plans),
        pages.of_issues(config, issues),
    ):
        output.write(name, data)
    whole = not any(finding.level is Level.MUST_FIX for finding in findings)
    removed = output.tidy(now, findings, whole=whole)
    subscribed = [one for one in plans if not one.archive]
    return Built(
        new=output.named("new"),
        changed=output.named("changed"),
        same=output.named("same"),
        removed=removed,
        findings=tuple(findings),
        articles=len(reading.heads),
        published=len(heads),
        carried=len(carried),
        feeds=len(subscribed),
        subscribed=tuple(name for one in subscribed for name in names(config, one.folder)),
    )


def rehearse(
    config: Config, source: Source, reading: Reading, now: datetime, *, archive: bool = True
) -> Rehearsed:
    """Do in memory all that a build does for feeds, and write nothing.

    Without `archive` its pages, which carry every older article, are left out.
    """
    reading, feed_id = _named(config, reading)
    findings: list[Finding] = []
    shelf, pictures = _Shelf(source, findings), Pictures(config, findings)
    heads = select(reading.heads, now)
    sizes: dict[str, int] = {}
    touched: set[str] = set()
    for _ in pictures.logo(config.logo):
        pass
    for one in plan(config, heads, feed_id, findings):
        if one.archive and not archive:
            continue
        articles = shelf.of(one)
        for _ in pictures.of(articles):
            pass
        for name, data in written(config, one, articles):
            sizes[shown(config, name)] = len(data)
            if _differs(config.out / name, data):
                touched.update(article.id for article in articles)
    return Rehearsed(heads, shelf.read(), sizes, frozenset(touched), tuple(findings))


def _differs(path: Path, data: bytes) -> bool:
    try:
        return not files.holds(path, data)
    except OSError:
        return True


def main_feed(
    config: Config, source: Source, reading: Reading, now: datetime
) -> tuple[tuple[File, ...], tuple[Article, ...], tuple[Finding, ...]]:
    """Write the main feed in memory, in each format as a build would.

    Gives its files, the articles in it, and what is wrong with them.
    """
    reading, feed_id = _named(config, reading)
    findings: list[Finding] = []
    first = plan(config, select(reading.heads, now), feed_id, findings)[0]
    articles = _Shelf(source, findings).of(first)
    return tuple(written(config, first, articles)), tuple(articles), tuple(findings)


def _named(config: Config, reading: Reading) -> tuple[Reading, str]:
    """Give the main feed the id it is known by, else a new one, and remember it from now on."""
    known = reading.ids.get(MAIN)
    feed_id = known.id if known else _new_id(config)
    return replace(reading, ids={**reading.ids, MAIN: Identity(feed_id, "", "")}), feed_id


def _new_id(config: Config) -> str:
    return f"tag:{config.site.authority},{config.feeds.since}:feed"


def _of_feeds(
    config: Config,
    plans: Iterable[Plan],
    shelf: "_Shelf",
    reading: Reading,
    issues: Sequence[tuple[Issue, Message]],
) -> Iterator[File]:
    """Give the feeds, each after the pictures it names, and the pictures of issues."""
    pictures = Pictures(config, shelf.findings)
    yield from pictures.logo(config.logo)
    for one in plans:
        articles = shelf.of(one)
        yield from pictures.of(articles)
        yield from written(config, one, articles)
    mailed = {article for issue, _ in issues for article in issue.articles}
    yield from pictures.of(shelf.mailed(head for head in reading.heads if head.id in mailed))


class _Shelf:
    """Articles, each read once, however many feeds carry it."""

    def __init__(self, source: Source, findings: list[Finding]) -> None:
        self.findings = findings
        self._source = source
        self._read: dict[str, Article | None] = {}

    def of(self, one: Plan) -> list[Article]:
        """Read the first articles of a feed that can be read; a finding for each that cannot.

        Those of archive pages are not kept in memory.
        """
        articles: list[Article] = []
        for head in one.heads:
            if len(articles) == one.limit:
                break
            article = self._article(head, keep=not one.archive)
            if article is not None:
                articles.append(article)
        return articles

    def read(self) -> tuple[Article, ...]:
        """List what was read so far and kept."""
        return tuple(article for article in self._read.values() if article is not None)

    def mailed(self, heads: Iterable[Head]) -> Iterator[Article]:
        """Read articles for their pictures only.

        One that is broken by now was mailed with its picture already published.
        """
        for head in heads:
            if (known := self._read.get(head.id)) is not None:
                yield known
            elif head.id not in self._read:
                with contextlib.suppress(ArticleError):
                    yield self._source.article(head)

    def _article(self, head: Head, *, keep: bool) -> Article | None:
        if head.id in self._read:
            return self._read[head.id]
        article: Article | None = None
        try:
            article = self._source.article(head)
        except ArticleError as error:
            self.findings.append(Finding(Level.MUST_FIX, str(error), name="file"))
        if keep or article is None:
            self._read[head.id] = article
        return article


class _Output:
    """The output folder, and what became of each file in it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._became: dict[str, str] = {}
        self._digests: dict[str, str] = {}

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all, and only when its bytes differ."""
        path = self._config.out / name
        there = path.exists()
        changed = files.write(path, data, inside=self._config.out)
        self._became[name] = ("changed" if there else "new") if changed else "same"
        self._digests[name] = hashlib.sha256(data).hexdigest()

    def named(self, what: str) -> tuple[str, ...]:
        """List the files that became this, in the order written."""
        return tuple(
            shown(self._config, name) for name, kind in self._became.items() if kind == what
        )

    def tidy(self, now: datetime, findings: list[Finding], *, whole: bool) -> tuple[str, ...]:
        """Remove stale files, if everything could be read, and what a killed run left behind."""
        config = self._config
        before = stale.noted(config)
        removed = stale.remove(config, before, self._digests, findings) if whole else {}
        kept = {} if whole else before
        stale.note(config, {**kept, **self._digests})
        folders = {(config.out / name).parent for name in self._digests}
        for folder in (*folders, config.out, config.root / ".cache", config.ids_path.parent):
            files.sweep(folder, now - SWEPT)
        return tuple(shown(self._config, name) for name in removed)
