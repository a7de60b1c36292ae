"""Commands that write files for the site: build, preview."""

from typing import TYPE_CHECKING

import click

from syndicate.cli.console import count, finding_as_json, findings_as_text, show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.looking import JSON
from syndicate.models import Level

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.publish import Built
    from syndicate.sources.folder import Folder


def make(desk: Desk, ledger: "Ledger", source: "Folder") -> "Built":
    """Write feeds, pictures and the pages of all issues; good articles come through."""
    from syndicate import publish

    issues = ledger.issues()
    return publish.build(
        desk.config,
        source,
        desk.now,
        remember=desk.remember,
        issues=[(one, ledger.message(one.id)) for one in issues],
    )


@click.command("build", epilog="Example: syndicate build")
@JSON
@click.pass_context
def build_command(context: click.Context, *, as_json: bool) -> None:
    """Write the feeds, their pictures and the pages of all issues into `public/`.

    A file whose bytes stay the same is not touched. A broken article is named, and the good ones
    are published all the same.
    """
    desk = open_desk(context)
    with desk.ledger() as ledger:
        built = make(desk, ledger, desk.source())
    broken = [one for one in built.findings if one.level is Level.MUST_FIX]
    if as_json:
        show_json(_built_as_json(built))
    else:
        _show_built(desk, built)
        if broken:
            talk(findings_as_text(broken))
            talk(f"{count(len(broken), 'thing')} to fix; everything else is published.")
    context.exit(Exit.CHECK if broken else Exit.DONE)


def _show_built(desk: Desk, built: "Built") -> None:
    for file in built.changed:
        show(f"  {file}")
    same = f", {count(len(built.same), 'file')} as before" if built.same else ""
    show(
        f"{count(built.carried, 'article')} in the feeds of {desk.config.site.title}: "
        f"{count(len(built.changed), 'file')} written{same}."
    )


def _built_as_json(built: "Built") -> dict[str, object]:
    return {
        "changed": list(built.changed),
        "same": list(built.same),
        "articles": built.articles,
        "published": built.published,
        "in_feeds": built.carried,
        "findings": [finding_as_json(one) for one in built.findings],
    }
