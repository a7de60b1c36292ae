"""Prose: from the HTML of an article to plain text."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from syndicate.text import clean

_BLOCKS = frozenset(
    """address article aside blockquote caption dd details div dl dt figcaption figure footer h1 h2
    h3 h4 h5 h6 header hr ol p pre section summary table ul video audio""".split()  # noqa: SIM905
)
#: what they hold is no running text
_APART = frozenset(
    """aside blockquote dl figure footer h1 h2 h3 h4 h5 h6 header ol pre section table
    ul""".split()  # noqa: SIM905
)
_DROPPED = frozenset({"script", "style", "template", "title"})
#: 10<sup>2</sup> must not become 102
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SPACE = re.compile(r"[ \t\r\n\f]+")
#: a list begins with a number of nine digits at most (CommonMark 0.31, section 5.2)
_NUMBER = re.compile(r"[0-9]{1,9}")


def plain(html: str) -> str:
    """Give the plain text of a fragment of HTML, its paragraphs separated by an empty line.

    Items of a list stand on lines of their own, cells of a table between bars, and a footnote is
    called by its number in brackets. Pictures leave nothing; addresses of links are left out.
    """
    return _read(html, _Reader(apart=frozenset()))


def running(html: str, enough: int | None = None) -> str:
    """Give only the running text of a fragment of HTML, to make a summary of.

    Headings, lists, tables, quotations, blocks of code and notes are left out. With `enough` it
    may end anywhere after so many characters.
    """
    return _read(html, _Reader(apart=_APART), enough)


def _read(html: str, reader: Any, enough: int | None = None) -> str:
    from lxml import etree  # noqa: PLC0415 -- needed only where an article is read whole

    if not html.strip():
        return ""
    parser = etree.HTMLParser(target=reader, encoding="utf-8")
    data = f"<div>{clean(html)}</div>".encode()
    for start in range(0, len(data), _PIECE if enough else len(data)):
        parser.feed(data[start : start + _PIECE] if enough else data)
        if enough and reader.count >= enough:
            break
    return str(parser.close())


#: bytes that are read before it is asked whether that is enough
_PIECE = 2000


class _Open(NamedTuple):
    """An element that has started and not ended."""

    #: its text is left out
    silent: bool
    #: written when it ends
    after: str
    #: how its text is changed
    letters: Mapping[int, int]


class _Reader:
    """Listens to lxml's parser, so that no depth of nesting matters."""

    def __init__(self, *, apart: frozenset[str]) -> None:
        self.apart = apart
        #: finished lines, by paragraph
        self.blocks: list[list[str]] = [[]]
        #: pieces of the line being read, and what stands before it
        self.line: list[str] = []
        #: whether there is more than space in it
        self.begun = False
        self.prefix = ""
        self.open: list[_Open] = [_Open(silent=False, after="", letters={})]
        #: for each open list the number of its last item; None where items have no numbers
        self.lists: list[int | None] = []
        #: characters of finished lines
        self.count = 0
        self.pre = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self._end_block()
        self.open.append(self._opened(tag, attributes.get("class", "")))
        if tag in {"ol", "ul"}:
            number = attributes.get("start", "1")
            first = int(number) if _NUMBER.fullmatch(number) else 1
            self.lists.append(first - 1 if tag == "ol" else None)
        elif tag == "li":
            self._start_item()
        elif tag in {"br", "tr"}:
            self._end_line()
        elif tag in {"td", "th"} and self.begun:
            self._write(" | ")
        self.pre += tag == "pre"

    def end(self, tag: str) -> None:
        self._write(self.open.pop().after)
        if tag in {"ol", "ul"} and self.lists:
            self._end_line()
            self.lists.pop()
        if tag in _BLOCKS:
            self._end_block()
        self.pre -= tag == "pre"

    def data(self, text: str) -> None:
        here = self.open[-1]
        if here.silent:
            return
        # To look each letter up in vain takes an eighth of all.
        text = clean(text).translate(here.letters) if here.letters else clean(text)
        first, *more = text.split("\n") if self.pre else [text]
        self._write(first)
        for line in more:
            self._end_line()
            self._write(line)

    def close(self) -> str:
        self._end_block()
        return "\n\n".join("\n".join(lines) for lines in self.blocks if lines)

    def _opened(self, tag: str, kind: str) -> _Open:
        outer = self.open[-1]
        reference = tag == "sup" and kind == "footnote-ref"
        silent = tag in _DROPPED or tag in self.apart or kind == "footnote-backref"
        silent = silent or outer.silent or (reference and bool(self.apart))
        if reference and not silent:
            self._write("[")
            return _Open(silent=False, after="]", letters=outer.letters)
        letters = {"sup": _RAISED, "sub": _LOWERED}.get(tag, outer.letters)
        return _Open(silent, "", letters)

    def _start_item(self) -> None:
        self._end_line()
        if not self.lists or self.open[-1].silent:
            return
        number = self.lists[-1]
        if number is not None:
            number = self.lists[-1] = number + 1
        self.prefix = "  " * (len(self.lists) - 1) + ("- " if number is None else f"{number}. ")

    def _write(self, text: str) -> None:
        self.line.append(text)
        self.begun = self.begun or bool(text.strip())

    def _end_line(self) -> None:
        text = "".join(self.line)
        if self.pre:
            text = text.rstrip()
        else:
            # Hardly any line has more than single spaces, and to look for it takes a third of all.
            spaced = "  " in text or not text.isprintable()
            text = (_SPACE.sub(" ", text) if spaced else text).strip()
        self.line, self.begun = [], False
        if text:
            self.blocks[-1].append(self.prefix + text)
            self.count += len(text)
            self.prefix = " " * len(self.prefix)

    def _end_block(self) -> None:
        self._end_line()
        if self.blocks[-1] and not self.lists:
            self.prefix = ""
            self.blocks.append([])
