"""What all importers share: what they find, what they leave out, and the limits they keep."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from syndicate.errors import ArticleError
from syndicate.models import Where

#: bytes of one file; a larger one is no export of articles
FILE_MAX = 200_000_000
#: bytes of one page of text or HTML
PAGE_MAX = 5_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unimportable(ArticleError):  # noqa: N818 -- it says what the file is
    """A file that cannot be imported; it stops itself, and no other."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as an export tells it."""

    #: day of publication
    day: date
    #: the time too, where the export tells it; aware
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line of an export."""

    number: int
    text: str
    #: "used", "moved" to settings, "ignored", or "empty"
    fate: str
    #: as what, or why not
    what: str


@dataclass(frozen=True, slots=True)
class Imported:
    """One article found in an export, before it is a file."""

    title: str
    #: GitHub-flavoured Markdown
    body: str
    where: Where
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
    #: what the export says of the whole site, by the key of [site]: help_line, disclaimer
    settings: tuple[tuple[str, str], ...] = ()
    #: how it was understood, as plain sentences
    reasons: tuple[str, ...] = ()
    #: what became of each line, for exports that are read by line
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person or the options said beforehand."""

    #: "mdy", "dmy", "ymd", or "" for what the file itself tells
    date_order: str = ""
    #: tags that are known, to tell joined ones apart
    vocabulary: frozenset[str] = field(default_factory=frozenset)
    #: headings that are main sections wherever they stand
    main_headings: frozenset[str] = field(default_factory=frozenset)
    #: kinds of entries that are wanted beside posts, such as pages of WordPress
    pages: bool = False


class Importer(Protocol):
    """A way to read exports of one kind."""

    def read(self, data: bytes, where: Where, asked: Asked) -> Iterator[Imported]:
        """Find the articles of one file. Raises Unimportable with what is wrong, in words."""
        ...


def decoded(data: bytes) -> str:
    """Read text in whatever encoding it is: UTF-8, with or without a mark, UTF-16 or Windows."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    if data[:200].count(0) > len(data[:200]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def slug_of(text: str) -> str:
    """Make the name of a file, and the last part of an address, from a title or an address."""
    import unicodedata  # noqa: PLC0415 -- only here

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or "article"
