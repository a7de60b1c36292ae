"""A first look at all pages of an import: what they tell together, and what only a person knows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from syndicate.importers import importer
from syndicate.importers.base import Asked, Imported, Unimportable
from syndicate.importers.days import TwoWays, orders_in, read
from syndicate.importers.page import dates_in
from syndicate.importers.tagging import guess, split
from syndicate.importing.gathering import Export
from syndicate.importing.memory import Answers
from syndicate.importing.summaries import is_for_search
from syndicate.models import Where

#: files in which a heading must be unsure before anybody is asked about it
OFTEN = 3
#: files of which each must have a tag before it is said to tell nothing
EVERYWHERE = 5


@dataclass(frozen=True, slots=True)
class Joined:
    """Tags that came without anything between them, and cannot be told apart for sure."""

    text: str
    #: how they may be read; () for no idea
    proposal: tuple[str, ...]
    #: in how many files
    files: int = 1


@dataclass(frozen=True, slots=True)
class Overview:
    """What the pages of an import tell together."""

    pages: int = 0
    #: dates that can be read in one way only, by group and by that way
    orders: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    #: files whose date can be read two ways: (group, name, date)
    two_ways: tuple[tuple[str, str, str], ...] = ()
    joined: tuple[Joined, ...] = ()
    #: tags of each page, as far as they are apart, and what is joined
    tags: tuple[tuple[tuple[str, ...], str], ...] = ()
    #: headings that may be main sections, and in how many files
    headings: Mapping[str, int] = field(default_factory=dict)
    #: summaries that read like a text for search engines
    for_search: tuple[str, ...] = ()

    def order(self, group: str) -> str:
        """Give the order of day and month of a folder, where its dates tell one."""
        told = self.orders.get(group, {})
        return next(iter(told)) if len(told) == 1 else ""

    def often(self) -> tuple[str, ...]:
        """Name the headings that a person should be asked about, the most frequent first."""
        return tuple(
            text for text, times in Counter(self.headings).most_common(6) if times >= OFTEN
        )

    def everywhere(self, known: Collection[str]) -> tuple[str, ...]:
        """Name the tags that every page has, and that so tell nothing."""
        if self.pages < EVERYWHERE:
            return ()
        times = Counter(tag for apart, joined in self.tags for tag in apart or split(joined, known))
        return tuple(tag for tag, number in times.items() if number == self.pages)


def look(exports: Iterable[Export], answers: Answers, vocabulary: Iterable[str]) -> Overview:
    """Read all pages once, without writing anything. What cannot be read is left for later."""
    pages = [export for export in exports if export.kind == "page"]
    found: list[Imported] = []
    dates: defaultdict[str, list[str]] = defaultdict(list)
    two_ways: list[tuple[str, str, str]] = []
    asked = _asked(answers, vocabulary)
    for export in pages:
        with suppress(Unimportable), export.open() as file:
            told = dates_in(file)
            dates[export.group] += told
            two_ways += [(export.group, export.name, date) for date in told if _is_two_ways(date)]
            where = Where(export.name)
            pieces = importer("page")(file, where, replace(asked, date_order="mdy"))
            found += [one for one in pieces if isinstance(one, Imported)]
    known = asked.vocabulary.union(tag for one in found for tag in one.tags)
    joined = dict.fromkeys(one.joined_tags for one in found if one.joined_tags)
    left = [text for text in joined if not split(text, known)]
    return Overview(
        pages=len(found),
        orders={group: orders_in(texts) for group, texts in dates.items()},
        two_ways=tuple(two_ways),
        joined=tuple(_joined(found, left, known)),
        tags=tuple((one.tags, one.joined_tags) for one in found),
        headings=Counter(text for one in found for text in one.unsure_headings),
        for_search=tuple(one.summary for one in found if is_for_search(one.summary, one.title)),
    )


def asked_of(answers: Answers, vocabulary: Iterable[str], order: str, *, pages: bool) -> Asked:
    """Put together what importers are told."""
    return replace(_asked(answers, vocabulary), date_order=order, pages=pages)


def _asked(answers: Answers, vocabulary: Iterable[str]) -> Asked:
    return Asked(
        vocabulary=frozenset(vocabulary).union(answers.tags),
        main_headings=frozenset(answers.main_headings),
        part_headings=frozenset(answers.part_headings),
    )


def _is_two_ways(text: str) -> bool:
    try:
        read(text, "")
    except TwoWays:
        return True
    return False


def _joined(
    found: Sequence[Imported], left: Sequence[str], known: frozenset[str]
) -> Iterable[Joined]:
    """Propose how joined tags may be read, from the words of all pages."""
    texts = [f"{one.title} {one.body} {' '.join(one.authors)}" for one in found] if left else []
    words = {word for text in texts for word in text.lower().split()}
    times = Counter(one.joined_tags for one in found)
    return [Joined(text, guess(text, known, words), times[text]) for text in left]
