"""Feeds as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from syndicate.feeds import base
from syndicate.models import Article, Feed
from syndicate.text import one_line

VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed, articles: Sequence[Article]) -> bytes:
    """Write a feed as JSON Feed 1.1, in UTF-8 and for people to read."""
    top = {
        "version": VERSION,
        "title": one_line(feed.title),
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "next_url": feed.older,
        "description": one_line(feed.description),
        "icon": feed.logo,
        "language": feed.language,
        "authors": _authors([base.owner(feed)]),
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
    }
    given: dict[str, Any] = {key: value for key, value in top.items() if value}
    given["items"] = [_item(feed, article) for article in articles]
    return msgspec.json.format(msgspec.json.encode(given)) + b"\n"


def _item(feed: Feed, article: Article) -> dict[str, Any]:
    html, summary = base.body(feed, article), base.summary(article)
    item = {
        "id": article.id,
        "url": article.url,
        "title": one_line(article.title),
        # One kind of content or the other must be there.
        "content_html": html,
        "content_text": "" if html else summary,
        "summary": summary,
        "image": article.image.url if article.image else "",
        "date_published": _date(article.published),
        "date_modified": _date(article.updated),
        "authors": _authors(base.authors(feed, article)),
        "tags": list(base.lines(article.tags)),
        "language": article.language,
    }
    return {key: value for key, value in item.items() if value}


def _authors(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def _date(time: datetime) -> str:
    return base.moment(time).strftime("%Y-%m-%dT%H:%M:%SZ")
