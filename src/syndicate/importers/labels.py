"""What the lines around the text of a page say they are: by a label, an emoji, or their shape."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from syndicate.importers import days

#: labels as they stand before a colon, by what they label
WORDS = {
    "help line": ("help line", "helpline", "hotline"),
    "date": (
        *("published", "published on", "first published", "date published", "publication date"),
        *("posted", "posted on", "date"),
    ),
    "updated": (
        *("updated", "updated on", "last updated", "last updated on", "date updated", "modified"),
        *("last modified",),
    ),
    "reading": ("reading time", "read time", "time to read", "estimated reading time"),
    "author": ("by", "written by", "author", "authors", "byline", "posted by", "published by"),
    "tags": ("tags", "tag", "tagged", "categories", "category", "topics", "topic", "keywords"),
    "summary": ("summary", "excerpt", "description", "teaser"),
    "title": ("title",),
    "address": ("url", "link", "permalink", "canonical url", "source url"),
    "picture": ("image", "featured image", "image url"),
}
#: emoji in the place of a label, or before one
SIGNS = {
    "date": "\U0001f4c5\U0001f4c6\U0001f5d3",
    "updated": "\U0001f504\U0001f501\u267b",
    "reading": "\u23f1\u23f0\u23f2\u23f3\u231b\U0001f4d6\U0001f550-\U0001f567",
    "author": "\u270d\u270f\U0001f58a\U0001f464\U0001f9d1\U0001f468\U0001f469",
    "tags": "\U0001f3f7\U0001f516",
    "help line": "\u260e\U0001f4de\U0001f4f1",
}
#: lines of the page around an article, whole
BESIDE = re.compile(
    r"(?:(?:[\u2190\u2039\u00ab<]\s*)?back to .{1,40}|skip to (?:main )?content|home|menu|search|"
    r"about(?: us)?|contact(?: us)?|shop|log ?in|sign (?:in|up)|subscribe|cart|news|articles|"
    r"blog|print|share(?: this)?(?: (?:article|post|page))?:?|facebook|twitter|x|linkedin|"
    r"pinterest|email|copy link|(?:©|\(c\)|copyright)(?!\w).*|all rights reserved\.?|"
    r"advertisement|leave a (?:comment|reply)|\d+ comments?|(?:previous|next) (?:article|post)|"
    r"table of contents)",
    re.IGNORECASE,
)
#: headings of what stands below an article and is none of it
BELOW = re.compile(
    r"(?:related (?:articles|posts|reading)|you (?:may|might) also like|more from .{1,40}|"
    r"read next|recent posts|popular posts|share this(?: article| post)?|leave a (?:comment|reply)|"
    r"comments|subscribe to .{1,40}|sign up (?:for|to) .{1,40}):?",
    re.IGNORECASE,
)
#: emoji and the signs that belong to them
EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_JOINERS = "\ufe0f\u200d\U0001f3fb-\U0001f3ff\u2640\u2642\u2695"
_LABELS = {word: name for name, words in WORDS.items() for word in words}
_ANY = "|".join(sorted((re.escape(word) for word in _LABELS), key=len, reverse=True))
_SIGN = "".join(SIGNS.values())
#: a label with its colon, glued to what stands before it or not; or an emoji that is one
_MARK = re.compile(
    rf"(?:(?<![^\W\d_])|(?<=[a-z\d])(?=[A-Z]))(?P<label>(?i:{_ANY}))\s*:(?!//)"
    rf"|(?P<sign>[{_SIGN}])[{_JOINERS}]*+(?!\s*(?i:{_ANY})\s*:)"
)
_SEPARATOR = re.compile(r"\s+[|·•\u2014]\s+|\s*\|\s*|\s+(?=by\s+[A-Z])")
_MINUTES = re.compile(r"(\d{1,3})[\s-]*min(?:ute)?s?\b.{0,10}", re.IGNORECASE)
_PHONE = re.compile(r"(?=(?:\D*\d){5}).{5,60}")
_BY = re.compile(r"(?i:(?:written |posted )?by)\s+([A-Z].{1,80})")
_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w.'\u2019-]*|of|the|and|&|de|del|van|von|der|la|le|,)", re.UNICODE
)
_EDGE = rf"[\s|·•,{EMOJI}{_JOINERS}]"
_ENDS = re.compile(rf"^{_EDGE}+|{_EDGE}+$")
_UPDATED = re.compile(r"(?:last )?(?:updated|modified)\b", re.IGNORECASE)
#: words of a name, or of a line of tags, at most
NAMES = 10
#: letters of a line of labels
LONGEST = 300
#: without one of these no line says anything; most lines of a text have none
_MAY = re.compile(rf"[:\d{_SIGN}]|\bby\s", re.IGNORECASE)


class Piece(NamedTuple):
    """A part of a line that says one thing."""

    #: as in `WORDS`
    name: str
    value: str


@lru_cache(4096)
def pieces(line: str) -> tuple[Piece, ...]:
    """Take a line apart into what it says; () when it is no line of labels.

    `📅 Published: 10/13/2025⏱️ Reading time: 4 min` says two things, and so does
    `13 October 2025 | 4 min read`.
    """
    if len(line) > LONGEST or not _MAY.search(line):
        return ()
    found: list[Piece] = []
    for name, value in _parts(line):
        if _fits(name, value):
            found.append(Piece(name, value))
        elif found and not name:
            last = found.pop()
            found.append(Piece(last.name, f"{last.value} {value}".strip()))
        else:
            return ()
    return tuple(found)


def minutes(text: str) -> int | None:
    """Read a reading time."""
    found = _MINUTES.search(text)
    return int(found[1]) if found else None


def is_phone(text: str) -> bool:
    """Whether a text may be a telephone number."""
    return bool(_PHONE.fullmatch(text))


def follows(name: str, value: str) -> bool:
    """Whether a line may be the value of a label that stood alone on the line before."""
    if name == "help line":
        return is_phone(value)
    if name in {"date", "updated"}:
        return _has_day(value)
    return not pieces(value)


def _parts(line: str) -> Iterator[tuple[str, str]]:
    marks = list(_MARK.finditer(line))
    starts = [mark.start() for mark in marks] + [len(line)]
    for part in _SEPARATOR.split(_bare(line[: starts[0]])):
        if part:
            yield _by_shape(part)
    for mark, end in zip(marks, starts[1:], strict=True):
        value, *more = _SEPARATOR.split(_bare(line[mark.end() : end]))
        if mark["label"]:
            yield _by_word(mark["label"].lower(), value)
        else:
            yield _by_sign(mark["sign"], value)
        for part in more:
            if part:
                yield _by_shape(part)


def _by_word(word: str, value: str) -> tuple[str, str]:
    """Believe a label; but a date is a fruit too."""
    name = _LABELS[word]
    return "?" if word == "date" and value and not _has_day(value) else name, value


def _bare(text: str) -> str:
    return _ENDS.sub("", text)


def _by_shape(text: str) -> tuple[str, str]:
    """Tell what a text without a label is; "" where it may be anything."""
    if len(text) <= 40 and _has_day(text) and not _leftover(text):  # noqa: PLR2004 -- a date
        return "updated" if _UPDATED.match(text) else "date", text
    if _MINUTES.fullmatch(text):
        return "reading", text
    by = _BY.fullmatch(text)
    if by and _is_name(by[1]):
        return "author", by[1]
    return "", text


def _by_sign(sign: str, value: str) -> tuple[str, str]:
    """Believe an emoji only where what follows fits it; many a title begins with one."""
    name = next(name for name, signs in SIGNS.items() if re.match(f"[{signs}]", sign))
    by = _BY.fullmatch(value)
    value = by[1] if name == "author" and by else value
    fits = {
        "date": _has_day(value),
        "updated": _has_day(value),
        "reading": bool(_MINUTES.search(value)) and len(value) <= 40,  # noqa: PLR2004
        "author": _is_name(value),
        "tags": bool(value) and len(value.split()) <= NAMES and value[-1] not in ".?!:",
        "help line": is_phone(value),
    }
    return (name, value) if fits[name] else ("?", value)


def _fits(name: str, value: str) -> bool:
    """Whether a label may have this value; an empty one may follow on the next line."""
    if not name or name == "?":
        return False
    if name in {"date", "updated"}:
        return not value or _has_day(value) or len(value) <= 20  # noqa: PLR2004 -- said to be one
    if name == "reading":
        return not value or bool(_MINUTES.search(value))
    if name == "author":
        return len(value) <= 120 and value[-1:] not in {"?", "!", ":"}  # noqa: PLR2004 -- names
    if name == "help line":
        return not value or is_phone(value)
    return name not in {"address", "picture"} or value.startswith(("http", "/"))


def _has_day(text: str) -> bool:
    try:
        return days.read(text, "") is not None
    except days.TwoWays:
        return True


def _leftover(text: str) -> str:
    """Give what a line says beside its date: `Published on`, and a day of the week, are nothing."""
    rest = days.NUMBERS.sub("", days.NAMED.sub("", days.EXACT.sub("", text)))
    rest = days.TIME.sub("", rest)
    words = r"published|posted|on|at|updated|last|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    return re.sub(rf"\b(?:{words})\b|[\s,.:|-]", "", rest, flags=re.IGNORECASE)


def _is_name(text: str) -> bool:
    words = text.replace(",", " , ").split()
    return 0 < len(words) <= NAMES and all(_NAME.fullmatch(word) for word in words)
