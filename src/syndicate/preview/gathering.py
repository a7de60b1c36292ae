"""From a draft, a choice and the feeds to what the preview of a newsletter shows."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syndicate import pictures
from syndicate.config import Config
from syndicate.models import Article, Choice, Finding, Head
from syndicate.prepare import Draft
from syndicate.preview.base import Issue, Story, View
from syndicate.publish import pages
from syndicate.render import words


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a newsletter goes to, as far as one can tell without asking anybody."""

    #: how many people; None when that is not known
    count: int | None = None
    #: a file, or a list that a provider holds, as a person would say it
    told: str = ""


@dataclass(frozen=True, slots=True)
class MainFeed:
    """The main feed of a site as `build` would write it."""

    files: tuple[tuple[str, bytes], ...] = ()
    articles: tuple[Article, ...] = ()


def view(
    config: Config,
    name: str,
    *,
    now: datetime,
    draft: Draft | None = None,
    choice: Choice | None = None,
    findings: Iterable[Finding] = (),
    feed: MainFeed = MainFeed(),
    audience: Audience = Audience(),
) -> View:
    """Gather what the preview of a newsletter shows. `now` is the time the draft was made with.

    No draft stands for: there is nothing new.
    """
    newsletter = config.newsletters[name]
    language = newsletter.language or config.site.language
    teller = _Teller(config, language)
    articles = (*(draft.articles if draft else ()), *feed.articles)
    return View(
        name=name,
        title=newsletter.title,
        language=language,
        home=config.site.url,
        issue=_issue(config, draft, teller, now) if draft else None,
        findings=tuple(dict.fromkeys(findings)),
        left_out=tuple(
            teller.story(one.head, one.kind, reason=one.reason)
            for one in (choice.left_out if choice else ())
        ),
        audience=audience.count,
        audience_is=audience.told,
        feeds=feed.files,
        pictures=dict(_local(config, articles)),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells of articles in the language of a newsletter."""

    config: Config
    language: str

    def day(self, time: datetime) -> str:
        return words.written(time.astimezone(self.config.site.zone), self.language)

    def story(self, head: Head, kind: str, *, reason: str = "") -> Story:
        minutes = head.minutes if isinstance(head, Article) else 0
        return Story(head.title, head.where, self.day(head.published), minutes, kind, reason)


def _issue(config: Config, draft: Draft, teller: _Teller, now: datetime) -> Issue:
    kinds = ("lead", *("story" for _ in draft.articles[1:]), *("link" for _ in draft.links))
    heads = (*draft.articles, *draft.links)
    return Issue(
        id=draft.id,
        number=draft.number,
        date=teller.day(now),
        message=draft.message,
        content_hash=draft.content_hash,
        web=pages.of_issue(config, draft.newsletter, draft.id, draft.message),
        web_address=config.issue_url(draft.id),
        stories=tuple(teller.story(head, kind) for head, kind in zip(heads, kinds, strict=True)),
    )


def _local(config: Config, articles: Iterable[Article]) -> Iterator[tuple[str, Path]]:
    """Give the local pictures of articles; what lies outside the articles folder is left alone."""
    folder = os.path.realpath(config.root / config.articles.folder)
    shown = (one for article in articles for one in (article.image, *article.pictures))
    for picture in (pictures.logo(config), *shown):
        if picture is None or not picture.file:
            continue
        path = config.root / picture.file
        if Path(os.path.realpath(path)).is_relative_to(folder):
            yield picture.url, path
