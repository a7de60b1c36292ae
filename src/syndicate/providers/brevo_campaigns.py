"""Brevo campaigns: the list is Brevo's, and an issue is one campaign there.

Rules are from Brevo's OpenAPI document, read 2026-11-22. These calls are limited to 100 an hour on
the general tier, so as few as can be are made.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from syndicate.errors import Unsupported
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
from syndicate.providers.brevo import domain_findings, sender_of
from syndicate.providers.campaigns import HttpCampaigns
from syndicate.providers.pieces import counted, wire

#: lists on a page, campaigns on a page, and the pages of campaigns that are looked through
LISTS, CAMPAIGNS, PAGES = 50, 100, 2
#: what Brevo counts, in the order of `Statistics`
COUNTS = ("delivered", "hardBounces", "complaints", "unsubscriptions", "uniqueClicks")
STAGES = {"draft": Stage.DRAFT, "suspended": Stage.STOPPED}


class _List(msgspec.Struct, rename="camel"):
    id: int
    name: str
    unique_subscribers: int | None = None


class _Lists(msgspec.Struct):
    lists: list[_List] = []


class _To(msgspec.Struct):
    lists: list[int] = []


class _Statistics(msgspec.Struct, rename="camel"):
    global_stats: dict[str, object] = {}


class _Campaign(msgspec.Struct, rename="camel"):
    id: int
    name: str
    status: str
    subject: str = ""
    html_content: str | None = None
    recipients: _To = msgspec.field(default_factory=_To)
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)


class _Page(msgspec.Struct):
    campaigns: list[_Campaign] = []


class _Made(msgspec.Struct):
    id: int


class BrevoCampaigns(HttpCampaigns):
    """Hands issues to Brevo as campaigns."""

    home, key_env = "https://api.brevo.com", "BREVO_API_KEY"
    leave = "{{ unsubscribe }}"
    usual_fields: ClassVar[Mapping[str, str]] = {
        "name": "FIRSTNAME",
        "firstname": "FIRSTNAME",
        "lastname": "LASTNAME",
    }
    literal = rf"\{{(?=[{{%#{START}])"
    abilities = Abilities(
        title="Brevo campaigns",
        documents="https://developers.brevo.com/reference/createemailcampaign-1",
        holds_list=True,
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        reply_to=1,
        merge='{{ contact.X | default:"..." }}',
        unsubscribe="Brevo's own page and headers",
        unverified=(
            "What Brevo makes of the plain text: its campaigns take none.",
            "That a test needs no contact of that address at Brevo.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key."""
        return {"api-key": self.key.value}

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the contact."""
        default = f' | default:"{fallback}"' if fallback else ""
        return f"{{{{ contact.{field}{default} }}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a list up by its name."""
        self.no_segments(segment)
        rows = self.by_offset("v3/contacts/lists", self._lists, LISTS)
        found = [HeldList(str(one.id), one.name, one.unique_subscribers) for one in rows]
        return self.pick("list", name, found)

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through the newest 200 campaigns for the marker, which is their name."""
        found: list[Campaign] = []
        for page in range(PAGES):
            body = self.ask(
                "v3/emailCampaigns",
                limit=CAMPAIGNS,
                offset=page * CAMPAIGNS,
                sort="desc",
                excludeHtmlContent="true",
            )
            campaigns = self.decode(body, _Page).campaigns if body else []
            found += [_read(one) for one in campaigns if one.name == marker]
            if len(campaigns) < CAMPAIGNS:
                break
        return tuple(reversed(found))

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft; without `scheduledAt` it stays one."""
        made = self.tell("POST", "v3/emailCampaigns", self._content(message, audience, marker))
        reference = str(self.made(made, _Made).id)
        written = self.written(message)
        return Campaign(reference, marker, audience.id, Stage.DRAFT, written.subject, written.html)

    def read(self, reference: str) -> Campaign | None:
        """Read a campaign whole."""
        body = self.ask(f"v3/emailCampaigns/{reference}")
        return _read(self.decode(body, _Campaign)) if body else None

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        content = self._content(message, audience, marker)
        self.tell("PUT", f"v3/emailCampaigns/{reference}", content)

    def flip(self, reference: str, at: datetime | None) -> None:
        """Send now. Raises Unsupported for a time: a campaign is never scheduled at Brevo."""
        if at is not None:
            raise Unsupported(f"{self.name} is not asked to wait.")
        self.tell("POST", f"v3/emailCampaigns/{reference}/sendNow")

    def mail_test(self, reference: str, addresses: Sequence[str]) -> None:
        """Mail the draft to these addresses."""
        path = f"v3/emailCampaigns/{reference}/sendTest"
        self.tell("POST", path, {"emailTo": list(addresses)})

    def remove(self, reference: str) -> None:
        """Take a draft away."""
        self.tell("DELETE", f"v3/emailCampaigns/{reference}")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the campaign."""
        del issue
        body = self.ask(f"v3/emailCampaigns/{references[0]}", statistics="globalStats")
        if body is None:
            return Statistics()
        return counted([self.decode(body, _Campaign).statistics.global_stats], COUNTS, "sent")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the account, and whether the sender's domain is authenticated."""
        return domain_findings(self, sender)

    def _lists(self, body: bytes | None) -> list[_List]:
        return self.decode(body, _Lists).lists

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        reply_to = {"replyTo": wire(message.reply_to[0].address)} if message.reply_to else {}
        return {
            "name": marker,
            "subject": written.subject,
            "previewText": written.preheader,
            "sender": sender_of(message.sender),
            "htmlContent": written.html,
            "recipients": {"listIds": [int(audience.id)]},
            **reply_to,
        }


def _read(one: _Campaign) -> Campaign:
    lists = one.recipients.lists
    return Campaign(
        str(one.id),
        one.name,
        str(lists[0]) if len(lists) == 1 else ",".join(map(str, lists)),
        STAGES.get(one.status, Stage.GONE),
        one.subject,
        one.html_content,
    )
