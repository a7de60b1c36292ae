"""The pages about commands and exit codes, made from the command line itself."""  # noqa: INP001 -- a script's

import ast
import inspect
from collections.abc import Iterator

import click

from syndicate.cli import COMMANDS, ending, main

HEAD = """\
# Commands

Made from the code by `python docs/make_reference.py`; a test holds the two together.
Data goes to stdout, talk and progress to stderr. `--json` writes one JSON value.

"""
CODES_HEAD = """\
# Exit codes

Made from the code by `python docs/make_reference.py`; a test holds the two together.
After 3 and 130 the same command goes on where it stopped.

| code | meaning |
|---|---|
"""
WIDTH = 90


def commands_page() -> str:
    """Give the help of every command, as it is printed."""
    parts = [HEAD, _block("syndicate", main)]
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        parts.append(f"## syndicate {name}\n\n{_block(f'syndicate {name}', command)}")
        parts += _inner(name, command)
    return "\n".join(parts)


def _inner(name: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        for inner, one in command.commands.items():
            whole = f"syndicate {name} {inner}"
            yield f"### {whole}\n\n{_block(whole, one)}"


def _block(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    return f"```text\n{command.get_help(context)}\n```\n"


def codes_page() -> str:
    """Give the exit codes with what each means."""
    source = inspect.getsource(ending.Exit)
    lines = source.splitlines()
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.ClassDef)
    rows = [
        f"| {ast.literal_eval(one.value)} | {lines[one.lineno - 2].strip().removeprefix('#: ')} |"
        for one in node.body
        if isinstance(one, ast.Assign)
    ]
    return CODES_HEAD + "\n".join(rows) + "\n"
