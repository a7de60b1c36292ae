"""What the Tab key completes in a shell beside commands and options."""

import click

from syndicate.errors import SyndicateError


def newsletters(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Name the newsletters of the site one is in; none where its configuration cannot be read."""
    del parameter
    from pathlib import Path

    from syndicate import config

    given: Path | None = context.find_root().params.get("config_path")
    try:
        known = config.load(given or config.find(Path.cwd())).newsletters
    except (SyndicateError, OSError):
        return []
    return [name for name in known if name.startswith(incomplete)]
