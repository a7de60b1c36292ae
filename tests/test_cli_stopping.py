"""Ctrl-C and TERM while `syndicate send` is at work: the truth is told, however it is stopped."""

import json
import signal
import subprocess
import sys
import time

import pytest

from lying_server import STALL_AFTER, TAKE, LyingServer


def start(site, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "syndicate", "send", "--yes", *arguments],
        cwd=site.root, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until(happens, seconds=60):
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.05)


def said_until(process, words):
    """Read what a process says up to some words."""
    said = ""
    while words not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    return said


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_second_stop_ends_at_once_with_true_numbers(small_site, kind):
    with LyingServer() as server:
        server.serves(small_site, batch_size=1)
        server.will(TAKE, STALL_AFTER)
        with start(small_site, "--baseline", "all", "--json") as sending:
            until(lambda: len(server.taken) == 2)
            sending.send_signal(kind)
            said_until(sending, "Stopping")
            sending.send_signal(kind)
            out, said = sending.communicate(timeout=60)
    assert sending.returncode == 4
    assert "1 accepted + 1 in doubt = 2" in said
    assert "Nothing was sent" not in said
    told = json.loads(out)
    assert (told["exit"], told["accepted"], told["in_doubt"]) == (4, 1, 1)
    assert small_site.run("send", "--yes").code == 4
    assert len(server.taken) == 2


def test_a_term_before_anything_goes_ends_in_a_sentence_and_takes_nothing_back(small_site):
    with start(small_site, "--hold", "10m") as sending:
        said_until(sending, "goes out at")
        sending.terminate()
        _, said = sending.communicate(timeout=60)
    assert sending.returncode == 130
    assert "Stopped by hand" in said
    assert small_site.run("send", "--yes").code == 0
    assert len(small_site.emails()) == 2


@pytest.mark.parametrize(
    "command", [["send", "--yes"], ["settle"], ["settle", "--assume-refused", "all", "--yes"]]
)
def test_nothing_is_sent_or_settled_while_a_send_is_at_work(small_site, command):
    with LyingServer() as server:
        server.serves(small_site, batch_size=1)
        server.will(TAKE, STALL_AFTER)
        with start(small_site, "--baseline", "all") as sending:
            until(lambda: len(server.taken) == 2)
            second = small_site.run(*command)
            sending.kill()
        assert second.code == 5
        assert "in use by" in second.err
        assert len(server.taken) == 2
