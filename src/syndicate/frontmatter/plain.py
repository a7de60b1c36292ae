"""Plain front matter: lines of `key: value`, as nearly all articles have them.

Reading YAML by libyaml takes longer than all else that is done with an article whose body is not
asked for. Here is only what means the same to any reader of YAML without a second look; whatever
else there is on any line leaves all of it to `whole`, which also says what is wrong.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from syndicate.frontmatter.base import NULLS, List, Scalar, Value

# Small sets of what is refused: one of nearly all of Unicode takes ten times as long to compile.
#: tabs, what some readers take for the end of a line (U+0085, U+2028, U+2029), byte order marks
_HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
#: how a text begins that needs no quotation marks
_BEGINS = re.compile(r"[^\x00-'*+,\-:-@\[-^`{-\x9f]")
#: and what stands in a list between brackets, where more signs have a meaning
_ITEM = re.compile(r"[^\x00-'*+,\-:-@\[-^`{-\x9f][^\x00-\x1f!-'*,:<>?@\[-^`{-\x9f]*")


def read(front: str) -> Mapping[str, Value] | None:
    """Read front matter whose every line is plain; None for all other, whether it is right or not.

    The text is clean (see `text.clean`); lines are counted as by `frontmatter.parse`.
    """
    if (not front.isascii() and _HARMFUL.search(front)) or "\t" in front:
        return None
    entries: dict[str, Value] = {}
    items: list[str] = []
    # The line that is added ends a list.
    for number, line in enumerate(f"{front}\n".split("\n"), 2):
        name, colon, rest = line.partition(":")
        if name.lstrip(" ")[:2] == "- ":
            items.append(line)
            continue
        if items and not _take(items, entries, number):
            return None
        if not line:
            continue
        rest = rest.strip(" ") if not rest or rest[0] == " " else "\t"
        value = _value(rest, number) if colon else None
        if value is None or name in entries or not _is_key(name):
            return None
        entries[name] = value
    return entries


@lru_cache(512)
def _is_key(name: str) -> bool:
    return name.isascii() and name.replace("-", "_").isidentifier()


def _value(text: str, line: int) -> Value | None:
    """Read what stands behind a colon; None where it is more than one plain value."""
    if not text:
        return Scalar("", line, null=True)
    first, last = text[0], text[-1]
    if first in "\"'":
        inner = text[1:-1]
        whole = last == first and len(text) > 1 and first not in inner and "\\" not in inner
        return Scalar(inner, line, quoted=True) if whole else None
    if first == "[":
        return _list(text[1:-1], line) if last == "]" else None
    return Scalar(text, line, null=text in NULLS) if _is_text(text) else None


def _is_text(text: str) -> bool:
    plain = _BEGINS.match(text) and ": " not in text and " #" not in text
    return bool(plain) and text[-1] != ":"


def _list(inner: str, line: int) -> List | None:
    texts = [text.strip(" ") for text in inner.split(",")] if inner.strip(" ") else []
    if not all(map(_ITEM.fullmatch, texts)):
        return None
    return List(tuple([Scalar(text, line, null=text in NULLS) for text in texts]), line)


def _take(items: list[str], entries: dict[str, Value], end: int) -> bool:
    """Give the last key the lines with hyphens that came after it, if that is plainly meant."""
    start, name = end - len(items), next(reversed(entries), "")
    key = entries.get(name)
    texts = [line.lstrip(" ")[2:].strip(" ") for line in items]
    depths = {len(line) - len(line.lstrip(" ")) for line in items}
    follows = isinstance(key, Scalar) and not (key.text or key.quoted) and key.line == start - 1
    if not follows or len(depths) > 1 or not all(text and _is_text(text) for text in texts):
        return False
    found = [Scalar(text, line, null=text in NULLS) for line, text in enumerate(texts, start)]
    entries[name] = List(tuple(found), start)
    items.clear()
    return True
