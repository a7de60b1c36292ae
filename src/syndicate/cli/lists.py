"""Lists of people that a provider holds, and whether a newsletter's provider and audience fit."""

from typing import TYPE_CHECKING

from syndicate.errors import ConfigError

if TYPE_CHECKING:
    from syndicate.config import Newsletter
    from syndicate.contracts import CampaignProvider, Provider
    from syndicate.models import HeldList


def refuse_mismatch(newsletter: "Newsletter", service: "Provider | CampaignProvider") -> None:
    """Refuse a list for a provider that is handed people, and people for one that holds a list."""
    from syndicate.config import ListHeld
    from syndicate.providers import shapes

    held = isinstance(newsletter.audience, ListHeld)
    if held == service.abilities.holds_list:
        return
    name, others = service.name, shapes(holds_list=held)
    if held:
        raise ConfigError(
            f"{name} holds no lists: it is handed the people. Name a CSV file as the audience, or "
            f"a provider that holds a list: {', '.join(others)}."
        )
    raise ConfigError(
        f"{name} holds the list itself, and takes no people of ours. Write "
        'audience = { list = "its name" }, or choose a provider that is handed the people: '
        f"{', '.join(others)}."
    )


def list_of(service: "CampaignProvider", newsletter: "Newsletter") -> "HeldList":
    """Look the list up.

    Raises ConfigError where people are chosen by `where`, and where the provider does not say how
    many it holds; else as `CampaignProvider.audience`.
    """
    from syndicate.config import ListHeld

    held = newsletter.audience
    if not isinstance(held, ListHeld):
        raise TypeError(held)
    if newsletter.where:
        raise ConfigError(
            "where chooses among the lines of a CSV file. Of a list that the provider holds, name "
            'a segment: audience = { list = "...", segment = "..." }.'
        )
    found = service.audience(held.list, held.segment)
    if found.people is None:
        raise ConfigError(
            f"{service.name} does not say how many people {found.name} holds, so a person cannot "
            "confirm the number. Nothing was done."
        )
    return found
