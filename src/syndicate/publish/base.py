"""What the files of publishing share: what a build did, which feeds there are, where they go."""

from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote

import msgspec

from syndicate.config import Config
from syndicate.feeds import FORMATS
from syndicate.models import Article, Finding, Head

H = TypeVar("H", bound=Head)

#: a file to publish: its path below the output folder, with slashes, and all its bytes
File = tuple[str, bytes]


class Built(msgspec.Struct, frozen=True):
    """What a build did, and what was wrong. Files are named as a person would type them."""

    #: files that were not there before
    new: tuple[str, ...]
    #: files that have other bytes now
    changed: tuple[str, ...]
    #: files that had these bytes already and were left alone
    same: tuple[str, ...]
    #: files of earlier builds that nothing stands for any more
    removed: tuple[str, ...]
    findings: tuple[Finding, ...]
    #: articles that can be used, drafts and future ones included
    articles: int
    #: those of them that may stand in feeds today
    published: int
    #: those of them that do stand in the main feed
    carried: int
    #: feeds that people subscribe to, each in all formats: the main one, and one for each tag
    feeds: int
    #: their files, as paths below the output folder
    subscribed: tuple[str, ...]


class Rehearsed(msgspec.Struct, frozen=True):
    """What a build would do for feeds."""

    #: articles that may stand in feeds today, the newest first
    heads: tuple[Head, ...]
    #: those of them that some feed carries, archive pages left out
    articles: tuple[Article, ...]
    #: bytes of each feed, by its path as a person would type it
    sizes: Mapping[str, int]
    #: ids of the articles in feeds that would have other bytes than they have now
    touched: frozenset[str]
    #: what is wrong with articles, tags and pictures
    findings: tuple[Finding, ...]


class Plan(msgspec.Struct, frozen=True):
    """One feed, in all formats, before any article is read."""

    #: folder below the output folder, ending in a slash; "" for the main feed
    folder: str
    title: str
    #: stable id of the feed
    id: str
    #: articles that belong in it, the newest first
    heads: tuple[Head, ...]
    #: how many of them it carries at most
    limit: int
    #: how many more there are, where not all are named because only some are asked for
    rest: int = 0
    #: whether these are all that belong in it, and we say so
    complete: bool = False
    #: folder of the archive page with the next older articles; "" when there is none
    older: str = ""
    #: folder of the archive page with the next newer ones; "" where it is not named
    newer: str = ""
    #: whether this is a page of the archive, which nobody subscribes to
    archive: bool = False


def newest_first(heads: Iterable[H]) -> tuple[H, ...]:
    """Sort by date, the newest first; articles of the same moment in the order of their ids."""
    return tuple(sorted(heads, key=lambda head: (-head.published.timestamp(), head.id)))


def names(config: Config, folder: str) -> tuple[str, ...]:
    """Give the files of the feed in a folder, one for each format, below the output folder."""
    return tuple(folder + FORMATS[name].filename for name in dict.fromkeys(config.feeds.formats))


def address(config: Config, name: str) -> str:
    """Give the address at which a file below the output folder is served."""
    return config.site.url + quote(name)


def shown(config: Config, name: str) -> str:
    """Name a file below the output folder as a person would type it: `public/feed.xml`."""
    path = config.out / name
    return str(path.relative_to(config.root) if path.is_relative_to(config.root) else path)
