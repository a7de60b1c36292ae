"""Never twice, never lost, under hundreds of seeds; and faults that are planted are found."""

import random
from collections import Counter

import pytest

from simulator import Play, missing, play
from syndicate.errors import Uncertain

FIXED = range(160)
#: enough to find a fault that was planted
ENOUGH = range(400)


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
        Play(seed, tell=told.append).run()
        return told

    assert all(story(seed) == story(seed) for seed in range(5))
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
    ("faults", "found"),
    [
        (lambda: {"ledger": ClaimsAfterTheCall}, "taken"),
        (lambda: {"provider": PostsAgain}, "taken twice"),
        (lambda: {"ledger": TakesALostAnswerForNo}, "taken"),
        (lambda: {"ledger": moving_cursor()}, "said to be done"),
    ],
    ids=["claim after the call", "retry of a POST", "lost answer taken for no", "moving cursor"],
)
def test_a_planted_fault_is_found(faults, found):
    def all_of_them():
        for seed in ENOUGH:
            play(seed, **faults())

    with pytest.raises(AssertionError, match=found):
        all_of_them()
