"""Resend: a batch of finished mails in one call, guarded by an idempotency key.

Rules are from Resend's OpenAPI document and its pages on batches, keys and rates, read 2026-11-22.
"""

import re
from collections.abc import Mapping

import msgspec

from syndicate.models import (
    Abilities,
    Batch,
    Finding,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
)
from syndicate.providers.base import HttpProvider
from syndicate.providers.pieces import (
    bearer,
    covers,
    domain_of,
    must_fix,
    named,
    one_by_one,
    payload_key,
    shown_name,
)
from syndicate.transport import Answer


class _Mail(msgspec.Struct):
    id: str


class _Taken(msgspec.Struct):
    data: list[_Mail]


class _Domain(msgspec.Struct):
    name: str
    status: str = ""


class _Domains(msgspec.Struct):
    data: list[_Domain]


class Resend(HttpProvider):
    """Hands batches to Resend."""

    home, key_env = "https://api.resend.com", "RESEND_API_KEY"
    most = Limits(100, 40_000_000, connections=2, calls_per_second=2)
    abilities = Abilities(
        title="Resend",
        documents="https://resend.com/docs",
        key_life=24 * 3600,
        reply_to=None,
        unverified=("That batches of 100 mails stay below every limit of size.",),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write each recipient's mail whole: a batch at Resend has no variables."""
        plan = self.plan(message, batch)
        mails = []
        for one in batch.recipients:
            filled = plan.for_one(one.values)
            mail = {
                "from": named(message.sender.address, message.sender.name),
                "to": [named(one.address, shown_name(one))],
                "subject": filled.subject,
                "html": filled.html,
                "text": filled.text,
                "headers": dict(filled.headers),
                "tags": [
                    {"name": "issue", "value": _tag(batch.issue)},
                    {"name": "batch", "value": _tag(batch.name)},
                ],
            }
            if message.reply_to:
                mail["reply_to"] = [named(one.address, one.name) for one in message.reply_to]
            mails.append(mail)
        body = msgspec.json.encode(mails)
        headers = {"Idempotency-Key": payload_key(batch, body)}
        return Payload(body, "application/json", "emails/batch", headers)

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read an id for each mail, in order; a batch is taken whole or refused whole."""
        taken = msgspec.json.decode(answer.body, type=_Taken).data
        return one_by_one(batch, taken[0].id if taken else "", [None] * len(taken))

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender's domain among those of the account.

        Raises what `ask` does: a key that may only send is refused here, in Resend's own words.
        """
        body = self.ask("domains")
        known = self.decode(body, _Domains).data if body else []
        domain = domain_of(sender)
        states = [one.status for one in known if covers(one.name, domain)]
        if "verified" in states:
            return ()
        text = f"Resend says that the domain {domain} is {states[0] if states else 'unknown'}."
        return (must_fix(text, "Verify it at Resend under Domains."),)


def _tag(text: str) -> str:
    """Write a tag in the characters that Resend takes: letters, digits, `_` and `-`."""
    return re.sub("[^A-Za-z0-9_-]", "_", text)[:256]
