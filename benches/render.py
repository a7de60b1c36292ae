# ruff: noqa: INP001 -- a program on its own
"""How long it takes to draw an issue of 6 and of 40 stories, in a process that is warm.

    .venv/bin/python benches/render.py

CPU milliseconds, the best of several: templates, inlining, plain text and all. Beside it what
css-inline (Rust) takes to inline the same style sheet into the page that was drawn: inlining alone,
where ours is everything. Prints one JSON line for each size.
"""

import sys
import time
from collections.abc import Callable

from measured import say
from message import made, site_articles

from syndicate import render

try:
    import css_inline
except ImportError:
    css_inline = None

ROUNDS = 12
BOUNDS = {6: 20.0, 40: 50.0}
LOOK = "editorial"


def main() -> int:
    """Draw again and again; ends with 1 where a bound is not kept."""
    if css_inline is None:
        sys.stderr.write("CSS-INLINE IS NOT INSTALLED: only the bound is compared with.\n")
    stories, kept = site_articles(), True
    sheet = (render.builtin() / "inline.css").read_text("utf-8")
    for count, bound in BOUNDS.items():
        edition = made(LOOK, stories, count)
        page = render.draft(edition).html.replace("</head>", f"<style>{sheet}</style></head>")
        ours = _best(lambda edition=edition: render.draft(edition))
        figures = {"cpu_ms": ours, "ratio": ours / bound, "bound": 1.0, "bound_ms": bound}
        if css_inline is not None:
            theirs = _best(lambda page=page: css_inline.inline(page))
            figures |= {"css_inline_ms": theirs, "times_css_inline": ours / theirs}
        say(f"render, {count} stories", figures, held=ours <= bound)
        kept = kept and ours <= bound
    return int(not kept)


def _best(draw: Callable[[], object]) -> float:
    draw()
    return min(_spent(draw) for _ in range(ROUNDS))


def _spent(draw: Callable[[], object]) -> float:
    start = time.process_time()
    draw()
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
