"""What is noticed while articles are read and feeds are planned, before any check can look."""

from typing import Any

from syndicate.checks.base import ADVICE, MUST, About, Check

_A, _F = About.ARTICLE, About.FEEDS
CHECKS: tuple[Check[Any], ...] = (
    Check("file", MUST, _A, "A file is text in UTF-8, no link, and not too large."),
    Check("front-matter", MUST, _A, "Front matter can be read, and has a title and a date."),
    Check("twins", MUST, _A, "No two articles have the same slug or id."),
    Check("keys", ADVICE, _A, "Every key of the front matter means something."),
    Check("language", ADVICE, _A, "A language is one."),
    Check("draft", ADVICE, _A, "A draft has a date."),
    Check("folder-link", ADVICE, _A, "No folder of articles is a link."),
    Check("tags", ADVICE, _F, "Every tag has a feed of its own, with articles in it."),
    Check("stale", ADVICE, _F, "No feed lies about that nothing stands for any more."),
)
#: without these an article cannot be read, whatever anybody switches off
ALWAYS = frozenset({"file", "front-matter", "twins"})
