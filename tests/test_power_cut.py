"""The power is cut between any two statements: what was committed stays, and is enough."""

import shutil
from collections import Counter
from contextlib import closing, contextmanager

import pytest

from simulated import START, Silent, SimulatedCalls, World
from syndicate.ledger import open_ledger
from syndicate.ledger.file import open_database
from syndicate.ledger.sqlite import SqliteDatabase, SqliteLedger
from syndicate.models import Frozen, Limits, Mailbox, Message, Payload, Receipt, Recipient
from syndicate.send import Ending, Run, hand_over

MESSAGE = Message("s", "", "<p>x</p>", "x", Mailbox("A", "a@example.org"), (), ())
ISSUE = "weekly-2026-W48"
PEOPLE = [Recipient(f"p{n}@x.example", n.to_bytes(16, "big"), n + 2, {}) for n in range(12)]


class Provider(Silent):
    """Takes everything, and counts how often."""

    name, own_tokens, patience = "honest", frozenset(), 10.0

    def __init__(self, connections, taken=()):
        self.limits = Limits(3, None, connections)
        self.taken = Counter(taken)

    def compose(self, _message, _batch):
        return Payload(b"x", "text/plain", "x")

    def submit(self, _payload, batch):
        self.taken.update(one.key for one in batch.recipients)
        return Receipt("r")


class Copied(SqliteDatabase):
    """A database that tells somebody before each statement and around each commit."""

    def __init__(self, path, tell):
        opened = open_database(path, create=True, readonly=False)
        super().__init__(opened.connection, opened.place, readonly=False)
        self.tell = tell

    def all(self, query, /, **values):
        self.tell()
        return super().all(query, **values)

    def many(self, query, rows):
        self.tell()
        super().many(query, rows)

    @contextmanager
    def change(self):
        with super().change():
            yield
            self.tell()
        self.tell()


def go(ledger, provider):
    world = World()
    return hand_over(
        Run(
            ledger, provider, ISSUE, MESSAGE, ledger.begin_run("test", START), "test",
            world.clock(), SimulatedCalls(world, lambda: (0.1, 0.1)), frozenset, lambda _: None,
        )
    )  # fmt: skip


@pytest.mark.parametrize("connections", [1, 3])
def test_a_run_can_go_on_from_wherever_the_power_was_cut(tmp_path, connections):
    provider, copies = Provider(connections), []

    def cut():
        folder = tmp_path / f"cut{len(copies)}"
        folder.mkdir()
        for file in (tmp_path / "live").glob("ledger.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        copies.append((folder / "ledger.db", dict(provider.taken)))

    (tmp_path / "live").mkdir()
    database = Copied(tmp_path / "live/ledger.db", lambda: None)
    with closing(SqliteLedger(database)) as ledger:
        frozen = Frozen(ISSUE, 1, "weekly", "honest", "c" * 64, (), MESSAGE, START, (), "t")
        ledger.freeze(frozen, [PEOPLE[n : n + 3] for n in range(0, 12, 3)], [])
        database.tell = cut
        assert go(ledger, provider).ending is Ending.DONE

    assert len(copies) > 40
    for place, taken in copies:
        with closing(open_ledger(place)) as ledger:
            waiting = {
                one.key
                for number in ledger.pending(ISSUE)
                for one in ledger.batch(ISSUE, number).recipients
            }
            assert not waiting & set(taken), "pending, and handed over"
            after = Provider(connections, taken)
            assert go(ledger, after).ending is Ending.DONE
            counts = ledger.issue(ISSUE).counts
        assert set(after.taken.values()) == {1}
        assert counts.accepted + counts.in_doubt == 12
        assert counts.in_doubt <= 3 * connections
