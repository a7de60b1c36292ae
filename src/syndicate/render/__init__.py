"""The render room: an edition becomes a subject, a preheader, HTML and plain text.

Pure: no network, no clock, no chance. The same edition gives the same bytes.
"""

import re
from typing import Any

from markupsafe import Markup, escape

from syndicate.errors import TemplateError
from syndicate.models import Picture
from syndicate.render import inline as inlining
from syndicate.render import plaintext, templates, tokens, words
from syndicate.render.base import Edition, Imprint, Rendered
from syndicate.tokens import OPEN, UNSUBSCRIBE, fill, token

__all__ = ["Edition", "Imprint", "Rendered", "builtin", "draft", "web"]

#: longest preheader; inboxes show no more
PREHEADER = 110
#: words longer than this get places where they may break, which Outlook needs
LONG_WORD, PIECE = 30, 20

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


def web(html: str, *, archive_url: str = "") -> str:
    """Make the page for `view in browser` out of a frozen message: nothing in it is personal.

    Links to unsubscribe, and to the page itself, go; other tokens become their fallbacks; search
    engines are told to stay away.
    """
    for href in (token(UNSUBSCRIBE), str(escape(archive_url))):
        html = _without_link(html, href) if href else html
    page = fill(html, {})
    return page.replace("<head>", '<head><meta name="robots" content="noindex">', 1)


def clip(text: str, length: int) -> str:
    """Shorten a text at the end of a word, with an ellipsis."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"  # noqa: RUF001 -- dashes as people type them


def soften(text: str) -> Markup:
    """Escape a text, and let its longest words break: a zero-width space each 20 letters."""
    softened = (_broken(part) if len(part) > LONG_WORD else part for part in text.split(" "))
    return escape(" ".join(softened))


def fit(picture: Picture, width: int, height: int = 10_000) -> Picture:
    """Give a picture the size it is shown in, in whole CSS pixels; its shape stays."""
    if not picture.width or not picture.height:
        return Picture(picture.url, picture.alt, width)
    scale = min(width / picture.width, height / picture.height)
    shown = [max(1, round(side * scale)) for side in (picture.width, picture.height)]
    return Picture(picture.url, picture.alt, width=shown[0], height=shown[1])


def paragraphs(text: str) -> list[str]:
    """Split a text at its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def label(tag: str) -> str:
    """Write a tag as a heading: `ask-the-physio` becomes "Ask the physio"."""
    spaced = tag.replace("-", " ")
    return spaced[:1].upper() + spaced[1:]


def telephone(number: str) -> str:
    """Give the `tel:` address of a number as people write it (RFC 3966)."""
    return "tel:" + re.sub(r"\(0\)|[^0-9+]", "", number)


_COMMON = (
    ("clip", clip),
    ("fit", fit),
    ("paragraphs", paragraphs),
    ("label", label),
    ("telephone", telephone),
    ("wrap", plaintext.wrap),
)
_FOR_HTML = (*_COMMON, ("soften", soften), ("or", tokens.with_fallback))
_FOR_TEXT = (*_COMMON, ("or", tokens.with_fallback_in_text))


def _facts(edition: Edition) -> dict[str, Any]:
    """Name everything that templates may use."""
    lead, *others = edition.articles
    return {
        "lead": lead,
        "others": others,
        "count": len(edition.articles),
        "date": words.written(edition.date, edition.language),
        "number": edition.number,
        "issue": edition.issue,
        "site": edition.site,
        "newsletter": edition.newsletter,
        "also_new": edition.also_new,
        "note": edition.note,
        "archive_url": edition.archive_url,
        "language": edition.language,
        "dir": words.direction(edition.language),
        "words": words.words(edition.language),
        "light": edition.palette.light,
        "dark": edition.palette.dark,
        "heading_font": edition.palette.heading_font,
        "body_font": edition.palette.body_font,
        "recipient": tokens.Recipient(),
        "unsubscribe_url": tokens.unsubscribe_url(),
    }


def _subject(edition: Edition, facts: dict[str, Any]) -> str:
    subject = _line("subject", edition.subject, facts)
    if not subject:
        raise TemplateError(f'[newsletters] subject = "{edition.subject}" is empty for this issue.')
    return subject


def _preheader(edition: Edition, facts: dict[str, Any]) -> str:
    preheader = _line("preheader", edition.preheader, facts)
    return preheader if OPEN in preheader else clip(preheader, PREHEADER)


def _line(key: str, source: str, facts: dict[str, Any]) -> str:
    return templates.render_line(source, f"[newsletters] {key}", _FOR_TEXT, facts)


def _html(edition: Edition, context: dict[str, Any]) -> str:
    drawn = templates.render(edition.folder, f"{edition.template}.html.j2", _FOR_HTML, context)
    return tokens.checked(tokens.neutral(tokens.through(drawn, inlining.inline)), "HTML part")


def _text(edition: Edition, context: dict[str, Any]) -> str:
    drawn = templates.render(edition.folder, f"{edition.template}.txt.j2", _FOR_TEXT, context)
    lines = (line.rstrip() for line in drawn.strip().splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
    return tokens.checked(tidy, "text part")


def _broken(word: str) -> str:
    return "\u200b".join(word[at : at + PIECE] for at in range(0, len(word), PIECE))


def _without_link(html: str, href: str) -> str:
    """Take out links to an address, each with the dot that parts it from its neighbour."""
    link = rf'<a\b[^>]*\bhref="{re.escape(href)}"[^>]*>[^<]*</a>'
    return re.sub(rf"\s*·\s*{link}|{link}(\s*·\s*)?", "", html)
