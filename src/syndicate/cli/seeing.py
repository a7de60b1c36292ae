"""The site as its preview looks at it, again and again: everything as it stands on the disk."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from syndicate.cli import inspecting
from syndicate.cli.broken import in_the_way
from syndicate.cli.counting import Counting
from syndicate.cli.desk import Desk
from syndicate.cli.remembering import Memory, Remembering
from syndicate.cli.suppressing import is_address
from syndicate.cli.wishes import Asked
from syndicate.errors import ConfigError, SyndicateError
from syndicate.models import Finding

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.contracts import Ledger
    from syndicate.models import Head, Reading
    from syndicate.preview import Look
    from syndicate.preview.gathering import MainFeed
    from syndicate.preview.people import People
    from syndicate.preview.watching import Watched


@dataclass(frozen=True, slots=True)
class Site:
    """What a preview is of."""

    #: as it was when the command began
    desk: Desk
    #: the newsletter that is shown; "" for all of them
    only: str
    asked: Asked
    counting: Counting = field(default_factory=Counting)
    memory: Memory = field(default_factory=Memory)

    def looks(self) -> "tuple[Look, ...]":
        """Look at every newsletter. Raises SyndicateError for what concerns them all."""
        desk = self._now()
        source = self.memory.source(desk.source(), desk.config.root)
        reading = source.read()
        feed, found = _main_feed(desk, source, reading)
        with desk.ledger() as ledger:
            table = _Table(desk, ledger, source, reading, feed, found)
            return tuple(self._look(table, name) for name in self._names(desk.config))

    def watched(self) -> "Watched":
        """Say what the drawing depends on, by the configuration as it is now."""
        from syndicate.preview.watching import Watched

        config = self._now_or_before().config
        return Watched(
            files=frozenset(_files(config)),
            folders=tuple(
                config.root / name for name in (config.articles.folder, "templates", "notes")
            ),
            outbox=outbox_folder(config),
            ledger=_ledger(config),
        )

    def _names(self, config: "Config") -> tuple[str, ...]:
        names = tuple(config.newsletters)
        wanted = (self.only,) if self.only else names
        if not wanted or wanted[0] not in names:
            raise ConfigError(
                f"syndicate.toml has no newsletter {self.only} any more. Put it back, or stop the "
                "preview and start it again."
            )
        return wanted

    def _look(self, table: "_Table", name: str) -> "Look":
        """Look at one newsletter; what goes wrong with it does not stop the others."""
        from syndicate import checks
        from syndicate.preview import Look, Trouble
        from syndicate.preview.gathering import view
        from syndicate.preview.live import trouble

        desk, reading = table.desk, table.reading
        choice, draft = None, None
        found = [*checks.kept(reading.findings, desk.config), *table.of_feeds]
        broken = in_the_way(desk, table.ledger, name, reading)
        troubles = [Trouble(one.text, one.where, one.fix) for one in broken]
        try:
            choice = desk.choice(table.ledger, name, reading, None, self.asked)
            if choice.articles:
                draft = desk.draft(table.ledger, name, table.source, choice, self.asked)
                for head in choice.articles:
                    found += self._judged(table, head)
                found += inspecting.of_issue(desk, draft)
        except SyndicateError as error:
            troubles.append(trouble(error))
        drawn = view(
            desk.config,
            name,
            now=desk.now,
            draft=draft,
            choice=choice,
            findings=found,
            feed=table.feed,
            audience=self.counting.audience(desk, name, _secret(desk, table.ledger)),
        )
        return Look(drawn, tuple(troubles), people=_people(desk.config, name))

    def _judged(self, table: "_Table", head: "Head") -> tuple[Finding, ...]:
        """Say what the checks say of an article, anew where it, the rules or the day changed."""
        desk, manuscript = table.desk, table.source.manuscript(head)
        return self.memory.findings.get(
            head,
            lambda _: (manuscript, desk.config, desk.now.date()),
            lambda: tuple(inspecting.of_articles(desk, table.source, [head])),
        )

    def _now(self) -> Desk:
        return replace(
            self.desk,
            config=self.memory.config(self.desk.config.path),
            now=datetime.now(UTC).replace(microsecond=0),
        )

    def _now_or_before(self) -> Desk:
        try:
            return self._now()
        except SyndicateError:
            return self.desk


@dataclass(frozen=True, slots=True)
class _Table:
    """What one look at the site has on the table."""

    desk: Desk
    ledger: "Ledger"
    source: Remembering
    reading: "Reading"
    feed: "MainFeed"
    #: what is to say of the feeds
    of_feeds: tuple[Finding, ...]


def outbox_folder(config: "Config") -> Path:
    """Give the folder that the outbox provider writes into."""
    folder = config.providers.get("outbox", {}).get("folder")
    return config.root / (folder if isinstance(folder, str) and folder else "outbox")


def _main_feed(
    desk: Desk, source: Remembering, reading: "Reading"
) -> "tuple[MainFeed, tuple[Finding, ...]]":
    """Write the main feed in memory, and look at what came of it."""
    from syndicate import checks, publish
    from syndicate.preview.gathering import MainFeed
    from syndicate.sources import kept

    config = desk.config
    files, articles, findings = publish.main_feed(config, source, reading, desk.now)
    sizes = {name: len(data) for name, data in files}
    known = kept.load(config.ids_path)
    rack = checks.Rack(articles, articles, sizes, known, config.site.url)
    return MainFeed(files, articles), (*findings, *checks.of_feeds(rack, config))


def _people(config: "Config", name: str) -> "People | None":
    from syndicate.preview.people import People

    path = config.audience_path(name)
    return People(path, config.newsletters[name].unsubscribe_url) if path else None


def _secret(desk: Desk, ledger: "Ledger") -> bytes | None:
    """Give the secret that people are told apart by; a preview does without where there is none."""
    try:
        return ledger.secret(desk.secret())
    except SyndicateError:
        return None


def _files(config: "Config") -> Iterator[Path]:
    """List the single files that a drawing depends on."""
    yield config.path
    yield config.ids_path
    for name in config.newsletters:
        path = config.audience_path(name)
        if path is not None:
            yield path
    suppressed = config.audience.suppressed
    if suppressed and not is_address(suppressed):
        yield config.root / suppressed


def _ledger(config: "Config") -> frozenset[Path]:
    """List the files of the ledger; none where it is a database."""
    try:
        place = config.ledger_at(os.environ)
    except SyndicateError:
        return frozenset()
    if not isinstance(place, Path):
        return frozenset()
    return frozenset({place, place.with_name(f"{place.name}-wal")})
