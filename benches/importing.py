# ruff: noqa: INP001, T201, S311 -- a program on its own, which prints what it found
"""How long an import takes, and how much memory. Prints one JSON line for each.

    .venv/bin/python benches/importing.py [EXPORTS] [POSTS]

EXPORTS plain-text pages (300), and a WordPress file with POSTS posts (10,000), each of about 900
words with headings, lists, links and a picture, imported by the real command into an empty site.
Seconds and the peak of resident memory are those of the command's own process.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SITE = """[site]
title = "Oakhill"
url = "https://oak.example/"
address = "1 Elm Street, Oldtown"
[newsletters.weekly]
title = "Oakhill Weekly"
sender = "Oakhill <hello@oak.example>"
audience = "people.csv"
"""
WORDS = [f"{start}{middle}{end}" for start in ("be", "oa", "ru", "ti") for middle in "kmnst"
         for end in ("a", "en", "ing", "ous", "ly")]  # fmt: skip
TAGS = ("oak-wood", "benches", "tools", "care")


def main() -> None:
    """Make exports, import them, and tell what it took."""
    exports = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    posts = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000  # noqa: PLR2004
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = folder / "export"
        pages.mkdir()
        for number in range(exports):
            (pages / f"page-{number:05}.txt").write_text(_page(number), "utf-8")
        print(json.dumps(_measured("pages", exports, folder / "one", pages)))
        wordpress = folder / "wordpress.xml"
        with wordpress.open("w", encoding="utf-8") as file:
            file.writelines(_wordpress(posts))
        told = _measured("wordpress", posts, folder / "two", wordpress)
        told["file_mb"] = round(wordpress.stat().st_size / 1e6)
        print(json.dumps(told))


def _measured(bench: str, number: int, site: Path, export: Path) -> dict[str, object]:
    (site / "articles").mkdir(parents=True)
    (site / "syndicate.toml").write_text(SITE, "utf-8")
    (site / "people.csv").write_text("email\n", "utf-8")
    command = [sys.executable, "-m", "syndicate", "import", str(export), "--tags", ",".join(TAGS)]
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 -- our own command
        [*command, "--no-ask"], cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    made = sum(1 for _ in (site / "articles").iterdir())
    return {
        "bench": f"import {bench}",
        "exports": number,
        "articles": made,
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / (1 if sys.platform == "darwin" else 1024)
                         / (1_000_000 if sys.platform == "darwin" else 1)),
    }  # fmt: skip


def _sentence(chance: random.Random) -> str:
    return f"{' '.join(chance.choices(WORDS, k=chance.randint(6, 18))).capitalize()}."


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(6))


def _title(number: int, chance: random.Random) -> str:
    return f"{' '.join(chance.choices(WORDS, k=4)).title()} {number}"


def _page(number: int) -> str:
    chance = random.Random(number)
    title = _title(number, chance)
    tags = "".join(chance.sample(TAGS, 3))
    body = "\n\n".join(
        f"{' '.join(chance.choices(WORDS, k=3)).title()}\n\n{_paragraph(chance)}\n\n"
        f"  • Oak: {_sentence(chance)}\n  • Ash: {_sentence(chance)}"
        for _ in range(9)
    )
    day = f"{chance.randint(1, 12):02}/{chance.randint(1, 28):02}/{2010 + number % 15}"
    return (
        f"Help line:\n01632 960123\n\n{title}\n\n📅 Published: {day}⏱️ Reading time: 4 min read"
        f"✍️ By: Oakhill Team\n{tags}\n\n{_sentence(chance)}\n\n{title}\n\n{body}\n\n"
        "Disclaimer: Saws are sharp."
    )


def _wordpress(posts: int) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:author>'
        "<wp:author_login>ann</wp:author_login>"
        "<wp:author_display_name>Ann Oak</wp:author_display_name></wp:author>"
    )
    for number in range(posts):
        yield _post(number)
    yield "</channel></rss>"


def _post(number: int) -> str:
    chance = random.Random(number)
    body = "\n\n".join(
        f"<!-- wp:paragraph -->\n<p>{_paragraph(chance)} <a href='https://oak.example/{number}'>"
        f"Oak</a></p>\n<!-- /wp:paragraph -->\n<h2>{_sentence(chance)}</h2>\n<ul><li>"
        f"<strong>Oak:</strong> {_sentence(chance)}</li><li>{_sentence(chance)}</li></ul>"
        for _ in range(9)
    )
    when = f"{2005 + number % 20}-{1 + number % 12:02}-{1 + number % 28:02} 09:{number % 60:02}:00"
    return (
        f"<item><title>{_title(number, chance)}</title><link>https://oak.example/p-{number}/</link>"
        f"<dc:creator>ann</dc:creator><content:encoded><![CDATA[{body}"
        '<img src="https://oak.example/o.jpg" alt="Oak">]]></content:encoded>'
        f"<excerpt:encoded><![CDATA[{_sentence(chance)}]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{when}</wp:post_date_gmt>"
        f"<wp:post_name>p-{number}</wp:post_name><wp:status>publish</wp:status>"
        "<wp:post_type>post</wp:post_type>"
        '<category domain="category" nicename="wood"><![CDATA[Wood]]></category></item>'
    )


if __name__ == "__main__":
    main()
