"""Many visits, politely: one at a time to each host, several hosts at once, each address once.

What was seen is kept in `.cache/visits.json`, so that the next run asks only for what is old.
"""

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from syndicate import files
from syndicate.checks.online.base import Sight
from syndicate.visiting import Forbidden, Manners, NotVisited, Page, visit

#: how long a good answer is believed; any other is asked for again, as somebody may have mended it
FRESH = timedelta(hours=24)
#: hosts that are visited at the same time
AT_ONCE = 8
#: an answer to HEAD from here on is asked again by GET: many servers know only that
DOUBTFUL = 400
_FOR_GOOD = frozenset({301, 308})

#: gives what is seen at an address; never raises
See = Callable[[str], Sight]


def load(path: Path) -> dict[str, Sight]:
    """Read what was seen before; nothing when there is nothing, or nothing that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Sight])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


def save(path: Path, seen: Mapping[str, Sight], now: datetime) -> None:
    """Keep what is still worth something. Raises SyndicateError where it cannot be written."""
    kept = {url: one for url, one in seen.items() if timedelta(0) <= now - one.at < FRESH}
    data = msgspec.json.format(msgspec.json.encode(kept, order="sorted"))
    files.write(path, data + b"\n", private=True)


def is_fresh(sight: Sight, now: datetime) -> bool:
    """Whether what was seen is still believed."""
    return DOUBTFUL > sight.status > 0 and timedelta(0) <= now - sight.at < FRESH


def seer(manners: Manners, now: datetime) -> See:
    """Make what looks at one address: HEAD, then GET where HEAD says little."""

    def see(url: str) -> Sight:
        try:
            page = visit(url, manners, "HEAD")
            if page.status >= DOUBTFUL:
                page = visit(url, manners)
        except NotVisited as error:
            return Sight(now, trouble=str(error), forbidden=isinstance(error, Forbidden))
        return _sight(page, now)

    return see


def look_at(
    urls: Iterable[str], see: See, *, seconds: float, tell: Callable[[int], object] = lambda _: None
) -> dict[str, Sight]:
    """Visit addresses within so many seconds in all; those that there was no time for are not in.

    `tell` is told how many were visited whenever that changes.
    """
    end = time.monotonic() + seconds
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        hosts[_host(url)].append(url)
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for group in hosts.values():
        waiting.put(group)
    found: queue.SimpleQueue[tuple[str, Sight]] = queue.SimpleQueue()
    for _ in range(min(AT_ONCE, len(hosts))):
        # Daemons: a host that keeps us waiting must not keep the command from ending.
        threading.Thread(target=_work, args=(waiting, found, see, end), daemon=True).start()
    sights: dict[str, Sight] = {}
    while len(sights) < sum(map(len, hosts.values())):
        try:
            url, sight = found.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            break
        sights[url] = sight
        tell(len(sights))
    return sights


def _work(
    waiting: "queue.SimpleQueue[list[str]]",
    found: "queue.SimpleQueue[tuple[str, Sight]]",
    see: See,
    end: float,
) -> None:
    while True:
        try:
            group = waiting.get_nowait()
        except queue.Empty:
            return
        for url in group:
            if time.monotonic() > end:
                return
            found.put((url, see(url)))


def _sight(page: Page, now: datetime) -> Sight:
    return Sight(
        now,
        status=page.status,
        final=page.url,
        for_good=bool(page.redirects) and all(code in _FOR_GOOD for code, _ in page.redirects),
        media=page.headers.get("content-type", "").partition(";")[0].strip().lower(),
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url
