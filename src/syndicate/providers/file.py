"""The provider "file": writes an issue as HTML, text and JSON, for a system that we do not know.

Each batch becomes a JSON file with its recipients and their values, beside the message, in which
what differs by recipient stands as `{{v0}}`. Somebody, or some other program, mails it from there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from syndicate import addresses, durations, files, filling
from syndicate.errors import Misconfigured, SyndicateError, Uncertain, Unsupported
from syndicate.models import (
    Abilities,
    Batch,
    Departure,
    Finding,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Statistics,
    Verdict,
)
from syndicate.providers.base import Settings
from syndicate.providers.service import Surroundings


class FileSettings(Settings, frozen=True, kw_only=True):
    """[providers.file]."""

    #: folder for the issues, below the site's
    folder: Annotated[str, msgspec.Meta(min_length=1)] = "handed-over"


class _Call(msgspec.Struct):
    issue: str
    batch: str
    sender: str
    reply_to: str
    subject: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    recipients: list[dict[str, object]]


class File:
    """Writes batches into files; whoever reads them sends the mail."""

    settings_kind: ClassVar[type[Settings]] = FileSettings
    own_tokens: frozenset[str] = frozenset()
    #: it needs no key
    key_names: tuple[str, ...] = ()
    abilities: ClassVar[Abilities] = Abilities(
        title="Files (for a system of your own)",
        documents="docs/providers/file.md",
        lookup=True,
        reply_to=None,
        merge="{{v0}}",
    )

    def __init__(self, name: str, settings: FileSettings, surroundings: Surroundings) -> None:
        self.name = name
        self.limits = Limits(settings.batch_size or 10_000)
        self.patience = durations.parse(settings.patience)
        self._root = surroundings.folder
        self._folder = surroundings.folder / settings.folder

    def compose(self, message: Message, batch: Batch) -> Payload:
        """Write a batch as JSON; the same input gives the same bytes."""
        plan = filling.plan(message, headers=filling.UNSUBSCRIBE_HEADERS, literal=r"\{\{(?=v\d)")
        filled = plan.written(lambda slot: f"{{{{{slot}}}}}")
        call = _Call(
            issue=batch.issue,
            batch=batch.name,
            sender=addresses.format_mailbox(message.sender),
            reply_to=", ".join(map(addresses.format_mailbox, message.reply_to)),
            subject=filled.subject,
            html=filled.html,
            text=filled.text,
            headers=filled.headers,
            recipients=[
                {"to": one.address, "values": {**plan.same(), **plan.values(one.values)}}
                for one in batch.recipients
            ],
        )
        return Payload(msgspec.json.encode(call), "application/json", f"{batch.name}.json")

    def submit(self, payload: Payload, batch: Batch) -> Receipt:
        """Write the files of a batch: the message once, and the recipients for their owner only.

        Raises Misconfigured where nothing was written, and Uncertain where the batch lies there all
        the same.
        """
        call = msgspec.json.decode(payload.body, type=_Call)
        folder = self._folder / batch.issue
        try:
            files.write(folder / "message.html", call.html.encode(), inside=self._root)
            files.write(folder / "message.txt", call.text.encode(), inside=self._root)
            body = msgspec.json.format(payload.body)
            files.write(folder / payload.path, body, inside=self._root, private=True)
        except SyndicateError as error:
            if self.lookup(batch).whole:
                # Another program may have read it already.
                raise Uncertain(f"{error} Find out with: syndicate settle") from None
            raise Misconfigured(f"{error} No recipient of this batch was written.") from None
        return Receipt(str(Path(batch.issue) / payload.path))

    def lookup(self, batch: Batch) -> Verdict:
        """Look whether the file of a batch is there, which is written whole or not at all."""
        return Verdict(whole=(self._folder / batch.issue / f"{batch.name}.json").exists())

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Find nothing: there is no key and no domain."""
        del sender
        return ()

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Tell nothing: nobody reports back."""
        del issue, references
        return Statistics()

    def departures(self, since: datetime) -> Iterable[Departure]:
        """Raise Unsupported: nobody reports back."""
        del since
        raise Unsupported(f"{self.name} cannot tell who unsubscribed or bounced.")

    def close(self) -> None:
        """Let go of nothing."""
