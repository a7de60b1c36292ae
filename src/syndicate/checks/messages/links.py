"""The links and the pictures of a message."""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from syndicate.checks.base import ADVICE, MUST, About, Check, Found
from syndicate.checks.messages.letter import Letter
from syndicate.text import quote

#: bytes of a picture that a phone on the move still loads
HEAVY = 1_000_000
_MARKER = re.compile("[\ufdd0-\ufdd2]")
_WHOLE = re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE)


def _relative(letter: Letter) -> Iterator[Found]:
    for href in dict.fromkeys(link.href for link in letter.links):
        if not (_MARKER.search(href) or _WHOLE.match(href)):
            yield Found(
                f"The link {quote(href)} leads nowhere from an inbox.", "Write the whole address."
            )


def _insecure(letter: Letter) -> Iterator[Found]:
    for href in dict.fromkeys(link.href for link in letter.links):
        if href.lower().startswith("http://"):
            yield Found(
                f"The link {quote(href)} is not https.", "Use https where the site answers to it."
            )


def _same_words(letter: Letter) -> Iterator[Found]:
    leads: dict[str, dict[str, str]] = defaultdict(dict)
    for link in letter.links:
        if link.heard and link.words:
            leads[link.words.casefold()].setdefault(_without_utm(link.href), link.words)
    for targets in leads.values():
        if len(targets) > 1:
            words = next(iter(targets.values()))
            yield Found(
                f"{len(targets)} links are called {quote(words)} and lead to different places.",
                "Call each by what it opens.",
            )


def _alt(letter: Letter) -> Iterator[Found]:
    for image in letter.images:
        if not (image.alt or "").strip() and not image.aside:
            yield Found(
                f"The picture {quote(image.source or '?')} has no description.",
                "Say in image_alt what it shows.",
            )


def _width(letter: Letter) -> Iterator[Found]:
    for image in letter.images:
        if not re.fullmatch(r"\d+%?", image.width):
            yield Found(
                f"The picture {quote(image.source or '?')} has no width, so Outlook shows it as "
                "large as its file.",
                'Write width="..." in the template.',
            )


def _weight(letter: Letter) -> Iterator[Found]:
    for address, weight in letter.weights.items():
        if weight > HEAVY:
            yield Found(
                f"The picture {quote(address)} has {weight / 1e6:.1f} MB.",
                "Save it smaller: 1,200 pixels across are enough.",
            )


def _without_utm(href: str) -> str:
    """Leave out what only counts visits."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = urlencode([pair for pair in pairs if not pair[0].startswith("utm_")])
    return urlunsplit(parts._replace(query=kept)) if len(kept) != len(parts.query) else href


_M = About.MESSAGE
CHECKS: tuple[Check[Letter], ...] = (
    Check("relative-link", MUST, _M, "Every link is a whole address.", _relative),
    Check("http-link", ADVICE, _M, "Every link is https.", _insecure),
    Check("same-words", ADVICE, _M, "Links to different places have different words.", _same_words),
    Check("message-alt", ADVICE, _M, "Every picture of the email has a description.", _alt),
    Check("picture-width", ADVICE, _M, "Every picture of the email has a width.", _width),
    Check("heavy-picture", ADVICE, _M, "No picture of the email has more than 1 MB.", _weight),
)
