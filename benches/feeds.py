# ruff: noqa: INP001, T201 -- a program on its own, which prints what it found
"""How long a feed takes: 20 articles in three formats, after imports. Prints one JSON line.

    python benches/feeds.py

The articles are this repository's own, repeated under other ids. CPU milliseconds, best of 15.
"""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from syndicate import config, publish
from syndicate.models import Article
from syndicate.sources.folder import Folder

REPOSITORY = Path(__file__).parents[1]
ENTRIES, ROUNDS = 20, 15


def main() -> None:
    """Write the three main feeds again and again."""
    site = config.load(REPOSITORY / "syndicate.toml")
    main_only = msgspec.structs.replace(site.feeds, tags=[], archive=False)
    site = msgspec.structs.replace(site, feeds=main_only)
    source = Folder(
        site.root,
        site.articles.folder,
        site_url=site.site.url,
        zone=site.site.zone,
        author=site.site.author,
        language=site.site.language,
        authority=site.site.authority,
        since=site.feeds.since,
        known={},
    )
    heads = publish.select(source.read().heads, datetime(2026, 11, 23, tzinfo=UTC))
    read = [source.article(head) for head in heads]
    articles = [replace(read[n % len(read)], id=f"tag:a,2024:{n}") for n in range(ENTRIES)]
    best = min(_once(site, articles) for _ in range(ROUNDS))
    print(
        json.dumps({"bench": "feeds", "entries": ENTRIES, "formats": 3, "cpu_ms": round(best, 1)})
    )


def _once(site: config.Config, articles: list[Article]) -> float:
    start = time.process_time()
    for _ in publish.feeds(site, articles):
        pass
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
