"""The importers there are, and which of them a file is for."""

from collections.abc import Mapping
from importlib import import_module

from syndicate.importers.base import Importer, Unimportable, decoded
from syndicate.zips import is_zip

#: module by the name of `--from`; read only when it is used
TABLE: Mapping[str, str] = {
    "page": "syndicate.importers.page",
    "html": "syndicate.importers.html",
    "feed": "syndicate.importers.feed",
    "wordpress": "syndicate.importers.wordpress",
    "ghost": "syndicate.importers.ghost",
    "substack": "syndicate.importers.substack",
    "buttondown": "syndicate.importers.buttondown",
    "mailchimp": "syndicate.importers.mailchimp",
    "archive": "syndicate.importers.archive",
}


def importer(name: str) -> Importer:
    """Give the reading function of an importer. Raises KeyError for a name that is not in TABLE."""
    read: Importer = import_module(TABLE[name]).read
    return read


def recognised(data: bytes) -> str:
    """Tell by the first bytes of a file which importer it is for."""
    if is_zip(data):
        return "archive"
    try:
        start = decoded(data).lstrip().lower()
    except Unimportable:
        return "page"
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
