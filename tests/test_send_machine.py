"""Never twice, never lost: `send` against a provider that lies, with a crash at any step.

A real ledger file, real HTTP, and a machine that draws what goes wrong. What the provider really
took is compared with what the ledger says.
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from lying_server import LIES, TAKE, LyingServer
from syndicate.addresses import recipient_key
from syndicate.errors import Uncertain
from syndicate.ledger import open_ledger
from syndicate.models import Frozen, Mailbox, Message, Recipient, Status
from syndicate.providers import open_provider
from syndicate.send import Clock, Ending, Run, Threads, hand_over

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = b"s" * 32
MESSAGE = Message("Subject", "", "<p>x</p>", "x", Mailbox("A", "a@example.org"), (), ())
WRITES = frozenset({"claim", "accept", "refuse", "doubt", "release", "withdraw"})
LEDGER_WORDS = ["accepted", "refused", "in_doubt", "pending", "withdrawn"]


class Waiting:
    """A clock on which waiting takes no time."""

    def __init__(self):
        self.ticks = 0.0

    def pause(self, seconds):
        self.ticks += seconds


class Crash(BaseException):
    """The computer is gone."""


class Crashing:
    """A ledger whose process dies at one of its writes, before or after the commit."""

    def __init__(self, ledger, at, *, after):
        self.ledger, self.left, self.after = ledger, at, after

    def __getattr__(self, name):
        real = getattr(self.ledger, name)
        if name not in WRITES:
            return real

        def write(*args, **named):
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Crash
            result = real(*args, **named)
            if self.left == 0:
                raise Crash
            return result

        return write


def people(issue, number):
    made = [
        Recipient(address, recipient_key(address, SECRET), line, {"name": "Ann"})
        for line, address in enumerate((f"r{n}.{issue}@example.org" for n in range(number)), 2)
    ]
    return sorted(made, key=lambda one: one.key)


class Sending(RuleBasedStateMachine):
    @initialize(connections=st.sampled_from([1, 3]))
    def start(self, connections=1):
        self.connections = connections
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "ledger.db"
        self.server = LyingServer()
        self.issues = 0
        self.suppressed = set()
        self.settled_blindly = set()
        open_ledger(self.path).close()

    def teardown(self):
        if hasattr(self, "server"):
            self.server.close()
            shutil.rmtree(self.folder)

    def provider(self):
        return open_provider(
            "outbox",
            {"base_url": self.server.url, "connections": self.connections, "patience": "2s"},
            folder=self.folder,
            env={},
            clock=lambda: NOW,
        )

    @rule(number=st.integers(1, 9), size=st.integers(1, 4))
    def freeze(self, number, size):
        if self.issues >= 2:
            return
        self.issues += 1
        everybody = people(self.issues, number)
        batches = [tuple(everybody[n : n + size]) for n in range(0, number, size)]
        with closing(open_ledger(self.path)) as ledger:
            issue, count = ledger.next_issue("weekly", "2026-W48")
            frozen = Frozen(
                issue, count, "weekly", "outbox", "c" * 64, (issue,), MESSAGE, NOW,
                () if self.issues == 1 else None, "test",
            )  # fmt: skip
            ledger.freeze(frozen, batches, [])

    @rule(
        lies=st.lists(st.sampled_from(LIES), max_size=8),
        crash=st.none() | st.integers(1, 6),
        after=st.booleans(),
        stop=st.none() | st.integers(0, 4),
    )
    def send(self, lies, crash, after, stop):
        self.server.will(*lies)
        with closing(open_ledger(self.path)) as ledger:
            run = ledger.begin_run("test", NOW)
            unfinished = [one for one in ledger.issues() if one.counts.pending]
            if unfinished:
                self.hand_over(ledger, run, unfinished[-1], crash, after=after, stop=stop)
        self.server.forget_lies()

    def hand_over(self, ledger, run, issue, crash, *, after, stop):
        provider, waiting = self.provider(), Waiting()
        looks = iter(range(10_000))
        interrupted = (lambda: next(looks) >= stop) if stop is not None else (lambda: False)
        try:
            result = hand_over(
                Run(
                    ledger=Crashing(ledger, crash, after=after) if crash else ledger,
                    provider=provider,
                    issue=issue.id,
                    message=MESSAGE,
                    number=run,
                    by="test",
                    clock=Clock(lambda: NOW, lambda: waiting.ticks, waiting.pause, interrupted),
                    calls=Threads(),
                    suppressed=lambda: frozenset(self.suppressed),
                    progress=lambda _: None,
                )
            )
        except Crash:
            return
        finally:
            provider.close()
        counts = ledger.issue(issue.id).counts
        assert (result.ending is Ending.DONE) == (counts.pending == 0) or result.ending in {
            Ending.DOUBTFUL,
            Ending.INTERRUPTED,
        }

    @rule(pick=st.integers(0, 8))
    def somebody_unsubscribes(self, pick):
        for issue in range(1, self.issues + 1):
            for one in people(issue, 9)[pick : pick + 1]:
                self.suppressed.add(one.key)

    @rule()
    def a_person_settles_by_the_providers_records(self):
        taken = {address for _, address in self.server.taken}
        with closing(open_ledger(self.path)) as ledger:
            ledger.begin_run("test", NOW)
            for issue in ledger.issues():
                for batch in ledger.batches(issue.id):
                    if batch.status is not Status.IN_DOUBT:
                        continue
                    inside = {
                        one.address for one in ledger.batch(issue.id, batch.number).recipients
                    }
                    if inside <= taken or not inside & taken:
                        ledger.settle(
                            issue.id, batch.number, accepted=inside <= taken, by="test", now=NOW
                        )

    @invariant()
    def nobody_is_taken_twice(self):
        if hasattr(self, "server"):
            assert self.server.twice() == set(), "taken twice"

    @invariant()
    def the_parts_add_up(self):
        if not hasattr(self, "server"):
            return
        with closing(open_ledger(self.path, readonly=True)) as ledger:
            for issue in ledger.issues():
                counts = issue.counts
                assert sum(getattr(counts, word) for word in LEDGER_WORDS) == counts.frozen

    @invariant()
    def the_ledger_is_right_wherever_it_claims_to_know(self):
        if not hasattr(self, "server"):
            return
        taken = {recipient_key(address, SECRET) for _, address in self.server.taken}
        said = standing(self.path)
        assert said["accepted"] <= taken
        assert not said["pending"] & taken
        assert not said["withdrawn"] & taken
        assert not said["refused"] & taken
        assert taken <= said["accepted"] | said["in doubt"]


def standing(path):
    """Give the keys of all recipients by where the ledger says they stand."""
    said = {word: set() for word in ("accepted", "pending", "in doubt", "refused", "withdrawn")}
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT r.key, coalesce(o.status, b.status) FROM recipient r"
            " JOIN batch b ON b.issue = r.issue AND b.number = r.batch"
            " LEFT JOIN outcome o ON o.issue = r.issue AND o.key = r.key"
        ).fetchall()
    for key, status in rows:
        said["in doubt" if status == "submitting" else status].add(key)
    return said


Sending.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestSending = Sending.TestCase


class Repeating:
    """A provider that posts again when it does not know: the fault that people get two mails by."""

    def __init__(self, provider):
        self.provider = provider

    def __getattr__(self, name):
        return getattr(self.provider, name)

    def submit(self, payload, batch):
        try:
            return self.provider.submit(payload, batch)
        except Uncertain:
            return self.provider.submit(payload, batch)


class Careless(Sending):
    def provider(self):
        return Repeating(super().provider())


def test_the_machine_finds_a_provider_that_repeats_what_is_in_doubt():
    patient = settings(
        Sending.TestCase.settings,
        max_examples=300,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError, match="twice"):
        run_state_machine_as_test(Careless, settings=patient)


def test_with_an_honest_provider_everybody_is_accepted_once():
    machine = Sending()
    machine.start()
    try:
        machine.freeze(9, 2)
        machine.send([TAKE], None, after=False, stop=None)
        assert len(machine.server.taken) == 9
        assert len(standing(machine.path)["accepted"]) == 9
    finally:
        machine.teardown()
