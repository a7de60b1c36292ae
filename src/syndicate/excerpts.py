"""Excerpts: the start of a text, ending where a sentence ends."""

import re
from itertools import pairwise

from syndicate.text import clean, one_line

_DASHES = "-\u2013\u2014"
_OPENING = re.compile("[\\s(\\[\"'\u201c\u2018\u00ab]")
_CLOSING = "\"'\u201d\u2019\u00bb)\\]\u300d\u300f\u3011"
# A full stop ends a sentence before a space; an East Asian one needs no space.
_END = re.compile(
    f"(?:[.!?\u2026\u061f\u06d4\u0964][.!?\u2026]*[{_CLOSING}]*(?=\\s|$)"
    f"|[\u3002\uff01\uff1f\uff61][\u3002\uff01\uff1f\uff61]*[{_CLOSING}]*)"
)
_ABBREVIATIONS = frozenset(
    """approx bzw ca cf ch col dept dipl dr e.g ed eds et al etc evtl excl fig figs gen ggf
    hon i.e inc incl ing jr lt ltd m mme mlle messrs mr mrs ms mt p.ex p pp par
    prof rev resp sec sgt sr st u.a u.s usw v vgl viz vol vs z.b""".split()  # noqa: SIM905 -- one word a line would fill two pages
)
# A sentence that starts so takes back part of the one before it.
_TURNS = re.compile(
    r"(?:but|however|yet|although|though|except|unless|only if|nevertheless|still|that said|even so"
    r"|aber|jedoch|doch|allerdings|mais|cependant|toutefois|pero|sin embargo|ma|tuttavia)\b",
    re.IGNORECASE,
)


def excerpt(text: str, limit: int) -> str:
    """Give the start of a text, on one line and within `limit` characters, ending with a sentence.

    When the first sentence alone is too long it ends with a word and an ellipsis.
    It does not stop just before a sentence that limits what was said ("However, ..."): it stops a
    sentence earlier, or shows by an ellipsis that more follows. So no claim comes out stronger.
    """
    line = one_line(text)
    if len(line) <= limit:
        return line
    best, first = 0, 0
    for end in _sentence_ends(text, line[: limit + 80]):
        if end > limit:
            break
        first = first or end
        if not _TURNS.match(line, end + 1 if line[end].isspace() else end):
            best = end
    if best:
        return line[:best]
    return _cut(line, first, limit)


def _cut(line: str, first: int, limit: int) -> str:
    if first and first + 2 <= limit:
        return f"{line[:first]} …"
    room = line[: limit - 1]
    words = room if line[limit - 1].isspace() else room.rpartition(" ")[0] or room
    return words.rstrip(f" ,;:{_DASHES}") + "…"


def _sentence_ends(text: str, line: str) -> list[int]:
    """List where sentences end in `line`, the start of `text` on one line, its own end left out."""
    ends = {
        match.end()
        for match in _END.finditer(line)
        if match.end() < len(line) and _ends(line, match.start(), match.end())
    }
    return sorted(ends | _paragraph_ends(text))


def _ends(line: str, start: int, end: int) -> bool:
    following = line[end : end + 2].lstrip()[:1]
    if following.islower():
        return False
    if line[start] != "." or line[start:end].startswith(".."):
        return True
    word = _OPENING.split(line[max(0, start - 24) : start])[-1].lower()
    one_sign = len(word) == 1 and word.isalpha()
    if word in {"no", "nos", "nr"}:
        return not following.isdigit()
    return not (one_sign or word in _ABBREVIATIONS or re.fullmatch(r"[0-9]{1,2}|(?:\w\.)+\w", word))


def _paragraph_ends(text: str) -> set[int]:
    """Tell where paragraphs end once the text is on one line, but not those that announce more."""
    paragraphs = [one_line(part) for part in re.split(r"\n\s*\n", clean(text))]
    ends, at = set(), 0
    for part, _following in pairwise([part for part in paragraphs if part]):
        at += len(part)
        if part[-1] not in f":,;{_DASHES}":
            ends.add(at)
        at += 1
    return ends
