"""Memory: what an earlier build decided and wrote, so that only what changed is made again.

It is kept in `.cache/made` and holds nothing that cannot be worked out again. Whatever a file is
made of is in a hash beside it, so that no rule has to say which change touches which feed.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from syndicate import cached, program
from syndicate.config import Config
from syndicate.models import Article, Finding, Glance, Head
from syndicate.publish.base import Plan, shown
from syndicate.publish.shelf import Carried
from syndicate.stamps import UNSURE, Stamp


class Made(msgspec.Struct, array_like=True, frozen=True):
    """A file that a build wrote."""

    #: hash of all that it is made of; "" when that is not known
    inputs: str
    #: SHA-256 of its bytes
    digest: str
    stamp: Stamp = UNSURE


class Stand(msgspec.Struct, array_like=True, frozen=True):
    """Which articles stand in which feeds, and how long that holds."""

    #: of the reading that it was made from (see `Reading.token`)
    token: str
    #: it holds from then on, until just before the other: an article is due or not
    since: datetime | None
    until: datetime | None
    plans: tuple[Plan, ...]
    #: what is to be said of tags
    findings: tuple[Finding, ...]
    #: articles that can be used, and those of them that may stand in feeds
    articles: int
    published: int
    #: ids of articles that were mailed, and those articles that there still are
    asked: tuple[str, ...]
    mailed: tuple[Head, ...]

    def holds(self, now: datetime, asked: Iterable[str]) -> bool:
        """Whether the time and what was mailed change nothing."""
        after = self.since is None or self.since <= now
        return after and (self.until is None or now < self.until) and self.asked == tuple(asked)

    def renewed(self, seen: Glance) -> "Stand":
        """Put the articles that changed in their places."""
        if not seen.heads:
            return msgspec.structs.replace(self, token=seen.token)
        return msgspec.structs.replace(
            self,
            token=seen.token,
            plans=tuple([_with(one, _renewed(one.heads, seen)) for one in self.plans]),
            mailed=_renewed(self.mailed, seen),
        )


def _with(plan: Plan, heads: tuple[Head, ...]) -> Plan:
    return msgspec.structs.replace(plan, heads=heads)


def _renewed(heads: Iterable[Head], seen: Glance) -> tuple[Head, ...]:
    return tuple([seen.heads.get(head.where.path, head) for head in heads])


class _Row(msgspec.Struct, array_like=True, frozen=True):
    """A plan, its articles by their paths."""

    plan: Plan
    paths: tuple[str, ...]


class _Kept(msgspec.Struct, array_like=True):
    made: dict[str, Made] = {}
    carried: dict[str, Carried] = {}
    #: all articles that some plan names
    heads: dict[str, Head] = {}
    rows: tuple[_Row, ...] = ()
    stand: Stand | None = None
    #: the articles of the main feed, which changes most
    articles: dict[str, Article] = {}


class Memory:
    """What an earlier build of the same program and settings into the same folder left."""

    def __init__(self, config: Config) -> None:
        self._place = config.root / ".cache" / "made"
        self._about = _about(config)
        self._kept = cached.load(self._place, _Kept, self._about) or _Kept()

    @property
    def made(self) -> dict[str, Made]:
        """The files that were written, by their paths below the output folder."""
        return self._kept.made

    @property
    def carried(self) -> dict[str, Carried]:
        """What was known of articles that were read whole, by path."""
        return self._kept.carried

    @property
    def articles(self) -> dict[str, Article]:
        """The articles of the main feed, by path, as they were then."""
        return self._kept.articles

    def stand(self) -> Stand | None:
        """Give what was decided; each plan names only the articles that were looked at for it."""
        kept = self._kept
        if kept.stand is None:
            return None
        heads = kept.heads
        plans = [_with(row.plan, tuple([heads[path] for path in row.paths])) for row in kept.rows]
        return msgspec.structs.replace(kept.stand, plans=tuple(plans))

    def keep(
        self,
        stand: Stand,
        made: dict[str, Made],
        carried: dict[str, Carried],
        articles: dict[str, Article],
    ) -> None:
        """Keep what this build decided, wrote and read."""
        named = {head.where.path: head for one in stand.plans for head in one.heads}
        rows = [
            _Row(_with(one, ()), tuple([head.where.path for head in one.heads]))
            for one in stand.plans
        ]
        bare = msgspec.structs.replace(stand, plans=())
        kept = _Kept(made, carried, named, tuple(rows), bare, articles)
        cached.store(self._place, kept, self._about)


def inputs(*parts: object) -> str:
    """Give a hash of what a file is made of."""
    return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()


def _about(config: Config) -> str:
    """Give a hash of the program, all settings that a build knows, and the site's templates."""
    settings = (config.site, config.articles, config.feeds, config.theme, config.newsletters)
    templates = program.files(Path(config.root) / "templates")
    told = (program.fingerprint(), str(config.root), shown(config, ""), templates)
    return inputs(*told, msgspec.json.encode(settings))
