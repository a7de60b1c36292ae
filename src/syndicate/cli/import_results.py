"""What an import came to: what was written, what was not, and what to do next."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syndicate.cli.console import count
from syndicate.cli.import_articles import STATES, WRITTEN, cut, same

if TYPE_CHECKING:
    from syndicate.config import Config, Site
    from syndicate.importing.bringing import Outcome
    from syndicate.importing.gathering import Gathered

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}-")
KINDS = {
    "page": ("text", "texts"),
    "html": ("web page", "web pages"),
    "feed": ("feed", "feeds"),
    "wordpress": ("WordPress export", "WordPress exports"),
    "ghost": ("Ghost export", "Ghost exports"),
}


@dataclass(frozen=True, slots=True)
class Results:
    """What an import came to."""

    gathered: "Gathered"
    outcomes: "tuple[Outcome, ...]"
    #: what was decided without asking
    defaults: tuple[str, ...]
    dry: bool

    @property
    def articles(self) -> "list[Outcome]":
        """What became of the articles."""
        return [one for one in self.outcomes if one.kind in STATES]

    @property
    def stopped(self) -> list[tuple[str, str]]:
        """What is wrong, as (name, reason)."""
        return [
            *self.gathered.refused,
            *((_place(one), one.reason) for one in self.outcomes if one.kind == "stopped"),
        ]

    @property
    def passed_over(self) -> list[tuple[str, str]]:
        """What becomes no article, as (name, reason)."""
        return [(_place(one), one.reason) for one in self.outcomes if one.kind == "passed over"]

    @property
    def said(self) -> dict[str, list[str]]:
        """What exports say of the whole site, by key."""
        found: dict[str, list[str]] = {}
        for one in self.outcomes:
            if one.kind == "said" and one.reason not in found.setdefault(one.name, []):
                found[one.name].append(one.reason)
        return found


def read(gathered: "Gathered") -> str:
    """Say what is read."""
    kinds = Counter(export.kind for export in gathered.exports)
    what = ", ".join(count(number, *KINDS.get(kind, (kind,))) for kind, number in kinds.items())
    others = ""
    if gathered.others:
        endings = ", ".join(
            f"{number} {ending}" for ending, number in gathered.others.most_common()
        )
        others = f" Left alone: {endings}."
    return f"Reading {what or 'nothing: there is no file that may hold articles'}.{others}"


def summary(results: Results, config: "Config") -> Iterator[str]:
    """Say what was written and what was not, and what to do next."""
    if results.defaults:
        yield "Decided without asking:"
        yield from (f"  {line}." for line in results.defaults)
    if results.passed_over:
        yield "No articles:"
        reasons = Counter(reason for _, reason in results.passed_over)
        yield from (f"  {number:,}  {reason}" for reason, number in reasons.most_common())
    if results.stopped:
        yield "Not imported:"
        yield from (f"  {name}: {reason}" for name, reason in results.stopped)
    yield from _settings(results.said, config.site)
    yield from _written(results, config)


def as_json(results: Results) -> dict[str, Any]:
    """Give everything as one JSON document."""
    return {
        #: whether nothing was written
        "dry_run": results.dry,
        #: every article that was found
        "articles": [_article_as_json(one) for one in results.articles],
        #: files and pieces that could not be read
        "stopped": [_piece_as_json(name, why) for name, why in results.stopped],
        #: pieces that become no article
        "passed_over": [_piece_as_json(name, why) for name, why in results.passed_over],
        #: by key of syndicate.toml: what the exports say of the whole site
        "settings": results.said,
        #: what was taken without asking, in sentences
        "defaults": list(results.defaults),
        #: by kind of file: how many were no exports
        "left_alone": dict(results.gathered.others),
    }


def _unmailed(before: int, written: int) -> str:
    """Begin the sentence on what is not mailed: "None of them will be mailed: they count"."""
    if written == 1:
        return "It will not be mailed: it counts"
    if before == written:
        return "None of them will be mailed: they count"
    return f"{before:,} of them will not be mailed: {'it counts' if before == 1 else 'they count'}"


def _written(results: Results, config: "Config") -> Iterator[str]:
    articles = results.articles
    written = [one for one in articles if one.kind in WRITTEN]
    folder = config.articles.folder.rstrip("/")
    verb = "Would write" if results.dry else "Wrote"
    others = Counter(STATES[one.kind] for one in articles if one.kind not in WRITTEN)
    rest = "".join(f", {number:,} {state}" for state, number in others.items())
    yield f"{verb} {count(len(written), 'article')} to {folder}/{rest}."
    before = [one for one in written if one.before]
    if before:
        yield f"{_unmailed(len(before), len(written))} as mailed before. --new would change that."
        yield f"  To mail one anyway: syndicate send --include {_slug(before[0])}"
    may = sum(one.kind == "new" and not one.before for one in written)
    if may and before:
        yield f"{count(may, 'article')} may be mailed: drafts, and what has not appeared yet."
    elif may:
        yield "They may be mailed. See the next issue: syndicate list"
    if results.stopped:
        yield f"{count(len(results.stopped), 'file')} must be mended first; the reasons are above."


def _settings(said: dict[str, list[str]], site: "Site") -> Iterator[str]:
    """Say what exports tell of the whole site, as lines to paste where they are not there."""
    paste: dict[str, list[str]] = {}
    for key, values in said.items():
        table, _, name = key.rpartition(".")
        mine = getattr(site, name, "") if table == "site" else ""
        if len(values) > 1:
            shown = "; ".join(f'"{cut(value)}"' for value in values[:3])
            yield f"The exports differ in {_words(name)}: {shown}"
        elif mine and same(str(mine), values[0]):
            yield f"The {_words(name)} is the same as yours."
        elif mine:
            yield f'The {_words(name)} is "{cut(values[0])}"; yours is "{cut(str(mine))}".'
        else:
            paste.setdefault(table, []).append(f"{name} = {_toml(values[0])}")
    if paste:
        yield "For your syndicate.toml:"
        for table, lines in paste.items():
            yield f"  [{table}]"
            yield from (f"  {line}" for line in lines)


def _piece_as_json(name: str, reason: str) -> dict[str, Any]:
    return {
        #: title, or another name that a person knows it by
        "name": name,
        #: why
        "reason": reason,
    }


def _article_as_json(one: "Outcome") -> dict[str, Any]:
    article = one.article
    assert article is not None
    return {
        #: what became of it: `new`, `updated`, `same`, `kept`, `there`, `removed` or `twin`
        "state": one.kind,
        #: the export that it came from
        "from": one.export,
        #: the article's file; null where there is none
        "path": one.path or None,
        #: why, where that is not plain; else null
        "reason": one.reason or None,
        #: its title
        "title": article.title,
        #: ISO 8601 with its zone; null where no date is told
        "published": one.published.isoformat() if one.published else None,
        #: names
        "authors": list(article.authors),
        #: tags
        "tags": list(article.tags),
        #: whether it is a draft
        "draft": article.draft,
        #: whether it counts as mailed before
        "counts_as_mailed": one.before,
        #: how it was understood
        "reasons": [
            {
                #: title, date, author, tags, summary, reading, body, state or another
                "about": reason.about,
                #: how it was understood
                "text": reason.text,
            }
            for reason in article.reasons
        ],
        #: of exports that are read by line: every line that is not empty
        "lines": [
            {
                #: counts from 1
                "line": line.number,
                #: `used`, `moved` or `ignored`
                "fate": line.fate,
                #: as what, where to, or why
                "what": line.what,
            }
            for line in article.lines
            if line.fate != "empty"
        ],
    }


def _place(one: "Outcome") -> str:
    return one.export if one.name == one.export else f'{one.export}: "{one.name}"'


def _slug(one: "Outcome") -> str:
    return _DAY.sub("", one.path.rpartition("/")[2].removesuffix(".md"))


def _words(key: str) -> str:
    return key.replace("_", " ")


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
