"""Several calls at once: claimed one by one, kept to the provider's pace, ended by Ctrl-C."""

import threading
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from simulated import START, Silent, SimulatedCalls, World
from syndicate.errors import (
    AudienceError,
    ConfigError,
    LedgerError,
    Misconfigured,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
)
from syndicate.ledger import open_ledger
from syndicate.models import (
    Abilities,
    Frozen,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Recipient,
    Status,
)
from syndicate.send import LAST_WORD, TRIES_TO_CONNECT, Ending, Run, Threads, hand_over

ISSUE = "weekly-2026-W48"
MESSAGE = Message("s", "", "<p>x</p>", "x", Mailbox("A", "a@example.org"), (), ())
FOREVER = 1e9


class Provider(Silent):
    """A provider that does what it is told, call by call, and then takes everything."""

    name, own_tokens = "told", frozenset()

    def __init__(self, world, *outcomes, connections=4, per_second=None, patience=60.0):
        self.world, self.outcomes, self.patience = world, list(outcomes), patience
        self.limits = Limits(10, None, connections, per_second)
        self.under_way = self.most = 0
        self.began, self.taken = [], []

    def compose(self, _message, batch):
        return Payload(batch.name.encode(), "text/plain", "x")

    def submit(self, _payload, batch):
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        self.taken.append(batch.number)
        return outcome or Receipt("r")

    def close(self):
        pass


class Counted(SimulatedCalls):
    """Calls that note how many there are at once, and when each began."""

    def start(self, submit):
        provider = self.world.provider
        provider.began.append(self.world.ticks)
        provider.under_way += 1
        provider.most = max(provider.most, provider.under_way)
        call = super().start(submit)

        def ended(_):
            provider.under_way -= 1

        call.add_done_callback(ended)
        return call


@pytest.fixture
def ledger(tmp_path: Path):
    with closing(open_ledger(tmp_path / "ledger.db")) as ledger:
        people = [Recipient(f"p{n}@x.example", n.to_bytes(16, "big"), n + 2, {}) for n in range(40)]
        frozen = Frozen(ISSUE, 1, "weekly", "told", "c" * 64, (), MESSAGE, START, (), "test")
        ledger.freeze(frozen, [people[n : n + 2] for n in range(0, 40, 2)], [])
        yield ledger


def go(ledger, provider, world, delays=lambda: (0.1, 0.9), *, calls=None, suppressed=frozenset):
    world.provider = provider
    return hand_over(
        Run(
            ledger=ledger,
            provider=provider,
            issue=ISSUE,
            message=MESSAGE,
            number=ledger.begin_run("test", START),
            by="test",
            clock=world.clock(),
            calls=calls or Counted(world, delays),
            suppressed=suppressed,
            progress=lambda _: None,
        )
    )


def statuses(ledger):
    return [batch.status for batch in ledger.batches(ISSUE)]


def test_as_many_calls_are_under_way_as_there_are_connections(ledger):
    world = World()
    provider = Provider(world, connections=4)
    result = go(ledger, provider, world)
    assert result.ending is Ending.DONE
    assert provider.most == 4
    # One second for the first alone, then 19 batches by four.
    assert world.ticks == pytest.approx(1 + 5)
    assert sorted(provider.taken) == list(range(1, 21))
    assert ledger.issue(ISSUE).counts.accepted == 40


def test_until_the_provider_has_taken_a_batch_there_is_one_call_at_a_time(ledger):
    world = World()
    provider = Provider(world, Misconfigured("unknown key"), connections=8)
    result = go(ledger, provider, world)
    assert (result.ending, result.reason) == (Ending.STOPPED, "unknown key")
    assert len(provider.began) == 1
    assert ledger.issue(ISSUE).counts.pending == 40


def test_calls_begin_no_faster_than_the_provider_likes(ledger):
    world = World()
    provider = Provider(world, connections=8, per_second=2)
    go(ledger, provider, world)
    gaps = [later - earlier for earlier, later in pairwise(provider.began)]
    assert len(gaps) == 19
    assert min(gaps) >= 0.5
    assert ledger.issue(ISSUE).counts.accepted == 40


def test_a_provider_that_likes_many_calls_a_second_gets_them(ledger):
    world = World()
    provider = Provider(world, connections=8, per_second=50)
    go(ledger, provider, world, lambda: (0.0, 0.3))
    # The first alone; then one in each fiftieth of a second, as long as a connection is free.
    gaps = [later - earlier for earlier, later in pairwise(provider.began[1:9])]
    assert gaps == pytest.approx([0.02] * 7)


def test_a_suppression_list_that_cannot_be_read_costs_no_answer_under_way(ledger):
    world, looks = World(), []

    def suppressed():
        looks.append(1)
        if len(looks) == 5:
            raise AudienceError("gone.csv cannot be read")
        return frozenset()

    provider = Provider(world, connections=4)
    with pytest.raises(AudienceError):
        go(ledger, provider, world, suppressed=suppressed)
    counts = ledger.issue(ISSUE).counts
    assert (counts.accepted, counts.in_doubt, counts.pending) == (8, 0, 32)
    assert len(provider.taken) == 4


def test_a_ledger_that_cannot_be_written_for_a_moment_costs_no_answer_under_way(ledger):
    world, real, claims = World(), ledger.claim, []

    def claim(batch, **values):
        claims.append(1)
        if len(claims) == 4:
            raise LedgerError("the disk is full")
        return real(batch, **values)

    ledger.claim = claim
    with pytest.raises(LedgerError):
        go(ledger, Provider(world, connections=4), world)
    counts = ledger.issue(ISSUE).counts
    assert (counts.accepted, counts.in_doubt, counts.pending) == (6, 0, 34)


def test_a_call_is_not_repeated_by_its_key_for_somebody_who_has_unsubscribed_since(ledger):
    world = World()
    provider = Provider(world, Uncertain("cut"), connections=1)
    provider.abilities = Abilities("Keyed", "", key_life=86_400)
    left = ledger.batch(ISSUE, 1).recipients[0].key
    gone = frozenset({left})
    go(ledger, provider, world, suppressed=lambda: gone if world.ticks > 2 else frozenset())
    assert 1 not in provider.taken
    (doubt,) = ledger.doubts(ISSUE)
    assert doubt.number == 1
    # What a person then knows was not taken goes to the others.
    ledger.settle(ISSUE, 1, accepted=False, by="test", now=START)
    go(ledger, provider, world, suppressed=lambda: gone)
    counts = ledger.issue(ISSUE).counts
    assert (counts.accepted, counts.withdrawn, counts.pending) == (39, 1, 0)


def test_a_call_that_cannot_be_repeated_for_want_of_a_key_leaves_the_doubt_as_it_was(ledger):
    world = World()
    provider = Provider(world, *[Uncertain("cut")] * 20, connections=1)
    provider.abilities = Abilities("Keyed", "", key_life=86_400)
    go(ledger, provider, world)
    before = ledger.doubts(ISSUE)
    provider.outcomes = [ConfigError("the key is not set")]
    with pytest.raises(ConfigError):
        go(ledger, provider, world)
    assert before
    assert [(one.number, one.reason) for one in ledger.doubts(ISSUE)] == [
        (one.number, one.reason) for one in before
    ]
    assert Status.SUBMITTING not in statuses(ledger)


def test_all_connections_wait_as_long_as_the_provider_asks(ledger):
    world = World()
    provider = Provider(world, None, Throttled("later", 20.0), connections=4)
    result = go(ledger, provider, world)
    assert result.ending is Ending.DONE
    pauses = [later - earlier for earlier, later in pairwise(provider.began)]
    assert max(pauses) == pytest.approx(20 + 1, abs=0.2)
    assert ledger.issue(ISSUE).counts.accepted == 40


def test_a_wait_that_the_provider_asked_for_ends_soon_after_the_issue_was_taken_back(ledger):
    world = World()
    provider = Provider(world, None, *[Throttled("slow down", 3000.0)] * 4, patience=3600)
    world.at(600, lambda: ledger.stop(ISSUE, by="ben", now=START))

    result = go(ledger, provider, world)

    assert result.ending is Ending.UNDONE
    assert 600 <= world.ticks < 602
    assert statuses(ledger) == [Status.ACCEPTED, *[Status.WITHDRAWN] * 19]


def test_several_calls_told_to_wait_at_once_cost_the_patience_of_one(ledger):
    world = World()
    late = [Throttled("later", 20.0) for _ in range(4)]
    provider = Provider(world, None, *late, connections=4, patience=30.0)
    assert go(ledger, provider, world).ending is Ending.DONE


def test_a_provider_that_says_later_and_names_no_time_to_come_is_asked_less_and_less(ledger):
    """Its clock may be behind ours, so that the date it names has passed."""
    world = World()
    provider = Provider(world, *[Throttled("later", 0.0)] * 10_000, patience=900.0)

    result = go(ledger, provider, world)

    assert result.ending is Ending.STOPPED
    assert len(provider.began) < 30
    waits = [round(later - earlier) for earlier, later in pairwise(provider.began)]
    assert waits == sorted(waits)
    assert world.ticks > 800


@pytest.mark.parametrize("first", [[], [None]])
def test_a_bug_in_a_provider_leaves_a_doubt_with_a_reason_and_is_raised(ledger, first):
    world = World()
    provider = Provider(world, *first, OverflowError("p0@x.example"), connections=4)
    with pytest.raises(OverflowError):
        go(ledger, provider, world)
    (doubt,) = ledger.doubts(ISSUE)
    assert doubt.reason == "a fault in told: OverflowError"
    assert Status.SUBMITTING not in statuses(ledger)
    # Whatever else was under way is recorded as it was answered.
    assert ledger.issue(ISSUE).counts.accepted == 2 * len(provider.taken)
    assert len(provider.taken) in (range(2, 8) if first else range(1))


def test_beyond_our_patience_the_run_stops_and_everybody_is_pending(ledger):
    world = World()
    provider = Provider(world, Throttled("come back tomorrow", 7200.0), patience=300.0)
    result = go(ledger, provider, world)
    assert (result.ending, result.reason) == (Ending.STOPPED, "come back tomorrow")
    assert ledger.issue(ISSUE).counts.pending == 40
    assert world.ticks < 2


def test_a_provider_out_of_reach_is_tried_three_times_within_ten_seconds(ledger):
    world = World()
    provider = Provider(world, *[Unavailable("no route")] * 9)
    result = go(ledger, provider, world, lambda: (0.0, 0.0))
    assert result.ending is Ending.STOPPED
    assert len(provider.began) == TRIES_TO_CONNECT
    assert world.ticks <= 10
    assert ledger.issue(ISSUE).counts.pending == 40


def test_a_refusal_before_anybody_was_accepted_leaves_all_pending(ledger):
    world = World()
    result = go(ledger, Provider(world, Refused("no subject")), world)
    assert (result.ending, result.reason) == (Ending.STOPPED, "no subject")
    assert set(statuses(ledger)) == {Status.PENDING}


def test_a_refusal_after_it_concerns_that_batch_only(ledger):
    world = World()
    result = go(ledger, Provider(world, None, Refused("odd")), world)
    assert result.ending is Ending.DONE
    assert statuses(ledger).count(Status.REFUSED) == 1
    assert ledger.issue(ISSUE).counts.accepted == 38


def test_two_doubts_in_a_row_end_the_claims_and_the_rest_stays_pending(ledger):
    world = World()
    provider = Provider(world, None, Uncertain("cut"), Uncertain("cut"), connections=4)
    result = go(ledger, provider, world)
    counts = ledger.issue(ISSUE).counts
    assert result.ending is Ending.DOUBTFUL
    assert counts.in_doubt == 4
    assert counts.pending + counts.accepted + 4 == 40
    assert Status.SUBMITTING not in statuses(ledger)


def test_doubts_that_clear_answers_part_end_nothing(ledger):
    world = World()
    provider = Provider(world, None, Uncertain("cut"), None, Uncertain("cut"), connections=1)
    assert go(ledger, provider, world).ending is Ending.DONE
    assert ledger.issue(ISSUE).counts.in_doubt == 4


def test_an_answer_that_names_strangers_is_in_doubt_and_the_others_are_recorded(ledger):
    world = World()
    strange = Receipt("r", doubtful=(b"\xff" * 16,))
    result = go(ledger, Provider(world, None, strange), world)
    counts = ledger.issue(ISSUE).counts
    assert result.ending is Ending.DONE
    assert (counts.accepted, counts.in_doubt) == (38, 2)


def test_after_ctrl_c_answers_have_four_seconds_and_the_rest_is_in_doubt(ledger):
    world = World()
    delays = iter([(0.1, 0.9), (0.1, 1.9), (0.1, 2.9), (0.1, FOREVER), (0.1, FOREVER)])
    world.at(1.05, lambda: setattr(world, "stop", True))
    result = go(ledger, Provider(world, connections=4), world, lambda: next(delays))
    counts = ledger.issue(ISSUE).counts
    assert result.ending is Ending.INTERRUPTED
    assert (counts.accepted, counts.in_doubt, counts.pending) == (6, 4, 30)
    assert world.ticks == pytest.approx(1.1 + LAST_WORD, abs=0.2)


def test_an_answer_that_comes_while_doubts_are_written_down_ends_its_doubt(ledger):
    world = World()
    delays = iter([(0.1, 0.9), *[(0.1, FOREVER)] * 3])
    world.at(1.05, lambda: setattr(world, "stop", True))
    real = ledger.doubt

    def slow_disk(*arguments):
        result = real(*arguments)
        world.pause(2 * FOREVER)
        return result

    ledger.doubt = slow_disk
    go(ledger, Provider(world, connections=3), world, lambda: next(delays))
    counts = ledger.issue(ISSUE).counts
    assert (counts.accepted, counts.in_doubt, counts.pending) == (8, 0, 32)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Refused("odd"), (2, 2, 0)), (Receipt("r", doubtful=(b"\xff" * 16,)), (2, 0, 2))],
)
def test_a_late_answer_that_takes_nobody_counts_as_well(ledger, answer, expected):
    world = World()
    delays = iter([(0.1, 0.9), (0.1, FOREVER)])
    world.at(1.05, lambda: setattr(world, "stop", True))
    real = ledger.doubt

    def slow_disk(*arguments):
        result = real(*arguments)
        world.pause(2 * FOREVER)
        return result

    ledger.doubt = slow_disk
    result = go(ledger, Provider(world, None, answer, connections=1), world, lambda: next(delays))
    counts = ledger.issue(ISSUE).counts
    assert result.ending is Ending.INTERRUPTED
    assert (counts.accepted, counts.refused, counts.in_doubt) == expected


def test_calls_in_threads_are_really_made_at_once(ledger):
    world = World()
    provider = Provider(world, connections=3)
    meeting = threading.Barrier(3)
    taken, submit = [], provider.submit

    def together(payload, batch):
        if taken:
            # Broken, and so the batch refused, unless three meet.
            meeting.wait(timeout=20)
        taken.append(batch.number)
        return submit(payload, batch)

    provider.submit = together
    # 19 batches after the first do not come in threes: the last one meets nobody.
    batch = ledger.batch(ISSUE, 20)
    ledger.withdraw(batch, [one.key for one in batch.recipients], "left", START)
    assert go(ledger, provider, world, calls=Threads()).ending is Ending.DONE
    assert ledger.issue(ISSUE).counts.accepted == 38
