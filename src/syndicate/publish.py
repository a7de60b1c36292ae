"""Publishing: the newest articles become feeds, and their pictures go where they will be served."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

from syndicate import files, render
from syndicate.config import Config
from syndicate.contracts import Source
from syndicate.errors import ArticleError
from syndicate.feeds import FORMATS
from syndicate.models import Article, Feed, Finding, Head, Issue, Level, Message, Reading, Where

H = TypeVar("H", bound=Head)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote, and what was wrong."""

    #: files that are new or have other bytes, as a person would type them, in the order written
    changed: tuple[str, ...]
    #: files that had these bytes already and were left alone
    same: tuple[str, ...]
    findings: tuple[Finding, ...]
    #: articles that can be used, drafts and future ones included
    articles: int
    #: those of them that may stand in feeds today
    published: int
    #: those of them that do stand in the main feed
    carried: int


def select(heads: Iterable[H], now: datetime) -> tuple[H, ...]:
    """Choose what may stand in feeds: published by now, no draft, not `feed: false`.

    The newest first; articles of the same moment in the order of their ids.
    """
    chosen = (head for head in heads if head.feed and not head.draft and head.published <= now)
    return _newest_first(chosen)


def feeds(config: Config, articles: Iterable[Article]) -> Iterator[tuple[str, bytes]]:
    """Write the feeds there are, each as (path below the output folder, whole file).

    There is one, the main feed, in each format of the config. It carries the newest
    `[feeds] limit` of the articles that may stand in feeds.
    """
    carried = _newest_first(article for article in articles if article.feed)[: config.feeds.limit]
    for name in dict.fromkeys(config.feeds.formats):
        form = FORMATS[name]
        yield form.filename, form.write(_main(config, form.filename), carried)


def pages(config: Config, issues: Iterable[tuple[Issue, Message]]) -> Iterator[tuple[str, bytes]]:
    """Write the page of each issue, as (path below the output folder, whole file).

    It is the email without anything personal, for "view in browser".
    """
    for issue, message in issues:
        html = render.web(message.html, archive_url=config.issue_url(issue.id))
        yield f"issues/{issue.id}/index.html", html.encode()


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
    Raises SyndicateError when a file cannot be written.
    """
    reading = source.read()
    remember(reading)
    heads = select(reading.heads, now)
    findings = list(reading.findings)
    articles = _read(source, heads, config.feeds.limit, findings)
    written: dict[str, bool] = {}
    # Pictures first, so that no feed ever names one that is not there yet.
    shown = [*articles, *_mailed(source, reading.heads, articles, issues)]
    pictures = _pictures(config, shown, findings)
    for name, data in chain(pictures, feeds(config, articles), pages(config, issues)):
        path = _shown(config, config.out / name)
        written[path] = files.write(config.out / name, data, inside=config.out)
    return Built(
        changed=tuple(path for path, changed in written.items() if changed),
        same=tuple(path for path, changed in written.items() if not changed),
        findings=tuple(findings),
        articles=len(reading.heads),
        published=len(heads),
        carried=len(articles),
    )


def _newest_first(heads: Iterable[H]) -> tuple[H, ...]:
    return tuple(sorted(heads, key=lambda head: (-head.published.timestamp(), head.id)))


def _main(config: Config, filename: str) -> Feed:
    site = config.site
    return Feed(
        title=site.title,
        description="",
        home=site.url,
        url=site.url + filename,
        id=f"tag:{site.authority},{config.feeds.since}:feed",
        language=site.language,
        author=site.author,
        hub=config.feeds.hub,
        full=config.feeds.content == "full",
        formats={name: site.url + FORMATS[name].filename for name in config.feeds.formats},
    )


def _read(
    source: Source, heads: Iterable[Head], limit: int, findings: list[Finding]
) -> list[Article]:
    """Read the first articles that can be read; a finding for each that cannot."""
    articles: list[Article] = []
    for head in heads:
        if len(articles) == limit:
            break
        try:
            articles.append(source.article(head))
        except ArticleError as error:
            findings.append(Finding(Level.MUST_FIX, str(error)))
    return articles


def _mailed(
    source: Source,
    heads: Iterable[Head],
    read: Sequence[Article],
    issues: Iterable[tuple[Issue, Message]],
) -> Iterator[Article]:
    """Read the articles of issues that no feed carries, for their pictures."""
    wanted = {article for issue, _ in issues for article in issue.articles}
    wanted -= {article.id for article in read}
    for head in heads:
        if head.id in wanted:
            # One that is broken by now was mailed with its picture already published.
            with contextlib.suppress(ArticleError):
                yield source.article(head)


def _pictures(
    config: Config, articles: Iterable[Article], findings: list[Finding]
) -> Iterator[tuple[str, bytes]]:
    """Give each local picture as (path below the output folder, bytes); a finding for a bad one.

    Below the output folder it stands where it stands below the articles folder.
    """
    folder = config.root / config.articles.folder
    for file, where in _local_files(articles).items():
        path = config.root / file
        try:
            if fault := _picture_fault(path, folder):
                findings.append(_bad_picture(file, fault, where))
            else:
                yield os.path.relpath(path, folder), path.read_bytes()
        except OSError as error:
            findings.append(_bad_picture(file, f"cannot be read: {error.strerror}", where))


def _picture_fault(path: Path, folder: Path) -> str:
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    if not inside or Path(os.path.relpath(path, folder)).parts[:1] == (os.pardir,):
        return "lies outside the articles folder"
    return "" if path.is_file() else "is not there"


def _local_files(articles: Iterable[Article]) -> dict[str, Where]:
    """Name each local picture once, with the article that shows it first."""
    found: dict[str, Where] = {}
    for article in articles:
        lead = (article.image,) if article.image else ()
        for picture in (*lead, *article.pictures):
            if picture.file:
                found.setdefault(picture.file, article.where)
    return found


def _bad_picture(file: str, fault: str, where: Where) -> Finding:
    return Finding(
        Level.ADVICE,
        f'The picture "{file}" {fault}.',
        where,
        "Put it into the articles folder, or name another one.",
    )


def _shown(config: Config, path: Path) -> str:
    return str(path.relative_to(config.root) if path.is_relative_to(config.root) else path)
