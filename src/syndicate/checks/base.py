"""What a check is: a name, a level, one plain sentence, and a function that looks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from syndicate.models import Finding, Level, Message


@dataclass(frozen=True, slots=True)
class Subject:
    """What the checks of a message look at."""

    message: Message
    #: postal address of the sender; "" when none is configured
    address: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be known before sending, switchable by its name in [checks]."""

    name: str
    level: Level
    #: what it looks for, as one plain sentence
    sentence: str
    #: gives (what is wrong, what to do) for each thing found
    look: Callable[[Subject], Iterable[tuple[str, str]]]

    def findings(self, subject: Subject) -> list[Finding]:
        """Look, and say what was found."""
        return [
            Finding(self.level, text, fix=fix, name=self.name) for text, fix in self.look(subject)
        ]
