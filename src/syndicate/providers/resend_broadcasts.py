"""Resend Broadcasts: the segment is Resend's, and an issue is one broadcast there.

Rules are from Resend's OpenAPI document, read 2026-11-22, and its page on taking a broadcast back
("Cancel Broadcast API", read 2026-11-24): a scheduled one becomes a draft again, one that is on its
way stops there. Idempotency keys do not cover broadcasts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from syndicate.filling import START
from syndicate.models import (
    Abilities,
    Campaign,
    Finding,
    HeldList,
    Mailbox,
    Message,
    Stage,
    Statistics,
)
from syndicate.providers.campaigns import HttpCampaigns
from syndicate.providers.pieces import bearer, counted, named
from syndicate.providers.resend import Resend

STAGES = {"draft": Stage.DRAFT, "scheduled": Stage.SCHEDULED, "canceled": Stage.STOPPED}
#: what Resend counts, in the order of `Statistics`
COUNTS = ("delivered", "bounced_permanent", "complained", "unsubscribed", "unique_clicked")
#: entries on a page, and pages of contacts that are counted at most
PAGE, PAGES = 100, 5000


class _Item(msgspec.Struct):
    """A segment, a contact or a broadcast in a list."""

    id: str
    name: str = ""
    unsubscribed: bool = False


class _Broadcast(msgspec.Struct):
    id: str
    name: str = ""
    status: str = ""
    segment_id: str | None = None
    audience_id: str | None = None
    subject: str = ""
    html: str | None = None
    created_at: str = ""


class _Made(msgspec.Struct):
    id: str


class _Page(msgspec.Struct):
    data: list[_Item] = []
    #: of contacts the document does not say that it is told
    has_more: bool | None = None


class _Metrics(msgspec.Struct):
    totals: dict[str, object] = {}


class ResendBroadcasts(HttpCampaigns):
    """Hands issues to Resend as broadcasts."""

    home, key_env = "https://api.resend.com", "RESEND_API_KEY"
    by_mail = Resend
    leave = "{{{RESEND_UNSUBSCRIBE_URL}}}"
    usual_fields: ClassVar[Mapping[str, str]] = {
        "name": "FIRST_NAME",
        "firstname": "FIRST_NAME",
        "lastname": "LAST_NAME",
    }
    literal = rf"\{{(?=[{{{START}])"
    abilities = Abilities(
        title="Resend Broadcasts",
        documents="https://resend.com/docs/api-reference/broadcasts",
        holds_list=True,
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        take_back=True,
        reply_to=None,
        merge="{{{X|...}}}",
        unsubscribe="Resend's own page and headers",
        unverified=(
            "What a broadcast shows as its state between being let go and being sent.",
            "Whether Resend escapes what it puts in for {{{FIRST_NAME}}}.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the contact."""
        return f"{{{{{{{field}{'|' + fallback if fallback else ''}}}}}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a segment up by its name: at Resend it is the list. Counts its contacts."""
        self.no_segments(segment)
        found = self.pick(
            "segment",
            name,
            [HeldList(one.id, one.name, None) for one in self._all("segments")],
        )
        contacts = self._all("contacts", segment_id=found.id)
        return HeldList(found.id, name, sum(not one.unsubscribed for one in contacts))

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through the broadcasts for the marker, which is their name."""
        ids = [one.id for one in self._all("broadcasts") if one.name == marker]
        found = (self.read(id_) for id_ in reversed(ids))
        return tuple(one for one in found if one is not None)

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft; only `send` would let it go."""
        content = self._content(message, audience, marker)
        made = self.tell("POST", "broadcasts", content)
        reference = self.made(made, _Made).id
        written = self.written(message)
        return Campaign(reference, marker, audience.id, Stage.DRAFT, written.subject, written.html)

    def read(self, reference: str) -> Campaign | None:
        """Read a broadcast whole."""
        body = self.ask(f"broadcasts/{reference}")
        return _read(self.decode(body, _Broadcast)) if body else None

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        self.tell("PATCH", f"broadcasts/{reference}", self._content(message, audience, marker))

    def flip(self, reference: str, at: datetime | None) -> None:
        """Send now, or at a time."""
        when = {"scheduled_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} if at else {}
        self.tell("POST", f"broadcasts/{reference}/send", when)

    def take_back(self, reference: str) -> None:
        """Make a draft of a scheduled one."""
        self.tell("POST", f"broadcasts/{reference}/cancel")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the broadcast, from the day on which it was made."""
        del issue
        body = self.ask(f"broadcasts/{references[0]}")
        if body is None:
            return Statistics()
        made = self.decode(body, _Broadcast).created_at[:10]
        body = self.ask("emails/metrics", broadcast_id=references[0], start_date=made or None)
        return counted([self.decode(body, _Metrics).totals], COUNTS, "sent")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the segments, which shows that the key works."""
        del sender
        self.ask("segments")
        return ()

    def _all(self, path: str, **query: str) -> Iterator[_Item]:
        """Read a list page by page."""
        after = None
        for _ in range(PAGES):
            body = self.ask(path, limit=PAGE, after=after, **query)
            page = self.decode(body or b"{}", _Page)
            yield from page.data
            full = len(page.data) == PAGE if page.has_more is None else page.has_more
            if not full or not page.data:
                return
            after = page.data[-1].id

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        reply_to = [named(one.address, one.name) for one in message.reply_to]
        return {
            "name": marker,
            "segment_id": audience.id,
            "from": named(message.sender.address, message.sender.name),
            "subject": written.subject,
            "preview_text": written.preheader,
            "html": written.html,
            "text": written.text,
            **({"reply_to": reply_to} if reply_to else {}),
        }


def _read(one: _Broadcast) -> Campaign:
    stage = STAGES.get(one.status, Stage.GONE)
    return Campaign(
        one.id,
        one.name,
        one.segment_id or one.audience_id or "",
        stage,
        one.subject,
        one.html,
        reason=one.status,
    )
