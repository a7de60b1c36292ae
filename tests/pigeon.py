"""Pigeon Post, a provider that exists only here: what a provider file looks like."""

from collections.abc import Mapping

import msgspec

from syndicate.models import Abilities, Batch, Limits, Message, Payload, Receipt
from syndicate.providers.base import HttpProvider
from syndicate.providers.pieces import bearer, one_by_one, shown_name, wire
from syndicate.transport import Answer


class _Result(msgspec.Struct):
    taken: bool
    why: str = ""


class _Answer(msgspec.Struct):
    flight: str
    results: list[_Result]


class Pigeon(HttpProvider):
    """Hands batches to Pigeon Post."""

    home, key_env = "https://api.pigeon.example", "PIGEON_KEY"
    most = Limits(20, 1_000_000)
    #: what Pigeon Post would take for its own in an author's words
    literal = "<<"
    abilities = Abilities(
        title="Pigeon Post",
        documents="https://pigeon.example/docs",
        reply_to=None,
        merge="<<x>>",
        unverified=("Whether pigeons fly at night.",),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write one call: the message once, and what differs by recipient beside it."""
        plan = self.plan(message, batch)
        filled = plan.written(lambda slot: f"<<{slot}>>")
        call = {
            "from": wire(message.sender.address),
            "answers": [
                {"address": wire(one.address), "name": one.name} for one in message.reply_to
            ],
            "subject": filled.subject,
            "html": filled.html,
            "text": filled.text,
            "headers": dict(filled.headers),
            "tags": {"issue": batch.issue, "batch": batch.name},
            "to": [
                {
                    "address": wire(one.address),
                    "name": shown_name(one),
                    "values": {**plan.same(), **plan.values(one.values)},
                }
                for one in batch.recipients
            ],
        }
        return Payload(msgspec.json.encode(call), "application/json", "v1/flights")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read a result for each recipient, in order."""
        told = msgspec.json.decode(answer.body, type=_Answer)
        return one_by_one(batch, told.flight, [None if r.taken else r.why for r in told.results])
