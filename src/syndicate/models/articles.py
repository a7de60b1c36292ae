"""Articles, what is read of them, and the feeds they stand in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from syndicate.models.finding import Finding, Where


class Picture(msgspec.Struct, frozen=True):
    """An image that belongs to an article."""

    #: absolute https address it has once published
    url: str
    #: what it shows, for people who do not see it; "" when nobody wrote it
    alt: str
    #: width in CSS pixels; None when it could not be read
    width: int | None = None
    #: height in CSS pixels, likewise
    height: int | None = None
    #: path of the local file relative to the site's folder; "" when it is elsewhere on the web
    file: str = ""


class Head(msgspec.Struct, frozen=True):
    """What an article says of itself in its front matter: enough to choose by."""

    #: stable id, the same whatever is renamed: `tag:example.org,2024:why-backs-hurt`
    id: str
    #: last part of its address: lower case, NFC
    slug: str
    #: one line of plain text
    title: str
    #: absolute address of its page
    url: str
    #: when it was published, in UTC
    published: datetime
    #: never before `published`
    updated: datetime
    #: display names, never addresses
    authors: tuple[str, ...]
    #: as they were written, in order
    tags: tuple[str, ...]
    #: summary from the front matter; "" when there is none
    description: str
    #: lead picture
    image: Picture | None
    #: BCP 47, such as "en-GB"
    language: str
    #: asked to lead its issue
    lead: bool
    #: may be mailed
    email: bool
    #: may stand in feeds
    feed: bool
    #: kept out of everything
    draft: bool
    #: SHA-256 of the body, hexadecimal
    body_hash: str
    #: the file, and the line on which its body starts
    where: Where


class Article(Head, frozen=True):
    """One published piece, read whole."""

    #: sanitised HTML fragment, every address in it absolute; "" for an empty body
    html: str
    #: the same as plain text, paragraphs separated by an empty line
    text: str
    #: plain text that ends at a sentence: the description, else the start of the text
    summary: str
    #: reading time in whole minutes, at least 1
    minutes: int
    #: local pictures that the body shows
    pictures: tuple[Picture, ...] = ()


class Reading(msgspec.Struct, frozen=True):
    """What a source holds: the articles that can be used, and everything wrong with the others."""

    heads: tuple[Head, ...]
    findings: tuple[Finding, ...]
    #: article id by path, for `state/ids.json`
    ids: Mapping[str, "Identity"] = {}
    #: articles of which only a person can tell whether they are new, by their ids
    questions: Mapping[str, tuple["Question", ...]] = {}
    #: what this reading goes by, to see later what changed since; "" where that cannot be seen
    token: str = ""


class Glance(msgspec.Struct, frozen=True):
    """What changed in a source since its last reading, where all articles stand as they stood.

    That is: none came or went, and none changed its id, slug, date, tags, or whether it is shown.
    """

    #: what the source as it is now goes by
    token: str
    #: articles that changed, by path
    heads: Mapping[str, Head]
    #: all that is wrong, as a whole reading would say it
    findings: tuple[Finding, ...]
    #: what to remember of the articles that changed
    ids: Mapping[str, "Identity"]


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of an article so that it keeps its id; written without what is empty."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[^\s\x00-\x1f\x7f]+$")]
    slug: str
    body_hash: str
    #: what the article was when somebody last could tell, to know it again by
    title: str = ""
    #: day it was published in UTC, `2026-11-20`
    day: str = ""
    #: its longest words as short hashes, parted by spaces
    words: str = ""
    #: ids of articles that this one may be, as one that is gone or a version; "" for none
    like: str = ""
    #: id of the article that this one was copied from, while it still says the same; "" for none
    copy: str = ""


class Question(msgspec.Struct, frozen=True):
    """An article that may be another one, or not: only a person can tell."""

    #: path of its file
    path: str
    #: id of the article that was mailed, as far as we know
    other: str
    #: title of that article
    title: str
    #: its file was there before, and now holds something wholly different
    reused: bool
    #: that article is still there, and this one may be another version of it
    beside: bool = False


class Feed(msgspec.Struct, frozen=True):
    """A file that feed readers subscribe to, before it is written in a format."""

    title: str
    #: one sentence on what it holds
    description: str
    #: address of the site
    home: str
    #: address this feed will be served at
    url: str
    #: stable id of the feed itself
    id: str
    language: str
    #: display name used when an article names nobody
    author: str
    #: WebSub hub; "" when there is none
    hub: str = ""
    #: address of a square or wide picture; "" when there is none
    logo: str = ""
    #: whole bodies, else summaries only
    full: bool = True
    #: addresses of the same feed in all formats, by format name: {"rss": ..., "atom": ...}
    formats: Mapping[str, str] = {}
    #: whether it holds every article there is (RFC 5005)
    complete: bool = False
    #: address of the archive page with the next older articles; "" when there is none
    older: str = ""
    #: address of the archive page with the next newer articles; "" when it need not be named
    newer: str = ""
    #: for an archive page: address of the feed that it continues; "" for the feed itself
    current: str = ""
