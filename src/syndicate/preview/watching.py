"""What of a site is watched while its preview is open.

Only what a drawing is made from: a few folders with all below them, and a few files by name.
The folders of those files are watched without what is below them, so that neither `.git` nor a
thousand packages nor somebody's whole home cost anything.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from watchfiles import watch

#: milliseconds: how long changes are gathered at most, and how often one looks for them
_GATHERED, _STEP = 60, 20
#: milliseconds after which one is surely watching
_BEGINNING = 150
#: what editors and our own writing leave for a moment
_PASSING = ("~", ".swp", ".swx", ".tmp", ".part")
#: seconds between two drawings while nothing but the ledger changes, as in a long send
_LEDGER_REST = 1.0

#: folders that are there, each with what tells it from another of its name
Stand = tuple[tuple[Path, int], ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """The places that matter; none of them need be there."""

    #: single files, such as the configuration
    files: frozenset[Path]
    #: folders below which everything matters
    folders: tuple[Path, ...]
    #: folder that the outbox provider writes into
    outbox: Path
    #: the files of the ledger; none where it is a database
    ledger: frozenset[Path] = frozenset()

    @property
    def trees(self) -> Stand:
        """The folders that are watched with all below them."""
        return _there((*self.folders, self.outbox))

    @property
    def tops(self) -> Stand:
        """The folders that are watched for what lies in them and is named here."""
        return _there(path.parent for path in sorted(self.named))

    @property
    def ledger_state(self) -> Stand:
        """What of the ledger changes when somebody writes into it, and not when one reads it."""
        marks = ((path, _mark(path)) for path in sorted(self.ledger))
        return tuple((path, mark) for path, mark in marks if mark)

    @property
    def named(self) -> frozenset[Path]:
        """What matters by its name, the folders themselves among it: they may come and go."""
        return self.files | self.ledger | {*self.folders, self.outbox}


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
        self._end = threading.Event()
        self._watched = places()
        self._trees = _Watch(lambda: self._watched.trees, matters, self._seen.put, deep=True)
        self._tops = _Watch(
            lambda: self._watched.tops, lambda path: path in self._watched.named, self._seen.put
        )
        self._drawing = threading.Thread(target=self._draw, daemon=True)
        self._drawing.start()

    def close(self) -> None:
        """End; returns when nothing is drawn any more."""
        self._end.set()
        self._trees.close()
        self._tops.close()
        self._seen.put(frozenset())
        self._drawing.join()

    def _draw(self) -> None:
        written = self._watched.ledger_state
        while True:
            paths = self._gathered()
            if self._end.is_set():
                return
            if written == self._watched.ledger_state:
                paths -= self._watched.ledger
            outbox = {one for one in paths if one.is_relative_to(self._watched.outbox)}
            if outbox:
                self._outbox_changed()
            if paths - outbox:
                self._site_changed()
            self._watched = self._places()
            written = self._watched.ledger_state
            self._trees.look_again()
            self._tops.look_again()
            if paths - outbox and paths - outbox <= self._watched.ledger:
                self._end.wait(_LEDGER_REST)

    def _gathered(self) -> set[Path]:
        paths = set(self._seen.get())
        with suppress(Empty):
            while True:
                paths |= self._seen.get_nowait()
        return paths


class _Watch:
    """One thread that watches folders, and others once there are others."""

    def __init__(
        self,
        folders: Callable[[], Stand],
        wanted: Callable[[Path], bool],
        tell: Callable[[frozenset[Path]], None],
        *,
        deep: bool = False,
    ) -> None:
        self._folders, self._wanted, self._tell, self._deep = folders, wanted, tell, deep
        self._again, self._end = threading.Event(), threading.Event()
        self._following = folders()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def look_again(self) -> None:
        """Watch other folders if there are others now."""
        if self._folders() != self._following:
            self._again.set()

    def close(self) -> None:
        self._end.set()
        self._again.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._end.is_set():
            self._again.clear()
            self._following = self._folders()
            if self._end.is_set():
                return
            if self._following:
                # A folder may go just now: its parent tells of it, and one looks again.
                with suppress(OSError):
                    self._watch([path for path, _ in self._following])
            self._again.wait()

    def _watch(self, paths: Collection[Path]) -> None:
        begun = False
        for changes in watch(
            *paths,
            watch_filter=lambda _, path: self._wanted(Path(path)),
            debounce=_GATHERED,
            step=_STEP,
            stop_event=self._again,
            rust_timeout=_BEGINNING,
            yield_on_timeout=True,
            recursive=self._deep,
            raise_interrupt=False,
        ):
            if changes:
                self._tell(frozenset(Path(path) for _, path in changes))
            elif not begun:
                # What happened before one watched is noticed now.
                begun = True
                self._tell(frozenset(paths))


def matters(path: Path) -> bool:
    """Whether a change of a file is more than a passing one."""
    return not path.name.startswith(".") and not path.name.endswith(_PASSING)


def _there(places: Iterable[Path]) -> Stand:
    return tuple((one, one.stat().st_ino) for one in dict.fromkeys(places) if one.is_dir())


def _mark(path: Path) -> int:
    """Give bytes and time of a file as one number; 0 for one that is empty or not there."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_size and status.st_mtime_ns ^ status.st_size
