"""Mailjet v3.1: up to 50 finished mails in one call, answered one by one.

Rules are from Mailjet's page on sending and from the tests of anymail (2026-07-30). A 4xx may hold
mails that were taken beside others that were not: it is read like a 200. No OpenAPI document of
Mailjet's was to be had, so nothing was tried against one.
"""

import re
from collections.abc import Mapping

import msgspec

from syndicate.config.tables import OneLine
from syndicate.errors import ConfigError
from syndicate.models import (
    Abilities,
    Batch,
    Finding,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Verdict,
)
from syndicate.providers.base import HttpProvider, Settings
from syndicate.providers.pieces import basic, one_by_one, shown_name, told_of, wire
from syndicate.providers.service import NONSENSE, Surroundings
from syndicate.transport import Answer, Transport

#: statuses that may come with mails that were taken, as those of single mails do
MIXED = range(400, 420)
#: records on a page
PAGE = 1000


class MailjetSettings(Settings, frozen=True, kw_only=True):
    """[providers.mailjet]. key_env names the secret key."""

    #: name of the environment variable that holds the public key
    public_env: OneLine = "MAILJET_API_KEY"
    #: whether Mailjet takes everything and delivers nothing
    sandbox: bool = False


class _Error(msgspec.Struct, rename="pascal"):
    error_message: str = ""


class _To(msgspec.Struct):
    id: str = msgspec.field(default="", name="MessageUUID")


class _Result(msgspec.Struct, rename="pascal"):
    status: str
    errors: list[_Error] = []
    to: list[_To] = []


class _Results(msgspec.Struct, rename="pascal"):
    messages: list[_Result]


class _Sent(msgspec.Struct, rename="pascal"):
    contact_alt: str = ""
    custom_id: str = msgspec.field(default="", name="CustomID")


class _Records(msgspec.Struct, rename="pascal"):
    data: list[_Sent] = []


class Mailjet(HttpProvider):
    """Hands batches to Mailjet."""

    settings_kind = MailjetSettings
    home, key_env = "https://api.mailjet.com", "MAILJET_API_SECRET"
    most = Limits(50, 15_000_000, connections=2)
    abilities = Abilities(
        title="Mailjet",
        documents="https://dev.mailjet.com/email/guides/send-api-v31/",
        lookup=True,
        reply_to=1,
        unverified=(
            "Nothing was tried against a document of Mailjet's: there is none to be had.",
            "That its records show the address of each recipient of a CustomID.",
            "That it knows its guard against copies here: DeduplicateCampaign is left out.",
        ),
    )

    def __init__(self, name: str, settings: MailjetSettings, surroundings: Surroundings) -> None:
        super().__init__(name, settings, surroundings)
        self._settings = settings

    @property
    def key_names(self) -> tuple[str, ...]:
        """The environment variables that hold its two keys."""
        return (self._settings.public_env, *super().key_names)

    def authentication(self) -> Mapping[str, str]:
        """Give the public and the secret key. Raises ConfigError where one is not set."""
        variable = self._settings.public_env
        public = self.surroundings.env.get(variable, "").strip()
        if not public:
            raise ConfigError(
                f"The environment variable {variable} is not set: it holds the public key of "
                f"{self.name}, beside the secret one."
            )
        return basic(public, self.key)

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write each recipient's mail whole; without its template language, which is off."""
        plan = self.plan(message, batch)
        mails = []
        for one in batch.recipients:
            filled = plan.for_one(one.values)
            mail: dict[str, object] = {
                "From": _box(message.sender),
                "To": [_box(Mailbox(shown_name(one), one.address))],
                "Subject": filled.subject,
                "TextPart": filled.text,
                "HTMLPart": filled.html,
                "Headers": dict(filled.headers),
                "CustomID": batch.name,
                "EventPayload": batch.issue,
            }
            if message.reply_to:
                mail["ReplyTo"] = _box(message.reply_to[0])
            mails.append(mail)
        call: dict[str, object] = {"Messages": mails}
        if self._settings.sandbox:
            call["SandboxMode"] = True
        return Payload(msgspec.json.encode(call), "application/json", "v3.1/send")

    def answered(
        self, transport: Transport, payload: Payload, headers: Mapping[str, str]
    ) -> Answer:
        """Make the call; a refusal that speaks of each mail is an answer too."""
        answer = transport.exchange("POST", payload.path, payload.body, headers)
        return answer if answer.status in MIXED and _speaks(answer) else transport.sorted(answer)

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read a result for each mail, in order."""
        results = msgspec.json.decode(answer.body, type=_Results).messages
        reference = next((one.to[0].id for one in results if one.to), "")
        return one_by_one(batch, reference, [_why_not(one) for one in results])

    def lookup(self, batch: Batch) -> Verdict:
        """Look for the batch among the newest messages with its CustomID, person by person."""
        body = self.ask(
            "v3/REST/message",
            CustomID=batch.name,
            ShowContactAlt="true",
            ShowCustomID="true",
            Limit=PAGE,
        )
        sent = self.decode(body, _Records).data
        return told_of(batch, ((one.contact_alt, one.custom_id) for one in sent))

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the account, which shows that the keys work."""
        del sender
        self.ask("v3/REST/apikey")
        return ()


def _speaks(answer: Answer) -> bool:
    try:
        return bool(msgspec.json.decode(answer.body, type=_Results).messages)
    except NONSENSE:
        return False


def _why_not(result: _Result) -> str | None:
    if result.status == "success":
        return None
    said = "; ".join(filter(None, (one.error_message for one in result.errors)))
    return re.sub(r"\s+", " ", said) or result.status


def _box(mailbox: Mailbox) -> dict[str, str]:
    name = {"Name": mailbox.name} if mailbox.name else {}
    return {"Email": wire(mailbox.address), **name}
