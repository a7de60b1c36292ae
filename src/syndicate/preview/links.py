"""Where the links of an issue lead, as a list that a person can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from syndicate.text import clean, one_line
from syndicate.tokens import UNSUBSCRIBE, fill, names

#: kinds of links that do something when they are opened from a page
_OPENS = frozenset({"http", "https", "mailto", "tel"})


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


def listed(html: str, sample: Mapping[str, str], home: str) -> tuple[Link, ...]:
    """List each address that an HTML part leads to, once, in order of first sight.

    `home` is the site's address. Tokens are filled as for the sample recipient.
    """
    collector = _Collector(sample)
    collector.feed(html)
    collector.close()
    return tuple(_link(href, words, sample, home) for href, words in collector.found.items())


class _Collector(HTMLParser):
    """Gathers the words of every `<a href>`; a picture counts with the words that stand for it."""

    def __init__(self, sample: Mapping[str, str]) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._sample = sample
        self._href: str | None = None
        self._heard = True
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self._end()
            self._href = values["href"].strip()
            self._heard = values.get("aria-hidden") != "true"
        elif tag == "img" and self._href is not None and values.get("alt", "").strip():
            self._inside.append(f" Picture: {values['alt'].strip()} ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end()

    def handle_data(self, data: str) -> None:
        if self._href is not None:
            self._inside.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        if self._href is not None:
            words = one_line(fill("".join(self._inside), self._sample)).replace("\u200b", "")
            known = self.found.setdefault(self._href, [])
            if words and self._heard and words not in known:
                known.append(words)
        self._href, self._inside = None, []


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
