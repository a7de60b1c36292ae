"""`kill -9` of a real `syndicate send` at random moments, and the same command until it is done."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from lying_server import Lie, LyingServer

#: takes the batch, and answers a moment later
SLOW = Lie("slow", after=0.03)


#: seconds after which a run is killed at the latest, counted from where it is waited for
LONGEST = 0.6
#: calls after which it is killed at the latest, so that fast computers kill as often as slow ones
FURTHEST = 6


@dataclass
class Tally:
    """What came of it."""

    kills: int = 0
    runs: int = 0
    #: runs that ended before they could be killed
    unhurt: int = 0
    #: recipients by what the ledger says
    said: Counter = field(default_factory=Counter)
    #: recipients that the server took, and those it took twice
    taken: int = 0
    twice: int = 0
    #: recipients of whom the ledger claims to know something that is not so
    wrong: int = 0


#: keys of the providers whose shapes are tried
KEYS = {"RESEND_API_KEY": "re-key", "BREVO_API_KEY": "brevo-key"}


def make_site(
    root: Path,
    people: int,
    server: LyingServer,
    *,
    batch: int,
    connections: int,
    provider: str = "outbox",
    more: str = "",
) -> None:
    """Make a site whose newsletter is started; `more` is what its configuration has besides."""
    (root / "articles").mkdir(parents=True)
    leave = "https://small.example/u"
    rows = "".join(f"p{n}@example.com,P,{leave}?{n}\n" for n in range(people))
    (root / "people.csv").write_text(f"email,name,unsubscribe_url\n{rows}")
    (root / "syndicate.toml").write_text(
        '[site]\ntitle = "Small"\nurl = "https://small.example/"\naddress = "1 Street, Town"\n'
        '[newsletters.weekly]\ntitle = "W"\nsender = "S <s@small.example>"\n'
        f'audience = "people.csv"\nprovider = "{provider}"\n'
        f'[providers.{provider}]\nbase_url = "{server.url}"\nbatch_size = {batch}\n'
        f"connections = {connections}\n{more}"
    )
    begin(root)


def make_campaign_site(root: Path, url: str) -> None:
    (root / "articles").mkdir(parents=True)
    (root / "syndicate.toml").write_text(
        '[site]\ntitle = "Small"\nurl = "https://small.example/"\naddress = "1 Street, Town"\n'
        '[newsletters.weekly]\ntitle = "W"\nsender = "S <s@small.example>"\n'
        'audience = { list = "Weekly readers" }\nprovider = "brevo-campaigns"\n'
        f'[providers.brevo-campaigns]\nbase_url = "{url}"\n'
    )
    begin(root)


def begin(root: Path) -> None:
    # Every article that comes from now on is new, as `--yes` needs with a real server.
    start = [sys.executable, "-m", "syndicate", "send", "--yes", "--baseline", "none"]
    subprocess.run(start, cwd=root, env={**os.environ, **KEYS}, capture_output=True, check=True)
    (root / "articles/first.md").write_text("---\ntitle: First\ndate: 2026-11-20\n---\n\nHello.\n")


def send(root: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "syndicate", "send", "--yes"],
        cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, **KEYS},
    )  # fmt: skip


def standing(ledger: Path) -> dict[str, str]:
    """Give what the ledger says of everybody, by address."""
    with closing(sqlite3.connect(ledger)) as db:
        rows = db.execute(
            "SELECT json_extract(one.value, '$[1]'), status FROM people"
            " JOIN batch ON batch.issue = people.issue AND batch = number,"
            " json_each(rows, '$.people') one"
        )
        return dict(rows)


def kill_and_go_on(root: Path, server: LyingServer, kills: int, seed: int) -> Tally:
    """Kill so many runs at moments drawn from a seed, then let one end."""
    rng, tally = random.Random(seed), Tally()
    server.usually = SLOW
    while True:
        process, calls = send(root), server.calls
        tally.runs += 1
        if tally.kills < kills:
            # Half of them at any moment, the others while batches are handed over.
            if rng.random() < 0.5:
                while server.calls == calls and process.poll() is None:
                    time.sleep(0.005)
            moment = time.monotonic() + rng.random() * LONGEST
            last = calls + rng.randint(1, FURTHEST)
            while time.monotonic() < moment and server.calls < last and process.poll() is None:
                time.sleep(0.002)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                tally.kills += 1
            else:
                tally.unhurt += 1
        code = process.wait(timeout=300)
        if code in (0, 4) and not pending(root):
            break
    said = standing(root / "state/ledger.db")
    taken = Counter(address for _, address in server.taken)
    tally.said = Counter(said.values())
    tally.taken, tally.twice = len(taken), sum(n > 1 for n in taken.values())
    tally.wrong = sum(
        (word == "accepted" and not taken[address])
        or (word in ("pending", "refused", "withdrawn") and taken[address] > 0)
        for address, word in said.items()
    )
    return tally


def pending(root: Path) -> int:
    ledger = root / "state/ledger.db"
    if not ledger.exists():
        return 1
    with closing(sqlite3.connect(ledger)) as db:
        issues = db.execute("SELECT count(*) FROM issue").fetchone()[0]
        left = db.execute("SELECT count(*) FROM batch WHERE status = 'pending'").fetchone()[0]
    return left if issues else 1
