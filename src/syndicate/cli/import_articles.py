"""What `syndicate import` shows of each article: how it was understood, and why."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from syndicate.cli.console import rows
from syndicate.dates import MONTHS

if TYPE_CHECKING:
    from syndicate.cli.import_results import Results
    from syndicate.config import Site
    from syndicate.importers.base import Imported
    from syndicate.importing.bringing import Outcome

#: articles that are shown with all reasons; more stand in a table
IN_FULL = 3
#: characters of a text that is shown
SHOWN = 70
#: kinds of `Outcome` by which a file was written
WRITTEN = ("new", "updated")
#: how the kinds of `Outcome` are called
STATES = {
    "new": "written",
    "updated": "written again",
    "same": "unchanged",
    "kept": "kept",
    "there": "there already",
    "removed": "removed by you",
    "twin": "twice",
}


def as_text(results: "Results", site: "Site") -> str:
    """Show what was understood: a few articles with all reasons, many as a table."""
    articles = results.articles
    if len(articles) <= IN_FULL:
        return "\n\n".join("\n".join(_in_full(one, results, site)) for one in articles)
    return rows(_row(one, site) for one in articles if one.article is not None)


def _row(one: "Outcome", site: "Site") -> list[str]:
    title = cut(one.article.title, 60) if one.article else ""
    tags = cut(", ".join(one.article.tags if one.article else ()), 40)
    return [STATES[one.kind], _day(one, site), title, tags, one.path, _short(one)]


def _in_full(one: "Outcome", results: "Results", site: "Site") -> Iterator[str]:
    article = one.article
    if article is None:
        return
    yield one.path or one.export
    state = STATES[one.kind] if not results.dry or one.kind not in WRITTEN else "would be written"
    table = [["state", state + (f": {one.reason}" if one.reason else "")]]
    said = {key: values[0] for key, values in results.said.items()}
    table += _values(one, article, said.get("site.help_line", ""), site)
    yield rows(table)
    if article.lines:
        yield "  " + _accounted(article)


def _values(
    one: "Outcome", article: "Imported", help_line: str, site: "Site"
) -> Iterator[list[str]]:
    reasons: dict[str, list[str]] = {}
    for reason in article.reasons:
        reasons.setdefault(reason.about, []).append(reason.text)
    if help_line:
        known = same(site.help_line, help_line)
        reasons["help line"] = ["same as yours" if known else "for your settings"]
    shown = {
        "title": article.title,
        "date": _day(one, site),
        "updated": _in_words(article.updated.day) if article.updated else "",
        "author": ", ".join(article.authors),
        "tags": ", ".join(article.tags),
        "reading": "",
        "summary": f'"{cut(article.summary)}"' if article.summary else "",
        "picture": article.image,
        "address": article.canonical,
        "help line": help_line,
    }
    for name, value in shown.items():
        why = "; ".join(reasons.pop(name, ()))
        if value or why:
            yield [name, f"{value}   ({why})" if value and why else value or why]
    for name, texts in reasons.items():
        yield [name, "; ".join(texts)]


def _accounted(article: "Imported") -> str:
    fates = Counter(line.fate for line in article.lines)
    text = f"all {len(article.lines)} lines accounted for: {fates['used']} used"
    text += f", {fates['moved']} moved to settings" if fates["moved"] else ""
    ignored = [line for line in article.lines if line.fate == "ignored"]
    if ignored:
        whys = ", ".join(dict.fromkeys(line.what for line in ignored))
        text += f", {len(ignored)} ignored ({whys})"
    return f"{text}, {fates['empty']} empty"


def _short(one: "Outcome") -> str:
    if one.reason:
        return one.reason
    told = one.article.reasons if one.article else ()
    return "; ".join(
        reason.text
        for reason in told
        if reason.about == "state"
        or reason.text.startswith("has none")
        or reason.text.endswith("left as one")
    )


def _day(one: "Outcome", site: "Site") -> str:
    if one.published is None:
        return ""
    return _in_words(one.published.astimezone(site.zone).date())


def _in_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def same(mine: str, theirs: str) -> bool:
    """Whether two values say the same to a person."""
    return "".join(mine.split()).casefold() == "".join(theirs.split()).casefold()


def cut(text: str, most: int = SHOWN) -> str:
    """Keep the beginning of a text, where it is too long for a line."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
