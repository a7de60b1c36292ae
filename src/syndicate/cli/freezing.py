"""Freezing an issue at the command line: tried on the provider first, then written down whole."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from syndicate.cli.leaving import with_links
from syndicate.cli.summary import Matter
from syndicate.models import Batch, Issue, Recipient

if TYPE_CHECKING:
    from syndicate.cli.notes import Note
    from syndicate.contracts import CampaignProvider


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

    Raises Unsupported before anything is frozen.
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
    provider.compose(draft.message, Batch(draft.id, 1, f"{draft.id}-b0001", tuple(first)))
    provider.close()
    return itertools.chain([first] if first else [], batches)
