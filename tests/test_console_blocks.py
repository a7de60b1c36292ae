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
OTHERS = [
    page
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md")))
    if page != TUTORIAL and BLOCK.search(page.read_text("utf-8"))
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


@pytest.fixture
def weekly_site(small_site):
    """A site with a weekly issue, of which there is something to say to `check`."""
    site = small_site
    site.edit(
        "syndicate.toml", "[newsletters.weekly]", '[newsletters.weekly]\ndue = "Monday 09:30"'
    )
    settings = site.path("syndicate.toml").read_text("utf-8")
    site.write("syndicate.toml", f'{settings}\n[audience]\nsuppressed = "suppressed.csv"\n')
    site.write("suppressed.csv", "")
    return site


def with_something_to_check(site):
    """Let two articles on health have what `docs/checks.md` shows."""
    site.path("articles/first.md").unlink()
    site.article("walking-and-sciatica", "Walking and sciatica", "2026-11-20")
    site.edit(
        "articles/walking-and-sciatica.md", "Hello there.", "Ten minutes a day: relief guaranteed."
    )
    site.article("sitting-all-day", "Sitting all day", "2026-11-19")
    body = "For more [click here](https://small.example/a).\n\n"
    site.edit(
        "articles/sitting-all-day.md",
        "Hello there.",
        f"{body}Or [click here](https://small.example/b). For information only: ask a doctor.",
    )
    site.edit("syndicate.toml", "[site]", '[site]\ndisclaimer = "For information only."')
    settings = site.path("syndicate.toml").read_text("utf-8")
    site.write("syndicate.toml", f"{settings}[checks]\nhealth = true\n")


PREPARED = {"checks": with_something_to_check}


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.stem)
def test_a_page_does_what_it_shows_in_a_site_with_a_weekly_issue(
    page, weekly_site, tmp_path_factory
):
    PREPARED.get(page.stem, lambda _site: None)(weekly_site)
    home = tmp_path_factory.mktemp("home")
    downloads.fill(home / "Downloads")
    follow(page, weekly_site.root, home)
