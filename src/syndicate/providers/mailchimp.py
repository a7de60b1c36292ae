"""Mailchimp: the audience is Mailchimp's, and an issue is one campaign there.

Rules are from Mailchimp's OpenAPI document, read 2026-11-22. The data centre stands behind the dash
of the key. A campaign can be scheduled by the quarter of an hour, and unscheduled until it goes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec

from syndicate.errors import ConfigError
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
from syndicate.providers.pieces import basic, counted, wire
from syndicate.transport import Line

#: entries asked for at once, and what is asked of each: whole ones would be megabytes
MANY = 1000
LIST_FIELDS = "lists.id,lists.name,lists.stats.member_count"
SEGMENT_FIELDS = "segments.id,segments.name,segments.member_count"
CAMPAIGN_FIELDS = ",".join(
    f"campaigns.{field}"
    for field in ("id", "status", "settings.title", "settings.subject_line", "recipients")
)
#: what Mailchimp counts, in the order of `Statistics`
COUNTS = ("", "hard_bounces", "abuse", "left", "unique_subscriber_clicks")
#: minutes; Mailchimp sends at these of an hour
QUARTER = 15
STAGES = {
    "save": Stage.DRAFT,
    "schedule": Stage.SCHEDULED,
    "paused": Stage.STOPPED,
    "canceled": Stage.STOPPED,
    "canceling": Stage.STOPPED,
}


class _Stats(msgspec.Struct):
    member_count: int | None = None


class _List(msgspec.Struct):
    id: str
    name: str
    stats: _Stats = msgspec.field(default_factory=_Stats)


class _Lists(msgspec.Struct):
    lists: list[_List] = []


class _Segment(msgspec.Struct):
    id: int
    name: str
    member_count: int | None = None


class _Segments(msgspec.Struct):
    segments: list[_Segment] = []


class _Options(msgspec.Struct):
    saved_segment_id: int | None = None


class _To(msgspec.Struct):
    list_id: str = ""
    segment_opts: _Options | None = None
    recipient_count: int | None = None


class _Settings(msgspec.Struct):
    title: str = ""
    subject_line: str = ""


class _Campaign(msgspec.Struct):
    id: str
    status: str
    recipients: _To = msgspec.field(default_factory=_To)
    settings: _Settings = msgspec.field(default_factory=_Settings)


class _Page(msgspec.Struct):
    campaigns: list[_Campaign] = []


class _Content(msgspec.Struct):
    html: str | None = None


class _Report(msgspec.Struct):
    emails_sent: int = 0
    abuse_reports: int | None = None
    unsubscribed: int | None = None
    bounces: dict[str, object] = {}
    clicks: dict[str, object] = {}


class Mailchimp(HttpCampaigns):
    """Hands issues to Mailchimp as campaigns."""

    key_env = "MAILCHIMP_API_KEY"
    leave = "*|UNSUB|*"
    usual_fields: ClassVar[Mapping[str, str]] = {
        "name": "FNAME",
        "firstname": "FNAME",
        "lastname": "LNAME",
    }
    literal = r"\*(?=\|)"
    abilities = Abilities(
        title="Mailchimp",
        documents="https://mailchimp.com/developer/marketing/api/campaigns/",
        holds_list=True,
        lookup=True,
        told=("bounced", "complained", "unsubscribed", "clicked"),
        take_back=True,
        merge="*|X|*",
        unsubscribe="Mailchimp's own page and headers",
        unverified=("That a campaign's name may be as long as our mark of about 110 letters.",),
    )

    def line(self) -> Line:
        """Call the data centre that the key names, unless base_url says otherwise.

        Raises ConfigError for a key that is not set or names none.
        """
        if not self.base_url:
            centre = self.key.value.rpartition("-")[2]
            if not centre.isalnum() or "-" not in self.key.value:
                raise ConfigError(
                    "The key of Mailchimp ends in a dash and its data centre, such as -us21, and "
                    "this one does not. Copy it whole."
                )
            self.base_url = f"https://{centre}.api.mailchimp.com"
        return super().line()

    def authentication(self) -> Mapping[str, str]:
        """Give the key as the password of any user."""
        return basic("syndicate", self.key)

    def merge(self, field: str, fallback: str) -> str:
        """Write a merge tag; where there is no fallback, what Mailchimp has for an empty one."""
        if not fallback:
            return f"*|{field}|*"
        return f"*|IF:{field}|**|{field}|**|ELSE:|*{fallback}*|END:IF|*"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look an audience up by its name, and a segment of it."""
        body = self.ask("3.0/lists", count=MANY, fields=LIST_FIELDS)
        lists = self.decode(body, _Lists).lists if body else []
        found = self.pick(
            "audience", name, [HeldList(one.id, one.name, one.stats.member_count) for one in lists]
        )
        if not segment:
            return found
        body = self.ask(f"3.0/lists/{found.id}/segments", count=MANY, fields=SEGMENT_FIELDS)
        parts = self.decode(body, _Segments).segments if body else []
        return self.pick(
            "segment",
            segment,
            [HeldList(f"{found.id}/{one.id}", one.name, one.member_count) for one in parts],
        )

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through the newest 1,000 campaigns for the marker, which is their title."""
        body = self.ask(
            "3.0/campaigns",
            count=MANY,
            fields=CAMPAIGN_FIELDS,
            sort_field="create_time",
            sort_dir="DESC",
        )
        campaigns = self.decode(body, _Page).campaigns if body else []
        return tuple(
            reversed([_read(one, None) for one in campaigns if one.settings.title == marker])
        )

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft, and put the content into it."""
        frame = {"type": "regular", **self._frame(message, audience, marker)}
        made = self.tell("POST", "3.0/campaigns", frame)
        draft = self.made(made, _Campaign)
        return _read(draft, None)

    def read(self, reference: str) -> Campaign | None:
        """Read a campaign and its content."""
        body = self.ask(f"3.0/campaigns/{reference}")
        if body is None:
            return None
        content = self.ask(f"3.0/campaigns/{reference}/content") or b"{}"
        html = self.decode(content, _Content).html
        return _read(self.decode(body, _Campaign), html or "")

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put settings, audience and content into a draft."""
        written = self.written(message)
        frame = self._frame(message, audience, marker)
        self.tell("PATCH", f"3.0/campaigns/{reference}", frame)
        content = {"html": written.html, "plain_text": written.text}
        self.tell("PUT", f"3.0/campaigns/{reference}/content", content)

    def flip(self, reference: str, at: datetime | None) -> None:
        """Send now, or at the next quarter of an hour that is not before `at`."""
        if at is None:
            self.tell("POST", f"3.0/campaigns/{reference}/actions/send")
            return
        when = {"schedule_time": f"{next_quarter(at):%Y-%m-%dT%H:%M:%S+00:00}"}
        self.tell("POST", f"3.0/campaigns/{reference}/actions/schedule", when)

    def take_back(self, reference: str) -> None:
        """Unschedule it."""
        self.tell("POST", f"3.0/campaigns/{reference}/actions/unschedule")

    def mail_test(self, reference: str, addresses: Sequence[str]) -> None:
        """Mail the draft to these addresses."""
        asked = {"test_emails": list(addresses), "send_type": "html"}
        self.tell("POST", f"3.0/campaigns/{reference}/actions/test", asked)

    def remove(self, reference: str) -> None:
        """Take a draft away."""
        self.tell("DELETE", f"3.0/campaigns/{reference}")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the report of the campaign."""
        del issue
        body = self.ask(f"3.0/reports/{references[0]}")
        if body is None:
            return Statistics()
        told = self.decode(body, _Report)
        own = {"sent": told.emails_sent, "abuse": told.abuse_reports, "left": told.unsubscribed}
        return counted([{**told.bounces, **told.clicks, **own}], COUNTS, "sent")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for Mailchimp's health, which shows that the key works."""
        del sender
        self.ask("3.0/ping")
        return ()

    def _frame(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        list_, _, segment = audience.id.partition("/")
        to: dict[str, object] = {"list_id": list_}
        if segment:
            to["segment_opts"] = {"saved_segment_id": int(segment)}
        return {
            "recipients": to,
            "settings": {
                "title": marker,
                "subject_line": written.subject,
                "preview_text": written.preheader,
                "from_name": message.sender.name,
                "reply_to": wire(message.sender.address),
                # The page has its own styles and its own foot, with the link to leave.
                "auto_footer": False,
                "inline_css": False,
            },
        }


def next_quarter(at: datetime) -> datetime:
    """Give the first quarter of an hour that is not before a time, in UTC."""
    at = at.astimezone(UTC)
    start = at.replace(minute=at.minute - at.minute % QUARTER, second=0, microsecond=0)
    return start if start == at else start + timedelta(minutes=QUARTER)


def _read(one: _Campaign, html: str | None) -> Campaign:
    options = one.recipients.segment_opts
    segment = f"/{options.saved_segment_id}" if options and options.saved_segment_id else ""
    return Campaign(
        one.id,
        one.settings.title,
        one.recipients.list_id + segment,
        STAGES.get(one.status, Stage.GONE),
        one.settings.subject_line,
        html,
        one.recipients.recipient_count,
        reason=one.status,
    )
