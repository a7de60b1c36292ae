"""Brevo smtp/email: a version of the mail for each recipient, guarded by an idempotency key.

Rules are from Brevo's OpenAPI document and its pages on batches and limits, read 2026-11-22.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from syndicate.errors import Uncertain
from syndicate.filling import Filled
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
    counted,
    covers,
    domain_of,
    encoded,
    must_fix,
    one_by_one,
    payload_key,
    shown_name,
    told_of,
    when,
    wire,
)
from syndicate.providers.service import NONSENSE, HttpService, Surroundings
from syndicate.transport import Answer, Transport

#: what begins Brevo's template language; handed over as values, it arrives as it was written
MARKS = {"open": "{{", "block": "{%", "remark": "{#"}
#: what an event says of a mail that Brevo took
TAKEN = frozenset({"requests", "delivered", "deferred", "opened", "clicks", "loadedByProxy"})
REASONS = {"unsubscribed": "unsubscribed", "hardBounces": "bounced", "spam": "complained"}
#: what Brevo counts, in the order of `Statistics`
COUNTS = ("delivered", "hardBounces", "spamReports", "unsubscribed", "uniqueClicks")
#: characters of a display name
NAME_MAX = 70
#: how Brevo says that it knows a key: it mails nobody, and does not say what became of the first
#: call ("Idempotency for batch emails", read 2026-11-24)
KNOWN = frozenset({"duplicate_parameter", "duplicate_request"})
#: the status with which Brevo says so
REFUSED = 400
#: events on a page, and days that events may be asked for at once
PAGE, DAYS = 2500, 89

_MARK = re.compile(r"\{[{%#]")
#: signs that a name beyond ASCII must not hold: Brevo would leave the whole name out (seen by
#: anymail, 2026-07-30)
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,."]')
_NAME_OF = {mark: name for name, mark in MARKS.items()}


class _Taken(msgspec.Struct, rename="camel"):
    message_ids: list[str] = []
    message_id: str = ""


class _Fault(msgspec.Struct):
    code: str = ""


class _Event(msgspec.Struct):
    email: str
    event: str
    date: str = ""
    tag: str = ""


class _Events(msgspec.Struct):
    events: list[_Event] = []


class _Domain(msgspec.Struct):
    domain_name: str
    authenticated: bool = False


class _Domains(msgspec.Struct):
    domains: list[_Domain] = []


class BrevoSettings(Settings, frozen=True, kw_only=True):
    """[providers.brevo]."""

    #: whether Brevo takes everything and delivers nothing
    sandbox: bool = False


class Brevo(HttpProvider):
    """Hands batches to Brevo's transactional mail."""

    settings_kind = BrevoSettings
    home, key_env = "https://api.brevo.com", "BREVO_API_KEY"
    # 1,000 versions are taken; finished mails of that many would be a call of 30 MB.
    most = Limits(250, 20_000_000, connections=2, calls_per_second=1.6)
    abilities = Abilities(
        title="Brevo",
        documents="https://developers.brevo.com/reference/sendtransacemail",
        key_life=15 * 60,
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        departures=True,
        reply_to=1,
        unverified=(
            "That Brevo takes headers in each version: its document lists none, anymail uses them.",
            "That the key is kept for 30 minutes: an older page says 15, which is what we go by.",
            "What Brevo says of a mail with two tags when its events are asked for.",
        ),
    )

    def __init__(self, name: str, settings: BrevoSettings, surroundings: Surroundings) -> None:
        super().__init__(name, settings, surroundings)
        self._settings = settings

    def authentication(self) -> Mapping[str, str]:
        """Give the key."""
        return {"api-key": self.key.value}

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write a version for each recipient; the key stands in the body (RFC 9562 UUID)."""
        plan = self.plan(message, batch)
        call: dict[str, object] = {
            "sender": sender_of(message.sender),
            "subject": plan.for_one({}).subject or message.subject,
            "htmlContent": "<p></p>",
            "tags": [batch.issue, batch.name],
            "messageVersions": [
                {
                    "to": [sender_of(Mailbox(shown_name(one), one.address))],
                    **_content(plan.for_one(one.values)),
                }
                for one in batch.recipients
            ],
        }
        if message.reply_to:
            call["replyTo"] = sender_of(message.reply_to[0])
        key = uuid.uuid5(uuid.NAMESPACE_URL, payload_key(batch, msgspec.json.encode(call)))
        sandbox = {"X-Sib-Sandbox": "drop"} if self._settings.sandbox else {}
        call["headers"] = {"idempotencyKey": str(key), **sandbox}
        return Payload(msgspec.json.encode(call), "application/json", "v3/smtp/email")

    def answered(
        self, transport: Transport, payload: Payload, headers: Mapping[str, str]
    ) -> Answer:
        """Make the call. Raises Uncertain where the key is known: it may have been taken before."""
        answer = transport.exchange("POST", payload.path, payload.body, headers)
        if answer.status == REFUSED and _code(answer) in KNOWN:
            raise Uncertain(
                f"{self.name} has had this very call before, and does not say whether it took it. "
                "Find out with: syndicate settle"
            )
        return transport.sorted(answer)

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read an id for each version, in order."""
        taken = msgspec.json.decode(answer.body, type=_Taken)
        ids = taken.message_ids or ([taken.message_id] if taken.message_id else [])
        return one_by_one(batch, ids[0] if ids else "", [None] * len(ids))

    def lookup(self, batch: Batch) -> Verdict:
        """Look for events that carry the batch's tag, person by person."""
        path = "v3/smtp/statistics/events"
        events = self._events(self.ask(path, tags=batch.name, limit=PAGE, days=30))
        return told_of(batch, ((one.email, one.tag) for one in events if one.event in TAKEN))

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the issue's tag."""
        del references
        body = self.ask("v3/smtp/statistics/aggregatedReport", tag=issue, days=DAYS)
        return counted([self.decode(body, dict[str, object])], COUNTS, "requests")

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the events of those who unsubscribed, bounced for good or complained.

        From the day of `since` on, and at most 89 days back, as more are not told at once.
        """
        now = self.surroundings.now()
        start = max(since, now - timedelta(days=DAYS))
        days = {"startDate": f"{start:%Y-%m-%d}", "endDate": f"{now:%Y-%m-%d}"}
        path = "v3/smtp/statistics/events"
        for event, reason in REASONS.items():
            for one in self.by_offset(path, self._events, PAGE, event=event, **days):
                yield Departure(one.email, reason, when(one.date))

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the account, and whether the sender's domain is authenticated."""
        return domain_findings(self, sender)

    def _events(self, body: bytes | None) -> list[_Event]:
        return self.decode(body, _Events).events


def domain_findings(service: HttpService, sender: Mailbox) -> tuple[Finding, ...]:
    """Ask Brevo for the account, and whether the sender's domain is authenticated.

    Raises what `HttpService.ask` does.
    """
    service.ask("v3/account")
    body = service.ask("v3/senders/domains")
    known = service.decode(body, _Domains).domains if body else []
    own = domain_of(sender)
    if any(one.authenticated and covers(one.domain_name, own) for one in known):
        return ()
    text = f"Brevo does not say that the domain {own} is authenticated."
    fix = "Authenticate it there under Senders, Domains."
    return (must_fix(text, fix),)


def sender_of(mailbox: Mailbox) -> dict[str, str]:
    """Write a name and an address as Brevo takes them: a name of 70 characters at most."""
    name = mailbox.name[:NAME_MAX]
    if not name.isascii() and _SPECIAL.search(name):
        while len(encoded(name)) > NAME_MAX:
            name = name[:-1]
        name = encoded(name)
    return {"email": wire(mailbox.address), **({"name": name} if name else {})}


def _content(filled: Filled) -> dict[str, object]:
    """Write one recipient's mail, with nothing in it that Brevo would take for its language."""
    content: dict[str, object] = {
        "subject": _plain(filled.subject),
        "htmlContent": _plain(filled.html),
        "textContent": _plain(filled.text),
        "headers": dict(filled.headers),
    }
    if any(_MARK.search(part) for part in (filled.subject, filled.html, filled.text)):
        content["params"] = MARKS
    return content


def _plain(source: str) -> str:
    return _MARK.sub(lambda found: f"{{{{params.{_NAME_OF[found[0]]}}}}}", source)


def _code(answer: Answer) -> str:
    try:
        return msgspec.json.decode(answer.body, type=_Fault).code
    except NONSENSE:
        return ""
