"""An issue as one campaign: let go once, when the provider is ready, and to the list it is for."""

from contextlib import closing
from dataclasses import replace

import pytest

from simulated import START, World
from syndicate.errors import Throttled, Uncertain
from syndicate.ledger import open_ledger
from syndicate.models import Abilities, Campaign, Frozen, HeldList, Mailbox, Message, Stage
from syndicate.send import CampaignRun, Ending, hand_over_campaign, look

ISSUE = "weekly-2026-W48"
MARKER = f"small.example/{ISSUE}/{'c' * 64}"
MESSAGE = Message("s", "", "<p>x</p>", "x", Mailbox("A", "a@example.org"), (), ())
LIST = HeldList("list-1", "Readers", 12)


class Desk:
    """A provider that keeps one campaign, and does what it is told when it is to let it go."""

    name, patience = "desk", 60.0
    abilities = Abilities("Desk", "", holds_list=True, lookup=True)

    def __init__(self, *outcomes):
        self.outcomes, self.flips, self.kept = list(outcomes), 0, None

    def find(self, _marker):
        return (self.kept,) if self.kept else ()

    def read(self, _reference):
        return self.kept

    def create(self, message, audience, marker):
        self.kept = Campaign("c1", marker, audience.id, Stage.DRAFT, message.subject)
        return self.kept

    def differs(self, _campaign, _message):
        return ""

    def flip(self, _reference, _at):
        self.flips += 1
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Throttled):
            raise outcome
        self.kept = replace(self.kept, stage=Stage.GONE)
        if outcome is not None:
            raise outcome


@pytest.fixture
def ledger(tmp_path):
    with closing(open_ledger(tmp_path / "ledger.db")) as ledger:
        frozen = Frozen(ISSUE, 1, "weekly", "desk", "c" * 64, (), MESSAGE, START, (), "test", LIST)
        ledger.freeze(frozen, [], [])
        yield ledger


def run(ledger, desk, world):
    return CampaignRun(
        ledger, desk, ledger.issue(ISSUE), MESSAGE, LIST, MARKER,
        ledger.begin_run("test", START), "test", world.clock(),
    )  # fmt: skip


def test_a_provider_that_asks_to_wait_before_it_lets_go_is_waited_for(ledger):
    desk, world = Desk(Throttled("later", 20.0), Throttled("later", 20.0)), World()
    assert hand_over_campaign(run(ledger, desk, world)).ending is Ending.DONE
    assert (desk.flips, world.ticks) == (3, pytest.approx(40.0))
    assert ledger.issue(ISSUE).counts.accepted == 12


def test_beyond_our_patience_it_stops_and_is_pending(ledger):
    desk, world = Desk(Throttled("tomorrow", 7200.0)), World()
    ended = hand_over_campaign(run(ledger, desk, world))
    assert (ended.ending, ended.reason) == (Ending.STOPPED, "tomorrow")
    assert ledger.issue(ISSUE).counts.pending == 12


def test_undo_while_the_provider_is_waited_for_lets_nothing_go(ledger):
    desk, world = Desk(Throttled("later", 20.0)), World()
    world.at(10, lambda: ledger.stop(ISSUE, by="somebody", now=START))
    assert hand_over_campaign(run(ledger, desk, world)).ending is Ending.UNDONE
    assert (desk.flips, desk.kept.stage) == (1, Stage.DRAFT)
    assert ledger.issue(ISSUE).counts.withdrawn == 12


def test_what_went_to_another_list_is_not_taken_for_this_issue(ledger):
    desk, world = Desk(Uncertain("cut")), World()
    read = desk.read
    # Read back as it was meant, then changed by somebody at the provider.
    looks = iter([LIST.id])
    desk.read = lambda reference: replace(read(reference), audience=next(looks, "list-2"))
    desk.find = lambda _marker: (desk.read("c1"),) if desk.kept else ()
    ended = hand_over_campaign(run(ledger, desk, world))
    assert ended.ending is Ending.DOUBTFUL
    assert "to another list" in ended.reason
    assert "to another list" in look(run(ledger, desk, world))
    assert ledger.issue(ISSUE).counts.in_doubt == 12


def test_a_draft_is_looked_at_twice_a_minute_apart_before_it_counts_as_never_let_go(ledger):
    """A call that was lost may be done late: the first look alone tells nothing."""
    desk, world = Desk(), World()
    first = run(ledger, desk, world)

    def late(*_):
        desk.flip = lambda *_: Desk.flip(desk, "c1", None)
        world.at(50, lambda: Desk.flip(desk, "c1", None))
        raise Uncertain("cut")

    desk.flip = late
    assert hand_over_campaign(first).ending is Ending.DONE
    assert (desk.flips, ledger.issue(ISSUE).counts.accepted) == (1, 12)
    assert world.ticks >= 60
