# ruff: noqa: INP001 -- a program on its own
"""How long `syndicate --help` takes beside `python -c "import click"`.

    .venv/bin/python benches/startup.py [ROUNDS]

Both by turns, whole processes. Prints one JSON line; the bound is on the ratio of the CPU.
"""

import sys
from pathlib import Path

from measured import median, ratio, run, say

ROUNDS, BOUND = 30, 2.0


def main() -> int:
    """Start both again and again; ends with 1 where the bound is not kept."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    here, ours, theirs = Path.cwd(), [], []
    for _ in range(rounds):
        theirs.append(run([sys.executable, "-c", "import click"], here))
        ours.append(run([str(Path(sys.executable).parent / "syndicate"), "--help"], here))
    times = ratio(ours, theirs, "cpu")
    figures: dict[str, object] = dict(vars(median(ours)))
    figures |= {"ratio": times, "bound": BOUND, "wall_ratio": ratio(ours, theirs)}
    figures |= {f"click_{key}": value for key, value in vars(median(theirs)).items()}
    say("start-up, --help", {"rounds": rounds, **figures}, held=times <= BOUND)
    return int(times > BOUND)


if __name__ == "__main__":
    raise SystemExit(main())
