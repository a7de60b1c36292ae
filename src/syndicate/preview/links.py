"""Where the links of an issue lead, and where in it they stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from syndicate.text import clean, one_line
from syndicate.tokens import UNSUBSCRIBE, fill, names

#: kinds of links that do something when they are opened from a page
_OPENS = frozenset({"http", "https", "mailto", "tel"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: a comment, which may hold links for one mail program only, or the start of a link
_ANCHOR = re.compile(
    r"<!--.*?-->|<a(?=\s)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL | re.IGNORECASE
)
_HREF = re.compile(r"\shref\s*=", re.IGNORECASE)
_ID = re.compile(r"\sid\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of an issue from which a link leads."""

    #: counts the links of the issue from 1
    number: int
    #: the heading that leads to the same address, else the one above it; "" where there is none
    under: str
    #: the heading leads to the same address
    of_heading: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An address that an issue leads to, and the words that lead there."""

    #: whole address; "" for one that differs from recipient to recipient
    address: str
    #: host and path as a person reads them
    shown: str
    #: each once, in the order of the issue
    words: tuple[str, ...]
    #: it leads to the site that sends the issue
    own: bool
    #: it can be followed from a page
    opens: bool
    spots: tuple[Spot, ...] = ()


def listed(html: str, sample: Mapping[str, str], home: str) -> tuple[Link, ...]:
    """List each address that an HTML part leads to, once, in order of first sight.

    `home` is the site's address. Tokens are filled as for the sample recipient.
    """
    collector = _Collector(sample)
    collector.feed(html)
    collector.close()
    return tuple(
        replace(_link(href, one.words, sample, home), spots=one.places())
        for href, one in collector.found.items()
    )


def numbered(html: str) -> str:
    """Give every link of an HTML part a name to jump to, `link-1` and so on, where it has none."""
    number = 0

    def named(tag: re.Match[str]) -> str:
        nonlocal number
        if tag[1] is None or not _HREF.search(tag[1]):
            return tag[0]
        number += 1
        return tag[0] if _ID.search(tag[1]) else f'{tag[0][:2]} id="{anchor(number)}"{tag[0][2:]}'

    return _ANCHOR.sub(named, html)


def anchor(number: int) -> str:
    """Give the name to jump to of a link."""
    return f"link-{number}"


class _Found:
    """What was seen of one address."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.spots: list[Spot] = []
        #: the heading that the address is a link of: all its other places belong to it
        self.heading = ""

    def places(self) -> tuple[Spot, ...]:
        if not self.heading:
            return tuple(self.spots)
        return tuple(replace(spot, under=self.heading, of_heading=True) for spot in self.spots)


class _Collector(HTMLParser):
    """Gathers the words of every `<a href>`; a picture counts with the words that stand for it."""

    def __init__(self, sample: Mapping[str, str]) -> None:
        super().__init__()
        self.found: dict[str, _Found] = {}
        self._sample = sample
        self._href: str | None = None
        self._heard = True
        self._inside: list[str] = []
        self._number = 0
        self._heading = ""
        self._in_heading: list[str] | None = None
        self._of_heading: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self._end()
            self._number += 1
            self._href = values["href"].strip()
            self._heard = values.get("aria-hidden") != "true"
            self.found.setdefault(self._href, _Found()).spots.append(
                Spot(self._number, self._heading)
            )
            if self._in_heading is not None:
                self._of_heading.add(self._href)
        elif tag == "img" and self._href is not None and values.get("alt", "").strip():
            self._inside.append(f" Picture: {values['alt'].strip()} ")
        elif tag in _HEADINGS:
            self._in_heading, self._of_heading = [], {self._href} if self._href else set()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end()
        elif tag in _HEADINGS and self._in_heading is not None:
            self._heading = self._said(self._in_heading) or self._heading
            for href in self._of_heading:
                self.found[href].heading = self._heading
            self._in_heading = None

    def handle_data(self, data: str) -> None:
        if self._in_heading is not None:
            self._in_heading.append(data)
        if self._href is not None:
            self._inside.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        if self._href is not None:
            words = self._said(self._inside)
            known = self.found[self._href].words
            if words and self._heard and words not in known:
                known.append(words)
        self._href, self._inside = None, []

    def _said(self, pieces: list[str]) -> str:
        return one_line(fill("".join(pieces), self._sample)).replace("\u200b", "")


def _link(href: str, words: list[str], sample: Mapping[str, str], home: str) -> Link:
    if UNSUBSCRIBE in names(href):
        return Link("", "each recipient's own page", tuple(words), own=False, opens=False)
    address = clean(fill(href, sample))
    host, shown, kind = _read(address)
    return Link(
        address=address,
        shown=shown,
        words=tuple(words),
        own=bool(host) and host == _read(home)[0],
        opens=kind in _OPENS,
    )


def _read(address: str) -> tuple[str, str, str]:
    """Take an address apart into its host, the words to show for it, and its kind."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "", address, ""
    if not host:
        return "", address, parts.scheme
    path = one_line(unquote(parts.path)) or "/"
    return (
        host,
        f"{parts.netloc.rpartition('@')[2]}{path}{'?…' if parts.query else ''}",
        parts.scheme,
    )
