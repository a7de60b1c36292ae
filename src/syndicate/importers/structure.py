"""The structure of plain text: headings, lists, tables and paragraphs, inferred from lines."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

BULLET = re.compile(r"[•‣◦▪·*\u2013-]\s+(?=\S)")
NUMBERED = re.compile(r"\d{1,2}[.)]\s+(?=\S)")
#: `Planks: this exercise …`: bold on the page that was exported
LEAD_IN = re.compile(r"([A-Z][^.:!?]{1,60}):\s+(?=\S)")
#: characters and words of a heading at most
HEADING_MAX, HEADING_WORDS = 90, 14
#: levels of headings in the text of an article, whose title is the first
SECTION, PART = 2, 3
#: headings that are main sections wherever they stand
MAIN = re.compile(
    r"(?:conclusion|summary|key takeaways|final thoughts|references|sources|faqs?|"
    r"frequently asked questions|when to (?:see|seek)\b.*)$",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_START = re.compile(r"^(#{1,6}\s|[+-]\s|\d+[.)]\s|>|=+$|-+$)")


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines that belong together."""

    #: "heading", "bullets", "numbers", "table" or "paragraph"
    kind: str
    text: str
    #: first and last line, counted from 0
    first: int
    last: int
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """Markdown, and how it was understood."""

    text: str
    reasons: tuple[str, ...]
    #: headings that stand after the last section with parts, and may be main sections
    questionable: tuple[str, ...] = ()


def blocks(lines: Sequence[str], start: int) -> Iterator[Block]:
    """Cut lines into blocks at empty lines and where a list begins or ends."""
    number = start
    while number < len(lines):
        if not lines[number]:
            number += 1
            continue
        kind = _kind(lines[number])
        end = number
        while end + 1 < len(lines) and _goes_on(lines, end, kind):
            end += 1
        yield _block(kind, lines, number, end)
        number = end + 1


def markdown(found: Sequence[Block], main: Collection[str]) -> Written:
    """Write blocks as Markdown, headings at two levels."""
    levels = _levels(found, main)
    parts, lead_ins = [], 0
    for place, block in enumerate(found):
        if block.kind == "heading":
            parts.append(f"{'#' * levels[place]} {escaped(block.text)}")
        elif block.kind in {"bullets", "numbers"}:
            lead_ins += sum(bool(LEAD_IN.match(one)) for one in block.items)
            parts.append("\n".join(_list(block)))
        elif block.kind == "table":
            parts.append("\n".join(_table(block)))
        else:
            parts.append(escaped(block.text))
    return Written(
        "\n\n".join(parts) + "\n", tuple(_told(found, levels, lead_ins)), _open(found, levels)
    )


def escaped(text: str) -> str:
    """Write plain text so that Markdown shows it as it is."""
    text = _SPECIAL.sub(r"\\\1", text)
    return _START.sub(
        lambda start: (
            f"\\{start[0]}"
            if not start[0][0].isdigit()
            else start[0].replace(".", "\\.").replace(")", "\\)")
        ),
        text,
    )


def _kind(line: str) -> str:
    if BULLET.match(line):
        return "bullets"
    if NUMBERED.match(line):
        return "numbers"
    return "table" if line.count("\t") or line.count(" | ") > 1 else "paragraph"


def _goes_on(lines: Sequence[str], end: int, kind: str) -> bool:
    """Whether the next line belongs to the same block; lists may have empty lines between items."""
    following = lines[end + 1]
    if following:
        return _kind(following) == kind
    rest = next((line for line in lines[end + 2 : end + 4] if line), "")
    return kind in {"bullets", "numbers"} and bool(rest) and _kind(rest) == kind


def _block(kind: str, lines: Sequence[str], first: int, last: int) -> Block:
    texts = [line for line in lines[first : last + 1] if line]
    if kind in {"bullets", "numbers"}:
        mark = BULLET if kind == "bullets" else NUMBERED
        return Block(kind, "", first, last, tuple(mark.sub("", one, count=1) for one in texts))
    if kind == "table" and len(texts) > 1:
        return Block(kind, "", first, last, tuple(texts))
    text = " ".join(texts)
    kind = "heading" if first == last and _is_heading(text) else "paragraph"
    return Block(kind, text, first, last)


def _is_heading(text: str) -> bool:
    return (
        len(text) <= HEADING_MAX
        and len(text.split()) <= HEADING_WORDS
        and text[-1] not in ".:;,!…"
        and not text[0].islower()
    )


def _levels(found: Sequence[Block], main: Collection[str]) -> dict[int, int]:
    """Give each heading its level: one that another follows at once has those after it as parts."""
    places = [place for place, block in enumerate(found) if block.kind == "heading"]
    parents = {place for place in places if place + 1 in places}
    levels, inside = {}, False
    for place in places:
        text = found[place].text
        if place in parents or not parents or MAIN.match(text) or text in main:
            inside = place in parents or (inside and not (MAIN.match(text) or text in main))
            levels[place] = SECTION
        else:
            levels[place] = PART if inside else SECTION
    return levels


def _open(found: Sequence[Block], levels: dict[int, int]) -> tuple[str, ...]:
    parents = [place for place in levels if place + 1 in levels]
    last = parents[-1] + 1 if parents else len(found)
    return tuple(found[place].text for place in levels if place > last and levels[place] == PART)


def _told(found: Sequence[Block], levels: dict[int, int], lead_ins: int) -> Iterator[str]:
    main = sum(level == SECTION for level in levels.values())
    points = sum(len(block.items) for block in found if block.kind in {"bullets", "numbers"})
    yield f"{main} sections, {len(levels) - main} parts of them, {points} points in lists"
    if lead_ins:
        yield f"{lead_ins} points begin with a few words and a colon, which are bold now"


def _list(block: Block) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        mark = "-" if block.kind == "bullets" else f"{number}."
        lead = LEAD_IN.match(item)
        text = f"**{escaped(lead[1])}:** {escaped(item[lead.end() :])}" if lead else escaped(item)
        yield f"{mark} {text}"


def _table(block: Block) -> Iterator[str]:
    rows = [re.split(r"\t| \| ", row.strip(" |")) for row in block.items]
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        cells = [
            escaped(cell.strip()).replace("|", "\\|") for cell in (*row, *[""] * (width - len(row)))
        ]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * width}"
