"""Files are written whole or not at all, and only when something changed."""

import os
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicate import files
from syndicate.errors import SyndicateError


def test_a_new_file_is_written_with_its_folders_and_for_all_to_read(tmp_path):
    path = tmp_path / "public" / "tags" / "feed.xml"
    mask = os.umask(0o077)
    try:
        assert files.write(path, b"new") is True
    finally:
        os.umask(mask)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [path] == list(path.parent.iterdir())


def test_the_same_bytes_leave_the_file_and_its_date_alone(tmp_path):
    path = tmp_path / "feed.xml"
    files.write(path, b"same")
    os.utime(path, (1, 1))
    before = path.stat()
    assert files.write(path, b"same") is False
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns, before.st_ctime_ns) == (
        after.st_ino,
        after.st_mtime_ns,
        after.st_ctime_ns,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(old=st.binary(max_size=40), new=st.binary(max_size=40))
def test_a_file_always_ends_with_the_last_bytes_written(tmp_path, old, new):
    path = tmp_path / "feed.xml"
    files.write(path, old)
    assert (old != new) is files.write(path, new)
    assert new == path.read_bytes()


def test_who_has_the_old_file_open_goes_on_reading_the_old_file(tmp_path):
    path = tmp_path / "feed.xml"
    files.write(path, b"old" * 1000)
    with path.open("rb") as reader:
        assert reader.read(3) == b"old"
        files.write(path, b"new")
        assert reader.read() == b"old" * 999
    assert path.read_bytes() == b"new"


def test_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    link = tmp_path / "public" / "feed.xml"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "precious")
    assert files.write(link, b"feed", inside=link.parent) is True
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert link.read_bytes() == b"feed"
    assert not link.is_symlink()


@pytest.mark.parametrize("name", ["../feed.xml", "a/../../feed.xml", "linked/feed.xml", ".", ".."])
def test_no_path_leads_out_of_the_folder(tmp_path, name):
    folder, other = tmp_path / "public", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (folder / "linked").symlink_to(other)
    with pytest.raises(SyndicateError):
        files.write(folder / name, b"out", inside=folder)
    assert list(other.iterdir()) == []
    assert {folder, other} == set(tmp_path.iterdir())


def test_an_absolute_path_elsewhere_is_refused_and_named(tmp_path):
    path = tmp_path / "elsewhere" / "feed.xml"
    with pytest.raises(SyndicateError, match="elsewhere"):
        files.write(path, b"out", inside=tmp_path / "public")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_said_in_words_and_left_alone(tmp_path):
    (tmp_path / "feed.xml").mkdir()
    with pytest.raises(SyndicateError) as caught:
        files.write(tmp_path / "feed.xml", b"new")
    assert str(caught.value) == (
        f"{tmp_path / 'feed.xml'} cannot be written: "
        "a folder of that name is in the way. Move or remove it."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["feed.xml"]


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    (tmp_path / "tags").write_bytes(b"mine")
    with pytest.raises(SyndicateError) as caught:
        files.write(tmp_path / "tags" / "news" / "feed.xml", b"new")
    assert f"{tmp_path / 'tags'} is in the way: a file where a folder is needed" in str(
        caught.value
    )
    assert (tmp_path / "tags").read_bytes() == b"mine"


def test_a_name_too_long_for_the_disk_is_said_in_words(tmp_path):
    with pytest.raises(SyndicateError, match="its name is too long"):
        files.write(tmp_path / ("n" * 300), b"new")
    assert list(tmp_path.iterdir()) == []


def run(code, *arguments):
    """Run a few lines in a Python of their own, and give what they print."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are a Unix thing")
def test_when_the_bytes_do_not_fit_the_old_file_stays_and_nothing_is_left_behind(tmp_path):
    code = """
        import resource, signal, sys
        from pathlib import Path
        from syndicate import errors, files
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            files.write(Path(sys.argv[1]), b"n" * 100_000)
        except errors.SyndicateError as error:
            print(error)
    """
    path = tmp_path / "feed.xml"
    path.write_bytes(b"old")
    said = run(code, path)
    assert said == f"{path} cannot be written: it is larger than this disk or account allows.\n"
    assert path.read_bytes() == b"old"
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="folders are locked otherwise there")
def test_a_folder_that_may_not_be_written_to_is_said_in_words():
    code = """
        import os, sys
        from pathlib import Path
        from syndicate import errors, files
        if os.geteuid() == 0:
            os.setuid(65534)  # root may write anywhere, so the attempt is made by nobody
        try:
            files.write(Path(sys.argv[1]), b"new")
        except errors.SyndicateError as error:
            print(error)
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        said = run(code, folder / "feed.xml")
        folder.chmod(0o755)
        assert said == (
            f"{folder / 'feed.xml'} cannot be written: permission denied. "
            "Look at who owns the folder, or choose another one.\n"
        )
        assert list(folder.iterdir()) == []


def test_appending_makes_a_private_file_and_keeps_the_rights_of_one_that_is_there(tmp_path):
    path = tmp_path / "new" / "list.csv"
    files.append(path, b"one\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"key\ntwo")
    path.chmod(0o664)
    files.append(path, b"three\n")
    assert path.read_bytes() == b"key\ntwo\nthree\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    with pytest.raises(SyndicateError, match="cannot be written"):
        files.append(tmp_path, b"four\n")
