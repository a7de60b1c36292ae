"""Mailgun: one call for up to 1,000 recipients, with variables for what differs.

Rules are from Mailgun's OpenAPI document and its pages on batch sending, read 2026-11-22. Its 429
and 420 are told apart nowhere: both say "later" (an account on probation takes ten at a time).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import msgspec

from syndicate import filling
from syndicate.config.tables import Text
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
from syndicate.providers.base import HttpProvider, Settings, Surroundings
from syndicate.providers.pieces import basic, domain_of, named, person_id, shown_name, wire
from syndicate.transport import Answer

#: what an event says of a message that Mailgun took
TAKEN = frozenset(
    {"accepted", "delivered", "failed", "opened", "clicked", "unsubscribed", "complained", "stored"}
)
#: where those who left are listed, and why they did
LEFT = (("unsubscribes", "unsubscribed"), ("bounces", "bounced"), ("complaints", "complained"))
#: entries on a page of such a list
PAGE = 1000


class MailgunSettings(Settings, frozen=True, kw_only=True):
    """[providers.mailgun]. For an account in the EU: base_url = "https://api.eu.mailgun.net"."""

    #: the sending domain, as in Mailgun
    domain: Text
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
        departures=True,
        merge="%recipient.x%",
        unsubscribe="Mailgun's own page, where unsubscribe_tracking is set",
        unverified=(
            "That Mailgun's own unsubscribe link answers the one-click request of RFC 8058.",
            "For how many days events are kept: it depends on the plan.",
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
        same = plan.same()
        variables = {
            wire(one.address): {"id": person_id(one), **same, **plan.values(one.values)}
            for one in batch.recipients
        }
        identity = f"<{batch.issue}.%recipient.id%@{domain_of(message.sender)}>"
        fields = [
            ("from", named(message.sender.address, message.sender.name)),
            *(("to", named(one.address, shown_name(one))) for one in batch.recipients),
            ("subject", filled.subject),
            ("html", filled.html),
            ("text", filled.text),
            *(
                [("h:Reply-To", named(message.reply_to.address, message.reply_to.name))]
                if message.reply_to
                else []
            ),
            *((f"h:{name}", value) for name, value in filled.headers),
            ("h:Message-Id", identity),
            ("o:tag", batch.issue),
            ("o:tag", batch.name),
            *([("o:testmode", "yes")] if self._settings.test_mode else []),
            ("v:issue", batch.issue),
            ("v:batch", batch.name),
            ("recipient-variables", msgspec.json.encode(variables).decode()),
        ]
        body, kind = form(fields)
        return Payload(body, kind, f"v3/{quote(self._settings.domain)}/messages")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read the one id of the whole batch: accepted means queued; failures come as events."""
        del batch
        return Receipt(msgspec.json.decode(answer.body, type=_Taken).id)

    def lookup(self, batch: Batch) -> Verdict:
        """Look for events that carry the batch's tag: a call is taken whole or not at all."""
        body = self.ask(f"v3/{quote(self._settings.domain)}/events", tags=batch.name, limit=100)
        events = self.decode(body, _Events).items if body else []
        return Verdict(whole=any(one.event in TAKEN and batch.name in one.tags for one in events))

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read Mailgun's lists of those who unsubscribed, bounced or complained."""
        for list_, reason in LEFT:
            for one in self._listed(list_):
                at = _date(one.created_at)
                if at is None or at >= since:
                    yield Departure(one.address, reason, at)

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the state of the sending domain."""
        name = self._settings.domain
        body = self.ask(f"v4/domains/{quote(name)}")
        if body is None:
            return (_finding(f"Mailgun does not know the domain {name}.", "Add it there."),)
        state = self.decode(body, _DomainAnswer).domain.state
        found = []
        if state != "active":
            fix = "Finish the DNS records that Mailgun shows for it."
            found.append(_finding(f"Mailgun says that the domain {name} is {state}.", fix))
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
        """Tell nothing: Mailgun's counts need its analytics, which not every plan has."""
        del issue, references
        return Statistics()

    def _listed(self, list_: str) -> Iterator[_Left]:
        path: str = f"v3/{quote(self._settings.domain)}/{list_}?limit={PAGE}"
        while path:
            body = self.ask(path)
            page = self.decode(body, _Page) if body else _Page([])
            yield from page.items
            following = urlsplit(page.paging.get("next", "")) if page.items else urlsplit("")
            # Only the path: the key goes to no other host, whatever the answer says.
            path = f"{following.path.lstrip('/')}?{following.query}" if following.path else ""


def form(fields: Sequence[tuple[str, str]]) -> tuple[bytes, str]:
    """Write multipart/form-data (RFC 7578); the same fields give the same bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for _, value in fields:
        digest.update(value.encode("utf-8", "surrogatepass"))
    mark = f"syndicate-{digest.hexdigest()}"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    return b"".join((*parts, f"--{mark}--\r\n".encode())), f"multipart/form-data; boundary={mark}"


def _finding(text: str, fix: str) -> Finding:
    return Finding(Level.MUST_FIX, text, fix=fix)


def _organisation(domain: str) -> str:
    """Give the last two labels of a domain: enough to tell a stranger's from a subdomain."""
    return ".".join(domain.split(".")[-2:])


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
