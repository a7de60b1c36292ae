"""The structure of plain text: paragraphs, headings, lists and tables, told by the shape of lines.

A list begins with the same kind of mark on each line. A table has the same number of cells, two or
more, on each of its lines. A heading is short, stands alone, ends like no sentence, and something
follows it. All else is a paragraph.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

#: marks of a list that say nothing else
BULLET = re.compile(r"[•‣◦▪▫●○■□·*\u2013\u2014➤▶►→-]\s+(?=\S)")
#: signs that stand where a mark does, and say something: they stay in the text
TELLING = re.compile(r"[✓✔✅❌✗✘☑☐]\ufe0f?\s*(?=\S)")
NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
CELLS = re.compile(r"\s*\t\s*|\s+\|\s+|\s*\|\s*|\s{3,}")
RULE = re.compile(r"[\s|:+=-]*")
#: characters and words of a heading at most
HEADING_MAX, HEADING_WORDS = 90, 14
#: a file with a longer line is not broken into lines of even length
WRAPPED = 110
#: a line of a paragraph that is broken into lines has more than this many characters
FULL = 50
#: characters of a row of a table
ROW = 1_000
LISTS = ("bullets", "numbers")


@dataclass(frozen=True, slots=True)
class Text:
    """A line of the text."""

    #: its place in the file, counted from 0
    number: int
    text: str
    #: characters of space before it
    indent: int


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list."""

    text: str
    #: how deep it stands, 0 for the list itself
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines that belong together."""

    #: "heading", "bullets", "numbers", "table" or "paragraph"
    kind: str
    #: lines of a paragraph or a heading
    texts: tuple[str, ...]
    #: the lines of the file that it is made of, counted from 0
    lines: tuple[int, ...]
    items: tuple[Item, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    #: number of the first point of a list with numbers
    first: int = 1

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(self.texts)


def blocks(lines: Sequence[Text]) -> tuple[Block, ...]:
    """Cut lines into blocks; empty lines, which are lines too, part them."""
    wrapped = max((len(line.text) for line in lines), default=0) <= WRAPPED
    found = [block for group in _groups(lines) for block in _cut(group, wrapped=wrapped)]
    return tuple(_settle(found))


def _groups(lines: Sequence[Text]) -> Iterator[list[Text]]:
    """Part lines at empty ones; points of one list stay together across them."""
    group: list[Text] = []
    gap = False
    for line in lines:
        if not line.text:
            gap = True
            continue
        if group and gap and not (_mark(line) and _mark(line) == _mark(group[-1])):
            yield group
            group = []
        group.append(line)
        gap = False
    if group:
        yield group


def _cut(group: Sequence[Text], *, wrapped: bool) -> Iterator[Block]:
    at = 0
    while at < len(group):
        kind = _mark(group[at])
        end = at + 1
        if kind:
            end = _end_of_list(group, at, kind)
            yield _list(group[at:end], kind)
        elif (end := _end_of_table(group, at)) > at:
            yield _table(group[at:end])
        else:
            end = at + 1
            while wrapped and end < len(group) and not _mark(group[end]):
                end += 1
            yield _paragraph(group[at:end])
        at = end


def _mark(line: Text) -> str:
    if BULLET.match(line.text) or TELLING.match(line.text):
        return "bullets"
    return "numbers" if NUMBERED.match(line.text) else ""


def _end_of_list(group: Sequence[Text], at: int, kind: str) -> int:
    end = at + 1
    while end < len(group):
        line = group[end]
        deeper = line.indent > group[at].indent
        if not (_mark(line) == kind or deeper):
            break
        end += 1
    return end


def _list(lines: Sequence[Text], kind: str) -> Block:
    """Make a list, or a paragraph of lines whose numbers do not go up one by one."""
    places = tuple(line.number for line in lines)
    numbers = [int(found[1]) for line in lines if (found := _own_number(line, lines[0], kind))]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False:
        return Block("paragraph", tuple(line.text for line in lines), places)
    indents: list[int] = []
    items: list[Item] = []
    for line in lines:
        if not _mark(line):
            items[-1] = replace(items[-1], text=f"{items[-1].text} {line.text}")
            continue
        while indents and indents[-1] >= line.indent:
            indents.pop()
        indents.append(line.indent)
        # A number that stands deeper stays in the text.
        mark = NUMBERED if len(indents) == 1 and kind == "numbers" else BULLET
        items.append(Item(mark.sub("", line.text, count=1), len(indents) - 1))
    return Block(kind, (), places, tuple(items), first=numbers[0] if numbers else 1)


def _own_number(line: Text, first: Text, kind: str) -> re.Match[str] | None:
    own = kind == "numbers" and line.indent <= first.indent
    return NUMBERED.match(line.text) if own else None


def _end_of_table(group: Sequence[Text], at: int) -> int:
    """Give the line after a table that starts here; `at` itself where none does."""
    width, end = len(_cells(group[at].text)), at
    if width < 2:  # noqa: PLR2004 -- one cell is a line
        return at
    while end < len(group) and (
        len(_cells(group[end].text)) == width or RULE.fullmatch(group[end].text)
    ):
        end += 1
    rows = sum(not RULE.fullmatch(line.text) for line in group[at:end])
    return end if rows > 1 else at


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|").strip()
    # Looking for gaps in a long line could take for ever, and no row is that long.
    return tuple(CELLS.split(inner)) if len(inner) <= ROW else (inner,)


def _table(lines: Sequence[Text]) -> Block:
    rows = tuple(_cells(line.text) for line in lines if not RULE.fullmatch(line.text))
    return Block("table", (), tuple(line.number for line in lines), rows=rows)


def _paragraph(lines: Sequence[Text]) -> Block:
    """Put the lines of a paragraph that was broken into even lines together again."""
    texts = tuple(line.text for line in lines)
    places = tuple(line.number for line in lines)
    if len(texts) == 1 and _is_heading(texts[0]):
        return Block("heading", texts, places)
    if all(len(text) > FULL for text in texts[:-1]):
        texts = (" ".join(texts),)
    return Block("paragraph", texts, places)


def _is_heading(text: str) -> bool:
    words = text.split()
    long = [word for word in words if len(word) > 3]  # noqa: PLR2004 -- small words are small
    titled = sum(not word[0].islower() for word in long) > len(long) / 2
    return (
        len(text) <= HEADING_MAX
        and len(words) <= HEADING_WORDS
        and text[-1] not in ".:;,\u2026"
        and (text[-1] != "!" or titled)
        and any(sign.isalpha() for sign in text)
        and not text[0].islower()
        and "://" not in text
    )


def _settle(found: Sequence[Block]) -> Iterator[Block]:
    """Decide what only the neighbours tell: a lone number is of a heading; one at the end is none.

    Gives the blocks again.
    """
    for place, block in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        if block.kind == "heading" and following is None:
            yield replace(block, kind="paragraph")
        elif (
            block.kind == "numbers"
            and len(block.items) == 1
            and _is_heading(block.items[0].text)
            and following is not None
            and following.kind != "numbers"
        ):
            yield replace(
                block, kind="heading", texts=(f"{block.first}. {block.items[0].text}",), items=()
            )
        else:
            yield block
