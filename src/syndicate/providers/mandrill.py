"""Mailchimp Transactional (Mandrill): one call for up to 1,000 recipients, answered one by one.

Rules are from Mailchimp's OpenAPI document of its transactional API, read 2026-11-22, and its help
pages on merge tags and unsubscribes, read 2026-11-24: merge tags are filled in within names,
subjects and texts, and in no header, so that only Mandrill's own link can bring a header to leave
by. The key stands in the body of a call: it is put in as the call is made, so that no record of a
batch depends on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from syndicate.errors import Refused
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
    Statistics,
    Verdict,
)
from syndicate.providers.base import HttpProvider, Settings
from syndicate.providers.pieces import (
    answers,
    counted,
    domain_of,
    must_fix,
    named_in_ascii,
    same_fault,
    shown_name,
    told_of,
    when,
    wire,
)
from syndicate.providers.service import Surroundings
from syndicate.transport import Answer, Transport, scrub

#: what an answer says of somebody it did not take
REFUSED = frozenset({"rejected", "invalid"})
REASONS = {"unsub": "unsubscribed", "hard-bounce": "bounced", "spam": "complained"}
#: reasons that are about the call and not about anybody in it
GENERAL = frozenset({"invalid-sender", "test-mode-limit", "unsigned"})
#: states of a message that was not taken
UNTAKEN = frozenset({"rejected", "scheduled-canceled"})
#: what Mandrill counts, in the order of `Statistics`
COUNTS = ("", "hard_bounces", "complaints", "unsubs", "unique_clicks")
#: how far back counts are asked for
BACK = timedelta(days=90)
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
    metadata: dict[str, object] | None = None


class _Left(msgspec.Struct):
    email: str
    reason: str = ""
    created_at: str = ""


class _Domain(msgspec.Struct):
    domain: str
    valid_signing: bool = False


class MandrillSettings(Settings, frozen=True, kw_only=True):
    """[providers.mandrill]."""

    #: page of the site's own that Mandrill's link to leave ends at
    unsubscribe_page: Annotated[str, msgspec.Meta(pattern=r"^https://[^\s|*]+\Z")]


class Mandrill(HttpProvider):
    """Hands batches to Mailchimp Transactional."""

    settings_kind = MandrillSettings
    insists = True
    home, key_env = "https://mandrillapp.com", "MANDRILL_API_KEY"
    most = Limits(1000, 25_000_000, connections=4)
    literal = r"\*(?=\|)"
    abilities = Abilities(
        title="Mailchimp Transactional (Mandrill)",
        documents="https://mailchimp.com/developer/transactional/api/messages/",
        lookup=True,
        told=("bounced", "complained", "unsubscribed", "clicked"),
        departures=True,
        reply_to=None,
        merge="*|X|*",
        unsubscribe="Mandrill's own link and header; it leads on to unsubscribe_page",
        unverified=(
            "How many recipients and bytes one call may have.",
            "That a value of somebody's is put in as it is, and not read for merge tags again.",
            "That issue and batch are found in the metadata: the account must index them.",
            "That its header to leave answers the one-click request of RFC 8058.",
        ),
    )

    def __init__(self, name: str, settings: MandrillSettings, surroundings: Surroundings) -> None:
        self.own_link = f"*|UNSUB:{settings.unsubscribe_page}|*"
        super().__init__(name, settings, surroundings)

    def authentication(self) -> Mapping[str, str]:
        """Give nothing: the key stands in the body."""
        return {}

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write one message with merge variables for each recipient."""
        plan = self.plan(message, batch)
        filled = plan.written(lambda slot: f"*|{slot.upper()}|*")
        headers = dict(filled.headers)
        if message.reply_to:
            headers["Reply-To"] = answers(message, named_in_ascii)
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
        """Read a result for each recipient, by address; of more than ten all are queued.

        Raises Refused where nobody was taken for a reason that is nobody's own, and ValueError for
        results of people who are not in the batch.
        """
        results = msgspec.json.decode(answer.body, type=list[_Result])
        why = same_fault(batch, [one.reject_reason for one in results])
        if why in GENERAL:
            raise Refused(f"{self.name} took nothing of {batch.name}: {why}.")
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
        query = {"query": f"u_batch:{batch.name}", "limit": MOST_FOUND}
        found = self.decode(self._ask("messages/search", query), list[_Found])
        return told_of(
            batch,
            (
                (one.email, str((one.metadata or {}).get("batch", "")))
                for one in found
                if one.state not in UNTAKEN
            ),
        )

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the issue, hour by hour, over the last 90 days.

        Of delivered mail Mandrill tells none.
        """
        del references
        start = f"{self.surroundings.now() - BACK:%Y-%m-%d}"
        query = {"query": f"u_issue:{issue}", "date_from": start}
        hours = self._ask("messages/search-time-series", query)
        return counted(self.decode(hours, list[dict[str, object]]), COUNTS, "sent")

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the list of rejected addresses."""
        body = self._ask("rejects/list", {"include_expired": False})
        for one in self.decode(body, list[_Left]):
            at = when(one.created_at)
            if one.reason in REASONS and (at is None or at >= since):
                yield Departure(one.email, REASONS[one.reason], at)

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender's domain among those of the account."""
        domain = domain_of(sender)
        body = self._ask("senders/domains", {})
        known = self.decode(body, list[_Domain])
        if any(one.valid_signing and one.domain.lower() == domain for one in known):
            return ()
        text = f"Mandrill does not say that the domain {domain} may be signed."
        return (must_fix(text, "Verify it there under Sending Domains."),)

    def _ask(self, what: str, question: Mapping[str, object]) -> bytes:
        """Ask by POST, as all of this API is asked."""
        body = self.ask_by_post(f"api/1.4/{what}", {"key": self.key.value, **question})
        return body or b"[]"

    def _with_key(self, body: bytes) -> bytes:
        return b'{"key":' + msgspec.json.encode(self.key.value) + b"," + body[1:]


def _variables(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name.upper(), "content": value} for name, value in values.items()]
