"""What the files of the transport share: where calls go, and what is known of one."""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

#: gives the time, aware and in UTC
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Something that must not be shown: prints as `***`."""

    value: str

    def __repr__(self) -> str:
        """Give away nothing."""
        return "***"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait for what, in seconds. Short limits on reading make doubt."""

    connect: float = 5.0
    #: between two pieces of a request or of an answer
    read: float = 60.0
    #: for the whole call
    whole: float = 300.0
    #: how long an unused connection is trusted
    idle: float = 20.0


@dataclass(frozen=True, slots=True)
class Line:
    """Where calls go, and how they get there."""

    #: name of the provider, for messages
    name: str
    #: scheme, host and path that all calls begin with
    base_url: str
    now: Now
    #: what must not be repeated in a message, such as the key
    secrets: tuple[Secret, ...] = ()
    #: address of a proxy; "" for none
    proxy: str = ""
    #: file of certificate authorities; "" for those that come with requests
    authorities: str = ""
    waits: Waits = field(default_factory=Waits)
    #: bytes of an answer that are read at most
    answer_max: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered."""

    status: int
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Attempt:
    """What is known of the call under way in this thread."""

    line: Line
    #: whether a byte of the request was handed to the socket
    written: bool = False
    #: whether the whole call took too long
    late: bool = False
    #: the connection that the request is written to
    link: socket.socket | None = None

    def write_to(self, link: socket.socket) -> None:
        """Note that the request begins. Raises TimeoutError when it is too late to begin."""
        self.link = link
        if self.late and not self.written:
            raise TimeoutError
        link.settimeout(self.line.waits.read)
        self.written = True

    def hang_up(self) -> None:
        """End the call from another thread."""
        self.late = True
        if self.link is not None:
            with suppress(OSError):
                # Below TLS: a closing handshake would have to wait for the other side.
                socket.socket.shutdown(self.link, socket.SHUT_RDWR)


class _Here(threading.local):
    attempt: Attempt


#: the call of this thread, where the connections find it
HERE = _Here()
