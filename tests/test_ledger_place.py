"""A ledger that is an old copy, or that lies where other computers write, is not gone on with."""

import os
import pty
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicate.errors import LedgerError
from syndicate.ledger import hold, open_ledger, seen
from syndicate.ledger.place import filesystem
from syndicate.models import Generation

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOUNTS = r"""22 1 0:20 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:21 / /srv rw - ext4 /dev/sdb1 rw
24 23 0:22 / /srv/our\040files rw,relatime shared:1 - nfs4 box:/x rw,vers=4.2
25 22 0:23 / /srv/laptop rw - ext4 /dev/sdc1 rw
26 22 0:24 / /srv/laptop rw - fuse.sshfs me@there: rw
"""


def copy(ledger: Path, to: Path) -> None:
    for file in ledger.parent.glob(f"{ledger.name}*"):
        shutil.copy(file, to / file.name)


@pytest.fixture
def sent(small_site, tmp_path_factory):
    """A site that sent twice, and its ledger from between the two."""
    old = tmp_path_factory.mktemp("old")
    small_site.run("send", "--yes")
    copy(small_site.path("state/ledger.db"), old)
    small_site.article("second", "Second", "2026-11-21")
    small_site.run("send", "--yes")
    small_site.article("third", "Third", "2026-11-22")
    return small_site, old


def put_back(site, old):
    for file in site.root.glob("state/ledger.db*"):
        file.unlink()
    copy(old / "ledger.db", site.path("state"))


def test_an_old_copy_is_never_gone_on_with_by_yes(sent):
    site, old = sent
    put_back(site, old)
    ended = site.run("send", "--yes")
    assert ended.code == 2
    assert "older copy" in ended.err
    assert len(site.emails()) == 4
    assert site.run("settle", "--assume-refused", "all", "--yes").code == 2


def test_the_newest_one_put_back_is_gone_on_with(sent, tmp_path_factory):
    site, old = sent
    new = tmp_path_factory.mktemp("new")
    copy(site.path("state/ledger.db"), new)
    put_back(site, old)
    put_back(site, new)
    assert site.run("send", "--yes").code == 0
    assert len(site.emails()) == 6


def test_a_copy_from_before_a_run_that_died_is_old(small_site, tmp_path_factory):
    old = tmp_path_factory.mktemp("old")
    small_site.run("send", "--yes", "--baseline", "none")
    copy(small_site.path("state/ledger.db"), old)
    small_site.article("second", "Second", "2026-11-21")
    small_site.edit(
        "syndicate.toml",
        "[newsletters",
        '[providers.outbox]\nbase_url = "http://127.0.0.1:9"\n[newsletters',
    )
    small_site.run("send", "--yes")
    put_back(small_site, old)
    assert "older copy" in small_site.run("send", "--yes").err


def test_a_copy_without_its_write_ahead_log_is_old(tmp_path):
    path, known = tmp_path / "ledger.db", tmp_path / "seen"
    copied = tmp_path / "copy"
    copied.mkdir()
    with closing(open_ledger(path)) as ledger:
        ledger.begin_run("anna", NOW)
    with closing(open_ledger(path)) as ledger:
        ledger.begin_run("anna", NOW)
        seen.remember(known, ledger.identity())
        # As it lies there after `kill -9`.
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(tmp_path / name, copied)
    whole = copied / "ledger.db"
    alone = shutil.copy(whole, tmp_path / "alone.db")
    for file, last in ((whole, None), (alone, Generation(2))):
        with closing(open_ledger(file)) as ledger:
            assert seen.newer(known, ledger.identity()) == last


def test_an_old_copy_does_not_grow_out_of_it_by_commands_that_need_no_run(sent):
    site, old = sent
    put_back(site, old)
    for number in range(10):
        site.run("skip", "--reason", f"reason {number}")
    ended = site.run("send", "--yes")
    assert ended.code == 2
    assert "older copy" in ended.err


@pytest.mark.parametrize(("answer", "emails"), [("n", 4), ("y", 6)])
def test_at_a_terminal_a_person_decides(sent, answer, emails):
    site, old = sent
    put_back(site, old)
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "syndicate", "send"], cwd=site.root,
        stdin=child, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(child)
    os.write(parent, f"{answer}\n2\n".encode())
    _, err = process.communicate(timeout=60)
    os.close(parent)
    assert b"Go on with this old copy?" in err
    assert len(site.emails()) == emails
    # What was taken on is not asked about again.
    assert (site.run("send", "--yes").code == 0) == (answer == "y")


def test_a_ledger_never_seen_here_is_not_an_old_copy(tmp_path):
    assert seen.newer(tmp_path, ("unknown", Generation(3, 3))) is None


def test_what_is_remembered_is_the_last_that_was_seen(tmp_path):
    last = Generation(2, 7)
    seen.remember(tmp_path, ("a", last))
    seen.remember(tmp_path, ("b", Generation(1, 3)))
    for now in (Generation(2, 6), Generation(1, 70)):
        assert seen.newer(tmp_path, ("a", now)) == last
    for now in (last, Generation(2, 8), Generation(3, 7)):
        assert seen.newer(tmp_path, ("a", now)) is None


@pytest.mark.parametrize(
    ("env", "platform", "expected"),
    [
        ({}, "linux", "/home/ann/.local/state/syndicate"),
        ({"XDG_STATE_HOME": "/var/ann"}, "linux", "/var/ann/syndicate"),
        ({"XDG_STATE_HOME": "not/absolute"}, "linux", "/home/ann/.local/state/syndicate"),
        ({}, "darwin", "/home/ann/Library/Application Support/syndicate"),
        ({"LOCALAPPDATA": "/c/Local"}, "win32", "/c/Local/syndicate"),
        ({"SYNDICATE_STATE": "/elsewhere", "XDG_STATE_HOME": "/x"}, "linux", "/elsewhere"),
    ],
)
def test_it_is_remembered_where_the_platform_keeps_such_things(env, platform, expected):
    assert seen.folder(env, platform, Path("/home/ann")) == Path(expected)


@pytest.mark.parametrize(
    "folder",
    [
        "Dropbox", "Dropbox (Personal)", "OneDrive - Back Matters Ltd", "iCloud Drive",
        "Mobile Documents", "Google Drive", "GoogleDrive", "CloudStorage", "Nextcloud",
    ],
)  # fmt: skip
def test_a_ledger_in_a_synced_folder_is_refused(tmp_path, folder):
    place = tmp_path / folder / "site" / "ledger.db"
    with pytest.raises(LedgerError, match="copied between computers"), hold(place, by="a", now=NOW):
        pass
    assert not place.parent.exists()


@pytest.mark.parametrize("folder", ["Dropboxing", "drive", "sync", "onedrives2"])
def test_a_folder_that_only_sounds_like_one_is_not(tmp_path, folder):
    with hold(tmp_path / folder / "ledger.db", by="a", now=NOW):
        pass


def test_a_synced_ledger_can_still_be_looked_at(tmp_path):
    place = tmp_path / "Dropbox" / "ledger.db"
    open_ledger(place).close()
    with closing(open_ledger(place, readonly=True)) as ledger:
        assert ledger.issues() == ()


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/ann/ledger.db", "ext4"),
        ("/srv/our files/ledger.db", "nfs4"),
        ("/srv/our filesystem/ledger.db", "ext4"),
        ("/srv/laptop/state/ledger.db", "fuse.sshfs"),
    ],
)
def test_the_kind_of_file_system_is_read_from_the_list_of_mounts(place, kind):
    assert filesystem(Path(place), MOUNTS) == kind


def test_send_says_where_to_put_a_synced_ledger(small_site):
    text = small_site.path("syndicate.toml").read_text()
    small_site.write("syndicate.toml", f'{text}\n[ledger]\nurl = "sqlite:OneDrive/ledger.db"\n')
    ended = small_site.run("send", "--yes")
    assert ended.code == 2
    assert '[ledger] url = "sqlite:/..."' in ended.err
    assert small_site.emails() == []
