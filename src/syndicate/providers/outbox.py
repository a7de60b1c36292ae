"""The provider "outbox": hands batches to a mail API in this process, which writes .eml files."""

import secrets
from collections.abc import Mapping
from typing import Annotated

import msgspec

from syndicate.errors import Misconfigured, Unsupported
from syndicate.models import (
    Abilities,
    Batch,
    Finding,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Recipient,
)
from syndicate.providers import eml
from syndicate.providers.base import HttpProvider, Settings
from syndicate.providers.outbox_api import (
    BATCH_MAX,
    BYTES_MAX,
    PATH,
    Box,
    Call,
    Letter,
    Person,
    Taken,
)
from syndicate.providers.outbox_server import NOT_WRITTEN, OutboxServer
from syndicate.providers.pieces import names_in_use, one_by_one, person_id
from syndicate.providers.service import Surroundings
from syndicate.tokens import UNSUBSCRIBE
from syndicate.transport import Answer, Line, Secret, Transport, proxy_for
from syndicate.transport.words import words

#: the column that holds a recipient's name
NAME = "name"


class OutboxSettings(Settings, frozen=True):
    """[providers.outbox]."""

    #: folder for the mail, below the site's
    folder: Annotated[str, msgspec.Meta(min_length=1)] = "outbox"
    #: where a link to unsubscribe leads when the audience has no such column; `{token}` differs by
    #: recipient
    unsubscribe_url: Annotated[str, msgspec.Meta(pattern=r"^https://[!-~]+\Z")] = (
        "https://outbox.invalid/unsubscribe/{token}"
    )


class Outbox(HttpProvider):
    """Writes one .eml file for each recipient; nobody gets mail."""

    settings_kind = OutboxSettings
    most = Limits(BATCH_MAX, BYTES_MAX)
    own_tokens = frozenset({UNSUBSCRIBE})
    abilities = Abilities(
        title="Outbox (writes .eml files)",
        documents="docs/architecture.md",
        reply_to=None,
        unsubscribe="an address that leads nowhere",
    )

    def __init__(self, name: str, settings: OutboxSettings, surroundings: Surroundings) -> None:
        super().__init__(name, settings, surroundings)
        self._settings = settings
        # Made anew each time, so that no other program on this computer can use the outbox.
        self._token = Secret(secrets.token_urlsafe(32))
        self._server: OutboxServer | None = None

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write a batch as JSON. Raises Unsupported for headers that the outbox writes itself."""
        for header, _ in message.headers:
            if header.lower() in eml.OWN:
                raise Unsupported(
                    f'{self.name} writes the header "{header}" itself. Take it out of the message.'
                )
        names = {*names_in_use(message), UNSUBSCRIBE}
        call = Call(
            issue=batch.issue,
            batch=batch.name,
            message=_letter(message),
            recipients=tuple(self._person(recipient, names) for recipient in batch.recipients),
        )
        return Payload(msgspec.json.encode(call), "application/json", PATH)

    def authentication(self) -> Mapping[str, str]:
        """Show that the call comes from this process."""
        return {"Authorization": f"Bearer {self._token.value}"}

    def line(self) -> Line:
        """Call the address given, else a server of our own."""
        url = self._settings.base_url or self._serve()
        around = self.surroundings
        return Line(self.name, url, around.now, (self._token,), proxy_for(url, around.env))

    def answered(
        self, transport: Transport, payload: Payload, headers: Mapping[str, str]
    ) -> Answer:
        """Make the call; also raises Misconfigured where not one mail could be written."""
        answer = transport.exchange("POST", payload.path, payload.body, headers)
        # What a server elsewhere means by it is not known.
        if answer.status == NOT_WRITTEN and self._server is not None:
            said = words(answer.body, (self._token,))
            raise Misconfigured(
                f"{self.name} {said}. No mail of this batch was written. "
                "Make room there, or mend the folder, and go on with the same command."
            )
        return transport.sorted(answer)

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read what became of each recipient."""
        taken = msgspec.json.decode(answer.body, type=Taken)
        outcomes = [
            None if result.status == "accepted" else result.reason for result in taken.results
        ]
        return one_by_one(batch, taken.id, outcomes)

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Find nothing: there is no key, and any sender may be used."""
        del sender
        return ()

    def close(self) -> None:
        """Let go of connections, and of the server."""
        super().close()
        if self._server is not None:
            self._server.close()
        self._server = None

    def _serve(self) -> str:
        around = self.surroundings
        folder = around.folder / self._settings.folder
        self._server = OutboxServer(folder, self._token.value, around.now)
        return self._server.url

    def _person(self, recipient: Recipient, names: set[str]) -> Person:
        mark = person_id(recipient)
        values = {name: value for name, value in recipient.values.items() if name in names}
        if not values.get(UNSUBSCRIBE):
            values[UNSUBSCRIBE] = self._settings.unsubscribe_url.replace("{token}", mark)
        return Person(
            to=recipient.address, id=mark, name=recipient.values.get(NAME, ""), values=values
        )


def _letter(message: Message) -> Letter:
    return Letter(
        subject=message.subject,
        sender=_box(message.sender),
        html=message.html,
        text=message.text,
        reply_to=tuple(map(_box, message.reply_to)),
        headers=message.headers,
    )


def _box(mailbox: Mailbox) -> Box:
    return Box(mailbox.address, mailbox.name)
