"""The nouns: what everything in Syndicate is about. Frozen, and without behaviour.

Times are aware datetimes in UTC. Sequences are tuples. Optional things are None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    #: illegal, unreadable or unsendable: stops what it touches
    MUST_FIX = "must fix"
    #: worth mending; stops nothing
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file, printed as `articles/why.md:3`."""

    #: path as a person would type it, relative to the site's folder
    path: str
    #: line, counted from 1; None for the whole file
    line: int | None = None

    def __str__(self) -> str:
        """Give `path` or `path:line`."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check or a reader has to say."""

    level: Level
    #: what is wrong, as one plain sentence that quotes the wrong value
    text: str
    #: the file and line it is about; None when it is about the whole site or issue
    where: Where | None = None
    #: what to do next, as one plain sentence; "" where the text says it already
    fix: str = ""
    #: name of the check, as in [checks]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that belongs to an article."""

    #: absolute https address it has once published
    url: str
    #: what it shows, for people who do not see it; "" when nobody wrote it
    alt: str
    #: size in CSS pixels; None when it could not be read
    width: int | None = None
    height: int | None = None
    #: path of the local file relative to the site's folder; "" when it is elsewhere on the web
    file: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What an article says of itself in its front matter: enough to choose by."""

    #: stable id, the same whatever is renamed: `tag:example.org,2024:why-backs-hurt`
    id: str
    #: last part of its address: lower case, NFC
    slug: str
    title: str
    #: absolute address of its page
    url: str
    published: datetime
    #: never before `published`
    updated: datetime
    #: display names, never addresses
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    #: summary from the front matter; "" when there is none
    description: str
    #: lead picture
    image: Picture | None
    #: BCP 47, such as "en-GB"
    language: str
    #: asked to lead its issue
    lead: bool
    #: may be mailed
    email: bool
    #: may stand in feeds
    feed: bool
    draft: bool
    #: SHA-256 of the body, hexadecimal
    body_hash: str
    #: the file, and the line on which its body starts
    where: Where


@dataclass(frozen=True, slots=True)
class Article(Head):
    """One published piece, read whole."""

    #: sanitised HTML fragment, every address in it absolute; "" for an empty body
    html: str
    #: the same as plain text, paragraphs separated by an empty line
    text: str
    #: plain text that ends at a sentence: the description, else the start of the text
    summary: str
    #: reading time in whole minutes, at least 1
    minutes: int
    #: local pictures that the body shows
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source holds: the articles that can be used, and everything wrong with the others."""

    heads: tuple[Head, ...]
    findings: tuple[Finding, ...]
    #: article id by path, for `state/ids.json`
    ids: Mapping[str, "Identity"] = field(default_factory=dict)
    #: articles of which only a person can tell whether they are new, by their ids
    questions: Mapping[str, "Question"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """What is remembered of an article so that it keeps its id."""

    id: str
    slug: str
    body_hash: str
    #: what the article was when somebody last could tell, to know it again by
    title: str = ""
    #: day it was published in UTC, `2026-11-20`
    day: str = ""
    #: its longest words as short hashes, parted by spaces
    words: str = ""
    #: id of an article that is gone and that this one resembles; "" once a person has said
    like: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """An article that may be another one, or not: only a person can tell."""

    #: path of its file
    path: str
    #: id of the article that was mailed, as far as we know
    other: str
    #: title of that article
    title: str
    #: its file was there before, and now holds something wholly different
    reused: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """A file that feed readers subscribe to, before it is written in a format."""

    title: str
    #: one sentence on what it holds
    description: str
    #: address of the site
    home: str
    #: address this feed will be served at
    url: str
    #: stable id of the feed itself
    id: str
    language: str
    #: display name used when an article names nobody
    author: str
    #: WebSub hub; "" when there is none
    hub: str = ""
    #: address of a square or wide picture; "" when there is none
    logo: str = ""
    #: whole bodies, else summaries only
    full: bool = True
    #: addresses of the same feed in all formats, by format name: {"rss": ..., "atom": ...}
    formats: Mapping[str, str] = field(default_factory=dict)
    #: whether it holds every article there is (RFC 5005)
    complete: bool = False
    #: address of the archive page with the next older articles; "" when there is none
    older: str = ""
    #: address of the archive page with the next newer articles; "" when it need not be named
    newer: str = ""
    #: for an archive page: address of the feed that it continues; "" for the feed itself
    current: str = ""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as in From or Reply-To."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """An issue as mail, with tokens (see `tokens`) for what differs by recipient."""

    subject: str
    preheader: str
    html: str
    text: str
    sender: Mailbox
    reply_to: Mailbox | None
    #: extra headers, such as List-Id; values may hold tokens
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of one issue."""

    #: as given, and as it is mailed to
    address: str
    #: keyed hash of the normalised address, 16 bytes: the guard against twice
    key: bytes
    #: line in the audience file, for messages that must not show the address
    line: int
    #: token values by name, from the columns of the audience file
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A candidate left out of an issue, with the reason."""

    #: None where there is no address to make a key of
    key: bytes | None
    #: "invalid", "duplicate" or "suppressed"
    reason: str
    #: line in the audience file
    line: int


class Status(StrEnum):
    """Where a batch stands."""

    PENDING = "pending"
    #: claimed; the socket may be open
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    #: nobody can know whether the provider took it
    IN_DOUBT = "in doubt"
    #: taken back by `undo` before it went
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Batch:
    """The recipients handed over in one HTTP call."""

    #: id of the issue
    issue: str
    #: from 1, in the order of keys
    number: int
    #: `weekly-2026-W48-b0001`: unique, pasteable
    name: str
    recipients: tuple[Recipient, ...]
    status: Status = Status.PENDING


@dataclass(frozen=True, slots=True)
class Payload:
    """One call to a provider, composed and ready to be handed over."""

    #: bytes of the request's body
    body: bytes
    content_type: str
    #: path below the provider's base address
    path: str
    #: headers beside authentication, such as an idempotency key
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient that a provider refused while taking others."""

    key: bytes
    #: the provider's own words, without the address
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider answered to a batch that it took."""

    #: the provider's own id of the batch; "" when it gives none
    reference: str
    refused: tuple[Refusal, ...] = ()
    #: keys that the answer does not speak of
    doubtful: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider takes: in one call, at once, and in a second."""

    #: recipients in one call
    batch_size: int
    #: bytes of the whole request; None when it does not say
    max_bytes: int | None = None
    #: calls under way at the same time
    connections: int = 1
    #: None when it does not say
    calls_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Recipients of an issue by where they stand; the parts add up to `frozen`."""

    accepted: int = 0
    refused: int = 0
    in_doubt: int = 0
    pending: int = 0
    withdrawn: int = 0
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Issue:
    """One edition of a newsletter. Nothing in it changes once it is frozen."""

    #: `weekly-2026-W48`
    id: str
    #: counts up per newsletter, from 1
    number: int
    newsletter: str
    #: name of the provider it is bound to
    provider: str
    subject: str
    #: SHA-256 of everything that goes out, hexadecimal; people see the first six digits
    content_hash: str
    #: ids of the articles it carries, in order
    articles: tuple[str, ...]
    frozen_at: datetime
    counts: Counts
    #: excluded candidates by reason
    excluded: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything of an issue that freezing writes down, beside its recipients."""

    id: str
    number: int
    newsletter: str
    provider: str
    content_hash: str
    articles: tuple[str, ...]
    message: Message
    frozen_at: datetime
    #: articles that the baseline counts as mailed before; None when the newsletter has one already
    baseline: tuple[str, ...] | None
    #: who said go
    by: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A batch of which nobody can know whether the provider took it, or all of it."""

    issue: str
    number: int
    #: name of the batch
    name: str
    #: recipients in doubt
    people: int
    since: datetime
    #: the provider's own words, or what broke
    reason: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the append-only log."""

    at: datetime
    #: who: a login name and a host
    by: str
    #: what, as a sentence
    text: str
    #: id of the issue; "" when it is about none
    issue: str = ""
    #: "tested", "approved" or "skipped", where commands ask for it later; "" otherwise
    kind: str = ""
    #: what such an entry is about: a content hash or the name of a newsletter
    subject: str = ""
