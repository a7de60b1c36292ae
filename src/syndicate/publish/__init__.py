"""Publishing: articles become feeds, and their pictures go where they will be served."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from syndicate import files
from syndicate.config import Config
from syndicate.errors import ArticleError
from syndicate.feeds import FORMATS
from syndicate.models import Article, Finding, Glance, Head, Identity, Level, Reading
from syndicate.publish import pages, plans
from syndicate.publish.base import Built, File, Plan, Rehearsed, names, newest_first, shown
from syndicate.publish.memory import Memory, Stand, inputs
from syndicate.publish.output import Output, Wanted
from syndicate.publish.pictures import Pictures
from syndicate.publish.plans import plan, select, written
from syndicate.publish.shelf import Shelf

if TYPE_CHECKING:
    from syndicate.contracts import LastingSource, Source
    from syndicate.models import Issue, Message

__all__ = ["Built", "Rehearsed", "build", "feeds", "rehearse", "select"]

#: what the main feed goes by in `state/ids.json`, beside the paths of articles
MAIN = "feed"
#: articles of the main feed that are kept whole from build to build, so that one that is new or
#: changed is the only one to be read
KEPT = 50


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
    source: "LastingSource",
    now: datetime,
    *,
    remember: Callable[[Reading | Glance], object],
    issues: "Sequence[tuple[Issue, Message]]" = (),
) -> Built:
    """Bring the output folder up to date; a broken article never stops the good ones.

    `remember` gets what was read, to keep the ids, before anything is published. Each of `issues`
    gets its page, and the pictures of its articles are published too.
    Feeds that an earlier build wrote and that nothing stands for any more are removed, unless an
    article cannot be read just now.
    Raises SyndicateError when a file cannot be written.
    """
    memory = Memory(config)
    asked = tuple(sorted({name for issue, _ in issues for name in issue.articles}))
    ready = _as_before(memory, source, now, asked) or _anew(config, memory, source, now, asked)
    remember(ready.read)
    stand, shelf = ready.stand, ready.shelf
    # What was read of ten thousand articles makes room for the feeds.
    del ready
    carried = shelf.of(stand.plans[0])
    output = Output(config, memory.made, _began(now), shelf.findings)
    for group in _of_feeds(config, stand, shelf, now):
        output.write(group)
    for wanted in chain(pages.of_feeds(config, stand.plans), pages.of_issues(config, issues)):
        output.write([wanted])
    whole = not any(finding.level is Level.MUST_FIX for finding in shelf.findings)
    removed = output.tidy(now, whole=whole)
    kept = shelf.kept(carried[:KEPT])
    memory.keep(_trimmed(stand, shelf), output.made, shelf.carried, kept)
    source.keep()
    subscribed = [one for one in stand.plans if not one.archive]
    return Built(
        new=output.named("new"),
        changed=output.named("changed"),
        same=output.named("same"),
        removed=removed,
        findings=tuple(shelf.findings),
        articles=stand.articles,
        published=stand.published,
        carried=len(carried),
        feeds=len(subscribed),
        subscribed=tuple(name for one in subscribed for name in names(config, one.folder)),
    )


def rehearse(
    config: Config, source: "Source", reading: Reading, now: datetime, *, archive: bool = True
) -> Rehearsed:
    """Do in memory all that a build does for feeds, and write nothing.

    Without `archive` its pages, which carry every older article, are left out.
    """
    stand = _decided(config, _named(config, reading), now, ())
    shelf = Shelf(source.article, list(stand.findings))
    pictures = Pictures(config, shelf.findings, _began(now))
    for _ in pictures.logo(config.logo):
        pass
    sizes: dict[str, int] = {}
    touched: set[str] = set()
    for one in stand.plans:
        if one.archive and not archive:
            continue
        heads = shelf.of(one)
        for head in heads:
            for _ in pictures.of(shelf.pictures(head), head.where):
                pass
        for name, data in written(config, one, shelf.articles(heads)):
            sizes[shown(config, name)] = len(data)
            if _differs(config.out / name, data):
                touched.update(head.id for head in heads)
    heads = list(select(reading.heads, now))
    return Rehearsed(tuple(heads), shelf.read(), sizes, frozenset(touched), tuple(shelf.findings))


def _differs(path: Path, data: bytes) -> bool:
    try:
        return not files.holds(path, data)
    except OSError:
        return True


def main_feed(
    config: Config, source: "Source", reading: Reading, now: datetime
) -> tuple[tuple[File, ...], tuple[Article, ...], tuple[Finding, ...]]:
    """Write the main feed in memory, in each format as a build would.

    Gives its files, the articles in it, and what is wrong with them.
    """
    stand = _decided(config, _named(config, reading), now, ())
    shelf = Shelf(source.article, list(stand.findings))
    articles = shelf.articles(shelf.of(stand.plans[0]))
    files = tuple(written(config, stand.plans[0], articles))
    return files, tuple(articles), tuple(shelf.findings)


class _Ready(msgspec.Struct, frozen=True):
    """Everything that a build needs to begin."""

    read: Reading | Glance
    stand: Stand
    shelf: Shelf


def _as_before(
    memory: Memory, source: "LastingSource", now: datetime, asked: tuple[str, ...]
) -> _Ready | None:
    """Take over what an earlier build decided, if all articles stand as they stood then."""
    stand = memory.stand()
    if stand is None or not stand.holds(now, asked):
        return None
    seen = source.glance(stand.token)
    if seen is None:
        return None
    stand = stand.renewed(seen)
    findings = [*seen.findings, *stand.findings]
    shelf = Shelf(source.shown, findings, memory.carried, memory.articles, source.mark)
    shelf.fetch(stand.plans, source.shown_all)
    # An article that cannot be read any more makes room for one that was not named.
    short = any(one.rest and len(shelf.of(one)) < one.limit for one in stand.plans)
    return None if short else _Ready(seen, stand, shelf)


def _anew(
    config: Config, memory: Memory, source: "LastingSource", now: datetime, asked: tuple[str, ...]
) -> _Ready:
    """Read all heads, and decide."""
    reading = _named(config, source.read())
    stand = _decided(config, reading, now, asked)
    findings = [*reading.findings, *stand.findings]
    shelf = Shelf(source.shown, findings, memory.carried, memory.articles, source.mark)
    shelf.fetch(stand.plans, source.shown_all)
    return _Ready(reading, stand, shelf)


def _decided(config: Config, reading: Reading, now: datetime, asked: tuple[str, ...]) -> Stand:
    """Decide which articles stand in which feeds."""
    heads = select(reading.heads, now)
    findings: list[Finding] = []
    mailed = set(asked)
    times = [head.published for head in reading.heads]
    return Stand(
        token=reading.token,
        since=max((time for time in times if time <= now), default=None),
        until=min((time for time in times if time > now), default=None),
        plans=plan(config, heads, reading.ids[MAIN].id, findings),
        findings=tuple(findings),
        articles=len(reading.heads),
        published=len(heads),
        asked=asked,
        mailed=tuple(head for head in reading.heads if head.id in mailed),
    )


def _trimmed(stand: Stand, shelf: Shelf) -> Stand:
    """Let each plan name only the articles that were looked at for it."""
    return msgspec.structs.replace(stand, plans=tuple(shelf.looked_at(one) for one in stand.plans))


def _named(config: Config, reading: Reading) -> Reading:
    """Give the main feed the id it is known by, else a new one, and remember it from now on."""
    if MAIN in reading.ids:
        return reading
    return msgspec.structs.replace(
        reading, ids={**reading.ids, MAIN: Identity(_new_id(config), "", "")}
    )


def _new_id(config: Config) -> str:
    return f"tag:{config.site.authority},{config.feeds.since}:feed"


def _of_feeds(config: Config, stand: Stand, shelf: Shelf, now: datetime) -> Iterator[list[Wanted]]:
    """Give the feeds in groups, each after the pictures it names, and the pictures of issues."""
    pictures = Pictures(config, shelf.findings, _began(now))
    subscribed = [(one, shelf.of(one)) for one in stand.plans if not one.archive]
    shown = [_pictures(pictures, shelf, heads) for _, heads in subscribed]
    yield [*pictures.logo(config.logo), *chain.from_iterable(shown)]
    yield [wanted for one, heads in subscribed for wanted in _of_plan(config, one, shelf, heads)]
    for one in stand.plans:
        if one.archive:
            heads = shelf.of(one)
            yield [*_pictures(pictures, shelf, heads)]
            yield [*_of_plan(config, one, shelf, heads)]
    yield [*_pictures(pictures, shelf, shelf.mailed(stand.mailed))]


def _pictures(pictures: Pictures, shelf: Shelf, heads: Iterable[Head]) -> Iterator[Wanted]:
    for head in heads:
        yield from pictures.of(shelf.pictures(head), head.where)


def _of_plan(config: Config, one: Plan, shelf: Shelf, heads: list[Head]) -> Iterator[Wanted]:
    marks = shelf.mark(heads)
    bare = msgspec.structs.replace(one, heads=(), rest=0)
    made_of = inputs(bare, marks) if marks or not heads else ""
    for name in dict.fromkeys(config.feeds.formats):
        form = partial(_feed, config, one, name, shelf, heads)
        yield Wanted(one.folder + FORMATS[name].filename, made_of, form)


def _feed(
    config: Config, one: Plan, name: str, shelf: Shelf, heads: Sequence[Head]
) -> bytes | Finding:
    """Write a feed; one of an article that is just being changed stays as it is."""
    try:
        return plans.write(config, one, name, shelf.articles(heads))
    except ArticleError as error:
        return Finding(Level.MUST_FIX, str(error), name="file")


def _began(now: datetime) -> int:
    """Give a time in nanoseconds since 1970, as files have it."""
    return int(now.timestamp()) * 1_000_000_000
