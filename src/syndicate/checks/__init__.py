"""The table of checks, and how to run those that are switched on."""

from collections.abc import Mapping

from syndicate.checks import message
from syndicate.checks.base import Check, Subject
from syndicate.errors import ConfigError
from syndicate.models import Finding, Message

TABLE: tuple[Check, ...] = message.CHECKS


def of_message(
    issue: Message, *, address: str, switches: Mapping[str, bool]
) -> tuple[Finding, ...]:
    """Check an issue as mail. Raises ConfigError for a switch that is no check's name."""
    for name in switches:
        if name not in {check.name for check in TABLE}:
            known = ", ".join(check.name for check in TABLE)
            raise ConfigError(f'syndicate.toml: [checks] knows no "{name}". Known: {known}.')
    subject = Subject(issue, address)
    return tuple(
        finding
        for check in TABLE
        if switches.get(check.name, True)
        for finding in check.findings(subject)
    )
