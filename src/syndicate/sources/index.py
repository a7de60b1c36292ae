"""Index: what was read of the articles before, so that only what changed is read again.

It holds nothing that the articles do not: it may be deleted at any time, and one that is damaged,
or that another version of Syndicate made, counts as none. Two files in `.cache/`: `articles` with
what is needed to see that nothing changed, and `heads`, which is only opened when something did.
Each begins with a hash of its contents; the first names the second by it, so that an interrupted
run or two at once leave at worst an index that is not used.
"""

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec

from syndicate import cached
from syndicate.models import Finding, Head
from syndicate.stamps import Stamp

#: bytes of a hash of a whole file, and of one of what decides where an article stands
HASH, PLACE = 16, 8
#: so many heads may be newer than the file of heads before that is written again
NEWER = 200


class Record(msgspec.Struct, array_like=True, frozen=True):
    """What reading one file gave."""

    #: its id is the one that front matter gives; None for a file that is no article
    head: Head | None
    findings: tuple[Finding, ...] = ()
    #: telling words of the body; None when nobody asked for them
    words: str | None = None
    #: of a body that is too short to know an article by: whether it says anything
    short: bool | None = None
    #: lead picture that was looked for in the articles folder; "" when none was
    asked: str = ""

    def place(self) -> bytes:
        """Give a hash of all that decides which feeds an article stands in, and where."""
        if self.head is None:
            return bytes(PLACE)
        head = self.head
        told = (head.slug, head.id, head.published, head.tags, head.feed, head.draft)
        return hashlib.blake2b(msgspec.msgpack.encode(told), digest_size=PLACE).digest()


class Shown(msgspec.Struct, array_like=True, frozen=True):
    """What an article was read whole from: the hash of its file, and pictures with their state."""

    file: bytes
    pictures: tuple[tuple[str, Stamp | None], ...] = ()


class _Seen(msgspec.Struct, array_like=True):
    #: in the order in which they are found
    stamps: dict[str, Stamp] = {}
    #: of the same files, one after the other
    hashes: bytes = b""
    places: bytes = b""
    #: what is wrong with articles, for those with which something is
    findings: dict[str, tuple[Finding, ...]] = {}
    #: what is wrong with several articles together
    together: tuple[Finding, ...] = ()
    #: folders in which lead pictures were looked for
    folders: dict[str, Stamp | None] = {}
    shown: dict[str, Shown] = {}
    #: what the file of heads does not know yet
    newer: dict[str, Record] = {}
    #: name of that file
    heads: bytes = b""
    #: what all this goes by: another one after each reading in which anything was new
    token: str = ""
    #: hash of `state/ids.json` as that reading left it; "" when it did not
    ids: str = ""


class Index:
    """What was read before. Nothing that goes wrong with it is ever an error."""

    def __init__(self, folder: Path, about: str) -> None:
        """Open what is in a folder, if it was made by this program, of the same site.

        `about` is a hash of everything that reading depends on beside the articles.
        """
        self.about = about
        self._main, self._heads = folder / "articles", folder / "heads"
        self._seen = cached.load(self._main, _Seen, about) or _Seen()
        count = len(self._seen.stamps)
        if len(self._seen.hashes) != count * HASH or len(self._seen.places) != count * PLACE:
            self._seen = _Seen()
        self._numbers: dict[str, int] = {}
        self._changed = False

    @property
    def stamps(self) -> Mapping[str, Stamp]:
        """The files that were read, in the order in which they are found."""
        return self._seen.stamps

    @property
    def findings(self) -> Mapping[str, tuple[Finding, ...]]:
        """What was wrong with them."""
        return self._seen.findings

    @property
    def together(self) -> tuple[Finding, ...]:
        """What was wrong with several of them together."""
        return self._seen.together

    @property
    def folders(self) -> Mapping[str, Stamp | None]:
        """Folders in which lead pictures were looked for."""
        return self._seen.folders

    @property
    def token(self) -> str:
        """What the last reading goes by; "" when there was none."""
        return self._seen.token

    @property
    def ids(self) -> str:
        """Hash of `state/ids.json` as the last reading left it."""
        return self._seen.ids

    @ids.setter
    def ids(self, digest: str) -> None:
        self._changed = self._changed or digest != self._seen.ids
        self._seen.ids = digest

    def hash_of(self, path: str) -> bytes:
        """Give the hash of a file when it was read; empty for one that was not."""
        return self._part(self._seen.hashes, HASH, path)

    def place_of(self, path: str) -> bytes:
        """Give the place of an article when its file was read; empty for one that was not."""
        return self._part(self._seen.places, PLACE, path)

    def shown(self, path: str) -> Shown | None:
        """Give what an article was read whole from, unless its file changed since."""
        found = self._seen.shown.get(path)
        return found if found and found.file == self.hash_of(path) else None

    def show(self, path: str, pictures: tuple[tuple[str, Stamp | None], ...]) -> None:
        """Note what an article was read whole from."""
        found = Shown(self.hash_of(path), pictures)
        if found.file and self._seen.shown.get(path) != found:
            self._seen.shown[path] = found
            self._changed = True

    def records(self) -> dict[str, Record]:
        """Give all that was read, by path; without those files that cannot be told any more."""
        name = self._seen.heads
        found = cached.load(self._heads, dict[str, Record], self.about, name) if name else None
        return (found or {}) | self._seen.newer

    def renew(
        self, stamps: Mapping[str, Stamp], hashes: Mapping[str, bytes], newer: Mapping[str, Record]
    ) -> None:
        """Note files that changed where they stand, or that were only touched."""
        seen = self._seen
        all_hashes, places = bytearray(seen.hashes), bytearray(seen.places)
        for path, stamp in stamps.items():
            number = self._number(path)
            self._changed = self._changed or seen.stamps[path] != stamp
            seen.stamps[path] = stamp
            all_hashes[number * HASH : (number + 1) * HASH] = hashes[path]
        for path, record in newer.items():
            number = self._number(path)
            places[number * PLACE : (number + 1) * PLACE] = record.place()
            seen.findings.pop(path, None)
            seen.newer[path] = record
            if record.findings:
                seen.findings[path] = record.findings
            self._changed = True
        seen.hashes, seen.places = bytes(all_hashes), bytes(places)
        if newer:
            told = seen.token.encode() + b"".join([hashes[path] for path in newer])
            seen.token = hashlib.sha256(told).hexdigest()

    def replace(
        self,
        stamps: Mapping[str, Stamp],
        hashes: Mapping[str, bytes],
        records: Mapping[str, Record],
        newer: AbstractSet[str],
        folders: Mapping[str, Stamp | None],
    ) -> None:
        """Note a whole reading: files that could be read, hashes and names of those that were."""
        before = self._seen
        places = [
            records[path].place() if path in newer else self.place_of(path) for path in stamps
        ]
        all_hashes = [hashes.get(path) or self.hash_of(path) for path in stamps]
        newer = newer | before.newer.keys()
        self._numbers = {}
        self._seen = _Seen(
            stamps=dict(stamps),
            hashes=b"".join(all_hashes),
            places=b"".join(places),
            findings={path: records[path].findings for path in stamps if records[path].findings},
            folders=dict(folders),
            shown={path: one for path, one in before.shown.items() if path in stamps},
            newer={path: records[path] for path in stamps if path in newer},
            heads=before.heads,
            ids=before.ids,
        )
        self._changed = True

    def name(self, ids: Iterable[str], together: Iterable[Finding]) -> str:
        """Give what was read now a token: of these files, with these ids of theirs.

        `together` is what is wrong with several articles together.
        """
        told = [self.about, *self._seen.stamps, *ids]
        hashed = hashlib.sha256("\0".join(told).encode(errors="surrogateescape"))
        hashed.update(self._seen.hashes)
        token = hashed.hexdigest()
        self._changed = self._changed or token != self._seen.token
        self._seen.token, self._seen.together = token, tuple(together)
        return token

    def forget(self) -> None:
        """Forget everything."""
        self._seen, self._numbers, self._changed = _Seen(), {}, True

    def save(self) -> None:
        """Write the index, if anything changed and the folder can be written to."""
        if not self._changed:
            return
        seen = self._seen
        if len(seen.newer) > NEWER or not seen.heads:
            known = self.records()
            records = {path: known[path] for path in seen.stamps if path in known}
            seen.heads, seen.newer = cached.store(self._heads, records, self.about), {}
        cached.store(self._main, seen, self.about)
        self._changed = False

    def _number(self, path: str) -> int:
        if not self._numbers:
            self._numbers = {path: number for number, path in enumerate(self._seen.stamps)}
        return self._numbers.get(path, -1)

    def _part(self, data: bytes, size: int, path: str) -> bytes:
        number = self._number(path)
        return data[number * size : (number + 1) * size] if number >= 0 else b""
