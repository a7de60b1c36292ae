"""Which articles the next issue carries, and the one reason why each other article is not in it.

New means never mailed, by article id. Dates only decide the order, and what is not yet due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from syndicate.config import Newsletter
from syndicate.models import Head

#: articles beyond `max_articles` that still stand in an issue as links
MOST_LINKS = 10
#: more new articles than this many times `max_articles` are asked about
FLOOD = 3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that is not in the next issue."""

    head: Head
    #: "draft", "future", "email: false", "mailed", "baseline", "tag" or "maximum"
    kind: str
    #: the reason as a person reads it: `already in weekly-2026-W47`
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the next issue of a newsletter would carry."""

    #: in full, the lead first
    articles: tuple[Head, ...]
    #: as links under "Also new"
    links: tuple[Head, ...]
    left_out: tuple[LeftOut, ...]
    #: ids that count as mailed before from now on; None when the newsletter has its baseline
    baseline: tuple[str, ...] | None

    @property
    def new(self) -> int:
        """How many new articles there are, those over the maximum included."""
        waiting = sum(left.kind == "maximum" for left in self.left_out)
        return len(self.articles) + len(self.links) + waiting


@dataclass(frozen=True, slots=True)
class Baseline:
    """Which articles are new when a newsletter is sent for the first time."""

    #: "all", "none", "newest", or "since" with a day
    kind: str = "newest"
    #: first day whose articles are new, in the site's time zone
    since: date | None = None


def choose(
    heads: Iterable[Head],
    newsletter: Newsletter,
    mailed: Mapping[str, str] | None,
    baseline: Baseline,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Choice:
    """Choose the next issue.

    `mailed` gives article ids that are not new with the issue that carried them ("" for the
    baseline); None when the newsletter was never sent, and only then `baseline` decides.
    """
    out: list[LeftOut] = []
    due = _sift(heads, newsletter, zone, now, out)
    if mailed is None:
        mailed = dict.fromkeys(_before(due, out, newsletter, baseline, zone), "")
        counted: tuple[str, ...] | None = tuple(mailed)
    else:
        counted = None
    fresh = []
    for head in due:
        if head.id in mailed:
            out.append(_known(head, mailed[head.id]))
        else:
            fresh.append(head)
    cards = _lead_first(fresh)[: newsletter.max_articles]
    rest = [head for head in fresh if head not in cards]
    out += [
        LeftOut(head, "maximum", f"over the maximum of {newsletter.max_articles}; waits its turn")
        for head in rest[MOST_LINKS:]
    ]
    return Choice(tuple(cards), tuple(rest[:MOST_LINKS]), tuple(out), counted)


def _sift(
    heads: Iterable[Head],
    newsletter: Newsletter,
    zone: ZoneInfo,
    now: datetime,
    out: list[LeftOut],
) -> list[Head]:
    """Give what may be mailed now, the newest first; the others go into `out`."""
    due = []
    for head in sorted(heads, key=lambda head: (-head.published.timestamp(), head.id)):
        if left := _not_now(head, newsletter, zone, now):
            out.append(left)
        else:
            due.append(head)
    return due


def _not_now(head: Head, newsletter: Newsletter, zone: ZoneInfo, now: datetime) -> LeftOut | None:
    if head.draft:
        return LeftOut(head, "draft", "draft")
    if head.published > now:
        day = head.published.astimezone(zone)
        return LeftOut(head, "future", f"new on {day:%Y-%m-%d %H:%M}")
    if not head.email:
        return LeftOut(head, "email: false", "email: false")
    tags = set(head.tags)
    if refused := sorted(tags.intersection(newsletter.exclude_tags)):
        return LeftOut(head, "tag", f'excluded by its tag "{refused[0]}"')
    if newsletter.include_tags and not tags.intersection(newsletter.include_tags):
        return LeftOut(head, "tag", "has none of this newsletter's tags")
    return None


def _before(
    due: list[Head],
    out: list[LeftOut],
    newsletter: Newsletter,
    baseline: Baseline,
    zone: ZoneInfo,
) -> list[str]:
    """List the ids that a first send counts as mailed before, with those held back for good."""
    if baseline.kind == "all":
        return []
    held = [left.head.id for left in out if left.kind in {"email: false", "tag"}]
    if baseline.kind == "none":
        return [head.id for head in due] + held
    if baseline.since is not None:
        first = baseline.since
        return [head.id for head in due if head.published.astimezone(zone).date() < first] + held
    return [head.id for head in due[newsletter.max_articles :]] + held


def _known(head: Head, issue: str) -> LeftOut:
    if issue:
        return LeftOut(head, "mailed", f"already in {issue}")
    return LeftOut(head, "baseline", "before the baseline: counts as mailed before")


def _lead_first(fresh: list[Head]) -> list[Head]:
    """Put the newest article that asks to lead first; the newest leads otherwise."""
    leads = [head for head in fresh if head.lead][:1]
    return leads + [head for head in fresh if head not in leads]
