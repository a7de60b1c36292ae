"""Likeness: whether two articles may be one, renamed and rewritten.

The rule: they are dated the same day, or their titles share at least two longer words that are
half of each, or four of the twelve longest words of their texts are the same. Only asked where an
id cannot tell, and never to decide: a person is. What stands in the same file needs more than a
title to be the same, since a column has one title for many articles.
"""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable

from syndicate.models import Identity

#: words of a body that are kept, as hashes of six digits
KEPT = 12
#: so many of them in common are alike
ENOUGH = 4
#: letters of a word that tells something, in a body and in a title
LONG, LONGISH = 8, 4
#: characters of a body that are looked at
START = 6000


def telling(body: str) -> str:
    """Give the longest words of a body as short hashes, parted by spaces."""
    longest: set[str] = set()
    least = LONG
    for word in sorted(body[:START].split(), key=len, reverse=True):
        if len(word) < least:
            break
        longest.add(word)
        if len(longest) == KEPT:
            # Those as long as the last one are looked at too: the alphabet decides among them.
            least = len(word)
    kept = sorted(longest, key=lambda word: (-len(word), word))[:KEPT]
    return " ".join([f"{zlib.crc32(word.encode()) & 0xFFFFFF:06x}" for word in kept])


class Near:
    """Articles to look for the one that another may be. The rule stands at the top of this file."""

    def __init__(self, articles: Iterable[Identity]) -> None:
        """Sort them by what makes two alike; what was remembered without a title tells nothing."""
        self._ids: list[str] = []
        self._longer: list[int] = []
        self._first: dict[tuple[str, str], int] = {}
        self._words: dict[str, list[int]] = defaultdict(list)
        self._titles: dict[str, list[int]] = defaultdict(list)
        for one in articles:
            if one.title:
                self._add(one, len(self._ids))

    def _add(self, one: Identity, number: int) -> None:
        longer = _longer(one.title)
        self._ids.append(one.id)
        self._longer.append(len(longer))
        for key in _keys(one):
            self._first.setdefault(key, number)
        for word in set(one.words.split()):
            self._words[word].append(number)
        for word in longer:
            self._titles[word].append(number)

    def nearest(self, one: Identity) -> str:
        """Give the id of the first article that is alike; "" when none is."""
        if not one.title:
            return ""
        longer = _longer(one.title)
        words = _counted(set(one.words.split()), self._words)
        titles = _counted(longer, self._titles)
        found = [self._first[key] for key in _keys(one) if key in self._first]
        found += [number for number, shared in words.items() if shared >= ENOUGH]
        found += [
            number
            for number, shared in titles.items()
            if shared > 1 and 2 * shared >= max(len(longer), self._longer[number])
        ]
        return self._ids[min(found)] if found else ""


def alike(one: Identity, other: Identity) -> bool:
    """Whether two articles may be one."""
    return bool(Near([other]).nearest(one))


def stayed(before: Identity, now: Identity) -> bool:
    """Whether a file still holds the article of before: day or words say so, a title if none do."""
    if before.day == now.day:
        return True
    if before.words and now.words:
        return _reads_alike(before, now)
    return alike(before, now)


def again(one: Identity, other: Identity) -> bool:
    """Whether one article may be another version of one that is still there.

    Computers that find two versions of a file keep both.
    """
    same = (one.title.casefold(), one.day) == (other.title.casefold(), other.day)
    return same and _reads_alike(one, other)


def _reads_alike(one: Identity, other: Identity) -> bool:
    first, second = set(one.words.split()), set(other.words.split())
    return len(first & second) >= min(ENOUGH, (min(len(first), len(second)) + 1) // 2)


def _keys(one: Identity) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("day", one.day), ("title", one.title.casefold())


def _counted(words: Iterable[str], where: dict[str, list[int]]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for word in words:
        counted.update(where.get(word, ()))
    return counted


def _longer(title: str) -> set[str]:
    return {word for word in re.findall(r"\w+", title.casefold()) if len(word) >= LONGISH}
