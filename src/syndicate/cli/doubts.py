"""Earlier issues in doubt: asked about before each send, and never kept quiet."""

from typing import TYPE_CHECKING

from syndicate.cli.console import count, talk
from syndicate.cli.ending import Exit
from syndicate.cli.handing import find_out
from syndicate.cli.order import Order
from syndicate.errors import ConfigError
from syndicate.models import Issue

if TYPE_CHECKING:
    from syndicate.contracts import Ledger


def settle_first(order: Order, ledger: "Ledger", run: int) -> None:
    """Ask about what earlier runs left in doubt, where the provider can tell."""
    for issue in ledger.issues(order.newsletter):
        if issue.counts.in_doubt and _can_tell(issue.provider):
            find_out(order.desk, ledger, run, issue)


def _can_tell(provider: str) -> bool:
    """Whether a provider that we bring the recipients to can tell what it took."""
    from syndicate.providers import kind_of

    try:
        can = kind_of(provider).abilities
    except ConfigError:
        # It came from another package, which is gone.
        return False
    return can.lookup or can.key_life is not None


def reminded(order: Order, ledger: "Ledger", issue: Issue | None, code: Exit) -> Exit:
    """Remind of earlier issues in doubt: they stop nothing, and are never kept quiet."""
    issues = [one for one in ledger.issues(order.newsletter) if one.counts.in_doubt]
    # What a worker has under way counts as in doubt too, but is none of ours.
    old = [one for one in issues if ledger.doubts(one.id)]
    for one in old:
        if issue is None or one.id != issue.id:
            people = count(one.counts.in_doubt, "person", "people")
            talk(f"{one.id} is still in doubt for {people}. Next: syndicate settle {one.id}")
    return Exit.DOUBT if old and code is Exit.DONE else code
