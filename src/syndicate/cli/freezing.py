"""Freezing an issue at the command line: tried on the provider first, then written down whole."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from syndicate.cli.leaving import with_links
from syndicate.cli.summary import Matter
from syndicate.models import Batch, Issue, Recipient

if TYPE_CHECKING:
    from syndicate.cli.notes import Note
    from syndicate.contracts import CampaignProvider, Provider
    from syndicate.prepare import Draft

#: characters of somebody's values that no provider minds: escaped they are twelve bytes each at
#: most, and the least that one takes are the 10,000 bytes of SendGrid
AT_EASE = 800


def freeze(matter: Matter, note: "Note | None") -> Issue:
    """Freeze the issue, and file its note with it."""
    from syndicate import prepare, providers
    from syndicate.cli import notes

    desk, draft, people = matter.desk, matter.draft, matter.people
    batches = _tried(matter)
    if note:
        notes.keep(desk.config, note, draft.id)
    issue = prepare.freeze(
        matter.ledger,
        draft,
        batches,
        people.excluded(),
        by=desk.by,
        now=desk.now,
        held=people.held,
        settings=providers.shaping(desk.config.providers.get(draft.provider, {})),
    )
    if note:
        notes.drop(note)
    return issue


def _tried(matter: Matter) -> Iterator[Sequence[Recipient]]:
    """Give the batches, of which the first was composed once: a provider may not be able to.

    Raises Unsupported before anything is frozen, and while it is for somebody further on: nothing
    of the issue is there afterwards either.
    """
    desk, draft = matter.desk, matter.draft
    if matter.people.held is not None:
        held = cast("CampaignProvider", desk.service(draft.provider))
        held.fits(draft.message)
        held.close()
        return iter(())
    provider = desk.provider(draft.provider)
    secret = matter.ledger.secret(desk.secret())
    batches = iter(with_links(desk, draft.newsletter, provider, matter.people, secret))
    first = next(batches, ())
    _try(provider, draft, first)
    provider.close()
    return itertools.chain(
        [first] if first else [], _with_long_ones_tried(provider, draft, batches)
    )


def _with_long_ones_tried(
    provider: "Provider", draft: "Draft", batches: Iterable[Sequence[Recipient]]
) -> Iterator[Sequence[Recipient]]:
    """Pass batches on, and compose for those in them whose values are long."""
    from syndicate import filling

    plan = filling.plan(draft.message, headers=filling.UNSUBSCRIBE_HEADERS)
    columns = Counter(slot.column for slot in plan.slots if slot.column)
    for people in batches:
        # The longest of each column together: mostly that is short, and nobody is looked at.
        if (
            sum(n * max(len(one.values.get(c, "")) for one in people) for c, n in columns.items())
            > AT_EASE
        ):
            long = [one for one in people if _length(one, columns) > AT_EASE]
            if long:
                _try(provider, draft, long)
        yield people


def _length(one: Recipient, columns: Mapping[str, int]) -> int:
    return sum(n * len(one.values.get(column, "")) for column, n in columns.items())


def _try(provider: "Provider", draft: "Draft", people: Sequence[Recipient]) -> None:
    provider.compose(draft.message, Batch(draft.id, 1, f"{draft.id}-b0001", tuple(people)))
