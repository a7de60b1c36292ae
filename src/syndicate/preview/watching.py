"""What of a site is watched while its preview is open.

The folder of the site is watched without what is below it, so that neither `.git` nor a thousand
packages cost anything; beside it only the folders that a drawing is made from, with all below them.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from watchfiles import watch

#: milliseconds: how long changes are gathered at most, and how often one looks for them
_GATHERED, _STEP = 60, 20
#: what editors and our own writing leave for a moment, and what reading a ledger touches
_PASSING = ("~", ".swp", ".swx", ".tmp", ".part", "-shm", ".lock", "-journal")
#: seconds between two drawings while nothing but the ledger changes, as in a long send
_LEDGER_REST = 1.0


@dataclass(frozen=True, slots=True)
class Watched:
    """The places that matter; none of them need be there."""

    #: folder of the site
    root: Path
    #: folders below which everything matters
    folders: tuple[Path, ...]
    #: folder of the ledger; None where it is no file
    ledger: Path | None
    #: folder that the outbox provider writes into
    outbox: Path

    def there(self) -> tuple[tuple[Path, int], ...]:
        """List the folders that are there, each with what tells it from another of its name."""
        places = dict.fromkeys((*self.folders, self.ledger, self.outbox))
        return tuple((one, one.stat().st_ino) for one in places if one and one.is_dir())

    def only_ledger(self, paths: Iterable[Path]) -> bool:
        """Whether nothing but the ledger is among these."""
        return self.ledger is not None and all(one.is_relative_to(self.ledger) for one in paths)


class Watching:
    """Watches a site in threads of its own, until it is closed."""

    def __init__(
        self,
        places: Callable[[], Watched],
        site_changed: Callable[[], None],
        outbox_changed: Callable[[], None],
    ) -> None:
        """Begin. `places` is asked again after every change: the configuration may name others."""
        self._places = places
        self._site_changed, self._outbox_changed = site_changed, outbox_changed
        self._seen: SimpleQueue[frozenset[Path]] = SimpleQueue()
        self._end, self._again = threading.Event(), threading.Event()
        self._watched = places()
        self._following = self._watched.there()
        works = (self._watch_root, self._watch_folders, self._draw)
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End; returns when nothing is drawn any more."""
        self._end.set()
        self._again.set()
        self._seen.put(frozenset())
        for thread in self._threads:
            thread.join()

    def _watch_root(self) -> None:
        self._watch([self._watched.root], self._end, recursive=False)

    def _watch_folders(self) -> None:
        while not self._end.is_set():
            self._again.clear()
            self._following = self._watched.there()
            if self._following and not self._end.is_set():
                self._watch([path for path, _ in self._following], self._again, recursive=True)
            else:
                self._again.wait()

    def _watch(self, paths: Iterable[Path], end: threading.Event, *, recursive: bool) -> None:
        # A folder may go just now: the watch of the root tells of it, and one looks again.
        with suppress(OSError):
            for changes in watch(
                *paths,
                watch_filter=lambda _, path: matters(Path(path)),
                debounce=_GATHERED,
                step=_STEP,
                stop_event=end,
                recursive=recursive,
                raise_interrupt=False,
            ):
                self._seen.put(frozenset(Path(path) for _, path in changes))

    def _draw(self) -> None:
        while True:
            paths = self._gathered()
            if self._end.is_set():
                return
            outbox = {one for one in paths if one.is_relative_to(self._watched.outbox)}
            if outbox:
                self._outbox_changed()
            if paths - outbox:
                self._site_changed()
            self._watched = self._places()
            if self._watched.there() != self._following:
                self._again.set()
            if paths - outbox and self._watched.only_ledger(paths - outbox):
                self._end.wait(_LEDGER_REST)

    def _gathered(self) -> set[Path]:
        paths = set(self._seen.get())
        with suppress(Empty):
            while True:
                paths |= self._seen.get_nowait()
        return paths


def matters(path: Path) -> bool:
    """Whether a change of a file is more than a passing one."""
    return not path.name.startswith(".") and not path.name.endswith(_PASSING)
