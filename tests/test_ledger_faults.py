"""A ledger survives kills, full disks, many hands and wrong files."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicate.errors import LedgerBusy, LedgerError, LedgerTooNew
from syndicate.ledger import base, open_ledger
from syndicate.ledger.sql import queries
from syndicate.models import Excluded, Frozen, Mailbox, Message, Receipt, Recipient, Refusal

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISSUE = "weekly-2026-W48"
MESSAGE = Message("s", "p", "<p>h</p>", "t", Mailbox("", "a@b.example"), (), ())
FROZEN = Frozen(
    ISSUE, 1, "weekly", "outbox", "0" * 64, ("tag:a",), MESSAGE, NOW, ("tag:old",), "anna"
)
#: in a process of its own: freezes four batches, and says so before the last, then waits
FREEZER = """
import sys
from syndicate.ledger import open_ledger
from test_ledger_faults import FROZEN, people
def batches():
    for number, batch in enumerate(people(4, 200)):
        if number == 3:
            print("nearly", flush=True)
            sys.stdin.read()
        yield batch
open_ledger(sys.argv[1]).freeze(FROZEN, batches(), ())
"""
#: in a process of its own: opens a ledger, and says which it is
OPENER = """
import sys
from syndicate.ledger import open_ledger
print(open_ledger(sys.argv[1]).identity())
"""
#: in a process of its own: claims all it can get, and says which
CLAIMER = """
import sys
from datetime import UTC, datetime
from syndicate.ledger import open_ledger
ledger = open_ledger(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
issue, me, now = sys.argv[2], sys.argv[3], datetime(2026, 11, 23, tzinfo=UTC)
for number in ledger.pending(issue):
    batch = ledger.batch(issue, number)
    if ledger.claim(batch, run=1, token=me, payload_hash="h", now=now):
        print(number, flush=True)
"""


def people(batches: int, size: int):
    for first in range(0, batches * size, size):
        yield [
            Recipient(f"person{n}@example.org", n.to_bytes(16, "big"), n + 2, {"name": f"P{n}"})
            for n in range(first, first + size)
        ]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "ledger.db"


def python(script: str, *values: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, values)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )


def steps(ledger) -> list[Callable[[], object]]:
    """Everything that changes a ledger, in an order that works."""

    def batch(number):
        return ledger.batch(ISSUE, number)

    def claim(number, token):
        return ledger.claim(batch(number), run=1, token=token, payload_hash="h", now=NOW)

    refused = Receipt("r", (Refusal((0).to_bytes(16, "big"), "no"),), ((1).to_bytes(16, "big"),))
    return [
        lambda: ledger.secret(None),
        lambda: ledger.freeze(FROZEN, people(4, 3), [Excluded(None, "invalid", 3)]),
        lambda: ledger.begin_run("anna", NOW),
        lambda: claim(1, "a"),
        lambda: ledger.accept(batch(1), "a", refused, NOW),
        lambda: claim(2, "b"),
        lambda: ledger.release(batch(2), "b", "no connection", NOW),
        lambda: ledger.withdraw(batch(2), [(3).to_bytes(16, "big")], "left", NOW),
        lambda: claim(2, "c"),
        lambda: ledger.refuse(batch(2), "c", "no", NOW),
        lambda: claim(3, "d"),
        lambda: ledger.doubt(batch(3), "d", "cut off", NOW),
        lambda: ledger.settle(ISSUE, 3, accepted=True, by="anna", now=NOW),
        lambda: ledger.settle(ISSUE, 1, accepted=False, by="anna", now=NOW),
        lambda: claim(4, "e"),
        lambda: ledger.begin_run("anna", NOW),
    ]


def state(ledger) -> object:
    """All that a ledger tells."""
    return (
        ledger.identity(),
        ledger.issues(),
        [ledger.batch(ISSUE, one.number) for one in ledger.batches(ISSUE)],
        ledger.mailed("weekly"),
        ledger.refusals(ISSUE),
        ledger.log(),
    )


def copy(path: Path, to: Path) -> Path:
    """Take what a killed process would leave; the shared memory beside it never outlives one."""
    to.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        if path.with_name(name).exists():
            shutil.copy(path.with_name(name), to / name)
    return to / path.name


def told_by(path: Path) -> object:
    ledger = open_ledger(path)
    try:
        return state(ledger)
    finally:
        ledger.close()


def test_a_crash_between_any_two_statements_leaves_all_of_a_change_or_nothing(path, tmp_path):
    ledger = open_ledger(path)
    connection = ledger._db.connection  # noqa: SLF001 -- the only way to stand between statements
    for number, step in enumerate(steps(ledger)):
        crashed: list[Path] = []
        before = state(ledger)
        connection.set_trace_callback(
            lambda _, crashed=crashed, number=number: crashed.append(
                copy(path, tmp_path / f"{number}-{len(crashed)}")
            )
        )
        step()
        connection.set_trace_callback(None)
        after = state(ledger)

        assert len(crashed) > 2
        assert all(told_by(one) in (before, after) for one in crashed)
        # Committed is committed: the process may die right after the call has returned.
        assert told_by(copy(path, tmp_path / f"{number}-after")) == after
        assert (number == 0) == (before == after)
    ledger.close()


def test_a_write_ahead_log_cut_anywhere_gives_a_state_that_was_committed(path, tmp_path):
    ledger = open_ledger(path)
    states = [state(ledger)]
    for step in steps(ledger):
        step()
        states.append(state(ledger))
    whole = copy(path, tmp_path / "whole")
    ledger.close()
    log = Path(f"{whole}-wal")
    size = log.stat().st_size
    assert size > 50_000

    for cut in range(0, size, 3_001):
        cut_off = copy(whole, tmp_path / f"cut{cut}")
        os.truncate(f"{cut_off}-wal", cut)
        assert told_by(cut_off) in states


def test_a_process_killed_during_the_freeze_leaves_no_issue(path):
    open_ledger(path).close()
    process = python(FREEZER, path)
    assert process.stdout.readline() == "nearly\n"
    process.kill()
    process.communicate()

    ledger = open_ledger(path)

    assert ledger.issues() == ()
    assert not ledger.started("weekly")
    assert ledger.freeze(FROZEN, people(4, 200), ()).counts.pending == 800
    ledger.close()


def test_readers_are_not_blocked_by_a_freeze_and_see_the_old_state(path):
    open_ledger(path).close()
    process = python(FREEZER, path)
    assert process.stdout.readline() == "nearly\n"

    reader = open_ledger(path, readonly=True)
    assert reader.issues() == ()
    process.communicate("")
    assert reader.issues()[0].counts.pending == 800
    reader.close()


def test_of_many_processes_exactly_one_gets_each_batch(path):
    ledger = open_ledger(path)
    ledger.freeze(FROZEN, people(40, 1), ())
    ledger.begin_run("anna", NOW)
    processes = [python(CLAIMER, path, ISSUE, me) for me in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    claimed = [int(line) for one in processes for line in one.communicate()[0].split()]

    assert sorted(claimed) == list(range(1, 41))
    assert ledger.pending(ISSUE) == ()
    ledger.close()


def test_of_many_threads_exactly_one_gets_a_batch(path):
    ledger = open_ledger(path)
    ledger.freeze(FROZEN, people(1, 2), ())
    run = ledger.begin_run("anna", NOW)
    together, won = threading.Barrier(8), []

    def work(me):
        mine = open_ledger(path)
        batch = mine.batch(ISSUE, 1)
        together.wait()
        won.append(mine.claim(batch, run=run, token=me, payload_hash="h", now=NOW))
        mine.close()

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 7 + [True]
    ledger.close()


def test_processes_that_open_a_new_ledger_together_make_one(path):
    processes = [python(OPENER, path) for _ in range(3)]

    told = {process.communicate()[0] for process in processes}

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(told) == 1


def test_nobody_comes_between_the_look_and_the_change(path):
    ledger, other = open_ledger(path), open_ledger(path)
    other._db.connection.execute("PRAGMA busy_timeout = 1")  # noqa: SLF001 -- else a minute
    told = []

    def intrude(statement):
        if "WHERE id = " in statement and not told:
            try:
                told.append(other.begin_run("ben", NOW))
            except LedgerBusy:
                told.append("busy")

    ledger._db.connection.set_trace_callback(intrude)  # noqa: SLF001 -- to stand right there
    ledger.freeze(FROZEN, people(1, 1), ())

    assert told == ["busy"]
    ledger.close()
    other.close()


def test_two_processes_that_both_are_the_first_keep_one_secret(path):
    ledger, other = open_ledger(path), open_ledger(path)
    told = []

    def intrude(statement):
        if statement == "BEGIN IMMEDIATE" and not told:
            told.append(other.secret(None))

    ledger._db.connection.set_trace_callback(intrude)  # noqa: SLF001 -- to stand right there
    made = ledger.secret(None)

    assert told == [made]
    ledger.close()
    other.close()


def test_a_full_disk_is_told_in_words_and_nothing_is_half_done(path):
    ledger = open_ledger(path)
    pages = ledger._db.connection.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001
    ledger._db.connection.execute(f"PRAGMA max_page_count = {pages + 10}")  # noqa: SLF001

    with pytest.raises(LedgerError, match="the disk is full"):
        ledger.freeze(FROZEN, people(20, 500), ())

    assert ledger.issues() == ()
    assert ledger.freeze(FROZEN, people(1, 1), ()).counts.frozen == 1
    ledger.close()


def test_a_ledger_locked_by_another_program_is_told_in_words(path):
    ledger = open_ledger(path)
    ledger._db.connection.execute("PRAGMA busy_timeout = 10")  # noqa: SLF001 -- else a minute
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(LedgerBusy, match="another program keeps the ledger locked"):
        ledger.begin_run("anna", NOW)

    other.execute("ROLLBACK")
    other.close()
    assert ledger.begin_run("anna", NOW) == 1
    ledger.close()


def test_a_damaged_ledger_is_told_in_words(path):
    ledger = open_ledger(path)
    ledger.freeze(FROZEN, people(20, 100), ())
    ledger.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))

    with pytest.raises(LedgerError, match="the ledger is damaged"):
        open_ledger(path)


@pytest.mark.parametrize("readonly", [True, False])
def test_a_file_that_is_no_ledger_is_refused_and_left_alone(path, readonly):
    path.parent.mkdir()
    path.write_text("email,name\nanna@example.org,Anna\n" * 100)
    other = path.with_name("other.db")
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE address (email TEXT)")
    connection.close()

    for file in (path, other):
        file.chmod(0o644)
        before = file.read_bytes(), file.stat()
        with pytest.raises(LedgerError, match="not a ledger of Syndicate"):
            open_ledger(file, readonly=readonly)
        assert file.read_bytes() == before[0]
        assert (file.stat().st_mode, file.stat().st_mtime) == (
            before[1].st_mode,
            before[1].st_mtime,
        )


def test_a_newer_ledger_is_refused_in_words(path):
    open_ledger(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(LedgerTooNew, match=r"version 99; .* Upgrade Syndicate"):
        open_ledger(path)


@pytest.fixture
def open_folder():
    """A folder that other users can look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def unprivileged(open_folder):
    """A folder in which nothing can be made, for a user to whom modes apply."""
    with read_only(open_folder):
        yield open_folder


@contextmanager
def read_only(folder: Path):
    """Let nothing be made in a folder, also not by root."""
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="modes of folders are a matter of POSIX")
def test_a_read_only_folder_is_told_in_words(unprivileged):
    for path in (unprivileged / "ledger.db", unprivileged / "state" / "ledger.db"):
        with pytest.raises(LedgerError, match="Make its folder writable"):
            open_ledger(path)
    with closing(open_ledger(unprivileged / "ledger.db", create=False)) as ledger:
        assert ledger.issues() == ()


@pytest.mark.skipif(os.name == "nt", reason="modes of folders are a matter of POSIX")
def test_a_ledger_on_a_read_only_disk_can_be_looked_at(path, open_folder):
    ledger = open_ledger(path)
    ledger.start("weekly", ["a"], by="anna", now=NOW)
    killed = copy(path, open_folder / "killed")
    expected = state(ledger)
    ledger.close()
    whole = copy(path, open_folder / "whole")
    for file in open_folder.glob("*/*"):
        file.chmod(0o644)

    with read_only(whole.parent), closing(open_ledger(whole, readonly=True)) as ledger:
        assert state(ledger) == expected
        assert [file.name for file in whole.parent.iterdir()] == [whole.name]
    with (
        read_only(killed.parent),
        pytest.raises(LedgerError, match=r"lies in ledger.db-wal.* Copy both files"),
    ):
        open_ledger(killed, readonly=True)


def test_a_folder_that_is_a_file_is_told_in_words(tmp_path):
    (tmp_path / "state").write_text("")

    with pytest.raises(LedgerError, match="cannot be made or opened here"):
        open_ledger(tmp_path / "state" / "ledger.db")


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_only_its_owner_can_read_a_ledger(path):
    umask = os.umask(0)
    try:
        ledger = open_ledger(path)
        ledger.begin_run("anna", NOW)
        files = sorted(path.parent.iterdir())
        modes = [stat.S_IMODE(file.stat().st_mode) for file in files]
        ledger.close()
        path.chmod(0o644)
        open_ledger(path).close()
    finally:
        os.umask(umask)

    assert [file.name for file in files] == ["ledger.db", "ledger.db-shm", "ledger.db-wal"]
    assert modes == [0o600] * 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("how", [{"create": False}, {"readonly": True}])
def test_looking_for_a_ledger_makes_none(path, how):
    ledger = open_ledger(path, **how)

    assert ledger.issues() == ()
    assert not ledger.started("weekly")
    assert ledger.next_issue("weekly", "2026-W48") == (ISSUE, 1)
    assert ledger.secret(None) == ledger.secret(None)
    assert not path.parent.exists()
    ledger.close()


def test_a_ledger_opened_for_reading_never_changes(path):
    ledger = open_ledger(path)
    ledger.freeze(FROZEN, people(2, 2), ())
    ledger.close()
    before = path.read_bytes()

    reader = open_ledger(path, readonly=True)
    assert len(reader.batch(ISSUE, 2).recipients) == 2
    assert len(reader.secret(None)) == 32
    assert reader.secret(b"mine") == b"mine"
    with pytest.raises(LedgerError, match="read-only"):
        reader.begin_run("anna", NOW)
    reader.close()

    assert path.read_bytes() == before


def test_an_empty_file_reads_as_an_empty_ledger_and_becomes_one(path):
    path.parent.mkdir()
    path.touch()

    reader = open_ledger(path, readonly=True)
    assert reader.issues() == ()
    reader.close()
    assert path.read_bytes() == b""

    ledger = open_ledger(path)
    assert ledger.begin_run("anna", NOW) == 1
    ledger.close()


def test_the_log_cannot_be_rewritten_even_by_hand(path):
    ledger = open_ledger(path)
    ledger.freeze(FROZEN, people(1, 1), ())
    ledger.close()
    connection = sqlite3.connect(path)

    for text in ("UPDATE log SET by = 'ben'", "DELETE FROM log"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(text)
    connection.close()


def test_every_commit_is_on_the_disk_and_what_is_forgotten_is_overwritten(path):
    ledger = open_ledger(path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    wanted["fullfsync"] = 1

    connection = ledger._db.connection  # noqa: SLF001 -- settings belong to a connection
    told = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

    assert told == wanted
    ledger.close()


def test_what_a_reader_keeps_from_being_overwritten_is_said_and_the_same_again_does_it(path):
    def bytes_kept():
        return b"".join(file.read_bytes() for file in path.parent.iterdir())

    ledger = open_ledger(path)
    ledger.freeze(FROZEN, people(1, 3), ())
    ledger._db.connection.execute("PRAGMA busy_timeout = 10")  # noqa: SLF001 -- a test is impatient
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM log").fetchone()
        with pytest.raises(LedgerBusy, match="is forgotten, but"):
            ledger.forget((1).to_bytes(16, "big"), by="anna", now=NOW)
        assert b"person1@example.org" in bytes_kept()
    assert ledger.forget((1).to_bytes(16, "big"), by="anna", now=NOW) == 1
    assert b"person1@example.org" not in bytes_kept()
    assert b"person2@example.org" in bytes_kept()
    ledger.close()


def test_a_large_freeze_keeps_one_batch_in_memory(path):
    ledger = open_ledger(path)
    tracemalloc.start()
    try:
        issue = ledger.freeze(FROZEN, people(100, 200), ())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert issue.counts.frozen == 20_000
    assert peak < 2_000_000
    ledger.close()


def test_every_query_has_a_use():
    code = "".join(file.read_text() for file in Path(base.__file__).parent.glob("*.py"))

    assert [name for name in queries() if f'"{name}"' not in code] == []
