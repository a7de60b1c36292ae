"""One run at a time holds a ledger, and its lock dies with it."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicate.errors import LedgerBusy, LedgerError
from syndicate.ledger import hold, open_ledger

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: in a process of its own: holds the lock until told to end
HOLDER = """
import sys
from datetime import UTC, datetime
from syndicate.ledger import hold
with hold(sys.argv[1], by="ben (cron)", now=datetime(2026, 11, 23, 8, 15, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "ledger.db"


@pytest.fixture
def other(path):
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, f"sqlite:{path}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def take(path):
    with hold(path, by="anna (desk)", now=NOW):
        pass


def test_a_second_process_is_told_who_holds_the_ledger_and_since_when(path, other):
    with pytest.raises(LedgerBusy) as caught:
        take(path)

    told = str(caught.value)
    assert f"in use by ben (cron) (process {other.pid}) since 2026-11-23 08:15:00 UTC" in told
    assert "syndicate status" in told


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.usefixtures("other")
def test_a_ledger_reached_by_a_link_is_locked_all_the_same(path, tmp_path):
    path.touch()
    (tmp_path / "link.db").symlink_to(path)
    with pytest.raises(LedgerBusy, match="in use by ben"):
        take(tmp_path / "link.db")


def test_the_lock_is_free_when_its_run_has_ended(path, other):
    other.communicate("")
    assert other.returncode == 0

    take(path)


def test_the_lock_dies_with_a_killed_process(path, other):
    other.kill()
    other.communicate()

    take(path)


def test_a_stale_name_beside_a_free_lock_misleads_nobody(path, other):
    other.kill()
    other.communicate()
    assert (path.parent / "ledger.lock.holder").exists()

    with hold(path, by="anna (desk)", now=NOW), pytest.raises(LedgerBusy, match="anna"):
        take(path)


def test_the_same_process_cannot_hold_it_twice_and_does_not_lose_it_by_trying(path):
    with hold(path, by="anna (desk)", now=NOW):
        for _ in range(2):
            with pytest.raises(LedgerBusy):
                take(path)
        child = subprocess.run(
            [sys.executable, "-c", HOLDER, path],
            input="",
            capture_output=True,
            text=True,
            check=False,
        )

    assert "LedgerBusy" in child.stderr
    assert "anna (desk)" in child.stderr
    take(path)


@pytest.mark.parametrize("text", [None, "", "{", '{"by": 3}'])
def test_a_lock_without_a_readable_name_is_held_all_the_same(path, other, text):
    assert other.poll() is None
    holder = path.parent / "ledger.lock.holder"
    holder.unlink()
    if text is not None:
        holder.write_text(text)

    with pytest.raises(LedgerBusy, match="in use by another run"):
        take(path)


def test_reading_needs_no_lock(path, other):
    open_ledger(path).close()
    assert other.poll() is None

    reader = open_ledger(path, readonly=True)

    assert reader.issues() == ()
    reader.close()


def test_an_error_inside_frees_the_lock(path):
    with pytest.raises(RuntimeError), hold(path, by="anna (desk)", now=NOW):
        raise RuntimeError

    take(path)
    assert [file.name for file in path.parent.iterdir()] == ["ledger.lock"]


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_only_its_owner_can_read_who_holds_it(path):
    with hold(path, by="anna (desk)", now=NOW):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert modes == {"ledger.lock": 0o600, "ledger.lock.holder": 0o600}


@pytest.fixture
def unprivileged():
    """A folder in which nothing can be made, for a user to whom modes apply."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name == "nt", reason="modes of folders are a matter of POSIX")
def test_a_folder_that_cannot_be_written_is_told_in_words(unprivileged):
    with pytest.raises(LedgerError, match="the run lock cannot be taken here"):
        take(unprivileged / "ledger.db")
