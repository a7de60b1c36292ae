"""An article as it was written: its text beside what became of it, and what stands where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syndicate.models.articles import Article, Picture


class Kind(StrEnum):
    """What a spot is."""

    HEADING = "heading"
    LINK = "link"
    PICTURE = "picture"
    #: not safe in feeds and mails, and left out
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing in the Markdown of an article, and where it stands."""

    kind: Kind
    #: address as written, or what is removed: `<script>`, `onclick`, `javascript:...`
    value: str
    #: line, counted from 1; None when it cannot be told
    line: int | None
    #: sign in its line, counted from 1; None when it cannot be told
    column: int | None = None
    #: words of a heading or of a link
    text: str = ""
    #: 1 to 6 for a heading
    level: int = 0
    #: alternative text of a picture; None where there is none
    alt: str | None = None
    #: what stands below a picture, or in its title; "" where nothing does
    caption: str = ""
    #: the file in the articles folder that a picture shows; None when it is elsewhere, or nowhere
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article as it was written, beside what became of it. Lines are those of the file."""

    article: Article
    #: front matter without its fences; its first line is line 2 of the file
    front: str
    #: Markdown as it stands in the file, its lines ending with a line feed
    body: str
    #: in the order they stand
    spots: tuple[Spot, ...]
    #: bytes of each local picture, by its path
    weights: Mapping[str, int] = field(default_factory=dict)
