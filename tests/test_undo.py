"""Taking back: in the grace, from another terminal while `send` runs, and what is too late."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import types
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lying_server import CUT_AFTER, MIXED, STALL_AFTER, TAKE, LyingServer, throttle
from simulated import World
from syndicate.cli import grace


def start(site, *arguments, terminal=None):
    return subprocess.Popen(
        [sys.executable, "-m", "syndicate", "send", *arguments],
        cwd=site.root, stdin=terminal or subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until(happens, seconds=60):
    """Wait until something is so; the limit is only there to end a test that has failed."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.05)


def frozen(site):
    issues = json.loads(site.run("status", "--json").out)["issues"]
    return issues[0] if issues else None


def to_server(site, server, **keys):
    server.serves(site, **keys)
    site.begin()


def test_in_the_grace_undo_from_another_terminal_takes_all_back(small_site):
    with start(small_site, "--yes", "--hold", "10m") as sending:
        until(lambda: frozen(small_site))
        undone = small_site.run("undo", "--yes")
        _, talk = sending.communicate(timeout=60)
    assert undone.code == 0
    assert "2 recipients withdrawn" in undone.err
    assert "Nobody got it, so its articles are new again." in undone.err
    assert sending.returncode == 130
    assert "was taken back with undo" in talk
    assert small_site.emails() == []
    assert (frozen(small_site)["withdrawn"], frozen(small_site)["pending"]) == (2, 0)
    assert small_site.run("send", "--yes").code == 0
    assert len(small_site.emails()) == 2


def test_in_the_grace_ctrl_c_takes_all_back(small_site):
    with start(small_site, "--yes", "--hold", "10m") as sending:
        until(lambda: frozen(small_site))
        time.sleep(0.2)
        sending.send_signal(signal.SIGINT)
        _, talk = sending.communicate(timeout=60)
    assert sending.returncode == 130
    assert "2 recipients withdrawn" in talk
    assert "taken back" in small_site.run("log").out
    assert small_site.emails() == []


class Ledger:
    """Knows only whether an issue was taken back."""

    def __init__(self, world, stopped_at=1e9):
        self.world, self.stopped_at = world, stopped_at

    def stopped(self, _issue):
        return self.world.ticks >= self.stopped_at


@pytest.mark.parametrize("moved", [-3600, 3600, 8 * 3600])
def test_a_clock_that_is_moved_neither_lengthens_nor_shortens_the_grace(moved):
    world = World()
    world.at(30, lambda: setattr(world, "moved", moved))
    more = grace.waited(Ledger(world), "weekly", 600, world.clock())
    assert world.ticks == pytest.approx(600)
    # Ahead, as after a night's sleep, it is asked about; back, it is not.
    assert (more > grace.SLEPT) == (moved > 0)


def test_a_process_that_was_stopped_during_the_grace_is_asked_about():
    world = World()
    world.at(30, lambda: setattr(world, "ticks", 3 * 3600.0))
    assert grace.waited(Ledger(world), "weekly", 600, world.clock()) > grace.SLEPT


def test_a_grace_ends_soon_after_somebody_took_the_issue_back():
    world = World()
    assert grace.waited(Ledger(world, 42), "weekly", 600, world.clock()) is None
    assert 42 <= world.ticks <= 42 + grace.GLANCE


def test_a_night_asleep_during_the_grace_is_asked_about_and_nobody_there_means_no(
    monkeypatch, capsys
):
    monkeypatch.setattr("sys.stdin", None)
    issue = types.SimpleNamespace(id="weekly-2026-W48", newsletter="weekly")
    assert grace.still_right(issue, 8 * 3600) is False
    assert "8 hours later" in capsys.readouterr().err


def test_after_the_grace_it_goes(small_site):
    ended = small_site.run("send", "--yes", "--hold", "1s")
    assert ended.code == 0
    assert "goes out at" in ended.err
    assert len(small_site.emails()) == 2


def test_a_machine_waits_only_when_told_to(small_site):
    small_site.edit("syndicate.toml", "audience =", 'hold = "10m"\naudience =')
    ended = small_site.run("send", "--yes")
    assert ended.code == 0
    assert "goes out at" not in ended.err


@pytest.mark.parametrize("now", [True, False])
def test_at_a_terminal_the_configured_grace_holds_unless_now(small_site, now):
    small_site.edit("syndicate.toml", "audience =", 'hold = "10m"\naudience =')
    parent, child = pty.openpty()
    with start(small_site, *(["--now"] if now else []), terminal=child) as sending:
        os.close(child)
        os.write(parent, b"2\n")
        if not now:
            until(lambda: frozen(small_site))
            assert small_site.run("undo", "--yes").code == 0
        _, talk = sending.communicate(timeout=60)
    os.close(parent)
    assert ("goes out at" in talk) is not now
    assert len(small_site.emails()) == (2 if now else 0)


def test_undo_while_send_runs_withdraws_the_rest_and_says_what_was_too_late(small_site):
    people = "".join(f"p{n}@example.com,P\n" for n in range(10))
    small_site.write("people.csv", f"email,name\n{people}")
    with LyingServer() as server:
        to_server(small_site, server, batch_size=2)
        server.will(TAKE, TAKE, STALL_AFTER)
        with start(small_site, "--yes") as sending:
            until(lambda: len(server.taken) == 6)
            undone = small_site.run("undo", "--yes")
            server.close()
            sending.communicate(timeout=60)
        assert len(server.taken) == 6
    assert "4 recipients withdrawn" in undone.err
    assert "Too late for 4" in undone.err
    assert "Perhaps too late for 2" in undone.err
    assert sending.returncode == 4
    told = frozen(small_site)
    assert [told[word] for word in ("accepted", "in_doubt", "withdrawn", "pending")] == [4, 2, 4, 0]
    # What a person then finds was not taken is withdrawn as well: it was taken back.
    assert small_site.run("settle", "--assume-refused", "all", "--yes").code == 0
    assert frozen(small_site)["withdrawn"] == 6
    assert "nothing new" in small_site.run("send", "--yes").err


def test_undo_while_the_only_call_is_under_way_keeps_it_from_being_made_again(small_site):
    with LyingServer() as server:
        to_server(small_site, server)
        server.will(replace(throttle(1), after=30))
        with start(small_site, "--yes") as sending:
            until(lambda: server.calls == 1)
            undone = small_site.run("undo", "--yes")
            server.hurry()
            _, talk = sending.communicate(timeout=60)
        assert server.taken == []
    assert undone.code == 0
    assert "0 recipients withdrawn" in undone.err
    assert "Perhaps too late for 2" in undone.err
    assert sending.returncode == 130
    assert "was taken back with undo" in talk
    assert (frozen(small_site)["withdrawn"], frozen(small_site)["pending"]) == (2, 0)
    assert "nothing to take back" in small_site.run("undo", "--yes").err


def test_undo_ends_a_wait_that_the_provider_asked_for(small_site):
    with LyingServer() as server:
        to_server(small_site, server)
        server.will(throttle(250))
        with start(small_site, "--yes") as sending:
            until(lambda: "slow down" in small_site.run("log").out)
            assert small_site.run("undo", "--yes").code == 0
            _, talk = sending.communicate(timeout=60)
        assert server.taken == []
    assert sending.returncode == 130
    assert "was taken back with undo" in talk
    assert (frozen(small_site)["withdrawn"], frozen(small_site)["pending"]) == (2, 0)


def test_there_may_be_nothing_to_take_back(small_site):
    small_site.run("send", "--yes")
    ended = small_site.run("undo", "--yes")
    assert (ended.code, "nothing to take back" in ended.err) == (0, True)
    assert small_site.run("undo", "weekly-1999-W01", "--yes").code == 2


def test_without_a_person_undo_asks_for_yes(small_site):
    with start(small_site, "--yes", "--hold", "10m") as sending:
        until(lambda: frozen(small_site))
        assert small_site.run("undo").code == 2
        assert frozen(small_site)["pending"] == 2
        small_site.run("undo", "--yes")
        sending.communicate(timeout=60)


@pytest.mark.parametrize(
    "arguments", [("--hold", "soon"), ("--hold", "10m", "--now"), ("--retry-refused", "--dry-run")]
)
def test_what_makes_no_sense_is_refused(small_site, arguments):
    assert small_site.run("send", "--yes", *arguments).code == 2
    assert frozen(small_site) is None


def test_whoever_was_refused_goes_again_in_new_batches_and_only_they(small_site):
    with LyingServer() as server:
        to_server(small_site, server)
        server.will(MIXED)
        sent = small_site.run("send", "--yes")
        assert sent.code == 0
        (first,) = server.taken
        assert "refused      line" in sent.err
        assert "mailbox unknown" in sent.err
        assert "--retry-refused" in sent.err
        assert frozen(small_site)["refused"] == 1
        # Without a yes nothing is changed: nobody becomes pending for the next send.
        asked = small_site.run("send", "--retry-refused")
        assert asked.code == 2
        assert "1 refused before" in asked.err
        assert (frozen(small_site)["refused"], frozen(small_site)["pending"]) == (1, 0)
        ended = small_site.run("send", "--yes", "--retry-refused", "--hold", "1s")
        assert ended.code == 0
        assert "goes out at" in ended.err
        assert "1 refused recipient again, in new batches" in ended.err
        assert len(server.taken) == 2
        assert server.twice() == set()
        assert server.taken[0] == first
    told = frozen(small_site)
    assert (told["accepted"], told["refused"], told["frozen"]) == (2, 0, 2)
    log = small_site.run("log").out
    assert "refused: 1" in log
    assert "go again" in log


def test_there_may_be_nobody_who_was_refused(small_site):
    small_site.run("send", "--yes")
    ended = small_site.run("send", "--yes", "--retry-refused")
    assert (ended.code, "Nobody was refused" in ended.err) == (0, True)


def test_what_is_in_doubt_is_not_taken_for_refused(small_site):
    with LyingServer() as server:
        to_server(small_site, server)
        server.will(CUT_AFTER)
        assert small_site.run("send", "--yes").code == 4
        small_site.run("send", "--yes", "--retry-refused")
        assert len(server.taken) == 2


def test_a_time_that_is_named_stays_however_long_a_person_thinks():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    hold = grace.until("09:30", now, ZoneInfo("UTC"))
    minutes = [0, 10, 31]
    assert [hold.left(now + timedelta(minutes=n)) for n in minutes] == [1800, 1200, 0]
    # A length begins when somebody says go.
    assert grace.Hold(600).left(now + timedelta(minutes=10)) == 600


@pytest.mark.parametrize(
    ("when", "expected"),
    # The hour that comes twice is its first; the hour that never comes is the one after it.
    [("2026-10-25 01:30", 24.5), ("2026-10-25 02:30", 26.5), ("2027-03-28 01:30", 3721.5)],
)
def test_a_time_that_is_named_is_of_the_clocks_of_the_site(when, expected):
    now = datetime(2026, 10, 24, tzinfo=UTC)
    hold = grace.until(when, now, ZoneInfo("Europe/London"))
    assert hold.left(now) == expected * 3600


def test_an_issue_may_wait_for_a_time_that_is_named(small_site):
    begun = small_site.run("send", "--yes", "--baseline", "all", "--at", "2020-01-01 09:30")
    assert begun.code == 2
    assert "has passed" in begun.err
    assert small_site.run("send", "--yes", "--at", "half past").code == 2
    assert small_site.run("send", "--yes", "--at", "23:59", "--hold", "10m").code == 2
    later = datetime.now(UTC) + timedelta(minutes=10)
    with start(small_site, "--yes", "--at", f"{later:%Y-%m-%d %H:%M:%S}") as sending:
        until(lambda: frozen(small_site))
        small_site.run("undo", "--yes")
        _, talk = sending.communicate(timeout=60)
    assert f"goes out at {later:%H:%M:%S}" in talk
    assert small_site.emails() == []
