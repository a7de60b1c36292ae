"""One newsletter in the preview: its issue in all variants, its feeds, and the pictures they show.

Each variant is a whole HTML file that runs nothing, whatever stands in an article.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from syndicate.preview import feedreader, variants
from syndicate.preview.base import ALEX, Issue, View
from syndicate.preview.links import numbered
from syndicate.preview.people import Person
from syndicate.render import templates, words
from syndicate.tokens import fill

#: files of the reader by the name of the format
READERS = {"RSS": "feed-rss.html", "Atom": "feed-atom.html", "JSON Feed": "feed-json.html"}


@dataclass(frozen=True, slots=True)
class Served:
    """What a page that is served can do and a file cannot."""

    #: who the newsletter is shown as
    person: Person = ALEX
    #: people can be looked up in the audience
    people: bool = False
    #: pictures from elsewhere on the web are shown, since somebody asked for them
    web_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A local picture, and the address that readers will find it at."""

    address: str
    path: Path


@dataclass(frozen=True, slots=True)
class Feed:
    """A format of the main feed, read again from what is published."""

    #: `feed.xml`
    path: str
    #: bytes
    size: int
    #: what a reader has; None for a file that no reader can read
    shown: feedreader.Shown | None
    #: what is wrong with it; "" for nothing
    fault: str = ""

    @property
    def file(self) -> str:
        """The page that shows it; "" where there is nothing to show."""
        return READERS[self.shown.format] if self.shown else ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One newsletter's files, and what its page needs to know of them."""

    view: View
    person: Person
    #: None for files that are opened from a disk
    served: Served | None
    files: Mapping[str, bytes]
    #: local pictures by their paths
    pictures: Mapping[str, Picture]
    feeds: tuple[Feed, ...]
    #: addresses of pictures that are elsewhere on the web
    elsewhere: tuple[str, ...]


def write(view: View, served: Served | None) -> Chapter:
    """Draw everything that the page of a newsletter shows in its frames."""
    person = served.person if served else ALEX
    feeds = tuple(_feed(path, data) for path, data in view.feeds)
    shown = [_filled(view.issue, person)] if view.issue else []
    shown += [entry.content for feed in feeds if feed.shown for entry in feed.shown.entries]
    wanted = list(dict.fromkeys(source for html in shown for source in variants.sources(html)))
    pictures = _named(view.pictures, wanted)
    places = {
        one.address: quote(name) + (_stamp(one.path) if served else "")
        for name, one in pictures.items()
    }
    texts = _variants(view.issue, person, places) if view.issue else {}
    texts |= {feed.file: _reader(feed.shown, places) for feed in feeds if feed.shown}
    return Chapter(
        view,
        person,
        served,
        {name: text.encode() for name, text in texts.items()},
        pictures,
        feeds,
        tuple(one for one in wanted if one not in places and one.startswith(("http:", "https:"))),
    )


def _filled(issue: Issue, person: Person) -> str:
    return variants.filled(issue.message.html, person.values)


def _variants(issue: Issue, person: Person, places: Mapping[str, str]) -> dict[str, str]:
    """Give the issue as it is seen, by file name."""
    html = variants.with_sources(_filled(issue, person), places)
    light = variants.in_scheme(html, "light")
    marked = variants.with_mark(numbered(light))
    return {
        "issue.html": variants.page(html),
        "light.html": variants.page(marked),
        "dark.html": variants.page(variants.in_scheme(html, "dark")),
        "no-pictures.html": variants.page(variants.without_pictures(light), pictures=False),
        "no-style.html": variants.page(variants.without_style(light)),
        "web.html": variants.page(variants.with_sources(issue.web, places)),
        "issue.txt": fill(issue.message.text, person.values),
    }


def _feed(path: str, data: bytes) -> Feed:
    try:
        return Feed(path, len(data), feedreader.read(data))
    except ValueError as error:
        return Feed(path, len(data), None, f"{path} {error}.")


def _reader(shown: feedreader.Shown, places: Mapping[str, str]) -> str:
    context = {
        "feed": shown,
        "dir": words.direction(shown.language or "en"),
        "written": lambda date: words.written(date, shown.language or "en"),
    }
    drawn = templates.render(None, "preview/reader.html.j2", (), context)
    return variants.page(variants.with_sources(drawn, places))


def _named(known: Mapping[str, Path], wanted: Iterable[str]) -> dict[str, Picture]:
    """Name local pictures after their files; another one of the same name gets a number.

    A picture that is not there is left where readers will look for it: on the web.
    """
    names: dict[str, str] = {}
    found: dict[str, Picture] = {}
    for address in wanted:
        path = known.get(address)
        if path is None or not path.is_file():
            continue
        name, number = path.name, 1
        while names.setdefault(name.casefold(), address) != address:
            number += 1
            name = f"{path.stem}-{number}{path.suffix}"
        found[f"pictures/{name}"] = Picture(address, path)
    return found


def _stamp(path: Path) -> str:
    """Let a browser see that a picture is another one now."""
    return f"?{path.stat().st_mtime_ns:x}"
