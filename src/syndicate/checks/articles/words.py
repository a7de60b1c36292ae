"""The words of an article: lengths, headings, and what nobody meant to leave in."""

import re
from collections.abc import Iterator

from syndicate.checks.articles.base import Piece, first_of_each, key_line, search
from syndicate.checks.base import ADVICE, About, Check, Found
from syndicate.models import Kind
from syndicate.text import clean, quote, unfit

#: signs of a title, which is also a subject and a search result: those show about 60 to 80
TITLE = 90
#: signs of a description, which feeds and mails show as the summary
DESCRIPTION = range(40, 321)


def _title(piece: Piece) -> Iterator[Found]:
    size = len(piece.manuscript.article.title)
    if size > TITLE:
        yield Found(
            f"The title has {size} characters; inboxes and search engines show about 70.",
            "Put what matters first, or shorten it.",
            key_line(piece, "title"),
        )


def _description(piece: Piece) -> Iterator[Found]:
    size = len(piece.manuscript.article.description)
    if size and size not in DESCRIPTION:
        much = "little" if size < DESCRIPTION.start else "much"
        yield Found(
            f"The description has {size} characters, which is {much}.",
            f"Between {DESCRIPTION.start} and {DESCRIPTION.stop - 1} read well below a title.",
            key_line(piece, "description", "summary"),
        )


def _headings(piece: Piece) -> Iterator[Found]:
    above = 1
    for spot in piece.spots(Kind.HEADING):
        if not spot.text:
            yield Found("A heading is empty.", "Write its words, or remove it.", spot.line)
        elif spot.level == 1:
            yield Found(
                f"The heading {quote(spot.text)} is as large as the title of the article.",
                "Begin it with two hashes: ## …",
                spot.line,
            )
        elif spot.level > above + 1:
            yield Found(
                f"The heading {quote(spot.text)} skips a level, which people who listen to a page "
                "get lost by.",
                f"Begin it with {'#' * (above + 1)}.",
                spot.line,
            )
        above = max(spot.level, 1)


_LEFT = re.compile(
    r"\bTK(?:TK)*\b|\bTO-?DO\b(?=:|\s*$|\s+[a-z])|\bFIXME\b|\bTB[CD]\b|\bX{4,}\b"
    r"|\b[Ll]orem [Ii]psum\b"
    r"|\[(?:insert|add|link|image|picture|photo|name|date|source|quote|placeholder)\b[^\]\n]{0,60}"
    r"(?: here| to come|\.\.\.|…)?\](?![(\[:])"
    r"|^(?:<{7} [^\n]*|={7}$|>{7} [^\n]*)"
)


def _leftovers(piece: Piece) -> Iterator[Found]:
    fix = "Finish the sentence, or take it out."
    yield from search(piece, _LEFT, 'There is a note to yourself left: "{}".', fix)


_MERGE = re.compile(
    r"\{\{[^{}\n]{1,80}\}\}|\{%[^{}\n]{1,80}%\}|\*\|[A-Za-z:_ ]{1,40}\|\*|%%[\w ]{1,40}%%"
    r"|%recipient\.\w+%|\[\[[\w ]{1,40}\]\]|<<[A-Z][\w ]{1,40}>>|\$\{\w{1,40}\}"
    r"|\{(?:first|last|full|user)?_?name\}|\[(?:FIRST|LAST) ?_?NAME\]"
)
#: speaking of a thing is not using it
_QUOTED = re.compile(
    r"“[^“”\n]{0,300}”|„[^“”\n]{0,300}[“”]|«[^«»\n]{0,300}»|\"[^\"\n]{0,300}\""
    r"|(?<![*\\\w])\*(?![*\s|])[^*\n]{1,300}(?<!\\)\*(?![*\w])|\b_[^_\n]{1,300}_\b"
)


def _merge(piece: Piece) -> Iterator[Found]:
    for line in piece.lines:
        plain = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), line.text)
        for match in _MERGE.finditer(plain):
            yield Found(
                f"{quote(match[0])} looks like a field to be filled in; it is mailed as it stands.",
                "Take it out, or set it in backticks if the article speaks of it.",
                line.number,
                match.start() + 1,
            )


_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)(?: ©)?[ ,]*(?:\d{4} ?[-\N{EN DASH}] ?)?(\d{4})\b", re.IGNORECASE
)


def _copyright(piece: Piece) -> Iterator[Found]:
    year = piece.manuscript.article.updated.astimezone(piece.config.site.zone).year
    for line in piece.lines:
        for match in _COPYRIGHT.finditer(line.text):
            if int(match[1]) < year:
                yield Found(
                    f"The copyright is of {match[1]}, and the article of {year}.",
                    f"Write {year}, or leave it to the footer of the site.",
                    line.number,
                    match.start() + 1,
                )


_ATTACHED = re.compile(
    r"\b(?:(?:see|find|open|in|read) (?:the |our |my )?(?:attachment|attached)\b"
    r"|attached (?:file|pdf|document|form|flyer|leaflet|spreadsheet|picture|photo|image)s?\b"
    r"|(?:i|we)(?: have|.ve)? attach(?:ed)? (?:a|the|our|my)\b|(?:is|are) attached\.)"
    r"|\bim Anhang\b|\bangehängte[nrs]? (?:Datei|PDF)|\bpi[eè]ces? jointes?\b|\bci-joint"
    r"|\b(?:archivo|documento) adjunto\b|\bfile allegato\b|\bin allegato\b|\bbifogad(?:e|) fil"
    r"|\bin de bijlage\b|\bem anexo\b",
    re.IGNORECASE,
)


def _attachment(piece: Piece) -> Iterator[Found]:
    text = '"{}": a newsletter carries no attachments, and neither does a feed.'
    yield from first_of_each(search(piece, _ATTACHED, text, "Link to the file on your site."))


def _characters(piece: Piece) -> Iterator[Found]:
    strange = unfit(piece.manuscript.body)
    if strange is not None:
        sign, line = strange
        first = piece.manuscript.article.where.line or 1
        text = f"The character {sign} cannot be shown and is left out."
        yield Found(text, "", first + line - 1)


def _empty(piece: Piece) -> Iterator[Found]:
    if not clean(piece.manuscript.body).strip():
        yield Found("There is a title and no text.", "Write the article, or set draft: true.")


_A = About.ARTICLE
CHECKS: tuple[Check[Piece], ...] = (
    Check("title-length", ADVICE, _A, "A title is short enough to be seen.", _title),
    Check("description-length", ADVICE, _A, "A description is one or two sentences.", _description),
    Check("no-text", ADVICE, _A, "An article has a text.", _empty),
    Check("heading-order", ADVICE, _A, "Headings go down one level at a time.", _headings),
    Check(
        "leftovers", ADVICE, _A, "No TK, TODO or mark of a merge is left in the text.", _leftovers
    ),
    Check("merge-text", ADVICE, _A, "Nothing looks like a field that was not filled in.", _merge),
    Check("copyright-year", ADVICE, _A, "A copyright is not of a year gone by.", _copyright),
    Check("attachment", ADVICE, _A, "No text speaks of an attachment.", _attachment),
    Check("characters", ADVICE, _A, "Every character can be shown.", _characters),
)
