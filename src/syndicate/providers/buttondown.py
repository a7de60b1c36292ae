"""Buttondown: the newsletter's subscribers are Buttondown's, and an issue is one email there.

Rules are from Buttondown's OpenAPI document and its page on idempotency keys, read 2026-11-22. What
is made with a key is made once, so that not even a draft is doubled.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from syndicate.filling import START
from syndicate.models import (
    Abilities,
    Campaign,
    Finding,
    HeldList,
    Mailbox,
    Message,
    Stage,
    Statistics,
)
from syndicate.providers.campaigns import HttpCampaigns
from syndicate.providers.pieces import counted

STAGES = {
    "draft": Stage.DRAFT,
    "scheduled": Stage.SCHEDULED,
    "paused": Stage.STOPPED,
    "errored": Stage.STOPPED,
    "suppressed": Stage.STOPPED,
    "deleted": Stage.STOPPED,
}
#: what Buttondown counts, in the order of `Statistics`
COUNTS = ("deliveries", "permanent_failures", "complaints", "unsubscriptions", "clicks")
#: kinds of subscribers who get an email
KINDS = ("regular", "premium", "gifted", "trialed")
#: pages of emails that are looked through for ours, the newest first
PAGES = 3
#: who is meant by a list without a segment
EVERYBODY = "everybody"


class _Named(msgspec.Struct):
    id: str
    name: str
    #: of a newsletter: the key that mails to its subscribers
    api_key: str = ""


class _Names(msgspec.Struct):
    results: list[_Named] = []


class _Count(msgspec.Struct):
    count: int


class _Rule(msgspec.Struct):
    field: str
    operator: str
    value: str


class _Filters(msgspec.Struct):
    filters: list[_Rule] = []
    groups: list[object] = []


class _Email(msgspec.Struct):
    id: str
    status: str
    subject: str = ""
    body: str | None = None
    metadata: dict[str, object] = {}
    filters: _Filters | None = None


class _Page(msgspec.Struct):
    results: list[_Email] = []
    next: str | None = None


class Buttondown(HttpCampaigns):
    """Hands issues to Buttondown as emails."""

    home, key_env = "https://api.buttondown.com", "BUTTONDOWN_API_KEY"
    leave = "{{ unsubscribe_url }}"
    usual_fields: ClassVar[Mapping[str, str]] = {"name": "subscriber.metadata.name"}
    literal = rf"\{{(?=[{{%#{START}])"
    abilities = Abilities(
        title="Buttondown",
        documents="https://docs.buttondown.com/",
        holds_list=True,
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        take_back=True,
        merge="{{ x|default:'...' }}",
        unsubscribe="Buttondown's own page and headers",
        unverified=(
            "That a whole HTML page as the body goes out as it is with the template 'naked'.",
            "For how long Buttondown keeps an idempotency key.",
            "That the sender is the one of this newsletter: it is set at Buttondown.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key."""
        return {"Authorization": f"Token {self.key.value}"}

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the subscriber."""
        default = f"|default:'{fallback}'" if fallback else ""
        return f"{{{{ {field}{default} }}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look the newsletter up by its name, and a tag as its segment.

        Each newsletter has a key of its own: only the one whose key this is can be mailed to.
        """
        body = self.ask("v1/newsletters")
        lists = self.decode(body, _Names).results if body else []
        ours = [one for one in lists if one.api_key in {"", self.key.value}]
        self.pick("newsletter", name, [HeldList(one.id, one.name, None) for one in ours])
        tag = None
        if segment:
            body = self.ask("v1/tags")
            tags = self.decode(body, _Names).results if body else []
            tag = self.pick("tag", segment, [HeldList(one.id, one.name, None) for one in tags]).id
        body = self.ask("v1/subscribers", type=KINDS, tag=tag)
        people = self.decode(body, _Count).count if body else None
        return HeldList(tag or EVERYBODY, segment or name, people)

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through the newest three pages of emails for the marker in their metadata."""
        found: list[Campaign] = []
        for page in range(1, PAGES + 1):
            body = self.ask(
                "v1/emails", ordering="-creation_date", page=page, excluded_fields="body"
            )
            emails = self.decode(body, _Page) if body else _Page()
            found += [
                _read(one) for one in emails.results if one.metadata.get("syndicate") == marker
            ]
            if not emails.next:
                break
        return tuple(reversed(found))

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft, once for this marker."""
        content = {**self._content(message, audience, marker), "status": "draft"}
        digest = hashlib.sha256(msgspec.json.encode([marker, content])).hexdigest()
        made = self.tell("POST", "v1/emails", content, {"X-Idempotency-Key": digest})
        return _read(self.made(made, _Email))

    def read(self, reference: str) -> Campaign | None:
        """Read an email whole."""
        body = self.ask(f"v1/emails/{reference}")
        return _read(self.decode(body, _Email)) if body else None

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        self.tell("PATCH", f"v1/emails/{reference}", self._content(message, audience, marker))

    def flip(self, reference: str, at: datetime | None) -> None:
        """Publish now, or schedule."""
        if at is None:
            self.tell("POST", f"v1/emails/{reference}/publish", {})
            return
        when = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.tell("PATCH", f"v1/emails/{reference}", {"status": "scheduled", "publish_date": when})

    def take_back(self, reference: str) -> None:
        """Make a draft of it again."""
        self.tell("PATCH", f"v1/emails/{reference}", {"status": "draft"})

    def mail_test(self, reference: str, addresses: Sequence[str]) -> None:
        """Mail the draft to these addresses."""
        self.tell("POST", f"v1/emails/{reference}/send-draft", {"recipients": list(addresses)})

    def remove(self, reference: str) -> None:
        """Take a draft away."""
        self.tell("DELETE", f"v1/emails/{reference}")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the analytics of the email."""
        del issue
        body = self.ask(f"v1/emails/{references[0]}/analytics")
        return counted([self.decode(body, dict[str, object])], COUNTS, "recipients")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the newsletters, which shows that the key works."""
        del sender
        self.ask("v1/newsletters")
        return ()

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        tags = [] if audience.id == EVERYBODY else [audience.id]
        rules = [{"field": "subscriber.tags", "operator": "contains", "value": tag} for tag in tags]
        return {
            "subject": written.subject,
            "description": written.preheader,
            "body": written.html,
            "template": "naked",
            "metadata": {"syndicate": marker},
            "filters": {"filters": rules, "groups": [], "predicate": "and"},
        }


def _read(one: _Email) -> Campaign:
    return Campaign(
        one.id,
        str(one.metadata.get("syndicate", "")),
        _audience(one.filters or _Filters()),
        STAGES.get(one.status, Stage.GONE),
        one.subject,
        one.body,
        reason=one.status,
    )


def _audience(filters: _Filters) -> str:
    """Give the tag that an email goes to, or everybody; "" for any other choice."""
    match filters:
        case _Filters([], []):
            return EVERYBODY
        case _Filters([_Rule("subscriber.tags", "contains", tag)], []):
            return tag
    return ""
