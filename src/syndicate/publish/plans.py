"""Plans: which feeds a site has, which articles stand in each, and the files they become."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from syndicate.config import Config
from syndicate.feeds import FORMATS
from syndicate.models import Article, Feed, Finding, Head
from syndicate.publish.base import File, H, Plan, address, newest_first
from syndicate.publish.tags import Tag, tags


def select(heads: Iterable[H], now: datetime) -> tuple[H, ...]:
    """Choose what may stand in feeds: published by now, no draft, not `feed: false`.

    The newest first; articles of the same moment in the order of their ids.
    """
    chosen = (head for head in heads if head.feed and not head.draft and head.published <= now)
    return newest_first(chosen)


def plan(
    config: Config, heads: tuple[Head, ...], feed_id: str, findings: list[Finding]
) -> tuple[Plan, ...]:
    """Plan the main feed, one for each tag, and the archive pages of the main feed.

    `heads` come the newest first. What there is to say of tags goes to the findings.
    """
    pages = _archive(config, heads, feed_id)
    main = Plan(
        folder="",
        title=config.site.title,
        id=feed_id,
        heads=heads,
        limit=config.feeds.limit,
        complete=_complete(config, heads),
        older=pages[0].folder if pages else "",
    )
    found = tags(heads, config.feeds.tags, findings)
    return (main, *(_of_tag(config, tag, feed_id) for tag in found), *pages)


def written(config: Config, one: Plan, articles: Sequence[Article]) -> Iterator[File]:
    """Write a feed down in each format of the config."""
    for name in dict.fromkeys(config.feeds.formats):
        yield one.folder + FORMATS[name].filename, write(config, one, name, articles)


def write(config: Config, one: Plan, name: str, articles: Sequence[Article]) -> bytes:
    """Write a feed down in one format."""
    return FORMATS[name].write(_feed(config, one, name), articles)


def _of_tag(config: Config, tag: Tag, feed_id: str) -> Plan:
    return Plan(
        folder=f"tags/{tag.folder}/",
        title=f"{config.site.title}: {tag.title}",
        id=f"{feed_id}/tags/{quote(tag.folder)}",
        heads=tag.heads,
        limit=config.feeds.limit,
        complete=_complete(config, tag.heads),
    )


def _archive(config: Config, heads: tuple[Head, ...], feed_id: str) -> tuple[Plan, ...]:
    """Plan the pages of the archive, the newest first.

    They are counted from the oldest article and always full, so that a page never changes when an
    article is added. Each names the page before it; the first has none and names the second, which
    for that must be there from the beginning: so a page is half a feed, and the youngest pages and
    the main feed may have articles in common.
    """
    if not config.feeds.archive or len(heads) <= config.feeds.limit:
        return ()
    size = max(1, config.feeds.limit // 2)
    count = max(2, math.ceil((len(heads) - config.feeds.limit) / size))
    oldest_first = heads[::-1]
    return tuple(
        Plan(
            folder=_page(number),
            title=config.site.title,
            id=feed_id,
            heads=oldest_first[(number - 1) * size : number * size][::-1],
            limit=size,
            older=_page(number - 1) if number > 1 else "",
            newer="" if number > 1 else _page(2),
            archive=True,
        )
        for number in range(count, 0, -1)
    )


def _page(number: int) -> str:
    return f"archive/{number}/"


def _complete(config: Config, heads: Sequence[Head]) -> bool:
    return config.feeds.archive and len(heads) <= config.feeds.limit


def _feed(config: Config, one: Plan, name: str) -> Feed:
    site, file = config.site, FORMATS[name].filename
    return Feed(
        title=one.title,
        description="",
        home=site.url,
        url=address(config, one.folder + file),
        id=one.id,
        language=site.language,
        author=site.author,
        # A page of the archive never changes, so there is nothing to tell of it.
        hub="" if one.archive else config.feeds.hub,
        logo=config.logo.url if config.logo else "",
        full=config.feeds.content == "full",
        formats={
            other: address(config, one.folder + FORMATS[other].filename)
            for other in config.feeds.formats
        },
        complete=one.complete,
        older=address(config, one.older + file) if one.older else "",
        newer=address(config, one.newer + file) if one.newer else "",
        current=address(config, file) if one.archive else "",
    )
