"""`syndicate check`: everything that can be known before sending."""

import sys
from collections.abc import Iterable

import click

from syndicate import dates
from syndicate.cli import mending
from syndicate.cli.console import count, show, show_json, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.mending import Change
from syndicate.cli.scope import Looked, Post, Wish, look
from syndicate.cli.telling import finding_as_json, listed, told
from syndicate.cli.vouching import SHORT
from syndicate.cli.wishes import JSON
from syndicate.models import Finding, Level


@click.command("check", epilog="Example: syndicate check --strict")
@click.option("--all", "everything", is_flag=True, help="Look at every article there is.")
@click.option(
    "--online", is_flag=True, help="Visit links, feeds and the provider; ask for SPF, DKIM, DMARC."
)
@click.option("--strict", is_flag=True, help="Count advice as something that must be fixed.")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, and show the difference.")
@click.option("--yes", is_flag=True, help="With --fix: write without asking.")
@JSON
@click.pass_context
def check_command(context: click.Context, /, **options: bool) -> None:
    """Find everything that can be known before sending, with file and line.

    It looks at the next issue of every newsletter, and at the articles that feeds which change
    will carry. A file that cannot be read is named always. --fix shows what it would change in
    articles and asks; where nobody can answer it needs --yes.
    """
    wish = Wish(**options)
    if wish.yes and not wish.fix:
        raise click.UsageError("--yes goes with --fix.")
    desk = open_desk(context)
    looked = look(desk, wish)
    changes: tuple[Change, ...] = ()
    if wish.fix:
        looked, changes = _mended(desk, looked, wish)
    found = [one for one, _ in looked.everything()]
    must = [one for one in found if wish.strict or one.level is Level.MUST_FIX]
    if wish.as_json:
        show_json(_as_json(looked, changes, ok=not must))
    else:
        _show(desk, looked)
        show(_verdict(must, found, looked))
        for note in looked.notes:
            show(note)
    context.exit(Exit.CHECK if must else Exit.DONE)


def _mended(desk: Desk, looked: Looked, wish: Wish) -> "tuple[Looked, tuple[Change, ...]]":
    """Mend what can be mended, and look again."""
    findings = [one for one, _ in looked.everything()]
    changes = mending.plan(desk, desk.source(), looked.heads, findings, looked.secure)
    if not changes:
        talk("There is nothing that --fix can mend.")
        return looked, ()
    if not mending.agree(changes, yes=wish.yes, quiet=wish.as_json):
        return looked, ()
    mending.write(desk, changes)
    return look(desk, wish), changes


def _show(desk: Desk, looked: Looked) -> None:
    several = len(looked.posts) > 1
    found = list(looked.findings)
    for post in looked.posts:
        draft = post.draft
        title = desk.config.newsletters[draft.newsletter].title
        day = dates.day_in_words(desk.now, desk.config.site.zone)
        show(f"{title}, issue {draft.number}, as of {day}   {draft.content_hash[:SHORT]}")
        if several:
            _tell(post.findings, title)
            _show_good(post)
        else:
            found += post.findings
    _tell(found, "the issue")
    for post in looked.posts if not several else ():
        _show_good(post)


def _tell(findings: Iterable[Finding], issue: str) -> None:
    from syndicate.checks import TABLE, About

    names = {About.SENDER: "the sender", About.ONLINE: "online", About.FEEDS: "the feeds"}
    about = {check.name: names.get(check.about, issue) for check in TABLE}
    if text := told(findings, to=sys.stdout, otherwise=lambda one: about.get(one.name, issue)):
        show(text)


def _show_good(post: Post) -> None:
    """Say what is well with an issue, in a line or two."""
    from syndicate import checks

    items = checks.good(post.letter, {one.name for one in post.findings})
    show(listed("ok", list(items), to=sys.stdout))


def _verdict(must: list[Finding], found: list[Finding], looked: Looked) -> str:
    part = f"{len(looked.heads):,} of " if len(looked.heads) < looked.of else ""
    issues = count(len(looked.posts), "next issue") if looked.posts else "no next issue"
    what = f"Looked at {part}{count(looked.of, 'article')} and {issues}."
    if able := _mendable(found):
        what += f" --fix may mend: {', '.join(able)}."
    if must:
        return f"{count(len(must), 'thing')} must be fixed before sending. {what}"
    advice = f" {count(len(found), 'piece')} of advice." if found else ""
    return f"All clear.{advice} {what}"


def _mendable(found: list[Finding]) -> list[str]:
    """List the checks that found something which `--fix` can often mend."""
    from syndicate import checks

    able = {check.name for check in checks.TABLE if check.mends}
    return sorted({one.name for one in found if one.where} & able)


def _as_json(looked: Looked, changes: "tuple[Change, ...]", *, ok: bool) -> dict[str, object]:
    return {
        #: whether nothing must be fixed; with `--strict`, whether nothing was found at all
        "ok": ok,
        #: what `--fix` changed
        "mended": [
            {
                #: the file that was changed
                "path": one.path,
                #: the checks that were content afterwards
                "names": list(one.names),
            }
            for one in changes
        ],
        #: how many articles were looked at closely
        "articles": len(looked.heads),
        #: how many articles there are
        "of": looked.of,
        #: with `--online`: what was visited, and what could not be looked at, in sentences
        "notes": looked.notes,
        #: everything that was found
        "findings": [finding_as_json(*one) for one in looked.everything()],
    }
