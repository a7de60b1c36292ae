"""`kill -9` of the real process at random moments, in full, with figures.

    .venv/bin/python benches/kill.py [KILLS] [SEED]

5,000 recipients in 50 batches, on each shape of provider: without keys, with one connection and
with four; with idempotency keys; and a list that the provider holds, let go once for each issue.
After each kill the same command again, until it is done; then the server's own record is compared
with the ledger.
"""

# ruff: noqa: INP001, T201 -- a program on its own, which prints what it found

import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from campaign_servers import BrevoDesk, CampaignServer
from killing import kill_and_go_on, make_campaign_site, make_site, send
from lying_server import LyingServer
from tongues import ResendTongue


def main(arguments: list[str]) -> int:
    """Kill and go on, and give 1 where anybody was mailed twice or the ledger was wrong."""
    kills = int(arguments[0]) if arguments else 100
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    worst = 0
    for provider, connections in (("outbox", 1), ("outbox", 4), ("resend", 4)):
        worst += batches(provider, connections, kills, seed)
    return 1 if worst + campaigns(kills, seed) else 0


def batches(provider: str, connections: int, kills: int, seed: int) -> int:
    """Kill on a provider that is handed people; gives how many were mailed twice or wrong."""
    done = 0
    figures = {"kills": 0, "runs": 0, "twice": 0, "wrong": 0, "accepted": 0, "in doubt": 0}
    start = time.monotonic()
    while done < kills:
        # One issue takes some kills; then another site, until there were enough.
        at_most = min(10, kills - done)
        tongue = ResendTongue() if provider == "resend" else None
        with tempfile.TemporaryDirectory() as folder, LyingServer(tongue) as server:
            root = Path(folder)
            make_site(root, 5000, server, batch=100, connections=connections, provider=provider)
            tally = kill_and_go_on(root, server, at_most, seed + done)
        done += tally.kills
        for name in ("kills", "runs", "twice", "wrong"):
            figures[name] += getattr(tally, name)
        for word in ("accepted", "in doubt"):
            figures[word] += tally.said[word]
    told = ", ".join(f"{number:,} {name}" for name, number in figures.items())
    seconds = time.monotonic() - start
    print(f"{provider}, {connections} connections: {told} ({seconds:.0f} s)", flush=True)
    return figures["twice"] + figures["wrong"]


def campaigns(kills: int, seed: int) -> int:
    """Kill on a provider that holds the list; gives how many issues were not let go once."""
    rng, start = random.Random(seed), time.monotonic()  # noqa: S311 -- not for secrets
    killed = issues = wrong = 0
    while killed < kills:
        with tempfile.TemporaryDirectory() as folder, CampaignServer(SlowDesk()) as server:
            root = Path(folder)
            make_campaign_site(root, server.url)
            for _ in range(4):
                calls, process = len(server.calls), send(root)
                further = rng.randint(1, 9)
                while len(server.calls) < calls + further and process.poll() is None:
                    time.sleep(0.002)
                if process.poll() is not None:
                    break
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            while send(root).wait(timeout=300) != 0:
                pass
            issues += 1
            wrong += list(server.desk.gone.values()) != [1]
    seconds = time.monotonic() - start
    print(
        f"brevo-campaigns: {killed} kills, {issues} issues, {wrong} not let go once "
        f"({seconds:.0f} s)",
        flush=True,
    )
    return wrong


class SlowDesk(BrevoDesk):
    """A provider that takes a moment for each call."""

    def handle(self, *call: Any) -> Any:
        """Do what is asked, slowly."""
        answer = super().handle(*call)
        time.sleep(0.05)
        return answer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
