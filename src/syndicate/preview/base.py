"""The noun of the preview: everything that its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from syndicate.models import Finding, Message


@dataclass(frozen=True, slots=True)
class View:
    """The next issue, and what a person wants to know before it goes out."""

    #: id of the issue, `weekly-2026-W48`
    issue: str
    #: counts up per newsletter
    number: int
    #: title of the newsletter
    newsletter: str
    #: BCP 47, of the newsletter
    language: str
    #: day of the issue, written out in that language
    date: str
    #: address of the site; links below it are marked as its own
    home: str
    message: Message
    #: SHA-256 of everything that goes out, hexadecimal
    content_hash: str
    #: how many people get it; None when that was not looked up
    audience: int | None = None
    findings: tuple[Finding, ...] = ()
    #: (title, reason) of each article that is not in it
    left_out: tuple[tuple[str, str], ...] = ()
    #: local file by picture address
    pictures: Mapping[str, Path] = field(default_factory=dict)
    #: token values of the made-up recipient, by name; they come before the usual ones
    sample: Mapping[str, str] = field(default_factory=dict)
