"""Ids: an article keeps its own whatever is renamed."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from os.path import commonprefix
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from syndicate import files
from syndicate.errors import ConfigError
from syndicate.models import Head, Identity, Question
from syndicate.sources import likeness

Known = Mapping[str, Identity]

#: so many articles are looked for one by one before the whole file is read
FEW = 10


def assign(
    heads: Sequence[Head],
    known: Known,
    *,
    present: AbstractSet[str],
    authority: str,
    since: int,
    short: Mapping[str, bool] = MappingProxyType({}),
) -> tuple[Head, ...]:
    """Give each head its id: that of its front matter, else one it is known by, else a new one.

    Known by its path; else by its slug or by its body where the file known so is gone: `present`
    holds the paths of all files, also of those that cannot be read. `short` holds those of bodies
    that are too short to know an article by alone, and whether they say anything at all: they
    need the same title too, or, if they say something, the same day. A new id is a tag URI
    (RFC 4151), `tag:AUTHORITY,SINCE:SLUG`. Heads whose front matter has none come with the id "".
    """
    given = {head.id for head in heads if head.id}
    asking = [head for head in heads if not head.id]
    ids = _known(asking, known, present, given, short)
    taken = given | set(ids.values()) | {identity.id for identity in known.values()}
    for head in asking:
        if head.where.path not in ids:
            new = f"tag:{authority},{since}:{quote(head.slug, safe='')}"
            ids[head.where.path] = next(name for name in _numbered(new) if name not in taken)
            taken.add(ids[head.where.path])
    return tuple([head if head.id else named(head, ids[head.where.path]) for head in heads])


_REST = attrgetter(*Head.__struct_fields__[1:])


def named(head: Head, name: str) -> Head:
    """Give a head its id: as `replace` does, in a third of the time."""
    return Head(name, *_REST(head))


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
            now[path] = _new(fresh, originals[_content(fresh)], by_id, gone)
        else:
            now[path] = _later(fresh, _parted(before, fresh, here), bodies)
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
    if before.title and not same_body and not likeness.alike(before, fresh):
        return None
    return replace(fresh, like=before.like)


def questions(heads: Iterable[Head], kept: Known) -> dict[str, tuple[Question, ...]]:
    """List by id the articles of which only a person can tell whether they are new, and why.

    The file was there before with another title, another day and other words. Or it was renamed
    and rewritten at once: an article that is gone resembles it. `kept` is what is remembered.
    """
    heads = tuple(heads)
    here = {head.id for head in heads}
    titles = {identity.id: identity.title for identity in kept.values()}
    found = {}
    for head in heads:
        path, identity = head.where.path, kept[head.where.path]
        asked = []
        if identity.body_hash != head.body_hash:
            asked.append(Question(path, head.id, identity.title, reused=True))
        if identity.like and identity.like not in here:
            title = titles.get(identity.like, "")
            asked.append(Question(path, identity.like, title, reused=False))
        if asked:
            found[head.id] = tuple(asked)
    return found


def answered(kept: Known, question: Question, slug: str, *, same: bool) -> dict[str, Identity]:
    """Give what to remember once a person has said whether the article is the one of before.

    If it is, it has the id of before; if not, an id that no article ever had.
    """
    path, other = question.path, question.other
    mine = replace(kept[path], like="")
    if not question.reused:
        others = {key: one for key, one in kept.items() if not (same and one.id == other)}
        return {**others, path: replace(mine, id=other) if same else mine}
    # What it was is forgotten, so that the next reading finds no difference.
    blank = Identity(other, slug, "")
    if same:
        return {**kept, path: blank}
    taken = {identity.id for identity in kept.values()}
    start = re.sub(r"[^:]*\Z", "", other) + quote(slug, safe="")
    free = next(name for name in _numbered(start) if name not in taken)
    # The id of before stays taken, at a path that no file can have.
    grave = next(name for name in _numbered(f"{path}/") if name not in kept)
    return {**kept, path: replace(blank, id=free), grave: Identity(other, "", "")}


def settled(kept: Known, heads: Iterable[Head]) -> dict[str, Identity]:
    """Give what to remember once these articles are mailed: what they say now, whatever they were.

    A file whose article was never mailed may have been written anew, with no need to ask; renamed
    later, it must be known by what was mailed.
    """
    of = {head.where.path: head for head in heads}
    return dict(kept) | {
        path: _fresh(head, "", None)
        for path, head in of.items()
        if kept[path].body_hash != head.body_hash
    }


class Kept(Mapping[str, Identity]):
    """What `state/ids.json` holds, read only when somebody asks, and as far as they ask."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data: bytes | None = None
        self._digest: str | None = None
        self._all: dict[str, Identity] | None = None
        self._asked = 0

    def all(self) -> dict[str, Identity]:
        """Give everything. Raises ConfigError as `load` does."""
        if self._all is None:
            self._all = load(self.path)
        return self._all

    def digest(self) -> str:
        """Give a hash of the file; "" when there is none that can be read."""
        if self._digest is None:
            data = self._data or _bytes_of(self.path)
            self._digest = hashlib.sha256(data).hexdigest() if data else ""
        return self._digest

    def one(self, path: str) -> Identity | None:
        """Give what is remembered of one article, where `save` wrote the file."""
        self._asked += 1
        if self._all is not None or self._asked > FEW:
            return self.all().get(path)
        start, end = self._line(path)
        if start < 0:
            return None
        text = self._bytes()[start:end].removesuffix(b",")
        name = len(_JSON.encode(path) + b": ")
        return msgspec.json.decode(text[name:], type=Identity)

    def save(self, identities: Known) -> None:
        """Write all of it, as `ids.save` does, unless it is just that."""
        if self._all != identities:
            save(self.path, identities)
        self._data = self._all = self._digest = None

    def renew(self, identities: Known) -> None:
        """Write anew what is remembered of some articles, where `save` wrote the file."""
        data = self._bytes()
        for path, identity in identities.items():
            start, end = self._line(path)
            comma = data[end - 1 : end] if data[end - 1 : end] == b"," else b""
            whole = memoryview(data)
            data = b"".join((whole[:start], line(path, identity), comma, whole[end:]))
            self._data = data
        files.write(self.path, data)
        self._all = self._digest = None

    def _line(self, path: str) -> tuple[int, int]:
        data = self._bytes()
        start = data.find(b"\n" + _JSON.encode(path) + b": ") + 1
        return (start, data.index(b"\n", start)) if start else (-1, -1)

    def _bytes(self) -> bytes:
        if self._data is None:
            self._data = _bytes_of(self.path)
        return self._data

    def __getitem__(self, path: str) -> Identity:
        return self.all()[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


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
    lines = [line(path, identities[path]) for path in sorted(identities)]
    return files.write(path, b"{\n" + b",\n".join(lines) + b"\n}\n")


def line(path: str, identity: Identity) -> bytes:
    """Write one article of `state/ids.json`."""
    return _JSON.encode(path) + b": " + _JSON.encode(_Line(*_ALL(identity)))


class _Line(msgspec.Struct, omit_defaults=True):
    """An identity as it is written: without what is empty."""

    id: str
    slug: str
    body_hash: str
    title: str = ""
    day: str = ""
    words: str = ""
    like: str = ""
    copy: str = ""


_ALL = attrgetter(*_Line.__struct_fields__)
_JSON = msgspec.json.Encoder()


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


def _originals(heads: Iterable[Head], by_id: Known) -> dict[tuple[str, str, str], str]:
    """Give by title, day and text the id of the article that new ones are copies of.

    It is one that was known before; of those that are new, the one with the shortest path.
    """
    new = {head.body_hash for head in heads if head.id not in by_id}
    like_new = [head for head in heads if head.body_hash in new]
    found: dict[tuple[str, str, str], str] = {}
    for head in sorted(like_new, key=lambda head: (head.id not in by_id, len(head.where.path))):
        before = by_id.get(head.id)
        original = before.copy if before else ""
        found.setdefault(_content(_fresh(head, "", None)), original or head.id)
    for identity in by_id.values():
        if identity.body_hash in new:
            found.setdefault(_content(identity), identity.copy or identity.id)
    return found


def _content(identity: Identity) -> tuple[str, str, str]:
    return identity.title, identity.day, identity.body_hash


def _new(fresh: Identity, original: str, by_id: Known, gone: Iterable[Identity]) -> Identity:
    """Describe an article that was not there before; what is asked of one is asked of its copy."""
    before = by_id.get(original)
    like = before.like if before else likeness.nearest(fresh, gone)
    return replace(fresh, like=like, copy="" if original == fresh.id else original)


def _parted(before: Identity, fresh: Identity, here: AbstractSet[str]) -> Identity:
    """Say of a copy that was edited what it is now.

    Beside its original it is another article, made from it; else it may be that.
    """
    if not before.copy or _content(before) == _content(fresh):
        return before
    return replace(before, copy="", like="" if before.copy in here else before.copy)


def _later(fresh: Identity, before: Identity, bodies: Collection[str]) -> Identity:
    """Describe an article that was there before; one that cannot be told from another is not.

    What it was stays remembered then, until a person has said.
    """
    if before.title and fresh.body_hash not in bodies and not likeness.alike(before, fresh):
        return replace(before, slug=fresh.slug)
    return replace(fresh, like=before.like, copy=before.copy)


def _known(
    heads: Sequence[Head],
    known: Known,
    present: AbstractSet[str],
    taken: Collection[str],
    short: Mapping[str, bool],
) -> dict[str, str]:
    """Find the known ids by path; each is given once, the surest reason first."""
    ids: dict[str, str] = {}
    used = set(taken)
    gone = [known[path] for path in sorted(known.keys() - present)]
    by_path = {path: identity.id for path, identity in known.items()}
    by_slug = {identity.slug: identity.id for identity in gone}
    bodies = defaultdict(list)
    for identity in gone:
        bodies[identity.body_hash].append(identity)
    ways: tuple[Callable[[Head], str | None], ...] = (
        lambda head: by_path.get(head.where.path),
        lambda head: by_slug.get(head.slug),
        lambda head: _alike(head, bodies[head.body_hash], speaks=short.get(head.where.path)),
    )
    for way in ways:
        for head in heads:
            path = head.where.path
            if path not in ids and (found := way(head)) is not None and found not in used:
                ids[path] = found
                used.add(found)
    return ids


def _alike(head: Head, same_body: Iterable[Identity], *, speaks: bool | None) -> str | None:
    """Know an article by its body, where that says enough: `speaks` is None for a long one."""
    found = []
    for one in same_body:
        same_day = one.day == head.published.date().isoformat()
        if speaks is None or one.title == head.title or (speaks and same_day):
            found.append(one)
    # Of an article and its copy, both gone, it is the one with the name most like its own.
    return min(found, key=lambda one: _distance(one.slug, head.slug)).id if found else None


def _distance(old: str, new: str) -> tuple[int, int]:
    return -len(commonprefix((old, new))), len(old)  # noqa: RUF071 -- names, not paths


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
