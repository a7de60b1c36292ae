# ruff: noqa: INP001 -- a script, not a package
"""How heavy, quick and readable the email is: each shipped look, against its targets.

    .venv/bin/python benches/message.py [--write FOLDER]

Milliseconds are CPU time of a warm process, the best of several runs. With `--write` the editions
are left in a folder, to be looked at and scored.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from syndicate import config, pictures, render, theme
from syndicate.models import Article, Picture
from syndicate.sources.folder import Folder

ROOT = Path(__file__).parents[1]
#: columns of the table: what is measured, and the most or least that it may be
COLUMNS = ("look", "stories", "KB", "at most", "ms", "at most", "rules", "block B", "light", "dark")
KB = {6: 15.5, 20: 36.0, 40: 80.0}
MS = {6: 20.0, 20: 50.0, 40: 50.0}
CONTRAST = {"light": 6.5, "dark": 7.0}
DATE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def main() -> int:
    """Print the table; exit with 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    stories = site_articles()
    missed = []
    _print(COLUMNS)
    for look in theme.LOOKS:
        for count in KB:
            edition = made(look, stories, count)
            row, bad = measured(edition, look, count)
            _print(row)
            missed += bad
            if given.write:
                given.write.mkdir(parents=True, exist_ok=True)
                html = render.draft(edition).html
                (given.write / f"{look}-{count}.html").write_text(html, encoding="utf-8")
    sys.stderr.write("".join(f"{line}\n" for line in missed or ["All targets are met."]))
    return 1 if missed else 0


def site_articles() -> tuple[Article, ...]:
    """Read the articles of this repository, which is a site itself."""
    whole = config.load(ROOT / "syndicate.toml")
    site = whole.site
    source = Folder(
        whole.root,
        whole.articles.folder,
        site_url=site.url,
        zone=site.zone,
        author=site.author,
        language=site.language,
        authority=site.authority,
        since=whole.feeds.since,
        known={},
    )
    heads = [head for head in source.read().heads if not head.draft and head.published < DATE]
    newest = sorted(heads, key=lambda head: head.published, reverse=True)
    return tuple(source.article(head) for head in newest)


def made(look: str, stories: tuple[Article, ...], count: int) -> render.Edition:
    """Make an edition of so many stories; beyond what there is, told apart by a number."""
    whole = config.load(ROOT / "syndicate.toml")
    site = whole.site
    place = pictures.Place(ROOT, whole.articles.folder, site.url)
    logo = Picture(f"{site.url}images/logo.png", "", file="articles/images/logo.png")
    return render.Edition(
        issue="weekly-2026-W48",
        number=48,
        date=DATE.astimezone(site.zone),
        newsletter=whole.newsletters["weekly"].title,
        site=render.Imprint(
            site.title,
            site.url,
            site.address,
            site.help_line,
            site.disclaimer,
            pictures.for_mail(logo, pictures.LOGO, place),
        ),
        articles=pictures.for_issue(tuple(_some(stories, count)), place),
        palette=theme.derive(config.Theme(name=look)),
        language=site.language,
        archive_url=whole.issue_url("weekly-2026-W48"),
    )


def _some(stories: tuple[Article, ...], count: int) -> Iterator[Article]:
    for number in range(count):
        story, again = stories[number % len(stories)], number // len(stories)
        yield story if not again else _again(story, again + 1)


def _again(story: Article, number: int) -> Article:
    image = story.image and replace(story.image, alt=f"{number}: {story.image.alt}")
    title, url = f"{story.title}, part {number}", f"{story.url}{number}/"
    return replace(story, id=f"{story.id}-{number}", title=title, url=url, image=image)


def measured(edition: render.Edition, look: str, count: int) -> tuple[list[str], list[str]]:
    """Give the row of the table, and the targets that it misses."""
    html = render.draft(edition).html
    size = len(html.encode()) / 1000
    spent = min(_spent(edition) for _ in range(8))
    kept = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    lowest = {name: least(getattr(edition.palette, name)) for name in CONTRAST}
    row = [look, str(count), f"{size:.1f}", f"{KB[count]:.1f}", f"{spent:.1f}", f"{MS[count]:.0f}"]
    row += [str(_rules()), str(len(kept.encode())), *(f"{low:.2f}" for low in lowest.values())]
    checks = {
        f"{size:.1f} KB, over {KB[count]}": size > KB[count],
        f"{spent:.1f} ms, over {MS[count]:.0f}": spent > MS[count],
        **{
            f"contrast {low:.2f} in {name}, under {CONTRAST[name]}": low < CONTRAST[name]
            for name, low in lowest.items()
        },
    }
    return row, [f"{look}, {count} stories: {what}" for what, bad in checks.items() if bad]


def least(scheme: theme.Scheme) -> float:
    """Give the lowest contrast of a scheme, over all pairs that the templates make."""
    return min(theme.contrast(*pair) for pair in theme.pairs(scheme))


def _spent(edition: render.Edition) -> float:
    start = time.process_time()
    render.draft(edition)
    return (time.process_time() - start) * 1000


def _rules() -> int:
    css = (render.builtin() / "inline.css").read_text(encoding="utf-8")
    return sum(line.startswith(".") for line in css.splitlines())


def _print(row: Sequence[str]) -> None:
    sys.stdout.write(" ".join(f"{value:>9}" for value in row) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
