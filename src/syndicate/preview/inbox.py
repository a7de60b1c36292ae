"""The row of an inbox: how much of sender, subject and preview text each mail program shows.

Every program cuts by width, so a number of characters is a middle: an "m" takes more than an "i".
The figures are those that people measured and published; each has its source and the day it was
read.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from syndicate.text import one_line


@dataclass(frozen=True, slots=True)
class Program:
    """A mail program, and what its list of messages shows before one is opened."""

    #: "Gmail"
    name: str
    #: "computer" or "phone"
    device: str
    #: how the row is laid out: "line" for all on one line, else "stack"
    layout: str
    #: it puts a round face before the row
    face: bool
    #: characters of the subject, and of the preview text
    subject: int
    preview: int
    #: lines that the preview text has
    lines: int
    #: where the figures are from, and the day they were read there
    source: str
    read: str


_READ = "24 November 2026"
_MEASURED = "emailtooltester.com, email-subject-lines-character-limit (measured on an iPhone 14)"
_LENGTHS = "themarketer.com, how-long-should-your-preview-texts-be"
_SUBJECTS = "lettercounter.org, email-subject-line-length-guide"

PROGRAMS = (
    Program("Gmail", "computer", "line", False, 70, 97, 1, f"{_SUBJECTS}; {_LENGTHS}", _READ),
    Program(
        "Apple Mail", "computer", "stack", False, 70, 140, 2, f"{_SUBJECTS}; {_LENGTHS}", _READ
    ),
    Program("Outlook", "computer", "stack", True, 60, 55, 1, f"{_SUBJECTS}; {_LENGTHS}", _READ),
    Program("Gmail", "phone", "stack", True, 37, 90, 2, f"{_SUBJECTS}; {_LENGTHS}", _READ),
    Program("Apple Mail", "phone", "stack", False, 48, 99, 2, _MEASURED, _READ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A message as one program lists it."""

    program: Program
    subject: str
    #: what stands beside or below the subject
    glance: str
    #: something of it is not shown
    subject_cut: bool
    glance_cut: bool


def rows(subject: str, glance: str) -> Iterator[Row]:
    """Cut a subject and a preview text as each program does."""
    subject, glance = one_line(subject), one_line(glance)
    for program in PROGRAMS:
        yield Row(
            program,
            cut(subject, program.subject),
            cut(glance, program.preview),
            len(subject) > program.subject,
            len(glance) > program.preview,
        )


def cut(text: str, most: int) -> str:
    """Cut a text to so many characters, the ellipsis among them, as mail programs do: anywhere."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
