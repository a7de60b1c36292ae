"""Tags that came without anything between them, told apart."""

import re
from collections.abc import Collection, Iterable
from functools import cache

from syndicate.text import slugify

#: letters of a word that nobody knows and that is still believed to be one
UNKNOWN = 4
#: a longer text is no line of tags
LONGEST = 500
_WORD = re.compile(r"[a-z0-9]{2,}")
#: what a letter that belongs to no known word costs, and what any word costs
_LETTER, _PIECE = 3, 2


def split(joined: str, known: Collection[str]) -> tuple[str, ...]:
    """Split `back-painhealth` into known tags that cover all of it; () where none do.

    Of several ways the one with the fewest tags is taken, so `back-pain` is not read as two. A
    known tag `Back Pain` is found as `back-pain` too.
    """
    if len(joined) > LONGEST:
        return ()
    text = joined.lower()
    forms = {slugify(tag): tag for tag in known} | {tag.lower(): tag for tag in known}
    forms.pop("", None)

    @cache
    def rest(start: int) -> tuple[str, ...] | None:
        if start == len(text):
            return ()
        ways = [
            (forms[form], *after)
            for form in forms
            if text.startswith(form, start) and (after := rest(start + len(form))) is not None
        ]
        return min(ways, key=len, default=None)

    for start in range(len(text), 0, -1):  # so that no call goes deep
        rest(start)
    return tuple(dict.fromkeys(rest(0) or ()))


def guess(joined: str, known: Collection[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Propose how joined tags may be told apart, by tags and words that are known; () for no idea.

    One tag where all of it is known words with hyphens between them.

    In tags made for addresses a hyphen stands between two words of one tag, and nothing between
    two tags. So once the words are found, the tags are. A person is asked whether it is right.
    """
    text = joined.lower()
    if len(text) > LONGEST or not re.fullmatch(r"[a-z0-9-]+", text):
        return ()
    words = {word for tag in known for word in tag.lower().split("-")}
    words.update(word for one in texts for word in _WORD.findall(one.lower()))
    words.update(f"{word}{ending}" for word in tuple(words) for ending in ("s", "es"))
    parts = [_words(part, words) for part in text.split("-")]
    tags: list[str] = []
    for number, part in enumerate(parts):
        for place, word in enumerate(part):
            if place == 0 and number:
                tags[-1] += f"-{word}"
            else:
                tags.append(word)
    sure = len(tags) > 1 or all(word in words for part in parts for word in part)
    return tuple(dict.fromkeys(tags)) if sure else ()


def _words(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Cut letters into words, known ones where there are any; the cheapest way."""
    best: list[tuple[float, tuple[str, ...]]] = [(0, ())]
    for end in range(1, len(text) + 1):
        ways = []
        for start in range(end):
            piece = text[start:end]
            if piece in known:
                cost: float = _PIECE if len(piece) > 2 else _PIECE + 3 * _LETTER  # noqa: PLR2004
            elif len(piece) >= UNKNOWN or len(piece) == len(text):
                cost = _PIECE + _LETTER * len(piece)
            else:
                continue
            before, words = best[start]
            ways.append((before + cost, (*words, piece)))
        best.append(min(ways, default=(float("inf"), (text[:end],))))
    return best[-1][1] or (text,)
