# ruff: noqa: INP001, T201, S603 -- a program on its own, which prints what it found
"""All benches one after the other, as a table: `make bench`, or some: `make bench ONLY=build`.

Each bench is a program beside this one that prints JSON lines, with `bench` (its name) and `held`
(whether its bound is kept; null where it has none). What else a line holds is shown as it is.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

#: in this order; a new one is added here
BENCHES = ("startup", "render", "feeds", "build", "audience", "send", "workers")
#: figures that stand in columns of their own
COLUMNS = ("ratio", "bound", "held")


def main() -> int:
    """Run the benches that are named, else all; ends with 1 where one failed."""
    failed = False
    print(f"{'bench':<40} {'ratio':>7} {'bound':>6}  ")
    for name in sys.argv[1:] or BENCHES:
        script = Path(__file__).with_name(f"{name}.py")
        with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as bench:
            assert bench.stdout is not None
            for line in bench.stdout:
                print(_row(line), flush=True)
        failed = failed or bench.returncode != 0
    return int(failed)


def _row(line: str) -> str:
    try:
        found = json.loads(line)
    except ValueError:
        return line.rstrip()
    kept = {True: "kept", False: "MISSED", None: ""}[found.get("held")]
    ratio, bound = (_figure(found.get(key)) for key in ("ratio", "bound"))
    return f"{found.get('bench', ''):<40} {ratio:>7} {bound:>6}  {kept:<7} {_rest(found)}"


def _figure(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) else ""


def _rest(found: Mapping[str, object]) -> str:
    rest = {key: value for key, value in found.items() if key not in {"bench", *COLUMNS}}
    return "  ".join(f"{key} {_figure(value) or value}" for key, value in rest.items())


if __name__ == "__main__":
    raise SystemExit(main())
