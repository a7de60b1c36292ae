"""Stdout or stderr that is full or gone: no traceback, and the exit code stays the truth."""

import json
import subprocess
import sys

import pytest

from lying_server import ERROR_AFTER, LyingServer


def shell(site, command):
    return subprocess.run(
        f'"{sys.executable}" -m syndicate {command}',
        shell=True, cwd=site.root, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("where", [">/dev/full", ">&-", "2>/dev/full", "2>&-", "<&- >&- 2>&-"])
def test_list_ends_without_a_traceback_wherever_it_writes(small_site, where):
    ended = shell(small_site, f"list {where}")
    assert ended.returncode == (2 if where == ">/dev/full" else 0)
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.parametrize("where", [">/dev/full", ">&-", "2>/dev/full", "2>&-"])
def test_send_with_doubt_ends_with_4_wherever_it_writes(small_site, where):
    with LyingServer() as server:
        server.serves(small_site)
        server.will(ERROR_AFTER)
        ended = shell(small_site, f"send --yes --baseline all --json {where}")
    assert ended.returncode == 4
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
def test_wrong_usage_is_2_though_nobody_hears_it(small_site, where):
    assert shell(small_site, f"send --nonsense {where}").returncode == 2


def test_what_the_publish_command_says_does_not_spoil_json(small_site):
    small_site.edit("syndicate.toml", "[newsletters", 'publish = "echo hello"\n[newsletters')
    ended = small_site.run("send", "--yes", "--json")
    assert json.loads(ended.out)["exit"] == 0
    assert "hello" in ended.err
