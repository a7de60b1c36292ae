"""Pages: what people open in a browser, and the list of feeds for readers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from syndicate import pictures, render, theme
from syndicate.config import Config
from syndicate.feeds import FORMATS, opml
from syndicate.models import Issue, Message
from syndicate.publish.base import File, Plan, address
from syndicate.render import templates, words

#: what people call the formats, and what each is good for
NAMES = {
    "rss": ("RSS", "every reader takes it"),
    "atom": ("Atom", "the same, for readers that prefer it"),
    "json": ("JSON Feed", "for newer readers and for programs"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where one format of a feed is served."""

    #: "RSS"
    name: str
    #: what it is good for, as half a sentence
    use: str
    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as it is shown to people."""

    title: str
    #: the tag it is of; "" for the main feed
    tag: str
    #: one for each format
    addresses: tuple[Address, ...]


def of_feeds(config: Config, plans: Iterable[Plan]) -> Iterator[File]:
    """Write `feeds.html` for people and `feeds.opml` for readers; none without a format."""
    listed = [_listed(config, one) for one in plans if not one.archive]
    if not config.feeds.formats:
        return
    yield "feeds.html", _feeds_page(config, listed).encode()
    # One address for each feed: who imports the list does not want everything three times.
    first = [(one.title, one.addresses[0].url) for one in listed]
    yield "feeds.opml", opml.write(config.site.title, config.site.url, first)


def of_issues(config: Config, issues: Iterable[tuple[Issue, Message]]) -> Iterator[File]:
    """Write the page of each issue, the email without anything personal, and its pictures."""
    for issue, message in issues:
        html = of_issue(config, issue.newsletter, issue.id, message)
        yield from pictures.of_message(message.html, pictures.place(config), config.out)
        yield f"issues/{issue.id}/index.html", html.encode()


def of_issue(config: Config, newsletter: str, issue: str, message: Message) -> str:
    """Write the page of an issue: the email without anything personal."""
    main = tuple(
        (config.site.title, FORMATS[name].media_type, address(config, FORMATS[name].filename))
        for name in config.feeds.formats
    )
    known = config.newsletters.get(newsletter)
    return render.web(
        message.html,
        archive_url=config.issue_url(issue),
        feeds=main,
        index=bool(known and known.index),
    )


def _listed(config: Config, one: Plan) -> Listed:
    wanted = [name for name in NAMES if name in config.feeds.formats]
    return Listed(
        one.title,
        one.title.removeprefix(f"{config.site.title}: ") if one.folder else "",
        tuple(
            Address(
                *NAMES[name],
                address(config, one.folder + FORMATS[name].filename),
                FORMATS[name].media_type,
            )
            for name in wanted
        ),
    )


def _feeds_page(config: Config, listed: Sequence[Listed]) -> str:
    palette = theme.derive(config.theme)
    logo = config.logo
    context: dict[str, Any] = {
        "site": config.site,
        "main": listed[0],
        "tags": listed[1:],
        "full": config.feeds.content == "full",
        "limit": config.feeds.limit,
        "archive": config.feeds.archive,
        # Only one of our own: the page asks nothing of other sites.
        "logo": logo.url.removeprefix(config.site.url) if logo and logo.file else "",
        "dir": words.direction(config.site.language),
        "light": palette.light,
        "dark": palette.dark,
        "heading_font": palette.heading_font,
        "body_font": palette.body_font,
    }
    return templates.render(config.root / "templates", "feeds.html.j2", (), context)
