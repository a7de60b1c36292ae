"""Everything that templates may use, by name.

What stands above a name here is its line in docs/reference/templates.md.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

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
        #: the issue's date in words of its language
        "date": words.written(edition.date, edition.language),
        #: counts the issues of the newsletter up
        "number": edition.number,
        #: id of the issue, such as weekly-2026-W48
        "issue": edition.issue,
        #: what every issue says of who sends it
        "site": edition.site,
        #: title of the newsletter
        "newsletter": edition.newsletter,
        #: ids of articles that were mailed before and have changed: `a.id in updated`
        "updated": edition.updated,
        #: how many more new articles there are, which the issue does not name
        "more": edition.more,
        #: the editor's words above the stories; empty when there are none
        "note": notes.read(edition.note, edition.site.url, tagged),
        #: the words below the stories, likewise
        "closing": notes.read(edition.closing, edition.site.url, tagged),
        #: the invitation, or none
        "cta": cta,
        #: an address of the site with the parameters that count visits: `utm("https://…")`
        "utm": tagged,
        #: address of the page with this issue; empty when there is none
        "archive_url": edition.archive_url,
        #: address at which people change what they get; empty when there is none
        "preferences_url": edition.preferences_url,
        #: language of the issue, such as en-GB
        "language": edition.language,
        #: its direction: ltr or rtl
        "dir": words.direction(edition.language),
        #: direction of another language: `direction(a.language)`
        "direction": words.direction,
        #: the fixed words in the language of the issue
        "words": fixed,
        #: words in the form that a number asks for: `counted(words.more, 3, site=site.title)`
        "counted": partial(words.counted, edition.language),
        #: colours of the light scheme
        "light": edition.palette.light,
        #: colours of the dark scheme
        "dark": edition.palette.dark,
        #: font families of headings
        "heading_font": edition.palette.heading_font,
        #: font families of text
        "body_font": edition.palette.body_font,
        #: corners, lines and places of the look
        "shape": edition.palette.shape,
        #: a column of the audience file, with words for people without one: `recipient.name |
        #: or("there")`
        "recipient": tokens.Recipient(),
        #: where the recipient unsubscribes; must stand in both parts, or nothing is sent
        "unsubscribe_url": tokens.unsubscribe_url(),
    }


def _stories(edition: Edition, tagged: Callable[[str], str], fixed: words.Words) -> dict[str, Any]:
    """Name the articles, each with its address as readers get it."""
    all_of_them = {a.id: msgspec.structs.replace(a, url=tagged(a.url)) for a in edition.articles}
    lead, *others = all_of_them.values()
    return {
        #: the first article
        "lead": lead,
        #: all other articles, in order
        "others": others,
        #: the others as pairs of heading and articles; a heading may be empty
        "sections": _sections(edition, others, fixed.other_stories),
        #: articles that stand as links only; they have no text and no summary
        "also_new": [
            msgspec.structs.replace(head, url=tagged(head.url)) for head in edition.also_new
        ],
        #: how many articles the issue carries, links not counted
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
