"""What a check is: a name, a level, one plain sentence, and a function that looks.

A check asks nobody and changes nothing: whoever calls it has read and visited everything before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Generic, TypeVar

from syndicate.models import Finding, Level, Where

S = TypeVar("S")

#: findings of one check in one file: nobody reads more, and hostile files may hold a million
MOST = 100
MUST, ADVICE = Level.MUST_FIX, Level.ADVICE


class About(StrEnum):
    """What a check looks at."""

    ARTICLE = "article"
    FEEDS = "feeds"
    MESSAGE = "message"
    #: who sends, and what mailbox providers ask of those who send to many
    SENDER = "sender"
    #: only with `--online`
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a check has to say."""

    #: what is wrong, as one plain sentence
    text: str
    #: what to do next, as one plain sentence; "" where the text says it already
    fix: str = ""
    #: line of the file, counted from 1; None for the whole of it
    line: int | None = None
    #: sign in the line, counted from 1
    column: int | None = None
    #: the file, where it is not the one that is looked at
    path: str = ""


@dataclass(frozen=True, slots=True)
class Check(Generic[S]):
    """One thing that can be known before sending, switchable by its name in [checks]."""

    name: str
    level: Level
    about: About
    #: how things are when all is well, as one plain sentence
    sentence: str
    #: None where somebody else notices, such as who reads the file
    look: Callable[[S], Iterable[Found]] | None = None
    #: whether `--fix` can mend what it finds, or some of it
    mends: bool = False
    #: what switches it on together with others; "" for a check that is on by itself
    group: str = ""

    def findings(self, subject: S, path: str = "") -> list[Finding]:
        """Look, and say what was found; `path` names the file that is looked at."""
        found = islice(self.look(subject), MOST) if self.look is not None else ()
        return [
            Finding(
                self.level, one.text, _where(one.path or path, one), fix=one.fix, name=self.name
            )
            for one in found
        ]


def _where(path: str, one: Found) -> Where | None:
    return Where(path, one.line, one.column) if path else None
