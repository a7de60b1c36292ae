"""The nouns of the render room: what goes in, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from syndicate.models import Article, Head, Picture
from syndicate.theme import Palette


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every issue of a site says of who sends it."""

    #: name of the site
    title: str
    #: address of the site
    url: str
    #: postal address; "" when there is none
    address: str = ""
    #: telephone number as people write it; "" when there is none
    help_line: str = ""
    #: sentence that stands once in the footer; "" when there is none
    disclaimer: str = ""
    #: picture for the masthead, with an absolute address
    logo: Picture | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A block that asks readers to do one thing: come, write, join."""

    #: heading of the block
    title: str
    #: one or two plain sentences; "" for none
    text: str
    #: words on the button
    label: str
    #: where the button leads; absolute
    url: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that an issue is drawn from. The same edition always gives the same bytes."""

    #: id of the issue, `weekly-2026-W48`
    issue: str
    #: counts up per newsletter
    number: int
    #: aware, in the zone whose day is written in the masthead
    date: datetime
    #: title of the newsletter
    newsletter: str
    site: Imprint
    #: the lead first; never empty
    articles: tuple[Article, ...]
    palette: Palette
    #: the articles after the lead under headings, as (heading, articles), in order; a heading may
    #: be ""; empty when they all stand together; what is in no section comes after them
    sections: tuple[tuple[str, tuple[Article, ...]], ...] = ()
    #: ids of articles that were mailed before and are labelled "Updated"
    updated: frozenset[str] = frozenset()
    #: articles that stand as links only
    also_new: tuple[Head, ...] = ()
    #: how many more new articles there are on the site, which this issue does not name
    more: int = 0
    #: BCP 47: fixed words, the written date and the direction follow it
    language: str = "en"
    #: Markdown above the stories; "" for none
    note: str = ""
    #: Markdown below the stories; "" for none
    closing: str = ""
    #: block with a button below the stories
    cta: Invitation | None = None
    #: parameters for links to our own pages, without `utm_`: {"source": "newsletter"}
    utm: Mapping[str, str] = field(default_factory=dict)
    #: address at which people change what they get; "" when there is none
    preferences_url: str = ""
    #: address of the page with this issue; "" when there is none
    archive_url: str = ""
    #: name of the template, without `.html.j2`
    template: str = "digest"
    #: templates for the subject and the preheader
    subject: str = "{{ lead.title }}"
    preheader: str = "{{ lead.summary }}"
    #: the site's own templates, looked at before the built-in ones; None when it has none
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """An issue as it goes out, with tokens for what differs by recipient."""

    subject: str
    preheader: str
    html: str
    text: str
