"""`syndicate send --retry-refused`: whoever was refused goes again, in new batches."""

from typing import TYPE_CHECKING

from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk
from syndicate.errors import SyndicateError

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Issue


def refused_before(ledger: "Ledger", newsletter: str) -> "Issue | None":
    """Find the newest issue that somebody was refused in and may get again; None for none.

    Raises SyndicateError when the articles of the issue are new again and stand in a later one.
    """
    issues = ledger.issues(newsletter)
    found = next((one for one in issues if one.counts.refused), None)
    if found is None or not ledger.may_go_again(found.id):
        talk(f"Nobody was refused in any issue of {newsletter} who could get it again.")
        return None
    if ledger.stopped(found.id):
        raise SyndicateError(f"{found.id} was taken back with undo: nobody gets it any more.")
    counts = found.counts
    if found != issues[0] and not counts.accepted and not counts.in_doubt:
        raise SyndicateError(
            f"Nobody got {found.id}, so its articles were new again for {issues[0].id}. "
            "To send it as well would mail them twice."
        )
    return found


def goes_again(desk: Desk, ledger: "Ledger", issue: "Issue") -> "Issue":
    """Make whoever an issue was refused for pending again, in new batches."""
    provider = desk.provider(issue.provider)
    try:
        size = provider.limits.batch_size
    finally:
        provider.close()
    number = ledger.retry_refused(issue.id, size, by=desk.by, now=desk.now)
    people = count(number, "refused recipient")
    talk(f"{issue.id}: {people} again, in new batches. The refusals stay on record.")
    return ledger.issue(issue.id) or issue
