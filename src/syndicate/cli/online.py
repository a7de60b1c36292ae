"""`syndicate check --online`: what visitors, mailbox providers and the mail provider see."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

import click

from syndicate import durations
from syndicate.checks.online import visits
from syndicate.checks.online.base import Asked, Domain, Purpose, ServedFeed, Sight, Web
from syndicate.checks.online.mail import domains_without_selector
from syndicate.cli.console import count
from syndicate.cli.desk import Desk
from syndicate.errors import ConfigError, ProviderError, Unsupported
from syndicate.models import Finding, Kind, Level, Mailbox, Manuscript, Where
from syndicate.visiting import Manners, NotVisited, visit

if TYPE_CHECKING:
    from syndicate.contracts import Service
    from syndicate.prepare import Draft

#: seconds for all visits together
SECONDS = 90.0
#: seconds for one
PATIENCE = 15.0
#: bytes of an answer that are read where only its status matters
GLANCE = 65_536
#: bytes of a feed that are read
FEED = 64_000_000
_GOOD = range(200, 300)
#: reach nobody, so no domain needs to vouch for them
HARMLESS = frozenset({"outbox"})


@dataclass(slots=True)
class Seen:
    """What was seen online, and what was not."""

    web: Web
    #: what the providers say
    findings: list[Finding] = field(default_factory=list)
    #: what was looked at, and what was not and why, as plain sentences
    notes: list[str] = field(default_factory=list)

    @property
    def secure(self) -> frozenset[str]:
        """The http addresses that answer by https too."""
        sights = self.web.sights
        return frozenset(
            url
            for url in sights
            for twin in _encrypted(url)
            if twin in sights and sights[twin].status in _GOOD
        )


def asked_by(manuscript: Manuscript) -> Iterator[Asked]:
    """List the addresses that an article leads to, or shows."""
    path = manuscript.article.where.path
    for spot in manuscript.spots:
        if spot.value.lower().startswith(("http://", "https://")):
            kind = Purpose.PICTURE if spot.kind is Kind.PICTURE else Purpose.LINK
            if spot.kind in {Kind.PICTURE, Kind.LINK}:
                yield Asked(spot.value, kind, Where(path, spot.line, spot.column))


def see(desk: Desk, drafts: "Iterable[Draft]", asked: list[Asked], feeds: Iterable[str]) -> Seen:
    """Look at everything online. Only addresses of the web are visited, and nothing private.

    `asked` is what articles lead to, `feeds` are the files of feeds as a person would type them.
    """
    drafts = list(drafts)
    issues = (one for draft in drafts for one in _of_draft(desk, draft, asked))
    every = [*asked, *issues, *_ways_to_leave(desk)]
    seen = Seen(Web(desk.config, tuple(every)))
    sights = _visited(desk, every, seen)
    served = tuple(_served(desk, feeds))
    senders = _senders(desk)
    domains = tuple(_domains(desk, senders, seen))
    seen.web = replace(seen.web, sights=sights, feeds=served, domains=domains)
    for provider, sender in senders:
        seen.findings += _provider(desk, provider, sender)
    return seen


def _senders(desk: Desk) -> list[tuple[str, Mailbox]]:
    """List who sends by which provider, each once."""
    from syndicate.prepare import mailbox

    newsletters = desk.config.newsletters.values()
    pairs = ((one.provider, mailbox(one.sender, "sender")) for one in newsletters)
    return list(dict.fromkeys(pair for pair in pairs if pair[0] not in HARMLESS))


def _of_draft(desk: Desk, draft: "Draft", asked: list[Asked]) -> Iterator[Asked]:
    """List what an issue leads to beside its articles' own links: their pages, and its own."""
    from syndicate.checks import Carrier, read_letter

    for head in (*draft.articles, *draft.links):
        yield Asked(head.url, Purpose.PAGE, head.where, head.title)
    letter = read_letter(
        draft.message, desk.config, draft.newsletter, carrier=Carrier(), now=desk.now
    )
    known = {one.url for one in asked} | {head.url for head in (*draft.articles, *draft.links)}
    # The page of the issue and its pictures are published right before it goes.
    made = (desk.config.issue_url(draft.id), f"{desk.config.site.url}email/")
    for link in letter.links:
        href = link.href
        plain = href.startswith(("http://", "https://")) and href.isprintable()
        if plain and href not in known and not href.startswith(made):
            known.add(href)
            yield Asked(href, Purpose.LINK)


def _ways_to_leave(desk: Desk) -> Iterator[Asked]:
    """List the pages where people unsubscribe, with a token that is nobody's."""
    for newsletter in desk.config.newsletters.values():
        if own := newsletter.unsubscribe_url:
            whole = own.replace("{token}", "check") if "{token}" in own else f"{own}check"
            yield Asked(whole, Purpose.LEAVE)


def _visited(desk: Desk, asked: list[Asked], seen: Seen) -> dict[str, Sight]:
    """Visit what is not known from a little while ago; https too, where only http is written."""
    place = desk.config.root / ".cache" / "visits.json"
    before = visits.load(place)
    known = {url: one for url, one in before.items() if visits.is_fresh(one, desk.now)}
    urls = list(dict.fromkeys(url for one in asked for url in (one.url, *_encrypted(one.url))))
    # What was in trouble comes last: it may use up the time again.
    fresh = sorted((url for url in urls if url not in known), key=before.__contains__)
    look = visits.seer(_manners(desk), desk.now)
    found = visits.look_at(fresh, look, seconds=SECONDS, tell=_progress(len(fresh)))
    visits.save(place, {**before, **found}, desk.now)
    sights = {url: one for url in urls if (one := found.get(url) or known.get(url))}
    seen.notes += _told(urls, found, known, desk.now)
    return sights


def _encrypted(url: str) -> tuple[str, ...]:
    return (f"https://{url[7:]}",) if url.lower().startswith("http://") else ()


def _told(
    urls: list[str], found: dict[str, Sight], known: dict[str, Sight], now: datetime
) -> Iterator[str]:
    used = [known[url] for url in urls if url in known]
    if urls:
        text = f"{count(len(found), 'address', 'addresses')} visited"
        if used:
            oldest = (now - min(one.at for one in used)).total_seconds()
            text += f", {len(used):,} known from up to {durations.text(oldest)} ago"
        yield f"{text}."
    missed = len(urls) - len(found) - len(used)
    if missed:
        yield (
            f"Not visited for want of time: {count(missed, 'address', 'addresses')}. Run the same "
            "command again: it goes on from here."
        )


def _manners(desk: Desk, most: int = GLANCE) -> Manners:
    home = desk.config.site.url
    return Manners(own=(home,), contact=home, patience=PATIENCE, most=most)


def _progress(whole: int) -> Callable[[int], None]:
    """Make what shows on a terminal how far the visits are."""
    if not whole or not sys.stderr.isatty():
        return lambda _: None

    def tell(done: int) -> None:
        end = "\r\033[K" if done == whole else ""
        click.echo(f"\rVisiting {done:,} of {whole:,}{end}", nl=False, err=True)

    return tell


def _served(desk: Desk, feeds: Iterable[str]) -> Iterator[ServedFeed]:
    """Fetch each feed that was built, and compare it with its file."""
    from syndicate.publish.base import address

    manners, trouble = _manners(desk, FEED), ""
    for shown in feeds:
        path = desk.config.root / shown
        if not path.is_file() or trouble:
            continue
        url = address(desk.config, path.relative_to(desk.config.out).as_posix())
        try:
            page = visit(url, manners)
        except NotVisited as error:
            # One host serves them all: what keeps us from one keeps us from the others.
            trouble = str(error)
            yield ServedFeed(shown, url, 0, "", same=False, trouble=trouble)
            continue
        media = page.headers.get("content-type", "").partition(";")[0].strip().lower()
        same = page.body == path.read_bytes()
        yield ServedFeed(shown, url, page.status, media, same=same)


def _domains(desk: Desk, senders: list[tuple[str, Mailbox]], seen: Seen) -> Iterator[Domain]:
    """Ask for the records of every sender's domain."""
    from syndicate import nameserver
    from syndicate.checks.online.domains import ask

    wanted = {(one.address.rpartition("@")[2].lower(), provider) for provider, one in senders}
    selector, found = desk.config.rules.dkim_selector, []
    try:
        names = nameserver.Names() if wanted else None
        for domain, provider in sorted(wanted):
            found.append(ask(domain, provider, selector, cast("nameserver.Names", names).texts))
    except nameserver.NoNames as error:
        seen.notes.append(f"SPF, DKIM and DMARC were not looked at: {error}.")
    for name in domains_without_selector(tuple(found)):
        seen.notes.append(
            f"DKIM of {name} was not looked at, as only you know the name of its key. Write it in "
            '[checks]: dkim_selector = "..."'
        )
    yield from found


def _provider(desk: Desk, provider: str, sender: Mailbox) -> list[Finding]:
    """Ask the provider whether the key works and the sender may be used."""
    try:
        with closing(cast("Service", desk.service(provider))) as service:
            found = service.check(sender)
    except Unsupported:
        return []
    except (ConfigError, ProviderError) as error:
        return [Finding(Level.MUST_FIX, str(error), name="provider")]
    names = {Level.MUST_FIX: "provider", Level.ADVICE: "provider-advice"}
    return [replace(one, name=names[one.level]) for one in found]
