"""Checks of feeds: what makes readers show old articles as new, or show too little."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from syndicate.models import Article, Finding, Head, Identity, Level, Where
from syndicate.text import quote

#: the W3C's validator and several readers refuse a feed that is larger
MOST = 5_000_000
NAMES = ("feed-size", "feed-summary", "feed-id", "feed-address")


@dataclass(frozen=True, slots=True)
class Stand:
    """What the checks of feeds look at."""

    #: everything that may stand in feeds
    heads: tuple[Head, ...]
    #: those of them that some feed carries
    articles: tuple[Article, ...]
    #: bytes of each feed by its path
    sizes: Mapping[str, int]
    #: what was remembered of articles before this reading, by path
    known: Mapping[str, Identity]
    #: address of the site, ending in a slash
    site_url: str


def findings(stand: Stand) -> Iterator[Finding]:
    """Look at all of it. Two articles with one id are refused when they are read."""
    yield from _sizes(stand.sizes)
    yield from _summaries(stand.articles)
    yield from _ids(stand.heads, stand.known)
    yield from _addresses(stand.heads, stand.site_url)


def _sizes(sizes: Mapping[str, int]) -> Iterator[Finding]:
    for name, size in sizes.items():
        if size > MOST:
            yield Finding(
                Level.ADVICE,
                f"has {size:,} bytes, and readers may refuse a feed of more than {MOST:,}.",
                Where(name),
                'Lower [feeds] limit, or write content = "summary".',
                "feed-size",
            )


def _summaries(articles: Iterable[Article]) -> Iterator[Finding]:
    for article in articles:
        if not article.summary:
            yield Finding(
                Level.ADVICE,
                "has no summary, so readers that show one show the title twice.",
                Where(article.where.path),
                "Add a line description: …",
                "feed-summary",
            )


def _ids(heads: Iterable[Head], known: Mapping[str, Identity]) -> Iterator[Finding]:
    for head in heads:
        before = known.get(head.where.path)
        if before is not None and before.id != head.id:
            yield Finding(
                Level.ADVICE,
                f"had the id {quote(before.id, 200)} and now has {quote(head.id, 200)}: "
                "readers will show it as new.",
                Where(head.where.path),
                f"Write id: {before.id}, unless it is another article.",
                "feed-id",
            )


def _addresses(heads: Iterable[Head], site_url: str) -> Iterator[Finding]:
    for head in heads:
        if not head.url.startswith(site_url):
            yield Finding(
                Level.ADVICE,
                f"leads to {head.url}, which is not on {site_url}.",
                Where(head.where.path),
                "Correct canonical, unless it is meant so.",
                "feed-address",
            )
