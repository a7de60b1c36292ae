"""The importers there are, and which of them a file is for."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from syndicate.importers.base import Asked, Imported, decoded
from syndicate.models import Where

#: module by the name of `--from`; read only when it is used
TABLE: Mapping[str, str] = {
    "page": "syndicate.importers.page",
    "html": "syndicate.importers.html",
    "feed": "syndicate.importers.feed",
    "wordpress": "syndicate.importers.wordpress",
    "ghost": "syndicate.importers.ghost",
}


def importer(name: str) -> Callable[[bytes, Where, Asked], Iterator[Imported]]:
    """Give the reading function of an importer."""
    read: Callable[[bytes, Where, Asked], Iterator[Imported]] = import_module(TABLE[name]).read
    return read


def recognised(data: bytes) -> str:
    """Tell by its beginning which importer a file is for."""
    start = decoded(data[:4000]).lstrip().lower()
    if "wordpress.org/export" in start:
        return "wordpress"
    if start.startswith("{"):
        return "feed" if "jsonfeed.org" in start else "ghost"
    if start.startswith("<"):
        first = (
            start.removeprefix("<?xml").partition("<")[2] if start.startswith("<?xml") else start
        )
        feed = "<rss" in start or "http://www.w3.org/2005/atom" in start
        return "feed" if feed and "<html" not in first[:200] else "html"
    return "page"
