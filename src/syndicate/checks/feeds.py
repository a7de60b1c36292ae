"""Checks of feeds: what makes readers show old articles as new, or show too little."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syndicate import copies
from syndicate.checks.base import ADVICE, About, Check, Found
from syndicate.models import Article, Head, Identity
from syndicate.text import quote

#: the W3C's validator and several readers refuse a feed that is larger
MOST = 5_000_000


@dataclass(frozen=True, slots=True)
class Rack:
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


def _sizes(rack: Rack) -> Iterator[Found]:
    for name, size in rack.sizes.items():
        if size > MOST:
            yield Found(
                f"The feed has {size:,} bytes, and readers may refuse one of more than {MOST:,}.",
                'Lower [feeds] limit, or write content = "summary".',
                path=name,
            )


def _summaries(rack: Rack) -> Iterator[Found]:
    for article in rack.articles:
        if not article.summary:
            yield Found(
                "There is no summary, so readers that show one show the title twice.",
                "Add a line description: …",
                path=article.where.path,
            )


def _ids(rack: Rack) -> Iterator[Found]:
    for head in rack.heads:
        before = rack.known.get(head.where.path)
        if before is not None and before.id != head.id:
            yield Found(
                f"The id was {quote(before.id, 200)} and now is {quote(head.id, 200)}: "
                "readers will show the article as new.",
                f"Write id: {before.id}, unless it is another article.",
                path=head.where.path,
            )


def _addresses(rack: Rack) -> Iterator[Found]:
    for head in rack.heads:
        if not head.url.startswith(rack.site_url):
            yield Found(
                f"The article leads to {head.url}, which is not on {rack.site_url}.",
                "Correct canonical, unless it is meant so.",
                path=head.where.path,
            )


def _copies(rack: Rack) -> Iterator[Found]:
    first: dict[copies.Content, str] = {}
    # The names that computers give to copies are longer than those they copy.
    for head in sorted(rack.articles, key=lambda head: len(head.where.path)):
        original = first.setdefault(copies.content(head), head.where.path)
        if original != head.where.path:
            yield Found(
                f"A copy of {original}: same title, day and text. Feeds show both, and a "
                "newsletter mails one.",
                "Delete one of the files, give it another title, or write feed: false.",
                path=head.where.path,
            )


_F = About.FEEDS
CHECKS: tuple[Check[Rack], ...] = (
    Check("feed-size", ADVICE, _F, "No feed is larger than readers take.", _sizes),
    Check("feed-summary", ADVICE, _F, "Every article in a feed has a summary.", _summaries),
    Check("feed-id", ADVICE, _F, "No article changes its id.", _ids),
    Check("feed-address", ADVICE, _F, "Articles in feeds lead to this site.", _addresses),
    Check("copy", ADVICE, _F, "No feed carries an article twice.", _copies),
)
