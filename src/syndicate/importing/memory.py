"""What is remembered of imports in `state/import.json`: answers, articles, and what was mailed.

The file belongs to the site and is committed with it, like `state/ids.json`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from syndicate import files
from syndicate.errors import ConfigError
from syndicate.models import Identity

#: what an import goes by in `state/ids.json`, beside the paths of articles
KEY = "import"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said once, for all files, today's and later ones."""

    #: which of three numbers is the month: "mdy", "dmy", "ymd", or "" for nobody said
    date_order: str = ""
    #: tags that are known, to tell joined ones apart
    tags: tuple[str, ...] = ()
    #: tags that are left out of articles
    left_out_tags: tuple[str, ...] = ()
    #: tags that every page has, and that stay
    kept_tags: tuple[str, ...] = ()
    #: joined tags that were left as one, and so are no tags that are known
    joined_tags: tuple[str, ...] = ()
    #: headings that are main sections, and those that are parts of one
    main_headings: tuple[str, ...] = ()
    part_headings: tuple[str, ...] = ()
    #: summaries that read like a text for search engines: "keep", "leave out", "" for nobody said
    search_summaries: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An article as it was written, to know it again and to see whether a person changed it."""

    #: its file, relative to the site's folder
    path: str
    #: SHA-256 of the text that was written, hexadecimal
    written: str
    title: str
    #: day it was published, `2026-11-20`; "" without one
    day: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of imports."""

    answers: Answers = Answers()
    #: ids of articles that count as mailed before
    mailed_before: frozenset[str] = frozenset()
    #: by name of the export, and what it calls the article
    articles: Mapping[str, Record] = field(default_factory=dict)


def load(path: Path) -> Memory:
    """Read `state/import.json`; empty when there is none.

    Raises ConfigError when it cannot be read: going on without it could mail old articles.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Memory)
    except FileNotFoundError:
        return Memory()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"{path} cannot be read: {reason}. It keeps which imported articles count as mailed "
            "before; bring back its last good version, from git or from a backup."
        ) from None


def imported(path: Path, ids: Mapping[str, Identity]) -> frozenset[str]:
    """Give the ids of imported articles that count as mailed before; raises as `load` does.

    `ids` is what `state/ids.json` holds: it tells that there must be something to read, since
    without it old articles would be mailed as new.
    """
    if KEY in ids and not path.exists():
        raise ConfigError(
            f"{path} is not there, and articles were imported. It keeps which of them count as "
            "mailed before; bring it back, from git or from a backup."
        )
    return load(path).mailed_before


def save(path: Path, memory: Memory) -> bool:
    """Write `state/import.json`, whole or not at all; True when that changed it.

    One article a line, sorted, so that two people's changes merge.
    Raises SyndicateError when it cannot be written.
    """
    ids = sorted(memory.mailed_before)
    records = (f"{_json(name)}: {_json(memory.articles[name])}" for name in sorted(memory.articles))
    parts = (
        f'"answers": {_json(memory.answers)}',
        f'"mailed_before": [{_lines(map(_json, ids))}]',
        f'"articles": {{{_lines(records)}}}',
    )
    return files.write(path, ("{\n" + ",\n".join(parts) + "\n}\n").encode())


def _lines(rows: Iterable[str]) -> str:
    text = ",\n".join(rows)
    return f"\n{text}\n" if text else ""


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def records_of(memory: Memory, export: str) -> Iterator[tuple[str, Record]]:
    """List what came from one export, by what it calls the articles."""
    start = f"{export}#"
    for name, record in memory.articles.items():
        if name.startswith(start):
            yield name.removeprefix(start), record
