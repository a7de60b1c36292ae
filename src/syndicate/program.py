"""Which program this is, so that nothing is taken over that another one made."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


@cache
def fingerprint() -> str:
    """Give a hash of everything that runs here: Syndicate's own files, Python, the packages.

    Packages count by the folders that say which versions are installed: asking `importlib.metadata`
    would take longer than all the rest of a build in which nothing changed.
    """
    own = Path(__file__).parent
    shipped = own / "templates"
    folders = (own, shipped if shipped.is_dir() else own.parents[1] / "templates")
    parts = [sys.version, *_files(map(str, folders)), *_packages()]
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()


def files(folder: Path) -> str:
    """Give a hash of which files a folder holds and when they were changed; "" for no folder."""
    parts = list(_files([str(folder)]))
    text = "\0".join(parts).encode(errors="surrogateescape")
    return hashlib.sha256(text).hexdigest() if parts else ""


def _files(folders: Iterable[str]) -> Iterator[str]:
    waiting = list(folders)
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in found:
            if entry.is_dir():
                waiting += [] if entry.name == "__pycache__" else [entry.path]
                continue
            try:
                status = entry.stat()
            except OSError:
                continue
            yield f"{entry.path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _packages() -> Iterator[str]:
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 -- as `sys.path` has it
        except OSError:
            continue
        yield from sorted(name for name in names if name.endswith(("-info", ".egg-link")))
