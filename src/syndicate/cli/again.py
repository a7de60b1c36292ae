"""`syndicate send --retry-refused`: whoever was refused goes again, in new batches."""

from typing import TYPE_CHECKING

from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk
from syndicate.errors import SyndicateError

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Issue


def refused_again(desk: Desk, ledger: "Ledger", newsletter: str) -> "Issue | None":
    """Make whoever the newest such issue was refused for pending again; None for nobody.

    Raises SyndicateError when the articles of the issue are new again and stand in a later one.
    """
    issues = ledger.issues(newsletter)
    found = next((one for one in issues if one.counts.refused), None)
    if found is None:
        talk(f"Nobody was refused in any issue of {newsletter}.")
        return None
    counts = found.counts
    if found != issues[0] and not counts.accepted and not counts.in_doubt:
        raise SyndicateError(
            f"Nobody got {found.id}, so its articles were new again for {issues[0].id}. "
            "To send it as well would mail them twice."
        )
    provider = desk.provider(found.provider)
    try:
        size = provider.limits.batch_size
    finally:
        provider.close()
    number = ledger.retry_refused(found.id, size, by=desk.by, now=desk.now)
    people = count(number, "refused recipient")
    talk(f"{found.id}: {people} again, in new batches. The refusals stay on record.")
    return ledger.issue(found.id)
