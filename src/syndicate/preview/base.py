"""The nouns of the preview: everything that its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from syndicate.models import Finding, Message, Where
from syndicate.preview.people import People, Person
from syndicate.tokens import UNSUBSCRIBE

#: the recipient that is shown until another is chosen; no such person or address (RFC 2606)
SAMPLE: Mapping[str, str] = MappingProxyType(
    {
        "name": "Alex Example",
        "first_name": "Alex",
        "email": "alex@example.org",
        UNSUBSCRIBE: "https://unsubscribe.invalid/your-own-address",
    }
)


ALEX = Person(SAMPLE["name"], SAMPLE["email"], SAMPLE, made_up=True)


@dataclass(frozen=True, slots=True)
class Story:
    """An article in the issue, or one that is not."""

    title: str
    #: its file, and where its text begins
    where: Where | None
    #: day it was published, written out in the language of the newsletter
    date: str
    #: reading time in minutes; 0 where it was not read
    minutes: int = 0
    #: "lead", "story" or "link" in the issue; what kept it out of it otherwise
    kind: str = "story"
    #: why it is not in the issue; "" where it is
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """The next issue as it would go out now."""

    #: `weekly-2026-W48`
    id: str
    #: counts up per newsletter
    number: int
    #: its day, written out in the language of the newsletter
    date: str
    message: Message
    #: SHA-256 of everything that goes out, hexadecimal
    content_hash: str
    #: HTML of its page on the web ("view in browser"), and the address of that page
    web: str
    web_address: str
    stories: tuple[Story, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """One newsletter: its next issue, and what a person wants to know before it goes out."""

    #: as in [newsletters.NAME]
    name: str
    title: str
    #: BCP 47
    language: str
    #: address of the site; links below it are marked as its own
    home: str
    #: None when there is nothing new
    issue: Issue | None
    findings: tuple[Finding, ...] = ()
    left_out: tuple[Story, ...] = ()
    #: how many people get it; None when that is not known
    audience: int | None = None
    #: what the audience is, as a person would say it: a file, or a list that a provider holds
    audience_is: str = ""
    #: the main feed in each format, as (path below the output folder, whole file)
    feeds: tuple[tuple[str, bytes], ...] = ()
    #: local file by picture address
    pictures: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps the next issue from being drawn, or may be missing in it."""

    text: str
    where: Where | None = None
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the site gave of a newsletter."""

    view: View
    troubles: tuple[Trouble, ...] = ()
    #: the view is an earlier one, since this one could not be drawn whole
    kept: bool = False
    #: who it can be shown as; None where we do not hold the people
    people: People | None = None
