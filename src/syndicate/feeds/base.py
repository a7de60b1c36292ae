"""What all feed formats share: media types, dates, what stands in for what is missing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from syndicate.models import Article, Feed
from syndicate.text import one_line

MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
#: date of a feed without articles: Atom demands one, the clock would change the file with every
#: build, and validators find dates before 1990 implausible
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Put several one-line fields on one line each, without empty ones and repetitions."""
    return tuple(dict.fromkeys(line for line in map(one_line, texts) if line))


def moment(time: datetime) -> datetime:
    """Give a time in UTC and whole seconds."""
    return time.astimezone(UTC).replace(microsecond=0)


def last_change(articles: Sequence[Article]) -> datetime:
    """Give the date of a feed: that of its newest change, never the clock's."""
    return moment(max((article.updated for article in articles), default=NEVER))


def body(feed: Feed, article: Article) -> str:
    """Give the HTML that goes into a feed; "" for an empty body and in a feed of summaries."""
    return article.html.strip() if feed.full else ""


def summary(article: Article) -> str:
    """Give an article's summary on one line, else its title.

    RSS wants a description before a body, Atom wants text in every entry, JSON Feed content.
    """
    return one_line(article.summary) or one_line(article.title)


def owner(feed: Feed) -> str:
    """Give the name that stands for the whole feed: an Atom feed must have one."""
    return one_line(feed.author) or one_line(feed.title)


def authors(feed: Feed, article: Article) -> tuple[str, ...]:
    """Give the display names of an article's authors, else the feed's."""
    return lines(article.authors) or (owner(feed),)
