"""Broken files that might have been in the next issue."""

import sys
from typing import TYPE_CHECKING

from syndicate.cli.console import talk
from syndicate.cli.desk import Desk
from syndicate.cli.telling import told
from syndicate.models import Finding, Level

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Reading


def name_broken(desk: Desk, ledger: "Ledger", newsletter: str, reading: "Reading") -> bool:
    """Name the broken files that could have been in the next issue; False where there are none."""
    found = in_the_way(desk, ledger, newsletter, reading)
    if found:
        talk(told(found, to=sys.stderr))
    return bool(found)


def in_the_way(desk: Desk, ledger: "Ledger", newsletter: str, reading: "Reading") -> list[Finding]:
    """List the broken files that could have been in the next issue.

    Those that were mailed before they broke are not among them.
    """
    from syndicate.sources import kept

    known = kept.load(desk.config.ids_path)
    mailed = ledger.mailed(newsletter)
    return [
        one
        for one in reading.findings
        if one.level is Level.MUST_FIX
        and not (one.where and one.where.path in known and known[one.where.path].id in mailed)
    ]
