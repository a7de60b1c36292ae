"""The articles that there are already: which is the same as one from an export, and free names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

from syndicate.importers.base import Imported
from syndicate.models import Head
from syndicate.text import one_line, slugify

#: bytes that a file's name has room for beside a day and an ending; the limit is 255 in all
NAME = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that there is."""

    path: str
    slug: str
    title: str
    #: in the site's zone; None for a draft without a date
    day: date | None
    url: str


class Library:
    """The articles of a site, and those that this import adds to it."""

    def __init__(self, heads: Iterable[Head], paths: Iterable[str], zone: ZoneInfo) -> None:
        """Say which articles there are. `paths` names all files, also those that cannot be read."""
        #: all files of the folder
        self.paths = set(paths)
        self._folded = {path.casefold() for path in self.paths}
        self._by_path: dict[str, Entry] = {}
        self._by_url: dict[str, Entry] = {}
        self._by_slug: dict[str, Entry] = {}
        self._by_title: dict[tuple[str, date | None], Entry] = {}
        for head in heads:
            day = head.published.astimezone(zone).date()
            self.add(Entry(head.where.path, head.slug, head.title, day, head.url))

    def add(self, entry: Entry) -> None:
        """Count an article in."""
        self.paths.add(entry.path)
        self._folded.add(entry.path.casefold())
        self._by_path[entry.path] = entry
        self._by_url.setdefault(_address(entry.url), entry)
        self._by_slug.setdefault(entry.slug.casefold(), entry)
        self._by_title.setdefault((_title(entry.title), entry.day), entry)

    def at(self, path: str) -> Entry | None:
        """Give the article of a file."""
        return self._by_path.get(path)

    def same(self, article: Imported, day: date | None) -> Entry | None:
        """Find an article by its address, by its slug with title or day, or by title and day.

        Only a slug that the export gives counts: one made of a title says no more than the title,
        and a title such as `News of the week` comes again.
        """
        if article.canonical and (found := self._by_url.get(_address(article.canonical))):
            return found
        near = self._by_slug.get(slugify(article.slug).casefold()) if article.slug else None
        if near and (_title(near.title) == _title(article.title) or near.day == day):
            return near
        return self._by_title.get((_title(article.title), day))

    def free(self, folder: str, article: Imported, day: date | None) -> tuple[str, str]:
        """Give a path and a slug that no article has."""
        wanted = slugify(article.slug or article.title) or "article"
        start = f"{folder}/{day}-" if day else f"{folder}/"
        for number in count(1):
            slug = wanted if number == 1 else f"{wanted}-{number}"
            path = f"{start}{_short(wanted)}{'' if number == 1 else f'-{number}'}.md"
            if path.casefold() not in self._folded and slug.casefold() not in self._by_slug:
                return path, slug
        raise AssertionError


def _short(slug: str) -> str:
    """Cut a name so that it fits a file system."""
    return slug.encode()[:NAME].decode(errors="ignore").strip("-")


def _title(title: str) -> str:
    return one_line(title).casefold()


def _address(url: str) -> str:
    """Write an address so that http and https, and a slash at its end, make no difference."""
    plain = url.strip().partition("#")[0].rstrip("/").casefold()
    return plain.removeprefix("https:").removeprefix("http:")
