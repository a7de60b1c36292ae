"""Mending what is safe to mend in an article: alternative texts, addresses, the disclaimer.

Only the body is changed, sign by sign: front matter, line ends and everything else stay as they
are. After each kind of change the text is read again, and what came out otherwise than meant is
left as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from syndicate import links
from syndicate.checks.articles import health
from syndicate.checks.articles.base import Piece, without_code
from syndicate.markup import render
from syndicate.markup.survey import survey
from syndicate.models import Kind, Manuscript, Spot


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of an article."""

    #: Markdown, its lines ending with a line feed
    body: str
    #: names of the checks whose findings were mended
    names: tuple[str, ...]


def mended(piece: Piece, secure: frozenset[str], on: frozenset[str]) -> Mended:
    """Mend the body of an article, as far as the checks named in `on` ask for it.

    `secure` holds the http addresses that were seen to answer by https too.
    """
    body, names = piece.manuscript.body, []
    for name, change in (
        ("alt", _captions),
        ("links", _absolute),
        ("https", lambda now: _encrypted(now, secure)),
        ("disclaimer", _disclaimed),
    ):
        if name not in on:
            continue
        changed = change(_with(piece, body))
        if changed != body and _as_meant(piece, body, changed, name, secure):
            body = changed
            names.append(name)
    return Mended(body, tuple(names))


def _with(piece: Piece, body: str) -> Piece:
    """Look at another body as if it stood in the file; lines of spots count from its start."""
    manuscript = replace(piece.manuscript, body=body, spots=survey(body))
    return replace(piece, manuscript=manuscript)


def _captions(piece: Piece) -> str:
    """Give pictures without a text the caption that stands below them, or in their title."""
    lines = piece.manuscript.body.split("\n")
    # From the end, so that places before a change stay right.
    for spot in reversed(list(piece.spots(Kind.PICTURE))):
        if spot.caption and not (spot.alt or "").strip() and spot.line and spot.column:
            lines[spot.line - 1] = _captioned(lines[spot.line - 1], spot)
    return "\n".join(lines)


def _captioned(line: str, spot: Spot) -> str:
    start = (spot.column or 1) - 1
    if found := re.compile(r"!\[\s*\](?=[(\[])").match(line, start):
        text = re.sub(r"([\\\[\]*_`<])", r"\\\1", spot.caption)
        return f"{line[:start]}![{text}]{line[found.end() :]}"
    start = line.rfind("<img", 0, start + 1)
    tag = re.compile(r"<img\b([^<>]*)>").match(line, start) if start >= 0 else None
    if tag is None:
        return line
    rest = re.sub(r"""\salt(?:\s*=\s*(?:""|''))?(?=[\s/]|$)""", "", tag[1])
    return f'{line[:start]}<img alt="{escape(spot.caption)}"{rest}>{line[tag.end() :]}'


def _absolute(piece: Piece) -> str:
    """Write relative links whole."""
    changes = dict(_whole(piece.manuscript))
    return _replaced(piece.manuscript.body, changes, bare=False)


def _whole(manuscript: Manuscript) -> Iterator[tuple[str, str]]:
    for spot in manuscript.spots:
        relative = not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", spot.value)
        if spot.kind is Kind.LINK and spot.value.strip() and relative:
            whole = links.absolute(spot.value, manuscript.article.url)
            if whole:
                yield spot.value, whole


def _encrypted(piece: Piece, secure: frozenset[str]) -> str:
    """Write https where it was seen to answer."""
    return _replaced(piece.manuscript.body, _secured(piece.manuscript.spots, secure), bare=True)


def _secured(spots: tuple[Spot, ...], secure: frozenset[str]) -> dict[str, str]:
    return {
        spot.value: f"https://{spot.value[7:]}"
        for spot in spots
        if spot.kind in {Kind.LINK, Kind.PICTURE} and spot.value in secure
    }


def _replaced(body: str, changes: dict[str, str], *, bare: bool) -> str:
    """Replace addresses where they are addresses: in links, definitions and attributes.

    With `bare`, also where they stand alone in the text, which makes them links.
    """
    if not changes:
        return body
    before = r"""\]\(\s*<?|^ {0,3}\[[^\]\n]{1,200}\]:\s*<?|\b(?:href|src)=["']"""
    before += r"|(?<![\w/:.=(\"'<-])|<" if bare else ""
    longest = sorted(changes, key=len, reverse=True)
    addresses = "|".join(re.escape(one) for one in longest)
    pattern = re.compile(
        rf"(?P<before>{before})(?P<address>{addresses})(?![\w/?#&=%~@+-]|[.,:;!]\w)", re.MULTILINE
    )
    parts, at = [], 0
    for found in pattern.finditer(without_code(body)):
        parts += [body[at : found.start("address")], changes[found["address"]]]
        at = found.end("address")
    return "".join((*parts, body[at:]))


def _disclaimed(piece: Piece) -> str:
    """Add the site's disclaimer below a text that has none."""
    disclaimer, body = piece.config.site.disclaimer, piece.manuscript.body
    if not disclaimer or not any(health.disclaimer(piece)):
        return body
    return f"{body.rstrip()}\n\n{disclaimer}\n" if body.strip() else f"{disclaimer}\n"


def _as_meant(piece: Piece, body: str, changed: str, name: str, secure: frozenset[str]) -> bool:
    """Whether a change did what it was meant to, and nothing else."""
    before, after = survey(body), survey(changed)
    if name == "disclaimer":
        # A paragraph of its own, and not the end of some code that nobody closed.
        apart = _html(piece, body) + _html(piece, piece.config.site.disclaimer)
        return "".join(_html(piece, changed).split()) == "".join(apart.split())
    values = {"links": dict(_whole(_with(piece, body).manuscript)), "https": {}}.get(name, {})
    values = _secured(before, secure) if name == "https" else values
    return [_meaning(spot, name) for spot in after] == [
        _meaning(_meant(spot, name, values), name) for spot in before
    ]


def _meant(spot: Spot, name: str, values: dict[str, str]) -> Spot:
    """Give what a spot should be after a change."""
    if name == "alt":
        empty = spot.kind is Kind.PICTURE and not (spot.alt or "").strip()
        return replace(spot, alt=spot.caption) if empty and spot.caption else spot
    text = values.get(spot.text, spot.text)
    changes = spot.kind is not Kind.REMOVED and not (name == "links" and spot.kind is Kind.PICTURE)
    return replace(spot, value=values.get(spot.value, spot.value), text=text) if changes else spot


def _meaning(spot: Spot, name: str) -> tuple[object, ...]:
    """Give what of a spot counts; a link around a picture is called what the picture is."""
    text = "" if name == "alt" and spot.kind is Kind.LINK else spot.text
    return spot.kind, spot.value, text, spot.alt


def _html(piece: Piece, body: str) -> str:
    return render(body, piece.manuscript.article.url).html
