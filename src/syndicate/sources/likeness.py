"""Likeness: whether two articles may be one, renamed and rewritten.

The rule: they are dated the same day, or their titles share at least two longer words that are
half of each, or four of the twelve longest words of their texts are the same. Only asked where an
id cannot tell, and never to decide: a person is.
"""

import re
import zlib
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


def alike(one: Identity, other: Identity) -> bool:
    """Whether two articles may be one. What was remembered before there was a title tells nothing.

    The rule stands at the top of this file.
    """
    if not one.title or not other.title:
        return False
    if one.day == other.day or one.title.casefold() == other.title.casefold():
        return True
    if len(set(one.words.split()) & set(other.words.split())) >= ENOUGH:
        return True
    first, second = _longer(one.title), _longer(other.title)
    shared = len(first & second)
    return shared > 1 and 2 * shared >= max(len(first), len(second))


def nearest(one: Identity, others: Iterable[Identity]) -> str:
    """Give the id of the first article that is alike; "" when none is."""
    return next((other.id for other in others if alike(one, other)), "")


def _longer(title: str) -> set[str]:
    return {word for word in re.findall(r"\w+", title.casefold()) if len(word) >= LONGISH}
