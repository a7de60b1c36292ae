"""The formats a feed can be written in, by their names in the config.

Each is imported only when it writes: feedgen costs a tenth of a second to start.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from syndicate.feeds.base import MEDIA_TYPES
from syndicate.models import Article, Feed

if TYPE_CHECKING:
    from syndicate.contracts import FeedFormat


class Rss:
    """RSS 2.0, as the RSS Advisory Board's profile asks for it."""

    name = "rss"
    filename = "feed.xml"
    media_type = MEDIA_TYPES["rss"]

    def write(self, feed: Feed, articles: Sequence[Article]) -> bytes:
        """Give the whole file."""
        from syndicate.feeds import rss_atom  # noqa: PLC0415 -- feedgen only when needed

        return rss_atom.rss(feed, articles)


class Atom:
    """Atom 1.0 (RFC 4287)."""

    name = "atom"
    filename = "atom.xml"
    media_type = MEDIA_TYPES["atom"]

    def write(self, feed: Feed, articles: Sequence[Article]) -> bytes:
        """Give the whole file."""
        from syndicate.feeds import rss_atom  # noqa: PLC0415 -- feedgen only when needed

        return rss_atom.atom(feed, articles)


class JsonFeed:
    """JSON Feed 1.1."""

    name = "json"
    filename = "feed.json"
    media_type = MEDIA_TYPES["json"]

    def write(self, feed: Feed, articles: Sequence[Article]) -> bytes:
        """Give the whole file."""
        from syndicate.feeds import jsonfeed  # noqa: PLC0415 -- json only when needed

        return jsonfeed.write(feed, articles)


FORMATS: "Mapping[str, FeedFormat]" = {"rss": Rss(), "atom": Atom(), "json": JsonFeed()}
