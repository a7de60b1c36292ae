"""What every command works with: the site's configuration, and the parts it opens from it."""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from syndicate.cli.console import talk
from syndicate.cli.wishes import Asked, wishes
from syndicate.errors import ConfigError

if TYPE_CHECKING:
    from syndicate.audience import Audience
    from syndicate.cli.notes import Note
    from syndicate.config import Config
    from syndicate.contracts import CampaignProvider, Ledger, Provider, Source
    from syndicate.models import Baseline, Choice, Head, Reading
    from syndicate.prepare import Draft
    from syndicate.sources.folder import Folder


#: no wishes
NOTHING = Asked()


@dataclass(frozen=True, slots=True)
class Desk:
    """One command's view of the site."""

    config: "Config"
    #: when the command began, UTC
    now: datetime
    #: who runs it; "" for whoever is logged in
    who: str = ""

    @property
    def by(self) -> str:
        """Who runs it: a login name and a host."""
        return self.who or _whoever()

    def newsletter(self, name: str | None) -> str:
        """Choose the newsletter: the one named, the only one, or the one a person picks."""
        names = list(self.config.newsletters)
        if name in names:
            return str(name)
        if not names:
            raise ConfigError(
                "syndicate.toml has no newsletter. Add a table such as [newsletters.weekly]."
            )
        if name is not None:
            raise ConfigError(f'There is no newsletter "{name}". Known: {", ".join(names)}.')
        if len(names) == 1:
            return names[0]
        if not at_a_terminal():
            raise ConfigError(f"Say which newsletter: {', '.join(names)}.")
        picked: str = click.prompt("Which newsletter?", type=click.Choice(names), err=True)
        return picked

    def source(self) -> "Folder":
        """Open the folder of articles."""
        from syndicate.sources import kept
        from syndicate.sources.folder import Folder

        site = self.config.site
        return Folder(
            self.config.root,
            self.config.articles.folder,
            site_url=site.url,
            zone=site.zone,
            author=site.author,
            language=site.language,
            authority=site.authority,
            since=self.config.feeds.since,
            known=kept.Kept(self.config.ids_path),
            cache=self.config.root / ".cache",
            began=int(self.now.timestamp()) * 1_000_000_000,
        )

    def remember(self, reading: "Reading", mailed: Iterable["Head"] = ()) -> None:
        """Keep the ids of the articles, so that they survive a change of name or address.

        Those that are about to be mailed are kept as what they say now.
        """
        from syndicate.sources import identities, kept

        kept.save(self.config.ids_path, identities.settled(reading.ids, mailed))

    @property
    def ledger_at(self) -> Path | str:
        """Where the ledger is; an address may hold a password: show `ledger_name` instead."""
        return self.config.ledger_at(os.environ)

    @property
    def ledger_name(self) -> str:
        """What people know the ledger by."""
        from syndicate import ledger

        return ledger.name(self.ledger_at)

    @contextlib.contextmanager
    def ledger(self, *, write: bool = False) -> Iterator["Ledger"]:
        """Open the ledger; for reading, a ledger that is not there yet is an empty one."""
        from syndicate.ledger import open_ledger

        ledger = open_ledger(self.ledger_at, create=write, readonly=not write)
        try:
            yield ledger
        finally:
            ledger.close()

    def secret(self) -> bytes | None:
        """Read the site's secret from the environment; None when none is configured."""
        name = self.config.site.secret_env
        if not name:
            return None
        value = os.environ.get(name, "")
        if not value:
            raise ConfigError(
                f"The environment variable {name} is not set, and [site] secret_env names it. "
                f"Set it, for instance: export {name}=... Or take that line out of syndicate.toml, "
                "if the ledger was made without it."
            )
        return value.encode(errors="surrogateescape")

    def service(self, name: str) -> "Provider | CampaignProvider":
        """Open a provider of either shape by its name in the configuration."""
        from syndicate.providers import open_provider

        return open_provider(
            name,
            self.config.providers.get(name, {}),
            folder=self.config.root,
            env=os.environ,
            clock=lambda: datetime.now(UTC),
        )

    def provider(self, name: str) -> "Provider":
        """Open a provider that we bring the recipients to. Raises ConfigError for another."""
        service = self.service(name)
        if service.abilities.holds_list:
            raise ConfigError(f"{name} holds the list itself: it takes no recipients of ours.")
        return cast("Provider", service)

    def choice(
        self,
        ledger: "Ledger",
        name: str,
        reading: "Reading",
        baseline: "Baseline | None" = None,
        asked: Asked = NOTHING,
    ) -> "Choice":
        """Choose what the next issue of a newsletter carries."""
        from syndicate.choosing import choose
        from syndicate.importing.memory import imported
        from syndicate.models import Baseline, Past

        past = Past(
            ledger.mailed(name) if ledger.started(name) else None,
            {issue.id: issue for issue in ledger.issues(name)},
            reading.questions,
            imported(self.config.import_path, reading.ids),
            reading.ids,
        )
        return choose(
            reading.heads,
            self.config.newsletters[name],
            past,
            baseline or Baseline(),
            wishes(asked, reading.heads),
            zone=self.config.site.zone,
            now=self.now,
        )

    def draft(
        self,
        ledger: "Ledger",
        name: str,
        source: "Source",
        choice: "Choice",
        asked: Asked = NOTHING,
    ) -> "Draft":
        """Render the next issue as it would go out now."""
        from syndicate import prepare

        note = asked.note
        if note is None:
            waiting = self.note(ledger, name)
            note = waiting.text if waiting else ""
        contents = prepare.Contents(
            tuple(source.article(head) for head in choice.articles),
            choice.links,
            choice.baseline,
            sections=tuple((tag, tuple(one.id for one in group)) for tag, group in choice.sections),
            updated=choice.updated,
            more=choice.waiting,
            note=note,
            subject=asked.subject or "",
        )
        return prepare.draft(
            self.config, name, contents, lambda week: ledger.next_issue(name, week), self.now
        )

    def note(self, ledger: "Ledger", name: str) -> "Note | None":
        """Find the editor's note that waits for the next issue of a newsletter."""
        from syndicate.cli import notes

        last = next((issue.id for issue in ledger.issues(name)), None)
        return notes.waiting(self.config, name, last)

    @contextlib.contextmanager
    def audience(self, name: str, secret: bytes) -> Iterator["Audience"]:
        """Read the audience of a newsletter, sorted and without those who must not get it."""
        from syndicate import audience
        from syndicate.cli import lists

        newsletter = self.config.newsletters[name]
        path = self.config.audience_path(name)
        service = self.service(newsletter.provider)
        try:
            lists.refuse_mismatch(newsletter, service)
            if path is None:
                held = cast("CampaignProvider", service)
                people = audience.held(lists.list_of(held, newsletter))
            else:
                people = audience.read(path, secret, self.suppressed(secret), newsletter.where)
        finally:
            service.close()
        with people:
            yield people

    def audience_file(self, name: str) -> Path:
        """Give the CSV file of a newsletter's people. Raises ConfigError where there is none."""
        path = self.config.audience_path(name)
        if path is None:
            newsletter = self.config.newsletters[name]
            raise ConfigError(
                f"The people of {name} are on the list {newsletter.audience}, which "
                f"{newsletter.provider} holds. Change them there."
            )
        return path

    def suppressed(self, secret: bytes) -> frozenset[bytes]:
        """Read the keys of those who must never be mailed."""
        from syndicate.cli.suppressing import Suppression

        return Suppression(self.config, secret).keys(self.now)


def open_desk(context: click.Context) -> Desk:
    """Find and read the configuration for a command."""
    from syndicate import config

    given: Path | None = context.find_root().obj["config"]
    path = given if given is not None else config.find(Path.cwd())
    desk = Desk(config.load(path), datetime.now(UTC).replace(microsecond=0))
    if context.find_root().obj["verbose"]:
        talk(f"Configuration: {path}\nLedger: {desk.ledger_name}\nRun by: {desk.by}")
    return desk


def at_a_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


@cache
def _whoever() -> str:
    import socket

    return f"{_login()}@{socket.gethostname()}"


def _login() -> str:
    import getpass

    try:
        return getpass.getuser().encode(errors="replace").decode()
    except (KeyError, OSError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"
