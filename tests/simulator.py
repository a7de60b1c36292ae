"""The whole protocol of sending under a seed: clock, commits, provider, network, people, crashes.

    make simulate SEEDS=100000        or: .venv/bin/python tests/simulator.py 100000
    make simulate SEED=4711           plays one seed again, exactly, and tells its story

The ledger and the loop that hands over are the real ones; what is around them is drawn from the
seed: how a provider answers and after how long, where the process dies (between any two statements
of the ledger, also inside a transaction), what is still on the wire then, when somebody presses
Ctrl-C, unsubscribes, takes an issue back, settles a doubt, sends the refused again, or moves the
clock. After each step the provider's own record is compared with what the ledger claims to know.
At the end an honest provider must get everybody who is still pending.
"""

# ruff: noqa: T201 -- it is a program, and prints what it found

import random
import sqlite3
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import Pool

from simulated import START, SimulatedCalls, World
from syndicate.errors import (
    AudienceError,
    LedgerError,
    Misconfigured,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
    Unsupported,
)  # fmt: skip
from syndicate.ledger.file import MIGRATIONS
from syndicate.ledger.sql import statements
from syndicate.ledger.sqlite import SqliteDatabase, SqliteLedger
from syndicate.models import (
    Abilities,
    Frozen,
    Limits,
    Mailbox,
    Message,
    Payload,
    Receipt,
    Recipient,
    Refusal,
    Status,
    Verdict,
)  # fmt: skip
from syndicate.send import Ending, Run, hand_over

MESSAGE = Message("s", "", "<p>x</p>", "x", Mailbox("A", "a@example.org"), (), ())
#: how a provider answers: for each recipient, for the whole batch, for a key that it knows again,
#: or from records that may be asked; campaigns are in simulated_campaigns.py
SHAPES = ("one by one", "whole", "keyed", "records")
#: seconds for which a provider knows a key
KEY_LIVES = (600, 86_400)
#: outcomes of a call; those that answer recipient by recipient come first
BY_RECIPIENT = ("mixed", "all refused one by one", "short answer", "answer about strangers")
OUTCOMES = (
    *BY_RECIPIENT, "taken", "refused", "later", "misconfigured", "out of reach",
    "lost, and taken", "lost, and not taken",
)  # fmt: skip
#: what the run was like when a call reached the provider
SITUATIONS = ("first", "later", "again", "interrupted", "taken back")
#: places at which a disk may be full: the run goes on from there, and ends
WRITES = ("claim_batch", "repeat_batch", "answer_batch", "add_outcome", "before commit")
#: statements after which a call begins
CLAIMS = ("claim_batch", "repeat_batch")
PARTS = ("accepted", "refused", "in_doubt", "pending", "withdrawn")


class Crash(BaseException):
    """The process is gone."""


class Fragile(SqliteDatabase):
    """A database whose process may die before any statement and around any commit."""

    def __init__(self, connection, play):
        super().__init__(connection, "simulated", readonly=False)
        self.play = play

    def all(self, query, /, **values):
        self.play.step(query)
        rows = super().all(query, **values)
        if query in CLAIMS and rows:
            self.play.claimed(values["issue"], values["number"])
        return rows

    def many(self, query, rows):
        self.play.step(query)
        super().many(query, rows)

    @contextmanager
    def change(self):
        with super().change():
            yield
            self.play.step("before commit")
        self.play.step("after commit")

    def tidy(self):
        return True


@cache
def template():
    connection = sqlite3.connect(":memory:")
    for script in MIGRATIONS:
        for statement in statements(script):
            connection.execute(statement)
    connection.commit()
    return connection.serialize()


class Provider:
    """A provider that answers by the dice, and knows what it really took."""

    name, own_tokens, patience = "simulated", frozenset(), 20.0

    def __init__(self, play, shape, limits):
        self.play, self.shape, self.limits = play, shape, limits
        self.honest = False
        life = play.rng.choice(KEY_LIVES) if shape == "keyed" else None
        self.abilities = Abilities("Simulated", "", key_life=life)
        #: when a call with a key came first, by key
        self.known = {}
        #: (issue, key) as often as it was taken
        self.taken = Counter()
        self.calls = Counter()

    def compose(self, _message, batch):
        return Payload(b"".join(one.key for one in batch.recipients), "text/plain", "x")

    def submit(self, _payload, batch):
        outcome = "taken" if self.honest else self.draw()
        self.play.note(self.shape, outcome, batch)
        self.calls[batch.name] += 1
        keys = [one.key for one in batch.recipients]
        if self.shape == "keyed" and outcome in ("taken", "lost, and taken"):
            key, ticks = (batch.name, *keys), self.play.world.ticks
            if ticks - self.known.get(key, -1e9) < self.abilities.key_life:
                keys = []
            else:
                self.known[key] = ticks
        return getattr(self, "_" + outcome.replace(",", "").replace(" ", "_"))(batch, keys)

    def lookup(self, batch):
        """Tell of some of those who were taken: records are late, and never wrong."""
        if self.shape != "records":
            raise Unsupported("no records")
        rng = self.play.rng
        if rng.random() < 0.2:
            raise Unavailable("no answer")
        taken = [one.key for one in batch.recipients if self.taken[batch.issue, one.key]]
        told = frozenset(key for key in taken if rng.random() < 0.7)
        whole = len(taken) == len(batch.recipients) == len(told)
        self.play.coverage["looked up", "whole" if whole else "some" if told else "none"] += 1
        return Verdict(whole=whole and rng.random() < 0.5, taken=told)

    def draw(self):
        possible = OUTCOMES if self.shape == "one by one" else OUTCOMES[len(BY_RECIPIENT) :]
        return "taken" if self.play.rng.random() < 0.35 else self.play.rng.choice(possible)

    def take(self, batch, keys):
        self.taken.update((batch.issue, key) for key in keys)

    def _taken(self, batch, keys):
        self.take(batch, keys)
        return Receipt("r")

    def _mixed(self, batch, keys):
        self.take(batch, keys[::2])
        return Receipt("r", tuple(Refusal(key, "unknown") for key in keys[1::2]))

    def _all_refused_one_by_one(self, _batch, keys):
        return Receipt("r", tuple(Refusal(key, "unknown") for key in keys))

    def _short_answer(self, batch, keys):
        took = self.play.rng.random() < 0.5
        self.take(batch, keys if took else keys[:-1])
        return Receipt("r", doubtful=(keys[-1],))

    def _answer_about_strangers(self, batch, keys):
        self.take(batch, keys)
        return Receipt("r", (Refusal(b"\xff" * 16, "who?"),))

    def _refused(self, _batch, _keys):
        raise Refused("no")

    def _later(self, _batch, _keys):
        raise Throttled("later", self.play.rng.choice([None, 0.0, 3.0, 9.0, 600.0]))

    def _misconfigured(self, _batch, _keys):
        raise Misconfigured("unknown key")

    def _out_of_reach(self, _batch, _keys):
        raise Unavailable("no route")

    def _lost_and_taken(self, batch, keys):
        self.take(batch, keys)
        raise Uncertain("cut")

    def _lost_and_not_taken(self, _batch, _keys):
        raise Uncertain("cut")


class Wire(SimulatedCalls):
    """Calls of which some are still on their way when the process dies."""

    def __init__(self, world, delays):
        super().__init__(world, delays)
        self.on_the_way = []

    def start(self, submit):
        def arrive():
            self.on_the_way.remove(arrive)
            return submit()

        self.on_the_way.append(arrive)
        return super().start(arrive)


class Play:
    """One story."""

    def __init__(self, seed, *, ledger=lambda it: it, provider=lambda it: it, tell=None):
        self.rng = random.Random(seed)
        self.tell = tell
        self.wrap_ledger = ledger
        self.world = World()
        self.coverage = Counter()
        #: statements left before the process dies; None: it lives
        self.left = None
        self.suppressed = set()
        #: whether the list of those who unsubscribed cannot be read
        self.spoiled = False
        self.undone = set()
        #: keys of those forgotten: who was in doubt then is withdrawn, whatever was taken
        self.forgotten = set()
        self.began = set()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.deserialize(template())
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA foreign_keys = ON")
        limits = Limits(
            self.rng.randint(1, 3),
            self.rng.choice([None, 16, 32]),
            self.rng.randint(1, 3),
            self.rng.choice([None, 2.0]),
        )
        self.truth = Provider(self, self.rng.choice(SHAPES), limits)
        self.provider = provider(self.truth)
        self.people = [
            Recipient(f"p{n}@x.example", n.to_bytes(16, "big"), n + 2, {})
            for n in range(self.rng.randint(1, 7))
        ]

    def say(self, text):
        if self.tell:
            self.tell(f"{self.world.ticks:8.1f}  {text}")

    def step(self, place):
        """One more statement; the process may die before it."""
        if self.left is None:
            return
        self.left -= 1
        if self.left > 0:
            return
        self.left = None
        if place not in WRITES or self.rng.random() < 0.8:
            self.coverage["crash", place] += 1
            self.say(f"the process dies: {place}")
            raise Crash
        self.coverage["trouble", f"full disk at {place}"] += 1
        self.say(f"the disk is full: {place}")
        raise LedgerError("the disk is full")

    def claimed(self, issue, number):
        """Nothing taken back is handed over, and nobody who has unsubscribed."""
        assert issue not in self.undone, "claimed, and taken back"
        ledger = SqliteLedger(SqliteDatabase(self.connection, "simulated", readonly=False))
        people = {one.key for one in ledger.batch(issue, number).recipients}
        assert not people & self.suppressed, "claimed, and unsubscribed"

    def note(self, shape, outcome, batch):
        if self.world.stop:
            situation = "interrupted"
        elif batch.issue in self.undone:
            situation = "taken back"
        elif self.truth.calls[batch.name]:
            situation = "again"
        else:
            situation = "later" if batch.issue in self.began else "first"
        if any(issue == batch.issue for issue, _ in self.truth.taken):
            self.began.add(batch.issue)
        if not self.truth.honest:
            self.coverage[shape, outcome, situation] += 1
        if shape == "keyed" and situation == "again" and batch.status is Status.IN_DOUBT:
            self.coverage["repeated by its key", outcome] += 1
        self.say(f"call {batch.name} ({len(batch.recipients)}): {outcome}, {situation}")

    def database(self):
        return Fragile(self.connection, self)

    def run(self, rounds=4):
        try:
            for _ in range(rounds):
                self.one_run()
                self.check()
                self.between()
                self.check()
            self.heal()
        finally:
            self.connection.close()
        return self.coverage

    def one_run(self):
        rng, world = self.rng, self.world
        world.stop = False
        self.left = rng.randint(1, 120) if rng.random() < 0.6 else None
        wire = Wire(world, lambda: (rng.choice([0.0, 0.2, 2.0]), rng.choice([0.1, 0.5, 9.0])))
        for chance, action in (
            (0.3, self.ctrl_c), (0.2, self.undo), (0.3, self.unsubscribe), (0.1, self.spoil),
        ):  # fmt: skip
            if rng.random() < chance:
                world.at(rng.choice([0.0, 0.1, 0.3, 1.0, 5.0]), action)
        try:
            ledger = SqliteLedger(self.database())
            run = ledger.begin_run("run", world.now())
            issue = self.unfinished(ledger) or self.freeze(ledger)
            if issue:
                result = self.hand_over(self.wrap_ledger(ledger), run, issue, wire)
                self.say(f"run {run} ended: {result.ending} {result.reason}")
        except (Crash, AudienceError, LedgerError):
            self.connection.rollback()
            for arrive in list(wire.on_the_way):
                if rng.random() < 0.5:
                    self.say("still on the wire")
                    self.quietly(arrive)
        self.left, self.spoiled = None, False
        world.forget()

    @staticmethod
    def quietly(arrive):
        with suppress(Exception):  # nobody is there to hear the answer
            arrive()

    @staticmethod
    def unfinished(ledger):
        return next((one.id for one in reversed(ledger.issues()) if one.counts.pending), None)

    def freeze(self, ledger):
        issue, number = ledger.next_issue("weekly", "2026-W48")
        if number > 2:
            return None
        size = self.rng.randint(1, 4)
        frozen = Frozen(
            issue, number, "weekly", "simulated", "c" * 64, (issue,), MESSAGE, START,
            None if ledger.started("weekly") else (), "run",
        )  # fmt: skip
        batches = [self.people[n : n + size] for n in range(0, len(self.people), size)]
        ledger.freeze(frozen, batches, [])
        return issue

    def hand_over(self, ledger, run, issue, wire):
        return hand_over(
            Run(
                ledger, self.provider, issue, MESSAGE, run, "run", self.world.clock(), wire,
                self.list_of_suppressed, lambda _: None,
            )
        )  # fmt: skip

    def ctrl_c(self):
        self.say("Ctrl-C")
        self.world.stop = True

    def spoil(self):
        self.say("the suppression list cannot be read")
        self.spoiled = True

    def list_of_suppressed(self):
        if self.spoiled:
            self.coverage["trouble", "no suppression list"] += 1
            raise AudienceError("it cannot be read")
        return frozenset(self.suppressed)

    def unsubscribe(self):
        self.suppressed.add(self.rng.choice(self.people).key)

    def undo(self):
        """Take the newest issue back from another terminal, which does not die here."""
        left, self.left = self.left, None
        ledger = SqliteLedger(self.database())
        doubtful = (
            one.id for one in ledger.issues() if one.counts.in_doubt and not ledger.stopped(one.id)
        )
        if issue := self.unfinished(ledger) or next(doubtful, None):
            self.say(f"undo {issue}")
            ledger.stop(issue, by="somebody", now=self.world.now())
            self.undone.add(issue)
        self.left = left

    def between(self):
        """What people do between two runs."""
        rng = self.rng
        self.world.pause(rng.choice([0.0, 60.0, 400.0, 7_200.0, 50_000.0]))
        ledger = SqliteLedger(self.database())
        ledger.begin_run("settle", self.world.now())
        if rng.random() < 0.5:
            self.settle(ledger)
        if rng.random() < 0.3:
            for issue in ledger.issues():
                if not ledger.stopped(issue.id):
                    ledger.retry_refused(issue.id, 2, by="somebody", now=self.world.now())
        if rng.random() < 0.15:
            self.forget(ledger)
        if rng.random() < 0.2:
            self.world.moved -= 3600
            self.say("the clock goes back an hour")

    def forget(self, ledger):
        key = self.rng.choice(self.people).key
        self.say(f"forget {key[-1]}")
        self.forgotten.add(key)
        ledger.forget(key, by="somebody", now=self.world.now())
        blobs = [bytes(row[0]) for row in self.connection.execute("SELECT rows FROM people")]
        assert not any(f"p{key[-1]}@".encode() in blob for blob in blobs), "not forgotten"

    def settle(self, ledger):
        """A person looks into the provider's records, and says what they tell clearly."""
        said = self.standing()
        for issue in ledger.issues():
            for batch in ledger.batches(issue.id):
                people = ledger.batch(issue.id, batch.number).recipients
                doubtful = {(issue.id, one.key) for one in people} & said["in_doubt"]
                taken = {one for one in doubtful if self.truth.taken[one]}
                if doubtful and len(taken) in (0, len(doubtful)):
                    self.say(f"settle {batch.name}: {'accepted' if taken else 'not accepted'}")
                    ledger.settle(
                        issue.id, batch.number, accepted=bool(taken), by="p", now=self.world.now()
                    )

    def heal(self):
        """From here on nothing goes wrong: whoever is pending is to be reached."""
        self.truth.honest, self.world.stop, self.suppressed = True, False, set()
        for turn in range(4):
            ledger = SqliteLedger(self.database())
            run = ledger.begin_run("heal", self.world.now())
            while issue := self.unfinished(ledger):
                wire = Wire(self.world, lambda: (0.1, 0.1))
                result = self.hand_over(self.wrap_ledger(ledger), run, issue, wire)
                assert result.ending in {Ending.DONE, Ending.STOPPED}, result
                left = ledger.issue(issue).counts.pending
                assert not (result.ending is Ending.DONE and left), "said to be done, and is not"
                assert result.ending is Ending.DONE, result
            self.check()
            if turn == 1:
                self.settle(ledger)

    def standing(self):
        """Read from the tables where everybody stands."""
        said = {word: set() for word in PARTS}
        rows = self.connection.execute(
            "SELECT i.id, r.key, b.status, o.status FROM recipient r"
            " JOIN issue i ON i.seq = r.issue"
            " JOIN batch b ON b.issue = r.issue AND b.number = r.batch"
            " LEFT JOIN outcome o ON o.issue = r.issue AND o.batch = r.batch AND o.key = r.key"
        )
        for issue, key, batch, outcome in rows:
            word = "withdrawn" if batch == "withdrawn" else outcome or batch
            word = "in_doubt" if word in ("submitting", "in doubt") else word
            said[word].add((issue, key))
        return said

    def check(self):
        """Hold what the ledger claims to know against what the provider really took."""
        taken = {one for one, times in self.truth.taken.items() if times}
        twice = {one for one, times in self.truth.taken.items() if times > 1}
        said = self.standing()
        assert not twice, "taken twice"
        for word in ("pending", "refused", "withdrawn"):
            told = {
                one for one in said[word] if word != "withdrawn" or one[1] not in self.forgotten
            }
            assert not told & taken, f"{word}, and taken"
        assert said["accepted"] <= taken, "accepted, and not taken"
        ledger = SqliteLedger(SqliteDatabase(self.connection, "simulated", readonly=False))
        for issue in ledger.issues():
            counts = issue.counts
            for word in PARTS:
                told = sum(one[0] == issue.id for one in said[word])
                assert getattr(counts, word) == told, f"{word} is miscounted"
            assert counts.frozen == len(self.people), "somebody is lost"
            held = [
                one.key
                for batch in ledger.batches(issue.id)
                if batch.status is Status.PENDING
                for one in ledger.batch(issue.id, batch.number).recipients
            ]
            assert len(held) == len(set(held)) == counts.pending, "the people are not in batches"


def story(seed, **faults):
    """Make the story of a seed: every fourth is about a provider that holds the list."""
    from simulated_campaigns import CampaignPlay  # noqa: PLC0415 -- it builds on this file

    return (CampaignPlay if seed % 4 == 3 else Play)(seed, **faults)


def play(seed, **faults):
    """Play one seed to its end and give what it covered. Raises AssertionError."""
    return story(seed, **faults).run()


def missing(coverage):
    """List what no story came to."""
    cells = [
        (shape, outcome, situation)
        for shape in SHAPES
        for outcome in OUTCOMES
        for situation in SITUATIONS
        if shape == "one by one" or outcome not in BY_RECIPIENT
    ]
    from simulated_campaigns import CELLS  # noqa: PLC0415

    cells += [("campaign", *cell) for cell in CELLS]
    cells += [("trouble", f"full disk at {place}") for place in WRITES]
    cells += [("trouble", "no suppression list")]
    cells += [("looked up", told) for told in ("whole", "some", "none")]
    cells += [("repeated by its key", outcome) for outcome in ("taken", "lost, and taken")]
    return [cell for cell in cells if not coverage[cell]]


def _several(seeds):
    coverage = Counter()
    for seed in seeds:
        try:
            coverage += play(seed)
        except BaseException as error:
            error.add_note(f"seed {seed}; play it again with: make simulate SEED={seed}")
            raise
    return coverage


def _show(coverage):
    width = max(map(len, OUTCOMES)) + 2
    for shape in SHAPES:
        print(f"\n{shape:{width}}" + "".join(f"{one:>13}" for one in SITUATIONS))
        for outcome in OUTCOMES:
            if shape == "one by one" or outcome not in BY_RECIPIENT:
                figures = "".join(f"{coverage[shape, outcome, one]:13,}" for one in SITUATIONS)
                print(f"{outcome:{width}}{figures}")
    for kind in ("looked up", "repeated by its key", "trouble", "campaign"):
        told = {" ".join(cell[1:]): n for cell, n in coverage.items() if cell[0] == kind}
        print(f"\n{kind}: " + "; ".join(f"{what} {n:,}" for what, n in sorted(told.items())))
    crashes = {place: n for (kind, place, *_), n in coverage.items() if kind == "crash"}
    print(f"\nthe process died {sum(crashes.values()):,} times, at {len(crashes)} statements:")
    print(", ".join(f"{place} {n:,}" for place, n in sorted(crashes.items())))


def main(arguments):
    if arguments[0] == "--seed":
        story(int(arguments[1]), tell=print).run()
        print("all is well")
        return
    number, start = int(arguments[0]), time.monotonic()
    pieces = [range(first, min(first + 250, number)) for first in range(0, number, 250)]
    coverage = Counter()
    with Pool() as pool:
        for done, piece in enumerate(pool.imap_unordered(_several, pieces), 1):
            coverage += piece
            if sys.stderr.isatty():
                print(f"\r{done * 100 // len(pieces)} %", end="", file=sys.stderr)
    _show(coverage)
    print(
        f"\n{number:,} seeds in {time.monotonic() - start:.0f} seconds; nobody twice, nobody lost"
    )
    if cells := missing(coverage):
        sys.exit(f"never came to: {cells}")


if __name__ == "__main__":
    main(sys.argv[1:])
