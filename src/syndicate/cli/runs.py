"""A run at the command line: ledger, provider and clock put together for one issue."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, cast

from syndicate.cli.desk import Desk
from syndicate.cli.suppressing import Suppression
from syndicate.models import HeldList, Issue

if TYPE_CHECKING:
    from syndicate.contracts import CampaignProvider, Ledger, Provider
    from syndicate.send import CampaignRun, Clock, Run


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done, and who does it."""

    desk: Desk
    ledger: "Ledger"
    issue: Issue
    #: number of the run in the ledger
    run: int
    #: set when somebody asks it to end
    stop: Event
    #: when the provider is to let it go, where it can take it back until then
    goes_at: datetime | None = None


@contextlib.contextmanager
def opened(job: Job) -> "Iterator[Run | CampaignRun]":
    """Open the provider of an issue for a run, and close it after."""
    service = job.desk.service(job.issue.provider)
    try:
        if job.issue.audience:
            yield _campaign(job, cast("CampaignProvider", service))
        else:
            yield batches(job, cast("Provider", service))
    finally:
        service.close()


def marker(desk: Desk, issue: str, content_hash: str) -> str:
    """Write what a campaign carries, so that it is known again and never made twice."""
    return f"{desk.config.site.authority}/{issue}/{content_hash}"


def batches(job: Job, provider: "Provider") -> "Run":
    """Put together a run for a provider that is handed the people."""
    from syndicate import send as sending

    lists = Suppression(job.desk.config, job.ledger.secret(job.desk.secret()))
    return sending.Run(
        ledger=job.ledger,
        provider=provider,
        issue=job.issue.id,
        message=job.ledger.message(job.issue.id),
        number=job.run,
        by=job.desk.by,
        clock=_clock(job.stop),
        calls=sending.Threads(),
        suppressed=lambda: lists.keys(datetime.now(UTC)),
        progress=lambda _: None,
    )


def _campaign(job: Job, provider: "CampaignProvider") -> "CampaignRun":
    from syndicate import send as sending

    issue = job.issue
    newsletter = job.desk.config.newsletters.get(issue.newsletter)
    name = str(newsletter.audience) if newsletter else issue.audience
    return sending.CampaignRun(
        ledger=job.ledger,
        provider=provider,
        issue=issue,
        message=job.ledger.message(issue.id),
        audience=HeldList(issue.audience, name, issue.counts.frozen),
        marker=marker(job.desk, issue.id, issue.content_hash),
        number=job.run,
        by=job.desk.by,
        clock=_clock(job.stop),
        goes_at=job.goes_at,
    )


def _clock(stop: Event) -> "Clock":
    from syndicate.send import Clock

    return Clock(lambda: datetime.now(UTC), _ticks, stop.wait, stop.is_set)


def _ticks() -> float:
    """Give seconds that only go forward, and go on while the computer sleeps where they can."""
    counts_sleep = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if counts_sleep is None else time.clock_gettime(counts_sleep)
