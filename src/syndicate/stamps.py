"""Stamps: whether a file is still the one that was read, told without reading it again."""

import os

#: size in bytes, last change of the bytes, last change of anything (both in nanoseconds), number
#: on the disk
Stamp = tuple[int, int, int, int]

#: Some disks keep times in steps, of up to two seconds (FAT): a file that was changed so lately
#: can be changed again and look the same.
TICK = 2_000_000_000


def of(status: os.stat_result) -> Stamp:
    """Give the stamp of a file as it is.

    A changed time alone tells nothing: editors and copies set it back. The last change of anything
    cannot be set on Unix; on Windows it is the time the file was made, so that there an edit that
    keeps size and time goes unnoticed.
    """
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def kept(stamp: Stamp, began: int) -> Stamp:
    """Give what to remember of a stamp: one that is like none, where it tells nothing for sure.

    `began` is when the run began, in nanoseconds since 1970. What was changed just before, or
    later (a clock was set back), is read again the next time.
    """
    _, changed, touched, _ = stamp
    return stamp if max(changed, touched) < began - TICK else UNSURE


#: no file has this stamp
UNSURE: Stamp = (-1, 0, 0, 0)


def at(path: str | os.PathLike[str]) -> Stamp | None:
    """Give the stamp of what is at a path, links followed; None where nothing is."""
    try:
        return of(os.stat(path))  # noqa: PTH116 -- a path object takes longer than the question
    except (OSError, ValueError):
        return None
