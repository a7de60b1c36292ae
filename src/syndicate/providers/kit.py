"""Kit: the subscribers are Kit's, and an issue is one broadcast to those with a tag.

Rules are from Kit's API v4 as a third party describes it, read 2026-11-22, and Kit's page on
getting a broadcast, read 2026-11-24: it shows no state, so one that has a time to go counts as let
go. A broadcast without a filter goes to everybody: none is ever made here. Kit's lists may be late
by minutes, so a draft that was made a moment ago is known by its id.
"""

from collections.abc import Iterator, Mapping, Sequence
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
from syndicate.providers.pieces import counted, wire

#: entries on a page, and pages that are looked through
PAGE, PAGES = 500, 20
#: broadcasts on a page, as each may come with its whole text
BROADCASTS = 25


class _Named(msgspec.Struct):
    id: int
    name: str


class _Paging(msgspec.Struct):
    has_next_page: bool = False
    end_cursor: str | None = None
    total_count: int | None = None


class _Tags(msgspec.Struct):
    tags: list[_Named] = []
    pagination: _Paging = msgspec.field(default_factory=_Paging)


class _Count(msgspec.Struct):
    pagination: _Paging = msgspec.field(default_factory=_Paging)


class _Rule(msgspec.Struct):
    #: "tag", "segment" or "all_subscribers", which has no ids
    type: str
    ids: list[int] = []


class _Filter(msgspec.Struct):
    all: list[_Rule] | None = None
    any: list[_Rule] | None = None
    none: list[_Rule] | None = None


class _Broadcast(msgspec.Struct):
    id: int
    subject: str = ""
    send_at: str | None = None
    description: str | None = None
    preview_text: str | None = None
    content: str | None = None
    email_address: str | None = None
    subscriber_filter: list[_Filter] = []


class _One(msgspec.Struct):
    broadcast: _Broadcast


class _Counted(msgspec.Struct):
    stats: dict[str, object] = {}


class _Counts(msgspec.Struct):
    broadcast: _Counted = msgspec.field(default_factory=_Counted)


class _Page(msgspec.Struct):
    broadcasts: list[_Broadcast] = []
    pagination: _Paging = msgspec.field(default_factory=_Paging)


class Kit(HttpCampaigns):
    """Hands issues to Kit as broadcasts."""

    home, key_env = "https://api.kit.com", "KIT_API_KEY"
    leave = "{{ unsubscribe_url }}"
    usual_fields: ClassVar[Mapping[str, str]] = {"name": "subscriber.first_name"}
    literal = rf"\{{(?=[{{%{START}])"
    abilities = Abilities(
        title="Kit",
        documents="https://developers.kit.com/api-reference/broadcasts/create-a-broadcast",
        holds_list=True,
        lookup=True,
        told=("unsubscribed",),
        merge='{{ x | default: "..." }}',
        unsubscribe="Kit's own page and headers",
        unverified=(
            "Everything but how a broadcast is made: no full description of the API was to be had.",
            "That a broadcast with a time to go is never a draft any more.",
            "That the sender's name is the one of this newsletter: it is set at Kit.",
            "What Kit makes of the plain text: its broadcasts take none.",
            "That a whole HTML page as the content goes out without a frame of Kit's around it.",
        ),
    )

    def authentication(self) -> Mapping[str, str]:
        """Give the key."""
        return {"X-Kit-Api-Key": self.key.value}

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the subscriber in Liquid."""
        default = f' | default: "{fallback}"' if fallback else ""
        return f"{{{{ {field}{default} }}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a tag up by its name: those who have it are the list."""
        self.no_segments(segment)
        tags: list[HeldList] = []
        after = None
        for _ in range(PAGES):
            body = self.ask("v4/tags", per_page=PAGE, after=after)
            page = self.decode(body or b"{}", _Tags)
            tags += [HeldList(str(one.id), one.name, None) for one in page.tags]
            after = page.pagination.end_cursor
            if not page.pagination.has_next_page:
                break
        found = self.pick("tag", name, tags)
        body = self.ask(
            f"v4/tags/{found.id}/subscribers",
            status="active",
            include_total_count="true",
            per_page=1,
        )
        count = self.decode(body or b"{}", _Count).pagination.total_count
        return HeldList(found.id, name, count)

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through up to 500 broadcasts for the marker, which is their description."""
        found = (self.read(str(one.id)) for one in self._all() if one.description == marker)
        known = [one for one in found if one is not None]
        return tuple(sorted(known, key=lambda one: int(one.reference)))

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft: without `send_at` it stays one."""
        content = {**self._content(message, audience, marker), "send_at": None}
        made = self.tell("POST", "v4/broadcasts", content)
        reference = str(self.made(made, _One).broadcast.id)
        written = self.written(message)
        return Campaign(reference, marker, audience.id, Stage.DRAFT, written.subject, written.html)

    def read(self, reference: str) -> Campaign | None:
        """Read a broadcast whole."""
        body = self.ask(f"v4/broadcasts/{reference}")
        return _read(self.decode(body, _One).broadcast) if body else None

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        content = {**self._content(message, audience, marker), "send_at": None}
        self.tell("PUT", f"v4/broadcasts/{reference}", content)

    def flip(self, reference: str, at: datetime | None) -> None:
        """Give it the time to go, with all that was read back: an update replaces everything."""
        body = self.ask(f"v4/broadcasts/{reference}") or b"{}"
        one = self.decode(body, _One).broadcast
        when = (at or self.surroundings.now()).astimezone(UTC)
        content = {
            "subject": one.subject,
            "preview_text": one.preview_text or "",
            "description": one.description or "",
            "content": one.content or "",
            "email_address": one.email_address,
            "public": False,
            "published_at": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "send_at": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "subscriber_filter": one.subscriber_filter,
        }
        self.tell("PUT", f"v4/broadcasts/{reference}", content)

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the broadcast; of clicks Kit tells all, not whose they are."""
        del issue
        body = self.ask(f"v4/broadcasts/{references[0]}/stats")
        told = self.decode(body, _Counts).broadcast.stats
        return counted([told], ("", "", "", "unsubscribes", ""), "recipients")

    def remove(self, reference: str) -> None:
        """Take a draft away."""
        self.tell("DELETE", f"v4/broadcasts/{reference}")

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the account, which shows that the key works."""
        del sender
        self.ask("v4/account")
        return ()

    def _all(self) -> Iterator[_Broadcast]:
        after = None
        for _ in range(PAGES):
            body = self.ask("v4/broadcasts", per_page=BROADCASTS, after=after)
            page = self.decode(body or b"{}", _Page)
            yield from page.broadcasts
            after = page.pagination.end_cursor
            if not page.pagination.has_next_page:
                return

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        rule = {"type": "tag", "ids": [int(audience.id)]}
        return {
            "subject": written.subject,
            "preview_text": written.preheader,
            "description": marker,
            "content": written.html,
            "email_address": wire(message.sender.address),
            "public": False,
            "published_at": f"{self.surroundings.now():%Y-%m-%dT%H:%M:%SZ}",
            "subscriber_filter": [{"all": [rule], "any": None, "none": None}],
        }


def _read(one: _Broadcast) -> Campaign:
    return Campaign(
        str(one.id),
        one.description or "",
        _audience(one.subscriber_filter),
        Stage.GONE if one.send_at else Stage.DRAFT,
        one.subject,
        one.content,
    )


def _audience(filters: list[_Filter]) -> str:
    """Give the tag that a broadcast goes to; "" for any other filter, and for everybody."""
    match filters:
        case [_Filter(all=[_Rule(type="tag", ids=[tag])], any=(None | []), none=(None | []))]:
            return str(tag)
    return ""
