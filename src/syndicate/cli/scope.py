"""What `syndicate check` looks at: the next issues, what changing feeds carry, or everything."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syndicate.cli import inspecting
from syndicate.cli.desk import Desk
from syndicate.models import Finding, Level

if TYPE_CHECKING:
    from syndicate.checks import Letter
    from syndicate.checks.online.base import Asked
    from syndicate.models import Head, Manuscript, Reading
    from syndicate.prepare import Draft
    from syndicate.publish import Rehearsed
    from syndicate.sources.folder import Folder


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options ask for."""

    everything: bool = False
    online: bool = False
    strict: bool = False
    fix: bool = False
    yes: bool = False
    as_json: bool = False


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
    #: http addresses that answer by https too; only known online
    secure: frozenset[str] = frozenset()
    #: articles that were looked at closely
    heads: "list[Head]" = field(default_factory=list)
    #: number of articles that can be read
    of: int = 0

    def everything(self) -> Iterator[tuple[Finding, str | None]]:
        """List all findings, each once, with the newsletter that one of an issue is about."""
        yield from ((one, None) for one in dict.fromkeys(self.findings))
        for post in self.posts:
            yield from ((one, post.draft.newsletter) for one in dict.fromkeys(post.findings))


def look(desk: Desk, wish: Wish) -> Looked:
    """Look at the next issues, at what changing feeds carry, or at everything; and at the web."""
    from syndicate import checks

    source = desk.source()
    reading = source.read()
    looked = Looked(of=len(reading.heads))
    wanted = {head.id: head for head in reading.heads} if wish.everything else {}
    with desk.ledger() as ledger:
        for name in desk.config.newsletters:
            choice = desk.choice(ledger, name, reading)
            wanted |= {head.id: head for head in choice.articles}
            if choice.articles:
                draft = desk.draft(ledger, name, source, choice)
                letter = inspecting.letter_of(desk, draft)
                looked.posts.append(Post(draft, letter, checks.of_message(letter)))
    made, built = _feeds(desk, source, reading, archive=wish.everything)
    wanted |= {head.id: head for head in reading.heads if head.id in built.touched}
    paths = {head.where.path for head in wanted.values()}
    looked.findings += _in_reach(reading.findings, paths, desk, everything=wish.everything)
    heads = sorted(wanted.values(), key=lambda head: head.where.path)
    asked: list[Asked] = []
    show = _collecting(asked) if wish.online else lambda _: None
    looked.findings += [*inspecting.of_articles(desk, source, heads, show), *made]
    looked.heads = heads
    if wish.online:
        _online(desk, looked, asked, built)
    return looked


def _collecting(asked: "list[Asked]") -> "Callable[[Manuscript], object]":
    """Make what notes the addresses of each article that is looked at."""
    from syndicate.cli.online import asked_by

    return lambda manuscript: asked.extend(asked_by(manuscript))


def _online(desk: Desk, looked: Looked, asked: "list[Asked]", built: "Rehearsed") -> None:
    from syndicate import checks
    from syndicate.cli import online

    seen = online.see(desk, [post.draft for post in looked.posts], asked, built.sizes)
    looked.findings += [*checks.kept(seen.findings, desk.config), *checks.of_web(seen.web)]
    looked.notes += seen.notes
    looked.secure = seen.secure


def _in_reach(
    findings: Iterable[Finding], paths: set[str], desk: Desk, *, everything: bool
) -> Iterator[Finding]:
    """Keep what reading noticed of the articles in reach, and of files that must be fixed."""
    from syndicate import checks

    found = checks.kept(findings, desk.config)
    must = {one.where.path for one in found if one.where and one.level is Level.MUST_FIX}
    for one in found:
        near = everything or one.where is None or one.where.path in paths | must
        if near or one.level is Level.MUST_FIX:
            yield one


def _feeds(
    desk: Desk, source: "Folder", reading: "Reading", *, archive: bool
) -> "tuple[list[Finding], Rehearsed]":
    """Write all feeds in memory, and look at what came of it."""
    from syndicate import checks, publish
    from syndicate.sources import kept

    config = desk.config
    made = publish.rehearse(config, source, reading, desk.now, archive=archive)
    near: tuple[Head, ...] = tuple(
        head for head in made.heads if archive or head.id in made.touched
    )
    rack = checks.Rack(near, made.articles, made.sizes, kept.load(config.ids_path), config.site.url)
    found = [*checks.kept(made.findings, config), *checks.of_feeds(rack, config)]
    return found, made
