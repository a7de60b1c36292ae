"""What the verbs ask of a mail provider: one that mails batches of ours, or a list of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from syndicate.models import (
    Abilities,
    Batch,
    Campaign,
    Departure,
    Finding,
    HeldList,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Statistics,
    Verdict,
)


class Service(Protocol):
    """What every mail provider can be asked, whoever holds the list. Nothing here mails anybody.

    Questions raise Misconfigured, Unavailable, Throttled or Refused when they get no answer, and
    Unsupported where the provider has none.
    """

    #: name in the config
    name: str
    abilities: ClassVar[Abilities]
    #: values that every recipient gets from the provider itself, such as "unsubscribe_url"
    own_tokens: frozenset[str]
    #: seconds in all that a run waits when this provider says "later"
    patience: float

    @property
    def key_names(self) -> tuple[str, ...]:
        """The environment variables that hold its keys; empty where it needs none."""
        ...

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask whether the key works and the sender may be used; nothing when all is well."""
        ...

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask what became of an issue, by its id and what the provider called its parts."""
        ...

    def departures(self, since: datetime) -> Iterable[Departure]:
        """List who unsubscribed, bounced for good or complained since a time in UTC, or earlier."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Provider(Service, Protocol):
    """A mail provider that we bring the recipients to.

    `compose` and `submit` are apart so that the ledger can note what is about to be handed over
    before a socket opens.
    """

    limits: Limits

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Translate a message and its recipients into one call; the same input, the same bytes.

        Raises Unsupported for what the provider cannot be told.
        """
        ...

    def submit(self, payload: Payload, batch: Batch) -> Receipt:
        """Hand over one call, once.

        Raises Misconfigured, Refused, Unavailable, Throttled (nothing was taken) or
        Uncertain (it may have been).
        """
        ...

    def lookup(self, batch: Batch) -> Verdict:
        """Ask the provider's records about a batch in doubt; only what was taken counts."""
        ...


class CampaignProvider(Service, Protocol):
    """A mail provider that holds the list itself: an issue is one object there, flipped once.

    Only `flip` mails anybody. All others may be repeated after any error but `create`, after
    which one looks with `find` first.
    """

    def fits(self, message: Message) -> None:
        """Raise Unsupported where the provider cannot be told all of a message; asks nobody."""
        ...

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a list up by its name, and a segment of it where one is named.

        Raises Misconfigured, in words for a person, for a name that is unknown or ambiguous.
        """
        ...

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """List the campaigns whose marker is this one, the oldest first; drafts and others."""
        ...

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft that carries the marker; it mails nobody.

        Raises as `Provider.submit` does, and Unsupported for what it cannot be told.
        """
        ...

    def read(self, reference: str) -> Campaign | None:
        """Read a campaign as it stands at the provider; None when it is not there."""
        ...

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put message, list and marker into a draft that is there; again and again, if need be."""
        ...

    def differs(self, campaign: Campaign, message: Message) -> str:
        """Compare a draft that was read back with what it should say; "" when it is the same."""
        ...

    def flip(self, reference: str, at: datetime | None) -> None:
        """Let it go: now, or at a time where the provider can take it back until then.

        Raises as `Provider.submit` does, and Unsupported for a time where it cannot.
        """
        ...

    def take_back(self, reference: str) -> None:
        """Make a scheduled campaign a draft again. Raises Refused when it is too late."""
        ...

    def test(
        self, message: Message, audience: HeldList, marker: str, addresses: Sequence[str]
    ) -> None:
        """Mail a marked copy to these addresses only. Raises Unsupported where that cannot be."""
        ...
