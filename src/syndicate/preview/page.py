"""The page that shows an issue in all its variants, drawn as one HTML file."""

from collections.abc import Mapping
from typing import Any

from syndicate.checks import GMAIL_CLIPS
from syndicate.models import Level
from syndicate.preview.base import View
from syndicate.preview.links import listed
from syndicate.render import templates, words
from syndicate.tokens import fill

#: how a page that we wrote is known again
MARK = '<meta name="generator" content="Syndicate preview">'
#: articles left out that are listed openly; the others can be unfolded
SHOWN = 10


def draw(view: View, sample: Mapping[str, str], elsewhere: tuple[str, ...]) -> str:
    """Draw the page. `elsewhere` names the pictures that are shown from the web."""
    size = len(fill(view.message.html, sample).encode())
    context: dict[str, Any] = {
        "view": view,
        "mark": MARK,
        "sample": sample,
        "elsewhere": elsewhere,
        "dir": words.direction(view.language),
        "subject": fill(view.message.subject, sample),
        "preheader": fill(view.message.preheader, sample),
        "text": fill(view.message.text, sample),
        "links": listed(view.message.html, sample, view.home),
        "must_fix": _of(view, Level.MUST_FIX),
        "advice": _of(view, Level.ADVICE),
        "left_out": (view.left_out[:SHOWN], view.left_out[SHOWN:]),
        "size": f"{size / 1024:.1f}",
        "limit": GMAIL_CLIPS // 1024,
        "share": round(100 * size / GMAIL_CLIPS),
        "clipped": size > GMAIL_CLIPS,
    }
    return templates.render(None, "preview.html.j2", (), context)


def _of(view: View, level: Level) -> tuple[Any, ...]:
    return tuple(finding for finding in view.findings if finding.level is level)
