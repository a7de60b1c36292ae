"""What providers share that we bring the recipients to: batches, calls, answers by recipient."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar

import msgspec

from syndicate import filling, tokens
from syndicate.config.tables import Positive
from syndicate.errors import ConfigError, Uncertain, Unsupported
from syndicate.models import Batch, Limits, Message, Payload, Receipt, Verdict
from syndicate.providers.service import NONSENSE, HttpService, ServiceSettings, Surroundings
from syndicate.transport import Answer, Transport


class Settings(ServiceSettings, frozen=True):
    """[providers.NAME]: what a provider that we bring the recipients to may be told beside."""

    #: recipients in one call; None for as many as the provider takes
    batch_size: Positive | None = None
    #: calls at the same time; None for as many as suit the provider
    connections: Annotated[int, msgspec.Meta(ge=1, le=64)] | None = None


#: settings that say how a provider is called, and nothing of what goes out
CALLED_BY = frozenset(Settings.__struct_fields__) | {"max_send_rate", "public_env", "user"}


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
        """Read the answer to a batch that was taken.

        Raises ValueError or msgspec's errors when it makes no sense, and Refused or Throttled when
        it says that nobody was taken.
        """

    def lookup(self, batch: Batch) -> Verdict:
        """Ask the provider's records about a batch in doubt. Raises Unsupported: it has none."""
        raise Unsupported(f"{self.name} keeps no records that {batch.name} could be found in.")

    def plan(self, message: Message, batch: Batch) -> filling.Plan:
        """Cut a message at the places that differ by recipient; worked out once for a message.

        The provider's own link to leave stands in it unless everybody in the batch has one of
        ours, for which the headers of RFC 8058 are added. Raises Unsupported for what the provider
        cannot be told.
        """
        self.check_answers(message)
        column = tokens.UNSUBSCRIBE
        ours = not self.own_link or (
            not self.insists and all(one.values.get(column) for one in batch.recipients)
        )
        kept = self._planned
        if kept is None or kept[0] is not message or kept[1] is not ours:
            plan = filling.plan(
                replace(message, headers=self._plain_headers(message)),
                headers=filling.UNSUBSCRIBE_HEADERS if ours else (),
                own={} if ours else {column: self.own_link},
                literal=self.literal,
            )
            self._planned = kept = (message, ours, plan)
        return kept[2]

    def _plain_headers(self, message: Message) -> tuple[tuple[str, str], ...]:
        """Give the headers in ASCII: a label before an address may be left out (RFC 2919).

        Providers pass other letters on as they are, which mail does not allow, or refuse them.
        """
        plain = []
        for name, value in message.headers:
            label, bracket, rest = value.partition("<")
            if not (bracket + rest).isascii() or not (bracket or label.isascii()):
                raise Unsupported(f"{self.name} takes no header {name} with letters beyond ASCII.")
            plain.append((name, value if label.isascii() else bracket + rest))
        return tuple(plain)

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
