"""The few questions of `syndicate import`: each answer serves all files, today's and later ones."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from syndicate.cli.console import count, talk

if TYPE_CHECKING:
    from syndicate.importing.memory import Answers
    from syndicate.importing.overview import Joined, Overview

#: joined tags that a person is asked about in one import
MOST_JOINED = 3
#: files that are named in a question
NAMED = 3
#: characters of a text that is quoted
SHOWN = 90
ORDERS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known once everything was asked."""

    answers: "Answers"
    #: order of day and month by group of files
    orders: dict[str, str]
    #: what was decided without asking, in sentences
    defaults: tuple[str, ...] = ()


class _Asking:
    """Asks, or takes the default and notes it; numbers the questions."""

    def __init__(self, *, ask: bool) -> None:
        self.ask = ask
        self.number = 0
        self.defaults: list[str] = []

    def say(self, *lines: str) -> None:
        if self.ask:
            self.number += 1
            first, *more = lines
            talk(f"\nQuestion {self.number}.  {first}")
            for line in more:
                talk(f"  {line}")

    def yes(self, question: str, default: str) -> bool:
        """Ask for yes or no; `default` says what yes, which is taken without asking, means."""
        if self.ask:
            return click.confirm(f"  {question}", default=True, err=True)
        self.defaults.append(default)
        return True


def settle(
    overview: "Overview", answers: "Answers", known: frozenset[str], *, order: str, ask: bool
) -> Settled:
    """Ask what only a person knows; without anybody to ask, take the defaults and list them."""
    asking = _Asking(ask=ask)
    answers = _tags(asking, overview, answers, known)
    answers, orders = _orders(asking, overview, answers, order)
    answers = _headings(asking, overview, answers)
    answers = _summaries(asking, overview, answers)
    answers = _everywhere(asking, overview, answers, known)
    if asking.number:
        talk()
    return Settled(answers, orders, tuple(asking.defaults))


def _tags(
    asking: _Asking, overview: "Overview", answers: "Answers", known: frozenset[str]
) -> "Answers":
    """Learn tags; of those that are joined and stay so, say that they do."""
    from syndicate.importers.tagging import split

    for joined in overview.joined:
        if len(joined.proposal) == 1:
            answers = replace(answers, tags=_more(answers.tags, joined.proposal))
    times = 0
    while True:
        tags = known.union(answers.tags)
        left = [joined for joined in overview.joined if not split(joined.text, tags)]
        if not left or not asking.ask or times == MOST_JOINED:
            break
        times += 1
        said = _ask_tags(asking, left)
        if not said:
            break
        answers = replace(answers, tags=_more(answers.tags, said))
        talk(f"  Learned {count(len(said), 'tag')}.")
    for joined in left:
        answers = replace(answers, joined_tags=_more(answers.joined_tags, (joined.text,)))
        asking.defaults.append(f'the tags "{joined.text}" stay joined; name yours: --tags a,b,c')
    return answers


def _ask_tags(asking: _Asking, left: "list[Joined]") -> tuple[str, ...]:
    """Ask how joined tags are to be read, those of one line and so of all; () leaves them."""
    first, *others = left
    files = sum(joined.files for joined in left)
    lines = [f"Tags came joined, in {count(files, 'file')}: {first.text}"]
    all_tags = dict.fromkeys(tag for joined in left for tag in joined.proposal)
    more = [tag for tag in all_tags if tag not in first.proposal]
    if first.proposal:
        lines.append(f"I read:  {' | '.join(first.proposal)}")
    if first.proposal and others and more:
        lines.append(f"and in the others:  {' | '.join(more)}")
    asking.say(*lines)
    how = "[Enter] yes, or those of the first line with commas, or s to leave them"
    how = how if first.proposal else "Write them with commas, or [Enter] to leave them"
    while True:
        said: str = click.prompt(f"  {how}", default="", show_default=False, err=True).strip()
        if said.lower() == "s" or not (said or first.proposal):
            return ()
        if not said:
            return tuple(all_tags)
        tags = tuple(tag.strip() for tag in said.split(",") if tag.strip())
        if "".join(tags).lower().replace(" ", "-") == first.text:
            return tags
        talk("  Put together, these are not what stands there.")


def _orders(
    asking: _Asking, overview: "Overview", answers: "Answers", typed: str
) -> tuple["Answers", dict[str, str]]:
    """Settle which number is the month, folder by folder."""
    groups = dict.fromkeys([*overview.orders, *(group for group, _, _ in overview.two_ways)])
    orders = dict.fromkeys(groups, typed)
    if typed:
        return answers, orders
    for group in groups:
        unclear = [(name, date) for here, name, date in overview.two_ways if here == group]
        if not unclear:
            continue
        order = overview.order(group)
        if order:
            orders[group] = order if _as_the_others(asking, overview, group, unclear) else ""
        elif answers.date_order:
            orders[group] = answers.date_order
            asking.defaults.append(f"dates are read {ORDERS[answers.date_order]}, as you said once")
        else:
            orders[group] = said = _which_order(asking, overview, group, unclear)
            answers = replace(answers, date_order=said) if said else answers
    return answers, orders


def _as_the_others(
    asking: _Asking, overview: "Overview", group: str, unclear: list[tuple[str, str]]
) -> bool:
    order = overview.order(group)
    proofs = overview.orders[group][order]
    way = ORDERS[order]
    files = count(len(unclear), "date")
    asking.say(
        f"{files} can be read two ways:",
        *_named(unclear),
        f"{count(len(proofs), 'other date')} here can only be {way}, such as {proofs[0]}.",
    )
    default = f"{files} read {way}, as {proofs[0]} and all others of the folder"
    return asking.yes("Read these the same way?", default)


def _which_order(
    asking: _Asking, overview: "Overview", group: str, unclear: list[tuple[str, str]]
) -> str:
    both = overview.orders.get(group, {})
    files = count(len(unclear), "date")
    if not asking.ask:
        asking.defaults.append(f"{files} can be read two ways, so those files wait: --date-order")
        return ""
    why = "Others here are of both ways." if both else "No other date here tells which."
    asking.say(f"{files} can be read two ways:", *_named(unclear), why)
    said = click.prompt(
        "  Month first (m), day first (d), or leave these files (Enter)",
        type=click.Choice(["m", "d", ""]),
        default="",
        show_choices=False,
        show_default=False,
        err=True,
    )
    return {"m": "mdy", "d": "dmy"}.get(said, "")


def _named(unclear: list[tuple[str, str]]) -> Iterable[str]:
    width = max(len(name) for name, _ in unclear[:NAMED])
    for name, date in unclear[:NAMED]:
        yield f"  {name:<{width}}  {date}"
    if len(unclear) > NAMED:
        yield f"  and {len(unclear) - NAMED} more"


def _headings(asking: _Asking, overview: "Overview", answers: "Answers") -> "Answers":
    often = overview.often()
    if not often:
        return answers
    listed = "   ".join(f'"{text}" ({overview.headings[text]} files)' for text in often)
    asking.say("Headings that may be parts of the section above them, or main sections:", listed)
    if asking.yes("Leave them as parts?", f"headings stay parts of the section above: {listed}"):
        parts = _more(answers.part_headings, often) if asking.ask else answers.part_headings
        return replace(answers, part_headings=parts)
    return replace(answers, main_headings=_more(answers.main_headings, often))


def _summaries(asking: _Asking, overview: "Overview", answers: "Answers") -> "Answers":
    if not overview.for_search or answers.search_summaries:
        return answers
    number = count(len(overview.for_search), "summary reads", "summaries read")
    asking.say(
        f"{number} like a text for search engines:",
        f'"{_cut(overview.for_search[0])}"',
        "Without it, the teaser is the first sentence of the article.",
    )
    leave = asking.yes("Leave it out?", f"{number} like a text for search engines and is left out")
    if not asking.ask:
        return replace(answers, search_summaries="leave out")
    return replace(answers, search_summaries="leave out" if leave else "keep")


def _everywhere(
    asking: _Asking, overview: "Overview", answers: "Answers", known: frozenset[str]
) -> "Answers":
    said = {*answers.left_out_tags, *answers.kept_tags}
    for tag in overview.everywhere(known.union(answers.tags)):
        if tag in said:
            continue
        asking.say(f'The tag "{tag}" is in every file, so it tells a reader nothing.')
        if asking.yes("Leave it out?", f'the tag "{tag}" is in every file and is left out'):
            answers = replace(answers, left_out_tags=_more(answers.left_out_tags, (tag,)))
        else:
            answers = replace(answers, kept_tags=_more(answers.kept_tags, (tag,)))
    return answers


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def _more(before: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))
