"""Mailgun: one call for up to 1,000 recipients, with variables for what differs.

Rules are from Mailgun's OpenAPI document and its pages on batch sending, read 2026-11-22. Its 429
and 420 are told apart nowhere: both say "later" (an account on probation takes ten at a time).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Annotated

import msgspec

from syndicate import filling
from syndicate.filling.mould import Mould, hole
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
    answers,
    basic,
    counted,
    domain_of,
    form,
    mailboxes,
    must_fix,
    named,
    named_in_ascii,
    person_ids,
    when,
    wires,
)
from syndicate.providers.service import Surroundings
from syndicate.transport import Answer

#: what an event says of a message that Mailgun took
TAKEN = frozenset(
    {"accepted", "delivered", "failed", "opened", "clicked", "unsubscribed", "complained", "stored"}
)
#: where those who left are listed, and why they did
LEFT = (("unsubscribes", "unsubscribed"), ("bounces", "bounced"), ("complaints", "complained"))
#: entries on a page of such a list
PAGE = 1000
#: what Mailgun counts by tag, in the order of `Statistics`, and how far back it is asked
COUNTS = (
    "delivered_count",
    "permanent_failed_count",
    "complained_count",
    "unsubscribed_count",
    "unique_clicked_count",
)
SENT = "accepted_count"
BACK = timedelta(days=90)


class MailgunSettings(Settings, frozen=True, kw_only=True):
    """[providers.mailgun]. For an account in the EU: base_url = "https://api.eu.mailgun.net"."""

    #: the sending domain, as in Mailgun
    domain: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.-]+\Z")]
    #: whether unsubscribe tracking is on for the domain, so that Mailgun's own link works
    unsubscribe_tracking: bool = False
    #: whether Mailgun takes everything and delivers nothing
    test_mode: bool = False


class _Taken(msgspec.Struct):
    id: str


class _Event(msgspec.Struct):
    event: str = ""
    tags: list[str] = []


class _Events(msgspec.Struct):
    items: list[_Event]


class _Left(msgspec.Struct):
    address: str
    created_at: str = ""


class _Page(msgspec.Struct):
    items: list[_Left]
    paging: dict[str, str] = {}


class _Sums(msgspec.Struct):
    metrics: dict[str, object] = {}


class _Metrics(msgspec.Struct):
    aggregates: _Sums = msgspec.field(default_factory=_Sums)


class _Domain(msgspec.Struct):
    state: str


class _DomainAnswer(msgspec.Struct):
    domain: _Domain


class Mailgun(HttpProvider):
    """Hands batches to Mailgun."""

    settings_kind = MailgunSettings
    home, key_env = "https://api.mailgun.net", "MAILGUN_API_KEY"
    most = Limits(1000, 25_000_000, connections=4, calls_per_second=40)
    #: a percent sign that begins a variable of Mailgun's, or stands right before one of ours
    literal = rf"%(?=[A-Za-z_][\w.\-]*%|{filling.START})"
    abilities = Abilities(
        title="Mailgun",
        documents="https://documentation.mailgun.com/",
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        departures=True,
        reply_to=None,
        merge="%recipient.x%",
        unsubscribe="Mailgun's own page, where unsubscribe_tracking is set",
        unverified=(
            "That Mailgun's own unsubscribe link answers the one-click request of RFC 8058.",
            "For how many days events and counts are kept: it depends on the plan.",
            "That a value of somebody's is put in as it is, and not read for variables again.",
        ),
    )

    def __init__(self, name: str, settings: MailgunSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        if settings.unsubscribe_tracking:
            self.own_link = "%unsubscribe_url%"
        super().__init__(name, settings, surroundings)

    def authentication(self) -> Mapping[str, str]:
        """Give the key as the password of the user "api"."""
        return basic("api", self.key)

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write a form; what differs by recipient is in `recipient-variables`.

        That field stands in every call: without it everybody would see everybody in To.
        """
        plan = self.plan(message, batch)
        filled = plan.written(lambda slot: f"%recipient.{slot}%")
        holes = {"id": hole("id"), **{name: hole(name) for name in plan.names}}
        rows = Mould({hole("address"): holes}).filled(
            {
                **plan.columns(batch.recipients),
                "address": wires(batch),
                "id": person_ids(batch),
            },
            len(batch.recipients),
        )
        variables = f"{{{','.join([row[1:-1] for row in rows])}}}"
        identity = f"<{batch.issue}.%recipient.id%@{domain_of(message.sender)}>"
        fields = [
            ("from", named(message.sender.address, message.sender.name)),
            ("to", mailboxes(batch)),
            ("subject", filled.subject),
            ("html", filled.html),
            ("text", filled.text),
            *([("h:Reply-To", answers(message, named_in_ascii))] if message.reply_to else []),
            *((f"h:{name}", value) for name, value in filled.headers),
            ("h:Message-Id", identity),
            ("o:tag", [batch.issue, batch.name]),
            *([("o:testmode", "yes")] if self._settings.test_mode else []),
            ("v:issue", batch.issue),
            ("v:batch", batch.name),
            ("recipient-variables", variables),
        ]
        # No author can have written it, as it is made of all that the author wrote.
        mark = hashlib.blake2b((filled.html + filled.text).encode(), digest_size=16).hexdigest()
        body, kind = form(fields, f"syndicate-{mark}")
        return Payload(body, kind, f"v3/{self._settings.domain}/messages")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read the one id of the whole batch: accepted means queued; failures come as events."""
        del batch
        return Receipt(msgspec.json.decode(answer.body, type=_Taken).id)

    def lookup(self, batch: Batch) -> Verdict:
        """Look for events that carry the batch's tag: a call is taken whole or not at all.

        Upper and lower case make no difference in a tag of Mailgun's.
        """
        path = f"v3/{self._settings.domain}/events"
        body = self.ask(path, tags=batch.name, ascending="no", limit=100)
        events = self.decode(body, _Events).items if body else []
        tagged = (one for one in events if batch.name.lower() in map(str.lower, one.tags))
        return Verdict(whole=any(one.event in TAKEN for one in tagged))

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read Mailgun's lists of those who unsubscribed, bounced or complained."""
        for list_, reason in LEFT:
            for one in self._listed(list_):
                at = when(one.created_at)
                if at is None or at >= since:
                    yield Departure(one.address, reason, at)

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the state of the sending domain."""
        name = self._settings.domain
        body = self.ask(f"v4/domains/{name}")
        if body is None:
            return (must_fix(f"Mailgun does not know the domain {name}.", "Add it there."),)
        state = self.decode(body, _DomainAnswer).domain.state
        found = []
        if state != "active":
            fix = "Finish the DNS records that Mailgun shows for it."
            found.append(must_fix(f"Mailgun says that the domain {name} is {state}.", fix))
        if not f".{name}".endswith(f".{_organisation(domain_of(sender))}"):
            found.append(
                Finding(
                    Level.ADVICE,
                    f"The sender's domain {domain_of(sender)} is not that of {name}.",
                    fix="Mail of another domain is often taken for spam: use the same one.",
                )
            )
        return tuple(found)

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the issue's tag, over the last 90 days."""
        del references
        body = self.ask_by_post(
            "v1/analytics/metrics",
            {
                "start": format_datetime(self.surroundings.now() - BACK),
                "end": format_datetime(self.surroundings.now()),
                "metrics": (SENT, *COUNTS),
                "filter": {
                    "AND": [_equals("domain", self._settings.domain), _equals("tag", issue)]
                },
                "include_aggregates": True,
            },
        )
        return counted([self.decode(body, _Metrics).aggregates.metrics], COUNTS, SENT)

    def _listed(self, list_: str) -> Iterator[_Left]:
        path: str = f"v3/{self._settings.domain}/{list_}?limit={PAGE}"
        while path:
            body = self.ask(path)
            page = self.decode(body, _Page) if body else _Page([])
            yield from page.items
            path = self.following(page.paging.get("next", ""), path) if page.items else ""


def _equals(attribute: str, value: str) -> dict[str, object]:
    return {
        "attribute": attribute,
        "comparator": "=",
        "values": [{"label": value, "value": value}],
    }


def _organisation(domain: str) -> str:
    """Give the last two labels of a domain: enough to tell a stranger's from a subdomain."""
    return ".".join(domain.split(".")[-2:])
