"""Commands that write files for the site: build, preview."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicate.cli.console import count, finding_as_json, findings_as_text, show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.looking import JSON, NEWSLETTER
from syndicate.models import Finding, Head, Level

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.prepare import Draft
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


@click.command("preview", epilog="Example: syndicate preview --out preview")
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write it to; open index.html in it.",
)
@NEWSLETTER
@click.pass_context
def preview_command(context: click.Context, out: Path, newsletter: str | None) -> None:
    """Write a page that shows the next issue as its readers will see it.

    As a row of the inbox, on a computer and a phone, dark, without pictures, without styles and as
    plain text, with what the checks found. Nothing leaves this computer.
    """
    from syndicate import preview
    from syndicate.choosing import Baseline

    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    source = desk.source()
    reading = source.read()
    with desk.ledger() as ledger:
        choice = desk.choice(ledger, name, reading, Baseline())
        if not choice.articles:
            talk("There is nothing new, so there is no next issue to show.")
            context.exit(Exit.DONE)
        draft = desk.draft(ledger, name, source, choice)
        with desk.audience(name, ledger.secret(desk.secret())) as people:
            size = people.count
    findings = [*reading.findings, *_of_issue(desk, source, choice.articles, draft)]
    view = preview.of_draft(
        desk.config,
        draft,
        now=desk.now,
        findings=findings,
        left_out=choice.left_out,
        audience=size,
    )
    page, *_ = preview.write(out, view)
    talk(f"Issue {draft.number} ({draft.content_hash[:6]}) is in {page}")


def _of_issue(
    desk: Desk, source: "Folder", heads: Iterable[Head], draft: "Draft"
) -> Iterator[Finding]:
    """Look at an issue and at each of its articles."""
    from syndicate import checks

    for head in heads:
        yield from source.inspect(head)
    config = desk.config
    yield from checks.of_message(draft.message, address=config.site.address, switches=config.checks)
