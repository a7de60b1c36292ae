"""Pinging: the hub is told of each feed that changed, once the public is served its new bytes.

What it was told of is noted in `.cache/pinged.json`; without it the hub is told of every feed once
more, which does no harm.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from syndicate import files
from syndicate.config import Config
from syndicate.errors import ConfigError
from syndicate.feeds.websub import Calls, Unreachable
from syndicate.publish.base import address, shown
from syndicate.transport import Now


class Outcome(StrEnum):
    """What became of one feed."""

    #: the hub took it
    TOLD = "told"
    #: the hub was told of these bytes before
    KNOWN = "known"
    #: the public is served other bytes than ours
    OLD = "old"
    #: the site or the hub gave no usable answer
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ping:
    """What became of one feed: only TOLD and KNOWN need nothing more."""

    url: str
    outcome: Outcome
    #: what is wrong and what to do, in words; "" when nothing is
    text: str = ""


def ping(
    config: Config, names: Iterable[str], *, now: Now, env: Mapping[str, str]
) -> tuple[Ping, ...]:
    """Tell the hub of the feeds that changed since it was last told; never raises for the network.

    `names` are feeds below the output folder. Only the site and the hub of the config are called.
    Raises ConfigError when there is no hub, and SyndicateError where that cannot be noted.
    """
    if not config.feeds.hub:
        raise ConfigError(
            "There is no hub to tell. Name one in syndicate.toml: [feeds] hub, or leave out --ping."
        )
    place = config.root / ".cache" / "pinged.json"
    told = _told(place)
    site, hub = Calls(config.site.url, now, env), Calls(config.feeds.hub, now, env)
    pings = []
    try:
        for one, digest in _each(config, names, told, site, hub):
            pings.append(one)
            if one.outcome is Outcome.TOLD:
                told[one.url] = digest
    finally:
        site.close()
        hub.close()
        files.write(place, msgspec.json.format(msgspec.json.encode(told, order="sorted")) + b"\n")
    return tuple(pings)


def _each(
    config: Config, names: Iterable[str], told: Mapping[str, str], site: Calls, hub: Calls
) -> Iterator[tuple[Ping, str]]:
    """Go from feed to feed, and stop when the site or the hub cannot be reached at all."""
    for name in names:
        url, data = address(config, name), (config.out / name).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if told.get(url) == digest:
            yield Ping(url, Outcome.KNOWN), digest
            continue
        try:
            if site.fetch(url) != data:
                yield Ping(url, Outcome.OLD, _old(config, name, url)), digest
                continue
            hub.tell(config.feeds.hub, url)
        except Unreachable as error:
            yield Ping(url, Outcome.FAILED, f"{error}, so the hub was not told of {url}."), digest
            if "cannot be reached" in str(error):
                return
        else:
            yield Ping(url, Outcome.TOLD), digest


def _old(config: Config, name: str, url: str) -> str:
    return (
        f"{url} still serves other bytes than {shown(config, name)}. "
        f"Upload {shown(config, '')} first, then run this again."
    )


def _told(place: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(place.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
