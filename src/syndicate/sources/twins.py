"""Twins: articles that would have the same address or the same id."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

from syndicate.models import Finding, Head, Level, Where
from syndicate.text import quote


def without_twins(
    heads: Iterable[Head], key: Callable[[Head], str], name: str, findings: list[Finding]
) -> list[Head]:
    """Leave out all articles that share a slug or an id, and say which they are.

    The others come in the order of their paths.
    """
    heads = sorted(heads, key=lambda head: head.where.path)
    keys = [_folded(key(head)) for head in heads]
    given = [one for one in keys if one]
    return heads if len(set(given)) == len(given) else _parted(heads, key, name, findings)


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _parted(
    heads: Iterable[Head], key: Callable[[Head], str], name: str, findings: list[Finding]
) -> list[Head]:
    groups: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        groups[_folded(key(head))].append(head)
    kept = []
    for shared, group in groups.items():
        if len(group) == 1 or not shared:
            kept += group
            continue
        paths = [head.where.path for head in group]
        findings.append(
            Finding(
                Level.MUST_FIX,
                f"{' and '.join(paths)} have the same {name}: {quote(key(group[0]))}.",
                Where(paths[0]),
                f"Give one of them another {name}.",
                "twins",
            )
        )
    return sorted(kept, key=lambda head: head.where.path)
