"""The table of checks, and how to run those that are switched on."""

from collections.abc import Mapping

from syndicate.checks import feeds, message
from syndicate.checks.base import Check, Subject
from syndicate.checks.feeds import Stand
from syndicate.errors import ConfigError
from syndicate.models import Finding, Message

__all__ = ["TABLE", "Stand", "of_feeds", "of_message"]

TABLE: tuple[Check, ...] = message.CHECKS


def of_message(
    issue: Message, *, address: str, switches: Mapping[str, bool]
) -> tuple[Finding, ...]:
    """Check an issue as mail. Raises ConfigError for a switch that is no check's name."""
    _known(switches)
    subject = Subject(issue, address)
    return tuple(
        finding
        for check in TABLE
        if switches.get(check.name, True)
        for finding in check.findings(subject)
    )


def of_feeds(stand: Stand, *, switches: Mapping[str, bool]) -> tuple[Finding, ...]:
    """Check what goes into feeds. Raises ConfigError for a switch that is no check's name."""
    _known(switches)
    return tuple(one for one in feeds.findings(stand) if switches.get(one.name, True))


def _known(switches: Mapping[str, bool]) -> None:
    known = [*(check.name for check in TABLE), *feeds.NAMES]
    for name in switches:
        if name not in known:
            raise ConfigError(
                f'syndicate.toml: [checks] knows no "{name}". Known: {", ".join(known)}.'
            )
