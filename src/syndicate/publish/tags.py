"""Tags: which of them have a feed of their own, and in which folder."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from syndicate.models import Finding, Head, Level
from syndicate.publish.base import newest_first
from syndicate.text import quote, slugify

#: bytes of a folder's name; most disks take 255
LENGTH = 200
#: names that are devices on Windows, with any ending
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


class Tag(msgspec.Struct, frozen=True):
    """A tag with a feed of its own."""

    #: as it is written most often, for people: `ask-the-physio` becomes "Ask the physio"
    title: str
    #: name of its folder: small letters, digits, hyphens and underscores of any script
    folder: str
    #: the articles that have it, the newest first
    heads: tuple[Head, ...]


def tags(
    heads: Iterable[Head], wanted: str | Sequence[str], findings: list[Finding]
) -> tuple[Tag, ...]:
    """Give the tags that have feeds, in the order of their folders; `wanted` is "all" or a list.

    Tags whose folders would have the same name share one feed; where they differ by more than
    case, spaces and hyphens that becomes a finding. So does a tag that can have no folder, and one
    of the list that no article has; the latter gets its feed, which is empty.
    """
    groups = _by_folder(heads)
    listed = {} if isinstance(wanted, str) else {folder(name): name for name in wanted}
    nameless = {**groups.pop("", {}), **({listed.pop(""): []} if "" in listed else {})}
    findings += [_no_folder(name) for name in sorted(nameless)]
    chosen: Mapping[str, Mapping[str, list[Head]]] = groups
    if not isinstance(wanted, str):
        findings += [_nobody(name) for key, name in listed.items() if key not in groups]
        chosen = {key: groups.get(key, {}) for key in listed}
    return tuple(
        _tag(name, chosen[name], listed.get(name, ""), findings) for name in sorted(chosen)
    )


def folder(tag: str) -> str:
    """Give the name of a tag's folder; "" when it has no letter and no digit.

    Whatever the tag holds, this is one plain name on any disk: no dots, no slashes, not too long,
    and never two that differ by case only.
    """
    slug = unicodedata.normalize("NFC", slugify(tag).casefold())
    slug = slug.encode()[:LENGTH].decode(errors="ignore").strip("-")
    return f"{slug}-tag" if _DEVICES.fullmatch(slug) else slug


def _by_folder(heads: Iterable[Head]) -> dict[str, dict[str, list[Head]]]:
    """Sort articles by folder, and there by the tag as it is written."""
    groups: dict[str, dict[str, list[Head]]] = defaultdict(lambda: defaultdict(list))
    folders: dict[str, str] = {}
    for head in heads:
        for tag in head.tags:
            if tag not in folders:
                folders[tag] = folder(tag)
            groups[folders[tag]][tag].append(head)
    return groups


def _tag(
    name: str, spellings: Mapping[str, list[Head]], listed: str, findings: list[Finding]
) -> Tag:
    often = sorted(spellings, key=lambda spelling: (-len(spellings[spelling]), spelling))
    meant = {re.sub(r"[\s_-]+", " ", spelling.casefold()): spelling for spelling in reversed(often)}
    if len(meant) > 1:
        findings.append(_shared(sorted(meant.values()), name))
    heads = {head.id: head for group in spellings.values() for head in group}
    title = (listed or often[0]).replace("-", " ")
    return Tag(title[:1].upper() + title[1:], name, newest_first(heads.values()))


def _shared(names: Sequence[str], name: str) -> Finding:
    return Finding(
        Level.ADVICE,
        f"The tags {' and '.join(map(quote, names))} share one feed, tags/{name}/.",
        fix="If they mean different things, write one of them in other letters.",
        name="tags",
    )


def _no_folder(name: str) -> Finding:
    return Finding(
        Level.ADVICE,
        f"The tag {quote(name)} has no feed of its own: it holds no letter and no digit.",
        name="tags",
    )


def _nobody(name: str) -> Finding:
    return Finding(
        Level.ADVICE,
        f"No article that may stand in feeds has the tag {quote(name)}, so its feed is empty.",
        fix="Correct it in [feeds] tags, or take it out there.",
        name="tags",
    )
