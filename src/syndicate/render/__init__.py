"""The render room: an edition becomes a subject, a preheader, HTML and plain text.

Pure: no network, no clock, no chance. The same edition gives the same bytes.
"""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from markupsafe import escape

from syndicate.errors import TemplateError
from syndicate.render import inline as inlining
from syndicate.render import naming, templates, tokens
from syndicate.render.base import Edition, Imprint, Invitation, Rendered
from syndicate.render.filters import FOR_HTML, FOR_TEXT, clip
from syndicate.tokens import CLOSE, OPEN, OR, fill

__all__ = ["Edition", "Imprint", "Invitation", "Rendered", "builtin", "draft", "web"]

#: longest preheader; inboxes show no more
PREHEADER = 110

#: where a link without a dot before it stood; no token is like that
_GONE = OPEN + CLOSE
#: a link, with the dot before it
_LINK = re.compile(
    r"""(?P<dot>\s*·\s*)?<a\b(?=(?:=\s*(?:"[^"]*"|'[^']*')|[^>])*?\shref="""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'))"""
    r"""(?:=\s*(?:"[^"]*"|'[^']*')|[^>])*+>.*?</a>""",
    re.DOTALL,
)
#: a paragraph that says and shows nothing
_EMPTY = re.compile(
    r"<p(?:\s[^>]*)?>(?:\s|·|&nbsp;|</?(?:b|em|i|small|span|strong|br)\b[^>]*>)*</p>\n?"
)

#: as `repr` writes the characters that tokens are made of, and not a backslash that people typed
_FORGED = re.compile(r"(?<!\\)(?:\\\\)*\\ufdd[012]")

builtin = templates.builtin


def draft(edition: Edition) -> Rendered:
    """Draw an issue. Raises TemplateError, with file and line, for what a template got wrong.

    Also for a text of the configuration that would pass for a token; ArticleError for a note whose
    elements are nested too deep.
    """
    told = repr(edition)
    # Looking for it with an expression takes a quarter of the time that drawing does.
    if r"\ufdd" in told and _FORGED.search(told):
        raise TemplateError(
            f"{edition.issue} holds a character from U+FDD0 to U+FDD2 in what it is drawn from, "
            "which would pass for a token. Take it out of syndicate.toml."
        )
    facts = naming.names(edition)
    subject = _subject(edition, facts)
    preheader = _preheader(edition, facts)
    context = facts | {
        #: the subject as it goes out; not in subject and preheader themselves
        "subject": subject,
        #: what inboxes show beside the subject, likewise
        "preheader": preheader,
    }
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
    page = _EMPTY.sub("", fill(_without_links(html, archive_url), {}))
    named = "" if index else '<meta name="robots" content="noindex">'
    for title, kind, address in feeds:
        named += f'<link rel="alternate" type="{kind}" title="{escape(title)}" href="{address}">'
    return re.sub(r"<head(\s[^>]*)?>", lambda head: head[0] + named, page, count=1)


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
    name = f"{edition.template}.html.j2"
    drawn = templates.render(edition.folder, name, FOR_HTML, context)
    try:
        inlined = tokens.through(drawn, inlining.inline)
    except TemplateError as error:
        line = error.line if isinstance(error, inlining.WrongCss) else ""
        place = templates.place(edition.folder, line) or templates.shown(edition.folder, name)
        raise TemplateError(f"{place}: {error}") from None
    return tokens.checked(tokens.neutral(inlined), "HTML part")


def _text(edition: Edition, context: dict[str, Any]) -> str:
    drawn = templates.render(edition.folder, f"{edition.template}.txt.j2", FOR_TEXT, context)
    lines = (line.rstrip() for line in drawn.strip().splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
    return tokens.checked(tidy, "text part")


def _without_links(html: str, archive_url: str) -> str:
    """Take out links that a web page has no use for, each with the dot that parts it."""
    personal = re.compile(f"{OPEN}[^{OR}{CLOSE}]*{CLOSE}")

    def keep(link: re.Match[str]) -> str:
        address = unescape(link["double"] or link["single"] or "")
        if personal.search(address) or (archive_url and address == archive_url):
            return "" if link["dot"] else _GONE
        return link[0]

    return re.sub(rf"{_GONE}(\s*·\s*)?", "", _LINK.sub(keep, html))
