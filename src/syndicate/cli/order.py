"""What a person ordered with `syndicate send`."""

from dataclasses import dataclass

from syndicate.cli.desk import NOTHING, Desk, at_a_terminal
from syndicate.cli.ending import Exit
from syndicate.cli.grace import AT_ONCE, Hold
from syndicate.cli.wishes import Asked
from syndicate.models import Baseline, Issue


@dataclass(frozen=True, slots=True)
class Order:
    """What the person asked for."""

    desk: Desk
    newsletter: str
    #: None where the person named none
    baseline: Baseline | None
    yes: bool
    dry_run: bool
    #: how long it waits, and can still be taken back
    hold: Hold = AT_ONCE
    retry_refused: bool = False
    #: leave the handing over to workers
    queue: bool = False
    #: which articles, note and subject the person wants
    asked: Asked = NOTHING

    @property
    def asks(self) -> bool:
        """Whether there is somebody who wants to be asked."""
        return not self.yes and not self.dry_run and at_a_terminal()


Outcome = tuple[Issue | None, Exit]
