"""Ids for articles that are about to be written, so that what counts as mailed is known before."""

import hashlib
import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from syndicate import frontmatter
from syndicate.models import Head, Identity
from syndicate.sources import ids, likeness
from syndicate.sources.base import File, Site, read_head
from syndicate.sources.identities import remembered
from syndicate.sources.keys import Keys
from syndicate.sources.scan import SHORT
from syndicate.text import clean


@dataclass(frozen=True, slots=True)
class Naming:
    """What new ids are made of."""

    authority: str
    #: the year in them
    since: int
    site: Site


@dataclass(frozen=True, slots=True)
class Sheet:
    """An article that is about to be written."""

    path: str
    text: str
    #: None for a draft without a date, which has no id yet
    head: Head | None
    body: str


def sheet(path: str, text: str, site: Site) -> Sheet:
    """Read an article that is about to be written as the folder of articles will read it.

    Raises ArticleError with what must be mended.
    """
    parts = frontmatter.split(text)
    keys = Keys(frontmatter.parse(clean(parts.front)), path)
    body_hash = hashlib.sha256(parts.body.encode()).hexdigest()
    stem = posixpath.splitext(posixpath.basename(path))[0]
    head = read_head(keys, File(path, stem, body_hash, parts.body_line, lambda *_: None), site)
    for finding in keys.findings if keys.broken else ():
        raise frontmatter.FrontMatterError(finding.text, 1, finding.fix)
    return Sheet(path, text, head, parts.body)


def identities(
    sheets: Sequence[Sheet],
    known: Mapping[str, Identity],
    present: Collection[str],
    naming: Naming,
) -> tuple[dict[str, Identity], dict[str, str]]:
    """Give what to remember of all articles, and the ids of those that are written, by path."""
    heads = [one.head for one in sheets if one.head is not None]
    there = frozenset(present).union(one.path for one in sheets)
    short = {one.path: bool(one.body.strip()) for one in sheets if len(one.body.strip()) < SHORT}
    named = ids.assign(
        heads, known, present=there, authority=naming.authority, since=naming.since, short=short
    )
    words = {one.path: likeness.telling(one.body) for one in sheets}
    kept = remembered(named, known, words, present=there)
    return kept, {head.where.path: head.id for head in named}
