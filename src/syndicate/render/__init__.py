"""The render room: an edition becomes a subject, a preheader, HTML and plain text.

Pure: no network, no clock, no chance. The same edition gives the same bytes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from markupsafe import escape

from syndicate.errors import TemplateError
from syndicate.models import Article
from syndicate.render import inline as inlining
from syndicate.render import notes, templates, tokens, utm, words
from syndicate.render.base import Edition, Imprint, Invitation, Rendered
from syndicate.render.filters import FOR_HTML, FOR_TEXT, clip
from syndicate.tokens import CLOSE, OPEN, OR, fill

__all__ = ["Edition", "Imprint", "Invitation", "Rendered", "builtin", "draft", "web"]

#: longest preheader; inboxes show no more
PREHEADER = 110

builtin = templates.builtin


def draft(edition: Edition) -> Rendered:
    """Draw an issue. Raises TemplateError, with file and line, for what a template got wrong."""
    facts = _facts(edition)
    subject = _subject(edition, facts)
    preheader = _preheader(edition, facts)
    context = facts | {"subject": subject, "preheader": preheader}
    return Rendered(
        subject=subject,
        preheader=preheader,
        html=_html(edition, context),
        text=_text(edition, context),
    )


def web(
    html: str,
    *,
    archive_url: str = "",
    feeds: Iterable[tuple[str, str, str]] = (),
    index: bool = False,
) -> str:
    """Make the page for `view in browser` out of a frozen message: nothing in it is personal.

    Links to the page itself, and those that only a recipient could follow, go; other tokens become
    their fallbacks. `feeds` are named to feed readers, as (title, media type, address). Search
    engines are told to stay away unless `index` is true.
    """
    page = fill(_without_links(html, archive_url), {})
    named = "" if index else '<meta name="robots" content="noindex">'
    for title, kind, address in feeds:
        named += f'<link rel="alternate" type="{kind}" title="{escape(title)}" href="{address}">'
    return page.replace("<head>", f"<head>{named}", 1)


def _facts(edition: Edition) -> dict[str, Any]:
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


def _subject(edition: Edition, facts: dict[str, Any]) -> str:
    subject = _line("subject", edition.subject, facts)
    if not subject:
        raise TemplateError(f'[newsletters] subject = "{edition.subject}" is empty for this issue.')
    return subject


def _preheader(edition: Edition, facts: dict[str, Any]) -> str:
    preheader = _line("preheader", edition.preheader, facts)
    return preheader if OPEN in preheader else clip(preheader, PREHEADER)


def _line(key: str, source: str, facts: dict[str, Any]) -> str:
    return templates.render_line(source, f"[newsletters] {key}", FOR_TEXT, facts)


def _html(edition: Edition, context: dict[str, Any]) -> str:
    drawn = templates.render(edition.folder, f"{edition.template}.html.j2", FOR_HTML, context)
    return tokens.checked(tokens.neutral(tokens.through(drawn, inlining.inline)), "HTML part")


def _text(edition: Edition, context: dict[str, Any]) -> str:
    drawn = templates.render(edition.folder, f"{edition.template}.txt.j2", FOR_TEXT, context)
    lines = (line.rstrip() for line in drawn.strip().splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
    return tokens.checked(tidy, "text part")


def _without_links(html: str, archive_url: str) -> str:
    """Take out links that a web page has no use for, each with the dot that parts it.

    A paragraph that then says nothing goes too.
    """
    personal = f'[^"]*{OPEN}[^"{OR}{CLOSE}]*{CLOSE}[^"]*'
    itself = f"|{re.escape(str(escape(archive_url)))}" if archive_url else ""
    link = rf'<a\b[^>]*\bhref="(?:{personal}{itself})"[^>]*>[^<]*</a>'
    rest = re.sub(rf"\s*·\s*{link}|{link}(\s*·\s*)?", "", html)
    return rest if rest == html else re.sub(r"<p\b[^>]*>\s*</p>\n?", "", rest)
