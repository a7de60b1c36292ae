# ruff: noqa: INP001 -- a part of the benches, not a package
"""A site of many articles, the same ones each time: for `build.py`, and to try things on.

    .venv/bin/python benches/many.py FOLDER [NUMBER]

Bodies have about a thousand words, with headings, lists, links, quotations and now and then a
table; there are 200 tags, and each article has one to four of them, a few being common.
"""

import random
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

NUMBER, TAGS, SEED = 10_000, 200, 20261122
#: the newest article is of this day; the others lie before it, about one every nine hours
NEWEST = datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001 -- as front matter says it, in the site's zone

_SYLLABLES = re.findall(
    "[a-z]+", "ba der fil gon hu jas kel lim mor nat ou pres qua ril sto tam ul"
)
_CONFIG = """\
[site]
title = "Many Matters"
url = "https://many.example/"
language = "en-GB"
timezone = "Europe/London"
author = "The Team"

[feeds]
tags = {tags}
"""


def make(folder: Path, number: int = NUMBER) -> None:
    """Write a site: its configuration, with feeds of no tags, and so many articles."""
    configure(folder, tags=False)
    for index, (published, text) in enumerate(_articles(number)):
        path = folder / "articles" / f"{published:%Y}" / f"article-{index:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def newest(folder: Path) -> Path:
    """Give the file of the newest article."""
    return folder / "articles" / f"{NEWEST:%Y}" / "article-00000.md"


def another(folder: Path, number: int) -> None:
    """Add an article that is newer than all others, as somebody does each week."""
    body = "A paragraph of a few words, and no more of them than are needed.\n\n" * 60
    _added(folder, number).write_text(
        f"---\ntitle: Number {number}\ndate: {NEWEST + timedelta(days=1):%Y-%m-%d}\n"
        f"tags: [added]\n---\n\n{body}",
        "utf-8",
    )


def without(folder: Path, number: int) -> None:
    """Take the added article away again."""
    _added(folder, number).unlink()


def _added(folder: Path, number: int) -> Path:
    return newest(folder).with_name(f"added-{number}.md")


def configure(folder: Path, *, tags: bool) -> None:
    """Write the configuration: with a feed for each tag, or with the main feed alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = '"all"' if tags else "[]"
    (folder / "syndicate.toml").write_text(_CONFIG.format(tags=wanted), "utf-8")


def _articles(number: int) -> Iterator[tuple[datetime, str]]:
    chance = random.Random(SEED)  # noqa: S311 -- the same articles each time
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(3000)]
    tags = [f"{words[index * 7]}-{index}" for index in range(TAGS)]
    # A few tags are everywhere, and most are rare, as it is with tags.
    weights = [1 / (rank + 3) for rank in range(TAGS)]
    for index in range(number):
        published = NEWEST - timedelta(hours=9 * index, minutes=chance.randint(0, 400))
        mine = dict.fromkeys(chance.choices(tags, weights, k=chance.randint(1, 4)))
        front = [
            f'title: "{_sentence(chance, words, 3, 9)}"',
            f"date: {published:%Y-%m-%d %H:%M:%S}",
            f"slug: {chance.choice(words)}-{chance.choice(words)}-{index}",
            f"tags: [{', '.join(mine)}]",
            f"author: {chance.choice(words).title()} {chance.choice(words).title()}",
        ]
        if index % 3:
            front.append(f"description: {_sentence(chance, words, 12, 24)}.")
        yield published, "---\n" + "\n".join(front) + "\n---\n\n" + _body(chance, words)


def _body(chance: random.Random, words: list[str]) -> str:
    parts = []
    for part in range(chance.randint(8, 14)):
        if part and not part % 4:
            parts.append(f"## {_sentence(chance, words, 2, 6)}")
        parts.append(_part(chance, words))
    return "\n\n".join(parts) + "\n"


def _part(chance: random.Random, words: list[str]) -> str:
    kind = chance.random()
    if kind < 0.1:  # noqa: PLR2004 -- one part in ten is a list
        return "\n".join(f"- {_sentence(chance, words, 5, 15)}" for _ in range(5))
    if kind < 0.15:  # noqa: PLR2004 -- one in twenty a quotation
        return f"> {_paragraph(chance, words)}"
    if kind < 0.17:  # noqa: PLR2004 -- one in fifty a table
        rows = [f"| {chance.choice(words)} | {chance.randint(1, 999)} |" for _ in range(6)]
        return "\n".join(["| What | How many |", "|---|---:|", *rows])
    return _paragraph(chance, words)


def _paragraph(chance: random.Random, words: list[str]) -> str:
    sentences = [_sentence(chance, words, 6, 22) + "." for _ in range(chance.randint(3, 7))]
    link = f"[{chance.choice(words)}](https://elsewhere.example/{chance.choice(words)})"
    sentences.insert(1, f"See {link}, and **{chance.choice(words)}** too.")
    return " ".join(sentences)


def _sentence(chance: random.Random, words: list[str], least: int, most: int) -> str:
    return " ".join(chance.choices(words, k=chance.randint(least, most))).capitalize()


if __name__ == "__main__":
    make(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
