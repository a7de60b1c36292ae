"""The providers there are, by their names in the configuration."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndicate.config import FILENAME, typed
from syndicate.contracts import Provider
from syndicate.errors import ConfigError
from syndicate.text import nearest, quote

if TYPE_CHECKING:
    from syndicate.transport import Now

#: module and class by name; read only when the provider is used
TABLE: Mapping[str, tuple[str, str]] = {
    "outbox": ("syndicate.providers.outbox", "Outbox"),
}


def open_provider(
    name: str,
    settings: Mapping[str, Any],
    *,
    folder: Path,
    env: Mapping[str, str],
    clock: "Now",
) -> Provider:
    """Open a provider with the settings of its table; nothing is connected before the first call.

    `folder` is the site's. Raises ConfigError for a name we do not know, and for wrong settings.
    """
    if name not in TABLE:
        close = nearest(name, TABLE)
        raise ConfigError(
            f"{FILENAME}: {quote(name)} is not a provider."
            + (f' Did you mean "{close}"?' if close else "")
            + f" Known: {', '.join(TABLE)}."
        )
    from syndicate.providers.base import HttpProvider, Surroundings  # noqa: PLC0415

    module, member = TABLE[name]
    kind: type[HttpProvider] = getattr(import_module(module), member)
    checked = typed(settings, kind.settings_kind, f"[providers.{name}]")
    return kind(name, checked, Surroundings(folder, env, clock))
