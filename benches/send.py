"""A large send beside the barest loop that could do it, in the shapes of SendGrid and Mailgun.

    python benches/send.py [PEOPLE]          # a million, unless said otherwise

A sink in a process of its own takes every call. Ours: CSV file, freeze, claims and answers in a
ledger on the disk. Bare: the same file, `requests.Session`, the same encoder of JSON, the same
message, values and connections, and no record of anything. Each in a fresh process, by turns.

Prints one JSON line for each comparison: the CPU seconds of everything without delay, the memory,
and the seconds on the clock with an answer after 100 ms, once the issue is frozen. The pace of
calls that a provider asks for is lifted: it would be all there is to see.
"""

# ruff: noqa: INP001, T201, S311 -- a program on its own, which prints what it found; no secrets

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sink import Sink

from syndicate import tokens

BATCH = 1000
LINK = tokens.token(tokens.UNSUBSCRIBE)
NAME = tokens.token("name", "reader")
#: as long as a real issue: 60 KB of HTML and 3 KB of text
STORY = "<p>The quick brown fox jumps over the lazy dog, and back again.</p>\n"
HTML = f'<h1>Dear {NAME}</h1>{STORY * 900}<a href="{LINK}">Unsubscribe</a>'
TEXT = f"Dear {NAME}\n{'All work and no play makes a dull newsletter. ' * 65}\n{LINK}\n"
SUBJECT = "The week in backs"
ISSUE = "weekly-2026-W48"
#: CPU seconds, ours to bare
BOUND = {"sendgrid": 2.0, "mailgun": 2.5}
MEMORY_MB = 100
LATENCY, CONNECTIONS_FAR, BOUND_FAR = 0.1, 8, 1.2
CONNECTIONS = 4


def main(people: int) -> int:
    """Compare, print, and give 1 where a bound was missed."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        audience = Path(folder, "people.csv")
        write_people(audience, people)
        for shape in BOUND:
            lines.append(near(shape, people, audience))
            print(json.dumps(lines[-1]), flush=True)
        for shape in BOUND:
            lines.append(far(shape, people, audience))
            print(json.dumps(lines[-1]), flush=True)
    return int(any(not line["held"] for line in lines))


def near(shape: str, people: int, audience: Path) -> dict[str, Any]:
    """Compare the CPU of all there is to do, with answers at once."""
    with Sink(0) as sink:
        bare = child("bare", shape, audience, sink.url, CONNECTIONS)
        ours = child("ours", shape, audience, sink.url, CONNECTIONS)
    ratio = ours["cpu"] / bare["cpu"]
    return {
        "bench": f"send, {shape}",
        "people": people,
        "cpu": ours["cpu"],
        "bare_cpu": bare["cpu"],
        "freeze_cpu": ours["freeze_cpu"],
        "seconds": ours["seconds"],
        "bare_seconds": bare["seconds"],
        "ratio": round(ratio, 2),
        "bound": BOUND[shape],
        "memory_mb": ours["memory_mb"],
        "memory_bound_mb": MEMORY_MB,
        "held": ratio <= BOUND[shape] and ours["memory_mb"] <= MEMORY_MB,
    }


def far(shape: str, people: int, audience: Path) -> dict[str, Any]:
    """Compare the seconds of handing over, each answer 100 ms away."""
    with Sink(LATENCY) as sink:
        bare = child("bare", shape, audience, sink.url, CONNECTIONS_FAR)
        ours = child("ours", shape, audience, sink.url, CONNECTIONS_FAR)
    ratio = ours["hand_over_seconds"] / bare["seconds"]
    return {
        "bench": f"send, {shape}, {LATENCY * 1000:.0f} ms away, {CONNECTIONS_FAR} connections",
        "people": people,
        "seconds": ours["hand_over_seconds"],
        "bare_seconds": bare["seconds"],
        "floor_seconds": round(people / BATCH * LATENCY / CONNECTIONS_FAR, 1),
        "ratio": round(ratio, 2),
        "bound": BOUND_FAR,
        "held": ratio <= BOUND_FAR,
    }


def child(who: str, shape: str, audience: Path, url: str, connections: int) -> dict[str, Any]:
    """Let one of the two do it in a process of its own; gives seconds, CPU and memory."""
    words = [sys.executable, __file__, "--child", who, shape, audience, url, connections]
    done = subprocess.run(map(str, words), check=True, stdout=subprocess.PIPE)  # noqa: S603
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def write_people(path: Path, people: int) -> None:
    """Write a shuffled list of which one in two hundred comes twice, in other letters."""
    numbers = [*range(people), *range(0, people, 200)]
    random.Random(1).shuffle(numbers)
    seen = bytearray(people)
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["email", "name", "city", "plan", "unsubscribe_url"])
        for n in numbers:
            address = f"reader{n}@mail{n % 997}.example.org"
            row = [address.upper() if seen[n] else address, f"Reader {n}", "Southampton", "free"]
            out.writerow([*row, f"https://small.example/unsubscribe?u={n:032x}"])
            seen[n] = 1


# Bare


def bare(shape: str, audience: Path, url: str, connections: int) -> None:
    """Read, encode and post, so many calls at once."""
    import requests  # noqa: PLC0415 -- ours pays for its own imports too

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=connections))
    encode = {"sendgrid": sendgrid, "mailgun": mailgun}[shape]

    def post(call: dict[str, Any]) -> None:
        session.post(url, timeout=60, **call).raise_for_status()

    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(connections) as pool:
        for number, rows in enumerate(batches(audience), 1):
            under_way.add(pool.submit(post, encode(rows, f"{ISSUE}-b{number:04d}")))
            if len(under_way) >= 2 * connections:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for one in done:
                    one.result()


def batches(audience: Path) -> Iterator[list[list[str]]]:
    """Give the rows, so many at a time."""
    with audience.open(newline="") as file:
        reader = csv.reader(file)
        next(reader)
        rows = []
        for row in reader:
            rows.append(row)
            if len(rows) == BATCH:
                yield rows
                rows = []
        if rows:
            yield rows


def sendgrid(rows: list[list[str]], batch: str) -> dict[str, Any]:
    """Write a call to SendGrid."""
    call = {
        "from": {"email": "hello@small.example", "name": "Small"},
        "personalizations": [
            {
                "to": [{"email": email, "name": name}],
                "headers": {
                    "List-Id": "Small <weekly.small.example>",
                    "List-Unsubscribe": f"<{link}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
                "substitutions": {"%v0%": name, "%v1%": link, "%v2%": name, "%v3%": link},
                "custom_args": {"issue": ISSUE, "batch": batch},
            }
            for email, name, _, _, link in rows
        ],
        "subject": SUBJECT,
        "content": [
            {"type": "text/plain", "value": TEXT},
            {"type": "text/html", "value": HTML},
        ],
        "categories": [ISSUE, batch],
        "tracking_settings": {"subscription_tracking": {"enable": False}},
    }
    headers = {"Authorization": "Bearer key", "Content-Type": "application/json"}
    return {"data": msgspec.json.encode(call), "headers": headers}


def mailgun(rows: list[list[str]], batch: str) -> dict[str, Any]:
    """Write a call to Mailgun."""
    variables = {
        email: {"id": batch, "v0": name, "v1": link, "v2": name, "v3": link, "v4": link}
        for email, name, _, _, link in rows
    }
    fields = [
        ("from", "Small <hello@small.example>"),
        ("to", ", ".join(f'"{name}" <{email}>' for email, name, _, _, _ in rows)),
        ("subject", SUBJECT),
        ("html", HTML),
        ("text", TEXT),
        ("h:List-Id", "Small <weekly.small.example>"),
        ("h:List-Unsubscribe", "<%recipient.v4%>"),
        ("h:List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("h:Message-Id", f"<{ISSUE}.%recipient.id%@small.example>"),
        ("o:tag", ISSUE),
        ("o:tag", batch),
        ("v:issue", ISSUE),
        ("v:batch", batch),
        ("recipient-variables", msgspec.json.encode(variables)),
    ]
    # As files, or requests would write it percent-encoded, which costs far more.
    return {"files": [(name, (None, value)) for name, value in fields], "auth": ("api", "key")}


# Ours


def ours(shape: str, audience: Path, url: str, connections: int) -> dict[str, float]:
    """Freeze and hand over; gives what the freeze took of it."""
    from threading import Event  # noqa: PLC0415 -- bare pays for its own imports only

    from syndicate.audience import leaving, read  # noqa: PLC0415
    from syndicate.ledger import open_ledger  # noqa: PLC0415
    from syndicate.models import Frozen, Mailbox, Message  # noqa: PLC0415
    from syndicate.providers import open_provider  # noqa: PLC0415
    from syndicate.send import Clock, Ending, Run, Threads, hand_over  # noqa: PLC0415

    def now() -> datetime:
        return datetime.now(UTC)

    message = Message(
        SUBJECT, "", HTML, TEXT, Mailbox("Small", "hello@small.example"), None,
        (("List-Id", "Small <weekly.small.example>"),),
    )  # fmt: skip
    own = {"mailgun": {"domain": "small.example"}}
    provider: Any = open_provider(
        shape,
        {"base_url": url, "connections": connections, **own.get(shape, {})},
        folder=audience.parent,
        env={"SENDGRID_API_KEY": "key", "MAILGUN_API_KEY": "key"},
        clock=now,
    )
    provider.limits = replace(provider.limits, calls_per_second=None)
    frozen = Frozen(ISSUE, 1, "weekly", shape, "0" * 64, (), message, now(), (), "bench")
    with tempfile.TemporaryDirectory(dir=audience.parent) as folder:
        ledger = open_ledger(Path(folder, "ledger.db"))
        secret = ledger.secret(None)
        with read(audience, secret) as people:
            linked = leaving.linked(people.batches(BATCH), "", secret, needed=True)
            ledger.freeze(frozen, linked, people.excluded())
        freeze_cpu = time.process_time()
        start, stop = time.monotonic(), Event()
        run = Run(
            ledger=ledger,
            provider=provider,
            issue=ISSUE,
            message=ledger.message(ISSUE),
            number=ledger.begin_run("bench", now()),
            by="bench",
            clock=Clock(now, time.monotonic, stop.wait, stop.is_set),
            calls=Threads(),
            suppressed=frozenset,
            progress=lambda _: None,
        )
        result = hand_over(run)
        if result.ending is not Ending.DONE:
            raise SystemExit(result)
        seconds = time.monotonic() - start
        provider.close()
        ledger.close()
    return {"freeze_cpu": round(freeze_cpu, 2), "hand_over_seconds": round(seconds, 2)}


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Measure this process from its beginning, imports included."""
    told: dict[str, Any] = {}
    start = time.monotonic()
    yield told
    used = resource.getrusage(resource.RUSAGE_SELF)
    told["seconds"] = round(time.monotonic() - start, 2)
    told["cpu"] = round(used.ru_utime + used.ru_stime, 2)
    # Kilobytes on Linux, bytes on macOS.
    told["memory_mb"] = round(used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2), 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        who_, shape_, audience_, url_, connections_ = sys.argv[2:]
        with measured() as told_:
            does = {"ours": ours, "bare": bare}[who_]
            told_.update(does(shape_, Path(audience_), url_, int(connections_)) or {})
        print(json.dumps(told_))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
