"""The command that writes files for the site: build."""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.console import count, show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.telling import finding_as_json, told
from syndicate.cli.wishes import JSON
from syndicate.models import Level

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Issue, Message
    from syndicate.publish import Built
    from syndicate.publish.ping import Ping
    from syndicate.sources.folder import Folder


def make(desk: Desk, ledger: "Ledger", source: "Folder") -> "Built":
    """Write feeds, pictures and the pages of all issues; good articles come through.

    Where the ids of mailed articles are lost, no new ones are kept: `send` would not notice.
    """
    return _publish(desk, [(one, ledger.message(one.id)) for one in ledger.issues()], source)


def _issues(desk: Desk) -> "list[tuple[Issue, Message]]":
    """List the issues there are; a site that never sent any does without a ledger."""
    place = desk.ledger_at
    if isinstance(place, Path) and not place.exists():
        return []
    with desk.ledger() as ledger:
        return [(one, ledger.message(one.id)) for one in ledger.issues()]


def _publish(desk: Desk, issues: "Sequence[tuple[Issue, Message]]", source: "Folder") -> "Built":
    from syndicate import publish
    from syndicate.sources import kept

    lost = bool(issues) and kept.lost(desk.config.ids_path)
    if lost:
        talk(f"{desk.config.ids_path} is gone or empty, although issues were sent. Bring it back.")
    return publish.build(
        desk.config,
        source,
        desk.now,
        remember=(lambda _: None) if lost else source.remember,
        issues=issues,
    )


@click.command("build", epilog="Example: syndicate build")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write into this folder instead of [feeds] out.",
)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Articles in a feed, instead of [feeds] limit.",
)
@click.option(
    "--ping", is_flag=True, help="Tell the hub (WebSub) of feeds that changed; run after upload."
)
@JSON
@click.pass_context
def build_command(
    context: click.Context, out: Path | None, limit: int | None, *, ping: bool, as_json: bool
) -> None:
    """Write feeds, their page and list, pictures and the pages of all issues into `public/`.

    A file whose bytes stay the same is not touched. A broken article is named, and the good ones
    are published all the same. A feed that nothing stands for any more is removed, unless somebody
    changed its file.
    """
    # Hundreds of thousands of small things are made and few are thrown away: looking for what can
    # be thrown away as often as Python does takes a twentieth of a build.
    gc.set_threshold(100_000, 50, 50)
    desk = _with(open_desk(context), out, limit)
    built = _publish(desk, _issues(desk), desk.source())
    broken = [one for one in built.findings if one.level is Level.MUST_FIX]
    if not as_json:
        _show_built(desk, built)
        if built.findings:
            talk(told(built.findings, to=sys.stderr))
        if broken:
            talk(f"{count(len(broken), 'thing')} to fix; everything else is published.")
    pings = _pinged(desk, built) if ping else ()
    if as_json:
        show_json(_built_as_json(built, pings))
    elif ping:
        _show_pings(pings)
    context.exit(Exit.CHECK if broken else Exit.DONE)


def _with(desk: Desk, out: Path | None, limit: int | None) -> Desk:
    """Let options stand for what the configuration says."""
    import msgspec

    feeds = desk.config.feeds
    changes: dict[str, Any] = {}
    if out is not None:
        changes["out"] = str(out.resolve())
    if limit is not None:
        changes["limit"] = limit
    feeds = msgspec.structs.replace(feeds, **changes)
    return replace(desk, config=msgspec.structs.replace(desk.config, feeds=feeds))


def _pinged(desk: Desk, built: "Built") -> "tuple[Ping, ...]":
    from syndicate.publish.ping import ping

    return ping(desk.config, built.subscribed, now=lambda: datetime.now(UTC), env=os.environ)


def _show_built(desk: Desk, built: "Built") -> None:
    kinds = {"new": built.new, "changed": built.changed, "removed": built.removed}
    for kind, files in kinds.items():
        for file in files:
            show(f"  {kind:8} {file}")
    numbers = [f"{len(files):,} {kind}" for kind, files in kinds.items() if files]
    same = [f"{len(built.same):,} as before"] if built.same else []
    older = f" of {built.published:,}" if built.published > built.carried else ""
    articles = f"{built.carried:,}{older}" if older else count(built.carried, "article")
    show(
        f"{desk.config.site.title}: {articles} in the main feed, {count(built.feeds, 'feed')} in "
        f"all. Files: {', '.join(numbers + same)}."
    )


def _show_pings(pings: "Sequence[Ping]") -> None:
    for one in pings:
        if one.text:
            talk(f"warning: {one.text}")
    told = sum(one.outcome == "told" for one in pings)
    known = sum(one.outcome == "known" for one in pings)
    show(f"The hub was told of {count(told, 'feed file')}, and knew {known:,} already.")


def _built_as_json(built: "Built", pings: "Sequence[Ping]") -> dict[str, object]:
    return {
        #: files that were not there before
        "new": list(built.new),
        #: files that were written anew
        "changed": list(built.changed),
        #: files that stayed untouched
        "same": list(built.same),
        #: files that nothing stands for any more
        "removed": list(built.removed),
        #: articles that can be used, drafts and future ones included
        "articles": built.articles,
        #: those of them that may stand in feeds today
        "published": built.published,
        #: articles in the main feed
        "in_feeds": built.carried,
        #: how many feeds there are, each in every format
        "feeds": built.feeds,
        #: with `--ping`: what became of each feed
        "pings": [
            {
                #: public address of the feed
                "url": one.url,
                #: `told`, `known` (told before), `old` (served with other bytes) or `failed`
                "outcome": one.outcome.value,
                #: what is wrong and what to do; empty when nothing is
                "text": one.text,
            }
            for one in pings
        ],
        #: what was found on the way
        "findings": [finding_as_json(one) for one in built.findings],
    }
