"""Feeds as RSS 2.0 and Atom 1.0: the only file that knows feedgen.

What feedgen 1.0.0 leaves out or gets wrong is mended here, each at its line.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement, _Element

from syndicate.feeds import base
from syndicate.models import Article, Feed
from syndicate.text import one_line

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"

Link = dict[str, str]


def rss(feed: Feed, articles: Sequence[Article]) -> bytes:
    """Write a feed as RSS 2.0."""
    generator = _generator(feed, articles)
    # feedgen gives the last link as the channel's own, and writes only rel=self beside it.
    home = {"href": feed.home, "rel": "alternate"}
    generator.link([_self(feed, "rss"), home])
    generator.description(one_line(feed.description) or one_line(feed.title))
    links = [*_hub(feed), *_pages(feed, "rss"), *_others(feed, "rss")]
    generator.register_extension(
        "channel", lambda: _Channel(feed, links, dated=bool(articles)), atom=False
    )
    for article in articles:
        generator.add_entry(_Item(feed, article), order="append")
    return _TEXT.sub(_hexadecimal, generator.rss_str(pretty=True))


def atom(feed: Feed, articles: Sequence[Article]) -> bytes:
    """Write a feed as Atom 1.0."""
    generator = _generator(feed, articles)
    # Some readers take the first alternate link for the site's, whatever its type.
    home = {"href": feed.home, "rel": "alternate", "type": "text/html"}
    links = [*_hub(feed), *_pages(feed, "atom"), *_others(feed, "atom")]
    generator.link([home, _self(feed, "atom"), *links])
    generator.subtitle(one_line(feed.description))
    generator.author({"name": base.owner(feed)})
    generator.register_extension("top", lambda: _Top(feed), rss=False)
    for article in articles:
        generator.add_entry(_Entry(feed, article), order="append")
    return bytes(generator.atom_str(pretty=True))


class _Common(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """What RSS and Atom say alike of an article."""

    def __init__(self, feed: Feed, article: Article) -> None:
        super().__init__()
        self.article = article
        self.authors = base.authors(feed, article)
        self.id(article.id)
        self.title(one_line(article.title))
        self.link(href=article.url, rel="alternate", type="text/html")
        self.published(base.moment(article.published))
        # Without this feedgen takes the clock, and every article is unread again.
        self.updated(base.moment(article.updated))
        self.category([{"term": tag} for tag in base.lines(article.tags)])
        if html := base.body(feed, article):
            # Not as CDATA, which Atom does not have.
            self.content(html, type="html")


class _Item(_Common):
    """An RSS item."""

    def __init__(self, feed: Feed, article: Article) -> None:
        super().__init__(feed, article)
        # Readers take an RSS description for HTML, as the RSS profile says.
        self.summary(escape(base.summary(article), quote=False))

    def rss_entry(self, extensions: bool = True) -> _Element:  # noqa: FBT001, FBT002 -- feedgen's
        """Add what feedgen leaves out: authors without an address, language and picture."""
        item: _Element = super().rss_entry(extensions)
        for name in self.authors:
            SubElement(item, f"{{{DC}}}creator").text = name
        SubElement(item, f"{{{DC}}}language").text = self.article.language
        _picture(item, self.article)
        return item


class _Entry(_Common):
    """An Atom entry."""

    def __init__(self, feed: Feed, article: Article) -> None:
        super().__init__(feed, article)
        self.summary(base.summary(article))
        # On every entry: readers show none when only the feed has it.
        self.author([{"name": name} for name in self.authors])

    def atom_entry(self, extensions: bool = True) -> _Element:  # noqa: FBT001, FBT002 -- feedgen's
        """Add what feedgen leaves out: attributes of links, language and picture."""
        entry: _Element = super().atom_entry(extensions)
        entry.set(f"{{{XML}}}lang", self.article.language)
        for element, link in zip(entry.findall("link"), self.link(), strict=True):
            for key in ("rel", "type"):
                element.set(key, link[key])
        _picture(entry, self.article)
        return entry


class _Top(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """What feedgen leaves out at the top of an Atom feed."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def extend_ns(self) -> Mapping[str, str]:
        history = {"fh": HISTORY} if self.feed.complete or self.feed.current else {}
        return {"media": MEDIA, **history}

    def extend_atom(self, root: _Element) -> _Element:
        return _history(root, self.feed)


class _Channel(_Top):
    """What feedgen leaves out of an RSS channel."""

    def __init__(self, feed: Feed, links: Sequence[Link], *, dated: bool) -> None:
        super().__init__(feed)
        self.links = links
        self.dated = dated

    def extend_ns(self) -> Mapping[str, str]:
        return {"dc": DC, **super().extend_ns()}

    def extend_rss(self, root: _Element) -> _Element:
        channel = root[0]
        for link in self.links:
            SubElement(channel, f"{{{ATOM}}}link", attrib=link)
        _history(channel, self.feed)
        date = channel.find("lastBuildDate")
        if date is not None and not self.dated:
            channel.remove(date)
        return root


def _history(parent: _Element, feed: Feed) -> _Element:
    """Say that a file holds everything, or that it is an archive page (RFC 5005)."""
    if feed.complete:
        SubElement(parent, f"{{{HISTORY}}}complete")
    if feed.current:
        SubElement(parent, f"{{{HISTORY}}}archive")
    return parent


def _generator(feed: Feed, articles: Sequence[Article]) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(one_line(feed.title))
    generator.language(feed.language)
    generator.updated(base.last_change(articles))
    generator.generator("Syndicate")
    generator.docs("")
    if feed.logo:
        generator.logo(feed.logo)
    return generator


def _self(feed: Feed, name: str) -> Link:
    return {"href": feed.url, "rel": "self", "type": base.MEDIA_TYPES[name]}


def _hub(feed: Feed) -> list[Link]:
    return [{"href": feed.hub, "rel": "hub"}] if feed.hub else []


def _pages(feed: Feed, name: str) -> list[Link]:
    """Link to the feed that an archive page continues, and to older articles (RFC 5005)."""
    addresses = {
        "current": feed.current,
        "prev-archive": feed.older,
        "next-archive": feed.newer,
    }
    return [
        {"href": url, "rel": rel, "type": base.MEDIA_TYPES[name]}
        for rel, url in addresses.items()
        if url
    ]


def _others(feed: Feed, own: str) -> list[Link]:
    """Name the same feed in other formats, one alternate link for each media type."""
    return [
        {"href": url, "rel": "alternate", "type": base.MEDIA_TYPES[name]}
        for name, url in feed.formats.items()
        if name != own
    ]


def _picture(parent: _Element, article: Article) -> None:
    # No media:description: readers would take it for the summary.
    if not (picture := article.image):
        return
    size = {"width": picture.width, "height": picture.height}
    known = {key: str(value) for key, value in size.items() if value}
    SubElement(
        parent, f"{{{MEDIA}}}content", attrib={"url": picture.url, "medium": "image", **known}
    )


_TEXT = re.compile(rb"<(title|description|category)>[^<]*</")


def _hexadecimal(text: re.Match[bytes]) -> bytes:
    """Write & and < in plain text as the RSS profile asks for, which lxml cannot."""
    return text[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")
