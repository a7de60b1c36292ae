"""`kill -9` of the real process at random moments, in full, with figures.

    .venv/bin/python benches/kill.py [KILLS] [SEED]

5,000 recipients in 50 batches, with one connection and with four. After each kill the same command
again, until it is done; then the server's own record is compared with the ledger.
"""

# ruff: noqa: INP001, T201 -- a program on its own, which prints what it found

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from killing import kill_and_go_on, make_site
from lying_server import LyingServer


def main(arguments: list[str]) -> int:
    """Kill and go on, and give 1 where anybody was mailed twice or the ledger was wrong."""
    kills = int(arguments[0]) if arguments else 100
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    worst = 0
    for connections in (1, 4):
        done = 0
        figures = {"kills": 0, "runs": 0, "twice": 0, "wrong": 0, "accepted": 0, "in doubt": 0}
        start = time.monotonic()
        while done < kills:
            # One issue takes some kills; then another site, until there were enough.
            at_most = min(10, kills - done)
            with tempfile.TemporaryDirectory() as folder, LyingServer() as server:
                root = Path(folder)
                make_site(root, 5000, server, batch=100, connections=connections)
                tally = kill_and_go_on(root, server, at_most, seed + done)
            done += tally.kills
            for name in ("kills", "runs", "twice", "wrong"):
                figures[name] += getattr(tally, name)
            for word in ("accepted", "in doubt"):
                figures[word] += tally.said[word]
        worst += figures["twice"] + figures["wrong"]
        told = ", ".join(f"{number:,} {name}" for name, number in figures.items())
        print(f"{connections} connections: {told} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
