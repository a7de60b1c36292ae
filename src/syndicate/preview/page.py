"""The page of a newsletter's preview, drawn as one HTML file that asks for nothing elsewhere."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from syndicate import prose
from syndicate.checks import GMAIL_CLIPS
from syndicate.preview import findings, inbox
from syndicate.preview.base import Trouble
from syndicate.preview.chapter import Chapter
from syndicate.preview.links import anchor, listed
from syndicate.preview.variants import filled, in_scheme, sources
from syndicate.render import templates, words
from syndicate.text import one_line
from syndicate.tokens import fill

#: how a page that we wrote is known again
MARK = '<meta name="generator" content="Syndicate preview">'
#: articles left out that are listed openly; the others can be unfolded
SHOWN = 12
#: what templates put after a preview text so that nothing else shows: no inbox shows it
_FILLER = re.compile("[\u034f\u200c\u00a0\u200b\ufeff\u00ad].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Door:
    """A way to another newsletter."""

    title: str
    address: str
    #: it is the one that is open
    here: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the page, by its place in the address: `#inbox`."""

    id: str
    title: str
    #: the key that opens it
    key: str


TABS = (
    Tab("inbox", "Inbox", "1"),
    Tab("issue", "Issue", "2"),
    Tab("dark", "Dark", "3"),
    Tab("bare", "Bare", "4"),
    Tab("text", "Text", "5"),
    Tab("web", "Web page", "6"),
    Tab("feeds", "Feeds", "7"),
    Tab("links", "Links", "8"),
    Tab("checks", "Checks", "9"),
)
#: the outbox has a page of its own
OUTBOX_KEY = "0"


def draw(
    chapter: Chapter, switch: Sequence[Door], troubles: Sequence[Trouble], *, kept: bool = False
) -> str:
    """Draw the page. `kept` says that troubles keep what is on it from being drawn anew."""
    view, person = chapter.view, chapter.person
    context: dict[str, Any] = {
        "mark": MARK,
        "policy": policy(served=chapter.served is not None),
        "view": view,
        "issue": view.issue,
        "person": person,
        "served": chapter.served,
        "tabs": TABS,
        "outbox_key": OUTBOX_KEY,
        "switch": switch,
        "troubles": troubles,
        "kept": kept,
        "elsewhere": chapter.elsewhere,
        "feeds": chapter.feeds,
        "dir": words.direction(view.language),
        "written": lambda date: words.written(date, view.language),
        "hashes": {name: mark(data) for name, data in chapter.files.items()},
        "told": findings.told(view.findings),
        "of_email": findings.told(one for one in view.findings if one.where is None),
        "of_site": findings.of_others((), view.findings),
        "beside": lambda name: findings.beside(name, view.findings),
        "left_out": (view.left_out[:SHOWN], view.left_out[SHOWN:]),
        "anchor": anchor,
    }
    if view.issue is not None:
        context |= _of_issue(chapter)
    return templates.render(None, "preview/page.html.j2", (), context)


def _of_issue(chapter: Chapter) -> Mapping[str, Any]:
    issue, values, view = chapter.view.issue, chapter.person.values, chapter.view
    assert issue is not None
    html = filled(issue.message.html, values)
    subject = fill(issue.message.subject, values)
    preheader = fill(issue.message.preheader, values).strip()
    size = len(html.encode())
    paths = [one.where.path for one in issue.stories if one.where is not None]
    return {
        "subject": subject,
        "preheader": preheader,
        "rows": tuple(inbox.rows(subject, glance(html))),
        "text": fill(issue.message.text, values),
        "links": listed(issue.message.html, values, view.home),
        "size": size,
        "limit": GMAIL_CLIPS,
        "share": 100 * size / GMAIL_CLIPS,
        "of_file": lambda path: findings.of_file(path, view.findings),
        "of_site": findings.of_others(paths, view.findings),
        "shown_pictures": len(sources(html)),
    }


def glance(html: str) -> str:
    """Read what an inbox shows beside the subject: the first words of the HTML, hidden or not."""
    return one_line(_FILLER.sub("", prose.plain(in_scheme(html, "light"))[:400]))


def mark(data: bytes) -> str:
    """Give a short mark of a file: another file, another mark."""
    return hashlib.blake2b(data, digest_size=6).hexdigest()


@lru_cache(maxsize=2)
def policy(*, served: bool) -> str:
    """Write the Content Security Policy of the page: its own style and scripts, and our frames.

    A file on a disk has no origin of its own, so its frames and pictures cannot be named by one.
    """
    own = "'self'" if served else "'self' file:"
    scripts = ["first.js", "page.js", *(["live.js"] if served else [])]
    rules = {
        "default-src": "'none'",
        "style-src": _hash("page.css"),
        "script-src": " ".join(_hash(name) for name in scripts),
        "img-src": "data:",
        "frame-src": own,
        "connect-src": "'self'" if served else "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return ";".join(f"{name} {value}" for name, value in rules.items())


def _hash(name: str) -> str:
    """Give the hash of what a template includes, as Content Security Policy level 3 writes it."""
    text = (templates.builtin() / "preview" / name).read_text("utf-8")
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
