"""Checks of an issue as mail: subject, preheader, links, size, and what the law asks for."""

import re
from collections.abc import Iterator

from syndicate.checks.base import Check, Subject
from syndicate.models import Level
from syndicate.tokens import UNSUBSCRIBE, fill, names

#: Gmail shows about 102 KB of HTML and hides the rest behind a link, the unsubscribe link included.
GMAIL_CLIPS = 102 * 1024
#: what a provider may add: tracking, a footer, longer links
HEADROOM = 6 * 1024
#: from here on an issue is heavier than a newsletter needs to be
HEAVY = 80 * 1024
#: characters of a subject that most inboxes on a computer show
SUBJECT_SHOWN = 78
#: characters of a preheader that say something and are shown
PREHEADER = range(35, 141)

_HREF = re.compile(r"""<a\b[^>]*?\bhref=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt=(?:"[^"]*[^"\s][^"]*"|'[^']*[^'\s][^']*')""", re.IGNORECASE)
_SOURCE = re.compile(r'\bsrc="([^"]*)"', re.IGNORECASE)
_MARKER = re.compile("[\ufdd0-\ufdd2]")


def _empty_subject(subject: Subject) -> Iterator[tuple[str, str]]:
    if not subject.message.subject.strip():
        yield "The subject is empty.", "Set subject in the newsletter's table of syndicate.toml."


def _long_subject(subject: Subject) -> Iterator[tuple[str, str]]:
    size = len(fill(subject.message.subject, {}))
    if size > SUBJECT_SHOWN:
        yield (
            f"The subject has {size} characters; inboxes show about {SUBJECT_SHOWN}, phones 40.",
            "Put what matters first, or shorten it.",
        )


def _preheader(subject: Subject) -> Iterator[tuple[str, str]]:
    size = len(fill(subject.message.preheader, {}).strip())
    if size not in PREHEADER:
        much = "short" if size < PREHEADER.start else "long"
        yield (
            f"The preview text has {size} characters, which is {much}.",
            f"Between {PREHEADER.start} and {PREHEADER.stop - 1} read well beside the subject.",
        )


def _unsubscribe(subject: Subject) -> Iterator[tuple[str, str]]:
    parts = (("HTML", subject.message.html), ("text", subject.message.text))
    for name, part in parts:
        if UNSUBSCRIBE not in names(part):
            yield f"The {name} part has no unsubscribe link.", "Put it back into the template."


def _address(subject: Subject) -> Iterator[tuple[str, str]]:
    if not subject.address.strip():
        yield (
            "There is no postal address in the footer; the law asks for one in every email.",
            'Add a line to [site] in syndicate.toml: address = "..."',
        )


def _example(subject: Subject) -> Iterator[tuple[str, str]]:
    if re.search(r"\bexample (street|town)\b", subject.address, re.IGNORECASE):
        yield (
            f'The postal address in the footer is an example: "{subject.address}".',
            "Write your own in [site] address.",
        )


def _links(subject: Subject) -> Iterator[str]:
    for match in _HREF.finditer(subject.message.html):
        yield match[1] if match[1] is not None else match[2]


def _relative(subject: Subject) -> Iterator[tuple[str, str]]:
    for link in dict.fromkeys(_links(subject)):
        if not _MARKER.search(link) and not re.match(r"(?i)(https?://|mailto:|tel:|#)", link):
            yield f'The link "{link}" leads nowhere from an inbox.', "Write the whole address."


def _insecure(subject: Subject) -> Iterator[tuple[str, str]]:
    for link in dict.fromkeys(_links(subject)):
        if link.lower().startswith("http://"):
            yield f'The link "{link}" is not https.', "Use https where the site answers to it."


def _alt(subject: Subject) -> Iterator[tuple[str, str]]:
    for tag in _IMG.findall(subject.message.html):
        if not _ALT.search(tag):
            source = _SOURCE.search(tag)
            yield (
                f'The picture "{source[1] if source else "?"}" has no description.',
                "Say in image_alt what it shows.",
            )


def _clipped(subject: Subject) -> Iterator[tuple[str, str]]:
    size = len(subject.message.html.encode())
    if size > GMAIL_CLIPS - HEADROOM:
        yield (
            f"The email is {size / 1024:.0f} KB, a provider adds some, and Gmail cuts at 102 KB.",
            "Lower max_articles, or shorten the summaries.",
        )


def _heavy(subject: Subject) -> Iterator[tuple[str, str]]:
    size = len(subject.message.html.encode())
    if HEAVY < size <= GMAIL_CLIPS - HEADROOM:
        yield f"The email is {size / 1024:.0f} KB of the 102 KB that Gmail shows.", ""


_MUST, _ADVICE = Level.MUST_FIX, Level.ADVICE

CHECKS = (
    Check("subject", _MUST, "An issue has a subject.", _empty_subject),
    Check("subject-length", _ADVICE, "The subject is short enough to be seen.", _long_subject),
    Check("preheader-length", _ADVICE, "The preview text is neither bare nor cut.", _preheader),
    Check("unsubscribe", _MUST, "Both parts have the unsubscribe link.", _unsubscribe),
    Check("address", _MUST, "The footer has a postal address.", _address),
    Check("example-address", _ADVICE, "The postal address is a real one.", _example),
    Check("relative-link", _MUST, "Every link is a whole address.", _relative),
    Check("http-link", _ADVICE, "Every link is https.", _insecure),
    Check("alt", _ADVICE, "Every picture has a description.", _alt),
    Check("clipped", _MUST, "Gmail shows the whole email.", _clipped),
    Check("heavy", _ADVICE, "The email is light.", _heavy),
)
