"""Pages: what people open in a browser, and the list of feeds for readers."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from syndicate.config import Config
from syndicate.feeds import FORMATS
from syndicate.publish.base import Plan, address
from syndicate.publish.memory import inputs
from syndicate.publish.output import Wanted

if TYPE_CHECKING:
    from syndicate.models import Issue, Message

#: what people call the formats, and what each is good for
NAMES = {
    "rss": ("RSS", "every reader takes it"),
    "atom": ("Atom", "the same, for readers that prefer it"),
    "json": ("JSON Feed", "for newer readers and for programs"),
}


class Address(msgspec.Struct, frozen=True):
    """Where one format of a feed is served."""

    #: "RSS"
    name: str
    #: what it is good for, as half a sentence
    use: str
    url: str
    media_type: str


class Listed(msgspec.Struct, frozen=True):
    """A feed as it is shown to people."""

    title: str
    #: the tag it is of; "" for the main feed
    tag: str
    #: one for each format
    addresses: tuple[Address, ...]


def of_feeds(config: Config, plans: Iterable[Plan]) -> Iterator[Wanted]:
    """Give `feeds.html` for people and `feeds.opml` for readers; none without a format."""
    if not config.feeds.formats:
        return
    plans = [one for one in plans if not one.archive]
    made_of = inputs(*((one.folder, one.title) for one in plans))
    yield Wanted("feeds.html", made_of, lambda: _feeds_page(config, plans).encode())
    yield Wanted("feeds.opml", made_of, lambda: _feeds_list(config, plans))


def of_issues(config: Config, issues: "Iterable[tuple[Issue, Message]]") -> Iterator[Wanted]:
    """Give the page of each issue, the email without anything personal, and its pictures."""
    for issue, message in issues:
        yield from _pictures(config, message.html)
        made_of = inputs(issue.id, issue.newsletter, message.html)
        page = partial(_issue_page, config, issue, message)
        yield Wanted(f"issues/{issue.id}/index.html", made_of, page)


def _issue_page(config: Config, issue: "Issue", message: "Message") -> bytes:
    return of_issue(config, issue.newsletter, issue.id, message).encode()


def _pictures(config: Config, html: str) -> Iterator[Wanted]:
    from syndicate import pictures  # noqa: PLC0415 -- a site without issues does without

    place = pictures.place(config)
    for name, original in pictures.of_message(html, place):
        # Whether one that is there may stay is for `pictures` to say: it looks at dates.
        yield Wanted(name, "", partial(pictures.make, name, original, config.out / name))


def of_issue(config: Config, newsletter: str, issue: str, message: "Message") -> str:
    """Write the page of an issue: the email without anything personal."""
    from syndicate import render  # noqa: PLC0415 -- slow to import

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


def _feeds_list(config: Config, plans: Iterable[Plan]) -> bytes:
    from syndicate.feeds import opml  # noqa: PLC0415 -- a list that did not change does without

    # One address for each feed: who imports the list does not want everything three times.
    listed = [_listed(config, one) for one in plans]
    first = [(one.title, one.addresses[0].url) for one in listed]
    return opml.write(config.site.title, config.site.url, first)


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


def _feeds_page(config: Config, plans: Iterable[Plan]) -> str:
    from syndicate import theme  # noqa: PLC0415 -- a page that did not change does without
    from syndicate.render import templates, words  # noqa: PLC0415 -- slow to import

    listed = [_listed(config, one) for one in plans]
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
