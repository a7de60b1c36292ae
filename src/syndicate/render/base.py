"""The nouns of the render room: what goes in, and what comes out."""

from dataclasses import dataclass
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
    #: articles that stand as links only
    also_new: tuple[Head, ...] = ()
    #: BCP 47: fixed words, the written date and the direction follow it
    language: str = "en"
    #: plain text above the stories, paragraphs separated by an empty line; "" for none
    note: str = ""
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
