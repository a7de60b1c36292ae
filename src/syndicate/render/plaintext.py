"""Lines of the plain-text part: 72 columns, and every address whole."""

import re
import unicodedata
from collections.abc import Iterator

COLUMNS = 72
#: signs that belong to what stands before them (JIS X 4051)
_CLOSING = frozenset(
    "、。，．・：；！？）］｝」』】〉》〕ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々…"  # noqa: RUF001 -- meant
)
_ITEM = re.compile(r"[ ]*(?:- |[0-9]{1,3}\. )|[ ]+(?=\S)")


def wrap(text: str, columns: int = COLUMNS) -> str:
    """Break lines that are too long; addresses are never broken and stand alone.

    Items of a list hang below their first word, and paragraphs keep their empty line.
    Columns are counted as terminals do: East Asian wide characters take two (UAX #11).
    """
    paragraphs = (part for part in re.split(r"\n\s*\n", text) if part.strip())
    return "\n\n".join("\n".join(_broken(part, columns)) for part in paragraphs)


def _broken(paragraph: str, columns: int) -> Iterator[str]:
    for line in paragraph.split("\n"):
        first, rest = _hang(line, columns)
        words = line[len(first) :].split()
        for number, part in enumerate(_lines(words, columns - len(first))):
            yield ((rest if number else first) + part).rstrip()


def _hang(line: str, columns: int) -> tuple[str, str]:
    """Give what stands before the first line of an item, and before its others."""
    item = _ITEM.match(line)
    if item is None or len(item[0]) > columns // 2:
        return "", ""
    return item[0], " " * len(item[0])


def _lines(words: list[str], columns: int) -> list[str]:
    lines: list[list[str]] = []
    room, alone = 0, False
    for piece in (piece for word in words for piece in _pieces(word, columns)):
        width, address = _width(piece), _address(piece)
        if not lines or width >= room or address or alone:
            lines.append([])
            room = columns + 1
        lines[-1].append(piece)
        room, alone = room - width - 1, address
    return [" ".join(line) for line in lines]


def _address(word: str) -> bool:
    return "://" in word and " " not in word


def _pieces(word: str, columns: int) -> list[str]:
    """Break a word that fits no line, such as a paragraph in a language without spaces."""
    if _address(word) or _width(word) <= columns:
        return [word]
    pieces, piece, width = [], "", 0
    for letter in word:
        letter_width = _width(letter)
        if piece and width + letter_width > columns:
            # A closing sign takes the letter before it along: no line starts with one.
            kept = len(piece) - (letter in _CLOSING and len(piece) > 1)
            pieces.append(piece[:kept])
            piece = piece[kept:]
            width = _width(piece)
        piece += letter
        width += letter_width
    return [*pieces, piece]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(1 if letter < "\u0300" else _columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
