"""Checks of feeds: what makes readers show old articles as new, or show too little."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syndicate.checks.base import ADVICE, About, Check, Found
from syndicate.models import Article, Head, Identity
from syndicate.text import quote

#: the W3C's validator and several readers refuse a feed that is larger
MOST = 5_000_000


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


def _sizes(stand: Stand) -> Iterator[Found]:
    for name, size in stand.sizes.items():
        if size > MOST:
            yield Found(
                f"The feed has {size:,} bytes, and readers may refuse one of more than {MOST:,}.",
                'Lower [feeds] limit, or write content = "summary".',
                path=name,
            )


def _summaries(stand: Stand) -> Iterator[Found]:
    for article in stand.articles:
        if not article.summary:
            yield Found(
                "There is no summary, so readers that show one show the title twice.",
                "Add a line description: …",
                path=article.where.path,
            )


def _ids(stand: Stand) -> Iterator[Found]:
    for head in stand.heads:
        before = stand.known.get(head.where.path)
        if before is not None and before.id != head.id:
            yield Found(
                f"The id was {quote(before.id, 200)} and now is {quote(head.id, 200)}: "
                "readers will show the article as new.",
                f"Write id: {before.id}, unless it is another article.",
                path=head.where.path,
            )


def _addresses(stand: Stand) -> Iterator[Found]:
    for head in stand.heads:
        if not head.url.startswith(stand.site_url):
            yield Found(
                f"The article leads to {head.url}, which is not on {stand.site_url}.",
                "Correct canonical, unless it is meant so.",
                path=head.where.path,
            )


_F = About.FEEDS
CHECKS: tuple[Check[Stand], ...] = (
    Check("feed-size", ADVICE, _F, "No feed is larger than readers take.", _sizes),
    Check("feed-summary", ADVICE, _F, "Every article in a feed has a summary.", _summaries),
    Check("feed-id", ADVICE, _F, "No article changes its id.", _ids),
    Check("feed-address", ADVICE, _F, "Articles in feeds lead to this site.", _addresses),
)
