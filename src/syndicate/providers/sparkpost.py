"""SparkPost: a transmission to many recipients, guarded by an idempotency key.

Rules are from SparkPost's own API description (88f24dc3, and pull request 590 of August 2026 on
keys), read 2026-11-22. An answer counts those it rejected, and does not name them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from syndicate import filling
from syndicate.models import (
    Abilities,
    Batch,
    Departure,
    Finding,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Refusal,
    Verdict,
)
from syndicate.providers.base import HttpProvider
from syndicate.providers.pieces import (
    answers,
    domain_of,
    must_fix,
    payload_key,
    shown_name,
    told_of,
    when,
    wire,
    with_query,
)
from syndicate.transport import Answer

#: bytes of a campaign's name
CAMPAIGN_MAX = 64
#: what an event says of somebody who was taken
TAKEN = "injection,delivery,bounce,delay"
LEFT = {
    "list_unsubscribe": "unsubscribed",
    "link_unsubscribe": "unsubscribed",
    "spam_complaint": "complained",
}
#: classes of bounces that are for good
HARD = "10,30,90"
#: events on a page
PAGE = 1000


class _Counts(msgspec.Struct):
    id: str
    total_accepted_recipients: int
    total_rejected_recipients: int


class _Taken(msgspec.Struct):
    results: _Counts


class _Event(msgspec.Struct):
    rcpt_to: str = ""
    type: str = ""
    campaign_id: str = ""
    timestamp: str = ""


class _Events(msgspec.Struct):
    results: list[_Event] = []
    links: dict[str, str | None] = {}


class _Status(msgspec.Struct):
    ownership_verified: bool = False


class _Domain(msgspec.Struct):
    status: _Status = msgspec.field(default_factory=_Status)


class _DomainAnswer(msgspec.Struct):
    results: _Domain


class Sparkpost(HttpProvider):
    """Hands batches to SparkPost. In the EU: base_url = "https://api.eu.sparkpost.com"."""

    home, key_env = "https://api.sparkpost.com", "SPARKPOST_API_KEY"
    most = Limits(1000, 20_000_000, connections=4)
    literal = rf"\{{(?=[{{{filling.START}])"
    abilities = Abilities(
        title="SparkPost",
        documents="https://developers.sparkpost.com/api/transmissions/",
        key_life=24 * 3600,
        lookup=True,
        departures=True,
        reply_to=None,
        merge="{{{x}}}",
        unverified=(
            "How many recipients one transmission may have.",
            "That accounts made before August 2026 honour idempotency keys.",
            "That our List-Unsubscribe goes out: anymail has seen SparkPost's own instead.",
            "That a value of somebody's is put in as it is, and not read for variables again.",
            "That `reply_to` may name several: its document speaks of one text, without more.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key, bare."""
        return {"Authorization": self.key.value}

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write a transmission; three braces put values in as they are."""
        plan = self.plan(message, batch)
        filled = plan.written(lambda slot: f"{{{{{{{slot}}}}}}}")
        content: dict[str, object] = {
            "from": {"email": wire(message.sender.address), "name": message.sender.name},
            "subject": filled.subject,
            "html": filled.html,
            "text": filled.text,
            "headers": dict(filled.headers),
        }
        if message.reply_to:
            content["reply_to"] = answers(message)
        call = {
            "campaign_id": batch.name[-CAMPAIGN_MAX:],
            # So that whoever leaves by SparkPost's own header is not mailed again.
            "options": {"transactional": False},
            "metadata": {"issue": batch.issue, "batch": batch.name},
            "substitution_data": plan.same(),
            "content": content,
            "recipients": [
                {
                    "address": {"email": wire(one.address), "name": shown_name(one)},
                    "substitution_data": plan.values(one.values),
                }
                for one in batch.recipients
            ],
        }
        body = msgspec.json.encode(call)
        headers = {"Idempotency-Key": payload_key(batch, body)}
        return Payload(body, "application/json", "api/v1/transmissions", headers)

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read the counts: where only some were rejected, nobody can know who.

        Raises ValueError where they do not add up to the batch.
        """
        counts = msgspec.json.decode(answer.body, type=_Taken).results
        people = batch.recipients
        if counts.total_accepted_recipients + counts.total_rejected_recipients != len(people):
            raise ValueError(counts)
        if not counts.total_rejected_recipients:
            return Receipt(counts.id)
        if not counts.total_accepted_recipients:
            why = "SparkPost rejected everybody in this call"
            return Receipt(counts.id, refused=tuple(Refusal(one.key, why) for one in people))
        return Receipt(counts.id, doubtful=tuple(one.key for one in people))

    def lookup(self, batch: Batch) -> Verdict:
        """Look for events of the batch, person by person."""
        campaign = batch.name[-CAMPAIGN_MAX:]
        events = self._events(campaigns=campaign, events=TAKEN)
        ours = (one for one in events if one.campaign_id == campaign)
        return told_of(batch, ((one.rcpt_to, batch.name) for one in ours))

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the events of those who unsubscribed or complained, and of hard bounces."""
        start = {"from": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
        for one in self._events(events=",".join(LEFT), **start):
            yield Departure(one.rcpt_to, LEFT.get(one.type, "unsubscribed"), when(one.timestamp))
        for one in self._events(events="bounce", bounce_classes=HARD, **start):
            yield Departure(one.rcpt_to, "bounced", when(one.timestamp))

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender's domain."""
        domain = domain_of(sender)
        body = self.ask(f"api/v1/sending-domains/{domain}")
        if body and self.decode(body, _DomainAnswer).results.status.ownership_verified:
            return ()
        text = f"SparkPost has not verified the domain {domain}."
        return (must_fix(text, "Verify it there under Sending Domains."),)

    def _events(self, **query: str) -> Iterator[_Event]:
        """Read events page by page."""
        path = with_query("api/v1/events/message", {**query, "per_page": PAGE})
        while path:
            page = self.decode(self.ask(path), _Events)
            yield from page.results
            path = self.following(page.links.get("next") or "", path) if page.results else ""
