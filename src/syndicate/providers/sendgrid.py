"""SendGrid mail/send: up to 1,000 personalizations in one call.

Rules are from SendGrid's OpenAPI documents and its page of limitations, read 2026-11-22.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from syndicate import filling
from syndicate.config.tables import Positive
from syndicate.errors import Unsupported
from syndicate.filling.columns import Column
from syndicate.filling.mould import Mould, hole, socket
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
    Statistics,
    Verdict,
)
from syndicate.providers.base import HttpProvider, Settings
from syndicate.providers.pieces import (
    bearer,
    box,
    counted,
    covers,
    domain_of,
    moment,
    must_fix,
    shown_names,
    wires,
)
from syndicate.providers.service import Surroundings
from syndicate.transport import Answer

#: bytes of one recipient's substitutions
SUBSTITUTIONS_MAX = 10_000
#: where those who left are listed, and why they did
LEFT = (
    ("v3/suppression/unsubscribes", "unsubscribed"),
    ("v3/suppression/bounces", "bounced"),
    ("v3/suppression/spam_reports", "complained"),
)
#: entries on a page of such a list
PAGE = 500
#: what SendGrid counts, in the order of `Statistics`
COUNTS = ("delivered", "bounces", "spam_reports", "unsubscribes", "unique_clicks")
SENT = "requests"
#: how far back counts are asked for: they are kept for 13 months
BACK = timedelta(days=390)


class SendgridSettings(Settings, frozen=True, kw_only=True):
    """[providers.sendgrid]. For an account in the EU: base_url = "https://api.eu.sendgrid.com"."""

    #: number of the unsubscribe group; SendGrid's own link to leave needs one
    asm_group: Positive | None = None
    #: whether SendGrid takes everything and delivers nothing
    sandbox: bool = False


class _Left(msgspec.Struct):
    email: str
    created: int = 0


class _Counted(msgspec.Struct):
    metrics: dict[str, object] = {}


class _Month(msgspec.Struct):
    stats: list[_Counted] = []


class _Scopes(msgspec.Struct):
    scopes: list[str]


class _Domain(msgspec.Struct):
    domain: str
    valid: bool = False


class _Found(msgspec.Struct):
    messages: list[dict[str, object]] = []


class Sendgrid(HttpProvider):
    """Hands batches to SendGrid."""

    settings_kind = SendgridSettings
    home, key_env = "https://api.sendgrid.com", "SENDGRID_API_KEY"
    most = Limits(1000, 30_000_000, connections=4, calls_per_second=10)
    #: the marks by which SendGrid puts in links of its own
    literal = r"<%(?=asm_)"
    abilities = Abilities(
        title="SendGrid",
        documents="https://www.twilio.com/docs/sendgrid/api-reference/mail-send",
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        departures=True,
        reply_to=None,
        merge="substitutions",
        unsubscribe="SendGrid's own page, where asm_group is set",
        unverified=(
            "Looking up a batch in doubt needs the paid add-on for 30 days of email activity.",
            "That SendGrid's own link comes with a header to leave by one click.",
        ),
    )

    def __init__(self, name: str, settings: SendgridSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        if settings.asm_group is not None:
            self.own_link = "<%asm_group_unsubscribe_raw_url%>"
        super().__init__(name, settings, surroundings)
        self._drawn: tuple[filling.Plan, _Letter] | None = None

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write one mail with a personalization for each recipient.

        Raises Unsupported where more differs by recipient than SendGrid takes.
        """
        plan = self.plan(message, batch)
        letter = self._letter(plan)
        call: dict[str, object] = {
            "from": box(message.sender),
            "personalizations": letter.personalizations(batch),
            "subject": letter.subject,
            "content": letter.content,
            "categories": [batch.issue, batch.name],
            # Its footer would stand below our own link to leave.
            "tracking_settings": {"subscription_tracking": {"enable": False}},
        }
        if message.reply_to:
            call["reply_to_list"] = [box(one) for one in message.reply_to]
        if self._settings.asm_group is not None:
            call["asm"] = {"group_id": self._settings.asm_group}
        if self._settings.sandbox:
            call["mail_settings"] = {"sandbox_mode": {"enable": True}}
        return Payload(msgspec.json.encode(call), "application/json", "v3/mail/send")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read the one id of the call; there is none by recipient. 200 is the sandbox's answer."""
        del batch
        if answer.status not in {200, 202}:
            raise ValueError(answer.status)
        return Receipt(answer.headers.get("x-message-id", ""))

    def lookup(self, batch: Batch) -> Verdict:
        """Search the activity for the batch: a call is taken whole or not at all."""
        query = f"""(unique_args['batch']="{batch.name}")"""
        body = self.ask("v3/messages", query=query, limit=1)
        return Verdict(whole=bool(body and self.decode(body, _Found).messages))

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the issue's category, month by month, over the last 390 days."""
        del references
        start = f"{self.surroundings.now() - BACK:%Y-%m-%d}"
        body = self.ask(
            "v3/categories/stats", start_date=start, aggregated_by="month", categories=issue
        )
        months = self.decode(body, list[_Month]) if body else []
        return counted((one.metrics for month in months for one in month.stats), COUNTS, SENT)

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read SendGrid's lists of those who unsubscribed, bounced or complained."""
        for path, reason in LEFT:
            for one in self.by_offset(path, self._left, PAGE, start_time=int(since.timestamp())):
                yield Departure(one.email, reason, moment(one.created))
        group = self._settings.asm_group
        if group is not None:
            body = self.ask(f"v3/asm/groups/{group}/suppressions")
            for address in self.decode(body, list[str]) if body else []:
                yield Departure(address, "unsubscribed")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask what the key may do, and whether the sender's domain is authenticated."""
        body = self.ask("v3/scopes")
        scopes = self.decode(body, _Scopes).scopes if body else []
        if "mail.send" not in scopes:
            text, fix = "SendGrid says that this key may not send.", "Give it Mail Send."
            return (must_fix(text, fix),)
        body = self.ask("v3/whitelabel/domains", limit=200)
        domains = self.decode(body, list[_Domain]) if body else []
        own = domain_of(sender)
        if any(one.valid and covers(one.domain, own) for one in domains):
            return ()
        text = f"SendGrid does not say that the domain {own} is authenticated."
        fix = "Authenticate it there under Sender Authentication."
        return (Finding(Level.ADVICE, text, fix=fix),)

    def _letter(self, plan: filling.Plan) -> "_Letter":
        if self._drawn is None or self._drawn[0] is not plan:
            self._drawn = plan, _letter(plan)
        return self._drawn[1]

    def _left(self, body: bytes | None) -> list[_Left]:
        return self.decode(body, list[_Left]) if body else []


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is the same in every call of an issue, written once."""

    plan: filling.Plan
    subject: str
    #: the parts as JSON
    content: msgspec.Raw
    #: the text that SendGrid replaces, by the name of what is put in its place
    marks: Mapping[str, str]

    def personalizations(self, batch: Batch) -> msgspec.Raw:
        """Write whom it goes to and what differs. Raises Unsupported for more than is taken."""
        columns = self.plan.columns(batch.recipients)
        self._check(columns, batch)
        boxes = zip(wires(batch).json(), shown_names(batch).json(), strict=True)
        mould = Mould(
            {
                "to": [socket("box")],
                "headers": {
                    name: sheet.written(lambda number: hole(f"v{number}"))
                    for name, sheet in self.plan.headers
                },
                "substitutions": {mark: hole(name) for name, mark in self.marks.items()},
                "custom_args": {"issue": batch.issue, "batch": batch.name},
            }
        )
        columns_of_box = [
            f'{{"email":"{address}","name":"{name}"}}' if name else f'{{"email":"{address}"}}'
            for address, name in boxes
        ]
        rows = mould.filled({**columns, "box": columns_of_box}, len(batch.recipients))
        return msgspec.Raw(f"[{','.join(rows)}]".encode())

    def _check(self, columns: Mapping[str, Column], batch: Batch) -> None:
        size = [0] * len(batch.recipients)
        longest = sum(max(map(len, columns[name].values), default=0) for name in self.marks)
        # A character takes six bytes at most as JSON, and most people are far from the limit.
        if 6 * (longest + sum(map(len, self.marks.values())) + 6 * len(self.marks)) <= (
            SUBSTITUTIONS_MAX
        ):
            return
        for name, mark in self.marks.items():
            for place, value in enumerate(columns[name].values):
                size[place] += len(msgspec.json.encode({mark: value}))
        if max(size) > SUBSTITUTIONS_MAX:
            line = batch.recipients[size.index(max(size))].line
            raise Unsupported(
                f"SendGrid takes at most {SUBSTITUTIONS_MAX:,} bytes of what differs by recipient, "
                f"and line {line} of the audience file has more."
            )


def _letter(plan: filling.Plan) -> _Letter:
    words = plan.written(lambda slot: f"%{slot}%")
    # SendGrid replaces whatever text it is told: one that no author can have written.
    digest = hashlib.sha256((words.html + words.text).encode()).hexdigest()[:10]
    filled = plan.written(lambda slot: f"%{digest}{slot}%")
    marks = {name: f"%{digest}{name}%" for name in plan.names}
    content = [
        {"type": "text/plain", "value": filled.text},
        {"type": "text/html", "value": filled.html},
    ]
    whole = filled.subject + filled.text + filled.html
    return _Letter(
        plan,
        filled.subject,
        msgspec.Raw(msgspec.json.encode(content)),
        {name: mark for name, mark in marks.items() if mark in whole},
    )
