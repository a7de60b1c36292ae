"""The page about the checks, made from their table."""  # noqa: INP001 -- a script

from typing import Any

CHECKS_HEAD = """\
# Every check

Made from the code by `python docs/make_reference.py`; a test holds the two together.
What they are for, in words: [Checks](../checks.md).

*Must fix* stops what it touches; advice stops nothing.
A name with `false` behind it in `[checks]` of `syndicate.toml` switches that check off.
Those of health are off until `health = true`; each can be switched by itself as well.
"""
ABOUT = {
    "article": "Articles",
    "feeds": "Feeds",
    "message": "The issue as mail",
    "sender": "Who sends it",
    "online": "Online: only with `syndicate check --online`",
}


def checks_page() -> str:
    """Give the page about the checks."""
    from syndicate.checks import TABLE, switches  # noqa: PLC0415 -- only for this page

    parts = [CHECKS_HEAD]
    for about, title in ABOUT.items():
        rows = [_check_row(one, switches()) for one in TABLE if one.about == about]
        head = "| name | level | when all is well | `--fix` |\n|---|---|---|---|\n"
        parts.append(f"## {title}\n\n{head}" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _check_row(one: Any, switchable: Any) -> str:
    notes = f" *({one.group})*" if one.group else ""
    notes += "" if one.name in switchable else " Always on."
    level = f"**{one.level.value}**" if one.level.value == "must fix" else one.level.value
    return f"| `{one.name}` | {level} | {one.sentence}{notes} | {'mends' if one.mends else ''} |"
