"""Nothing is loaded before it is needed: asked of the modules that are loaded, not of a clock."""

import subprocess
import sys

import pytest

from syndicate.cli import COMMANDS

#: what takes long to load, and only some commands need
HEAVY = frozenset(
    """PIL babel comrak cssutils dateutil feedgen flask http.client jinja2 lxml msgspec nh3
    premailer psycopg procrastinate requests rich sqlite3 ssl tomllib urllib3 watchfiles werkzeug
    yaml zoneinfo asyncio logging.config""".split()  # noqa: SIM905 -- one a line would fill a page
)
#: what only a build that changes something needs
CHANGING = frozenset(
    """PIL babel comrak cssutils dateutil feedgen flask http.client jinja2 lxml nh3 premailer
    psycopg procrastinate requests rich sqlite3 ssl urllib3 watchfiles werkzeug yaml tempfile
    syndicate.checks syndicate.ledger syndicate.markup syndicate.models.sending syndicate.prose
    syndicate.providers syndicate.render syndicate.transport""".split()  # noqa: SIM905
)
#: what a new sentence in an article needs none of
ELSEWHERE = (
    CHANGING
    - {"comrak", "dateutil", "feedgen", "lxml", "nh3", "syndicate.markup"}
    - {
        "syndicate.prose",
        "tempfile",
    }
)


def loaded(*arguments, cwd=None):
    """Run a command, and give the modules that were loaded when it ended."""
    script = (
        "import sys, syndicate.cli\n"
        f"sys.argv = ['syndicate', *{list(arguments)!r}]\n"
        "try: syndicate.cli.run()\n"
        "except SystemExit as end: code = end.code\n"
        "print('\\nLOADED', code or 0, *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=True
    )
    code, *modules = done.stdout.rpartition("LOADED ")[2].split()
    assert code == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), *((name, "--help") for name in COMMANDS)],
    ids=" ".join,
)
def test_help_loads_nothing_that_only_the_work_needs(arguments):
    assert loaded(*arguments) & HEAVY == set()


def test_a_build_in_which_nothing_changed_loads_nothing_that_makes_feeds(small_site):
    small_site.run("build")
    small_site.run("build")
    assert loaded("build", cwd=small_site.root) & CHANGING == set()


def test_a_build_loads_the_makers_of_feeds_and_nothing_of_mail(small_site):
    small_site.run("build")
    small_site.article("first", "Another title", "2026-11-20")
    assert loaded("build", cwd=small_site.root) & ELSEWHERE == set()
