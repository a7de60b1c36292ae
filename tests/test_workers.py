"""Workers on several computers: nobody twice, nobody lost, whoever dies, and one pace for all."""

import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

import killing
from conftest import Site
from lying_server import TAKE, UNAUTHORISED, Lie, LyingServer, throttle
from simulated import Silent
from syndicate import worker
from syndicate.errors import Refused, Throttled, Uncertain
from syndicate.ledger import open_ledger
from syndicate.models import Limits, Payload, Receipt
from syndicate.send import Clock, Ending, Pace, Run, SharedPace, Threads, hand_over_one
from test_ledger_faults import FROZEN, ISSUE, NOW, people

SLOW = Lie("slow", after=0.1)
SHARED = """\
[ledger]
url_env = "SYNDICATE_LEDGER"
[audience]
suppressed = "suppressed.csv"
"""
#: as a worker lives, only sooner: nobody waits half a minute in a test
HASTY = worker.Rhythm(look=0.2, care=0.5, heartbeat=0.5, dead=2.0)
HASTY_WORKER = f"""
import functools
from syndicate import worker
from syndicate.cli import run
worker.work = functools.partial(worker.work, rhythm=worker.{HASTY})
raise SystemExit(run())
"""


# Several workers in threads, each with a session of its own


class Provider(Silent):
    """A provider that does what it is told, call by call, and then takes everything."""

    name, own_tokens, patience = "told", frozenset(), 5.0

    def __init__(self, *outcomes, seconds=0.02):
        self.outcomes, self.seconds = list(outcomes), seconds
        self.limits = Limits(10)
        self.began, self.taken, self.under_way, self.most = [], [], 0, 0
        self._lock = threading.Lock()

    def compose(self, _message, batch):
        return Payload(batch.name.encode(), "text/plain", "x")

    def submit(self, _payload, batch):
        with self._lock:
            self.began.append(time.monotonic())
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            outcome = self.outcomes.pop(0) if self.outcomes else None
        time.sleep(self.seconds)
        with self._lock:
            self.under_way -= 1
            if isinstance(outcome, Exception):
                raise outcome
            self.taken.append(batch.number)
        return Receipt("r")


class Workers:
    """So many workers on one database, and what became of the batches they were given."""

    def __init__(self, url, provider, number, gap=0.0):
        self.url, self.provider, self.gap = url, provider, gap
        self.number, self.results = number, []

    def do(self, batches):
        """Let each take the next of these batches until there are none."""
        todo, lock = list(batches), threading.Lock()

        def work():
            with closing(open_ledger(self.url)) as ledger:
                run = self.run(ledger)
                pace = SharedPace(ledger, ISSUE, "told", self.gap, Pace(self.provider.patience))
                while True:
                    with lock:
                        if not todo:
                            return
                        number = todo.pop(0)
                    self.results.append(hand_over_one(run, number, pace))

        threads = [threading.Thread(target=work) for _ in range(self.number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)

    def run(self, ledger):
        clock = Clock(lambda: NOW, time.monotonic, time.sleep, lambda: False)
        return Run(
            ledger, self.provider, ISSUE, FROZEN.message, ledger.begin_run("worker", NOW), "worker",
            clock, Threads(), frozenset, lambda _: None,
        )  # fmt: skip


@pytest.fixture
def url(postgres):
    return postgres.database()


@pytest.fixture
def ledger(url):
    """An issue of twelve batches, queued."""
    with closing(open_ledger(url)) as opened:
        opened.freeze(FROZEN, people(12, 2), ())
        opened.queue(ISSUE, by="anna", now=NOW)
        yield opened


def counts(ledger):
    return ledger.issue(ISSUE).counts


def test_a_batch_that_is_queued_twice_is_handed_over_once(ledger, url):
    provider = Provider(seconds=0.1)
    workers = Workers(url, provider, 4)

    workers.do([*range(1, 13), *range(1, 13)])

    assert sorted(provider.taken) == list(range(1, 13))
    assert {one.ending for one in workers.results} == {Ending.DONE}
    assert counts(ledger).accepted == 24
    assert provider.most > 1


def test_until_a_first_batch_is_taken_one_worker_tries(ledger, url):
    provider = Provider(Refused("the subject is missing"), seconds=0.2)

    Workers(url, provider, 4).do(range(1, 13))

    assert len(provider.began) == 1
    assert counts(ledger).pending == 24
    assert ledger.halted(ISSUE) == "the subject is missing"
    assert ledger.queued() == ()


def test_what_stops_one_stops_all_until_it_is_queued_again(ledger, url):
    provider = Provider(None, *[Uncertain("cut off")] * 12)
    Workers(url, provider, 3).do(range(1, 13))

    after = counts(ledger)
    # Two in a row, and at most one more of each other worker that was under way.
    assert 4 <= after.in_doubt <= 8
    assert (after.accepted, after.pending) == (2, 22 - after.in_doubt)
    assert "cannot be known" in ledger.halted(ISSUE)
    said = [entry.text for entry in ledger.log(ISSUE) if "workers stopped" in entry.text]
    assert said == [f"workers stopped with {ISSUE}: {ledger.halted(ISSUE)}"]

    provider.outcomes = []
    Workers(url, provider, 3).do(ledger.queue(ISSUE, by="anna", now=NOW))
    assert counts(ledger).accepted == 24 - after.in_doubt
    assert ledger.halted(ISSUE) == ""


def test_doubts_are_counted_in_a_row_whoever_has_them(ledger, url):
    provider = Provider(None, Uncertain("cut"), None, Uncertain("cut"), None, Uncertain("cut"))

    Workers(url, provider, 1).do(range(1, 13))

    assert counts(ledger).in_doubt == 6
    assert counts(ledger).pending == 0
    assert ledger.halted(ISSUE) == ""


@pytest.mark.usefixtures("ledger")
def test_all_workers_together_keep_the_pace_of_the_provider(url):
    provider = Provider(seconds=0)

    Workers(url, provider, 4, gap=0.1).do(range(1, 13))

    # Eleven gaps; a busy computer may be late with the first call.
    assert max(provider.began) - min(provider.began) > 0.75


def test_all_workers_wait_when_the_provider_asks_one_to(ledger, url):
    provider = Provider(None, Throttled("slow down", 1.0), seconds=0)

    Workers(url, provider, 2).do(range(1, 13))

    began = sorted(provider.began)
    # Of those that had their turn already, one more call may begin.
    assert began[4] - began[1] > 0.9
    assert counts(ledger).accepted == 24


def test_undo_holds_for_all_workers(ledger, url):
    provider = Provider(seconds=0.1)
    stopper = threading.Timer(0.5, lambda: stop(url))
    stopper.start()

    Workers(url, provider, 2).do(range(1, 13))
    stopper.join()

    after = counts(ledger)
    assert after.accepted + after.withdrawn == 24
    assert after.withdrawn > 0
    assert after.accepted == 2 * len(provider.taken)
    assert ledger.queued() == ()


def stop(url):
    with closing(open_ledger(url)) as ledger:
        ledger.stop(ISSUE, by="ben", now=NOW)


def test_a_living_worker_buries_the_dead(ledger, url):
    dead = open_ledger(url)
    batch = dead.batch(ISSUE, 1)
    run = dead.begin_run("dead", NOW)
    dead.claim(batch, run=run, token="t", payload_hash="h", now=NOW)

    assert ledger.bury(by="anna", now=NOW) == 0
    dead.close()
    assert ledger.bury(by="anna", now=NOW) == 1
    assert counts(ledger).in_doubt == 2


# The commands, in processes of their own


class Crew:
    """Worker processes in a site; a context manager that leaves none."""

    def __init__(self, site, number):
        self.site, self.started = site, []
        self.alive = [self.start() for _ in range(number)]

    def start(self):
        process = subprocess.Popen(
            [sys.executable, "-c", HASTY_WORKER, "worker"],
            cwd=self.site.root, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.started.append(process)
        return process

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.started:
            process.kill()
            process.communicate()


def make_site(root, server, people, **settings):
    """A site with its ledger in a database, and an issue that is queued."""
    (root / "suppressed.csv").write_text("email\n")
    killing.make_site(root, people, server, more=SHARED, **settings)
    return Site(root)


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_killed_at_random_they_finish_and_nobody_is_twice(tmp_path, url, monkeypatch):
    monkeypatch.setenv("SYNDICATE_LEDGER", url)
    rng = random.Random(7)
    with LyingServer() as server:
        server.usually = SLOW
        site = make_site(tmp_path, server, 200, batch=5, connections=1)
        sent = site.run("send", "--yes", "--queue")
        assert (sent.code, "40 batches queued" in sent.err) == (0, True)
        with Crew(site, 3) as crew:
            for _ in range(4):
                calls = server.calls + rng.randint(1, 6)
                wait_until(lambda calls=calls: server.calls >= calls)
                crew.alive.pop(rng.randrange(3)).kill()
                crew.alive.append(crew.start())
            watched = site.run("status", "--watch")
            assert {"submitting", "pending"}.isdisjoint(standing(url))
            crew.alive[0].send_signal(signal.SIGINT)
            assert crew.alive[0].wait(60) == 130
        with closing(open_ledger(url, readonly=True)) as ledger:
            after = ledger.issues()[0].counts
        assert server.twice() == set()
        assert after.accepted + after.in_doubt == after.frozen == 200
        assert after.in_doubt <= 4 * 5
        taken = len(server.taken)
        assert after.accepted <= taken <= after.accepted + after.in_doubt
        last = watched.out.rpartition("issue 1, ")[2]
        assert "pending" not in last
        assert "under way" not in last


def standing(url):
    with closing(open_ledger(url, readonly=True)) as ledger:
        (issue,) = ledger.issues()
        return {str(batch.status) for batch in ledger.batches(issue.id)}


def halted(url):
    with closing(open_ledger(url, readonly=True)) as ledger:
        (issue,) = ledger.issues()
        return ledger.halted(issue.id)


def test_whoever_unsubscribes_while_it_is_queued_does_not_get_it(tmp_path, url, monkeypatch):
    monkeypatch.setenv("SYNDICATE_LEDGER", url)
    with LyingServer() as server:
        site = make_site(tmp_path, server, 6, batch=2, connections=1)
        assert site.run("send", "--yes", "--queue").code == 0
        site.write("suppressed.csv", "email\np3@example.com\n")
        # What is queued twice is done once.
        assert site.run("send", "--yes", "--queue").code == 0
        with Crew(site, 1):
            wait_until(lambda: len(server.taken) == 5)
            wait_until(lambda: standing(url) == {"accepted"})
        assert "p3@example.com" not in {address for _, address in server.taken}
        assert '"withdrawn": 1' in site.run("status", "--json").out


def test_what_a_provider_refuses_is_told_and_goes_on_from_there(tmp_path, url, monkeypatch):
    monkeypatch.setenv("SYNDICATE_LEDGER", url)
    with LyingServer() as server:
        server.usually = UNAUTHORISED
        site = make_site(tmp_path, server, 6, batch=2, connections=1)
        assert site.run("send", "--yes", "--queue").code == 0
        with Crew(site, 1):
            wait_until(lambda: halted(url))
            status = site.run("status").out
            assert "HTTP 401" in status
            assert "syndicate send weekly --queue" in status
            server.usually = TAKE
            assert site.run("send", "--yes", "--queue").code == 0
            wait_until(lambda: len(server.taken) == 6)


def test_a_worker_says_that_the_provider_asks_to_wait(tmp_path, url, monkeypatch):
    monkeypatch.setenv("SYNDICATE_LEDGER", url)
    with LyingServer() as server:
        server.will(throttle(6))
        site = make_site(tmp_path, server, 4, batch=2, connections=1)
        assert site.run("send", "--yes", "--queue").code == 0
        with Crew(site, 1) as crew:
            wait_until(lambda: len(server.taken) == 4)
            crew.alive[0].send_signal(signal.SIGINT)
            _, said = crew.alive[0].communicate(timeout=30)
        assert "outbox asks to wait 6 seconds. It goes on by itself." in said


def test_a_worker_without_the_key_ends_in_words_and_nobody_is_in_doubt(tmp_path, url, monkeypatch):
    monkeypatch.setenv("SYNDICATE_LEDGER", url)
    with LyingServer() as server:
        site = make_site(tmp_path, server, 4, batch=2, connections=1, provider="resend")
        key = {"RESEND_API_KEY": "re-key"}
        assert site.run("send", "--yes", "--queue", env=key).code == 0
        with Crew(site, 1) as crew:
            _, said = crew.alive[0].communicate(timeout=60)
        assert crew.alive[0].returncode == 2
        assert "The environment variable RESEND_API_KEY is not set" in said
        assert "Traceback" not in said
        assert '"pending": 4' in site.run("status", "--json").out


def test_a_ledger_that_is_a_file_has_no_workers(small_site):
    for words in (["send", "--yes", "--queue"], ["worker"]):
        ended = small_site.run(*words)
        assert ended.code == 2
        assert "Workers need it in a PostgreSQL database" in ended.err
    assert small_site.emails() == []


def test_a_list_that_the_provider_holds_is_not_shared_out(tmp_path, url):
    site = Site(tmp_path)
    site.write(
        "syndicate.toml",
        '[site]\ntitle = "Small"\nurl = "https://small.example/"\naddress = "1 Street, Town"\n'
        '[newsletters.weekly]\ntitle = "W"\nsender = "S <s@small.example>"\n'
        'audience = { list = "Readers" }\nprovider = "brevo-campaigns"\n'
        '[ledger]\nurl_env = "SYNDICATE_LEDGER"\n',
    )
    site.article()

    ended = site.run("send", "--yes", "--queue", env={"SYNDICATE_LEDGER": url})

    assert ended.code == 2
    assert "brevo-campaigns holds the list itself" in ended.err
