"""How findings are told: what must be fixed first, what is said twice once, and fitting the screen.

Where nobody sits in front of it each finding is one line, as `grep` and editors like it.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TextIO

import click

from syndicate.models import Finding, Level

#: findings of one check that are told; the others are counted
SHOWN = 3
#: columns of a screen beyond which lines get hard to read
WIDEST = 100
_MARKS = {Level.MUST_FIX: ("x", "red"), Level.ADVICE: ("!", "yellow")}


class _Entry(NamedTuple):
    """One finding, and those that say the same of the same file."""

    finding: Finding
    place: str
    others: list[Finding]


def told(
    findings: Iterable[Finding],
    *,
    to: TextIO,
    otherwise: Callable[[Finding], str] = lambda _: "",
) -> str:
    """Tell findings to whoever reads a stream; `otherwise` says where one without a file is."""
    screen = _width(to)
    every = list(dict.fromkeys(findings))
    lines: list[str] = []
    for level in Level:
        groups = _by_check(one for one in every if one.level is level)
        if groups:
            lines.append(_styled(level.value, to, bold=True))
        for entries in groups:
            for entry in entries[:SHOWN]:
                lines += _entry(entry, to, screen, otherwise(entry.finding))
            lines += _rest(entries[SHOWN:], screen)
    return "\n".join(lines)


def listed(mark: str, items: Sequence[str], *, to: TextIO) -> str:
    """List a few words and figures behind a mark, as many on a line as fit."""
    screen, lines = _width(to), [""]
    for item in items:
        longer = f"{lines[-1]} \N{MIDDLE DOT} {item}" if lines[-1] else item
        if screen and len(mark) + 2 + len(longer) > screen and lines[-1]:
            lines.append(item)
        else:
            lines[-1] = longer
    indent = " " * (len(mark) + 2)
    return f"{_styled(mark, to, fg='green')}  " + f"\n{indent}".join(lines)


def finding_as_json(finding: Finding, newsletter: str | None = None) -> dict[str, Any]:
    """Give a finding as a JSON object; its keys stay as they are."""
    where = finding.where
    return {
        #: the file, relative to the site's folder; null where there is none
        "path": where.path if where else None,
        #: counts from 1; null where it is not known
        "line": where.line if where else None,
        #: counts from 1; null where it is not known
        "column": where.column if where else None,
        #: `must fix` or `advice`
        "level": finding.level.value,
        #: the check that found it, as it is switched in [checks]; empty where none did
        "name": finding.name,
        #: what is wrong, in a sentence
        "text": finding.text,
        #: what to do about it; may be empty
        "fix": finding.fix,
        #: the newsletter whose next issue it is about; null where it is about none
        "newsletter": newsletter,
    }


def _by_check(findings: Iterable[Finding]) -> list[list[_Entry]]:
    """Gather what one check says of one file; what must be fixed is told each by itself."""
    checks: dict[str, dict[object, _Entry]] = defaultdict(dict)
    for number, one in enumerate(findings):
        place = str(one.where.path) if one.where else ""
        must = one.level is Level.MUST_FIX or not one.name
        entries = checks[f"{number}" if must else one.name]
        if not place:
            entries[number] = _Entry(one, place, [])
        elif place in entries:
            entries[place].others.append(one)
        else:
            entries[place] = _Entry(one, place, [])
    return [list(entries.values()) for entries in checks.values()]


def _entry(entry: _Entry, to: TextIO, screen: int | None, otherwise: str) -> Iterator[str]:
    one, (mark, colour) = entry.finding, _MARKS[entry.finding.level]
    text = _sentence(f"{one.text} {one.fix}".strip()) + _others(entry)
    place = str(one.where) if one.where else otherwise
    if screen is None:
        name = f" [{one.name}]" if one.name else ""
        yield f"  {place}: {text}{name}" if place else f"  {text}{name}"
        return
    room = screen - 4 - len(one.name)
    head = f"{place:<{room}}{one.name}" if 0 < len(place) < room else f"{place}  {one.name}"
    yield f"  {_styled(mark, to, fg=colour)} {head.strip()}"
    yield from _wrapped(text, screen, " " * 6)


def _sentence(text: str) -> str:
    """Begin with a capital letter, unless it is a name or an address that begins."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def _others(entry: _Entry) -> str:
    """Say how often the same stands elsewhere in the file, and on which lines."""
    if not entry.others:
        return ""
    known = [one.where.line for one in entry.others if one.where and one.where.line]
    lines = list(dict.fromkeys(map(str, known)))
    more = f" And {len(entry.others)} more"
    if not lines or len(lines) > 8:  # noqa: PLR2004 -- a line that can be read
        return f"{more} in this file."
    return f"{more}: line{'s' if len(lines) > 1 else ''} {', '.join(lines)}."


def _rest(entries: Sequence[_Entry], screen: int | None) -> Iterator[str]:
    if not entries:
        return
    name, files = entries[0].finding.name, len(entries)
    number = sum(1 + len(entry.others) for entry in entries)
    where = f" in {files} other file{'s' if files > 1 else ''}" if entries[0].place else ""
    text = f"and {number} more of {name}{where}: --json names them all."
    yield from _wrapped(text, screen, " " * 6) if screen else [f"  {text}"]


def _wrapped(text: str, screen: int, indent: str) -> list[str]:
    import textwrap

    return textwrap.wrap(
        text,
        min(screen, WIDEST),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width(to: TextIO) -> int | None:
    """Give the columns of the screen behind a stream; None where there is none."""
    if not to.isatty():
        return None
    import shutil

    return min(shutil.get_terminal_size().columns, WIDEST)


def _styled(text: str, to: TextIO, **style: Any) -> str:
    return click.style(text, **style) if to.isatty() and not os.environ.get("NO_COLOR") else text
