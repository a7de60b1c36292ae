"""SparkPost: a transmission to many recipients, guarded by an idempotency key.

Rules are from SparkPost's own API description (88f24dc3, and pull request 590 of August 2026 on
keys), read 2026-11-22. An answer counts those it rejected, and does not name them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from syndicate import filling
from syndicate.models import (
    Abilities,
    Batch,
    Departure,
    Finding,
    Level,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Refusal,
    Verdict,
)
from syndicate.providers.base import HttpProvider
from syndicate.providers.pieces import domain_of, named, payload_key, shown_name, wire
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
#: events on a page
PAGE = 10_000


class _Counts(msgspec.Struct):
    id: str
    total_accepted_recipients: int
    total_rejected_recipients: int


class _Taken(msgspec.Struct):
    results: _Counts


class _Event(msgspec.Struct):
    rcpt_to: str = ""
    type: str = ""


class _Events(msgspec.Struct):
    results: list[_Event] = []


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
        merge="{{{x}}}",
        unverified=(
            "How many recipients one transmission may have.",
            "That accounts made before August 2026 honour idempotency keys.",
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
            content["reply_to"] = named(message.reply_to.address, message.reply_to.name)
        call = {
            "campaign_id": batch.name[-CAMPAIGN_MAX:],
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
        """Read the counts: where some were rejected, nobody can know who."""
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
        keys = {wire(one.address).lower(): one.key for one in batch.recipients}
        body = self.ask(
            "api/v1/events/message",
            campaigns=batch.name[-CAMPAIGN_MAX:],
            events=TAKEN,
            per_page=PAGE,
        )
        found = {one.rcpt_to.lower() for one in self.decode(body or b"{}", _Events).results}
        return Verdict(taken=frozenset(keys[address] for address in found & keys.keys()))

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the events of those who unsubscribed or complained, and of hard bounces."""
        start = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        body = self.ask(
            "api/v1/events/message", events=",".join(LEFT), **{"from": start}, per_page=PAGE
        )
        for one in self.decode(body or b"{}", _Events).results:
            yield Departure(one.rcpt_to, LEFT.get(one.type, "unsubscribed"))
        hard = "10,30,90"
        body = self.ask(
            "api/v1/events/message",
            events="bounce",
            bounce_classes=hard,
            **{"from": start},
            per_page=PAGE,
        )
        for one in self.decode(body or b"{}", _Events).results:
            yield Departure(one.rcpt_to, "bounced")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender's domain."""
        domain = domain_of(sender)
        body = self.ask(f"api/v1/sending-domains/{domain}")
        if body and self.decode(body, _DomainAnswer).results.status.ownership_verified:
            return ()
        text = f"SparkPost has not verified the domain {domain}."
        return (Finding(Level.MUST_FIX, text, fix="Verify it there under Sending Domains."),)
