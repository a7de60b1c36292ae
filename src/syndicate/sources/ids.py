"""Ids: an article keeps its own whatever is renamed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import msgspec

from syndicate import files
from syndicate.errors import ConfigError
from syndicate.models import Head, Identity

Known = Mapping[str, Identity]


def assign(
    heads: Sequence[Head],
    known: Known,
    *,
    present: Collection[str],
    authority: str,
    since: int,
) -> tuple[Head, ...]:
    """Give each head its id: that of its front matter, else one it is known by, else a new one.

    Known by its path; else by its slug or by its body where the file known so is gone: `present`
    holds the paths of all files, also of those that cannot be read. A new id is a tag URI
    (RFC 4151), `tag:AUTHORITY,SINCE:SLUG`. Heads whose front matter has none come with the id "".
    """
    given = {head.id for head in heads if head.id}
    asking = [head for head in heads if not head.id]
    ids = _known(asking, known, present, given)
    taken = given | set(ids.values()) | {identity.id for identity in known.values()}
    for head in asking:
        if head.where.path not in ids:
            new = f"tag:{authority},{since}:{quote(head.slug, safe='')}"
            ids[head.where.path] = next(name for name in _numbered(new) if name not in taken)
            taken.add(ids[head.where.path])
    return tuple(head if head.id else replace(head, id=ids[head.where.path]) for head in heads)


def remembered(heads: Iterable[Head], known: Known) -> dict[str, Identity]:
    """Give what to remember of the articles from now on, and still of those that are not there.

    A file that is gone may come back, with another branch or a restored copy; one whose article
    goes by another path now is forgotten.
    """
    now = {head.where.path: Identity(head.id, head.slug, head.body_hash) for head in heads}
    here = {identity.id for identity in now.values()}
    before = {path: identity for path, identity in known.items() if identity.id not in here}
    return {**before, **now}


def load(path: Path) -> dict[str, Identity]:
    """Read `state/ids.json`; empty when there is none.

    Raises ConfigError when it cannot be read: going on without it would mail old articles again.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Identity])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"{path} cannot be read: {reason}. It keeps the ids of the articles; "
            "bring back its last good version, from git or from a backup."
        ) from None


def save(path: Path, identities: Known) -> bool:
    """Write `state/ids.json`, whole or not at all; True when that changed it.

    One article a line, in the order of paths, so that two people's changes merge.
    Raises SyndicateError when it cannot be written.
    """
    lines = (f"{_json(path)}: {_json(identities[path])}" for path in sorted(identities))
    return files.write(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def _json(value: str | Identity) -> str:
    return msgspec.json.encode(value).decode()


def _known(
    heads: Sequence[Head], known: Known, present: Collection[str], taken: Collection[str]
) -> dict[str, str]:
    """Find the known ids by path; each is given once, the surest reason first."""
    ids: dict[str, str] = {}
    used = set(taken)
    gone = [identity for path, identity in sorted(known.items()) if path not in present]
    by_path = {path: identity.id for path, identity in known.items()}
    by_slug = {identity.slug: identity.id for identity in gone}
    by_body = {identity.body_hash: identity.id for identity in gone}
    ways: tuple[tuple[Callable[[Head], str], Mapping[str, str]], ...] = (
        (lambda head: head.where.path, by_path),
        (lambda head: head.slug, by_slug),
        (lambda head: head.body_hash, by_body),
    )
    for key, table in ways:
        for head in heads:
            found = table.get(key(head))
            if head.where.path not in ids and found is not None and found not in used:
                ids[head.where.path] = found
                used.add(found)
    return ids


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
