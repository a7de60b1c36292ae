"""From the blocks of a plain text to Markdown, with headings at two levels.

Plain text does not tell a heading from one below it. Three things do: a heading that another one
follows at once has those after it as its parts; some headings are main sections by their names; and
a person may say.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from syndicate.importers.base import Asked, Reason
from syndicate.importers.escaping import cell, escaped, heading
from syndicate.importers.structure import LISTS, Block, Item
from syndicate.text import quote

#: `Planks: this exercise …`: bold on the page that was exported
LEAD_IN = re.compile(r"([^\W\d_a-z][^.:!?]{1,60}):\s+(?=\S)")
#: headings that are main sections wherever they stand
MAIN = re.compile(
    r"(?:(?:in )?conclusions?|(?:in )?summary|(?:the )?bottom line|(?:key )?takeaways?|"
    r"final (?:thoughts|words)|wrapping up|(?:further reading|references|sources|resources)|faqs?|"
    r"frequently asked questions.*|when to (?:see|seek|call|get)\b.*|next steps|about the author|"
    r"(?:medical )?disclaimer)[.:?!]?",
    re.IGNORECASE,
)
#: levels of headings in the text of an article, whose title is the first
SECTION, PART = 2, 3


@dataclass(frozen=True, slots=True)
class Written:
    """Markdown, and how it was understood."""

    markdown: str
    reasons: tuple[Reason, ...]
    #: headings of which nothing tells whether they are main sections or parts of one
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Levels:
    of: Mapping[int, int]
    #: main sections because of their names, or because a person said so
    by_name: tuple[str, ...]
    unsure: tuple[str, ...]


def written(found: Sequence[Block], asked: Asked) -> Written:
    """Write blocks as Markdown."""
    levels = _levels(found, asked)
    parts = [
        heading(block.text, levels.of[place]) if block.kind == "heading" else _body(block)
        for place, block in enumerate(found)
    ]
    markdown = "\n\n".join(parts) + "\n" if parts else ""
    return Written(markdown, tuple(_told(found, levels)), levels.unsure)


def _body(block: Block) -> str:
    if block.kind in LISTS:
        return "\n".join(_list(block))
    if block.kind == "table":
        return "\n".join(_table(block))
    return "\\\n".join(map(escaped, block.texts))


def _levels(found: Sequence[Block], asked: Asked) -> _Levels:
    places = [place for place, block in enumerate(found) if block.kind == "heading"]
    parents = {place for place in places if place + 1 in places}
    levels: dict[int, int] = {}
    names: list[str] = []
    inside = False
    for place in places:
        text = found[place].text
        named = text in asked.main_headings or bool(MAIN.fullmatch(text))
        if place in parents or named or not inside:
            if inside and named and place not in parents:
                names.append(text)
            inside = place in parents
            levels[place] = SECTION
        else:
            levels[place] = PART
    unsure = (found[place].text for place in _last_parts(levels, parents)[1:][-1:])
    return _Levels(
        levels, tuple(names), tuple(text for text in unsure if text not in asked.part_headings)
    )


def _last_parts(levels: Mapping[int, int], parents: Collection[int]) -> list[int]:
    """List the parts of the last section that has some."""
    last = max((place for place in parents if levels[place] == SECTION), default=None)
    if last is None:
        return []
    after = [place for place in levels if place > last]
    return list(takewhile(lambda place: levels[place] == PART, after))


def _told(found: Sequence[Block], levels: _Levels) -> Iterator[Reason]:
    sections = sum(level == SECTION for level in levels.of.values())
    points = [item for block in found if block.kind in LISTS for item in block.items]
    bold = sum(bool(LEAD_IN.match(item.text)) for item in points)
    tables = sum(block.kind == "table" for block in found)
    what = [
        _count(sections, "section"),
        _count(len(levels.of) - sections, "subsection"),
        _count(len(points), "bullet"),
        _count(tables, "table"),
    ]
    text = ", ".join(filter(None, what)) or "running text"
    if bold:
        text += f", {bold} of them with a bold lead-in" if bold < len(points) else ", all with one"
    yield Reason("body", text)
    if levels.by_name:
        names = " and ".join(map(quote, levels.by_name))
        yield Reason("body", f"main by name: {names}")


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'s' * (number != 1)}" if number else ""


def _list(block: Block) -> Iterator[str]:
    number = block.first - 1
    widths: list[int] = []
    for item in block.items:
        number += item.depth == 0
        own = f"{number}." if block.kind == "numbers" and item.depth == 0 else "-"
        widths[item.depth :] = [len(own) + 1]
        yield " " * sum(widths[: item.depth]) + f"{own} {_point(item)}"


def _point(item: Item) -> str:
    lead = LEAD_IN.match(item.text)
    if lead is None:
        return escaped(item.text)
    return f"**{escaped(lead[1])}:** {escaped(item.text[lead.end() :])}"


def _table(block: Block) -> Iterator[str]:
    for number, row in enumerate(block.rows):
        yield f"| {' | '.join(map(cell, row))} |"
        if number == 0:
            yield f"|{' --- |' * len(row)}"
