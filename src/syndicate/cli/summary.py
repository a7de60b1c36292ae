"""The summary before sending: what will happen, with numbers, and what may surprise."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syndicate import addresses, dates, durations
from syndicate.cli.console import count, rows
from syndicate.cli.desk import Desk
from syndicate.cli.grace import Hold
from syndicate.cli.vouching import APPROVED, SHORT, TESTED, state
from syndicate.models import Head

if TYPE_CHECKING:
    from syndicate.audience import Audience
    from syndicate.contracts import Ledger
    from syndicate.models import Choice
    from syndicate.prepare import Draft

#: a change of the number of people by more than this part is pointed out
SURPRISE = 5
#: settings with which providers take everything and deliver nothing
DRY = ("sandbox", "test_mode")
#: left out of the talk: there are many of them, and everybody knows
OLD = frozenset({"mailed", "baseline"})


@dataclass(frozen=True, slots=True)
class Matter:
    """What a person decides on."""

    desk: Desk
    ledger: "Ledger"
    draft: "Draft"
    choice: "Choice"
    people: "Audience"


def summary(matter: Matter, hold: Hold) -> str:
    """Write everything that a person should know before saying go."""
    desk, draft = matter.desk, matter.draft
    newsletter = desk.config.newsletters[draft.newsletter]
    sender, reply_to = draft.message.sender, draft.message.reply_to
    lines = [
        (f"Issue {draft.number}", f"{newsletter.title}   {draft.id}   {_vouched(matter)}"),
        ("Subject", draft.message.subject),
        ("Preview text", draft.message.preheader),
        ("From", addresses.format_mailbox(sender)),
        ("Reply to", ", ".join(map(addresses.format_mailbox, reply_to))),
        ("To", _to(matter)),
        ("Left out", _reasons(matter.people.excluded_counts)),
        ("Look", _surprise(matter)),
        ("Provider", _provider(desk, draft.provider)),
        ("Goes out", _when(desk, hold)),
        *_titles(count(len(draft.articles), "article"), draft.articles, matter.choice.updated),
        *_titles("Also new", draft.links, frozenset()),
        ("Not in it", _reasons(_kinds(matter.choice))),
    ]
    return rows((name, text) for name, text in lines if text)


def _provider(desk: Desk, name: str) -> str:
    settings = desk.config.providers.get(name, {})
    dry = next((key for key in DRY if settings.get(key)), "")
    return f"{name}: {dry} = true, so nobody gets it, and it counts as mailed" if dry else name


def _when(desk: Desk, hold: Hold) -> str:
    words = dates.in_words(hold.at or desk.now, desk.config.site.zone)
    if hold.at is not None:
        return f"{words}; until then it can be taken back"
    grace = f"; {durations.text(hold.seconds)} to take it back" if hold.seconds else ""
    return f"{words}, now{grace}"


def _vouched(matter: Matter) -> str:
    desk, ledger, draft = matter.desk, matter.ledger, matter.draft
    parts = [draft.content_hash[:SHORT], state(desk, ledger, draft, TESTED)]
    if desk.config.newsletters[draft.newsletter].approval:
        parts.append(state(desk, ledger, draft, APPROVED))
    return ", ".join(parts)


def _to(matter: Matter) -> str:
    newsletter = matter.desk.config.newsletters[matter.draft.newsletter]
    text = f"{newsletter.audience}: {count(matter.people.count, 'person', 'people')}"
    last = matter.ledger.issues(matter.draft.newsletter)[:1]
    text += f"   (issue {last[0].number}: {last[0].counts.frozen:,})" if last else ""
    if not newsletter.where:
        return text
    return f"{text}\n{'':14}where {segment(newsletter.where)}; {matter.people.elsewhere:,} others"


def segment(where: Mapping[str, object]) -> str:
    """Write who is meant in words: `country is SE and plan is pro or team`."""
    return " and ".join(
        f"{column} is {' or '.join(map(str, value)) if isinstance(value, list) else value}"
        for column, value in where.items()
    )


def _surprise(matter: Matter) -> str:
    """Point out a number of people that is far from that of the last issue."""
    last = matter.ledger.issues(matter.draft.newsletter)[:1]
    before = last[0].counts.frozen if last else 0
    difference = matter.people.count - before
    if not before or SURPRISE * abs(difference) <= before:
        return ""
    more = "more" if difference > 0 else "fewer"
    percent = round(100 * abs(difference) / before)
    return (
        f"{abs(difference):,} people {more} than issue {last[0].number}, {percent}%. Is it right?"
    )


def _kinds(choice: "Choice") -> Counter[str]:
    return Counter(left.kind for left in choice.left_out if left.kind not in OLD)


def _reasons(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {_NAMES.get(why, why)}" for why, number in sorted(counts.items()))


_NAMES = {
    "tag": "by tag",
    "maximum": "over the maximum",
    "held": "held by --exclude",
    "question": "in question",
    "copy": "a copy of another",
}


def _titles(name: str, heads: Sequence[Head], updated: frozenset[str]) -> Iterator[tuple[str, str]]:
    """List titles below one another, the name and how many beside the first."""
    for number, head in enumerate(heads):
        mark = "   (updated)" if head.id in updated else ""
        yield (name if number == 0 else "", head.title + mark)
