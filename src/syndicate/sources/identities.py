"""Identities: what is remembered of articles, and what of it only a person can tell."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from urllib.parse import quote

from msgspec.structs import replace

from syndicate.copies import Content, content, kept_content
from syndicate.models import Head, Identity, Question
from syndicate.sources import likeness
from syndicate.sources.ids import numbered
from syndicate.sources.kept import Known


def remembered(
    heads: Iterable[Head],
    known: Known,
    words: Mapping[str, str] = MappingProxyType({}),
    *,
    present: AbstractSet[str] = frozenset(),
    given: Collection[str] = (),
) -> dict[str, Identity]:
    """Give what to remember of the articles from now on, and still of those that are not there.

    A file that is gone may come back, with another branch or a restored copy; one whose article
    goes by another path now is forgotten. `words` holds the telling words of bodies that are not
    the remembered ones, `present` the paths of all files, `given` those whose front matter has an
    id and so leaves no question.
    """
    heads = tuple(heads)
    by_id = {identity.id: identity for identity in known.values()}
    here = {head.id for head in heads}
    absent = sorted(known.keys() - present)
    gone = [known[path] for path in absent if known[path].id not in here]
    strange = any(head.id not in by_id for head in heads)
    near = likeness.Near(gone if strange else ())
    originals = _originals(heads, by_id)
    bodies = {identity.body_hash for identity in known.values()}
    now = {}
    for head in heads:
        path, before = head.where.path, by_id.get(head.id)
        if before is not None and path not in given and _same(head, before, words.get(path)):
            now[path] = before
            continue
        fresh = _fresh(head, words.get(path), before)
        if path in given:
            now[path] = fresh
        elif before is None:
            now[path] = _new(fresh, originals[kept_content(fresh)], by_id, near)
        else:
            now[path] = _later(fresh, _parted(before, fresh, here), bodies)
    if strange:
        _mark_versions(now, by_id, gone)
    left = {path: identity for path, identity in known.items() if identity.id not in here}
    return {**left, **now}


def renewed(head: Head, before: Identity, words: str | None, *, given: bool) -> Identity | None:
    """Give what to remember of an article that changed where it stands.

    None where only a person can tell whether it is still the same. `given` says that its front
    matter has an id. As `remembered`, which looks at all articles.
    """
    fresh = _fresh(head, words, before)
    if given:
        return fresh
    same_body = before.body_hash == fresh.body_hash
    if before.copy:
        return None
    if before.title and not same_body and not likeness.stayed(before, fresh):
        return None
    return replace(fresh, like=before.like)


def settled(kept: Known, heads: Iterable[Head]) -> dict[str, Identity]:
    """Give what to remember once these articles are mailed: what they say now, whatever they were.

    A file whose article was never mailed may have been written anew, with no need to ask; renamed
    later, it must be known by what was mailed. A copy or a version that is mailed is the original
    from then on, since what it was made from, a draft for instance, may be published later.
    """
    of = {head.where.path: head for head in heads}
    now = dict(kept) | {
        path: _fresh(head, "", None)
        for path, head in of.items()
        if kept[path].body_hash != head.body_hash
    }
    copied = {kept[path].copy: kept[path].id for path in of}
    turned = {like: kept[path].id for path in of for like in kept[path].like.split()}
    for path, one in now.items():
        if path in of:
            now[path] = replace(one, copy="", like="")
        elif one.id in copied or one.id in turned:
            now[path] = replace(one, copy=copied.get(one.id, ""), like=turned.get(one.id, ""))
    return now


def questions(heads: Iterable[Head], kept: Known) -> dict[str, tuple[Question, ...]]:
    """List by id the articles of which only a person can tell whether they are new, and why.

    The file was there before with another day and other words. Or it was renamed and rewritten at
    once: an article that is gone resembles it. Or it may be another version of an article that is
    still there. `kept` is what is remembered.
    """
    heads = tuple(heads)
    here = {head.id for head in heads}
    by_id = {identity.id: identity for identity in kept.values()}
    found = {}
    for head in heads:
        path, identity = head.where.path, kept[head.where.path]
        asked = []
        reused = identity.body_hash != head.body_hash
        if reused:
            asked.append(Question(path, head.id, identity.title, reused=True))
        for other in identity.like.split():
            like, beside = by_id.get(other, Identity(other, "", "")), other in here
            if not beside or (not reused and likeness.again(identity, like)):
                asked.append(Question(path, other, like.title, reused=False, beside=beside))
        if asked:
            found[head.id] = tuple(asked)
    return found


def answered(kept: Known, question: Question, slug: str, *, same: bool) -> dict[str, Identity]:
    """Give what to remember once a person has said whether the article is the one of before.

    If it is, it has the id of before, or is a copy where that is still there; if not, it has an id
    that no article ever had.
    """
    path, other = question.path, question.other
    left = [one for one in kept[path].like.split() if not same and one != other]
    mine = replace(kept[path], like=" ".join(left))
    if question.beside:
        return {**kept, path: replace(mine, copy=other if same else "")}
    if not question.reused:
        others = {key: one for key, one in kept.items() if not (same and one.id == other)}
        return {**others, path: replace(mine, id=other) if same else mine}
    # What it was is forgotten, so that the next reading finds no difference.
    blank = Identity(other, slug, "")
    if same:
        return {**kept, path: blank}
    taken = {identity.id for identity in kept.values()}
    start = re.sub(r"[^:]*\Z", "", other) + quote(slug, safe="")
    free = next(name for name in numbered(start) if name not in taken)
    # The id of before stays taken, at a path that no file can have.
    grave = next(name for name in numbered(f"{path}/") if name not in kept)
    return {**kept, path: replace(blank, id=free), grave: Identity(other, "", "")}


def _fresh(head: Head, words: str | None, before: Identity | None) -> Identity:
    """Describe an article as it is now; its words are those of before unless its body changed."""
    if words is None:
        words = before.words if before else ""
    day = head.published.date().isoformat()
    return Identity(head.id, head.slug, head.body_hash, head.title, day, words)


def _same(head: Head, before: Identity, words: str | None) -> bool:
    """Whether nothing of an article changed that is remembered of it."""
    return (
        head.body_hash == before.body_hash
        and head.title == before.title
        and head.slug == before.slug
        and head.published.date().isoformat() == before.day
        and (words is None or words == before.words)
    )


def _originals(heads: Iterable[Head], by_id: Known) -> dict[Content, str]:
    """Give by title, day and text the id of the article that new ones are copies of.

    It is one that was known before; of those that are new, the one with the shortest path.
    """
    new = {head.body_hash for head in heads if head.id not in by_id}
    like_new = [head for head in heads if head.body_hash in new]
    found: dict[Content, str] = {}
    for head in sorted(like_new, key=lambda head: (head.id not in by_id, len(head.where.path))):
        before = by_id.get(head.id)
        original = before.copy if before else ""
        found.setdefault(content(head), original or head.id)
    for identity in by_id.values():
        if identity.body_hash in new:
            found.setdefault(kept_content(identity), identity.copy or identity.id)
    return found


def _new(fresh: Identity, original: str, by_id: Known, near: likeness.Near) -> Identity:
    """Describe an article that was not there before; what is asked of one is asked of its copy."""
    before = by_id.get(original)
    like = before.like if before else near.nearest(fresh)
    return replace(fresh, like=like, copy="" if original == fresh.id else original)


def _mark_versions(now: dict[str, Identity], by_id: Known, gone: Iterable[Identity]) -> None:
    """Say of new articles which other one they may be a version of: one that was known before.

    One that is gone comes first: it is surer to have been mailed than what took its place. Of
    those that are new, it is the one with the shortest path.
    """
    others: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for one in gone:
        others[one.title.casefold(), one.day].append(one)
    for path in sorted(now, key=lambda path: (now[path].id not in by_id, len(path))):
        one = now[path]
        group = others[one.title.casefold(), one.day]
        new = one.id not in by_id
        if new and not one.copy:
            other = next((other for other in group if likeness.again(one, other)), None)
            if other is not None:
                version = other.copy or other.like or other.id
                now[path] = replace(one, like=f"{one.like} {version}".strip())
        if not new or not group:
            group.append(one)


def _parted(before: Identity, fresh: Identity, here: AbstractSet[str]) -> Identity:
    """Say of a copy that was edited what it is now.

    Beside its original it is another article, made from it, or a version of that; else it may be
    that.
    """
    if not before.copy or kept_content(before) == kept_content(fresh):
        return before
    another = before.copy in here and not likeness.again(before, fresh)
    return replace(before, copy="", like="" if another else before.copy)


def _later(fresh: Identity, before: Identity, bodies: Collection[str]) -> Identity:
    """Describe an article that was there before; one that cannot be told from another is not.

    What it was stays remembered then, until a person has said.
    """
    if before.title and fresh.body_hash not in bodies and not likeness.stayed(before, fresh):
        return replace(before, slug=fresh.slug)
    return replace(fresh, like=before.like, copy=before.copy)
