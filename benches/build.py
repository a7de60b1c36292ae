# ruff: noqa: INP001 -- a program on its own
"""A site of ten thousand articles built beside Hugo, which builds only its RSS feed.

    .venv/bin/python benches/build.py [ROUNDS]

Hugo reads the same files and renders no page, so that it converts only the bodies of the twenty
articles in its one feed, which is what a build of ours does. In each round, by turns: Hugo; ours
cold, with nothing in `.cache/` and no feeds; ours warm, with a sentence more in the newest article,
which stands in every format of the main feed. Then the same with a feed in three formats for each
of 200 tags. Prints one JSON line for each, with medians; the bound is on the ratio of the seconds
on the clock, round by round, and that of the CPU stands beside it.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import many
from measured import Spent, median, ratio, run, say

ROUNDS = 7
#: seconds after which a file is old enough to be known by its stamp (see `stamps.TICK`)
OLD = 2.5
SYNDICATE = str(Path(sys.executable).parent / "syndicate")

_HUGO = """\
baseURL = "https://many.example/"
title = "Many Matters"
contentDir = "{articles}"
timeZone = "Europe/London"
disableKinds = ["section", "taxonomy", "term", "sitemap", "robotsTXT", "404"]
[outputs]
home = ["RSS"]
[[cascade]]
[cascade._target]
kind = "page"
[cascade._build]
render = "never"
list = "always"
"""
_FEED = """\
{{- printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}
<rss version="2.0"><channel><title>{{ .Site.Title }}</title><link>{{ .Permalink }}</link>
{{- range first 20 .Site.RegularPages.ByDate.Reverse }}
<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link><guid>{{ .Permalink }}</guid>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}</pubDate>
<description>{{ .Content | html }}</description></item>
{{- end }}
</channel></rss>
"""


def main() -> int:
    """Build again and again; ends with 1 where a bound is not kept."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    if shutil.which("hugo") is None:
        sys.stderr.write("HUGO IS NOT INSTALLED: there is nothing to compare with.\n")
    with tempfile.TemporaryDirectory(prefix="syndicate-bench-") as folder:
        site = Path(folder) / "site"
        many.make(site)
        hugo = _hugo(Path(folder) / "hugo", site)
        kept = [
            _compare(site, hugo, rounds, tags=False, bounds=(0.6, 0.10)),
            _compare(site, hugo, rounds, tags=True, bounds=(1.0, 0.15)),
        ]
    return int(not all(kept))


def _hugo(folder: Path, site: Path) -> Callable[[], Spent] | None:
    if shutil.which("hugo") is None:
        return None
    (folder / "layouts" / "_default").mkdir(parents=True)
    (folder / "config.toml").write_text(_HUGO.format(articles=site / "articles"), "utf-8")
    (folder / "layouts" / "_default" / "rss.xml").write_text(_FEED, "utf-8")

    def build() -> Spent:
        shutil.rmtree(folder / "public", ignore_errors=True)
        return run(["hugo", "--quiet"], folder)

    return build


def _compare(
    site: Path,
    hugo: Callable[[], Spent] | None,
    rounds: int,
    *,
    tags: bool,
    bounds: tuple[float, float],
) -> bool:
    many.configure(site, tags=tags)
    # The first build of all gives the articles their ids, which lie in `state/` for good.
    _forget(site)
    time.sleep(OLD)
    run([SYNDICATE, "build"], site)
    hugos, colds, warms, sames, news = [], [], [], [], []
    for number in range(rounds):
        if hugo is not None:
            hugos.append(hugo())
        _forget(site)
        colds.append(run([SYNDICATE, "build"], site))
        time.sleep(OLD)
        # What was written just now is looked at once more; from then on it is known by its stamp.
        run([SYNDICATE, "build"], site)
        sames.append(run([SYNDICATE, "build"], site))
        _add(many.newest(site), f"\nAnd one sentence more, number {number}.\n")
        warms.append(run([SYNDICATE, "build"], site))
        many.another(site, number)
        news.append(run([SYNDICATE, "build"], site))
        many.without(site, number)
    kind = "200 tags, 3 formats" if tags else "main feeds"
    cold, warm = bounds
    kept = [
        _told(f"build, cold, {kind}", colds, hugos, cold, None if tags else 0.2),
        _told(f"build, one changed, {kind}", warms, hugos, warm, None),
    ]
    _told(f"build, nothing changed, {kind}", sames, hugos, None, None)
    _told(f"build, one added, {kind}", news, hugos, None, None)
    return all(kept)


def _forget(site: Path) -> None:
    for name in (".cache", "public"):
        shutil.rmtree(site / name, ignore_errors=True)


def _add(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _told(
    name: str,
    ours: list[Spent],
    theirs: list[Spent],
    bound: float | None,
    memory: float | None,
) -> bool:
    figures: dict[str, object] = dict(vars(median(ours)))
    held = None
    if theirs:
        times = ratio(ours, theirs)
        of_memory = ratio(ours, theirs, "memory")
        figures |= {"ratio": times, "bound": bound, "cpu_ratio": ratio(ours, theirs, "cpu")}
        figures |= {"memory_ratio": of_memory, "memory_bound": memory}
        figures |= {f"hugo_{key}": value for key, value in vars(median(theirs)).items()}
        if bound is not None:
            held = times <= bound and (memory is None or of_memory <= memory)
    say(name, {"articles": many.NUMBER, "rounds": len(ours), **figures}, held=held)
    return held is not False


if __name__ == "__main__":
    raise SystemExit(main())
