"""What the ledger on PostgreSQL promises beside the contract of all ledgers (test_ledger.py).

What SQLite gets from one file and one lock, this one gets from sessions: each test breaks one.
"""

import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from contextlib import closing, contextmanager

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from pooler import Pooler
from syndicate.errors import ConfigError, LedgerBusy, LedgerError, LedgerLost, LedgerTooNew
from syndicate.ledger import hold, open_ledger
from syndicate.ledger import name as name_of
from syndicate.models import LogEntry, Receipt
from test_ledger_faults import CLAIMER, FREEZER, FROZEN, ISSUE, NOW, OPENER, people, python
from test_ledger_model import LedgerMachine
from test_run_lock import HOLDER

psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def url(postgres):
    return postgres.database()


@pytest.fixture
def ledger(url):
    with closing(open_ledger(url)) as opened:
        yield opened


@pytest.fixture
def frozen(ledger):
    """An issue of three people in three batches."""
    ledger.freeze(FROZEN, people(3, 1), ())
    return ledger


@contextmanager
def by_hand(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET search_path = syndicate")
        yield connection


def cut(ledger):
    """End the session of a ledger at the server, as a broken network does."""
    database = ledger._db  # noqa: SLF001 -- whose session it is, only the ledger knows
    with psycopg.connect(database.where.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(%s, 5000)", (database.connection.info.backend_pid,)
        )


def take(ledger, number, run, token="t"):
    batch = ledger.batch(ISSUE, number)
    assert ledger.claim(batch, run=run, token=token, payload_hash="h", now=NOW)
    return batch


def statuses(ledger):
    return [str(batch.status) for batch in ledger.batches(ISSUE)]


# Runs


def test_several_runs_live_at_a_time_and_only_the_dead_leave_doubt(frozen, url):
    mine = frozen.begin_run("anna", NOW)
    other = open_ledger(url)
    theirs = other.begin_run("ben", NOW)
    take(frozen, 1, mine)
    take(other, 2, theirs)

    with closing(open_ledger(url)) as third:
        third.begin_run("carl", NOW)
        assert statuses(frozen) == ["submitting", "submitting", "pending"]
        other.close()
        third.begin_run("carl", NOW)

    assert (mine, theirs) == (1, 2)
    assert statuses(frozen) == ["submitting", "in doubt", "pending"]


def test_an_answer_after_the_connection_was_lost_is_recorded(frozen):
    run = frozen.begin_run("anna", NOW)
    batches = [take(frozen, number, run) for number in (1, 2, 3)]
    cut(frozen)

    assert frozen.accept(batches[0], "t", Receipt("r"), NOW)
    assert frozen.refuse(batches[1], "t", "too large", NOW)
    assert frozen.release(batches[2], "t", "no connection", NOW)

    assert statuses(frozen) == ["accepted", "refused", "pending"]


def test_a_run_whose_connection_was_lost_claims_nothing_more(frozen):
    run = frozen.begin_run("anna", NOW)
    batch = frozen.batch(ISSUE, 1)
    cut(frozen)

    with pytest.raises(LedgerLost, match="the connection to the database was lost"):
        frozen.claim(batch, run=run, token="t", payload_hash="h", now=NOW)
    # The session is new by now; the lock of the run was that of the old one.
    assert frozen.pending(ISSUE) == (1, 2, 3)
    with pytest.raises(LedgerLost, match="nothing more is handed over by this run"):
        frozen.claim(batch, run=run, token="t", payload_hash="h", now=NOW)

    again = frozen.begin_run("anna", NOW)
    assert frozen.claim(batch, run=again, token="t", payload_hash="h", now=NOW)


def test_a_late_answer_ends_the_doubt_that_others_put_a_lost_run_in(frozen, url):
    run = frozen.begin_run("anna", NOW)
    first, second = (take(frozen, number, run) for number in (1, 2))
    cut(frozen)
    with closing(open_ledger(url)) as other:
        other.begin_run("ben", NOW)
        assert statuses(other) == ["in doubt", "in doubt", "pending"]

    assert not frozen.release(first, "t", "late, and not clear", NOW)
    assert not frozen.accept(first, "somebody else's", Receipt("r"), NOW)
    assert frozen.accept(first, "t", Receipt("r"), NOW)
    assert frozen.refuse(second, "t", "too large", NOW)

    assert statuses(frozen) == ["accepted", "refused", "pending"]


def test_a_freeze_whose_connection_is_lost_leaves_nothing(ledger):
    def cut_short():
        yield from people(2, 2)
        cut(ledger)
        yield from people(1, 1)

    with pytest.raises(LedgerLost):
        ledger.freeze(FROZEN, cut_short(), ())

    assert ledger.issues() == ()
    assert not ledger.started("weekly")


def test_changes_are_made_one_at_a_time(frozen, url):
    with closing(open_ledger(url)) as other:
        run, order = frozen.begin_run("anna", NOW), []
        take(frozen, 1, run)

        def stop():
            with closing(open_ledger(url)) as third:
                third.stop(ISSUE, by="ben", now=NOW)
                order.append("stopped")

        with other._db.change():  # noqa: SLF001 -- to stand between a look and a change
            thread = threading.Thread(target=stop)
            thread.start()
            time.sleep(0.3)
            order.append("changed")
        thread.join()
        frozen.release(frozen.batch(ISSUE, 1), "t", "nothing left", NOW)

    assert order == ["changed", "stopped"]
    assert statuses(frozen) == ["withdrawn"] * 3


def test_of_many_processes_exactly_one_gets_each_batch(ledger, url):
    ledger.freeze(FROZEN, people(40, 1), ())
    ledger.begin_run("anna", NOW)
    processes = [python(CLAIMER, url, ISSUE, me) for me in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    claimed = [int(line) for one in processes for line in one.communicate()[0].split()]

    assert sorted(claimed) == list(range(1, 41))
    assert ledger.pending(ISSUE) == ()


@pytest.mark.usefixtures("ledger")
def test_readers_are_not_blocked_by_a_freeze_and_see_the_old_state(url):
    process = python(FREEZER, url)
    assert process.stdout.readline() == "nearly\n"

    with closing(open_ledger(url, readonly=True)) as reader:
        assert reader.issues() == ()
        process.communicate("")
        assert reader.issues()[0].counts.pending == 800


def test_processes_that_open_a_new_ledger_together_make_one(url):
    processes = [python(OPENER, url) for _ in range(3)]

    told = {process.communicate()[0] for process in processes}

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(told) == 1


# The run lock


@pytest.fixture
def holder(url):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_run_is_told_who_holds_the_ledger_and_since_when(url, holder):
    with pytest.raises(LedgerBusy) as caught, hold(url, by="anna", now=NOW):
        pass

    told = str(caught.value)
    assert f"in use by ben (cron) (process {holder.pid}) since 20" in told
    assert "syndicate status" in told


def test_the_lock_dies_with_a_killed_process(url, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    until = time.monotonic() + 60
    while True:
        try:
            with hold(url, by="anna", now=NOW):
                return
        except LedgerBusy:
            assert time.monotonic() < until, "the server did not notice"
            time.sleep(0.05)


def test_a_pooler_in_transaction_mode_is_refused_before_anything_is_locked(postgres, url):
    open_ledger(url).close()
    database = url.partition("@/")[2].partition("?")[0]
    with Pooler(postgres.folder) as pooler:
        pooled = pooler.url(database)
        with (
            pytest.raises(LedgerError, match="pooler in transaction mode"),
            hold(pooled, by="anna", now=NOW),
        ):
            pass
        with closing(open_ledger(pooled)) as ledger:
            with pytest.raises(LedgerError, match="Give the address of the database itself"):
                ledger.begin_run("anna", NOW)
            assert ledger.issues() == ()
    with hold(url, by="anna", now=NOW), closing(open_ledger(url)) as ledger:
        assert ledger.begin_run("anna", NOW) == 2


# What the database itself refuses


@pytest.mark.parametrize("text", ["UPDATE log SET by = 'ben'", "DELETE FROM log", "TRUNCATE log"])
def test_the_log_cannot_be_rewritten_even_by_hand(frozen, url, text):
    with by_hand(url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute(text)

    assert len(frozen.log()) == 1


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO recipient SELECT issue, key, 3 FROM recipient WHERE batch = 1",
        "INSERT INTO recipient VALUES (1, 'short', 1)",
        "UPDATE batch SET status = 'sent'",
        "UPDATE batch SET status = 'submitting'",
        "UPDATE batch SET n = 0",
        "INSERT INTO meta SELECT 2, version, id FROM meta",
    ],
)
def test_the_guard_is_in_the_database_itself(url, text):
    with by_hand(url) as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(text)


# Servers that cannot keep it


def test_every_commit_is_on_the_disk_whatever_the_database_is_set_to(postgres, url):
    database = url.partition("@/")[2].partition("?")[0]
    postgres.ask(f"ALTER DATABASE {database} SET synchronous_commit = off")

    with closing(open_ledger(url)) as ledger:
        (row,) = ledger._db.connection.execute(  # noqa: SLF001 -- settings belong to a session
            "SHOW synchronous_commit"
        ).fetchall()

    assert row == {"synchronous_commit": "on"}


def test_every_commit_is_on_the_disk_also_after_the_connection_was_lost(postgres, url):
    database = url.partition("@/")[2].partition("?")[0]
    postgres.ask(f"ALTER DATABASE {database} SET synchronous_commit = off")

    with closing(open_ledger(url)) as ledger:
        cut(ledger)
        assert ledger.issues() == ()
        (row,) = ledger._db.connection.execute(  # noqa: SLF001 -- settings belong to a session
            "SHOW synchronous_commit"
        ).fetchall()

    assert row == {"synchronous_commit": "on"}


def test_a_server_that_does_not_write_to_the_disk_is_refused(postgres, url):
    def fsync(value):
        postgres.ask(f"ALTER SYSTEM SET fsync = {value}", "SELECT pg_reload_conf()")
        until = time.monotonic() + 60
        while postgres.ask("SHOW fsync") != [(value,)]:
            assert time.monotonic() < until
            time.sleep(0.02)

    fsync("off")
    try:
        with pytest.raises(LedgerError, match="does not write to the disk what it confirms"):
            open_ledger(url)
    finally:
        fsync("on")


def test_a_database_that_cannot_keep_every_letter_is_refused(postgres):
    postgres.ask(
        "CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    )

    with pytest.raises(LedgerError, match="it is in LATIN1"):
        open_ledger(postgres.url("narrow"))


@pytest.mark.usefixtures("frozen")
def test_a_user_without_rights_is_told_in_words(postgres, url):
    postgres.ask("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    with pytest.raises(LedgerError, match="not one that this user may read"):
        open_ledger(url.replace("syndicate@", "guest@"), readonly=True)

    with by_hand(url) as connection:
        connection.execute("GRANT USAGE ON SCHEMA syndicate TO guest")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA syndicate TO guest")
    with closing(open_ledger(url.replace("syndicate@", "guest@"))) as ledger:
        assert len(ledger.issues()) == 1
        with pytest.raises(LedgerError, match="this database user may not do that"):
            ledger.note(LogEntry(NOW, "guest", "was here"))
    postgres.ask("DROP OWNED BY guest", "DROP ROLE guest", database=url.split("/")[3].split("?")[0])


@pytest.mark.usefixtures("ledger")
def test_a_newer_ledger_is_refused_in_words(url):
    with by_hand(url) as connection:
        connection.execute("UPDATE meta SET version = 99")

    with pytest.raises(LedgerTooNew, match="version 99"):
        open_ledger(url)


def test_a_schema_that_is_no_ledger_is_refused_and_left_alone(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA syndicate")
        connection.execute("CREATE TABLE syndicate.meta (name TEXT)")

    with pytest.raises(LedgerError, match="is no ledger of Syndicate"):
        open_ledger(url)


@pytest.mark.parametrize("how", [{"create": False}, {"readonly": True}])
def test_looking_for_a_ledger_makes_none(postgres, url, how):
    with closing(open_ledger(url, **how)) as ledger:
        assert ledger.issues() == ()

    database = url.partition("@/")[2].partition("?")[0]
    found = postgres.ask("SELECT to_regnamespace('syndicate')", database=database)
    assert found == [(None,)]


def test_a_ledger_opened_for_reading_never_changes(frozen, url):
    with (
        closing(open_ledger(url, readonly=True)) as reader,
        pytest.raises(LedgerError, match="can only be read"),
    ):
        reader.note(LogEntry(NOW, "anna", "looked"))

    assert len(frozen.log()) == 1


# Addresses with a password


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:hunter2@127.0.0.1:1/letters",
        "postgresql://anna@127.0.0.1:1/letters?password=hunter2",
    ],
)
def test_a_database_out_of_reach_is_told_without_its_password(url):
    with pytest.raises(LedgerError, match=r"127\.0\.0\.1") as caught:
        open_ledger(url)

    assert name_of(url) == "postgresql://127.0.0.1:1/letters"
    assert "hunter2" not in repr(caught.value) + str(caught.value.__cause__)


def test_an_address_that_cannot_be_read_is_not_shown():
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        open_ledger("postgresql://anna:hunt%er2@db/letters")

    assert "hunt" not in str(caught.value)


# The rest


def test_a_reason_with_a_character_that_no_text_holds_is_recorded(frozen):
    run = frozen.begin_run("anna", NOW)
    batch = take(frozen, 1, run)

    assert frozen.doubt(batch, "t", "cut\0off", NOW)
    assert [one.reason for one in frozen.doubts(ISSUE)] == ["cutoff"]


def test_a_large_freeze_keeps_one_batch_in_memory(ledger):
    tracemalloc.start()
    try:
        issue = ledger.freeze(FROZEN, people(40, 500), ())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert issue.counts.frozen == 20_000
    assert peak < 2_000_000


def test_whatever_is_done_in_whatever_order_nobody_is_twice_and_nobody_lost(postgres):
    class OnPostgres(LedgerMachine):
        def place(self):
            return postgres.database()

    few = settings(LedgerMachine.TestCase.settings, max_examples=8)
    run_state_machine_as_test(OnPostgres, settings=few)
