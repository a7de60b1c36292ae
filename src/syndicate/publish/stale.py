"""Stale files: feeds that an earlier build wrote, and that nothing stands for any more.

Only what a build wrote, and nobody changed since, is ever removed. What was written is noted in
`.cache/built.json`; without it nothing is removed. Pictures and the pages of issues stay for good:
mail that people have kept shows them.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from syndicate import files
from syndicate.config import Config
from syndicate.models import Finding, Level, Where
from syndicate.publish.base import shown

#: files that can become stale; all others are never looked at
_FEEDS = re.compile(
    r"(?:(?:tags/[^/]+|archive/[0-9]+)/)?(?:feed\.xml|atom\.xml|feed\.json)|feeds\.(?:html|opml)"
)

#: SHA-256 of each file by its path below the output folder
Noted = dict[str, str]


def is_feed(name: str) -> bool:
    """Whether this is a feed, or speaks of feeds, by its path below the output folder."""
    return bool(_FEEDS.fullmatch(name))


def noted(config: Config) -> Noted:
    """Read what earlier builds wrote into the output folder; empty when that is not known."""
    return _all(_place(config)).get(shown(config, ""), {})


def note(config: Config, written: Mapping[str, str]) -> None:
    """Write down what is ours in the output folder now: SHA-256 by path."""
    place = _place(config)
    ours = {name: written[name] for name in sorted(written) if is_feed(name)}
    everything = {**_all(place), shown(config, ""): ours}
    files.write(place, msgspec.json.format(msgspec.json.encode(everything), indent=1) + b"\n")


def remove(
    config: Config, before: Mapping[str, str], written: Iterable[str], findings: list[Finding]
) -> Noted:
    """Remove what stands for nothing; gives it. A file that somebody changed becomes a finding."""
    removed: Noted = {}
    for name in sorted(before.keys() - set(written)):
        path = config.out / name
        if not is_feed(name) or ".." in name.split("/"):
            continue
        if digest(path) == before[name]:
            files.remove(path, inside=config.out)
            removed[name] = before[name]
        elif path.exists():
            findings.append(_changed(shown(config, name)))
    return removed


def digest(path: Path) -> str:
    """Give the SHA-256 of a file; "" when there is none, or it is a link."""
    try:
        return "" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _place(config: Config) -> Path:
    return config.root / ".cache" / "built.json"


def _all(place: Path) -> dict[str, Noted]:
    try:
        return msgspec.json.decode(place.read_bytes(), type=dict[str, Noted])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _changed(name: str) -> Finding:
    return Finding(
        Level.ADVICE,
        "nothing stands for this file any more, but somebody changed it, so it is still there.",
        Where(name),
        "Remove it, unless you still need it.",
        "stale",
    )
