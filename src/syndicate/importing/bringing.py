"""Exports are read piece by piece; each article goes to the shelf, and what is wrong is told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from syndicate import markup
from syndicate.errors import ArticleError
from syndicate.excerpts import excerpt
from syndicate.importers import importer
from syndicate.importers.base import Imported, Line, PassedOver, Reason, Said, Unimportable
from syndicate.importers.tagging import split
from syndicate.importing.adopting import Naming
from syndicate.importing.gathering import Export
from syndicate.importing.memory import Answers
from syndicate.importing.overview import asked_of
from syndicate.importing.pictures import beside_only
from syndicate.importing.shelf import Piece, Shelf
from syndicate.importing.summaries import is_for_search
from syndicate.importing.writing import House, moment
from syndicate.models import Where
from syndicate.text import one_line

#: characters of a title that is made of the first words of a text
MADE_TITLE = 80
#: bytes of an article, as the folder of articles reads them
ARTICLE_MAX = 5_000_000
FOR_SEARCH = "reads like a text for search engines; left out"
REASONS = {
    "kept": "you changed it, so it stays as it is; --overwrite takes the export's",
    "there": "there is such an article already; --overwrite takes the export's",
    "removed": "you removed it, so it stays away; --overwrite brings it back",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """How to import."""

    naming: Naming
    house: House
    now: datetime
    answers: Answers
    #: tags that are known
    vocabulary: frozenset[str] = frozenset()
    #: order of day and month by group of files: "mdy", "dmy", "ymd", or "" for what each file tells
    orders: Mapping[str, str] = field(default_factory=dict)
    #: pages of a site too, beside its posts
    pages: bool = False
    #: pictures are brought here too
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing in an export."""

    #: as in `shelf.Put`, or "twin", "stopped", "passed over" or "said"
    kind: str
    #: the export it stands in
    export: str
    #: title of the article, name of what is passed over, key of a setting
    name: str
    #: file of the article, relative to the site; "" without one
    path: str = ""
    #: why, or value of a setting
    reason: str = ""
    #: the article, without its body; None for what is none
    article: Imported | None = None
    #: counts as mailed before
    before: bool = False
    #: when it was published, aware; None without a date
    published: datetime | None = None


def bring(exports: Iterable[Export], shelf: Shelf, rules: Rules) -> Iterator[Outcome]:
    """Read exports piece by piece, and write articles; what is wrong stops itself only.

    The caller calls `shelf.flush()` at the end.
    """
    for export in exports:
        order = rules.orders.get(export.group, "")
        asked = asked_of(rules.answers, rules.vocabulary, order, pages=rules.pages)
        try:
            with export.open() as file:
                for found in importer(export.kind)(file, Where(export.name), asked):
                    yield _outcome(found, export, shelf, rules)
        except Unimportable as error:
            yield Outcome("stopped", export.name, export.name, reason=str(error))


def _outcome(
    found: Imported | PassedOver | Said, export: Export, shelf: Shelf, rules: Rules
) -> Outcome:
    if isinstance(found, Said):
        return Outcome("said", export.name, found.key, reason=found.value)
    if isinstance(found, PassedOver):
        kind = "stopped" if found.broken else "passed over"
        return Outcome(kind, export.name, found.name, reason=found.reason)
    try:
        return _article(finished(found, rules), found, export, shelf, rules)
    except ArticleError as error:
        return Outcome("stopped", export.name, found.title or export.name, reason=str(error))


def finished(found: Imported, rules: Rules) -> Imported:
    """Apply what a person said, and make up for what is missing, with the reasons."""
    reasons = list(found.reasons)
    tags = found.tags
    if found.joined_tags:
        known = rules.vocabulary.union(rules.answers.tags)
        tags = split(found.joined_tags, known) or (found.joined_tags,)
        told = "left as one" if len(tags) == 1 else "told apart"
        reasons.append(Reason("tags", f'came joined: "{found.joined_tags}"; {told}'))
    left_out = [tag for tag in tags if tag in rules.answers.left_out_tags]
    reasons += [Reason("tags", f'"{tag}" is left out, as you said') for tag in left_out]
    title, summary = one_line(found.title), found.summary
    draft = found.draft or found.restricted
    lines = found.lines
    if not title:
        title = excerpt(found.body, MADE_TITLE) or "Untitled"
        reasons.append(Reason("title", "has none; made of its first words"))
    if rules.answers.search_summaries == "leave out" and is_for_search(summary, title):
        summary = ""
        reasons.append(Reason("summary", FOR_SEARCH))
        lines = tuple(_ignored(line) if line.what == "summary" else line for line in lines)
    if found.published is None and not draft:
        draft = True
        reasons.append(Reason("date", "has none: a draft until you give it one"))
    elif found.published is not None and found.published.moment is None:
        reasons.append(Reason("date", f"no time is told: noon in {rules.house.zone.key}"))
    if pictures := beside_only(found):
        what = f"{pictures} lie beside the export; --pictures copies them"
        reasons += [] if rules.pictures else [Reason("picture", what)]
    return replace(
        found,
        title=title,
        tags=tuple(tag for tag in tags if tag not in left_out),
        summary=summary,
        draft=draft,
        reasons=tuple(reasons),
        lines=lines,
    )


def _ignored(line: Line) -> Line:
    return replace(line, fate="ignored", what="a summary for search engines")


def _article(
    article: Imported, found: Imported, export: Export, shelf: Shelf, rules: Rules
) -> Outcome:
    published = moment(article.published, rules.house.zone)
    day = published.astimezone(rules.house.zone).date() if published else None
    key = "" if export.kind == "page" else article.key or article.canonical or article.title
    piece = Piece(f"{export.name}#{key}", export.name, article, day, export.folder)
    entry = shelf.find(piece)
    told = Outcome("", export.name, article.title, article=_brief(article), published=published)
    if entry is not None and (twin := shelf.brought(entry.path)):
        reason = f"the same title and day, or address, as in {twin}"
        return replace(told, kind="twin", path=entry.path, reason=reason)
    if len(article.body) > ARTICLE_MAX // 2 and len(article.body.encode()) > ARTICLE_MAX:
        raise Unimportable(f"its text is longer than {ARTICLE_MAX // 1_000_000} MB.")
    markup.render(article.body, rules.house.url)
    # What was a draft there, and what has not appeared yet, nobody has been mailed.
    appeared = not found.draft and (published is None or published <= rules.now)
    put = shelf.put(piece, entry, before=appeared)
    reason = REASONS.get(put.kind, "")
    article = _brief(put.article)
    return replace(
        told, kind=put.kind, path=put.path, reason=reason, before=put.before, article=article
    )


def _brief(article: Imported) -> Imported:
    """Take out the body: thousands of outcomes are kept until the end."""
    return replace(article, body="")
