"""`syndicate check`: everything that can be known before sending."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from syndicate import dates
from syndicate.cli import inspecting
from syndicate.cli.console import count, show, show_json
from syndicate.cli.desk import Desk, open_desk
from syndicate.cli.ending import Exit
from syndicate.cli.telling import finding_as_json, told
from syndicate.cli.vouching import SHORT
from syndicate.cli.wishes import JSON
from syndicate.models import Finding, Head, Level, Manuscript, Reading

if TYPE_CHECKING:
    from syndicate.checks import Letter
    from syndicate.checks.online.base import Asked
    from syndicate.prepare import Draft
    from syndicate.publish import Rehearsed
    from syndicate.sources.folder import Folder


@dataclass(frozen=True, slots=True)
class Post:
    """The next issue of a newsletter, and what the checks say of it as mail."""

    draft: "Draft"
    letter: "Letter"
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Looked:
    """What was looked at, and what was found."""

    #: of articles and feeds
    findings: list[Finding] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    #: what visits and name servers could not tell, and how much they told
    notes: list[str] = field(default_factory=list)
    #: articles that were looked at closely, and all that can be read
    articles: int = 0
    of: int = 0

    def everything(self) -> Iterator[tuple[Finding, str | None]]:
        """List all findings, each once, with the newsletter that one of an issue is about."""
        yield from ((one, None) for one in dict.fromkeys(self.findings))
        for post in self.posts:
            yield from ((one, post.draft.newsletter) for one in dict.fromkeys(post.findings))


@click.command("check", epilog="Example: syndicate check --strict")
@click.option("--all", "everything", is_flag=True, help="Look at every article there is.")
@click.option(
    "--online", is_flag=True, help="Visit links, feeds and the provider; ask for SPF, DKIM, DMARC."
)
@click.option("--strict", is_flag=True, help="Count advice as something that must be fixed.")
@JSON
@click.pass_context
def check_command(
    context: click.Context, *, everything: bool, online: bool, strict: bool, as_json: bool
) -> None:
    """Find everything that can be known before sending, with file and line.

    It looks at the next issue of every newsletter, and at the articles that feeds which change
    will carry. A file that cannot be read is named always.
    """
    desk = open_desk(context)
    looked = look(desk, everything=everything, online=online)
    found = [one for one, _ in looked.everything()]
    must = [one for one in found if strict or one.level is Level.MUST_FIX]
    if as_json:
        show_json(_as_json(looked, ok=not must))
    else:
        _show(desk, looked)
        show(_verdict(must, found, looked))
        for note in looked.notes:
            show(note)
    context.exit(Exit.CHECK if must else Exit.DONE)


def look(desk: Desk, *, everything: bool = False, online: bool = False) -> Looked:
    """Look at the next issues, at what changing feeds carry, or at everything; and at the web."""
    from syndicate import checks

    source = desk.source()
    reading = source.read()
    looked = Looked(of=len(reading.heads))
    wanted = {head.id: head for head in reading.heads} if everything else {}
    with desk.ledger() as ledger:
        for name in desk.config.newsletters:
            choice = desk.choice(ledger, name, reading)
            wanted |= {head.id: head for head in choice.articles}
            if choice.articles:
                draft = desk.draft(ledger, name, source, choice)
                letter = inspecting.letter_of(desk, draft)
                looked.posts.append(Post(draft, letter, checks.of_message(letter)))
    made, built = _feeds(desk, source, reading, archive=everything)
    wanted |= {head.id: head for head in reading.heads if head.id in built.touched}
    paths = {head.where.path for head in wanted.values()}
    looked.findings += _in_reach(reading.findings, paths, desk, everything=everything)
    heads = sorted(wanted.values(), key=lambda head: head.where.path)
    asked: list[Asked] = []
    show = _collecting(asked) if online else id
    looked.findings += [*inspecting.of_articles(desk, source, heads, show), *made]
    looked.articles = len(heads)
    if online:
        _online(desk, looked, asked, built)
    return looked


def _collecting(asked: "list[Asked]") -> Callable[[Manuscript], object]:
    """Make what notes the addresses of each article that is looked at."""
    from syndicate.cli.online import asked_by

    return lambda manuscript: asked.extend(asked_by(manuscript))


def _online(desk: Desk, looked: Looked, asked: "list[Asked]", built: "Rehearsed") -> None:
    from syndicate import checks
    from syndicate.cli import online

    seen = online.see(desk, [post.draft for post in looked.posts], asked, built.sizes)
    looked.findings += [*checks.kept(seen.findings, desk.config), *checks.of_web(seen.web)]
    looked.notes += seen.notes


def _in_reach(
    findings: Iterable[Finding], paths: set[str], desk: Desk, *, everything: bool
) -> Iterator[Finding]:
    """Keep what reading noticed of the articles in reach, and whatever must be fixed."""
    from syndicate import checks

    for one in checks.kept(findings, desk.config):
        near = everything or one.where is None or one.where.path in paths
        if near or one.level is Level.MUST_FIX:
            yield one


def _feeds(
    desk: Desk, source: "Folder", reading: Reading, *, archive: bool
) -> "tuple[list[Finding], Rehearsed]":
    """Write all feeds in memory, and look at what came of it."""
    from syndicate import checks, publish
    from syndicate.sources import ids

    config = desk.config
    made = publish.rehearse(config, source, reading, desk.now, archive=archive)
    near: tuple[Head, ...] = tuple(
        head for head in made.heads if archive or head.id in made.touched
    )
    stand = checks.Stand(
        near, made.articles, made.sizes, ids.load(config.ids_path), config.site.url
    )
    found = [*checks.kept(made.findings, config), *checks.of_feeds(stand, config)]
    return found, made


def _show(desk: Desk, looked: Looked) -> None:
    for post in looked.posts:
        draft = post.draft
        title = desk.config.newsletters[draft.newsletter].title
        day = dates.day_in_words(desk.now, desk.config.site.zone)
        show(f"{title}, issue {draft.number}, as of {day}   {draft.content_hash[:SHORT]}")
    found = list(looked.findings)
    if len(looked.posts) == 1:
        found += looked.posts[0].findings
    if text := told(found, to=sys.stdout, otherwise="the issue"):
        show(text)
    for post in looked.posts if len(looked.posts) > 1 else ():
        title = desk.config.newsletters[post.draft.newsletter].title
        if text := told(post.findings, to=sys.stdout, otherwise=title):
            show(text)


def _verdict(must: list[Finding], found: list[Finding], looked: Looked) -> str:
    articles = count(looked.articles, "article")
    if looked.articles < looked.of:
        articles = (
            f"{looked.articles:,} of {articles.replace(f'{looked.articles:,}', f'{looked.of:,}')}"
        )
    what = f"Looked at {articles} and {count(len(looked.posts), 'next issue')}."
    if must:
        return f"{count(len(must), 'thing')} must be fixed before sending. {what}"
    advice = f" {count(len(found), 'piece')} of advice." if found else ""
    return f"All clear.{advice} {what}"


def _as_json(looked: Looked, *, ok: bool) -> dict[str, object]:
    return {
        "ok": ok,
        "articles": looked.articles,
        "of": looked.of,
        "notes": looked.notes,
        "findings": [finding_as_json(*one) for one in looked.everything()],
    }
