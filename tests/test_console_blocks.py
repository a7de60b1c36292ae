"""Every console block of the documentation does what it shows."""

import os
import re
import sys
from pathlib import Path

import pytest

import downloads
from consoles import BLOCK, PROMPT, Shell, same, steps

REPOSITORY = Path(__file__).parents[1]
TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
HOWTOS = [
    page
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs" / "howto").glob("*.md")))
    if BLOCK.search(page.read_text("utf-8"))
]


def test_no_console_block_stands_where_it_would_not_be_run():
    # In a list, a block is indented and would be passed over.
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
    indented = re.compile(r"^[ \t>]+```console", re.MULTILINE)
    assert [page.name for page in pages if indented.search(page.read_text("utf-8"))] == []


def environment(home):
    return {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PS1": PROMPT,
        "PS2": "",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "COLUMNS": "100",
        "TZ": "UTC",
        "SYNDICATE_STATE": os.environ["SYNDICATE_STATE"],
    }


def follow(page, folder, home):
    """Type what a page says, and compare what it shows."""
    shell = Shell(folder, environment(home))
    try:
        for step in steps(page.read_text("utf-8")):
            shown = shell.run(step)
            assert same(step.expected, shown), f"$ {step.command}\n" + "\n".join(shown)
    finally:
        shell.close()


def test_the_tutorial_leads_from_nothing_to_a_sent_issue(tmp_path):
    follow(TUTORIAL, tmp_path, tmp_path)


@pytest.mark.parametrize("page", HOWTOS, ids=lambda page: page.stem)
def test_a_how_to_does_what_it_shows_in_a_site_with_a_weekly_issue(
    page, small_site, tmp_path_factory
):
    small_site.edit(
        "syndicate.toml", "[newsletters.weekly]", '[newsletters.weekly]\ndue = "Monday 09:30"'
    )
    home = tmp_path_factory.mktemp("home")
    downloads.fill(home / "Downloads")
    follow(page, small_site.root, home)
