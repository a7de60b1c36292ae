"""Which articles the next issue carries, and the one reason why each other article is not in it.

New means never mailed, by article id. Dates only decide the order, and what is not yet due.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from syndicate import copies
from syndicate.config import Newsletter
from syndicate.errors import ConfigError
from syndicate.models import Baseline, Choice, Head, LeftOut, Past, Question, Wishes

#: articles beyond `max_articles` that still stand in an issue as links
MOST_LINKS = 10
#: more new articles than this many times `max_articles` are asked about
FLOOD = 3
#: no wishes
NOTHING = Wishes()


def choose(
    heads: Iterable[Head],
    newsletter: Newsletter,
    past: Past,
    baseline: Baseline,
    wishes: Wishes = NOTHING,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Choice:
    """Choose the next issue.

    `baseline` decides only when the newsletter was never sent. Raises ConfigError for a wish that
    cannot be granted, and says why.
    """
    ordered = sorted(heads, key=lambda head: (-head.published.timestamp(), head.id))
    not_now = {head.id: _not_now(head, newsletter, zone, now) for head in ordered}
    _refuse_wishes(ordered, not_now, wishes)
    counted = None
    if past.mailed is None:
        first = [head for head in ordered if head.id not in past.imported]
        counted = tuple(_before(first, not_now, newsletter, baseline, zone))
        mailed = dict.fromkeys(counted, "")
        past = replace(past, mailed=mailed, questions=_beside(past.questions))
    fresh, out = _parted(ordered, not_now, past, wishes, zone)
    cards, rest = _cards(fresh, out, newsletter, wishes)
    out += [
        LeftOut(head, "maximum", f"over the maximum of {newsletter.max_articles}; waits its turn")
        for head in rest[MOST_LINKS:]
    ]
    sections = _sections(cards[1:], newsletter)
    after_lead = [head for _, group in sections for head in group] if sections else cards[1:]
    return Choice(
        articles=(*cards[:1], *after_lead),
        links=tuple(rest[:MOST_LINKS]),
        left_out=tuple(out),
        baseline=counted,
        sections=sections,
        updated=frozenset(head.id for head in cards if _updated(head, past)),
    )


def _parted(
    ordered: Sequence[Head],
    not_now: Mapping[str, tuple[str, str] | None],
    past: Past,
    wishes: Wishes,
    zone: ZoneInfo,
) -> tuple[list[Head], list[LeftOut]]:
    """Part what is new from what is left out, each article for one reason."""
    gone = copies.gone(past.remembered, past.done.difference(not_now))
    # A copy leaves no question: it is what it was copied from.
    copied = {head.id for head in ordered if copies.content(head) in gone}
    asked = {id_: asked for id_, asked in past.questions.items() if id_ not in copied}
    past = replace(past, questions=asked)
    out: list[LeftOut] = []
    fresh: list[Head] = []
    for head in ordered:
        left = _left_out(head, not_now[head.id], past, wishes, zone)
        if left is None:
            fresh.append(head)
        else:
            out.append(left)
    fresh = _without_copies(fresh, out, gone, past, wishes)
    return _without_versions(fresh, out, past, wishes), out


def _not_now(
    head: Head, newsletter: Newsletter, zone: ZoneInfo, now: datetime
) -> tuple[str, str] | None:
    """Give kind and reason why an article may not be mailed now, whether it is new or not."""
    if head.draft:
        return "draft", "draft"
    if head.published > now:
        day = head.published.astimezone(zone)
        return "future", f"new on {day:%Y-%m-%d %H:%M}"
    if not head.email:
        return "email: false", "email: false"
    tags = set(head.tags)
    if refused := sorted(tags.intersection(newsletter.exclude_tags)):
        return "tag", f'excluded by its tag "{refused[0]}"'
    if newsletter.include_tags and not tags.intersection(newsletter.include_tags):
        return "tag", "has none of this newsletter's tags"
    return None


def _refuse_wishes(
    heads: Iterable[Head], not_now: Mapping[str, tuple[str, str] | None], wishes: Wishes
) -> None:
    for head in heads:
        if head.id in wishes.exclude and head.id in (wishes.lead, *wishes.include):
            raise ConfigError(f'"{head.title}" cannot be in the issue and held by --exclude.')
        why = not_now[head.id]
        if head.id in wishes.include and why and why[0] != "tag":
            raise ConfigError(f'--include "{head.title}" ({head.where.path}): {why[1]}.')


def _before(
    ordered: Sequence[Head],
    not_now: Mapping[str, tuple[str, str] | None],
    newsletter: Newsletter,
    baseline: Baseline,
    zone: ZoneInfo,
) -> list[str]:
    """List the ids that a first send counts as mailed before, with those held back for good."""
    if baseline.kind == "all":
        return []
    due = [head for head in ordered if not_now[head.id] is None]
    kinds = {id_: why[0] for id_, why in not_now.items() if why}
    held = [id_ for id_, kind in kinds.items() if kind in {"email: false", "tag"}]
    if baseline.kind == "none":
        return [head.id for head in due] + held
    if baseline.since is not None:
        first = baseline.since
        return [head.id for head in due if head.published.astimezone(zone).date() < first] + held
    # A copy is left out, and takes the place of no article.
    copied = copies.originals(due, (), {}, {}, ())
    due = [head for head in due if head.id not in copied]
    return [head.id for head in due[newsletter.max_articles :]] + held


def _left_out(
    head: Head, why: tuple[str, str] | None, past: Past, wishes: Wishes, zone: ZoneInfo
) -> LeftOut | None:
    """Give the one reason why an article is not in the issue; None when it may be."""
    if head.id in wishes.include:
        return None
    mailed = past.mailed or {}
    questions = past.questions.get(head.id, ())
    known = (one for one in questions if one.other in mailed or one.other in past.imported)
    asked = next(known, None)
    if mailed.get(head.id) and not (asked and asked.reused):
        why = "mailed", _carried(mailed[head.id], past, zone)
    elif why is None and head.id in past.imported and not (asked and asked.reused):
        why = "imported", "imported: counts as mailed before"
    elif why is None and asked:
        why = "question", _question(asked)
    elif why is None and head.id in mailed:
        why = "baseline", "before the baseline: counts as mailed before"
    elif why is None and head.id in wishes.exclude:
        why = "held", "held by --exclude; new next time"
    return LeftOut(head, *why, asked if why[0] == "question" else None) if why else None


#: reasons that hold for the copies of an article too
_SETTLED = frozenset({"mailed", "imported", "baseline", "question", "held"})


def _without_copies(
    fresh: list[Head],
    out: list[LeftOut],
    gone: Mapping[copies.Content, str],
    past: Past,
    wishes: Wishes,
) -> list[Head]:
    """Leave out what another file holds too, or held: same title, same day, same text.

    A computer that copies a file, or a shared folder in conflict, would mail it twice.
    """
    settled = [left.head for left in out if left.kind in _SETTLED]
    of = copies.originals(fresh, settled, gone, past.remembered, past.done)
    names = {one.id: f"{path}, which is gone" for path, one in past.remembered.items()}
    names |= {head.id: head.where.path for head in (*fresh, *(left.head for left in out))}
    copied = [head for head in fresh if head.id in of and head.id not in wishes.include]
    out += [
        LeftOut(head, "copy", f"copied from {names.get(of[head.id], 'an article that is gone')}")
        for head in copied
    ]
    left = {head.id for head in copied}
    return [head for head in fresh if head.id not in left]


def _without_versions(
    fresh: list[Head], out: list[LeftOut], past: Past, wishes: Wishes
) -> list[Head]:
    """Leave out what may be another version of an article in the same issue, until it is asked."""
    inside, kept = {head.id for head in fresh}, []
    for head in fresh:
        questions = past.questions.get(head.id, ())
        asked = next((one for one in questions if one.beside and one.other in inside), None)
        if asked and head.id not in wishes.include:
            out.append(LeftOut(head, "question", _question(asked), asked))
        else:
            kept.append(head)
    return kept


def _beside(questions: Mapping[str, tuple[Question, ...]]) -> dict[str, tuple[Question, ...]]:
    return {id_: tuple(one for one in asked if one.beside) for id_, asked in questions.items()}


def _carried(issue: str, past: Past, zone: ZoneInfo) -> str:
    known = past.issues.get(issue)
    if known is None:
        return f"already in {issue}"
    return f"already in issue {known.number} ({known.frozen_at.astimezone(zone):%Y-%m-%d})"


def _question(question: Question) -> str:
    if question.reused:
        return f'its file held "{question.title}" before: send asks whether it is another article'
    if question.beside:
        return "has the title, the day and many words of another article: send asks"
    return f'may be "{question.title}", renamed and rewritten: send asks'


def _cards(
    fresh: Sequence[Head], out: Iterable[LeftOut], newsletter: Newsletter, wishes: Wishes
) -> tuple[list[Head], list[Head]]:
    """Part what stands in full, the lead first, from the rest."""
    lead = [head for head in fresh if head.id == wishes.lead] if wishes.lead else []
    if wishes.lead and not lead:
        raise ConfigError(_cannot_lead(wishes.lead, out))
    lead = lead or [head for head in fresh if head.lead][:1]
    first = {head.id for head in lead} | set(wishes.include)
    room = newsletter.max_articles - sum(head.id in first for head in fresh)
    filling = [head.id for head in fresh if head.id not in first][: max(room, 0)]
    kept = first.union(filling)
    cards = lead + [head for head in fresh if head.id in kept and head not in lead]
    return cards, [head for head in fresh if head.id not in kept]


def _cannot_lead(article: str, out: Iterable[LeftOut]) -> str:
    for left in out:
        if left.head.id == article:
            more = " Add --include to mail it again." if left.kind == "mailed" else ""
            return f'--lead "{left.head.title}": it is not in the issue: {left.reason}.{more}'
    return f'--lead: there is no article "{article}".'


def _sections(
    heads: Sequence[Head], newsletter: Newsletter
) -> tuple[tuple[str, tuple[Head, ...]], ...]:
    """Group articles by the first section tag that they have, in the order of the config."""
    if not newsletter.sections:
        return ()
    groups: dict[str, list[Head]] = {tag: [] for tag in (*newsletter.sections, "")}
    for head in heads:
        groups[_heading(head.tags, newsletter.sections)].append(head)
    return tuple((tag, tuple(group)) for tag, group in groups.items() if group)


def _heading(tags: Collection[str], sections: Iterable[str]) -> str:
    own = {tag.casefold() for tag in tags}
    return next((tag for tag in sections if tag.casefold() in own), "")


def _updated(head: Head, past: Past) -> bool:
    """Whether an article that goes again says that it changed since its last mailing."""
    last = past.issues.get((past.mailed or {}).get(head.id, ""))
    return last is not None and head.updated > last.frozen_at
