"""Handing over a frozen issue, batch by batch: claim, submit, record; see `loop`."""

from collections import deque

from syndicate.send.base import Calls, Clock, Ending, Loop, Result, Run
from syndicate.send.campaign import CampaignRun, hand_over_campaign, look
from syndicate.send.loop import LAST_WORD, go_through, repeat_doubts
from syndicate.send.pace import DOUBTS_IN_A_ROW, PATIENCE_TO_CONNECT, TRIES_TO_CONNECT, Pace
from syndicate.send.settling import Settled, settle
from syndicate.send.sharing import SharedPace, hand_over_one
from syndicate.send.threads import Threads

__all__ = [
    "DOUBTS_IN_A_ROW",
    "LAST_WORD",
    "PATIENCE_TO_CONNECT",
    "TRIES_TO_CONNECT",
    "Calls",
    "CampaignRun",
    "Clock",
    "Ending",
    "Pace",
    "Result",
    "Run",
    "Settled",
    "SharedPace",
    "Threads",
    "hand_over",
    "hand_over_campaign",
    "hand_over_one",
    "look",
    "settle",
]


def hand_over(run: Run) -> Result:
    """Hand over every pending batch of an issue, as many at once as the provider likes.

    Never raises for what a provider does: the reason is in the result. A bug in a provider, whose
    batch is in doubt, a key that is not set, a suppression list that cannot be read and a ledger
    that cannot be written are raised once all calls under way are recorded.
    """
    settle(run)
    loop = _begin(run)
    while True:
        result = go_through(loop)
        if loop.error is not None:
            raise loop.error
        cleared = repeat_doubts(loop)
        if result.ending is not Ending.DOUBTFUL or not cleared or not loop.todo:
            return result
        loop.end = None
        loop.pace.known()


def _begin(run: Run) -> Loop:
    limits = run.provider.limits
    issue = run.ledger.issue(run.issue)
    return Loop(
        run,
        Pace(run.provider.patience, 1 / limits.calls_per_second if limits.calls_per_second else 0),
        proven=issue is not None and issue.counts.accepted > 0,
        todo=deque(run.ledger.pending(run.issue)),
    )
