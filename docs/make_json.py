"""The page about what `--json` writes, made from the code that writes it."""  # noqa: INP001 -- a script's

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from syndicate import report
from syndicate.cli import (
    checking,
    import_results,
    joining,
    looking,
    making,
    people,
    sending,
    services,
    standing,
    syncing,
    weeks,
)
from syndicate.schema import above

HEAD = """\
# What `--json` writes

Made from the code by `python docs/make_reference.py`; a test holds the two together.

One JSON value goes to stdout; talk and progress stay on stderr, and exit codes are the same.
These keys stay as they are. Others may be added, so pass over what you do not know.

`a[].b` is `b` of every object in the list `a`.
Where the meaning begins with "by", keys are data, such as reasons or names.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What one command writes, and the functions that write it."""

    command: str
    writer: Callable[..., Any]
    #: it writes a list of them
    many: bool = False
    #: writers of what the code only hands on, by key
    inside: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


COMMANDS = (
    Written("import", import_results.as_json),
    Written("list", looking._as_json),  # noqa: SLF001 -- the page shows what it writes
    Written("check", checking._as_json),  # noqa: SLF001
    Written("build", making._built_as_json),  # noqa: SLF001
    Written("send", sending._told),  # noqa: SLF001
    Written("send --all-due", sending._all_told, inside={"newsletters": sending._told}),  # noqa: SLF001
    Written("status", standing._all_as_json, inside={"due": weeks.due_times}),  # noqa: SLF001
    Written("status ISSUE", standing._one_as_json),  # noqa: SLF001
    Written("log", report.entry_as_json, many=True),
    Written("audience count", people._count_as_json),  # noqa: SLF001
    Written("audience check", people._line_as_json, many=True),  # noqa: SLF001
    Written("audience import", joining._as_json),  # noqa: SLF001
    Written("audience sync", syncing._as_json, inside={"": syncing.sync}),  # noqa: SLF001
    Written("providers", services._row_as_json, many=True),  # noqa: SLF001
    Written("providers NAME", services._checked_as_json),  # noqa: SLF001
)


def json_page() -> str:
    """Give the page."""
    return "\n".join([HEAD, *map(_section, COMMANDS)])


def keys(written: Written) -> dict[str, str]:
    """Give every key that a command writes, as a path, with what it means."""
    found: dict[str, str] = {}
    for path, text in _rows(written, written.writer, "[]." if written.many else ""):
        found.setdefault(path, text)
    return found


def _section(written: Written) -> str:
    rows = "\n".join(
        f"| `{path}` | {text.replace('|', chr(92) + '|')} |" for path, text in keys(written).items()
    )
    return (
        f"## `syndicate {written.command} --json`\n\n| key | what it holds |\n|---|---|\n{rows}\n"
    )


def _rows(written: Written, made: Callable[..., Any], prefix: str) -> Iterator[tuple[str, str]]:
    source = textwrap.dedent(inspect.getsource(made))
    whole = ast.parse(source).body[0]
    inner = {one.name: one for one in ast.walk(whole) if isinstance(one, ast.FunctionDef)}
    inner.pop(made.__name__)
    return _Reading(written, made, source.splitlines(), inner).rows(_answer(whole), prefix)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One function that writes an object, as it is read."""

    written: Written
    made: Callable[..., Any]
    lines: list[str]
    #: functions in it, by name
    inner: Mapping[str, ast.FunctionDef]

    def rows(self, value: ast.AST, prefix: str) -> Iterator[tuple[str, str]]:
        """Follow a value to the objects in it."""
        match value:
            case ast.Dict():
                yield from self._pairs(value, prefix)
            case ast.IfExp():
                yield from self.rows(value.body, prefix)
            case ast.ListComp():
                yield from self.rows(value.elt, f"{prefix.removesuffix('.')}[].")
            case ast.Call():
                yield from self._call(ast.unparse(value.func), prefix)

    def _call(self, name: str, prefix: str) -> Iterator[tuple[str, str]]:
        if name in self.inner:
            yield from self.rows(_answer(self.inner[name]), prefix)
        elif (called := _called(self.made, name)) is not None:
            yield from _rows(self.written, called, prefix)

    def _pairs(self, value: ast.Dict, prefix: str) -> Iterator[tuple[str, str]]:
        for key, held in zip(value.keys, value.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else ""
            text = above(self.lines, key.lineno) if key is not None else ""
            if name:
                yield f"{prefix}{name}", text
            if text.startswith("by "):
                continue
            inside = self.written.inside
            if isinstance(held, ast.Name) and name in inside:
                below = f"{prefix}{name}[]." if name else prefix
                yield from _rows(self.written, inside[str(name)], below)
            else:
                yield from self.rows(held, f"{prefix}{name}." if name else prefix)


def _answer(function: ast.stmt) -> ast.AST:
    """Give what a function gives back: the value of its last line, else its only object."""
    assert isinstance(function, ast.FunctionDef)
    last = function.body[-1]
    assert isinstance(last, ast.Return)
    if not isinstance(last.value, ast.Name):
        return last.value or last
    return next(one for one in ast.walk(function) if isinstance(one, ast.Dict) and one.keys)


def _called(made: Callable[..., Any], name: str) -> Callable[..., Any] | None:
    """Give a function of ours that another one calls by name."""
    if name.startswith("report."):
        return getattr(report, name.removeprefix("report."), None)
    found = getattr(sys.modules[made.__module__], name, None)
    return found if inspect.isfunction(found) else None
