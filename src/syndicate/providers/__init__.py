"""The providers there are, by their names in the configuration.

Other packages add theirs by an entry point of the group `syndicate.providers`.
"""

import time
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndicate.config import FILENAME, typed
from syndicate.errors import ConfigError
from syndicate.text import nearest, one_line, quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

    from syndicate.contracts import CampaignProvider, Provider
    from syndicate.providers.service import HttpService
    from syndicate.transport import Now

#: entry points of other packages
GROUP = "syndicate.providers"
#: module and class by name; read only when the provider is used
TABLE: Mapping[str, tuple[str, str]] = {
    "outbox": ("syndicate.providers.outbox", "Outbox"),
    "file": ("syndicate.providers.file", "File"),
    "mailgun": ("syndicate.providers.mailgun", "Mailgun"),
    "sendgrid": ("syndicate.providers.sendgrid", "Sendgrid"),
    "sendgrid-singlesends": ("syndicate.providers.sendgrid_singlesends", "Singlesends"),
    "postmark": ("syndicate.providers.postmark", "Postmark"),
    "ses": ("syndicate.providers.ses", "Ses"),
    "resend": ("syndicate.providers.resend", "Resend"),
    "resend-broadcasts": ("syndicate.providers.resend_broadcasts", "ResendBroadcasts"),
    "brevo": ("syndicate.providers.brevo", "Brevo"),
    "brevo-campaigns": ("syndicate.providers.brevo_campaigns", "BrevoCampaigns"),
    "mandrill": ("syndicate.providers.mandrill", "Mandrill"),
    "sparkpost": ("syndicate.providers.sparkpost", "Sparkpost"),
    "mailjet": ("syndicate.providers.mailjet", "Mailjet"),
    "mailersend": ("syndicate.providers.mailersend", "Mailersend"),
    "mailchimp": ("syndicate.providers.mailchimp", "Mailchimp"),
    "buttondown": ("syndicate.providers.buttondown", "Buttondown"),
    "kit": ("syndicate.providers.kit", "Kit"),
    "mailerlite": ("syndicate.providers.mailerlite", "Mailerlite"),
    "listmonk": ("syndicate.providers.listmonk", "Listmonk"),
}


def names() -> tuple[str, ...]:
    """Name the providers there are: ours, then those of packages that are installed."""
    return tuple(dict.fromkeys([*TABLE, *(one.name for one in entry_points(group=GROUP))]))


def kind_of(name: str) -> "type[HttpService]":
    """Give the class of a provider.

    Raises ConfigError for a name we do not know, and for a package of others that does not load.
    """
    if name in TABLE:
        module, member = TABLE[name]
        kind: type[HttpService] = getattr(import_module(module), member)
        return kind
    found = {one.name: one for one in entry_points(group=GROUP)}
    if name not in found:
        raise ConfigError(f"{FILENAME}: {unknown(name)}")
    return _loaded(found[name])


def _loaded(entry: "EntryPoint") -> "type[HttpService]":
    package = f" {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    try:
        kind: type[HttpService] = entry.load()
    except Exception as error:
        raise ConfigError(
            f"The provider {quote(entry.name)} comes from the package{package}, which does not "
            f"load: {one_line(repr(error))}. Update that package, or uninstall it."
        ) from error
    return kind


def unknown(name: str) -> str:
    """Say that a name is no provider's, and which there are."""
    known = names()
    close = nearest(name, known)
    maybe = f' Did you mean "{close}"?' if close else ""
    return f"{quote(name)} is not a provider.{maybe} Known: {', '.join(known)}."


def shaping(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of a provider that shape what goes out; not how it is called."""
    from syndicate.providers.base import CALLED_BY  # noqa: PLC0415

    return {key: value for key, value in settings.items() if key not in CALLED_BY}


def shapes(*, holds_list: bool) -> tuple[str, ...]:
    """Name the providers that hold the list themselves, or those that are handed the people."""
    return tuple(name for name in names() if kind_of(name).abilities.holds_list is holds_list)


def open_provider(
    name: str,
    settings: Mapping[str, Any],
    *,
    folder: Path,
    env: Mapping[str, str],
    clock: "Now",
    pause: "Callable[[float], object]" = time.sleep,
) -> "Provider | CampaignProvider":
    """Open a provider with the settings of its table; nothing is connected before the first call.

    `folder` is the site's, `pause` waits for so many seconds. Raises ConfigError as `kind_of` does,
    and for wrong settings.
    """
    from syndicate.providers.service import Surroundings  # noqa: PLC0415

    kind = kind_of(name)
    checked = typed(settings, kind.settings_kind, f"[providers.{name}]")
    opened: Provider | CampaignProvider = kind(  # type: ignore[assignment]
        name, checked, Surroundings(folder, env, clock, pause)
    )
    return opened
