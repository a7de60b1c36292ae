"""MailerLite: the groups are MailerLite's, and an issue is one campaign to a group.

Rules are from a third party's description of the API, read 2026-11-22. Own HTML needs a plan that
allows it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from syndicate.errors import Unsupported
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
from syndicate.providers.pieces import bearer, counted, wire

STAGES = {"draft": Stage.DRAFT}
#: what MailerLite counts, in the order of `Statistics`
COUNTS = ("", "hard_bounces_count", "spam_count", "unsubscribes_count", "unique_clicks_count")
#: what a campaign may be, as lists are asked for by it
STATES = ("draft", "ready", "sent")
#: entries on a page, and pages that are looked through
PAGE, PAGES = 100, 10
#: campaigns on a page, as each comes with its whole text
CAMPAIGNS = 25


class _Group(msgspec.Struct):
    id: str
    name: str
    active_count: int | None = None


class _Groups(msgspec.Struct):
    data: list[_Group] = []


class _Email(msgspec.Struct):
    subject: str = ""
    content: str | None = None


class _Rule(msgspec.Struct):
    operator: str = ""
    args: list[object] = []


class _Campaign(msgspec.Struct):
    id: str
    name: str
    status: str
    emails: list[_Email] = []
    filter: list[list[_Rule]] = []
    stats: dict[str, object] = {}


class _One(msgspec.Struct):
    data: _Campaign


class _Page(msgspec.Struct):
    data: list[_Campaign] = []


class Mailerlite(HttpCampaigns):
    """Hands issues to MailerLite as campaigns."""

    home, key_env = "https://connect.mailerlite.com", "MAILERLITE_API_KEY"
    leave = "{$unsubscribe}"
    usual_fields: ClassVar[Mapping[str, str]] = {"name": "name", "lastname": "last_name"}
    literal = r"\{(?=\$)"
    abilities = Abilities(
        title="MailerLite",
        documents="https://developers.mailerlite.com/docs/campaigns.html",
        holds_list=True,
        lookup=True,
        told=("bounced", "complained", "unsubscribed", "clicked"),
        reply_to=1,
        merge="{$x|default('...')}",
        unsubscribe="MailerLite's own page and headers",
        unverified=(
            "Everything: no document of the API was to be had to try it against.",
            "What MailerLite makes of the plain text: its campaigns take none.",
            "How a campaign shows the group it goes to when it is read back.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the subscriber."""
        default = f"|default('{fallback}')" if fallback else ""
        return f"{{${field}{default}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a group up by its name."""
        self.no_segments(segment)
        groups: list[HeldList] = []
        for number in range(1, PAGES + 1):
            body = self.ask("api/groups", limit=PAGE, page=number)
            page = self.decode(body or b"{}", _Groups).data
            groups += [HeldList(one.id, one.name, one.active_count) for one in page]
            if len(page) < PAGE:
                break
        return self.pick("group", name, groups)

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through up to 250 campaigns of each state for the marker, which is their name."""
        found = [self.read(one.id) for one in self._all() if one.name == marker]
        known = [one for one in found if one is not None]
        # Ids are numbers, as text.
        return tuple(sorted(known, key=lambda one: (len(one.reference), one.reference)))

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft."""
        content = {**self._content(message, audience, marker), "type": "regular"}
        made = self.tell("POST", "api/campaigns", content)
        return _read(self.made(made, _One).data)

    def read(self, reference: str) -> Campaign | None:
        """Read a campaign whole."""
        body = self.ask(f"api/campaigns/{reference}")
        return _read(self.decode(body, _One).data) if body else None

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        content = self._content(message, audience, marker)
        self.tell("PUT", f"api/campaigns/{reference}", content)

    def flip(self, reference: str, at: datetime | None) -> None:
        """Send now. Raises Unsupported for a time: a campaign is never scheduled there."""
        if at is not None:
            raise Unsupported(f"{self.name} is not asked to wait.")
        self.tell("POST", f"api/campaigns/{reference}/schedule", {"delivery": "instant"})

    def remove(self, reference: str) -> None:
        """Take a draft away."""
        self.tell("DELETE", f"api/campaigns/{reference}")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the campaign."""
        del issue
        body = self.ask(f"api/campaigns/{references[0]}")
        if body is None:
            return Statistics()
        return counted([self.decode(body, _One).data.stats], COUNTS, "sent")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the groups, which shows that the key works."""
        del sender
        self.ask("api/groups", limit=1)
        return ()

    def _all(self) -> Iterator[_Campaign]:
        for state in STATES:
            for number in range(1, PAGES + 1):
                query = {"filter[status]": state, "limit": CAMPAIGNS, "page": number}
                page = self.decode(self.ask("api/campaigns", **query) or b"{}", _Page).data
                yield from page
                if len(page) < CAMPAIGNS:
                    break

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        email: dict[str, object] = {
            "subject": written.subject,
            "from_name": message.sender.name,
            "from": wire(message.sender.address),
            "content": written.html,
        }
        if message.reply_to:
            email["reply_to"] = wire(message.reply_to[0].address)
        return {"name": marker, "groups": [audience.id], "emails": [email]}


def _read(one: _Campaign) -> Campaign:
    email = one.emails[0] if one.emails else _Email()
    return Campaign(
        one.id,
        one.name,
        _group(one.filter),
        STAGES.get(one.status, Stage.GONE),
        email.subject,
        email.content,
        reason=one.status,
    )


def _group(rules: list[list[_Rule]]) -> str:
    """Give the group that a campaign goes to; "" where it is not exactly one."""
    groups: set[str] = set()
    for rule in (rule for group in rules for rule in group):
        if rule.operator != "in_any" or len(rule.args) != 2:  # noqa: PLR2004 -- what, and which
            return ""
        which = rule.args[1]
        groups |= set(map(str, which)) if isinstance(which, list) else {str(which)}
    return groups.pop() if len(groups) == 1 else ""
