"""What all providers share: settings, the key, calls, and an answer read recipient by recipient."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

import msgspec

from syndicate import durations, filling, tokens
from syndicate.config.tables import Duration, OneLine, Positive, Table
from syndicate.errors import ConfigError, Unavailable, Uncertain, Unsupported
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
from syndicate.providers.pieces import with_query
from syndicate.transport import (
    Answer,
    Line,
    Now,
    Secret,
    Transport,
    check_address,
    proxy_for,
)

_Kind = TypeVar("_Kind")

#: what an answer can be like that makes no sense
NONSENSE = (msgspec.MsgspecError, ValueError, RecursionError)


class ServiceSettings(Table, frozen=True):
    """[providers.NAME]: what every provider may be told."""

    #: scheme and host, and a path where the provider has one; "" for the provider's own
    base_url: OneLine = ""
    #: name of the environment variable that holds the key; "" for the provider's usual one
    key_env: OneLine = ""
    #: how long to wait in all for a provider that says "later", such as 90s or 5m
    patience: Duration = "5m"


class Settings(ServiceSettings, frozen=True):
    """[providers.NAME]: what a provider that we bring the recipients to may be told beside."""

    #: recipients in one call; None for as many as the provider takes
    batch_size: Positive | None = None
    #: calls at the same time; None for as many as suit the provider
    connections: Annotated[int, msgspec.Meta(ge=1, le=64)] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provider needs of the outside."""

    #: the site's folder, for providers that write files
    folder: Path
    #: the environment, for keys and proxies
    env: Mapping[str, str]
    now: Now


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

    def line(self) -> Line:
        """Say where calls go; asked once, before the first."""
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
        """Give the headers that carry the key."""

    def signed(self, method: str, path: str, body: bytes) -> Mapping[str, str]:
        """Give the headers that show who calls, where they depend on the call itself."""
        del method, path, body
        return self.authentication()

    def ask(self, path: str, **query: object) -> bytes | None:
        """Ask a question that changes nothing; None where nothing is at that path.

        Values of the query that are None are left out. Raises what `Transport.get` does.
        """
        whole = with_query(path, query)
        answer = self._opened().get(whole, self.signed("GET", whole, b""))
        return None if answer is None else answer.body

    def tell(
        self, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> bytes:
        """Make one call with a JSON body that changes something; raises what `call` does.

        `more` are headers beside the usual ones.
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
            raise Unavailable(
                f"{self.name} answered a question, but what it says makes no sense. Nothing was "
                "changed. Run the same command again in a minute."
            ) from error

    def made(self, body: bytes, kind: type[_Kind]) -> _Kind:
        """Read the answer to a call that made something. Raises Uncertain for nonsense."""
        try:
            return msgspec.json.decode(body, type=kind)
        except NONSENSE as error:
            raise Uncertain(
                f"{self.name} answered, but what it says of what was made makes no sense."
            ) from error

    def check(self, sender: Mailbox) -> tuple[Finding, ...]:
        """Ask whether the key works and the sender may be used; see `contracts.Service`."""
        del sender
        raise Unsupported(f"{self.name} has no way to check a key without sending.")

    def statistics(self, issue: str, references: Sequence[str]) -> Statistics:
        """Ask what became of an issue; see `contracts.Service`."""
        del issue, references
        return Statistics()

    def departures(self, since: datetime) -> Iterable[Departure]:
        """List who left; see `contracts.Service`."""
        del since
        raise Unsupported(f"{self.name} cannot tell who unsubscribed or bounced.")

    def close(self) -> None:
        """Let go of connections."""
        with self._lock:
            if self._transport is not None:
                self._transport.close()
            self._transport = None

    def _opened(self) -> Transport:
        with self._lock:
            if self._transport is None:
                self._transport = Transport(self.line())
            return self._transport


class HttpProvider(HttpService):
    """A provider that we bring the recipients to, in one call a batch.

    A provider file translates, out and back: no loops over batches, no repeats, no waiting.
    """

    settings_kind: ClassVar[type[Settings]] = Settings
    #: the most that it takes in one call, and the pace that suits it
    most: ClassVar[Limits]
    #: pattern of what the provider would take for its merge syntax in an author's words
    literal: ClassVar[str] = ""
    #: how the provider writes the link by which people leave it; "" where it makes none
    own_link: str = ""
    #: whether its own link stands in every mail, also where there is one of ours
    insists: bool = False

    def __init__(self, name: str, settings: Settings, surroundings: Surroundings) -> None:
        """Raises ConfigError for settings that cannot be: an unsafe address, too large a batch."""
        super().__init__(name, settings, surroundings)
        size = settings.batch_size or self.most.batch_size
        if size > self.most.batch_size:
            raise ConfigError(
                f"[providers.{name}] batch_size = {size} is more than the {self.most.batch_size} "
                f"that {name} takes in one call."
            )
        self.limits = replace(
            self.most,
            batch_size=size,
            connections=settings.connections or self.most.connections,
        )
        if self.own_link:
            self.own_tokens = frozenset({tokens.UNSUBSCRIBE})
        self._planned: tuple[Message, bool, filling.Plan] | None = None

    @abstractmethod
    def compose(self, message: Message, batch: Batch) -> Payload:
        """Translate a message and its recipients into one call; see `contracts.Provider`."""

    @abstractmethod
    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read an answer. Raises ValueError or msgspec's errors when it makes no sense."""

    def lookup(self, batch: Batch) -> Verdict:
        """Ask the provider's records about a batch in doubt; see `contracts.Provider`."""
        raise Unsupported(f"{self.name} keeps no records that {batch.name} could be found in.")

    def plan(self, message: Message, batch: Batch) -> filling.Plan:
        """Cut a message at the places that differ by recipient; worked out once for a message.

        The provider's own link to leave stands in it unless everybody in the batch has one of
        ours, for which the headers of RFC 8058 are added.
        """
        column = tokens.UNSUBSCRIBE
        ours = not self.own_link or (
            not self.insists and all(one.values.get(column) for one in batch.recipients)
        )
        kept = self._planned
        if kept is None or kept[0] is not message or kept[1] is not ours:
            plan = filling.plan(
                message,
                headers=filling.UNSUBSCRIBE_HEADERS if ours else (),
                own={} if ours else {column: self.own_link},
                literal=self.literal,
            )
            self._planned = kept = (message, ours, plan)
        return kept[2]

    def answered(
        self, transport: Transport, payload: Payload, headers: Mapping[str, str]
    ) -> Answer:
        """Make the call; raises what `Transport.call` does for an answer that takes nothing."""
        return transport.call("POST", payload.path, payload.body, headers)

    def submit(self, payload: Payload, batch: Batch) -> Receipt:
        """Hand over one call, once; see `contracts.Provider` for what it raises."""
        headers = {
            "Content-Type": payload.content_type,
            **payload.headers,
            **self.signed("POST", payload.path, payload.body),
        }
        answer = self.answered(self._opened(), payload, headers)
        try:
            return self.receipt(answer, batch)
        except NONSENSE as error:
            raise Uncertain(
                f"{self.name} answered HTTP {answer.status}, but what it says of {batch.name} "
                "makes no sense. Find out with: syndicate settle"
            ) from error
