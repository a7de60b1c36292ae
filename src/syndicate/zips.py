"""Zip files from elsewhere, read without trusting them: nothing is ever unpacked to the disk.

The format is PKWARE's APPNOTE 6.3.10 (2022).
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from syndicate.errors import ContentError
from syndicate.text import quote

#: files in a zip; an archive of ten years of newsletters has a few thousand
MEMBERS_MAX = 50_000
#: bytes of the list of files that a zip ends with
DIRECTORY_MAX = 400 * MEMBERS_MAX
#: bytes of one file once it is unpacked
MEMBER_MAX = 500_000_000
#: bytes of all that is read of one zip
WHOLE_MAX = 2_000_000_000
#: how many times larger a file may become; text becomes three to thirty times larger
RATIO_MAX = 200
#: bytes from which that is looked at: small files of blanks are harmless
RATIO_FROM = 1_000_000
#: bytes read at a time
PIECE = 1 << 18

#: what the standard library raises for a zip that is not right, in one way or another
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: up, from the root or with a drive, as a path; or no name at all
_OUT = re.compile(r"(?:.*/)?\.\.(?:/|\Z)|/|[A-Za-z]:|.*[\x00-\x1f\x7f]|\Z", re.DOTALL)
#: what systems add by themselves, and nobody wrote
_DUST = re.compile(r"__MACOSX/|(?:.*/)?\._|(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini)\Z")
_ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar")
#: the records at the end of a zip, APPNOTE 4.3.14 to 4.3.16
_END, _LOCATOR, _END64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_TAIL = 22 + 65_535 + 20


class BadZip(ContentError):  # noqa: N818 -- it says what the file is
    """A zip that is damaged or may do harm; the text says why, and begins with a small letter."""


def is_zip(start: bytes) -> bool:
    """Whether a file is a zip, by its first four bytes."""
    return start[:4] in {b"PK\x03\x04", _END}


class Zip:
    """An open zip file; a context manager.

    Its list of files is looked at once, when it is opened: too many of them, a path that leads
    out, a link or a password are refused then. Sizes are counted while reading, since what a zip
    declares may be a lie. Zips inside of it are never opened. All methods raise BadZip.
    """

    def __init__(self, source: Path | BinaryIO) -> None:
        """Open a file, or read one that is open. Raises OSError where it cannot be read."""
        self._own = isinstance(source, Path)
        self._file: BinaryIO = source.open("rb") if isinstance(source, Path) else source
        self._read = 0
        try:
            _look_at_end(self._file)
            self._zip = zipfile.ZipFile(self._file)
            members = [one for one in self._zip.infolist() if not one.is_dir()]
            _look_at(members)
        except _DAMAGED as error:
            self._let_go()
            raise BadZip(f"it is damaged ({error}). Download it again.") from None
        except BaseException:
            self._let_go()
            raise
        files = {_name(one): one for one in members if not _DUST.match(_name(one))}
        #: archives within, which stay closed
        self.nested = tuple(name for name in files if name.lower().endswith(_ARCHIVES))
        #: files that can be read, with `/` between folders
        self.names = tuple(name for name in files if name not in self.nested)
        self._members = {name: files[name] for name in self.names}

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file piece by piece.

        Raises BadZip for one that is damaged, larger than MEMBER_MAX, or grows 200 times.
        """
        member = self._members[name]
        size = 0
        try:
            with self._zip.open(member) as file:
                while piece := file.read(PIECE):
                    size += len(piece)
                    self._read += len(piece)
                    self._measure(name, size, member.compress_size)
                    yield piece
        except _DAMAGED as error:
            raise BadZip(f"{quote(name)} in it is damaged ({error}). Download it again.") from None

    def read(self, name: str, most: int = MEMBER_MAX) -> bytes:
        """Read a whole file. Raises BadZip for one of more than so many bytes, and as `pieces`."""
        whole = bytearray()
        for piece in self.pieces(name):
            whole += piece
            if len(whole) > most:
                raise BadZip(f"{quote(name)} in it is larger than {_size(most)}.")
        return bytes(whole)

    def close(self) -> None:
        """Let go of the file; one that was open before stays so."""
        self._zip.close()
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _let_go(self) -> None:
        if self._own:
            self._file.close()

    def _measure(self, name: str, size: int, packed: int) -> None:
        if size > RATIO_FROM and size > RATIO_MAX * packed:
            raise BadZip(
                f"{quote(name)} in it becomes more than {RATIO_MAX} times larger when it is "
                "unpacked. No export does: somebody made it to fill a disk."
            )
        if size > MEMBER_MAX:
            raise BadZip(f"{quote(name)} in it is larger than {_size(MEMBER_MAX)}.")
        if self._read > WHOLE_MAX:
            raise BadZip(f"there is more than {_size(WHOLE_MAX)} in it.")


def _look_at(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MEMBERS_MAX:
        raise BadZip(f"there are more than {MEMBERS_MAX:,} files in it.")
    for member in members:
        name = _name(member)
        if _OUT.match(name):
            raise BadZip(f"a file in it would lie outside of it: {quote(name)}. Nothing was read.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise BadZip(f"{quote(name)} in it is a link to somewhere else. Nothing was read.")
        if member.flag_bits & _ENCRYPTED:
            raise BadZip("it has a password. Unpack it yourself, and import the folder.")
        if member.compress_type not in _METHODS:
            raise BadZip(
                f"{quote(name)} in it is packed in a rare way. Unpack it yourself, and import the "
                "folder."
            )


def _name(member: zipfile.ZipInfo) -> str:
    """Give a name as it stands in the zip; `filename` would be cut at a zero byte.

    Old Windows programs write backslashes between folders.
    """
    return member.orig_filename.replace("\\", "/")


def _look_at_end(file: BinaryIO) -> None:
    """Refuse a list of files too long to be read, before all of it is."""
    end = file.seek(0, io.SEEK_END)
    start = max(0, end - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise BadZip("it is damaged: its end is missing. Download it again.")
    (size,) = struct.unpack_from("<L", tail, place + 12)
    locator = tail[max(0, place - 20) : place]
    if locator[:4] == _LOCATOR:
        (told,) = struct.unpack_from("<Q", locator, 8)
        size = max(size, _size64(file, told), _size64(file, start + place - 76))
    if size > DIRECTORY_MAX:
        raise BadZip(f"there are more than {MEMBERS_MAX:,} files in it.")


def _size64(file: BinaryIO, place: int) -> int:
    """Read the size of the list of files from a record for large zips; 0 where there is none."""
    if place < 0 or place > file.seek(0, io.SEEK_END):
        return 0
    file.seek(place)
    record = file.read(56)
    whole = record[:4] == _END64 and len(record) == 56  # noqa: PLR2004 -- APPNOTE 4.3.14
    return int.from_bytes(record[40:48], "little") if whole else 0


def _size(number: int) -> str:
    return f"{number // 1_000_000:,} MB"
