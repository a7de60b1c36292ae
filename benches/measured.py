# ruff: noqa: INP001 -- a part of the benches, not a package
"""What the benches share: a program measured from outside, and figures held against a bound."""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: as people have it: where this is set, Python compiles all of a program each time it starts
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Spent:
    """What one run of a program took."""

    #: seconds on the clock
    wall: float
    #: seconds of all processors, those of the kernel included
    cpu: float
    #: most memory at any time, in MB
    memory: float


def run(command: Sequence[str], folder: Path) -> Spent:
    """Run a program to its end, its output thrown away. Raises SystemExit where it fails."""
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    here = Path.cwd()
    os.chdir(folder)
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=nowhere)
    os.chdir(here)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - began
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * scale / 1e6)


def median(runs: Iterable[Spent]) -> Spent:
    """Give the median of each figure."""
    runs = list(runs)
    return Spent(
        *(
            statistics.median(getattr(one, name) for one in runs)
            for name in ("wall", "cpu", "memory")
        )
    )


def ratio(ours: Sequence[Spent], theirs: Sequence[Spent], name: str = "wall") -> float:
    """Give the median of how many times as much ours took as theirs, in the same round."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(getattr(one, name) / getattr(other, name) for one, other in pairs)


def say(bench: str, figures: Mapping[str, object], *, held: bool | None) -> None:
    """Print one JSON line; `held` says whether the bound is kept, None where there is none."""
    rounded = {
        key: float(f"{value:.3g}") if isinstance(value, float) else value
        for key, value in figures.items()
    }
    sys.stdout.write(f"{json.dumps({'bench': bench, **rounded, 'held': held})}\n")
    sys.stdout.flush()
