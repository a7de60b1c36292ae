"""Where a ledger must not lie: in folders that other computers write to as well."""

import re
import sys
from pathlib import Path

from syndicate.errors import LedgerError

#: how the folders of programs that copy files between computers are called
_SYNCED = re.compile(
    r"dropbox|onedrive|icloud ?drive|mobile documents|cloudstorage|google ?drive|my drive|"
    r"nextcloud|owncloud|pcloud ?drive|syncthing|box sync|sync\.com",
    re.IGNORECASE,
)
#: kinds of file system that are another computer's
_NETWORK = frozenset(
    {
        "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.glusterfs",
        "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
        "smb3", "smbfs",
    }
)  # fmt: skip
_MOUNTS = Path("/proc/self/mountinfo")


def refuse_shared(ledger: Path) -> None:
    """Raise LedgerError for a ledger in a synced folder or on a network drive.

    The write-ahead log and the run lock of SQLite need one computer alone
    (https://sqlite.org/wal.html). Kinds of file system are known on Linux only.
    """
    place = Path(ledger).resolve()
    synced = next((part for part in place.parts[:-1] if _is_synced(part)), None)
    if synced is not None:
        raise _refusal(ledger, f'"{synced}" is copied between computers')
    if sys.platform == "win32" and place.drive.startswith("\\\\"):
        raise _refusal(ledger, f"{place.drive} is a network drive")
    try:
        kind = filesystem(place, _MOUNTS.read_text("utf-8", "surrogateescape"))
    except OSError:
        return
    if kind in _NETWORK:
        raise _refusal(ledger, f"its folder is on a network drive ({kind})")


def filesystem(place: Path, mounts: str) -> str:
    """Find the kind of file system that a path lies on; `mounts` as in proc(5), mountinfo."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) < 5 or not rest[0]:  # noqa: PLR2004 -- the fifth is where it is mounted
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4]))
        # The last of equals lies on top.
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest[0]
    return kind


def _is_synced(name: str) -> bool:
    # Such as "OneDrive - Back Matters Ltd" or "Dropbox (Personal)".
    match = _SYNCED.match(name)
    return match is not None and not name[match.end() :][:1].isalnum()


def _refusal(ledger: Path, why: str) -> LedgerError:
    return LedgerError(
        f"{ledger}: the ledger cannot be kept here: {why}, and two of them could each send. "
        'Name a folder of this computer alone in syndicate.toml: [ledger] url = "sqlite:/..."'
    )
