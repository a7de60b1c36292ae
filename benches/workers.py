"""Four workers beside one, on a real PostgreSQL, each answer of the provider 100 ms away.

    .venv/bin/python benches/workers.py [ROUNDS]     # three, unless said otherwise

A sink in a process of its own takes every call, and `syndicate worker` is the command as people
run it, with one call at a time. The seconds are those from the first claim to the last answer, as
the ledger has them. In each round one worker and four hand over an issue of their own.

The floor is what one worker would take if it did nothing but wait for answers.
"""

# ruff: noqa: INP001 -- a program on its own

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import measured
from sink import Sink

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from killing import make_site
from postgres import Postgres

BATCHES, BATCH, LATENCY = 400, 50, 0.1
WORKERS, BOUND, ROUNDS = 4, 3.0, 3
BODY = b'{"id":"1","results":[%s]}' % b",".join([b'{"status":"accepted"}'] * BATCH)
SHARED = '[ledger]\nurl_env = "SYNDICATE_LEDGER"\n'
#: seconds after which something must be wrong
LONGEST = 600
_SECONDS = """
SELECT extract(epoch FROM max(CAST(answered_at AS timestamptz))
                        - min(CAST(claimed_at AS timestamptz)))
FROM syndicate.batch
WHERE (SELECT count(*) FROM syndicate.batch WHERE status = 'accepted') = %d
"""


@dataclass(frozen=True)
class Took:
    """What handing over an issue took."""

    #: from the first claim to the last answer
    seconds: float
    #: from the start of the programs to the last answer
    in_all: float
    #: CPU seconds of all workers, start-up included
    cpu: float


def main(rounds: int) -> int:
    """Compare, print, and give 1 where the bound is missed."""
    ones, fours = [], []
    with Postgres() as server, Sink(LATENCY, BODY) as sink:
        for _ in range(rounds):
            ones.append(hand_over(server, sink, 1))
            fours.append(hand_over(server, sink, WORKERS))
    ratios = [one.seconds / four.seconds for one, four in zip(ones, fours, strict=True)]
    ratio = statistics.median(ratios)
    figures = {
        "batches": BATCHES,
        "rounds": rounds,
        "seconds": statistics.median(four.seconds for four in fours),
        "one_worker_seconds": statistics.median(one.seconds for one in ones),
        "floor_seconds": BATCHES * LATENCY,
        "cpu": statistics.median(four.cpu for four in fours),
        "one_worker_cpu": statistics.median(one.cpu for one in ones),
        "ratio": ratio,
        "worst_ratio": min(ratios),
        "ratio_with_starting": statistics.median(
            one.in_all / four.in_all for one, four in zip(ones, fours, strict=True)
        ),
        "bound": BOUND,
    }
    held = ratio >= BOUND
    measured.say(f"workers, {WORKERS} beside 1, {LATENCY * 1000:.0f} ms away", figures, held=held)
    return int(not held)


def hand_over(server: Postgres, sink: Sink, workers: int) -> Took:
    """Let so many workers hand over an issue that is queued before they start."""
    url = server.database()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as hands:
        os.environ |= {"SYNDICATE_LEDGER": url, "SYNDICATE_STATE": f"{folder}/seen"}
        root = Path(folder, "site")
        make_site(root, BATCHES * BATCH, sink, batch=BATCH, connections=1, more=SHARED)
        syndicate(root, "send", "--yes", "--queue").wait()
        began = time.monotonic()
        started = [syndicate(root, "worker") for _ in range(workers)]
        for one in started:
            hands.callback(one.kill)
        seconds = until_handed_over(server, url)
        in_all = time.monotonic() - began
        return Took(seconds, in_all, sum(map(end, started)))


def syndicate(root: Path, *words: str) -> "subprocess.Popen[bytes]":
    """Begin a command, its words thrown away."""
    return subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-m", "syndicate", *words], cwd=root, stderr=subprocess.DEVNULL
    )


def until_handed_over(server: Postgres, url: str) -> float:
    """Wait for the last answer, and give the seconds from the first claim."""
    database = url.partition("@/")[2].partition("?")[0]
    give_up = time.monotonic() + LONGEST
    while time.monotonic() < give_up:
        ((seconds,),) = server.ask(_SECONDS % BATCHES, database=database)
        if seconds is not None:
            return float(seconds)
        time.sleep(0.2)
    raise SystemExit("It was never handed over.")


def end(worker: "subprocess.Popen[bytes]") -> float:
    """End a worker as Ctrl-C does, and give the CPU seconds that it used."""
    worker.send_signal(signal.SIGINT)
    _, _, used = os.wait4(worker.pid, 0)
    worker.returncode = 0
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
