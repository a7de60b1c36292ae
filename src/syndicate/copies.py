"""Copies: articles that say what another one says or said, by title, day and text."""

from collections.abc import Collection, Iterable, Mapping

from syndicate.models import Head, Identity

#: title, day in UTC, and hash of the text
Content = tuple[str, str, str]


def content(head: Head) -> Content:
    """Give what an article shares with its copies."""
    return head.title, head.published.date().isoformat(), head.body_hash


def kept_content(identity: Identity) -> Content:
    """Give the same of an article that is remembered."""
    return identity.title, identity.day, identity.body_hash


def gone(remembered: Mapping[str, Identity], ids: Collection[str]) -> dict[Content, str]:
    """Give by what they said the ids of articles that are not there any more: those of `ids`."""
    return {
        kept_content(one): one.id for one in remembered.values() if one.id in ids and one.body_hash
    }


def originals(
    fresh: Iterable[Head],
    settled: Iterable[Head],
    gone: Mapping[Content, str],
    remembered: Mapping[str, Identity],
    mailed: Collection[str],
) -> dict[str, str]:
    """Give by the id of a copy the id of what it is a copy of, which may say something else now.

    Copies are looked for among the `fresh`; what they are copies of is there too, or settled, or
    gone, or among the ids of the mailed. `remembered` is by path.
    """
    # The names that computers give to copies are longer than those they copy.
    inside = sorted(fresh, key=lambda head: len(head.where.path))
    first = {content(head): head.id for head in (*reversed(inside), *settled)} | dict(gone)
    known_ids = {*first.values(), *mailed}
    found = {}
    for head in inside:
        known = remembered.get(head.where.path)
        if head.body_hash and first[content(head)] != head.id:
            found[head.id] = first[content(head)]
        elif known and known.copy in known_ids:
            found[head.id] = known.copy
    return found
