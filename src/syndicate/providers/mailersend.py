"""MailerSend: a bulk call of up to 500 finished mails, taken as one.

Rules are from anymail's notes (2026-07-30) and a third party's description of the API, read
2026-11-22: what MailerSend found wrong with single mails is only told later, under the bulk's id.
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
from syndicate.providers.pieces import bearer, box, domain_of, must_fix, shown_name
from syndicate.transport import Answer

#: keeps two signs apart without being seen: WORD JOINER
JOINER = "\N{WORD JOINER}"
LEAVE = "List-Unsubscribe"

#: what begins a variable of MailerSend's
_MARK = re.compile(r"\{(?=[{%#$])")


class _Taken(msgspec.Struct):
    bulk_email_id: str


class _Domain(msgspec.Struct):
    name: str
    is_verified: bool = False


class _Domains(msgspec.Struct):
    data: list[_Domain] = []


class Mailersend(HttpProvider):
    """Hands batches to MailerSend."""

    home, key_env = "https://api.mailersend.com", "MAILERSEND_API_KEY"
    # Ten calls a minute.
    most = Limits(500, 50_000_000, connections=1, calls_per_second=10 / 60)
    abilities = Abilities(
        title="MailerSend",
        documents="https://developers.mailersend.com/api/v1/email.html",
        reply_to=1,
        unverified=(
            "Whom it refused within a bulk: that is told later, under the bulk's id only.",
            "That every plan may set the address to unsubscribe by one click.",
            "How many mails and bytes one call may have.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write each recipient's mail whole, with nothing in it that looks like a variable."""
        plan = self.plan(message, batch)
        mails = []
        for one in batch.recipients:
            filled = plan.for_one(one.values)
            headers = dict(filled.headers)
            mail: dict[str, object] = {
                "from": box(message.sender),
                "to": [box(Mailbox(shown_name(one), one.address))],
                "subject": _MARK.sub(f"{{{JOINER}", filled.subject),
                "html": _MARK.sub("&#123;", filled.html),
                "text": _MARK.sub(f"{{{JOINER}", filled.text),
                "tags": [batch.issue, batch.name],
                "list_unsubscribe": headers.get(LEAVE, ""),
            }
            if message.reply_to:
                mail["reply_to"] = box(message.reply_to[0])
            mails.append(mail)
        return Payload(msgspec.json.encode(mails), "application/json", "v1/bulk-email")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read the id of the bulk: all of it was taken, to be looked at later."""
        del batch
        return Receipt(msgspec.json.decode(answer.body, type=_Taken).bulk_email_id)

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender's domain among those of the account."""
        domain = domain_of(sender)
        body = self.ask("v1/domains", limit=100)
        known = self.decode(body or b"{}", _Domains).data
        if any(one.is_verified and one.name.lower() == domain for one in known):
            return ()
        text = f"MailerSend does not say that the domain {domain} is verified."
        return (must_fix(text, "Verify it there under Domains."),)
