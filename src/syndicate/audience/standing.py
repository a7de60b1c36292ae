"""Standing: what an export says of somebody, and the words that each system has for it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Standing(Enum):
    """Whether somebody may be mailed, as an export tells it. The values are for people."""

    #: may be mailed
    SUBSCRIBED = "subscribed"
    #: asked to be left alone, or was taken off by the publisher
    UNSUBSCRIBED = "unsubscribed"
    #: mail to the address cannot be delivered, for good
    BOUNCED = "bounced"
    #: called the mail spam
    COMPLAINED = "complained"
    #: has not confirmed yet that the address is theirs (double opt-in)
    PENDING = "not confirmed"
    #: anything else: not brought in, and not suppressed
    UNCLEAR = "left out"


#: who must never be mailed again
GONE = frozenset({Standing.UNSUBSCRIBED, Standing.BOUNCED, Standing.COMPLAINED})

_APART = re.compile(r"[^a-z0-9_]+")
_YES, _NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")

Words = Mapping[str, Standing]


def _words(**by_standing: Iterable[str]) -> Words:
    return {word: Standing[name.upper()] for name, words in by_standing.items() for word in words}


#: in tables that we do not know
COMMON: Words = _words(
    subscribed=("subscribed", "active", "enabled", "confirmed", *_YES),
    unsubscribed=(
        "unsubscribed",
        "cancelled",
        "canceled",
        "opted out",
        "opt-out",
        *_NO,
        "blocklisted",
        "blacklisted",
        "removed",
    ),
    bounced=("bounced", "bounce", "hard bounced", "cleaned", "undeliverable"),
    complained=("complained", "complaint", "spam", "junk"),
    pending=("pending", "unconfirmed", "not confirmed", "unactivated"),
)
#: of a column that says whether somebody left, and of one that says whether they did not
LEAVING: Words = _words(unsubscribed=_YES)
LEFT: Words = _words(unsubscribed=_NO)
#: TryGhost/Ghost, services/members (2026-11)
GHOST: Words = _words(subscribed=_YES, unsubscribed=_NO)
#: TryGhost/migrate, mg-substack-members-csv (2026): whether mail is switched off
SUBSTACK: Words = _words(subscribed=_NO, unsubscribed=_YES)
#: listmonk.app/docs/concepts (2026): a disabled person gets nothing, by the publisher's own doing
LISTMONK: Words = _words(subscribed=("enabled",), unsubscribed=("blocklisted", "blacklisted"))
#: Buttondown's API, SubscriberType (2026-08-22); who is paused, churned or unpaid gets no mail now
BUTTONDOWN: Words = _words(
    subscribed=("regular", "premium", "gifted", "trialed", "churning", "past_due"),
    unsubscribed=("unsubscribed", "removed", "blocked"),
    bounced=("undeliverable",),
    complained=("complained",),
    pending=("unactivated",),
)
#: mailerlite.com/help/subscriber-statuses-explained (read 2026-11-24)
MAILERLITE: Words = _words(
    subscribed=("active", "subscribed"),
    unsubscribed=("unsubscribed",),
    bounced=("bounced",),
    complained=("junk", "spam"),
    pending=("unconfirmed",),
)
#: developers.kit.com, v4, subscribers (read 2026-11-24); inactive is who has not confirmed
KIT: Words = _words(
    subscribed=("active", "confirmed", "subscribed"),
    unsubscribed=("cancelled", "canceled", "unsubscribed"),
    bounced=("bounced",),
    complained=("complained",),
    pending=("inactive", "unconfirmed"),
)


@dataclass(frozen=True, slots=True)
class Clue:
    """A column that says something of a person's standing."""

    #: written as a token
    column: str
    #: what its words mean, in small letters
    words: Words = field(default_factory=dict)
    #: what anything in it means, where words do not count
    filled: Standing | None = None
    #: what nothing in it means; None for no clue
    empty: Standing | None = None
    #: whether it holds several words
    parts: bool = False
    #: whether other words are no clue, rather than a standing that we do not know
    within: bool = False

    @property
    def tells(self) -> bool:
        """Whether it can say that somebody left."""
        return not GONE.isdisjoint({self.filled, self.empty, *self.words.values()})


class Note(str):
    """Why somebody's standing is unclear, after "has": `no unsub_time`."""

    __slots__ = ()


#: what a row says: a standing, or the word that stands there and that we do not understand
Said = Standing | str
Judge = Callable[[Sequence[str]], Said]


def judge(clues: Sequence[tuple[int, Clue]], otherwise: Standing) -> Judge:
    """Make a function that tells somebody's standing from their row; the first clue decides."""

    def judged(cells: Sequence[str]) -> Said:
        for place, clue in clues:
            said = _said(clue, cells[place].strip() if place < len(cells) else "")
            if said is not None:
                return said
        return otherwise

    return judged


def _said(clue: Clue, cell: str) -> Said | None:
    if not cell:
        return Note(f"no {clue.column}") if clue.empty is Standing.UNCLEAR else clue.empty
    if clue.filled is not None:
        return Note(f"a {clue.column}") if clue.filled is Standing.UNCLEAR else clue.filled
    for word in _APART.split(cell.casefold()) if clue.parts else (cell.casefold(),):
        if word in clue.words:
            return clue.words[word]
    return None if clue.within else cell
