"""Mailchimp Transactional (Mandrill): one call for up to 1,000 recipients, answered one by one.

Rules are from Mailchimp's OpenAPI document of its transactional API, read 2026-11-22. The key
stands in the body of a call: it is put in as the call is made, so that no record of a batch depends
on it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

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
from syndicate.providers.pieces import domain_of, named, shown_name, wire
from syndicate.transport import Answer, Transport, scrub

#: what an answer says of somebody it did not take
REFUSED = frozenset({"rejected", "invalid"})
REASONS = {"unsub": "unsubscribed", "hard-bounce": "bounced", "spam": "complained"}
#: results of a search
MOST_FOUND = 1000


class _Result(msgspec.Struct):
    email: str
    status: str
    reject_reason: str | None = None
    id: str = msgspec.field(default="", name="_id")


class _Found(msgspec.Struct):
    email: str = ""
    state: str = ""


class _Left(msgspec.Struct):
    email: str
    reason: str = ""
    created_at: str = ""


class _Domain(msgspec.Struct):
    domain: str
    valid_signing: bool = False


class Mandrill(HttpProvider):
    """Hands batches to Mailchimp Transactional."""

    home, key_env = "https://mandrillapp.com", "MANDRILL_API_KEY"
    most = Limits(1000, 25_000_000, connections=4)
    literal = r"\*(?=\|)"
    abilities = Abilities(
        title="Mailchimp Transactional (Mandrill)",
        documents="https://mailchimp.com/developer/transactional/api/messages/",
        lookup=True,
        departures=True,
        merge="*|X|*",
        unverified=(
            "That merge tags are filled in within List-Unsubscribe.",
            "How many recipients and bytes one call may have.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give nothing: the key stands in the body."""
        return {}

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write one message with merge variables for each recipient."""
        plan = self.plan(message, batch)
        filled = plan.written(lambda slot: f"*|{slot.upper()}|*")
        headers = dict(filled.headers)
        if message.reply_to:
            headers["Reply-To"] = named(message.reply_to.address, message.reply_to.name)
        call = {
            "message": {
                "html": filled.html,
                "text": filled.text,
                "subject": filled.subject,
                "from_email": wire(message.sender.address),
                "from_name": message.sender.name,
                "to": [
                    {"email": wire(one.address), "name": shown_name(one), "type": "to"}
                    for one in batch.recipients
                ],
                "headers": headers,
                # Else everybody would see everybody.
                "preserve_recipients": False,
                "auto_text": False,
                "merge": True,
                "merge_language": "mailchimp",
                "global_merge_vars": _variables(plan.same()),
                "merge_vars": [
                    {"rcpt": wire(one.address), "vars": _variables(plan.values(one.values))}
                    for one in batch.recipients
                ],
                "tags": ["newsletter"],
                "metadata": {"issue": batch.issue, "batch": batch.name},
            }
        }
        return Payload(msgspec.json.encode(call), "application/json", "api/1.4/messages/send")

    def answered(
        self, transport: Transport, payload: Payload, headers: Mapping[str, str]
    ) -> Answer:
        """Make the call with the key in it."""
        body = self._with_key(payload.body)
        return transport.call("POST", payload.path, body, headers)

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read a result for each recipient, by address."""
        results = msgspec.json.decode(answer.body, type=list[_Result])
        told = {one.email.lower(): one for one in results}
        refused, doubtful = [], []
        for person in batch.recipients:
            one = told.pop(wire(person.address).lower(), None)
            if one is None:
                doubtful.append(person.key)
            elif one.status in REFUSED:
                refused.append(Refusal(person.key, scrub(one.reject_reason or one.status, ())))
        if told:
            raise ValueError(f"results for {len(told)} others")
        return Receipt(results[0].id if results else "", tuple(refused), tuple(doubtful))

    def lookup(self, batch: Batch) -> Verdict:
        """Search for the batch in the metadata, and compare it person by person."""
        keys = {wire(one.address).lower(): one.key for one in batch.recipients}
        query = {"query": f"u_batch:{batch.name}", "limit": MOST_FOUND}
        body = self._post("api/1.4/messages/search", query)
        found = {one.email.lower() for one in self.decode(body, list[_Found])}
        return Verdict(taken=frozenset(keys[address] for address in found & keys.keys()))

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the list of rejected addresses."""
        body = self._post("api/1.4/rejects/list", {"include_expired": False})
        for one in self.decode(body, list[_Left]):
            if one.reason in REASONS and one.created_at[:10] >= f"{since:%Y-%m-%d}":
                yield Departure(one.email, REASONS[one.reason])

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender's domain among those of the account."""
        domain = domain_of(sender)
        body = self._post("api/1.4/senders/domains", {})
        known = self.decode(body, list[_Domain])
        if any(one.valid_signing and one.domain.lower() == domain for one in known):
            return ()
        text = f"Mandrill does not say that the domain {domain} may be signed."
        return (Finding(Level.MUST_FIX, text, fix="Verify it there under Sending Domains."),)

    def _post(self, path: str, question: dict[str, object]) -> bytes:
        """Ask by POST, as all of this API is asked."""
        return self.tell("POST", path, {"key": self.key.value, **question})

    def _with_key(self, body: bytes) -> bytes:
        return b'{"key":' + msgspec.json.encode(self.key.value) + b"," + body[1:]


def _variables(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name.upper(), "content": value} for name, value in values.items()]
