"""Write the pages that are made from the code: `python docs/make_reference.py`."""  # noqa: INP001 -- a script

import ast
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from syndicate import durations, schema
from syndicate.schema import above

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))
TABLES = DOCS.parent / "src" / "syndicate" / "config" / "tables.py"
HEAD = """\
# Configuration: `syndicate.toml`

Made from the code by `python docs/make_reference.py`; a test holds the two together.
Paths are relative to the file. A key that is not listed here is an error.
"""


def page() -> str:
    """Give the whole page."""
    source = TABLES.read_text("utf-8")
    parts = [HEAD]
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and (doc := ast.get_docstring(node)) and _is_table(node):
            parts += [_section(doc, node, source.splitlines())]
    return "\n".join(parts)


def _is_table(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Table" for base in node.bases)


def _section(doc: str, node: ast.ClassDef, lines: list[str]) -> str:
    name, _, text = doc.partition(": ")
    rows = "\n".join(_rows(node, lines))
    about = f"{text[:1].upper()}{text[1:]}"
    return f"## `{name}`\n\n{about}\n\n| key | default | meaning |\n|---|---|---|\n{rows}\n"


def _rows(node: ast.ClassDef, lines: list[str]) -> Iterator[str]:
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            meaning = above(lines, field.lineno).replace("|", "\\|")
            yield f"| `{field.target.id}` | {_default(field.value)} | {meaning} |"


def _default(value: ast.expr | None) -> str:
    if value is None:
        return "(must be given)"
    if isinstance(value, ast.Call):
        value = value.keywords[0].value.body if value.keywords else ast.List([])  # type: ignore[attr-defined]
    if isinstance(value, ast.Constant):
        return _plain(value.value)
    items = getattr(value, "elts", [])
    return f"`[{', '.join(_plain(item.value).strip('`') for item in items)}]`" if items else ""


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`' if value else ""
    return "" if value is None else f"`{value}`"


PROVIDERS_HEAD = """\
# Providers

Made from the code by `python docs/make_reference.py`; a test holds the two together.
`syndicate providers` prints the table, `syndicate providers NAME` asks whether yours works.

"""
COLUMNS = (
    "name",
    "holds the list",
    "in one call",
    "a million people",
    "same call again",
    "look-up",
    "gives back",
    "tells who left",
)


def providers_page() -> str:
    """Give the page about what the providers can do."""
    from syndicate.providers import TABLE, kind_of  # noqa: PLC0415 -- only for this page

    kinds = {name: kind_of(name) for name in TABLE}
    rows = [_provider_row(name, kind) for name, kind in kinds.items()]
    parts = [_provider_section(name, kind.abilities) for name, kind in kinds.items()]
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    return PROVIDERS_HEAD + head + "\n".join(rows) + "\n\n" + LEGEND + "\n" + "\n".join(parts)


LEGEND = """\
*A million people*: how long handing them over takes, where each call is answered after half a
second, with as many calls at once and a minute as the provider allows at most; your account may be
slower. Ten million take ten times as long. Where the provider holds the list, it is its own affair.
*Same call again*: for how long the provider keeps an idempotency key; a doubt is settled by it in
the first half of that time. *Look-up*: its records can settle a doubt. *Gives back*: an issue that
it was asked to wait with can be had back whole. *Tells who left*: `syndicate audience sync`.
"""


_ANSWERS = {0: "the sender's only", 1: "one", None: "as many as you like"}


def _provider_row(name: str, kind: Any) -> str:
    can = kind.abilities
    most = getattr(kind, "most", None)
    cells = (
        f"[`{name}`](../providers/{name}.md)" if name != "outbox" else "`outbox`",
        "the provider" if can.holds_list else "you",
        f"{most.batch_size:,} people" if most else "",
        _a_million(most) if most and name != "outbox" else "",
        durations.text(can.key_life) if can.key_life else "",
        "yes" if can.lookup else "",
        "yes" if can.take_back else "",
        "yes" if can.departures else ("itself" if can.holds_list else ""),
    )
    return f"| {' | '.join(cells)} |"


def _a_million(most: Any) -> str:
    """Say how long it takes to hand over a million people, answers half a second away."""
    calls = math.ceil(1_000_000 / most.batch_size)
    seconds = max(calls * 0.5 / most.connections, calls / (most.calls_per_second or math.inf))
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"  # noqa: PLR2004


def _provider_section(name: str, can: Any) -> str:
    told = ", ".join(can.told) or "nothing"
    lines = [
        f"## {can.title}",
        "",
        f"- In syndicate.toml: `{name}`. Documents: {can.documents}",
        f"- What differs by recipient: {_as_code(can.merge)}",
        f"- Its own way to leave: {can.unsubscribe or 'none'}",
        f"- Mailboxes that answers may go to: {_ANSWERS[can.reply_to]}",
        f"- What it tells of an issue: {told}",
        *(f"- Not verified: {one}" for one in can.unverified),
        "",
    ]
    return "\n".join(lines)


def _as_code(merge: str) -> str:
    return merge if merge[0].isalpha() else f"`{merge}`"


def schema_file() -> str:
    """Give the schema that editors complete `syndicate.toml` by."""
    return json.dumps(schema.schema(), indent=2, ensure_ascii=False) + "\n"


from make_checks import checks_page  # noqa: E402 -- it lies beside this file
from make_commands import codes_page, commands_page  # noqa: E402 -- it lies beside this file
from make_json import json_page  # noqa: E402 -- it lies beside this file
from make_templates import templates_page  # noqa: E402 -- it lies beside this file

PAGES = {
    "configuration.md": page,
    "reference/checks.md": checks_page,
    "reference/commands.md": commands_page,
    "reference/exit-codes.md": codes_page,
    "reference/json.md": json_page,
    "reference/providers.md": providers_page,
    "reference/syndicate.schema.json": schema_file,
    "reference/templates.md": templates_page,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), "utf-8")
