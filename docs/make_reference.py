"""Write docs/configuration.md from the code: `python docs/make_reference.py`."""  # noqa: INP001 -- a script

import ast
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).parent
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
            meaning = _comment(lines, field.lineno).replace("|", "\\|")
            yield f"| `{field.target.id}` | {_default(field.value)} | {meaning} |"


def _comment(lines: list[str], number: int) -> str:
    """Give the `#:` lines above a field, as one sentence."""
    found: list[str] = []
    while (line := lines[number - 2].strip()).startswith("#:"):
        found.insert(0, line.removeprefix("#:").strip())
        number -= 1
    return " ".join(found)


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


if __name__ == "__main__":
    (DOCS / "configuration.md").write_text(page(), "utf-8")
