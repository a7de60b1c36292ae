"""A disk that is full while mail is handed over: whoever is in doubt is named, and nobody else."""

import os
import re
import shlex
import subprocess
import sys
import time

import pytest

from killing import make_site
from lying_server import Lie, LyingServer

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")

SLOW = Lie("slow", after=1.0)


def test_a_disk_that_is_full_before_the_answer_ends_with_a_doubt_that_is_told(tmp_path):
    with LyingServer() as server:
        make_site(tmp_path, 6, server, batch=2, connections=1)
        server.usually = SLOW
        process = subprocess.Popen(
            [sys.executable, "-m", "syndicate", "send", "--yes"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ,
            text=True,
        )
        while not server.calls and process.poll() is None:
            time.sleep(0.01)
        # From here on nothing more can be written into any file.
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, hard))
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert process.returncode == 4
    assert "disk" in err
    assert "2 in doubt" in err
    assert "syndicate settle" in err


def sent_with_little_room(site, folder, room, *options):
    """Send with a small disk mounted on a folder, which nobody but this run sees."""
    site.path(folder).mkdir()
    mount = f"mount -t tmpfs -o size={room} none {folder}"
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], cwd=site.root, check=False).returncode:
        pytest.skip("needs to be allowed to mount a disk")
    send = shlex.join([sys.executable, "-m", "syndicate", "send", "--yes", *options])
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && {send}"],
        cwd=site.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("provider", "folder", "options"),
    [("outbox", "outbox", ()), ("file", "handed-over", ("--baseline", "all"))],
)
def test_without_room_all_stay_pending_and_the_same_command_goes_on(
    small_site, provider, folder, options
):
    small_site.edit("syndicate.toml", "audience =", f'provider = "{provider}"\naudience =')
    small_site.write(
        "people.csv",
        "email,unsubscribe_url\nann@example.org,https://a.example/\nbo@example.org,https://b.example/\n",
    )
    ended = sent_with_little_room(small_site, folder, "4k", *options)
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 3
    assert "0 accepted + 2 pending = 2" in ended.stderr
    assert "2 accepted = 2" in small_site.run("send", "--yes").err


def test_an_outbox_that_fills_up_on_the_way_says_who_did_not_fit(small_site):
    people = "".join(f"person{number:02}@example.org\n" for number in range(40))
    small_site.write("people.csv", f"email\n{people}")
    small_site.edit(
        "syndicate.toml", "[newsletters", "[providers.outbox]\nbatch_size = 20\n[newsletters"
    )
    ended = sent_with_little_room(small_site, "outbox", "64k")
    assert ended.returncode == 3
    found = re.search(r"(\d+) accepted \+ (\d+) refused \+ 20 pending = 40", ended.stderr)
    accepted, refused = map(int, found.groups())
    assert accepted + refused == 20
    assert small_site.run("send", "--yes").code == 0
    assert small_site.run("send", "--yes", "--retry-refused").code == 0
    assert "40 accepted = 40" in small_site.run("status").out
    assert len(small_site.emails()) == 20 + refused
