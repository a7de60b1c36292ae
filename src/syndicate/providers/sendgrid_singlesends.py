"""SendGrid Single Sends: the list is SendGrid's, and an issue is one single send there.

Rules are from SendGrid's OpenAPI documents, read 2026-11-22. A name has at most 100 letters, so our
mark stands among the categories.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from syndicate.addresses import normalise
from syndicate.config.tables import Positive
from syndicate.errors import Misconfigured
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
from syndicate.providers.campaigns import CampaignSettings, HttpCampaigns
from syndicate.providers.pieces import bearer, counted
from syndicate.providers.sendgrid import COUNTS, SENT, Sendgrid
from syndicate.providers.service import Surroundings

#: letters of a name
NAME_MAX = 100
STAGES = {"draft": Stage.DRAFT, "scheduled": Stage.SCHEDULED}
#: entries asked for at once
MANY = 1000


class SinglesendsSettings(CampaignSettings, frozen=True, kw_only=True):
    """[providers.sendgrid-singlesends]."""

    #: number of the unsubscribe group, which a single send must have
    asm_group: Positive


class _List(msgspec.Struct):
    id: str
    name: str
    contact_count: int | None = None


class _Lists(msgspec.Struct):
    result: list[_List] = []


class _Segments(msgspec.Struct):
    results: list["_Segment"] = []


class _Segment(msgspec.Struct):
    id: str
    name: str
    contacts_count: int | None = None


class _Sender(msgspec.Struct):
    id: int
    from_email: str = ""
    verified: bool = False


class _Senders(msgspec.Struct):
    results: list[_Sender] = []


class _To(msgspec.Struct):
    list_ids: list[str] = []
    segment_ids: list[str] = []
    all: bool = False


class _Mail(msgspec.Struct):
    subject: str = ""
    html_content: str | None = None


class _Send(msgspec.Struct):
    id: str
    status: str
    categories: list[str] = []
    send_to: _To = msgspec.field(default_factory=_To)
    email_config: _Mail = msgspec.field(default_factory=_Mail)


class _Page(msgspec.Struct):
    result: list[_Send] = []


class _Counted(msgspec.Struct):
    stats: dict[str, object] = {}


class _Counts(msgspec.Struct):
    results: list[_Counted] = []


class Singlesends(HttpCampaigns):
    """Hands issues to SendGrid as single sends."""

    settings_kind = SinglesendsSettings
    home, key_env = "https://api.sendgrid.com", "SENDGRID_API_KEY"
    by_mail = Sendgrid
    leave = "{{{unsubscribe}}}"
    usual_fields: ClassVar[Mapping[str, str]] = {
        "name": "first_name",
        "firstname": "first_name",
        "lastname": "last_name",
    }
    literal = rf"\{{(?=[{{{START}])"
    abilities = Abilities(
        title="SendGrid Single Sends",
        documents="https://www.twilio.com/docs/sendgrid/api-reference/single-sends",
        holds_list=True,
        lookup=True,
        told=("delivered", "bounced", "complained", "unsubscribed", "clicked"),
        take_back=True,
        merge="{{x}}",
        unsubscribe="SendGrid's own page, by the unsubscribe group",
        unverified=(
            "That a category may be as long as our mark of about 110 letters.",
            "What a single send shows as its state while it is on its way.",
        ),
    )

    def __init__(
        self, name: str, settings: SinglesendsSettings, surroundings: Surroundings
    ) -> None:
        super().__init__(name, settings, surroundings)
        self._settings = settings

    def authentication(self) -> Mapping[str, str]:
        """Give the key as a bearer token."""
        return bearer(self.key)

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the contact in Handlebars."""
        return f'{{{{insert {field} "default={fallback}"}}}}' if fallback else f"{{{{{field}}}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a list up by its name; a segment is one by itself at SendGrid."""
        body = self.ask("v3/marketing/lists", page_size=MANY)
        lists = self.decode(body, _Lists).result if body else []
        found = self.pick(
            "list", name, [HeldList(one.id, one.name, one.contact_count) for one in lists]
        )
        if not segment:
            return found
        body = self.ask("v3/marketing/segments/2.0", parent_list_ids=found.id)
        parts = self.decode(body, _Segments).results if body else []
        return self.pick(
            "segment",
            segment,
            [HeldList(f"/{one.id}", one.name, one.contacts_count) for one in parts],
        )

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Search by the name, then compare the mark whole."""
        wanted = {"name": _name(marker), "categories": [marker]}
        body = self.ask_by_post("v3/marketing/singlesends/search", wanted)
        sends = self.decode(body, _Page).result
        found = (self.read(one.id) for one in sends if marker in one.categories)
        return tuple(one for one in found if one is not None)

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft; without a schedule it stays one."""
        content = self._content(message, audience, marker)
        made = self.tell("POST", "v3/marketing/singlesends", content)
        return _read(self.made(made, _Send))

    def read(self, reference: str) -> Campaign | None:
        """Read a single send whole."""
        body = self.ask(f"v3/marketing/singlesends/{reference}")
        return _read(self.decode(body, _Send)) if body else None

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        content = self._content(message, audience, marker)
        self.tell("PATCH", f"v3/marketing/singlesends/{reference}", content)

    def flip(self, reference: str, at: datetime | None) -> None:
        """Schedule it, for now or for a time."""
        when = "now" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.tell("PUT", f"v3/marketing/singlesends/{reference}/schedule", {"send_at": when})

    def take_back(self, reference: str) -> None:
        """Take its schedule away."""
        self.tell("DELETE", f"v3/marketing/singlesends/{reference}/schedule")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the single send."""
        del issue
        body = self.ask(f"v3/marketing/stats/singlesends/{references[0]}")
        rows = (one.stats for one in self.decode(body, _Counts).results)
        return counted(rows, COUNTS, SENT)

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the sender. Raises Misconfigured where nobody of that address is verified."""
        self._sender(sender)
        return ()

    def _sender(self, sender: Mailbox) -> int:
        body = self.ask("v3/verified_senders", limit=MANY)
        for one in self.decode(body, _Senders).results if body else []:
            if one.verified and normalise(one.from_email) == normalise(sender.address):
                return one.id
        raise Misconfigured(
            f"{self.name} knows no verified sender with the address of this newsletter. Add it "
            "there under Sender Authentication, Single Sender Verification."
        )

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        list_, _, segment = audience.id.partition("/")
        to = {"segment_ids": [segment]} if segment else {"list_ids": [list_]}
        return {
            "name": _name(marker),
            "categories": [marker],
            "send_to": to,
            "email_config": {
                "subject": written.subject,
                "html_content": written.html,
                "plain_content": written.text,
                "generate_plain_content": False,
                "editor": "code",
                "suppression_group_id": self._settings.asm_group,
                "sender_id": self._sender(message.sender),
            },
        }


def _name(marker: str) -> str:
    """Shorten the mark for a name: the issue stays, and enough of the hash."""
    return marker.partition("/")[2][:NAME_MAX]


def _read(one: _Send) -> Campaign:
    return Campaign(
        one.id,
        next((category for category in one.categories if "/" in category), ""),
        _audience(one.send_to),
        STAGES.get(one.status, Stage.GONE),
        one.email_config.subject,
        one.email_config.html_content,
    )


def _audience(to: _To) -> str:
    """Give the one list or segment that a single send goes to; "" for any other choice."""
    match to:
        case _To([list_], [], False):
            return list_
        case _To([], [segment], False):
            return f"/{segment}"
    return ""
