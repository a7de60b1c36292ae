"""From chosen articles to a frozen issue: draft without side effects, then freeze in one step."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from syndicate import addresses, dates, pictures, render, theme
from syndicate.config import Config, Newsletter
from syndicate.contracts import Ledger
from syndicate.errors import ConfigError
from syndicate.models import (
    Article,
    Excluded,
    Frozen,
    Head,
    HeldList,
    Issue,
    Mailbox,
    Message,
    Recipient,
)
from syndicate.render.filters import label


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue as it would go out now; nothing of it is written down."""

    id: str
    number: int
    #: name of the newsletter, as in [newsletters.NAME]
    newsletter: str
    provider: str
    message: Message
    articles: tuple[Article, ...]
    links: tuple[Head, ...]
    #: SHA-256 of everything that goes out, hexadecimal
    content_hash: str
    baseline: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into an issue, chosen and read."""

    articles: tuple[Article, ...]
    links: tuple[Head, ...]
    baseline: tuple[str, ...] | None
    #: the articles after the lead by tag, as (tag, ids)
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: ids of articles that changed since they were mailed
    updated: frozenset[str] = frozenset()
    #: new articles that this issue does not name
    more: int = 0
    #: Markdown above the stories; "" for none
    note: str = ""
    #: instead of the subject in the configuration; "" for that one
    subject: str = ""


def draft(
    config: Config,
    name: str,
    contents: Contents,
    next_issue: Callable[[str], tuple[str, int]],
    now: datetime,
) -> Draft:
    """Render the next issue. `next_issue` gives id and number for an ISO week such as 2026-W48.

    The week, and the date in the issue, are those of `now` in the site's time zone.
    Raises TemplateError, and ConfigError for a sender or an address for answers that is none.
    """
    newsletter = config.newsletters[name]
    articles = pictures.for_issue(contents.articles, pictures.place(config))
    contents = replace(contents, articles=articles)
    issue, number = next_issue(dates.iso_week(now, config.site.zone))
    rendered = render.draft(
        _edition(config, newsletter, contents, issue=issue, number=number, now=now)
    )
    message = Message(
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=rendered.html,
        text=rendered.text,
        sender=mailbox(newsletter.sender, "sender"),
        reply_to=_answers(newsletter),
        headers=(("List-Id", _list_id(config, name, newsletter)),),
    )
    ids = tuple(head.id for head in (*contents.articles, *contents.links))
    return Draft(
        id=issue,
        number=number,
        newsletter=name,
        provider=newsletter.provider,
        message=message,
        articles=contents.articles,
        links=contents.links,
        content_hash=fingerprint(message, ids),
        baseline=contents.baseline,
    )


def _edition(
    config: Config,
    newsletter: Newsletter,
    contents: Contents,
    *,
    issue: str,
    number: int,
    now: datetime,
) -> render.Edition:
    site = config.site
    return render.Edition(
        issue=issue,
        number=number,
        date=now.astimezone(site.zone),
        newsletter=newsletter.title,
        site=_imprint(config),
        articles=contents.articles,
        palette=theme.derive(newsletter.theme or config.theme),
        sections=_sections(newsletter, contents),
        updated=contents.updated,
        also_new=contents.links,
        more=contents.more,
        note=contents.note,
        closing=newsletter.closing,
        cta=_invitation(newsletter),
        utm=msgspec.structs.asdict(newsletter.utm),
        preferences_url=newsletter.preferences_url,
        language=newsletter.language or site.language,
        archive_url=config.issue_url(issue),
        template=newsletter.template,
        subject=contents.subject or newsletter.subject,
        preheader=newsletter.preheader,
        folder=config.root / "templates",
    )


def _imprint(config: Config) -> render.Imprint:
    site, logo = config.site, pictures.logo(config)
    return render.Imprint(site.title, site.url, site.address, site.help_line, site.disclaimer, logo)


def _sections(
    newsletter: Newsletter, contents: Contents
) -> tuple[tuple[str, tuple[Article, ...]], ...]:
    """Put a heading over each group of articles."""
    by_id = {article.id: article for article in contents.articles}
    return tuple(
        (label(tag) if tag else newsletter.rest, tuple(by_id[id_] for id_ in ids))
        for tag, ids in contents.sections
    )


def _invitation(newsletter: Newsletter) -> render.Invitation | None:
    cta = newsletter.cta
    return render.Invitation(cta.title, cta.text, cta.label, cta.url) if cta else None


def freeze(
    ledger: Ledger,
    issue: Draft,
    batches: Iterable[Sequence[Recipient]],
    excluded: Iterable[Excluded],
    *,
    by: str,
    now: datetime,
    held: HeldList | None = None,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> Issue:
    """Write the issue down, with everybody who gets it, in one transaction.

    `held` is the list where the provider holds it; there are no batches then. `settings` are those
    of the provider that shape what goes out. Raises LedgerError as `Ledger.freeze` does.
    """
    frozen = Frozen(
        id=issue.id,
        number=issue.number,
        newsletter=issue.newsletter,
        provider=issue.provider,
        content_hash=issue.content_hash,
        articles=tuple(head.id for head in (*issue.articles, *issue.links)),
        message=issue.message,
        frozen_at=now,
        baseline=issue.baseline,
        by=by,
        audience=held,
        settings=dict(settings),
    )
    return ledger.freeze(frozen, batches, excluded)


def fingerprint(message: Message, articles: Sequence[str]) -> str:
    """Give the SHA-256 of everything that goes out; people compare its first six digits."""
    return hashlib.sha256(msgspec.json.encode([message, list(articles)])).hexdigest()


def mailbox(text: str, key: str) -> Mailbox:
    """Read `Name <address>` as it stands in the configuration. Raises ConfigError."""
    try:
        return addresses.parse_mailbox(text)
    except ValueError as error:
        raise ConfigError(f'syndicate.toml: {key} = "{text}": {error}') from None


def _answers(newsletter: Newsletter) -> tuple[Mailbox, ...]:
    """Read where answers go: one text with commas, or a list of such."""
    given = newsletter.reply_to
    texts = [given] if isinstance(given, str) else given
    try:
        named = (box for one in texts if one for box in addresses.parse_mailboxes(one))
        return tuple(dict.fromkeys(named))
    except ValueError as error:
        raise ConfigError(f"syndicate.toml: reply_to: {error}") from None


def _list_id(config: Config, name: str, newsletter: Newsletter) -> str:
    """Name the list as RFC 2919 section 2 asks: a phrase, then a label below our own domain."""
    label = Mailbox(newsletter.title, f"{name}.{config.site.authority}")
    return addresses.format_mailbox(label)
