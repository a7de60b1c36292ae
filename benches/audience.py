# ruff: noqa: INP001 -- a script, not a package
"""How much a million people cost when they join an audience: CPU seconds, and the most memory.

    .venv/bin/python benches/audience.py [ROWS]

The export is like Mailchimp's, one row in ten unsubscribed; half of the people are there already.
A bare loop of `csv.reader` over the same file, in the same run, is what the seconds are compared
with.
"""

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from syndicate.audience import merging
from syndicate.audience.kept import kept

ROWS = 1_000_000
COLUMNS = (
    "Email Address,First Name,Last Name,Company,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
    "CONFIRM_IP,LAST_CHANGED,LEID,EUID,NOTES,TAGS,Status"
)


def main() -> int:
    """Print seconds and memory."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        audience, export = Path(name, "weekly.csv"), Path(name, "export.csv")
        _make(audience, export, rows)
        bare = _timed(lambda: _bare(export))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = _timed(lambda: _join(audience, export))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.stdout.write(
            f"{rows:,} rows, {export.stat().st_size / 1e6:.0f} MB: {ours:.1f} s CPU, "
            f"{ours / bare:.1f} x csv.reader ({bare:.1f} s); "
            f"at most {peak / 1024:.0f} MB of memory, {before / 1024:.0f} MB before\n"
        )
    return 0


def _make(audience: Path, export: Path, rows: int) -> None:
    with audience.open("w") as file:
        file.write("email,name\n")
        file.writelines(f"reader{n}@example.org,Reader {n}\n" for n in range(0, rows, 2))
    with export.open("w") as file:
        file.write(f"{COLUMNS}\n")
        file.writelines(
            f"reader{n}@example.org,Reader,Number {n},Example Ltd,2,2024-01-01 09:00:00,192.0.2.1,"
            f"2024-01-01 09:05:00,192.0.2.1,2026-01-02 10:00:00,{n},{n:x},,"
            f'"""VIP"",""Weekly""",{"subscribed" if n % 10 else "unsubscribed"}\n'
            for n in range(rows)
        )


def _bare(export: Path) -> None:
    with export.open() as file:
        for _ in csv.reader(file):
            pass


def _join(audience: Path, export: Path) -> None:
    with merging.joining(audience, [export], merging.Rules(b"secret", frozenset())) as found:
        found.write()
        people = sum(1 for _ in kept(audience).people())
    sys.stdout.write(f"{found.merged.added:,} added, {people:,} in all\n")


def _timed(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
