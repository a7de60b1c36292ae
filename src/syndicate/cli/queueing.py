"""`syndicate send --queue`: the issue is frozen here, and handed over by workers anywhere."""

from typing import TYPE_CHECKING, cast

from syndicate.cli.console import count, talk
from syndicate.cli.desk import Desk
from syndicate.cli.order import Order
from syndicate.errors import ConfigError
from syndicate.models import Issue

if TYPE_CHECKING:
    from syndicate.contracts import Ledger, Shared


def refuse(order: Order) -> None:
    """Raise ConfigError, before anything is done, where there is nothing that workers could do."""
    from syndicate import ledger
    from syndicate.providers import kind_of

    desk = order.desk
    ledger.conninfo(desk.ledger_at, by=desk.by)
    name = desk.config.newsletters[order.newsletter].provider
    if kind_of(name).abilities.holds_list:
        raise ConfigError(
            f"{name} holds the list itself: an issue is one call there, and nothing is left for "
            f"workers. Leave --queue out: syndicate send {order.newsletter}"
        )


def queue(desk: Desk, ledger: "Ledger", issue: Issue) -> Issue:
    """Make a job for each batch that is pending, and give the issue as it stands."""
    from syndicate import ledger as ledgers
    from syndicate import worker

    if issue.audience:
        raise ConfigError(
            f"{issue.id} is one call to {issue.provider}, which holds the list itself. Leave "
            f"--queue out: syndicate send {issue.newsletter}"
        )
    # First the ledger, which the jobs only follow.
    numbers = cast("Shared", ledger).queue(issue.id, by=desk.by, now=desk.now)
    address = ledgers.conninfo(desk.ledger_at, by=desk.by)
    worker.defer(address, [(issue.id, number) for number in numbers])
    talk(
        f"{issue.id}: {count(len(numbers), 'batch', 'batches')} queued. On as many computers as "
        "you like: syndicate worker. Follow them with: syndicate status --watch"
    )
    return ledger.issue(issue.id) or issue
