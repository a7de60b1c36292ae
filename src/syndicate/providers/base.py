"""What all providers share: settings, one call, and an answer read recipient by recipient."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from syndicate import durations, tokens
from syndicate.config.tables import Duration, OneLine, Positive, Table
from syndicate.errors import ConfigError, Uncertain
from syndicate.models import Batch, Limits, Message, Payload, Receipt, Refusal
from syndicate.transport import Answer, Line, Now, Transport, check_address, scrub


class Settings(Table, frozen=True):
    """[providers.NAME]: what every provider may be told."""

    #: scheme and host, and a path where the provider has one; "" for the provider's own
    base_url: OneLine = ""
    #: recipients in one call; None for as many as the provider takes
    batch_size: Positive | None = None
    #: calls at the same time; None for as many as suit the provider
    connections: Annotated[int, msgspec.Meta(ge=1, le=64)] | None = None
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


class HttpProvider(ABC):
    """A provider that we bring the recipients to, in one call a batch.

    A provider file translates, out and back: no loops over batches, no repeats, no waiting.
    """

    #: the table of its settings
    settings_kind: ClassVar[type[Settings]] = Settings
    #: the most that it takes in one call, and the pace that suits it
    most: ClassVar[Limits]
    #: values that every recipient gets from the provider itself
    own_tokens: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: Settings, surroundings: Surroundings) -> None:
        """Raises ConfigError for settings that cannot be: an unsafe address, too large a batch."""
        if settings.base_url:
            check_address(name, settings.base_url)
        self.name = name
        self.surroundings = surroundings
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
        self.patience = durations.parse(settings.patience)
        self._lock = threading.Lock()
        self._transport: Transport | None = None

    @abstractmethod
    def line(self) -> Line:
        """Say where calls go; asked once, before the first."""

    @abstractmethod
    def authentication(self) -> Mapping[str, str]:
        """Give the headers that carry the key."""

    @abstractmethod
    def compose(self, message: Message, batch: Batch) -> Payload:
        """Translate a message and its recipients into one call; see `contracts.Provider`."""

    @abstractmethod
    def receipt(self, answer: Answer, batch: Batch) -> Receipt:
        """Read an answer. Raises ValueError or msgspec's errors when it makes no sense."""

    def submit(self, payload: Payload, batch: Batch) -> Receipt:
        """Hand over one call, once; see `contracts.Provider` for what it raises."""
        headers = {
            "Content-Type": payload.content_type,
            **payload.headers,
            **self.authentication(),
        }
        answer = self._opened().post(payload.path, payload.body, headers)
        try:
            return self.receipt(answer, batch)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Uncertain(
                f"{self.name} answered HTTP {answer.status}, but what it says of {batch.name} "
                "makes no sense. Find out with: syndicate settle"
            ) from error

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


def names_in_use(message: Message) -> tuple[str, ...]:
    """List the tokens of a message, wherever they stand."""
    parts = [message.subject, message.preheader, message.html, message.text]
    return tokens.names("".join([*parts, *(value for _, value in message.headers)]))


def one_by_one(batch: Batch, reference: str, outcomes: Sequence[str | None]) -> Receipt:
    """Make a receipt of outcomes in the order of the batch: None, or why it was refused.

    Recipients that the answer does not speak of are doubtful. Raises ValueError when it speaks of
    more than there were.
    """
    people = batch.recipients
    if len(outcomes) > len(people):
        raise ValueError(f"{len(outcomes)} outcomes for {len(people)} recipients")
    return Receipt(
        reference,
        refused=tuple(
            Refusal(person.key, scrub(reason, ()))
            for person, reason in zip(people, outcomes, strict=False)
            if reason is not None
        ),
        doubtful=tuple(person.key for person in people[len(outcomes) :]),
    )
