"""What all feed formats share: media types, dates, one-line fields."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from syndicate.models import Article, Feed

MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
#: date of a feed without articles: Atom demands one, the clock would change the file with every
#: build, and validators find dates before 1990 implausible
NEVER = datetime(2000, 1, 1, tzinfo=UTC)

_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")


def line(text: str) -> str:
    """Put a one-line field on one line; other spaces, such as no-break spaces, stay."""
    return _BREAKS.sub(" ", text).strip()


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Put several one-line fields on one line each, without empty ones and repetitions."""
    return tuple(dict.fromkeys(text for text in map(line, texts) if text))


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
    return line(article.summary) or line(article.title)


def owner(feed: Feed) -> str:
    """Give the name that stands for the whole feed: an Atom feed must have one."""
    return line(feed.author) or line(feed.title)


def authors(feed: Feed, article: Article) -> tuple[str, ...]:
    """Give the display names of an article's authors, else the feed's."""
    return lines(article.authors) or (owner(feed),)
