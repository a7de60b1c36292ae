"""Issues, batches, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from syndicate.models.mail import Message, Recipient
from syndicate.models.providers import HeldList


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
    recipients: Sequence[Recipient]
    status: Status = Status.PENDING
    #: the number of people where the provider holds the list; None where we bring them
    told: int | None = None
    #: the provider's own id of it; "" while it has none
    reference: str = ""


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
    #: id of the list that the provider holds; "" where we bring the recipients
    audience: str = ""
    #: the provider's settings that shape what goes out, as they were when it was frozen
    settings: Mapping[str, Any] = field(default_factory=dict)


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
    #: the list that the provider holds; None where we bring the recipients
    audience: HeldList | None = None
    #: the provider's settings that shape what goes out
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Generation:
    """How far a ledger has come; only ever goes up.

    Runs count first. Entries alone would not do: commands that need no run append to the log too,
    and an old copy could grow past what was seen.
    """

    #: number of the last run
    runs: int = 0
    #: number of the last entry of the log
    entries: int = 0


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
    #: SHA-256 of the body that was handed over, hexadecimal; "" where the batch was accepted
    payload_hash: str = ""


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
