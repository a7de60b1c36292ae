"""Broken files that might have been in the next issue."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from syndicate.cli.console import talk
from syndicate.cli.desk import Desk
from syndicate.cli.telling import told
from syndicate.models import Finding, Level

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.models import Reading
    from syndicate.sources.kept import Known


def name_broken(desk: Desk, ledger: "Ledger", newsletter: str, reading: "Reading") -> bool:
    """Name the broken files that could have been in the next issue; False where there are none."""
    found = in_the_way(desk, ledger, newsletter, reading)
    if found:
        talk(told(found, to=sys.stderr))
    return bool(found)


def in_the_way(desk: Desk, ledger: "Ledger", newsletter: str, reading: "Reading") -> list[Finding]:
    """List the broken files that could have been in the next issue.

    Those that were mailed before they broke are not among them. Of twins one may be new, though
    it has the slug of one that was mailed.
    """
    from syndicate.sources import kept

    known = kept.load(desk.config.ids_path)
    mailed = ledger.mailed(newsletter)
    return [
        one
        for one in reading.findings
        if one.level is Level.MUST_FIX and (one.name == "twins" or not _mailed(one, known, mailed))
    ]


def _mailed(finding: Finding, known: "Known", mailed: Mapping[str, str]) -> bool:
    path = finding.where.path if finding.where else ""
    return path in known and known[path].id in mailed
