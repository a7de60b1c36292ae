"""`status --watch` shows how it goes, and ends when the last answer is there, not before."""

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lying_server import CUT_AFTER, TAKE, UNAUTHORISED, LyingServer
from test_undo import start, to_server, until


@contextmanager
def watching(site):
    """Watch in another terminal, and give the lines as they come."""
    with subprocess.Popen(
        [sys.executable, "-m", "syndicate", "status", "--watch"],
        cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("last", "expected"), [(TAKE, "handed over in full"), (CUT_AFTER, "in doubt")]
)
def test_it_goes_on_until_the_last_call_under_way_is_answered(small_site, last, expected):
    with LyingServer() as server:
        to_server(small_site, server, batch_size=1)
        server.will(TAKE, replace(last, after=60))
        with start(small_site, "--yes") as sending:
            until(lambda: server.calls == 2)
            with watching(small_site) as watch:
                shown = "".join(
                    iter(watch.stdout.readline, "  under way    1 call, in doubt until answered\n")
                )
                assert "1 accepted + 1 in doubt = 2" in shown
                server.hurry()
                rest, _ = watch.communicate(timeout=60)
            sending.communicate(timeout=60)
    assert watch.returncode == 0
    assert rest.count(f"issue 1, {expected}") == 1
    assert "under way" not in rest


def test_it_ends_where_the_send_has_ended_before_all_were_handed_over(small_site):
    with LyingServer() as server:
        to_server(small_site, server, batch_size=1)
        server.will(UNAUTHORISED)
        assert small_site.run("send", "--yes").code == 3
        watch = small_site.run("status", "--watch")
    assert watch.code == 0
    assert "0 accepted + 2 pending = 2" in watch.out
    assert "Nothing hands it over any more. Next: syndicate send weekly" in watch.err


@pytest.mark.parametrize("batch_size", [1, 2])
def test_it_ends_where_the_send_was_killed(small_site, batch_size):
    with LyingServer() as server:
        to_server(small_site, server, batch_size=batch_size)
        server.will(replace(TAKE, after=60))
        with start(small_site, "--yes") as sending:
            until(lambda: server.calls == 1)
            with watching(small_site) as watch:
                while "under way" not in watch.stdout.readline():
                    pass
                sending.kill()
                sending.wait()
                _, talk = watch.communicate(timeout=60)
        server.hurry()
    assert watch.returncode == 0
    assert "Nothing hands it over any more. Next: syndicate settle weekly-" in talk
