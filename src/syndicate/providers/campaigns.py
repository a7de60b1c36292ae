"""What providers share that hold the list themselves: an issue is one campaign, let go once."""

import html
import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import msgspec

from syndicate import filling
from syndicate.addresses import recipient_key
from syndicate.errors import Misconfigured, Unsupported
from syndicate.models import Batch, Campaign, HeldList, Message, Recipient
from syndicate.providers.base import HttpProvider
from syndicate.providers.service import HttpService, ServiceSettings, Surroundings
from syndicate.text import nearest, quote
from syndicate.tokens import UNSUBSCRIBE

#: names of lists that an error names at most
SHOWN = 10
#: keeps two signs apart without being seen: WORD JOINER
JOINER = "\N{WORD JOINER}"

_HIDDEN = re.compile(
    r"<(style|script|title)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_IN_A_TAG = re.compile(r"[^{}|*\"\\%<>]*")


class CampaignSettings(ServiceSettings, frozen=True, kw_only=True):
    """[providers.NAME]: what a provider that holds the list may be told."""

    #: what the provider calls a token of the message: { name = "FNAME" }
    fields: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A message in a provider's merge syntax."""

    subject: str
    preheader: str
    html: str
    text: str


class HttpCampaigns(HttpService):
    """A provider that holds the list; see `contracts.CampaignProvider`."""

    settings_kind: ClassVar[type[CampaignSettings]] = CampaignSettings
    own_tokens = frozenset({UNSUBSCRIBE})
    #: how the provider writes the link by which people leave it
    leave: ClassVar[str]
    #: what it usually calls the tokens that people use most
    usual_fields: ClassVar[Mapping[str, str]] = {}
    #: pattern of the one character that, before another, begins its merge syntax
    literal: ClassVar[str]
    #: the same provider's API for mails to people we bring, by which tests go where a draft of a
    #: campaign cannot be mailed to anybody; None where there is none
    by_mail: ClassVar[type[HttpProvider] | None] = None

    def __init__(self, name: str, settings: CampaignSettings, surroundings: Surroundings) -> None:
        """Raises ConfigError for settings that cannot be, such as an unsafe address."""
        super().__init__(name, settings, surroundings)
        self._fields = {**self.usual_fields, **settings.fields}

    @abstractmethod
    def merge(self, field: str, fallback: str) -> str:
        """Write a field of a recipient in the provider's syntax, with a text where it is empty."""

    @abstractmethod
    def audience(self, name: str, segment: str) -> HeldList:
        """Look a list up by its name, and a segment of it where one is named.

        Raises Misconfigured for a name that is unknown or ambiguous, and Unsupported for a segment
        where the provider has none by name.
        """

    @abstractmethod
    def find(self, marker: str) -> tuple[Campaign, ...]:
        """List the campaigns whose marker is this one, the oldest first."""

    @abstractmethod
    def create(self, message: Message, audience: HeldList, marker: str) -> Campaign:
        """Make a draft that carries the marker; it mails nobody."""

    @abstractmethod
    def read(self, reference: str) -> Campaign | None:
        """Read a campaign as it stands; None when it is not there."""

    @abstractmethod
    def fill(self, reference: str, message: Message, audience: HeldList, marker: str) -> None:
        """Put message, list and marker into a draft that is there."""

    @abstractmethod
    def flip(self, reference: str, at: datetime | None) -> None:
        """Let it go: now, or at a time where the provider can take it back until then."""

    def take_back(self, reference: str) -> None:
        """Make a scheduled campaign a draft again. Raises Unsupported where that cannot be."""
        raise Unsupported(f"{self.name} cannot give back {reference}.")

    def test(
        self, message: Message, audience: HeldList, marker: str, addresses: Sequence[str]
    ) -> None:
        """Mail a marked copy to these addresses: a draft that is taken away, or single mails.

        Raises Unsupported where the provider can mail neither.
        """
        if self.by_mail is not None:
            self._test_by_mail(self.by_mail, message, addresses)
            return
        draft = self.create(message, audience, marker)
        try:
            self.fill(draft.reference, message, audience, marker)
            self.mail_test(draft.reference, addresses)
        finally:
            self.remove(draft.reference)

    def mail_test(self, reference: str, addresses: Sequence[str]) -> None:
        """Mail a draft to these addresses only. Raises Unsupported where that cannot be."""
        del reference, addresses
        raise Unsupported(f"{self.name} cannot mail a test. Look at the draft there instead.")

    def remove(self, reference: str) -> None:
        """Take a draft away. Raises Unsupported where that cannot be."""
        raise Unsupported(f"{self.name} cannot take {reference} away.")

    def fits(self, message: Message) -> None:
        """Raise Unsupported where the provider cannot be told all of a message."""
        self.check_answers(message)
        self.written(message)

    def written(self, message: Message) -> Written:
        """Write a message in the provider's merge syntax.

        What an author wrote that looks like it is kept apart: in HTML as a character reference, in
        plain text by a joiner that nobody sees. Raises Unsupported for a token of which we do not
        know what the provider calls it, and for signs that cannot stand in a merge tag.
        """
        plan = filling.plan(message, literal=self.literal)
        in_html = [self._place(slot, in_html=True) for slot in plan.slots]
        plain = [self._place(slot, in_html=False) for slot in plan.slots]
        return Written(
            plan.subject.written(plain.__getitem__),
            re.sub(
                self.literal, lambda found: found[0][0] + JOINER + found[0][1:], message.preheader
            ),
            plan.html.written(in_html.__getitem__),
            plan.text.written(plain.__getitem__),
        )

    def differs(self, campaign: Campaign, message: Message) -> str:
        """Say what a draft that was read back says else than it should; "" when it is the same.

        A provider may put links of its own around, and a footer below: what is read must be there
        in its order.
        """
        meant = self.written(message)
        if campaign.subject != meant.subject:
            return f"its subject is {quote(campaign.subject)}."
        if campaign.html is not None and visible(meant.html) not in visible(campaign.html):
            return "its text is another one."
        return ""

    def pick(self, kind: str, name: str, lists: Sequence[HeldList]) -> HeldList:
        """Choose by name, exactly. Raises Misconfigured for an unknown or an ambiguous one."""
        found = [one for one in lists if one.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise Misconfigured(
                f"{self.name} has {len(found)} {kind}s called {quote(name)}. Give one of them "
                "another name there."
            )
        names = [one.name for one in lists]
        close = nearest(name, names)
        known = ", ".join(quote(one) for one in names[:SHOWN]) or "none"
        raise Misconfigured(
            f"{self.name} has no {kind} {quote(name)}."
            + (f" Did you mean {quote(close)}?" if close else f" There are: {known}.")
        )

    def no_segments(self, segment: str) -> None:
        """Raise Unsupported where a segment is named, and the provider has none by name."""
        if segment:
            raise Unsupported(
                f"{self.name} has no segments that could be named here. Take out segment = "
                f"{quote(segment)}, or make a list of its own there."
            )

    def _test_by_mail(
        self, kind: type[HttpProvider], message: Message, addresses: Sequence[str]
    ) -> None:
        harmless = {UNSUBSCRIBE: f"mailto:{message.sender.address}"}
        people = tuple(
            Recipient(address, recipient_key(address, b"test"), line, harmless)
            for line, address in enumerate(addresses, 1)
        )
        # A name of its own each time: else a key would make the second test the first one.
        batch = Batch("test", 1, f"test-{self.surroundings.now():%Y%m%d%H%M%S}", people)
        settings = kind.settings_kind(base_url=self.base_url, key_env=self._key_env)
        mailer = kind(self.name, settings, self.surroundings)
        try:
            mailer.submit(mailer.compose(message, batch), batch)
        finally:
            mailer.close()

    def _place(self, slot: filling.Slot, *, in_html: bool) -> str:
        if not slot.column:
            mark = slot.fallback
            return f"&#{ord(mark)};" if in_html else mark + JOINER
        if slot.column == UNSUBSCRIBE:
            return self.leave
        field = self._fields.get(slot.column)
        if field is None:
            raise Unsupported(
                f'The message uses "{slot.column}", which {self.name} may call something else. '
                f'Say what: [providers.{self.name}] fields = {{ {slot.column} = "..." }}'
            )
        fallback = html.unescape(slot.fallback) if in_html else slot.fallback
        if not _IN_A_TAG.fullmatch(fallback):
            raise Unsupported(
                f"{self.name} cannot be told {quote(fallback)} for people without "
                f'"{slot.column}": use letters, digits and spaces.'
            )
        return self.merge(field, fallback)


def visible(source: str) -> str:
    """Give what a person reads of HTML, without spaces."""
    return "".join(html.unescape(_HIDDEN.sub(" ", source)).split())
