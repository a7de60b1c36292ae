"""Commands that write files for the site: build, preview."""

from typing import TYPE_CHECKING

import click

from syndicate.cli.desk import Desk

if TYPE_CHECKING:
    from syndicate.contracts import Ledger
    from syndicate.publish import Built
    from syndicate.sources.folder import Folder


def make(desk: Desk, ledger: "Ledger", source: "Folder") -> "Built":
    """Write feeds, pictures and the pages of all issues; good articles come through."""
    raise click.UsageError("not yet")
