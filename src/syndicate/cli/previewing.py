"""The command preview: a page on this computer, or the same as files in a folder."""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import inspecting
from syndicate.cli.broken import in_the_way
from syndicate.cli.console import show, talk
from syndicate.cli.counting import Counting
from syndicate.cli.desk import NOTHING, Desk, at_a_terminal, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.remembering import Memory, Remembering
from syndicate.cli.wishes import NEWSLETTER, Asked, issue_options
from syndicate.errors import SyndicateError
from syndicate.models import Finding, Reading

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.contracts import Ledger
    from syndicate.preview import Look
    from syndicate.preview.gathering import MainFeed
    from syndicate.preview.people import People
    from syndicate.preview.watching import Watched

PORT = 8765


@click.command("preview", epilog="Example: syndicate preview")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write it into this folder instead; open index.html in it.",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="Port of the page; the next free one where it is taken.",
)
@click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="Open the page in the browser; by default at a terminal only.",
)
@NEWSLETTER
@issue_options
@click.pass_context
def preview_command(
    context: click.Context,
    /,
    out: Path | None,
    port: int,
    newsletter: str | None,
    *,
    opens: bool | None,
    **typed: Any,
) -> None:
    """Show the next issue as its readers will see it, and draw it anew whenever you save.

    In the inbox, on a computer and a phone, dark, without pictures or styles, as plain text, on the
    web and in feed readers; with what the checks found, where the links lead, and the outbox. The
    page is served on this computer only, and nothing leaves it.
    """
    asked = Asked(**typed)
    desk = open_desk(context)
    site = Site(desk, _names(desk, newsletter, asked), asked, Counting())
    if out is not None:
        context.exit(_write(site, out))
    context.exit(_serve(site, port, opens=at_a_terminal() if opens is None else opens))


def _names(desk: Desk, newsletter: str | None, asked: Asked) -> tuple[str, ...]:
    """Choose the newsletters to show: all of them, unless one is named or wishes are for one."""
    if newsletter is not None or asked != NOTHING or len(desk.config.newsletters) == 1:
        return (desk.newsletter(newsletter),)
    if not desk.config.newsletters:
        desk.newsletter(None)
    return tuple(desk.config.newsletters)


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a preview looks at it, again and again."""

    desk: Desk
    newsletters: tuple[str, ...]
    asked: Asked
    counting: Counting
    memory: Memory = field(default_factory=Memory)

    def looks(self) -> "tuple[Look, ...]":
        """Look at everything as it stands on the disk now. Raises SyndicateError."""
        desk = self._now()
        source = self.memory.source(desk.source(), desk.config.root)
        reading = source.read()
        feed, found = _main_feed(desk, source, reading)
        with desk.ledger() as ledger:
            table = _Table(desk, ledger, source, reading, feed, found)
            return tuple(
                _look(table, name, self.asked, self.counting)
                for name in self.newsletters
                if name in desk.config.newsletters
            )

    def watched(self) -> "Watched":
        """Say what the drawing depends on, by the configuration as it is now."""
        from syndicate.preview.watching import Watched

        try:
            config = self._now().config
        except SyndicateError:
            config = self.desk.config
        audiences = (config.audience_path(name) for name in config.newsletters)
        folders = [
            config.root / config.articles.folder,
            config.root / "templates",
            config.root / "notes",
            *(path.parent for path in audiences if path and path.parent != config.root),
        ]
        if config.audience.suppressed:
            folders.append((config.root / config.audience.suppressed).parent)
        return Watched(
            config.root,
            tuple(dict.fromkeys(one for one in folders if one != config.root)),
            _ledger_folder(config),
            outbox_folder(config.root, config.providers),
        )

    def people(self) -> "dict[str, People]":
        """Say in which files the people of each newsletter can be looked up."""
        from syndicate.preview.people import People

        config = self.desk.config
        paths = {name: config.audience_path(name) for name in self.newsletters}
        return {
            name: People(path, config.newsletters[name].unsubscribe_url)
            for name, path in paths.items()
            if path is not None
        }

    def _now(self) -> Desk:
        from syndicate.config import FILENAME

        return replace(
            self.desk,
            config=self.memory.config(self.desk.config.root / FILENAME),
            now=datetime.now(UTC).replace(microsecond=0),
        )


def _ledger_folder(config: "Config") -> Path | None:
    """Give the folder of a ledger that is a file; None for a database."""
    try:
        place = config.ledger_at(os.environ)
    except SyndicateError:
        return None
    return place.parent if isinstance(place, Path) else None


def outbox_folder(root: Path, providers: "dict[str, dict[str, Any]]") -> Path:
    """Give the folder that the outbox provider writes into."""
    folder = providers.get("outbox", {}).get("folder", "outbox")
    return root / folder if isinstance(folder, str) and folder else root / "outbox"


@dataclass(frozen=True, slots=True)
class _Table:
    """What one look at the site has on the table."""

    desk: Desk
    ledger: "Ledger"
    source: Remembering
    reading: Reading
    feed: "MainFeed"
    #: what is to say of the feeds
    of_feeds: tuple[Finding, ...]


def _look(table: _Table, name: str, asked: Asked, counting: Counting) -> "Look":
    """Look at one newsletter; what goes wrong with it does not stop the others."""
    from syndicate import checks
    from syndicate.preview import Look, Trouble
    from syndicate.preview.gathering import view
    from syndicate.preview.live import trouble

    desk, reading = table.desk, table.reading
    noticed = checks.kept(reading.findings, desk.config)
    choice, draft, found = None, None, [*noticed, *table.of_feeds]
    broken = in_the_way(desk, table.ledger, name, reading)
    troubles = [Trouble(one.text, one.where, one.fix) for one in broken]
    try:
        choice = desk.choice(table.ledger, name, reading, None, asked)
        if choice.articles:
            draft = desk.draft(table.ledger, name, table.source, choice, asked)
            found += inspecting.of_articles(desk, table.source, choice.articles)
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
        audience=counting.audience(desk, name, _secret(desk, table.ledger)),
    )
    return Look(drawn, tuple(troubles))


def _main_feed(
    desk: Desk, source: Remembering, reading: Reading
) -> "tuple[MainFeed, tuple[Finding, ...]]":
    """Write the main feed in memory, and look at what came of it."""
    from syndicate import checks, publish
    from syndicate.preview.gathering import MainFeed
    from syndicate.sources import ids

    config = desk.config
    files, articles, findings = publish.main_feed(config, source, reading, desk.now)
    stand = checks.Stand(
        articles,
        articles,
        {name: len(data) for name, data in files},
        ids.load(config.ids_path),
        config.site.url,
    )
    found = checks.of_feeds(stand, config)
    return MainFeed(files, articles), (*findings, *found)


def _secret(desk: Desk, ledger: "Ledger") -> bytes | None:
    """Give the secret that people are told apart by; a preview does without where there is none."""
    try:
        return ledger.secret(desk.secret())
    except SyndicateError:
        return None


def _write(site: Site, out: Path) -> Exit:
    from syndicate import preview

    looks = site.looks()
    for look in looks:
        for one in look.troubles:
            place = f"{one.where}: " if one.where else ""
            talk(f"must fix\n  {place}{one.text}{' ' + one.fix if one.fix else ''}")
    page, *_ = preview.write(out, [look.view for look in looks])
    told = [
        f"issue {look.view.issue.number} ({look.view.issue.content_hash[:6]})"
        if look.view.issue
        else f"{look.view.title}: nothing new"
        for look in looks
    ]
    text = ", ".join(told)
    talk(f"{text[:1].upper()}{text[1:]} in {page}")
    return Exit.CHECK if any(look.troubles for look in looks) else Exit.DONE


def _serve(site: Site, port: int, *, opens: bool) -> Exit:
    from syndicate import pictures
    from syndicate.preview.app import Stock
    from syndicate.preview.live import Live
    from syndicate.preview.outbox import Outbox
    from syndicate.preview.server import forget_keys, open_browser, open_server
    from syndicate.preview.watching import Watching

    config, people = site.desk.config, site.people()
    forget_keys(but=frozenset({config.site.secret_env, config.ledger.url_env}))
    live = Live(site.looks, people=frozenset(people))
    site.counting.counted = live.redraw
    outbox = Outbox(outbox_folder(config.root, config.providers))
    server = open_server(Stock(live, outbox, people, pictures.place(config)), port)
    if port and server.port != port:
        talk(f"Port {port} is taken.")
    address = f"http://127.0.0.1:{server.port}/"
    show(f"{address} (Ctrl-C to stop; nothing leaves this computer)")
    watching = Watching(site.watched, live.redraw, live.outbox_changed)
    if opens:
        open_browser(address)
    try:
        # Ctrl-C ends it: that is how it is left, and no error.
        server.serve_forever(poll_interval=0.2)
    finally:
        watching.close()
        server.server_close()
    return Exit.DONE
