"""`syndicate check --fix`: what is safe to mend is shown as a difference, and written."""

import difflib
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicate.cli.console import show, talk
from syndicate.cli.desk import Desk, at_a_terminal
from syndicate.errors import ArticleError
from syndicate.models import Finding

if TYPE_CHECKING:
    from syndicate.models import Head
    from syndicate.sources.folder import Folder

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after."""

    #: as a person would type it
    path: str
    before: bytes
    after: bytes
    #: names of the checks whose findings were mended
    names: tuple[str, ...]


def plan(
    desk: Desk,
    source: "Folder",
    heads: "Iterable[Head]",
    findings: Iterable[Finding],
    secure: frozenset[str],
) -> tuple[Change, ...]:
    """Work out what can be mended of what was found; nothing is written."""
    from syndicate import checks

    able = {check.name for check in checks.TABLE if check.mends}
    wanted = {one.where.path for one in findings if one.where and one.name in able}
    changes = (_change(desk, source, head, secure) for head in heads if head.where.path in wanted)
    return tuple(change for change in changes if change is not None)


def _change(desk: Desk, source: "Folder", head: "Head", secure: frozenset[str]) -> Change | None:
    from syndicate import checks

    try:
        manuscript = source.manuscript(head)
        done = checks.mend(manuscript, desk.config, desk.now, secure)
    except ArticleError:
        # It cannot be read, and that is among the findings.
        return None
    path = desk.config.root / head.where.path
    before = path.read_bytes()
    after = _in_place(before, manuscript.body, done.body, (head.where.line or 1) - 1)
    return Change(head.where.path, before, after, done.names) if after != before else None


def _in_place(raw: bytes, old: str, new: str, skipped: int) -> bytes:
    """Put a changed body into a file, which keeps its byte order mark and its line ends.

    `skipped` is the number of lines before the body. A file that is no longer as it was read is
    left alone.
    """
    text = raw.decode()
    lines, ends = _LINE_END.split(text), _LINE_END.findall(text)
    if "\n".join(lines[skipped:]) != old:
        return raw
    usual = max(set(ends), key=ends.count, default="\n")
    lines = [*lines[:skipped], *new.split("\n")]
    ends = [*ends[: len(lines) - 1], *[usual] * (len(lines) - 1 - len(ends))]
    whole = (f"{line}{end}" for line, end in zip(lines, [*ends, ""], strict=True))
    return "".join(whole).encode()


def difference(change: Change) -> str:
    """Write what changes as a unified diff, as `git diff` does."""
    before, after = (_lines(data) for data in (change.before, change.after))
    lines = difflib.unified_diff(before, after, change.path, change.path, lineterm="")
    return "\n".join(_coloured(line) for line in lines)


def _lines(data: bytes) -> list[str]:
    """Give the lines of a file; the end of the last one makes no line of its own."""
    lines = _LINE_END.split(data.decode().removeprefix("\ufeff"))
    return lines[:-1] if not lines[-1] else lines


def agree(changes: tuple[Change, ...], *, yes: bool, quiet: bool) -> bool:
    """Show what would change, and ask; without a person only `--yes` agrees.

    `quiet` keeps the difference out of what a program reads.
    """
    for change in changes if not quiet else ():
        show(difference(change))
    if yes:
        return True
    if not at_a_terminal():
        talk("Nothing was written: nobody is here to agree. In a script, say --yes.")
        return False
    question = f"Write {'this change' if len(changes) == 1 else 'these changes'}?"
    return click.confirm(question, default=False, err=True)


def write(desk: Desk, changes: tuple[Change, ...]) -> None:
    """Write the files, each whole or not at all. Raises SyndicateError where one cannot be."""
    from syndicate import files

    for change in changes:
        path: Path = desk.config.root / change.path
        if path.read_bytes() != change.before:
            talk(f"{change.path} has just been changed by somebody else and is left alone.")
            continue
        folder = desk.config.root / desk.config.articles.folder
        files.write(path, change.after, inside=folder, as_before=True)
        talk(f"Mended {change.path}: {', '.join(change.names)}.")


def _coloured(line: str) -> str:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    return line if plain or line[:1] not in colours else click.style(line, fg=colours[line[0]])
