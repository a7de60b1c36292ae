"""listmonk: a server of one's own that holds the lists; an issue is one campaign there.

Rules are from listmonk's OpenAPI document and its source (911e0b77), read 2026-11-22. Its own
resume after an error can leave people out or mail them twice: a campaign that it paused is not
touched.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from syndicate.config.tables import Text
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
from syndicate.providers.pieces import answers, named, named_in_ascii
from syndicate.providers.service import Surroundings

STAGES = {
    "draft": Stage.DRAFT,
    "scheduled": Stage.SCHEDULED,
    "paused": Stage.STOPPED,
    "cancelled": Stage.STOPPED,
}


class ListmonkSettings(CampaignSettings, frozen=True, kw_only=True):
    """[providers.listmonk]. base_url must be given, with the path if there is one."""

    #: name of the API user whose token key_env holds
    user: Text = "syndicate"
    #: name of a campaign template at listmonk that holds nothing but {{ template "content" . }}
    template: Text = "syndicate"


class _List(msgspec.Struct):
    id: int
    name: str
    subscriber_count: int | None = None


class _Template(msgspec.Struct):
    id: int
    name: str


class _Templates(msgspec.Struct):
    data: list[_Template] = []


class _ListResults(msgspec.Struct):
    results: list[_List] = []


class _Lists(msgspec.Struct):
    data: _ListResults


class _To(msgspec.Struct):
    id: int


class _Campaign(msgspec.Struct):
    id: int
    name: str
    status: str
    subject: str = ""
    body: str | None = None
    lists: list[_To] = []
    sent: int | None = None
    clicks: int | None = None
    bounces: int | None = None


class _CampaignResults(msgspec.Struct):
    results: list[_Campaign] = []


class _Campaigns(msgspec.Struct):
    data: _CampaignResults


class _One(msgspec.Struct):
    data: _Campaign


class Listmonk(HttpCampaigns):
    """Hands issues to listmonk as campaigns."""

    settings_kind = ListmonkSettings
    key_env = "LISTMONK_TOKEN"
    leave = "{{ UnsubscribeURL }}"
    usual_fields: ClassVar[Mapping[str, str]] = {
        "name": ".Subscriber.Name",
        "firstname": ".Subscriber.FirstName",
        "lastname": ".Subscriber.LastName",
    }
    literal = rf"\{{(?=[{{{START}])"
    abilities = Abilities(
        title="listmonk",
        documents="https://listmonk.app/docs/apis/campaigns/",
        holds_list=True,
        lookup=True,
        told=("bounced", "clicked"),
        take_back=True,
        reply_to=None,
        merge="{{ .Subscriber.X }}",
        unsubscribe="listmonk's own page and headers",
        unverified=("Nothing was tried on a running listmonk.",),
    )

    def __init__(self, name: str, settings: ListmonkSettings, surroundings: Surroundings) -> None:
        super().__init__(name, settings, surroundings)
        self._settings = settings

    def authentication(self) -> Mapping[str, str]:
        """Give the API user and the token."""
        return {"Authorization": f"token {self._settings.user}:{self.key.value}"}

    def merge(self, field: str, fallback: str) -> str:
        """Write a field of the subscriber in Go's template language."""
        if not fallback:
            return f"{{{{ {field} }}}}"
        return f"{{{{ if {field} }}}}{{{{ {field} }}}}{{{{ else }}}}{fallback}{{{{ end }}}}"

    def audience(self, name: str, segment: str) -> HeldList:
        """Look a list up by its name."""
        self.no_segments(segment)
        body = self.ask("api/lists", per_page="all")
        lists = self.decode(body, _Lists).data.results if body else []
        return self.pick(
            "list", name, [HeldList(str(one.id), one.name, one.subscriber_count) for one in lists]
        )

    def find(self, marker: str) -> tuple[Campaign, ...]:
        """Look through the campaigns of the issue, by their tag, for the marker: their name."""
        body = self.ask("api/campaigns", per_page="all", no_body="true", tag=_issue(marker))
        campaigns = self.decode(body, _Campaigns).data.results if body else []
        found = [one for one in campaigns if one.name == marker]
        return tuple(_read(one, None) for one in sorted(found, key=lambda one: one.id))

    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft."""
        content = self._content(message, audience, marker)
        made = self.tell("POST", "api/campaigns", content)
        one = self.made(made, _One).data
        return _read(one, one.body)

    def read(self, reference: str) -> Campaign | None:
        """Read a campaign whole."""
        body = self.ask(f"api/campaigns/{reference}")
        if body is None:
            return None
        one = self.decode(body, _One).data
        return _read(one, one.body)

    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put everything into a draft once more."""
        content = self._content(message, audience, marker)
        self.tell("PUT", f"api/campaigns/{reference}", content)

    def flip(self, reference: str, at: datetime | None) -> None:
        """Run it, now or at a time; listmonk refuses that for one that runs already."""
        if at is not None:
            body = self.ask(f"api/campaigns/{reference}") or b"{}"
            # A change of anything must name the lists again.
            lists = [to.id for to in self.decode(body, _One).data.lists]
            when = {"send_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "lists": lists}
            self.tell("PUT", f"api/campaigns/{reference}", when)
        self._change(reference, "running" if at is None else "scheduled")

    def take_back(self, reference: str) -> None:
        """Make a draft of a scheduled one."""
        self._change(reference, "draft")

    def test(
        self, message: Message, audience: HeldList, marker: str, addresses: Sequence[str]
    ) -> None:
        """Mail a draft to these subscribers of listmonk, and take it away."""
        draft = self.create(message, audience, marker)
        try:
            content = self._content(message, audience, marker)
            path = f"api/campaigns/{draft.reference}/test"
            self.tell("POST", path, {**content, "subscribers": list(addresses)})
        finally:
            self.tell("DELETE", f"api/campaigns/{draft.reference}")

    def _change(self, reference: str, status: str) -> None:
        self.tell("PUT", f"api/campaigns/{reference}/status", {"status": status})

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask for the counts of the campaign."""
        del issue
        body = self.ask(f"api/campaigns/{references[0]}")
        if body is None:
            return Statistics()
        told = self.decode(body, _One).data
        return Statistics(bounced=told.bounces, clicked=told.clicks) if told.sent else Statistics()

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the template, which shows that the token works.

        Raises Misconfigured where there is no template of that name.
        """
        del sender
        self._template()
        return ()

    def _template(self) -> int:
        """Find the bare template: any other would stand around our own page."""
        body = self.ask("api/templates", no_body="true")
        name = self._settings.template
        for one in self.decode(body, _Templates).data if body else []:
            if one.name == name:
                return one.id
        raise Misconfigured(
            f'{self.name} has no template called "{name}". Make one there, of the kind campaign, '
            'that holds nothing but {{ template "content" . }}'
        )

    def _content(self, message: Message, audience: HeldList, marker: str) -> dict[str, object]:
        written = self.written(message)
        told = answers(message, named_in_ascii)
        headers = [{"Reply-To": told}] if told else []
        return {
            "name": marker,
            "subject": written.subject,
            "lists": [int(audience.id)],
            "from_email": named(message.sender.address, message.sender.name),
            "type": "regular",
            "content_type": "html",
            "messenger": "email",
            "body": written.html,
            "altbody": written.text,
            "headers": headers,
            "tags": ["syndicate", _issue(marker)],
            "template_id": self._template(),
        }


def _issue(marker: str) -> str:
    """Give the id of the issue, with which all campaigns of it are tagged."""
    return marker.split("/")[1]


def _read(one: _Campaign, html: str | None) -> Campaign:
    return Campaign(
        str(one.id),
        one.name,
        ",".join(str(list_.id) for list_ in one.lists),
        STAGES.get(one.status, Stage.GONE),
        one.subject,
        html,
        one.sent,
        reason=one.status,
    )
