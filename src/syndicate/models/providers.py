"""What providers can do, and what they tell of issues, lists and people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do, as the table of `syndicate providers` shows it."""

    #: the provider's own name, such as "Amazon SES"
    title: str
    #: where its documents are
    documents: str
    #: whether it holds the list itself, so that an issue is one campaign there
    holds_list: bool = False
    #: seconds for which it surely keeps an idempotency key; None where it honours none
    key_life: float | None = None
    #: whether its records can say that a batch in doubt was taken
    lookup: bool = False
    #: what of `Statistics` it tells, by field name
    told: tuple[str, ...] = ()
    #: whether it tells who unsubscribed or bounced (`audience sync`)
    departures: bool = False
    #: whether a scheduled issue can be taken back whole
    take_back: bool = False
    #: the most mailboxes that answers may go to; 0 for the sender's only, None for any number
    reply_to: int | None = 0
    #: what differs by recipient: "rendered here", or the provider's merge syntax, such as `{{x}}`
    merge: str = "rendered here"
    #: how people leave when nothing of ours says so; "" when the provider offers no way
    unsubscribe: str = ""
    #: what could not be verified without an account, as plain sentences
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a provider's own records say of a batch in doubt.

    Only what it took counts: that something is not there yet means nothing.
    """

    #: the whole call was taken
    whole: bool = False
    #: keys of those who are known to have been taken
    taken: frozenset[bytes] = frozenset()
    #: the provider's own id of the batch
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a provider counts of an issue; None for what it does not tell, which is not 0."""

    delivered: int | None = None
    bounced: int | None = None
    complained: int | None = None
    unsubscribed: int | None = None
    clicked: int | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who must not be mailed any more, as the provider tells it."""

    #: never shown
    address: str
    #: "unsubscribed", "bounced" or "complained"
    reason: str
    #: None where the provider does not say when
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list or a segment of it that the provider holds."""

    #: the provider's own id of it, and of its segment after a slash where there is one
    id: str
    name: str
    #: how many people it holds, as the provider told it; None when it does not say
    people: int | None


class Stage(StrEnum):
    """Where a campaign stands at its provider."""

    #: mails nobody until it is flipped
    DRAFT = "draft"
    #: will go at its time; can be taken back
    SCHEDULED = "scheduled"
    #: on its way or gone: it was flipped
    GONE = "gone"
    #: the provider stopped it, for a reason of its own
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Campaign:
    """One issue as an object at a provider that holds the list."""

    #: the provider's own id of it
    reference: str
    #: what we wrote into it to know it again: SITE-AUTHORITY/ISSUE-ID/CONTENT-HASH
    marker: str
    #: id of the list it goes to, as in `HeldList.id`
    audience: str
    stage: Stage
    subject: str
    #: HTML as the provider keeps it; None when it does not show it
    html: str | None = None
    #: people it went to so far, or will, as the provider tells; None when it does not say
    people: int | None = None
    #: the provider's own words on why it stopped
    reason: str = ""
