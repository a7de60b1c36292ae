"""`syndicate schedule`: a recipe to paste, for whatever starts things on this computer."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicate.cli.console import show, talk
from syndicate.cli.desk import Desk, open_desk
from syndicate.errors import ConfigError

if TYPE_CHECKING:
    from syndicate.recipes import Plan


class Recipes(click.Command):
    """A command whose recipes are named as options; who names one as a word is told so."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options."""
        for word in args:
            if any(f"--{word}" in one.opts for one in self.params):
                ctx.fail(f"Write it as an option: syndicate schedule --{word}")
        return super().parse_args(ctx, args)


@click.command("schedule", cls=Recipes, epilog="Example: syndicate schedule --systemd")
@click.option("--cron", "kind", flag_value="cron", help="Lines for cron.")
@click.option("--systemd", "kind", flag_value="systemd", help="Units for systemd.")
@click.option("--github", "kind", flag_value="github", help="A workflow for GitHub Actions.")
@click.option("--windows", "kind", flag_value="windows", help="A task for Windows.")
@click.pass_context
def schedule_command(context: click.Context, kind: str | None) -> None:
    """Print a recipe that sends what is due every week; paste it where it says.

    Due times are those of the newsletters (`due = "Monday 09:30"`), on the clocks of the site.
    Without an option it is the recipe that suits this computer.
    """
    from syndicate import recipes

    desk = open_desk(context)
    kind = kind or _suits()
    show(recipes.TABLE[kind](_plan(desk)).rstrip())
    talk(f"That is the recipe for {kind}; its first lines say where it goes.")


def _plan(desk: Desk) -> "Plan":
    from syndicate.dates import parse_due
    from syndicate.recipes import Plan

    config = desk.config
    dues = tuple(
        dict.fromkeys(parse_due(one.due) for one in config.newsletters.values() if one.due)
    )
    if not dues:
        raise ConfigError(
            'No newsletter has a due time. Add one in syndicate.toml, such as: due = "Monday 09:30"'
        )
    return Plan(
        folder=str(config.root),
        command=_command(),
        dues=dues,
        zone=config.site.zone,
        secrets=tuple(dict.fromkeys(_secrets(desk))),
        ledger_env=config.ledger.url_env,
        now=desk.now,
        local=lambda when: when.astimezone(),
    )


def _command() -> tuple[str, ...]:
    """Name the program by its whole path, since a scheduler looks in few folders."""
    started = Path(sys.argv[0])
    if started.name.startswith("syndicate") and started.exists():
        return (str(started.absolute()),)
    beside = shutil.which("syndicate", path=str(Path(sys.executable).parent))
    return (beside,) if beside else (sys.executable, "-m", "syndicate")


def _secrets(desk: Desk) -> Iterator[str]:
    """Name the environment variables that a run needs; none is read."""
    yield from filter(None, (desk.config.site.secret_env, desk.config.ledger.url_env))
    for newsletter in desk.config.newsletters.values():
        service = desk.service(newsletter.provider)
        yield from service.key_names
        service.close()


def _suits() -> str:
    if sys.platform == "win32":
        return "windows"
    return "systemd" if Path("/run/systemd/system").exists() else "cron"
