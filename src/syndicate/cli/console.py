"""How the command line speaks: data to stdout, talk to stderr, ASCII where the terminal is."""

import io
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

from syndicate.errors import SyndicateError

#: stand-ins for characters that an ASCII terminal cannot show
_ASCII = {
    0xB7: "-",
    0x2013: "-",
    0x2014: "-",
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2026: "...",
    0x2192: "->",
    0x2713: "ok",
}


def speak_plainly() -> None:
    """Make sure that no text can break on a terminal that does not know its characters."""
    _fill_gaps()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fill_gaps() -> None:
    """Let closed streams lead nowhere, before a file of ours gets the number of one of them."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, number)
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 -- a stream lives as long as we do


def talk(text: str = "") -> None:
    """Say something to the person: questions, progress and results, on stderr.

    Nobody may be able to hear it: what is being done goes on all the same.
    """
    try:
        click.echo(_fitting(text, sys.stderr.encoding), err=True)
    except OSError:
        lead_nowhere(sys.stderr)


def show(text: str) -> None:
    """Write data to stdout.

    Whoever reads it may leave early, as `head` does: that is no error, and the rest goes nowhere.
    Raises SyndicateError where it cannot be written.
    """
    try:
        click.echo(_fitting(text, sys.stdout.encoding))
    except BrokenPipeError:
        lead_nowhere(sys.stdout)
    except OSError as error:
        lead_nowhere(sys.stdout)
        raise SyndicateError(f"The output cannot be written: {error.strerror}.") from None


def lead_nowhere(stream: TextIO) -> None:
    """Let whatever is still written to a stream be lost."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def show_json(value: Any) -> None:
    """Write one JSON document to stdout."""
    import json

    show(json.dumps(value, indent=2, ensure_ascii=False))


def rows(lines: Iterable[Sequence[str]], indent: str = "  ") -> str:
    """Align columns by spaces; nothing is cut."""
    table = [list(line) for line in lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        (
            indent + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun: 1 article, 2 articles, 1,200 people."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _fitting(text: str, encoding: str | None) -> str:
    plain = (encoding or "ascii").lower().replace("-", "")
    return text if plain.startswith("utf") else text.translate(_ASCII)
