"""What differs by recipient: each place of a message that does, worked out once for all of them.

A provider either fills the places in here, or writes its own merge syntax into them and hands the
finished values over. Values are made safe for the place they stand in, so that a merge syntax only
ever has to put text in place of a name.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syndicate import text, tokens
from syndicate.filling.columns import Column
from syndicate.filling.places import MADE_SAFE, Place, whole_link
from syndicate.models import Message, Recipient, Roll

__all__ = [
    "START",
    "UNSUBSCRIBE_HEADERS",
    "Filled",
    "Place",
    "Plan",
    "Sheet",
    "Slot",
    "fill_html",
    "plan",
    "whole_link",
]

#: stands before the number of a slot while a text is worked on: a noncharacter, as in `tokens`.
#: A pattern for a provider's own syntax may ask whether a slot follows.
START = "\ufdd3"
_END = "\ufdd4"
_SLOT = re.compile(f"{START}([0-9]+){_END}")
_LINK = re.compile(r"""(\b(?:href|src|action)\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)

UNSUBSCRIBE_HEADERS = (
    ("List-Unsubscribe", f"<{tokens.token(tokens.UNSUBSCRIBE)}>"),
    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place that differs by recipient, or a text that a provider would take for its syntax."""

    #: `v0`, `v1` and so on: what a provider's merge syntax calls it
    name: str
    #: column of the audience; "" for the same text for everybody
    column: str
    fallback: str
    place: Place
    #: how the provider writes it, where it fills the place in itself
    own: str | None = None

    def value(self, values: Mapping[str, str]) -> str:
        """Give what stands here for somebody, safe for the place."""
        given = text.one_line(values.get(self.column, "")) if self.column else ""
        return (MADE_SAFE[self.place](given) if given else "") or self.fallback


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text cut at its slots: texts and numbers of slots by turns."""

    pieces: tuple[str | int, ...]

    def written(self, write: Callable[[int], str]) -> str:
        """Give the text with each slot as `write` has it."""
        return "".join([one if isinstance(one, str) else write(one) for one in self.pieces])


@dataclass(frozen=True, slots=True)
class Filled:
    """A message as one recipient, or a provider's merge, gets it."""

    subject: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A message cut at the places that differ by recipient."""

    subject: Sheet
    html: Sheet
    text: Sheet
    headers: tuple[tuple[str, Sheet], ...]
    slots: tuple[Slot, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the slots whose values are handed over, or filled in."""
        return tuple(slot.name for slot in self._ours())

    def written(self, write: Callable[[str], str]) -> Filled:
        """Give the message with each slot in a merge syntax: `write("v0")` and so on."""
        marks = [write(slot.name) for slot in self.slots]
        return self._filled(marks)

    def for_one(self, values: Mapping[str, str]) -> Filled:
        """Give the message as one recipient gets it."""
        return self._filled([slot.value(values) for slot in self.slots])

    def values(self, values: Mapping[str, str]) -> dict[str, str]:
        """Give somebody's finished values by the names of the slots."""
        return {slot.name: slot.value(values) for slot in self._ours() if slot.column}

    def columns(self, people: Sequence[Recipient]) -> dict[str, Column]:
        """Give the finished values of many by the names of the slots, those for everybody too."""
        roll = Roll.of(people)
        lines = {
            name: Column(roll.column(name)).on_one_line()
            for name in {slot.column for slot in self._ours() if slot.column}
        }
        return {
            slot.name: lines[slot.column].safe(slot.place).filled(slot.fallback)
            if slot.column
            else Column([slot.fallback] * len(people))
            for slot in self._ours()
        }

    def same(self) -> dict[str, str]:
        """Give the values that are the same for everybody, by the names of the slots."""
        return {slot.name: slot.fallback for slot in self._ours() if not slot.column}

    def _ours(self) -> Iterator[Slot]:
        return (slot for slot in self.slots if slot.own is None)

    def _filled(self, texts: Sequence[str]) -> Filled:
        write = texts.__getitem__
        return Filled(
            self.subject.written(write),
            self.html.written(write),
            self.text.written(write),
            tuple((name, sheet.written(write)) for name, sheet in self.headers),
        )


def plan(
    message: Message,
    *,
    headers: Sequence[tuple[str, str]] = (),
    own: Mapping[str, str] | None = None,
    literal: str = "",
) -> Plan:
    """Cut a message at its tokens.

    `headers` come after the message's own. `own` gives the tokens that the provider fills in, as
    it writes them. What matches the pattern `literal` would be taken for the provider's syntax: it
    becomes a slot, so that it arrives as it was written.
    """
    cutter = _Cutter(own or {}, literal)
    return Plan(
        cutter.sheet(message.subject, Place.PLAIN),
        cutter.sheet(message.html, Place.HTML),
        cutter.sheet(message.text, Place.PLAIN),
        tuple(
            (name, cutter.sheet(value, Place.HEADER_LINK if value[:1] == "<" else Place.PLAIN))
            for name, value in (*message.headers, *headers)
        ),
        tuple(cutter.slots.values()),
    )


def fill_html(source: str, values: Mapping[str, str]) -> str:
    """Fill the tokens of HTML so that no value can leave the place it stands in."""
    cutter = _Cutter({}, "")
    sheet = cutter.sheet(source, Place.HTML)
    texts = [slot.value(values) for slot in cutter.slots.values()]
    return sheet.written(texts.__getitem__)


class _Cutter:
    """Cuts texts at their slots, which it numbers: the same place again is the same slot."""

    def __init__(self, own: Mapping[str, str], literal: str) -> None:
        self.own, self.literal = own, literal
        self.slots: dict[tuple[str, str, Place], Slot] = {}

    def sheet(self, source: str, place: Place) -> Sheet:
        """Cut one text."""
        if place is Place.HTML:
            source = _LINK.sub(lambda found: found[1] + self._link(found[2]), source)
        marked = self._marked(source, place)
        if self.literal:
            marked = re.sub(self.literal, lambda found: self._slot("", found[0], place), marked)
        return Sheet(tuple(self._pieces(marked)))

    def _link(self, quoted: str) -> str:
        """Mark an address: a token at its start is a whole one, a token further on a part of it."""
        start = quoted.find(tokens.CLOSE) + 1 if quoted.startswith(tokens.OPEN, 1) else 0
        return self._marked(quoted[:start], Place.LINK) + self._marked(
            quoted[start:], Place.LINK_PART
        )

    def _marked(self, source: str, place: Place) -> str:
        return tokens.substitute(
            source, lambda name, fallback: self._slot(name, fallback or "", place)
        )

    def _slot(self, column: str, fallback: str, place: Place) -> str:
        own = self.own.get(column)
        fresh = Slot(f"v{len(self.slots)}", column, fallback, place, own)
        slot = self.slots.setdefault((column, fallback, place), fresh)
        return f"{START}{slot.name[1:]}{_END}"

    def _pieces(self, marked: str) -> Iterator[str | int]:
        slots = list(self.slots.values())
        for turn, piece in enumerate(_SLOT.split(marked)):
            if turn % 2 == 0:
                yield piece
            else:
                own = slots[int(piece)].own
                yield int(piece) if own is None else own
