"""The command line: one file per group of commands, loaded only when it is asked for."""

import gc
import importlib
import sys
from pathlib import Path

import click

from syndicate import __version__

#: each command, the file it stands in, and its line in the overview
COMMANDS = {
    "init": ("start", "Make a new site."),
    "import": ("importing", "Make articles of what other systems export."),
    "list": ("looking", "Show what is in the next issue, and why the rest is not."),
    "check": ("checking", "Find everything that can be known before sending."),
    "build": ("making", "Write the feeds and the issue pages."),
    "preview": ("previewing", "Show the next issue as readers will see it, live in your browser."),
    "test": ("vouching", "Mail a marked copy of the next issue to anyone."),
    "approve": (
        "vouching",
        "Say yes to the next issue, for newsletters that need a second person.",
    ),
    "send": ("sending", "Make the next issue and send it; goes on with an unfinished one."),
    "worker": ("working", "Hand over what was queued, beside workers on other computers."),
    "undo": ("taking", "Take back what has not gone out yet."),
    "skip": ("weeks", "Leave a week out, on the record."),
    "status": ("standing", "Show where each issue stands."),
    "settle": ("settling", "Find out what became of batches in doubt."),
    "audience": ("people", "Look after who gets a newsletter, and who never does."),
    "providers": ("services", "Show what each mail provider can do, and whether yours works."),
    "log": ("looking", "Show who did what, and when."),
    "schedule": ("scheduling", "Print a recipe that sends what is due every week."),
}


class Overview(click.Group):
    """The list of commands, which imports a command only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of a working week."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"syndicate.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a mistyped one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean: syndicate {near[0]}" if near else " See: syndicate --help"
            ctx.fail(f'There is no command "{args[0]}".{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview from the table, without loading any command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=Overview,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: syndicate send weekly",
)
@click.version_option(__version__, prog_name="syndicate")
@click.option(
    "-c",
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The site's syndicate.toml; else the one here or in a folder above.",
)
@click.option("-v", "--verbose", is_flag=True, help="Name the files that this run works with.")
@click.pass_context
def main(ctx: click.Context, config_path: Path | None, *, verbose: bool) -> None:
    """Feeds and a weekly email from a folder of Markdown articles.

    Never twice to anyone, and nobody silently lost.
    """
    _refuse_nowhere()
    ctx.obj = {"config": config_path, "verbose": verbose}


def _refuse_nowhere() -> None:
    """Raise ConfigError where the folder that a person is in was deleted."""
    from syndicate.errors import ConfigError

    try:
        Path.cwd()
    except OSError as error:
        raise ConfigError(
            f"The folder that you are in cannot be used: {error.strerror}. Go to another one: cd"
        ) from None


def run() -> None:
    """Run the command line and end with its exit code."""
    from syndicate.cli.ending import guarded

    code = guarded(main)
    # Python looks for garbage once more at the end, which can take longer than the command did.
    gc.freeze()
    sys.exit(code)
