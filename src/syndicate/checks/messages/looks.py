"""How a message looks, and where: size, contrast, dark mode, and what mail programs ignore."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from syndicate import theme
from syndicate.checks.base import ADVICE, MUST, About, Check, Found
from syndicate.checks.messages.letter import Letter
from syndicate.text import quote

#: Gmail shows about 102 KB of HTML and hides the rest behind a link, the unsubscribe link included.
GMAIL_CLIPS = 102 * 1024
#: what a provider may add: tracking, a footer, longer links
HEADROOM = 6 * 1024
#: from here on an issue is heavier than a newsletter needs to be
HEAVY = 80 * 1024
#: characters of one style block that Gmail reads; it drops a longer one whole
STYLE = 8_192
#: contrast that WCAG 2.2 asks of text (1.4.3), and of large text
READABLE, READABLE_LARGE = 4.5, 3.0
#: CSS pixels of large text, and of large bold text
LARGE, LARGE_BOLD = 24.0, 18.66
#: where these are ignored a message looks plainer, and nothing is lost or misplaced
PLAINER = frozenset(
    """border-radius box-shadow text-shadow cursor animation transition outline outline-offset
    word-break word-wrap overflow-wrap word-spacing white-space white-space-collapse overflow
    text-overflow hyphens hyphenate-character hyphenate-limit-chars orphans widows font-kerning
    font-stretch font-size-adjust tab-size text-wrap text-justify text-align-last
    text-decoration-color text-decoration-line text-decoration-skip-ink text-decoration-style
    text-decoration-thickness text-emphasis text-emphasis-position text-underline-offset
    text-underline-position list-style-position max-height min-height min-width height clear
    accent-color user-select resize table-layout caption-side empty-cells box-sizing
    abbr acronym bdi wbr ruby rp rt link""".split()  # noqa: SIM905
)


def _clipped(letter: Letter) -> Iterator[Found]:
    size = _size(letter)
    if size > GMAIL_CLIPS - HEADROOM:
        yield Found(
            f"The email is {size / 1024:.0f} KB, a provider adds some, and Gmail cuts at 102 KB.",
            "Lower max_articles, or shorten the summaries.",
        )


def _heavy(letter: Letter) -> Iterator[Found]:
    size = _size(letter)
    if HEAVY < size <= GMAIL_CLIPS - HEADROOM:
        yield Found(f"The email is {size / 1024:.0f} KB of the 102 KB that Gmail shows.")


def _styles(letter: Letter) -> Iterator[Found]:
    for style in letter.styles:
        if len(style) > STYLE:
            yield Found(
                f"A style block has {len(style):,} characters; Gmail drops one of more than "
                f"{STYLE:,}, and dark mode and phones with it.",
                "Cut it in two, or take rules away.",
            )


def _contrast(letter: Letter) -> Iterator[Found]:
    seen = set()
    for run in letter.runs:
        if run.colour is None or run.behind is None or (run.colour, run.behind) in seen:
            continue
        large = run.size >= LARGE or (run.bold and run.size >= LARGE_BOLD)
        figure = theme.contrast(run.colour, run.behind)
        if figure < (READABLE_LARGE if large else READABLE):
            seen.add((run.colour, run.behind))
            yield Found(
                f"{quote(run.text, 40)} is hard to read: {run.colour} on {run.behind} has a "
                f"contrast of {figure:.1f}.",
                f"Text needs {READABLE_LARGE if large else READABLE}.",
            )


def _dark(letter: Letter) -> Iterator[Found]:
    for colour, name in (("#000000", "black"), ("#ffffff", "white")):
        run = next((one for one in letter.runs if one.colour == colour and not one.dark), None)
        if run is not None:
            yield Found(
                f"{quote(run.text, 40)} is {name} whatever its reader chose, and may vanish in "
                "dark mode.",
                "Leave its colour away, or give it a class that has one in dark mode.",
            )


def _ignored(letter: Letter) -> Iterator[Found]:
    table = mail_clients()
    used: dict[str, int] = {}
    for (name, value), often in letter.declared.items():
        for key in _keys(table, name, value):
            used[key] = used.get(key, 0) + often
    for element, often in letter.elements.items():
        if element in table["elements"] and element not in PLAINER:
            used[f"<{element}>"] = often
    for key, often in sorted(used.items()):
        clients = next(part[key.strip("<>")] for part in table.values() if key.strip("<>") in part)
        shown, places = key.rstrip("("), f" in {often} places" if often > 1 else ""
        yield Found(
            f"{shown}{places} is ignored by {_and(clients)}.",
            "Make sure that it reads well without, or take it out of your template.",
        )


def _keys(
    table: Mapping[str, Mapping[str, tuple[str, ...]]], name: str, value: str
) -> Iterator[str]:
    """List what of a declaration some mail program ignores."""
    if name in table["properties"] and name not in PLAINER:
        yield name
    for key in table["values"]:
        if key == f"{name}:{value}" or (key.endswith("(") and _calls(value, key)):
            yield key


def _calls(value: str, function: str) -> bool:
    """Whether a value calls a function by that whole name."""
    at = value.find(function)
    return at >= 0 and not (at and (value[at - 1].isalnum() or value[at - 1] == "-"))


@cache
def mail_clients() -> dict[str, dict[str, tuple[str, ...]]]:
    """Read which main mail programs ignore what; the file says where that is known from."""
    text = (files("syndicate.checks.messages") / "mail_clients.toml").read_text("utf-8")
    parts = tomllib.loads(text)
    return {kind: {key: tuple(one) for key, one in rows.items()} for kind, rows in parts.items()}


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _size(letter: Letter) -> int:
    return len(letter.message.html.encode(errors="replace"))


_M = About.MESSAGE
CHECKS: tuple[Check[Letter], ...] = (
    Check("clipped", MUST, _M, "Gmail shows the whole email.", _clipped),
    Check("heavy", ADVICE, _M, "The email is light.", _heavy),
    Check("style-size", ADVICE, _M, "A style block is short enough for Gmail.", _styles),
    Check("contrast", ADVICE, _M, "Text stands out from what is behind it.", _contrast),
    Check("dark-text", ADVICE, _M, "No text is black or white for good.", _dark),
    Check("mail-programs", ADVICE, _M, "No main mail program ignores the design.", _ignored),
)
