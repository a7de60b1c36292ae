"""Everything that templates may use, by name; docs/themes.md explains it to people."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from syndicate.models import Article
from syndicate.render import notes, templates, tokens, utm, words
from syndicate.render.base import Edition


def names(edition: Edition) -> dict[str, Any]:
    """Name everything that templates may use."""
    tagged = utm.tagger(edition.site.url, edition.utm, edition.issue)
    fixed = words.words(edition.language, templates.builtin(), edition.folder)
    cta = edition.cta and replace(edition.cta, url=tagged(edition.cta.url))
    return {
        **_stories(edition, tagged, fixed),
        "date": words.written(edition.date, edition.language),
        "number": edition.number,
        "issue": edition.issue,
        "site": edition.site,
        "newsletter": edition.newsletter,
        "updated": edition.updated,
        "more": edition.more,
        "note": notes.read(edition.note, edition.site.url, tagged),
        "closing": notes.read(edition.closing, edition.site.url, tagged),
        "cta": cta,
        "utm": tagged,
        "archive_url": edition.archive_url,
        "preferences_url": edition.preferences_url,
        "language": edition.language,
        "dir": words.direction(edition.language),
        "direction": words.direction,
        "words": fixed,
        "counted": partial(words.counted, edition.language),
        "light": edition.palette.light,
        "dark": edition.palette.dark,
        "heading_font": edition.palette.heading_font,
        "body_font": edition.palette.body_font,
        "shape": edition.palette.shape,
        "recipient": tokens.Recipient(),
        "unsubscribe_url": tokens.unsubscribe_url(),
    }


def _stories(edition: Edition, tagged: Callable[[str], str], fixed: words.Words) -> dict[str, Any]:
    """Name the articles, each with its address as readers get it."""
    all_of_them = {a.id: replace(a, url=tagged(a.url)) for a in edition.articles}
    lead, *others = all_of_them.values()
    return {
        "lead": lead,
        "others": others,
        "sections": _sections(edition, others, fixed.other_stories),
        "also_new": [replace(head, url=tagged(head.url)) for head in edition.also_new],
        "count": len(edition.articles),
    }


def _sections(
    edition: Edition, others: list[Article], rest_heading: str
) -> list[tuple[str, list[Article]]]:
    """Put the articles after the lead under their headings; what is in no section comes last."""
    left = {article.id: article for article in others}
    named = [
        (heading, [left.pop(article.id) for article in articles if article.id in left])
        for heading, articles in edition.sections
    ]
    full = [section for section in [*named, ("", list(left.values()))] if section[1]]
    # Without a heading, what follows a section would seem to belong to it.
    return [
        (heading or (rest_heading if number else ""), articles)
        for number, (heading, articles) in enumerate(full)
    ]
