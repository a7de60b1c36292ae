"""Workers whose connections are cut, whose server goes away, that are stopped, or die in a job.

Real processes: nobody is twice, nobody is lost, and what cannot be known is told.
"""

import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from lying_server import CUT_AFTER, TAKE, LyingServer
from syndicate import ledger as ledgers
from syndicate import worker
from syndicate.ledger import open_ledger
from test_ledger_faults import NOW
from test_workers import HASTY, Crew, make_site, wait_until

#: fetches a job, and does not come to its claim
FETCHER = """
import sys, threading, time
from syndicate import worker
def hand_over(issue, number):
    print(issue, number, flush=True)
    time.sleep(600)
worker.work(sys.argv[1], worker.Duties(hand_over, tuple, 1, threading.Event()))
"""


@pytest.fixture
def url(postgres, monkeypatch):
    address = postgres.database()
    monkeypatch.setenv("SYNDICATE_LEDGER", address)
    return address


@contextmanager
def under_way(site, server, answer):
    """Queue an issue, and give its one worker while its second call waits for this answer."""
    server.will(TAKE, replace(answer, after=60))
    assert site.run("send", "--yes", "--queue").code == 0
    with Crew(site, 1) as crew:
        wait_until(lambda: server.calls == 2)
        yield crew


def cut(postgres, url, process):
    """End all sessions of a process at the server, as a broken network does."""
    database = url.partition("@/")[2].partition("?")[0]
    name = f"syndicate {process.pid}"
    ended = postgres.ask(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        f" WHERE application_name = '{name}' OR application_name LIKE '{name} %'",
        database=database,
    )
    assert len(ended) >= 3


def told(url):
    with closing(open_ledger(url, readonly=True)) as ledger:
        (issue,) = ledger.issues()
        return issue.counts


def end(process):
    """End a worker as Ctrl-C does; it says what it has to say, and nothing that only we know."""
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "procrastinate" not in said
    return said


@pytest.mark.parametrize(("answer", "doubtful"), [(TAKE, 0), (CUT_AFTER, 2)])
def test_a_worker_whose_connections_are_cut_in_a_call_records_the_answer_and_goes_on(
    tmp_path, postgres, url, answer, doubtful
):
    with LyingServer() as server:
        site = make_site(tmp_path, server, 8, batch=2, connections=1)
        with under_way(site, server, answer) as crew:
            (process,) = crew.alive
            cut(postgres, url, process)
            # Others take its run for dead, unless it has noticed and begun a new one before.
            with closing(open_ledger(url)) as other:
                other.bury(by="ben", now=NOW)
            assert told(url).in_doubt == 2
            server.hurry()
            wait_until(lambda: told(url).accepted == 8 - doubtful)
            end(process)
        assert server.twice() == set()
        assert len(server.taken) == 8
    with closing(open_ledger(url, readonly=True)) as ledger:
        (issue,) = ledger.issues()
    assert (issue.counts.in_doubt, issue.counts.pending) == (doubtful, 0)
    if doubtful:
        assert "in doubt" in site.run("status", issue.id).out


def test_a_worker_goes_on_when_its_database_is_there_again(tmp_path, postgres, url):
    with LyingServer() as server:
        site = make_site(tmp_path, server, 8, batch=2, connections=1)
        with under_way(site, server, TAKE) as crew:
            (process,) = crew.alive
            postgres.stop()
            server.hurry()
            assert process.poll() is None
            postgres.start()
            wait_until(lambda: told(url).accepted == 8)
            end(process)
        assert server.twice() == set()
        assert len(server.taken) == 8


def test_a_worker_that_is_stopped_for_a_while_goes_on_where_it_was(tmp_path, url):
    with LyingServer() as server:
        site = make_site(tmp_path, server, 20, batch=2, connections=1)
        server.will(TAKE, replace(TAKE, after=60))
        assert site.run("send", "--yes", "--queue").code == 0
        with Crew(site, 1) as crew:
            wait_until(lambda: server.calls == 2)
            crew.alive[0].send_signal(signal.SIGSTOP)
            other = crew.start()
            # Its session lives, so its batch is under way still; its job counts as lost.
            wait_until(lambda: told(url).accepted == 18)
            wait_until(lambda: not jobs(url))
            assert told(url).in_doubt == 2
            server.hurry()
            crew.alive[0].send_signal(signal.SIGCONT)
            wait_until(lambda: told(url).accepted == 20)
            end(crew.alive[0])
            end(other)
        assert server.twice() == set()
        assert len(server.taken) == 20


def jobs(url):
    import psycopg  # noqa: PLC0415 -- where there is none, the server was not there either

    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id FROM syndicate_queue.procrastinate_jobs").fetchall()


def test_a_job_of_a_worker_that_died_before_its_claim_is_done_by_another(url):
    address = ledgers.conninfo(url, by="test")
    worker.defer(address, [("weekly-2026-W48", 1), ("weekly-2026-W48", 2)])
    done, stop = [], threading.Event()

    def hand_over(issue, number):
        done.append((issue, number))
        if len(done) == 2:
            stop.set()
        return True

    with subprocess.Popen(
        [sys.executable, "-c", FETCHER, address], stdout=subprocess.PIPE, text=True
    ) as fetcher:
        fetched = fetcher.stdout.readline().split()
        fetcher.kill()
    giving_up = threading.Timer(40, stop.set)
    giving_up.start()
    worker.work(address, worker.Duties(hand_over, tuple, 1, stop), HASTY)
    giving_up.cancel()

    assert fetched == ["weekly-2026-W48", "1"]
    assert done == [("weekly-2026-W48", 2), ("weekly-2026-W48", 1)]
    assert jobs(url) == []
