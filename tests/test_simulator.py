"""Never twice, never lost, under hundreds of seeds; and faults that are planted are found."""

import random
from collections import Counter
from dataclasses import replace

import pytest

import simulator
from simulated_campaigns import CampaignPlay
from simulator import missing, play
from syndicate.errors import Uncertain

FIXED = range(160)
#: enough to find a fault that was planted
ENOUGH = range(1200)
#: as many; the first to come upon a key that is dead is 580
FROM_LATER = range(560, 1760)


@pytest.mark.parametrize("start", FIXED[::20])
def test_nobody_gets_an_issue_twice_and_nobody_is_lost(start):
    for seed in range(start, start + 20):
        play(seed)


def test_nor_under_seeds_never_played_before():
    for _ in range(40):
        seed = random.SystemRandom().randrange(2**48)
        try:
            play(seed)
        except AssertionError as error:
            error.add_note(f"play it again with: make simulate SEED={seed}")
            raise


def test_a_seed_plays_the_same_story_again():
    def story(seed):
        told = []
        simulator.story(seed, tell=told.append).run()
        return told

    assert all(story(seed) == story(seed) for seed in range(8))
    assert story(1) != story(2)


def test_what_was_never_come_to_is_named():
    cells = missing(Counter({("whole", "taken", "first"): 1}))
    assert ("whole", "taken", "first") not in cells
    assert ("one by one", "mixed", "taken back") in cells
    # A provider that answers for the whole batch has no answer by recipient.
    assert ("whole", "mixed", "first") not in cells


class Around:
    """Something real, with one habit changed."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)


class ClaimsAfterTheCall(Around):
    """Writes the claim down only when the answer is there."""

    def claim(self, batch, **claim):
        self.real.waiting = {**getattr(self.real, "waiting", {}), batch.number: (batch, claim)}
        return batch.status == "pending" and not self.real.stopped(batch.issue)

    def _claimed(self, batch):
        whole, claim = self.real.waiting.pop(batch.number, (None, None))
        if whole is not None:
            self.real.claim(whole, **claim)

    def accept(self, batch, *answer):
        self._claimed(batch)
        return self.real.accept(batch, *answer)

    def doubt(self, batch, *answer):
        self._claimed(batch)
        return self.real.doubt(batch, *answer)

    def refuse(self, batch, *answer):
        self._claimed(batch)
        return self.real.refuse(batch, *answer)

    def release(self, batch, *answer):
        self._claimed(batch)
        return self.real.release(batch, *answer)


class PostsAgain(Around):
    """Repeats a call whose answer was lost."""

    def submit(self, payload, batch):
        try:
            return self.real.submit(payload, batch)
        except Uncertain:
            return self.real.submit(payload, batch)


class TakesALostAnswerForNo(Around):
    """Puts back what may have been taken."""

    def doubt(self, batch, token, reason, now):
        return self.real.release(batch, token, reason, now)


class UsesAKeyThatIsDead(Around):
    """Repeats by a key that the provider has forgotten."""

    def repeat(self, batch, *, run, token, payload_hash, **_):
        sql = (
            "UPDATE batch SET status = 'submitting', token = ?, claimed_by = ? WHERE number = ?"
            " AND issue = (SELECT seq FROM issue WHERE id = ?) AND status = 'in doubt'"
            " AND payload_hash = ?"
        )
        values = (token, run, batch.number, batch.issue, payload_hash)
        connection = self.real._db.connection  # noqa: SLF001 -- no ledger would do it for us
        return connection.execute(sql, values).rowcount == 1


def moving_cursor():
    """Move on when a batch is fetched, not when it was taken."""
    fetched = {}

    class Cursor(Around):
        def pending(self, issue):
            return tuple(n for n in self.real.pending(issue) if n > fetched.get(issue, 0))

        def batch(self, issue, number):
            fetched[issue] = max(number, fetched.get(issue, 0))
            return self.real.batch(issue, number)

    return Cursor


@pytest.mark.parametrize(
    ("seeds", "faults", "found"),
    [
        (ENOUGH, lambda: {"ledger": ClaimsAfterTheCall}, "taken|let go without a claim"),
        (ENOUGH, lambda: {"provider": PostsAgain}, "taken twice"),
        (ENOUGH, lambda: {"ledger": TakesALostAnswerForNo}, "taken"),
        (ENOUGH, lambda: {"ledger": moving_cursor()}, "said to be done"),
        (FROM_LATER, lambda: {"ledger": UsesAKeyThatIsDead}, "taken twice"),
    ],
    ids=[
        "claim after the call",
        "retry of a POST",
        "lost answer taken for no",
        "moving cursor",
        "a key that is dead",
    ],
)
def test_a_planted_fault_is_found(seeds, faults, found):
    def all_of_them():
        for seed in seeds:
            play(seed, **faults())

    with pytest.raises(AssertionError, match=found):
        all_of_them()


class LooksAtNothing(Around):
    """Never looks for a campaign of an earlier go, so that it makes another one."""

    mine = None

    def find(self, marker):
        del marker
        return ()

    def create(self, *draft):
        found = self.real.create(*draft)
        self.mine = found.reference
        return found

    def read(self, reference):
        return self.real.read(reference) if reference == self.mine else None

    def flip(self, reference, at):
        self.mine = None
        self.real.flip(reference, at)


class TakesALostFlipForNo(Around):
    """Says that a campaign went back to pending whose flip may have been done."""

    def doubt(self, batch, token, reason, now):
        return self.real.release(replace(batch, reference=""), token, reason, now)


def test_looking_at_no_earlier_campaign_is_found():
    """Both faults together: each alone is caught by the other half of the protocol."""

    def all_of_them():
        for seed in ENOUGH:
            CampaignPlay(seed, ledger=TakesALostFlipForNo, provider=LooksAtNothing).run()

    with pytest.raises(AssertionError, match="let go twice"):
        all_of_them()


class ClaimsWhatItLikes(Around):
    """Says yes to every claim, also of what was taken back."""

    def claim(self, batch, **claim):
        self.real.claim(batch, **claim)
        return True


class CallsEveryDraftTheSame(Around):
    """Compares no draft with what was frozen."""

    def differs(self, _campaign, _message):
        return ""


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        ({"ledger": ClaimsWhatItLikes}, "let go without a claim"),
        ({"provider": CallsEveryDraftTheSame}, "not as it was frozen"),
    ],
)
def test_a_campaign_let_go_unclaimed_or_unread_is_found(faults, found):
    def all_of_them():
        for seed in ENOUGH:
            CampaignPlay(seed, **faults).run()

    with pytest.raises(AssertionError, match=found):
        all_of_them()
