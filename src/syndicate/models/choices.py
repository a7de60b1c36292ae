"""Nouns of the next issue: what is chosen, what is not and why, and what that depends on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from syndicate.models.articles import Head, Identity, Question
from syndicate.models.sending import Issue


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that is not in the next issue."""

    head: Head
    #: "draft", "future", "email: false", "mailed", "imported", "baseline", "tag", "maximum",
    #: "held", "question" or "copy"
    kind: str
    #: the reason as a person reads it: `already in issue 11 (16 November 2026)`
    reason: str
    #: what to ask a person, where the kind is "question"
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the next issue of a newsletter would carry."""

    #: in full, the lead first, the others in the order of the sections
    articles: tuple[Head, ...]
    #: as links under "Also new"
    links: tuple[Head, ...]
    left_out: tuple[LeftOut, ...]
    #: ids that count as mailed before from now on; None when the newsletter has its baseline
    baseline: tuple[str, ...] | None
    #: the articles after the lead by tag, "" for those with no tag that heads a section; empty
    #: when the newsletter has no sections
    sections: tuple[tuple[str, tuple[Head, ...]], ...] = ()
    #: ids of articles that changed since they were mailed
    updated: frozenset[str] = frozenset()

    @property
    def waiting(self) -> int:
        """How many new articles wait because of the maximum."""
        return sum(left.kind == "maximum" for left in self.left_out)

    @property
    def new(self) -> int:
        """How many new articles there are, those over the maximum included."""
        return len(self.articles) + len(self.links) + self.waiting


@dataclass(frozen=True, slots=True)
class Baseline:
    """Which articles are new when a newsletter is sent for the first time."""

    #: "all", "none", "newest", or "since" with a day
    kind: str = "newest"
    #: first day whose articles are new, in the site's time zone
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of the next issue, by article ids."""

    #: leads; "" leaves it to the articles
    lead: str = ""
    #: in it, also again
    include: tuple[str, ...] = ()
    #: not in it; new next time
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the articles when the next issue is chosen."""

    #: ids that are not new, with the issue that carried them ("" for the baseline); None when the
    #: newsletter was never sent
    mailed: Mapping[str, str] | None
    #: issues of the newsletter by id
    issues: Mapping[str, Issue] = field(default_factory=dict)
    #: articles of which only a person can tell whether they are new
    questions: Mapping[str, tuple[Question, ...]] = field(default_factory=dict)
    #: ids of articles that count as mailed before for every newsletter: they came by `import`
    imported: Collection[str] = frozenset()
    #: what is remembered of articles by path, of those too whose files are gone
    remembered: Mapping[str, Identity] = field(default_factory=dict)

    @property
    def done(self) -> frozenset[str]:
        """Ids of the articles that count as mailed."""
        return frozenset(self.mailed or ()) | frozenset(self.imported)
