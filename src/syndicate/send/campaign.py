"""Handing over an issue to a provider that holds the list: draft, read back, flip once, look.

Making and filling a draft mails nobody, so it may be done again by looking first. Only the flip is
claimed in the ledger, and only the campaign's own state says what became of it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from syndicate.contracts import CampaignProvider, Ledger
from syndicate.errors import ProviderError, Refused, Throttled, Unavailable, Uncertain
from syndicate.models import Batch, Campaign, HeldList, Issue, Message, Receipt, Stage, Status
from syndicate.send.base import Clock, Ending, Result
from syndicate.send.pace import Pace

#: seconds between the two reads that must both find a draft before it counts as never flipped
BETWEEN_READS = 60.0
#: an issue at such a provider is one batch
ONLY = 1

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """One go at handing over an issue as a campaign."""

    ledger: Ledger
    provider: CampaignProvider
    issue: Issue
    message: Message
    #: the list as it was frozen
    audience: HeldList
    #: SITE-AUTHORITY/ISSUE-ID/CONTENT-HASH
    marker: str
    #: number of this run in the ledger
    number: int
    by: str
    clock: Clock
    #: when the provider lets it go, so that it can be taken back until then; None for at once
    goes_at: datetime | None = None


def hand_over_campaign(run: CampaignRun) -> Result:
    """Make the campaign, or find it, and let it go once; never raises for what a provider does."""
    look(run)
    pace = Pace(run.provider.patience)
    try:
        while run.ledger.batch(run.issue.id, ONLY).status is Status.PENDING:
            if run.clock.interrupted():
                return Result(Ending.INTERRUPTED)
            campaign = _draft(run)
            if ending := _let_go(run, campaign, pace):
                return ending
    except ProviderError as error:
        return Result(Ending.STOPPED, str(error))
    undone = run.ledger.batch(run.issue.id, ONLY).status is Status.WITHDRAWN
    return Result(Ending.UNDONE if undone else Ending.DONE)


def look(run: CampaignRun) -> str:
    """Settle a doubt by the campaign's own state; gives why it cannot be, "" when it could."""
    batch = run.ledger.batch(run.issue.id, ONLY)
    if batch.status is not Status.IN_DOUBT:
        return ""
    try:
        return _settled(run, batch)
    except ProviderError as error:
        return str(error)


def _settled(run: CampaignRun, batch: Batch) -> str:
    """Say why the campaign's state settles nothing; "" when it did. Raises ProviderError."""
    name, by = run.provider.name, f"the state of the campaign at {run.provider.name}"
    campaign = _campaign(run, batch)
    if campaign is not None and campaign.stage is Stage.DRAFT:
        run.clock.pause(BETWEEN_READS)
        if run.clock.interrupted():
            return "It was interrupted between the two reads that would tell."
        campaign = _campaign(run, batch)
        if campaign is not None and campaign.stage is Stage.DRAFT:
            run.ledger.settle(run.issue.id, ONLY, accepted=False, by=by, now=run.clock.now())
            return ""
    if campaign is None:
        return f"{name} has no campaign of {run.issue.id}: it was taken away, or never made."
    _ours(run, campaign)
    run.ledger.found(batch, None, by=by, now=run.clock.now())
    return ""


def _campaign(run: CampaignRun, batch: Batch) -> Campaign | None:
    """Find the campaign of an issue: by its marker, and by its id, as lists may be late.

    One that was let go comes before any draft: a doubled draft may have been let go by hand.
    """
    found = run.provider.find(run.marker)
    known = run.provider.read(batch.reference) if batch.reference else None
    candidates = (known, *found) if known is not None else found
    gone = (one for one in candidates if one.stage is not Stage.DRAFT)
    return next(gone, None) or next(iter(candidates), None)


def _draft(run: CampaignRun) -> Campaign:
    """Give the campaign of this issue, made now or found, and read back.

    Raises ProviderError: nobody was mailed.
    """
    batch = run.ledger.batch(run.issue.id, ONLY)
    found = _patiently(run, lambda: _campaign(run, batch)) or _made(run)
    if found.stage is not Stage.DRAFT:
        return _ours(run, found)
    campaign = _read(run, found.reference)
    if _unlike(run, campaign):
        _patiently(
            run,
            lambda: run.provider.fill(campaign.reference, run.message, run.audience, run.marker),
        )
        campaign = _read(run, found.reference)
        if why := _unlike(run, campaign):
            raise Refused(
                f"The draft at {run.provider.name} is not what was frozen: {why} Nobody was "
                "mailed. Take the draft away there, then run the same command again."
            )
    return campaign


def _made(run: CampaignRun) -> Campaign:
    """Make a draft. One that may have been made is looked for, never made again blindly."""
    try:
        return _patiently(run, lambda: run.provider.create(run.message, run.audience, run.marker))
    except Uncertain as error:
        found = run.provider.find(run.marker)
        if found:
            return found[0]
        raise Unavailable(
            f"{run.provider.name} did not say whether it made the draft ({error}). A draft mails "
            "nobody. Go on with the same command in a minute."
        ) from error


def _read(run: CampaignRun, reference: str) -> Campaign:
    campaign = _patiently(run, lambda: run.provider.read(reference))
    if campaign is None:
        raise Refused(
            f"The draft of {run.issue.id} is gone from {run.provider.name}. Nobody was mailed. Run "
            "the same command again."
        )
    return campaign


def _unlike(run: CampaignRun, campaign: Campaign) -> str:
    """Say in what a draft differs from what was frozen; "" when in nothing."""
    if campaign.marker != run.marker:
        return "it does not carry our mark."
    if campaign.audience != run.audience.id:
        return f"it goes to another list than {run.audience.name}."
    return run.provider.differs(campaign, run.message)


def _ours(run: CampaignRun, campaign: Campaign) -> Campaign:
    """Give a campaign that was let go already. Raises Refused where it is not this issue's."""
    if campaign.audience != run.audience.id:
        raise Refused(
            f"{run.provider.name} has let go a campaign marked as {run.issue.id}, but to another "
            f"list than {run.audience.name}. Nothing more was sent. Look at it there."
        )
    if campaign.stage is Stage.STOPPED:
        raise Refused(
            f"{run.provider.name} stopped the campaign of {run.issue.id}: "
            f"{campaign.reason or 'it does not say why'}. Look at it there."
        )
    return campaign


def _let_go(run: CampaignRun, campaign: Campaign, pace: Pace) -> Result | None:
    """Claim, committed, and only then flip; gives how the run ends, None to look again."""
    ledger, clock = run.ledger, run.clock
    found = ledger.batch(run.issue.id, ONLY)
    batch = Batch(
        found.issue, found.number, found.name, (), found.status, found.told, campaign.reference
    )
    token = secrets.token_hex(16)
    if not ledger.claim(
        batch, run=run.number, token=token, payload_hash=run.issue.content_hash, now=clock.now()
    ):
        return Result(Ending.UNDONE if ledger.stopped(run.issue.id) else Ending.DONE)
    receipt = Receipt(campaign.reference)
    if campaign.stage is not Stage.DRAFT:
        ledger.accept(batch, token, receipt, clock.now())
        return None
    try:
        run.provider.flip(campaign.reference, run.goes_at)
    except Uncertain as error:
        ledger.doubt(batch, token, str(error), clock.now())
        why = look(run)
        return Result(Ending.DOUBTFUL, why) if why else None
    except ProviderError as error:
        ledger.release(batch, token, str(error), clock.now())
        return None if _waited(run, pace, error) else Result(Ending.STOPPED, str(error))
    except BaseException:
        ledger.doubt(batch, token, f"a fault in {run.provider.name}", clock.now())
        raise
    ledger.accept(batch, token, receipt, clock.now())
    return None


def _patiently(run: CampaignRun, ask: Callable[[], _Answer]) -> _Answer:
    """Ask, and ask again where nothing was taken and waiting may help."""
    pace = Pace(run.provider.patience)
    while True:
        try:
            return ask()
        except (Throttled, Unavailable) as error:
            if not _waited(run, pace, error):
                raise


def _waited(run: CampaignRun, pace: Pace, error: ProviderError) -> bool:
    """Wait where waiting may help, within our patience; False where it does not."""
    ticks = run.clock.ticks()
    if isinstance(error, Throttled):
        goes_on = pace.later(error, ticks)
    else:
        goes_on = isinstance(error, Unavailable) and pace.unreachable(ticks)
    if not goes_on or run.clock.interrupted():
        return False
    run.clock.pause(pace.left(run.clock.ticks()))
    return True
