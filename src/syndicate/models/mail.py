"""An issue as mail, and who gets it."""

from collections.abc import Mapping
from dataclasses import dataclass

#: bytes of a recipient's key
KEY_SIZE = 16


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as in From or Reply-To."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """An issue as mail, with tokens (see `tokens`) for what differs by recipient."""

    subject: str
    preheader: str
    html: str
    text: str
    sender: Mailbox
    #: where answers go; () for the sender
    reply_to: tuple[Mailbox, ...]
    #: extra headers, such as List-Id; values may hold tokens
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of one issue."""

    #: as given, and as it is mailed to
    address: str
    #: keyed hash of the normalised address, 16 bytes: the guard against twice
    key: bytes
    #: line in the audience file, for messages that must not show the address
    line: int
    #: token values by name, from the columns of the audience file
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A candidate left out of an issue, with the reason."""

    #: None where there is no address to make a key of
    key: bytes | None
    #: "invalid", "duplicate" or "suppressed"
    reason: str
    #: line in the audience file
    line: int
