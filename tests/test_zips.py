"""Zips from elsewhere: what may do harm is refused, and sizes are counted, not believed."""

import contextlib
import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import zips
from syndicate.zips import BadZip, Zip, is_zip


def packed(*files, method=zipfile.ZIP_DEFLATED):
    """Pack files, given as (name or ZipInfo, content)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return bytearray(out.getvalue())


def opened(data):
    return Zip(io.BytesIO(bytes(data)))


def read_all(data):
    with opened(data) as archive:
        return [archive.read(name) for name in archive.names]


def refused(data):
    with pytest.raises(BadZip) as caught:
        read_all(data)
    return str(caught.value)


def test_its_files_are_read_and_what_systems_add_is_not_seen():
    data = packed(
        ("folder/", ""),
        ("folder/a.csv", "email\n"),
        ("b.html", "<p>"),
        ("__MACOSX/folder/._a.csv", "x"),
        ("folder/.DS_Store", "x"),
        ("more.zip", "PK"),
    )
    assert is_zip(bytes(data))
    with opened(data) as archive:
        assert archive.names == ("folder/a.csv", "b.html")
        assert archive.nested == ("more.zip",)
        assert archive.read("folder/a.csv") == b"email\n"
        assert b"".join(archive.pieces("folder/a.csv")) == b"email\n"


def test_a_file_of_the_disk_is_read_too(tmp_path):
    (tmp_path / "a.zip").write_bytes(packed(("a", "b")))
    with Zip(tmp_path / "a.zip") as archive:
        assert archive.read("a") == b"b"


def test_folders_as_old_windows_programs_write_them_are_understood():
    data = packed(("dir/a.csv", "x")).replace(b"dir/a.csv", b"dir\\a.csv")
    with opened(data) as archive:
        assert archive.names == ("dir/a.csv",)
        assert archive.read("dir/a.csv") == b"x"


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "a/../../b", "/etc/passwd", "C:/a.csv", "..", "a\x07b", "x/..", "..\\a.csv"],
)
def test_a_path_that_leads_out_stops_the_whole_zip(name):
    data = packed(("good.csv", "x"), (name, "y"))
    assert refused(data).startswith("a file in it would lie outside of it: ")


def test_a_name_that_is_cut_at_a_zero_byte_is_seen_whole():
    data = packed(("a.csvX../b", "x")).replace(b"a.csvX../b", b"a.csv\0../b")
    assert "outside of it" in refused(data)


def test_dots_inside_a_name_are_no_way_out():
    with opened(packed(("notes...md", "x"), ("v1..2/a", "y"))) as archive:
        assert len(archive.names) == 2


def test_a_link_stops_the_whole_zip():
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refused(packed((link, "/etc/passwd"))) == (
        '"a.csv" in it is a link to somewhere else. Nothing was read.'
    )


def test_a_password_and_a_rare_method_are_said():
    data = packed(("a.csv", "x"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(data) == "it has a password. Unpack it yourself, and import the folder."
    rare = refused(packed(("a.csv", "x"), method=zipfile.ZIP_LZMA))
    assert rare.startswith('"a.csv" in it is packed in a rare way. Unpack it yourself')


def test_what_becomes_far_larger_is_refused_while_it_is_read():
    data = packed(("a.csv", b"\0" * 50_000_000))
    sizes = []
    with opened(data) as archive, pytest.raises(BadZip, match="more than 200 times larger"):
        sizes += map(len, archive.pieces("a.csv"))
    assert 0 < sum(sizes) <= zips.RATIO_MAX * len(data)


def test_a_size_that_is_a_lie_is_not_believed():
    data = packed(("a.csv", bytes(range(256)) * 4000))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 10)
    assert "damaged" in refused(data)


def test_sizes_are_counted_for_each_file_and_for_all_of_them(monkeypatch):
    data = packed(*((f"{n}.csv", "reader@example.org\n" * 100) for n in range(5)))
    monkeypatch.setattr(zips, "WHOLE_MAX", 5000)
    assert refused(data) == "there is more than 0 MB in it."
    monkeypatch.setattr(zips, "MEMBER_MAX", 1000)
    assert refused(data).startswith('"0.csv" in it is larger than')
    with opened(data) as archive, pytest.raises(BadZip, match="is larger than"):
        archive.read("0.csv", 100)


def test_too_many_files_are_refused(monkeypatch):
    data = packed(*((f"{n}.csv", "") for n in range(50)))
    monkeypatch.setattr(zips, "MEMBERS_MAX", 20)
    assert refused(data) == "there are more than 20 files in it."


def test_a_list_of_files_that_is_too_long_is_refused_before_it_is_read(monkeypatch):
    data = packed(*((f"{n}.csv", "") for n in range(50)))
    monkeypatch.setattr(zips, "DIRECTORY_MAX", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(BadZip, match="more than"):
        opened(data)


def test_a_long_list_is_found_where_a_large_zip_keeps_it(monkeypatch):
    data = bytes(packed(*((f"{n}.csv", "") for n in range(50))))
    end = data.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<LL", data, end + 12)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 50, 50, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    small = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
    large = data[:end] + record + locator + small
    with opened(large) as archive:
        assert len(archive.names) == 50
    monkeypatch.setattr(zips, "DIRECTORY_MAX", 1000)
    with pytest.raises(BadZip, match="more than"):
        opened(large)


@pytest.mark.parametrize("cut", [4, 30, 60, -10])
def test_a_damaged_zip_is_said_to_be(cut):
    whole = bytes(packed(("a.csv", "email\n" * 100)))
    assert "damaged" in refused(whole[:cut])


def test_files_that_share_their_bytes_are_refused():
    data = packed(("a.csv", "x" * 1000), ("b.csv", "y" * 1000))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    assert "damaged" in refused(data)


def test_bytes_that_were_changed_are_noticed():
    data = packed(("a.csv", "email\n" * 100), method=zipfile.ZIP_STORED)
    data[60] ^= 1
    assert "damaged" in refused(data)


WHOLE = bytes(packed(("a.csv", "email\n" * 50), ("b/c.html", "<p>" * 50)))


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_whatever_is_changed_in_a_zip_it_ends_in_words(place, bytes_):
    with contextlib.suppress(BadZip):
        read_all(WHOLE[:place] + bytes_ + WHOLE[place + len(bytes_) :])
