"""What all providers share, whoever holds the list: settings, the key, calls and questions."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import ClassVar, TypeVar

import msgspec

from syndicate import durations
from syndicate.config.tables import Duration, OneLine, Table
from syndicate.errors import ConfigError, Throttled, Unavailable, Uncertain, Unsupported
from syndicate.models import Abilities, Departure, Finding, Mailbox, Message, Statistics
from syndicate.providers.pieces import path_of, with_query
from syndicate.transport import Line, Now, Secret, Transport, check_address, proxy_for

_Kind = TypeVar("_Kind")

#: what an answer can be like that makes no sense
NONSENSE = (msgspec.MsgspecError, ValueError, RecursionError)
#: how often a question that came too fast is asked again, and the seconds waited before at most
ASK_AGAIN, SOON = 5, 3.0


class ServiceSettings(Table, frozen=True):
    """[providers.NAME]: what every provider may be told."""

    #: scheme and host, and a path where the provider has one; "" for the provider's own
    base_url: OneLine = ""
    #: name of the environment variable that holds the key; "" for the provider's usual one
    key_env: OneLine = ""
    #: how long to wait in all for a provider that says "later", such as 90s or 5m
    patience: Duration = "5m"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provider needs of the outside."""

    #: the site's folder, for providers that write files
    folder: Path
    #: the environment, for keys and proxies
    env: Mapping[str, str]
    now: Now
    #: waits for so many seconds
    pause: Callable[[float], object]


class HttpService(ABC):
    """What providers of both shapes share: a key, a line, and questions that mail nobody."""

    #: the table of its settings
    settings_kind: ClassVar[type[ServiceSettings]] = ServiceSettings
    abilities: ClassVar[Abilities]
    #: where calls go unless base_url says otherwise; "" where it must be given
    home: ClassVar[str] = ""
    #: environment variable that usually holds the key; "" where there is none
    key_env: ClassVar[str] = ""
    #: values that every recipient gets from the provider itself
    own_tokens: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: ServiceSettings, surroundings: Surroundings) -> None:
        """Raises ConfigError for settings that cannot be, such as an unsafe address."""
        if settings.base_url:
            check_address(name, settings.base_url)
        self.name = name
        self.base_url = settings.base_url or self.home
        self.surroundings = surroundings
        self.patience = durations.parse(settings.patience)
        self._key_env = settings.key_env or self.key_env
        self._lock = threading.Lock()
        self._transport: Transport | None = None

    @property
    def key_names(self) -> tuple[str, ...]:
        """The environment variables that hold its keys; empty where it needs none."""
        return (self._key_env,) if self._key_env else ()

    @property
    def key(self) -> Secret:
        """The key, from the environment. Raises ConfigError where it is not set."""
        value = self.surroundings.env.get(self._key_env, "").strip()
        if not value:
            raise ConfigError(
                f"The environment variable {self._key_env} is not set: it holds the key of "
                f"{self.name}. Set it, for instance: export {self._key_env}=..., or name another "
                f"one in [providers.{self.name}] key_env."
            )
        return Secret(value)

    def check_answers(self, message: Message) -> None:
        """Raise Unsupported where the provider cannot be told where answers go."""
        most, given = self.abilities.reply_to, message.reply_to
        if most == 0 and {one.address for one in given} - {message.sender.address}:
            raise Unsupported(
                f"{self.name} cannot be told where answers go: they go to the sender it knows. "
                "Make reply_to the same as sender, or leave it out."
            )
        if most and len(given) > most:
            raise Unsupported(
                f"reply_to names {len(given)} mailboxes, and {self.name} takes no more than {most}."
                " Keep the one that matters most, such as the address of a group."
            )

    def line(self) -> Line:
        """Say where calls go; asked once, before the first.

        Raises ConfigError where an address must be given and is not, or the key is not set.
        """
        if not self.base_url:
            raise ConfigError(
                f"[providers.{self.name}] needs base_url, the address of its API, such as "
                '"https://mail.example.org".'
            )
        around = self.surroundings
        proxy = proxy_for(self.base_url, around.env)
        return Line(self.name, self.base_url, around.now, (self.key,), proxy)

    @abstractmethod
    def authentication(self) -> Mapping[str, str]:
        """Give the headers that carry the key. Raises ConfigError where it is not set."""

    def signed(self, method: str, path: str, body: bytes) -> Mapping[str, str]:
        """Give the headers that show who calls, where they depend on the call itself."""
        del method, path, body
        return self.authentication()

    def ask(self, path: str, **query: object) -> bytes | None:
        """Ask a question that changes nothing; None where nothing is at that path.

        Values of the query that are None are left out. Raises what `Transport.ask` does, and
        ConfigError where the key is not set.
        """
        return self._question("GET", with_query(path, query), b"")

    def ask_by_post(self, path: str, question: object) -> bytes | None:
        """Ask a question that changes nothing, of a provider that wants it posted; see `ask`."""
        return self._question("POST", path, msgspec.json.encode(question))

    def by_offset(
        self, path: str, rows: Callable[[bytes | None], list[_Kind]], size: int, **query: object
    ) -> Iterator[_Kind]:
        """Ask for the rows of a list, `size` at a time, until there are no more; see `ask`.

        Raises Unavailable for the same page twice, as there would be no end of them.
        """
        last: list[_Kind] = []
        for offset in count(0, size):
            page = rows(self.ask(path, **query, limit=size, offset=offset))
            if page and page == last:
                raise self.senseless()
            yield from page
            if len(page) < size:
                return
            last = page

    def tell(
        self, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> bytes:
        """Make one call with a JSON body that changes something, and give the body of its answer.

        `more` are headers beside the usual ones. Raises what `Transport.call` does, and ConfigError
        where the key is not set.
        """
        content = msgspec.json.encode(body) if body is not None else b""
        headers = {"Content-Type": "application/json"} if content else {}
        headers |= {**(more or {}), **self.signed(method, path, content)}
        answer = self._opened().call(method, path, content, headers)
        return answer.body

    def decode(self, body: bytes | None, kind: type[_Kind]) -> _Kind:
        """Read the answer to a question. Raises Unavailable when it makes no sense."""
        try:
            return msgspec.json.decode(body or b"{}", type=kind)
        except NONSENSE as error:
            raise self.senseless() from error

    def following(self, address: str, here: str) -> str:
        """Give the path of the next page, "" for none. No key goes to a host that an answer names.

        Raises Unavailable for what is no address, and for the page `here` itself.
        """
        try:
            path = path_of(address)
        except ValueError as error:
            raise self.senseless() from error
        if path and path == here:
            raise self.senseless()
        return path

    def made(self, body: bytes, kind: type[_Kind]) -> _Kind:
        """Read the answer to a call that made something. Raises Uncertain for nonsense."""
        try:
            return msgspec.json.decode(body, type=kind)
        except NONSENSE as error:
            raise Uncertain(
                f"{self.name} answered, but what it says of what was made makes no sense."
            ) from error

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask whether the key works and the sender may be used. Raises Unsupported: no way here."""
        del sender
        raise Unsupported(f"{self.name} has no way to check a key without sending.")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask what became of an issue; nothing where the provider tells nothing."""
        del issue, references
        return Statistics()

    def departures(self, since: datetime) -> Iterable[Departure]:
        """List who left. Raises Unsupported where the provider cannot tell."""
        del since
        raise Unsupported(f"{self.name} cannot tell who unsubscribed or bounced.")

    def close(self) -> None:
        """Let go of connections."""
        with self._lock:
            if self._transport is not None:
                self._transport.close()
            self._transport = None

    def senseless(self) -> Unavailable:
        """Say that the answer to a question makes no sense."""
        return Unavailable(
            f"{self.name} answered a question, but what it says makes no sense. Nothing was "
            "changed. Run the same command again in a minute."
        )

    def _question(self, method: str, path: str, body: bytes) -> bytes | None:
        """Ask, and ask again in a moment where many pages were asked for too fast."""
        kind = {"Content-Type": "application/json"} if body else {}
        for _ in range(ASK_AGAIN):
            try:
                return self._asked(method, path, body, kind)
            except Throttled as error:
                wait = 1.0 if error.wait is None else error.wait
                if wait > SOON:
                    raise
                self.surroundings.pause(wait)
        return self._asked(method, path, body, kind)

    def _asked(self, method: str, path: str, body: bytes, kind: Mapping[str, str]) -> bytes | None:
        headers = {**kind, **self.signed(method, path, body)}
        answer = self._opened().ask(method, path, body, headers)
        return None if answer is None else answer.body

    def _opened(self) -> Transport:
        with self._lock:
            if self._transport is None:
                self._transport = Transport(self.line())
            return self._transport
