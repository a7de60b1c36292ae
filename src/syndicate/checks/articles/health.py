"""What publishers on health ask of an article; `health = true` in [checks] switches it on."""

import re
from collections.abc import Iterator

from syndicate import dates, durations
from syndicate.checks.articles.base import Piece, key_line
from syndicate.checks.base import ADVICE, MUST, About, Check, Found
from syndicate.text import quote

GROUP = "health"

_DISCLAIMS = re.compile(
    r"\bdisclaimer\s*:|\b(?:does|do) not (?:replace|substitute)\b|\b(?:not|no) (?:a |be a )?"
    r"(?:substitute|replacement) for\b|\bfor information(?:al purposes)? only\b"
    r"|\bis not (?:intended as |meant as )?medical advice\b"
    r"|\bersetzt (?:k|nicht)|\bne remplacent? pas\b|\bno sustituye\b|\bnon sostituisc"
    r"|\bersätter inte\b|\bvervangt geen\b|\bnão substitui\b",
    re.IGNORECASE,
)


def disclaimer(piece: Piece) -> Iterator[Found]:
    """Miss the disclaimer: the site's own, or one that says as much."""
    standard = piece.config.site.disclaimer
    text = _even(piece.manuscript.article.text)
    if (standard and _even(standard) in text) or _DISCLAIMS.search(text):
        return
    yield Found(
        "There is no disclaimer.",
        "Add the usual one: syndicate check --fix"
        if standard
        else "Write one below the text, and as [site] disclaimer in syndicate.toml.",
    )


_CLAIM = re.compile(
    r"\bcur(?:es?|ed|ing)\b|\bguarantee(?:s|d)?\b|\bmiracl(?:e|es|ulous)\b"
    r"|\b100 ?(?:%|percent|per cent) (?:safe|effective|natural|cure|success)\w*"
    r"|\b(?:completely|totally|absolutely) (?:safe|harmless)\b|\brisk[- ]free\b"
    r"|\bno side[- ]effects\b|\bwithout (?:any )?side[- ]effects\b|\balways works\b"
    r"|\b(?:clinically|scientifically) proven\b|\binstant(?:ly)? (?:relief|relieves?)\b"
    r"|\bpermanent(?:ly)? (?:relief|cures?|fix(?:es)?|heals?)\b|\bwonder (?:drug|remedy|cure)\b"
    r"|\bheilt\b|\bgarantiert\b|\bWunder(?:mittel|waffe)\b|\bguérit\b|\bmiracle\b|\bgaranti(?:e|s)?\b",
    re.IGNORECASE,
)
#: what is denied is not claimed
_DENIED = re.compile(
    r"(?:\b(?:no|not|never|nobody|nothing|none|without|cannot|neither|nor|hardly|isn.t|can.t"
    r"|won.t|doesn.t|don.t|didn.t|aren.t|wasn.t)\b)[^.!?;:]{0,40}$",
    re.IGNORECASE,
)


def _claims(piece: Piece) -> Iterator[Found]:
    for line in piece.lines:
        for match in _CLAIM.finditer(line.text):
            before = line.text[max(0, match.start() - 80) : match.start()]
            if not _DENIED.search(before):
                yield Found(
                    f"{quote(match[0])} promises more than medicine can.",
                    "Say what is known, and for how many it helps.",
                    line.number,
                    match.start() + 1,
                )


def _reviewed(piece: Piece) -> Iterator[Found]:
    article, zone = piece.manuscript.article, piece.config.site.zone
    line, last = key_line(piece, "reviewed"), article.updated
    if line is not None:
        raw = piece.manuscript.front.split("\n")[line - 2].partition(":")[2]
        given = raw.partition(" #")[0].strip(" \"'")
        try:
            last = max(last, dates.parse(given, zone))
        except ValueError as error:
            yield Found(f'"reviewed" {error}.', dates.EXAMPLE, line)
    age = (piece.now - last).total_seconds()
    if age > (longest := durations.parse(piece.config.rules.review_after)):
        yield Found(
            f"Nobody has looked at this article since {dates.day_in_words(last, zone)}, and you "
            f"ask for a review after {durations.text(longest)}.",
            "Read it again, then add a line such as reviewed: "
            f"{piece.now.astimezone(zone):%Y-%m-%d}",
            line or key_line(piece, "updated", "date"),
        )


def _even(text: str) -> str:
    """Make two ways to write the same words equal."""
    return " ".join(re.sub("[\u2018\u2019]", "'", text).casefold().split()).rstrip(".")


_A = About.ARTICLE
CHECKS: tuple[Check[Piece], ...] = (
    Check(
        "disclaimer",
        MUST,
        _A,
        "An article on health has a disclaimer.",
        disclaimer,
        mends=True,
        group=GROUP,
    ),
    Check("claims", ADVICE, _A, "No claim is absolute.", _claims, group=GROUP),
    Check(
        "reviewed",
        ADVICE,
        _A,
        "An article was looked at within `review_after`.",
        _reviewed,
        group=GROUP,
    ),
)
