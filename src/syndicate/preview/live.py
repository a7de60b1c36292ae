"""What the preview shows right now: drawn anew when the site changes, and who waits for that.

After an error the last good drawing stays, and the error is shown above it.
"""

import re
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from syndicate.errors import SyndicateError
from syndicate.models import Where
from syndicate.preview import book
from syndicate.preview.base import ALEX, Look, Trouble, View
from syndicate.preview.book import Book
from syndicate.preview.chapter import Served
from syndicate.preview.people import People, Person

#: how errors begin that know where they are: `articles/why.md:3: `
_PLACED = re.compile(r"([^\s:]+\.[A-Za-z0-9]+)(?::([0-9]+))?: (.+)", re.DOTALL)

Gather = Callable[[], Sequence[Look]]


@dataclass(frozen=True, slots=True)
class Versions:
    """Numbers that go up with every change."""

    site: int = 0
    outbox: int = 0


class Live:
    """The preview of a site while it is worked on. Safe to use from several threads."""

    def __init__(self, gather: Gather) -> None:
        """Draw for the first time. `gather` looks at the site; it may raise SyndicateError."""
        self._gather = gather
        self._changed = threading.Condition()
        self._drawing = threading.Lock()
        self._looks: tuple[Look, ...] = ()
        self._persons: dict[str, Person] = {}
        self._web_pictures = False
        self._versions = Versions()
        self.book = Book({})
        self.redraw()

    @property
    def versions(self) -> Versions:
        """The numbers of what is shown now."""
        return self._versions

    @property
    def web_pictures(self) -> bool:
        """Whether pictures from elsewhere on the web are fetched."""
        return self._web_pictures

    def people(self, newsletter: str) -> People | None:
        """Give who a newsletter can be shown as; None for no such newsletter, or no such people."""
        return next((one.people for one in self._looks if one.view.name == newsletter), None)

    def redraw(self) -> None:
        """Look at the site again, and draw it."""
        with self._drawing:
            self._looks = self._seen()
            self._bind()

    def show_as(self, newsletter: str, person: Person | None) -> None:
        """Show a newsletter as one person gets it; None for the made-up one."""
        with self._drawing:
            self._persons[newsletter] = person or ALEX
            self._bind()

    def fetch_pictures(self, *, wanted: bool) -> None:
        """Let pictures from elsewhere on the web be fetched, or no longer."""
        with self._drawing:
            self._web_pictures = wanted
            self._bind()

    def outbox_changed(self) -> None:
        """Tell that something was handed to the outbox, or taken out of it."""
        with self._changed:
            self._versions = Versions(self._versions.site, self._versions.outbox + 1)
            self._changed.notify_all()

    def wait(self, known: Versions, seconds: float) -> Versions:
        """Wait until there is something else than what is known, but no longer than so."""
        with self._changed:
            self._changed.wait_for(lambda: self._versions != known, seconds)
            return self._versions

    def _seen(self) -> tuple[Look, ...]:
        try:
            looks = self._gather()
        except SyndicateError as error:
            if not self._looks:
                raise
            return self._kept(trouble(error))
        except Exception:  # a bug of ours must not end the preview, nor be kept quiet
            if not self._looks:
                raise
            traceback.print_exc(file=sys.stderr)
            text = "Syndicate itself has failed; what happened is in the terminal."
            return self._kept(Trouble(text))
        last = {one.view.name: one.view for one in self._looks}
        return tuple(_better(one, last.get(one.view.name)) for one in looks)

    def _kept(self, why: Trouble) -> tuple[Look, ...]:
        return tuple(replace(one, troubles=(why,), kept=True) for one in self._looks)

    def _bind(self) -> None:
        bound = book.bind(
            [
                book.Shown(
                    one.view,
                    Served(
                        self._persons.get(one.view.name, ALEX),
                        one.people is not None,
                        self._web_pictures,
                    ),
                    one.troubles,
                    one.kept,
                )
                for one in self._looks
            ]
        )
        with self._changed:
            if bound.files != self.book.files:
                self._versions = Versions(self._versions.site + 1, self._versions.outbox)
            self.book = bound
            self._changed.notify_all()


def _better(look: Look, last: View | None) -> Look:
    """Keep the last good drawing while an issue cannot be drawn, or not with all that was in it."""
    if not look.troubles or last is None or last.issue is None:
        return look
    shown = {one.where.path for one in last.issue.stories if one.where is not None}
    broken = {one.where.path for one in look.troubles if one.where is not None}
    if look.view.issue is not None and not shown & broken:
        return look
    return replace(look, view=last, kept=True)


def trouble(error: SyndicateError) -> Trouble:
    """Say what an error is about, and where."""
    placed = _PLACED.fullmatch(str(error))
    if placed is None:
        return Trouble(str(error))
    line = int(placed[2]) if placed[2] else None
    return Trouble(placed[3], Where(placed[1], line))
