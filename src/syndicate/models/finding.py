"""What a check or a reader has to say, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    #: illegal, unreadable or unsendable: stops what it touches
    MUST_FIX = "must fix"
    #: worth mending; stops nothing
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file, printed as `articles/why.md:3`."""

    #: path as a person would type it, relative to the site's folder
    path: str
    #: line, counted from 1; None for the whole file
    line: int | None = None
    #: sign in the line, counted from 1; None where it is not known
    column: int | None = None

    def __str__(self) -> str:
        """Give `path` or `path:line`."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check or a reader has to say."""

    level: Level
    #: what is wrong, as one plain sentence that quotes the wrong value
    text: str
    #: the file and line it is about; None when it is about the whole site or issue
    where: Where | None = None
    #: what to do next, as one plain sentence; "" where the text says it already
    fix: str = ""
    #: name of the check, as in [checks]
    name: str = ""
