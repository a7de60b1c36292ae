"""The house: a file imports only from floors below its own, and parts never import each other."""

import ast
from functools import cache
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "syndicate"

#: every module of the package by its floor; a package stands for all its files
FLOORS: tuple[tuple[str, frozenset[str]], ...] = (
    ("words", frozenset({"errors", "models"})),
    ("sockets", frozenset({"contracts"})),
    ("measures", frozenset({"durations"})),
    (
        "plain tools",
        frozenset(
            {
                "addresses",
                "config",
                "dates",
                "files",
                "frontmatter",
                "links",
                "processors",
                "program",
                "stamps",
                "text",
                "tokens",
            }
        ),
    ),
    (
        "tools",
        frozenset(
            {
                "cached",
                "copies",
                "excerpts",
                "filling",
                "markup",
                "nameserver",
                "prose",
                "theme",
                "transport",
                "visiting",
                "zips",
            }
        ),
    ),
    (
        "parts",
        frozenset(
            {
                "audience",
                "checks",
                "feeds",
                "importers",
                "ledger",
                "pictures",
                "providers",
                "recipes",
                "render",
                "sources",
            }
        ),
    ),
    ("verbs", frozenset({"choosing", "importing", "prepare", "publish", "report", "send"})),
    ("doors", frozenset({"preview", "schema", "worker"})),
    ("front", frozenset({"cli"})),
    ("start", frozenset({"__main__"})),
)
PACKAGE_OWN = frozenset({"__version__"})


def modules():
    return sorted(path for path in SRC.rglob("*.py") if path != SRC / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def floor(name: str) -> int:
    return next(number for number, (_, rooms) in enumerate(FLOORS) if name in rooms)


@cache
def imported(path: Path) -> frozenset[str]:
    """List what a file imports, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_a_file_imports_only_from_floors_below_its_own(path):
    own = room(path)
    for name in imported(path):
        package, *rooms = name.split(".")
        other = rooms[0] if rooms else own
        if package == "syndicate" and other not in PACKAGE_OWN | {own}:
            assert floor(other) < floor(own), f"{own} may not import {name}"


def test_the_list_names_every_room_and_none_that_there_is_not():
    assert {room(path) for path in modules()} == {name for _, rooms in FLOORS for name in rooms}


@pytest.mark.parametrize(
    ("library", "files"),
    [
        ("feedgen", {"feeds/rss_atom.py"}),
        ("premailer", {"render/inline.py"}),
        ("comrak", {"markup/__init__.py"}),
        ("filelock", {"ledger/lock.py"}),
        ("dns", {"nameserver.py"}),
        ("procrastinate", {"worker.py"}),
        (
            "psycopg",
            {"ledger/__init__.py", "ledger/database.py", "ledger/postgres.py", "ledger/server.py"},
        ),
        ("flask", {"preview/app.py"}),
        ("watchfiles", {"preview/watching.py"}),
        ("markdownify", {"importers/converter.py"}),
        ("readability", {"importers/main_part.py"}),
    ],
)
def test_one_file_knows_each_library(library, files):
    knowing = {
        str(path.relative_to(SRC))
        for path in modules()
        if library in {name.partition(".")[0] for name in imported(path)}
    }
    assert knowing == files
