"""A JSON Schema of `syndicate.toml`, so that editors complete and explain it.

`python -m syndicate.schema` prints it (JSON Schema 2020-12, as msgspec writes it).
"""

import ast
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import msgspec

from syndicate import checks, providers
from syndicate.config import SINGLE, CheckRules, Newsletter, Table

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Give the schema of the whole file; every key says what it means."""
    own = {name: providers.kind_of(name).settings_kind for name in providers.TABLE}
    kinds: list[type[Table]] = [*SINGLE.values(), Newsletter, CheckRules, *own.values()]
    references, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    known = dict(zip(kinds, references, strict=True))
    for kind in _tables(kinds):
        _explain(kind, parts[kind.__name__])
    whole = {
        "$schema": DIALECT,
        "title": "syndicate.toml",
        "type": "object",
        "additionalProperties": False,
        "required": ["site"],
        "properties": {
            **{name: known[kind] for name, kind in SINGLE.items()},
            "newsletters": {"type": "object", "additionalProperties": known[Newsletter]},
            "providers": {
                "type": "object",
                "properties": {name: known[kind] for name, kind in own.items()},
            },
            "checks": _switches(parts.pop("CheckRules")["properties"]),
        },
        "$defs": parts,
    }
    portable: dict[str, Any] = _portable(whole)
    return portable


def meanings(kind: type) -> Mapping[str, str]:
    """Give what each key of a table means, from the `#:` lines above it; inherited ones too."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        module = sys.modules.get(one.__module__)
        if module is not None and issubclass(one, msgspec.Struct) and one is not msgspec.Struct:
            found |= dict(_comments(module, one.__name__))
    return found


def _tables(kinds: list[type[Table]]) -> Iterator[type]:
    """List the tables and the tables in them, each once."""
    seen: set[type] = set()
    waiting: list[Any] = list(kinds)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
            seen.add(kind)
            waiting += [field.type for field in msgspec.structs.fields(kind)]
            yield kind
        waiting += getattr(kind, "__args__", ())


def _explain(kind: type, part: dict[str, Any]) -> None:
    told = meanings(kind)
    for name, value in part["properties"].items():
        value["description"] = told[name]
    part.pop("description", None)


def _portable(value: Any) -> Any:
    r"""Write patterns as JavaScript does, which editors use: it has no `\Z`."""
    if isinstance(value, dict):
        return {
            key: one.replace("\\Z", "$")
            if key == "pattern" and isinstance(one, str)
            else _portable(one)
            for key, one in value.items()
        }
    return [_portable(one) for one in value] if isinstance(value, list) else value


def _switches(rules: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            **{
                name: {"type": "boolean", "description": sentence}
                for name, sentence in checks.switches().items()
            },
            **rules,
        },
        "additionalProperties": False,
    }


def _comments(module: ModuleType, name: str) -> Iterator[tuple[str, str]]:
    source = inspect.getsource(module)
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    yield field.target.id, above(lines, field.lineno)


def above(lines: list[str], number: int) -> str:
    """Give the `#:` lines above a line of source, as one sentence."""
    found: list[str] = []
    while (line := lines[number - 2].strip()).startswith("#:"):
        found.insert(0, line.removeprefix("#:").strip())
        number -= 1
    return " ".join(found)


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2, ensure_ascii=False))  # noqa: T201 -- that is its job
