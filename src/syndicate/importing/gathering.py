"""Which files are read: those that are named, and those of a folder that may be exports."""

import io
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from syndicate.importers import recognised
from syndicate.importers.archive import packed, unpacked
from syndicate.importers.base import FILE_MAX, WHOLE_MAX, Unimportable
from syndicate.text import clean
from syndicate.visiting import Manners, NotVisited, visit

#: endings of files in a folder that may be exports
ENDINGS = frozenset(
    {
        "",
        ".txt",
        ".text",
        ".html",
        ".htm",
        ".xhtml",
        ".xml",
        ".rss",
        ".atom",
        ".json",
        ".wxr",
        ".md",
        ".zip",
    }
)
#: what is beside a saved page, in a folder of this name after the page's own
BESIDE = ("_files", ".files", "_fichiers", "-Dateien")
#: files of one import
MOST = 100_000
#: bytes by which a file is recognised
START = 65_536
#: answers of a server that hold what was asked for
_GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Export:
    """One file, or one address, that may hold articles."""

    #: what people call it: `blog-export/why.txt`
    name: str
    #: the folder that was named, "" for a file by itself; dates are understood together
    group: str
    #: as in `importers.TABLE`
    kind: str
    open: Callable[[], BinaryIO]
    #: the folder in which pictures may stand beside it; None for an address
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found to read."""

    exports: tuple[Export, ...]
    #: files that cannot be read, with the reason
    refused: tuple[tuple[str, str], ...]
    #: how many other files stand there, by ending
    others: Counter[str]


def gather(paths: Sequence[str], kind: str, manners: Manners) -> Gathered:
    """Find what is to be read, in the order of names. `kind` is "auto" or an importer's name.

    Raises Unimportable for a folder of too many files; what else cannot be read is in the result.
    """
    exports: list[Export] = []
    refused: list[tuple[str, str]] = []
    others: Counter[str] = Counter()
    for given in dict.fromkeys(paths):
        for name, path in _named(given, others):
            try:
                group = given if path is not None and path != Path(given) else ""
                exports.append(
                    _address(name, kind, manners)
                    if path is None
                    else _file(name, path, kind, group)
                )
            except Unimportable as error:
                refused.append((name, str(error)))
    return Gathered(tuple(exports), tuple(refused), others)


def _named(given: str, others: Counter[str]) -> Iterator[tuple[str, Path | None]]:
    """Give the names and paths that stand behind one argument."""
    if given.lower().startswith(("https://", "http://")):
        yield given, None
        return
    top = Path(given)
    if not top.is_dir() or unpacked(top):
        yield top.resolve().name, top
        return
    label = top.resolve().name
    for path in _walk(top):
        if path.suffix.lower() in ENDINGS:
            yield f"{label}/{path.relative_to(top).as_posix()}", path
        else:
            others[path.suffix.lower()] += 1


def _walk(top: Path) -> Iterator[Path]:
    seen = 0
    for folder, below, names in os.walk(top):
        below[:] = sorted(
            name for name in below if not name.startswith((".", "__")) and not name.endswith(BESIDE)
        )
        for name in sorted(names):
            if not name.startswith("."):
                seen += 1
                if seen > MOST:
                    raise Unimportable(f"{top} holds more than {MOST:,} files. Name fewer.")
                yield Path(folder, name)


def _file(name: str, path: Path, kind: str, group: str) -> Export:
    if clean(name) != name or "\n" in name:
        raise Unimportable("its name has signs that cannot be shown. Rename it.")
    if path.is_dir():
        kind = "archive" if kind == "auto" else kind
        return Export(name, group, kind, lambda: packed(path), path)
    try:
        status = path.stat()
    except OSError as error:
        raise Unimportable(f"it cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(status.st_mode):
        raise Unimportable("it is no regular file.")
    if status.st_size > FILE_MAX:
        size = status.st_size // 1_000_000
        raise Unimportable(
            f"it has {size:,} MB, more than the {FILE_MAX // 1_000_000} MB that are read. "
            "Export it in parts."
        )
    if kind == "auto":
        kind = recognised(_start(path))
    return Export(name, group, kind, lambda: _opened(path), path.parent)


def _start(path: Path) -> bytes:
    with _opened(path) as file:
        return file.read(START)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unimportable(f"it cannot be read: {error.strerror}.") from None


def _address(url: str, kind: str, manners: Manners) -> Export:
    """Fetch what an address holds, once."""
    try:
        page = visit(url, manners)
    except NotVisited as error:
        raise Unimportable(f"it {error}.") from None
    if page.status not in _GOOD:
        raise Unimportable(f"it answers HTTP {page.status}.")
    if not page.whole:
        raise Unimportable(f"it is larger than {WHOLE_MAX // 1_000_000} MB.")
    if kind == "auto":
        kind = recognised(page.body[:START])
    return Export(url, "", kind, lambda: io.BytesIO(page.body))
