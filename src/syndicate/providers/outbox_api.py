"""The outbox's own mail API: what a call and its answer look like in JSON.

    POST /v1/batches    Authorization: Bearer TOKEN    Content-Type: application/json
    202  {"id": "weekly-2026-W48-b0001", "results": [{"status": "accepted"}, ...]}

Results stand in the order of the recipients. Texts hold tokens as described in `tokens`; values
are filled in for each recipient.
"""

from typing import Annotated, Literal

import msgspec

PATH = "v1/batches"
#: recipients in one call
BATCH_MAX = 500
#: bytes of one call
BYTES_MAX = 50_000_000

#: an issue's id; it becomes the name of a folder and part of a Message-ID
IssueId = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\Z", max_length=120)
]
#: stands for a recipient in a Message-ID
PersonId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{1,64}\Z")]


class Box(msgspec.Struct, frozen=True):
    """A name and an address."""

    address: str
    name: str = ""


class Letter(msgspec.Struct, frozen=True, omit_defaults=True, rename={"sender": "from"}):
    """The message, the same for all recipients of a call."""

    subject: str
    sender: Box
    html: str
    text: str
    reply_to: tuple[Box, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """One recipient."""

    to: str
    #: opaque, and the same whenever this issue goes to this recipient
    id: PersonId
    #: display name
    name: str = ""
    values: dict[str, str] = {}


class Call(msgspec.Struct, frozen=True):
    """One batch."""

    issue: IssueId
    batch: str
    message: Letter
    recipients: Annotated[tuple[Person, ...], msgspec.Meta(max_length=BATCH_MAX)]


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one recipient."""

    status: Literal["accepted", "refused"]
    #: why it was refused
    reason: str = ""


class Taken(msgspec.Struct, frozen=True):
    """The answer to a call that was taken."""

    id: str
    results: tuple[Result, ...]
