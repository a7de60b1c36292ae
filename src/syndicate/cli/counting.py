"""How many people a newsletter goes to, told without asking anybody and without waiting."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from syndicate.cli.desk import Desk
from syndicate.cli.remembering import Stamp, stamp
from syndicate.cli.suppressing import is_address
from syndicate.errors import SyndicateError

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.preview.gathering import Audience

#: bytes of an audience file that is counted at once; a longer one meanwhile stands uncounted
AT_ONCE = 2_000_000

#: a newsletter, and the state of the files it is counted from
State = tuple[str, tuple[Stamp, ...]]


@dataclass(slots=True)
class Counting:
    """Counts audiences, each again when its files have changed."""

    #: called when a long file has been counted; None to wait for it instead
    counted: Callable[[], None] | None = None
    _known: dict[State, "Audience"] = field(default_factory=dict)
    _under_way: set[State] = field(default_factory=set)

    def audience(self, desk: Desk, name: str, secret: bytes | None) -> "Audience":
        """Say who a newsletter goes to; without a count where that takes a key, or long."""
        from syndicate.preview.gathering import Audience

        config = desk.config
        newsletter, path = config.newsletters[name], config.audience_path(name)
        if path is None:
            return Audience(None, f"{newsletter.audience}, a list that {newsletter.provider} holds")
        told = str(newsletter.audience)
        if secret is None:
            return Audience(None, f"{told}; the secret is not set")
        now = stamp(path)
        state = name, (now, *map(stamp, _suppressed(config)))
        if state not in self._known and self.counted and now and now[1] > AT_ONCE:
            self._begin(desk, name, secret, state)
            return Audience(None, f"{told}, being counted")
        if state not in self._known:
            self._known[state] = _counted(config, name, secret)
        return self._known[state]

    def _begin(self, desk: Desk, name: str, secret: bytes, state: State) -> None:
        if state in self._under_way:
            return
        self._under_way.add(state)

        def count() -> None:
            self._known[state] = _counted(desk.config, name, secret)
            if self.counted:
                self.counted()

        threading.Thread(target=count, daemon=True).start()


def _counted(config: "Config", name: str, secret: bytes) -> "Audience":
    from syndicate import audience
    from syndicate.preview.gathering import Audience

    newsletter, path = config.newsletters[name], config.audience_path(name)
    if path is None:
        raise TypeError(name)
    try:
        never = [audience.read_suppressed(one, secret) for one in _suppressed(config)]
        with audience.read(path, secret, frozenset().union(*never), newsletter.where) as people:
            return Audience(people.count, str(newsletter.audience))
    except SyndicateError as error:
        return Audience(None, str(error))


def _suppressed(config: "Config") -> list[Path]:
    """List the files of those never to be mailed; a list on the web as it was fetched last."""
    name = config.audience.suppressed
    if not name:
        return []
    if not is_address(name):
        return [config.root / name]
    kept = (config.suppressed_fetched, config.suppressed_beside)
    return [path for path in kept if path.exists()]
