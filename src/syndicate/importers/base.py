"""What all importers share: what they find, what they leave out, and the limits they keep."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from syndicate.errors import ArticleError
from syndicate.models import Where

#: bytes of one file; a larger one is no export of articles
FILE_MAX = 500_000_000
#: bytes of what has to be read whole: one page, one feed, the export of one Ghost site
WHOLE_MAX = 50_000_000
#: bytes of one page of text or HTML
PAGE_MAX = 5_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile("\r\n|\r|\u2028|\u2029")


class Unimportable(ArticleError):  # noqa: N818 -- it says what the file is
    """A file that cannot be imported; it stops itself, and no other."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as an export tells it."""

    #: day of publication
    day: date
    #: the time too, where the export tells it; without a zone it is the site's
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line of an export."""

    #: counted from 1
    number: int
    text: str
    #: "used", "moved" to settings, "ignored", or "empty"
    fate: str
    #: as what, or why not
    what: str


@dataclass(frozen=True, slots=True)
class Reason:
    """How something was understood, for a person who wants to know why."""

    #: "title", "date", "author", "tags", "summary", "reading", "body", "disclaimer", "picture"
    about: str
    #: without a full stop: `was there twice; kept once`
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """One article found in an export, before it is a file."""

    title: str
    #: GitHub-flavoured Markdown
    body: str
    where: Where
    #: what the other system calls it: a guid, the number of a post; "" where a file is one article
    key: str = ""
    #: None where the export tells no date
    published: Day | None = None
    updated: Day | None = None
    slug: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    #: tags that came without anything between them, where they could not be told apart
    joined_tags: str = ""
    summary: str = ""
    #: address or path of a lead picture
    image: str = ""
    image_alt: str = ""
    language: str = ""
    canonical: str = ""
    draft: bool = False
    #: it appeared, but not for everybody: behind a password, or for those who pay
    restricted: bool = False
    #: headings that may be main sections or parts of one
    unsure_headings: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    #: what became of each line, for exports that are read by line
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A piece of an export that becomes no article, and why."""

    #: title, or another name that a person knows it by
    name: str
    #: end of a sentence: `a page; --pages brings them too`
    reason: str
    where: Where
    #: it would be an article if somebody mended it
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What an export says of the whole site."""

    #: key of the configuration, such as `site.help_line` or `newsletters.weekly.sender`
    key: str
    value: str
    where: Where


Found = Imported | PassedOver | Said


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person or the options said beforehand."""

    #: "mdy", "dmy", "ymd", or "" for what the file itself tells
    date_order: str = ""
    #: tags that are known, to tell joined ones apart
    vocabulary: frozenset[str] = field(default_factory=frozenset)
    #: headings of which a person said that they are main sections wherever they stand
    main_headings: frozenset[str] = field(default_factory=frozenset)
    #: headings of which a person said that they are parts of the section before
    part_headings: frozenset[str] = field(default_factory=frozenset)
    #: pages of a site too, beside its posts
    pages: bool = False


class Importer(Protocol):
    """A way to read exports of one kind: the function `read` of a module."""

    def __call__(self, file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
        """Find what a file holds, piece by piece. The file can be read from its start again.

        Raises Unimportable, also between two pieces, with what is wrong, in words; what came before
        stays good. A piece that is wrong by itself is a `PassedOver`, and the next one follows.
        """
        ...


def whole(file: BinaryIO, most: int = WHOLE_MAX) -> bytes:
    """Read a file from its start. Raises Unimportable for one with more than `most` bytes."""
    file.seek(0)
    data = file.read(most + 1)
    if len(data) > most:
        raise Unimportable(f"it is larger than {most // 1_000_000} MB; nothing of its kind is.")
    return data


def decoded(data: bytes) -> str:
    """Read text in whatever encoding it is: UTF-8, with or without a mark, UTF-16 or Windows.

    Raises Unimportable for what is no text at all.
    """
    text = data.decode(_encoding(data), "replace")
    if "\0" in text:
        raise Unimportable("it holds NUL bytes, as no text does.")
    return text


def slug_in(address: str) -> str:
    """Give the last part of an address without its ending; "" where there is none."""
    try:
        last = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
    return unquote(last.rpartition(".")[0] or last)


def lines_of(data: bytes) -> list[str]:
    """Give the lines of a text in whatever encoding, however they end."""
    return _LINE_END.sub("\n", decoded(data)).split("\n")


def _encoding(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    # Latin letters in UTF-16 have a zero in each pair, always on the same side.
    first, second = data[:1000:2].count(0), data[1:1000:2].count(0)
    if max(first, second) > len(data[:1000]) // 4 and min(first, second) == 0:
        return "utf-16-le" if second else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
