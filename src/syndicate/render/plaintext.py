"""Lines of the plain-text part: 72 columns, and every address whole."""

import unicodedata

COLUMNS = 72


def wrap(text: str, columns: int = COLUMNS) -> str:
    """Break paragraphs into lines that fit; addresses are never broken and stand alone.

    Columns are counted as terminals do: East Asian wide characters take two (UAX #11).
    """
    paragraphs = (part for part in text.split("\n\n") if part.strip())
    return "\n\n".join("\n".join(_lines(part.split(), columns)) for part in paragraphs)


def _lines(words: list[str], columns: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in (piece for word in words for piece in _pieces(word, columns)):
        joined = f"{line} {piece}" if line else piece
        if line and (_width(joined) > columns or _address(piece) or _address(line)):
            lines.append(line)
            joined = piece
        line = joined
    return [*lines, line] if line else lines


def _address(word: str) -> bool:
    return "://" in word and " " not in word


def _pieces(word: str, columns: int) -> list[str]:
    """Break a word that fits no line, such as a paragraph in a language without spaces."""
    if _address(word) or _width(word) <= columns:
        return [word]
    pieces = [""]
    for letter in word:
        if _width(pieces[-1] + letter) > columns:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
