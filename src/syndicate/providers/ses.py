"""Amazon SES: a bulk call of up to 50 recipients, answered one by one.

Rules are from the SES API v2 reference and botocore's model of it, read 2026-11-22. SES keeps no
records that could be asked about a batch: what is in doubt, a person must settle. It puts values in
without escaping them ("Using templates to send personalized email", read 2026-11-22).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from syndicate import filling
from syndicate.config.tables import Positive, Text
from syndicate.errors import ConfigError, Refused, Throttled
from syndicate.models import (
    Abilities,
    Batch,
    Departure,
    Finding,
    Level,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Recipient,
)
from syndicate.providers.base import HttpProvider, Settings
from syndicate.providers.pieces import (
    domain_of,
    must_fix,
    named_in_ascii,
    one_by_one,
    same_fault,
    shown_name,
)
from syndicate.providers.service import Surroundings
from syndicate.providers.sigv4 import Credentials, sign
from syndicate.transport import Answer, scrub

KEY_ID_ENV, TOKEN_ENV = "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"
#: entries on a page of suppressed addresses
PAGE = 1000
#: statuses of an entry that are about the account or the call, and the one that says "later"
GENERAL = frozenset(
    {
        "MAIL_FROM_DOMAIN_NOT_VERIFIED",
        "CONFIGURATION_SET_NOT_FOUND",
        "TEMPLATE_NOT_FOUND",
        "ACCOUNT_SUSPENDED",
        "ACCOUNT_DAILY_QUOTA_EXCEEDED",
        "INVALID_SENDING_POOL_NAME",
        "ACCOUNT_SENDING_PAUSED",
        "CONFIGURATION_SET_SENDING_PAUSED",
    }
)
LATER = "ACCOUNT_THROTTLED"


class SesSettings(Settings, frozen=True, kw_only=True):
    """[providers.ses]."""

    #: region of the account, such as eu-west-1
    region: Text
    #: recipients in a second that SES takes of the account; new accounts have 14
    max_send_rate: Positive = 14
    #: name of a configuration set; "" for the account's own
    configuration_set: str = ""


class _Result(msgspec.Struct, rename="pascal"):
    status: str
    error: str = ""
    message_id: str = ""


class _Results(msgspec.Struct, rename="pascal"):
    bulk_email_entry_results: list[_Result]


class _Quota(msgspec.Struct, rename="pascal"):
    max_send_rate: float | None = None


class _Account(msgspec.Struct, rename="pascal"):
    send_quota: _Quota = msgspec.field(default_factory=_Quota)
    production_access_enabled: bool = False
    sending_enabled: bool = True


class _Identity(msgspec.Struct, rename="pascal"):
    verified_for_sending_status: bool = False


class _Left(msgspec.Struct, rename="pascal"):
    email_address: str
    reason: str = ""


class _Page(msgspec.Struct, rename="pascal"):
    suppressed_destination_summaries: list[_Left] = []
    next_token: str | None = None


class Ses(HttpProvider):
    """Hands batches to Amazon SES."""

    settings_kind = SesSettings
    key_env = "AWS_SECRET_ACCESS_KEY"
    most = Limits(50, 10_000_000, connections=4)
    literal = rf"\{{(?=[{{{filling.START}])"
    abilities = Abilities(
        title="Amazon SES",
        documents="https://docs.aws.amazon.com/ses/latest/APIReference-V2/",
        departures=True,
        reply_to=None,
        merge="{{x}}",
        unverified=(
            "How many bytes a bulk call may have: 10 MB is what version 1 of the API took.",
            "The signature, beyond AWS's own published examples.",
            "That a value of somebody's is put in as it is, and not read for variables again.",
        ),
    )

    def __init__(self, name: str, settings: SesSettings, surroundings: Surroundings) -> None:
        super().__init__(name, settings, surroundings)
        self._settings = settings
        # SES counts recipients, and refuses those of a call that are too many for the second.
        size = min(self.limits.batch_size, settings.max_send_rate)
        pace = settings.max_send_rate / size
        self.limits = replace(self.limits, batch_size=size, calls_per_second=pace)
        self.base_url = settings.base_url or f"https://email.{settings.region}.amazonaws.com"

    def authentication(self) -> Mapping[str, str]:
        """Give nothing: a call is signed as a whole."""
        return {}

    @property
    def key_names(self) -> tuple[str, ...]:
        """The environment variables that hold its key, which has a name and a secret half."""
        return (KEY_ID_ENV, *super().key_names)

    def signed(self, method: str, path: str, body: bytes) -> Mapping[str, str]:
        """Sign a call with the credentials of the environment, at the time of the call.

        Raises ConfigError where they are not set.
        """
        env = self.surroundings.env
        if not env.get(KEY_ID_ENV):
            raise ConfigError(
                f"The environment variable {KEY_ID_ENV} is not set: it names the key of "
                f"{self.name}. Set it and {self.key_env}."
            )
        credentials = Credentials(env[KEY_ID_ENV], self.key, env.get(TOKEN_ENV, ""))
        call = (method, f"{self.base_url.rstrip('/')}/{path}", body)
        return sign(credentials, self._settings.region, "ses", call, self.surroundings.now())

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write a template inline, and each recipient's values beside it."""
        plan = self.plan(message, batch)
        filled = plan.written(lambda slot: f"{{{{{slot}}}}}")
        content = {"Subject": filled.subject, "Text": filled.text, "Html": filled.html}
        call: dict[str, object] = {
            "FromEmailAddress": named_in_ascii(message.sender.address, message.sender.name),
            "DefaultEmailTags": [
                {"Name": "issue", "Value": batch.issue},
                {"Name": "batch", "Value": batch.name},
            ],
            "DefaultContent": {
                "Template": {"TemplateContent": content, "TemplateData": json.dumps(plan.same())}
            },
            "BulkEmailEntries": [_entry(plan, one) for one in batch.recipients],
        }
        if message.reply_to:
            call["ReplyToAddresses"] = [
                named_in_ascii(one.address, one.name) for one in message.reply_to
            ]
        if self._settings.configuration_set:
            call["ConfigurationSetName"] = self._settings.configuration_set
        body = msgspec.json.encode(call)
        return Payload(body, "application/json", "v2/email/outbound-bulk-emails")

    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read a result for each recipient, in order; one that was throttled is refused.

        Raises Refused or Throttled where nobody was taken for a reason that is nobody's own.
        """
        results = msgspec.json.decode(answer.body, type=_Results).bulk_email_entry_results
        status = same_fault(batch, [one.status for one in results])
        if status == LATER:
            raise Throttled(f"{self.name} took nothing of {batch.name} and asks to wait.")
        if status in GENERAL:
            why = scrub(results[0].error, ()) or status.lower()
            raise Refused(f"{self.name} took nothing of {batch.name}: {why}")
        reference = next((one.message_id for one in results if one.message_id), "")
        outcomes = [
            None if one.status == "SUCCESS" else one.error or one.status.lower() for one in results
        ]
        return one_by_one(batch, reference, outcomes)

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Read the account's list of suppressed addresses; `since` is in UTC."""
        following = None
        while True:
            body = self.ask(
                "v2/email/suppression/addresses",
                StartDate=f"{since:%Y-%m-%dT%H:%M:%SZ}",
                PageSize=PAGE,
                NextToken=following,
            )
            page = self.decode(body or b"{}", _Page)
            for one in page.suppressed_destination_summaries:
                reason = "complained" if one.reason == "COMPLAINT" else "bounced"
                yield Departure(one.email_address, reason)
            if page.next_token and page.next_token == following:
                raise self.senseless()
            following = page.next_token
            if not following:
                return

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask for the account, and for the sender's domain among its identities."""
        body = self.ask("v2/email/account")
        account = self.decode(body or b"{}", _Account)
        found = []
        if not account.production_access_enabled:
            text = "The account is in the sandbox of SES: it mails verified addresses only."
            found.append(must_fix(text, "Ask AWS for production access."))
        if not account.sending_enabled:
            text = "SES says that sending is off for this account."
            found.append(must_fix(text, "Look at the account's health there."))
        rate, ours = account.send_quota.max_send_rate, self._settings.max_send_rate
        if rate is not None and rate != ours:
            text = f"SES takes {rate:g} recipients a second of this account, not {ours}."
            fix = f"Set [providers.{self.name}] max_send_rate = {max(1, int(rate))}"
            found.append(Finding(Level.ADVICE, text, fix=fix))
        domain = domain_of(sender)
        body = self.ask(f"v2/email/identities/{domain}")
        if not self.decode(body or b"{}", _Identity).verified_for_sending_status:
            text = f"SES has not verified the domain {domain} for sending."
            fix = "Verify it there under Identities; an address alone may do for a test."
            found.append(Finding(Level.ADVICE, text, fix=fix))
        return tuple(found)


def _entry(plan: filling.Plan, one: Recipient) -> dict[str, object]:
    headers = plan.for_one(one.values).headers
    values = {**plan.same(), **plan.values(one.values)}
    return {
        "Destination": {"ToAddresses": [named_in_ascii(one.address, shown_name(one))]},
        "ReplacementEmailContent": {
            "ReplacementTemplate": {"ReplacementTemplateData": json.dumps(values)}
        },
        "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in headers],
    }
