"""Whether everybody can leave, and the links by which they do."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from syndicate.cli.desk import Desk
from syndicate.errors import ConfigError
from syndicate.models import Recipient
from syndicate.tokens import UNSUBSCRIBE

if TYPE_CHECKING:
    from syndicate.audience import Audience
    from syndicate.contracts import Provider, Service


def check_links(desk: Desk, newsletter: str, provider: "Service", people: "Audience") -> None:
    """Raise ConfigError where nobody could unsubscribe from what this provider would mail."""
    settings = desk.config.newsletters[newsletter]
    if settings.unsubscribe_url:
        if not desk.config.site.secret_env:
            raise ConfigError(
                f"[newsletters.{newsletter}] unsubscribe_url needs a secret of yours, as the page "
                "that receives its tokens must verify them. Name its environment variable: "
                '[site] secret_env = "SYNDICATE_SECRET"'
            )
        return
    if UNSUBSCRIBE not in provider.own_tokens and UNSUBSCRIBE not in people.columns:
        raise ConfigError(
            f"Nobody could unsubscribe: {provider.name} makes no link of its own, and "
            f'{settings.audience} has no column "{UNSUBSCRIBE}". Add one, or set '
            f"[newsletters.{newsletter}] unsubscribe_url (see docs/unsubscribe.md)."
        )


def with_links(
    desk: Desk, newsletter: str, provider: "Provider", people: "Audience", secret: bytes
) -> Iterator[Sequence[Recipient]]:
    """Give the batches that a provider takes, everybody in them with a link to leave."""
    from syndicate.audience import leaving

    url = desk.config.newsletters[newsletter].unsubscribe_url
    needed = UNSUBSCRIBE not in provider.own_tokens
    return leaving.linked(people.batches(provider.limits.batch_size), url, secret, needed=needed)
