"""What the verbs ask of where articles come from, and of the formats of feeds."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from syndicate.errors import ArticleError
from syndicate.models import Article, Feed, Glance, Head, Reading


class Source(Protocol):
    """A place articles come from."""

    def read(self) -> Reading:
        """Read every head, and say all that is wrong at once; good articles come through."""
        ...

    def article(self, head: Head) -> Article:
        """Read one article whole. Raises ArticleError if it changed or went since `read`."""
        ...


class LastingSource(Source, Protocol):
    """A source that remembers what was read of it, from one run to the next."""

    def glance(self, token: str) -> Glance | None:
        """See what changed since the reading of that token; None where `read` is needed for that.

        It is where anything but the contents of articles changed.
        """
        ...

    def shown(self, head: Head) -> Article:
        """Read one article as feeds show it, without its text and reading time; as `article`."""
        ...

    def shown_all(self, heads: Sequence[Head]) -> Iterable[Article | ArticleError]:
        """Read articles as `shown` does, in their order; what is wrong stands in place of one."""
        ...

    def mark(self, head: Head) -> str:
        """Give what changes whenever `article` gives something else; "" where that is not known."""
        ...

    def keep(self) -> None:
        """Remember what was read for the next time, as far as that is possible."""
        ...


class FeedFormat(Protocol):
    """A way to write a feed down."""

    #: "rss", "atom" or "json"
    name: str
    #: file it is written to, such as `feed.xml`
    filename: str
    #: media type it is served with
    media_type: str

    def write(self, feed: Feed, articles: Sequence[Article]) -> bytes:
        """Give the whole file. The same articles give the same bytes, whenever and wherever."""
        ...
