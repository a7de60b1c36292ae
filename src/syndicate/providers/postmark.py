"""Postmark: a batch of finished mails on a broadcast stream, answered one by one.

Rules are from Postmark's OpenAPI document and its pages on batches and message streams, read
2026-11-22. A 200 may hold refusals, and an error code of 0 may hide one in its text.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from syndicate.config.tables import Text
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
    Statistics,
    Verdict,
)
from syndicate.providers.base import HttpProvider, Settings
from syndicate.providers.pieces import (
    answers,
    counted,
    named,
    one_by_one,
    same_fault,
    shown_name,
    told_of,
    when,
)
from syndicate.providers.service import Surroundings
from syndicate.transport import Answer

REASONS = {
    "HardBounce": "bounced",
    "SpamComplaint": "complained",
    "ManualSuppression": "unsubscribed",
}
#: the stream that every server has, which adds no link to leave
TRANSACTIONAL = "outbound"
#: records on a page
PAGE = 500
#: what Postmark counts, in the order of `Statistics`
COUNTS = ("", "Bounced", "SpamComplaints", "", "UniqueLinksClicked")
#: codes that may be about one recipient: none, a bad address, an inactive one
PERSONAL = frozenset({0, 300, 406})


class PostmarkSettings(Settings, frozen=True, kw_only=True):
    """[providers.postmark]."""

    #: message stream; newsletters must go by a broadcast stream
    stream: Text = "broadcast"


class _Result(msgspec.Struct, rename="pascal"):
    #: left out where Postmark took a mail and delivery may be delayed (anymail, 2026-07-30)
    error_code: int = 0
    message: str = ""
    message_i_d: str = msgspec.field(default="", name="MessageID")


class _Left(msgspec.Struct, rename="pascal"):
    email_address: str
    suppression_reason: str = ""
    created_at: str = ""


class _Dump(msgspec.Struct, rename="pascal"):
    suppressions: list[_Left]


class _Sent(msgspec.Struct, rename="pascal"):
    recipients: list[str] = []
    tag: str | None = None
    metadata: dict[str, str] = {}


class _Search(msgspec.Struct, rename="pascal"):
    messages: list[_Sent]


class Postmark(HttpProvider):
    """Hands batches to Postmark."""

    settings_kind = PostmarkSettings
    home, key_env = "https://api.postmarkapp.com", "POSTMARK_SERVER_TOKEN"
    most = Limits(500, 50_000_000, connections=4)
    #: what begins a placeholder of Postmark's
    literal = r"\{\{\{?(?=\s*pm:)"
    # A broadcast stream adds its own link below the mail unless this stands in it.
    own_link, insists = "{{{ pm:unsubscribe_url }}}", True
    abilities = Abilities(
        title="Postmark",
        documents="https://postmarkapp.com/developer",
        lookup=True,
        told=("bounced", "complained", "clicked"),
        departures=True,
        reply_to=None,
        unsubscribe="Postmark's own page and headers, on a broadcast stream",
        unverified=(
            "Whether the sender's domain is verified: only the account's token may ask that.",
            "That mail can be searched for by its metadata: else by its tag, 500 at a time.",
            "That `reply_to` may name several: its document speaks of one text, without more.",
        ),
    )

    def __init__(self, name: str, settings: PostmarkSettings, surroundings: Surroundings) -> None:
        self._stream = settings.stream
        if settings.stream == TRANSACTIONAL:
            self.own_link, self.insists = "", False
        super().__init__(name, settings, surroundings)

    def authentication(self) -> Mapping[str, str]:
        """Give the server's token."""
        return {"X-Postmark-Server-Token": self.key.value}

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write each recipient's mail whole."""
        plan = self.plan(message, batch)
        mails = []
        for one in batch.recipients:
            # A value could be taken for a placeholder as well as an author's words.
            filled = plan.for_one(one.values)
            mail = {
                "From": named(message.sender.address, message.sender.name),
                "To": named(one.address, shown_name(one)),
                "Subject": filled.subject,
                "HtmlBody": filled.html,
                "TextBody": filled.text,
                "Headers": [{"Name": name, "Value": value} for name, value in filled.headers],
                # One tag a mail, by which Postmark counts.
                "Tag": batch.issue,
                "Metadata": {"issue": batch.issue, "batch": batch.name},
                "MessageStream": self._stream,
            }
            if message.reply_to:
                mail["ReplyTo"] = answers(message)
            mails.append(mail)
        return Payload(msgspec.json.encode(mails), "application/json", "email/batch")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read a result for each mail, in order.

        Raises Refused where all have the same fault, so that it is not one of the recipients.
        """
        results = msgspec.json.decode(answer.body, type=list[_Result])
        outcomes = [_why_not(one) for one in results]
        personal = len(results) == 1 and results[0].error_code in PERSONAL
        if not personal and (why := same_fault(batch, outcomes)):
            raise Refused(f"{self.name} took nothing of {batch.name}: {why}")
        reference = next((one.message_i_d for one in results if one.message_i_d), "")
        return one_by_one(batch, reference, outcomes)

    def lookup(self, batch: Batch) -> Verdict:
        """Search the outbound mail for the batch, and compare it person by person."""
        body = self.ask(
            "messages/outbound",
            count=PAGE,
            offset=0,
            messagestream=self._stream,
            tag=batch.issue,
            metadata_batch=batch.name,
        )
        sent = self.decode(body, _Search).messages if body else []
        return told_of(
            batch,
            (
                (address, f"{one.tag} {one.metadata.get('batch', '')}")
                for one in sent
                for address in one.recipients
            ),
        )

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the issue's tag; of delivered mail Postmark tells none."""
        del references
        body = self.ask("stats/outbound", tag=issue, messagestream=self._stream)
        return counted([self.decode(body, dict[str, object])], COUNTS, "Sent")

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the suppressions of the stream."""
        body = self.ask(
            f"message-streams/{self._stream}/suppressions/dump", fromdate=f"{since:%Y-%m-%d}"
        )
        for one in self.decode(body, _Dump).suppressions if body else []:
            reason = REASONS.get(one.suppression_reason, "unsubscribed")
            yield Departure(one.email_address, reason, when(one.created_at))

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the server, which shows that the token works."""
        del sender
        self.ask("server")
        return ()


def _why_not(result: _Result) -> str | None:
    """Give why a mail was not taken; None when it was.

    Postmark answers 0 too where it will not deliver to an inactive address (seen in the tests of
    anymail, 2026-07-30).
    """
    if result.error_code or "will not deliver" in result.message:
        return result.message or f"error {result.error_code}"
    if not result.message_i_d:
        raise ValueError(result)
    return None
