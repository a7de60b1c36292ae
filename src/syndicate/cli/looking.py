"""Commands that only look: list, log."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.console import (
    count,
    rows,
    show,
    show_json,
    talk,
)
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.telling import finding_as_json, told
from syndicate.cli.wishes import JSON, NEWSLETTER, Asked, choosing_options
from syndicate.models import Level

if TYPE_CHECKING:
    from syndicate.models import Choice, Finding, Head


@click.command("list", epilog="Example: syndicate list --all")
@NEWSLETTER
@click.option("--all", "everything", is_flag=True, help="Name every article that is not in it.")
@choosing_options
@JSON
@click.pass_context
def list_command(
    context: click.Context,
    /,
    newsletter: str | None,
    *,
    everything: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Show what is in the next issue, and why each other article is not."""
    from syndicate.cli import weeks

    desk = open_desk(context)
    name = desk.newsletter(newsletter)
    reading = desk.source().read()
    with desk.ledger() as ledger:
        choice = desk.choice(ledger, name, reading, None, Asked(**asked))
        due = weeks.next_due(desk, ledger, name)
    broken = [one for one in reading.findings if one.level is Level.MUST_FIX]
    if as_json:
        show_json(_as_json(name, choice, broken, due))
    else:
        _show_choice(desk, name, choice, everything=everything)
        if due:
            show(f"{due[:1].upper()}{due[1:]}.")
        _say_broken(broken)
    context.exit(Exit.CHECK if broken else Exit.DONE)


def _show_choice(desk: Desk, name: str, choice: "Choice", *, everything: bool) -> None:
    title = desk.config.newsletters[name].title
    if not choice.articles:
        show(f"{title}: nothing new.")
    else:
        show(f"Next issue of {title}: {count(len(choice.articles), 'article')}")
        show(rows(_lines(desk, choice, choice.articles, first=1)))
    if choice.links:
        show("Also new, as links:")
        show(rows(_lines(desk, choice, choice.links, first=len(choice.articles) + 1)))
    past = {"mailed", "baseline", "imported"}
    left = [one for one in choice.left_out if everything or one.kind not in past]
    if left:
        show("Not in it:")
        show(rows((one.head.title, one.reason) for one in left))
    hidden = len(choice.left_out) - len(left)
    if hidden:
        verb = "counts" if hidden == 1 else "count"
        show(f"{count(hidden, 'article')} {verb} as mailed before; --all names them.")


def _lines(desk: Desk, choice: "Choice", heads: "Iterable[Head]", first: int) -> list[list[str]]:
    zone = desk.config.site.zone
    section = {head.id: tag for tag, group in choice.sections for head in group}
    return [
        [
            f"{number:>2}",
            head.title,
            f"{head.published.astimezone(zone):%a %d %b %Y}",
            "lead" if number == 1 else section.get(head.id, ""),
            "updated" if head.id in choice.updated else "",
        ]
        for number, head in enumerate(heads, first)
    ]


def _say_broken(broken: "list[Finding]") -> None:
    if broken:
        talk(told(broken, to=sys.stderr))
        talk(f"{count(len(broken), 'file')} cannot be read and may be missing above.")


def _as_json(name: str, choice: "Choice", broken: "list[Finding]", due: str) -> dict[str, Any]:
    section = {head.id: tag for tag, group in choice.sections for head in group}

    def brief(head: "Head") -> dict[str, Any]:
        return {
            #: id of the article
            "id": head.id,
            #: its title
            "title": head.title,
            #: when it was published, ISO 8601 with its zone
            "published": head.published.isoformat(),
            #: its file
            "path": head.where.path,
            #: the tag that it stands under; null for the lead and for what has none
            "section": section.get(head.id) or None,
            #: whether it was mailed before and is labelled as updated
            "updated": head.id in choice.updated,
        }

    return {
        #: name of the newsletter
        "newsletter": name,
        #: what is in the next issue, the lead first
        "articles": [brief(head) for head in choice.articles],
        #: what stands as a link only, as there are more than `max_articles`
        "links": [brief(head) for head in choice.links],
        #: every other article
        "left_out": [
            {
                **brief(left.head),
                #: `draft`, `future`, `email: false`, `mailed`, `imported`, `baseline`, `tag`,
                #: `maximum`, `held`, `question` or `copy`
                "kind": left.kind,
                #: the same in words
                "reason": left.reason,
            }
            for left in choice.left_out
        ],
        #: files that cannot be read, and might have been in it
        "broken": [finding_as_json(one) for one in broken],
        #: when the next issue is due, in words; null without `due`
        "due": due or None,
    }


@click.command("log", epilog="Example: syndicate log --issue weekly-2026-W48")
@click.option("--issue", help="Only what concerns this issue.")
@JSON
@click.pass_context
def log_command(context: click.Context, issue: str | None, *, as_json: bool) -> None:
    """Show who did what, and when; nothing is ever taken out of it."""
    from syndicate import report

    desk = open_desk(context)
    with desk.ledger() as ledger:
        entries = ledger.log(issue)
    if as_json:
        show_json([report.entry_as_json(one) for one in entries])
        return
    for entry in entries:
        show(report.entry_as_text(entry, desk.config.site.zone))
    if not entries:
        nothing = "Nothing has happened yet."
        show(f'The log tells nothing of "{issue}". See: syndicate status' if issue else nothing)
