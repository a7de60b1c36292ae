"""The documentation says what the program does."""

import re
import runpy
from pathlib import Path

import pytest

from syndicate.checks import TABLE
from syndicate.sources.keys import KEYS

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"


def test_the_page_about_the_configuration_is_made_from_the_code():
    made = runpy.run_path(str(DOCS / "make_reference.py"))["page"]()
    assert (DOCS / "configuration.md").read_text("utf-8") == made


def test_every_key_of_the_configuration_says_what_it_means():
    rows = re.findall(
        r"^\| `(\w+)` \| [^|]* \| (.*) \|$", (DOCS / "configuration.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 40
    assert [key for key, meaning in rows if not meaning] == []


def test_every_key_of_front_matter_is_explained():
    told = set()
    for line in (DOCS / "front-matter.md").read_text("utf-8").splitlines():
        if line.startswith("| `"):
            told |= set(re.findall(r"`(\w+)`", line.split("|")[1]))
    assert told == KEYS


def test_every_check_has_a_sentence_and_a_name_of_its_own():
    assert len({check.name for check in TABLE}) == len(TABLE)
    assert all(check.sentence.endswith(".") for check in TABLE)


@pytest.mark.parametrize(
    "page", [*DOCS.glob("*.md"), REPOSITORY / "README.md"], ids=lambda p: p.name
)
def test_every_link_between_pages_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize(
    "path", ["README.md", *(f"docs/{page.name}" for page in DOCS.glob("*.md"))]
)
def test_every_path_that_a_page_names_is_there(path):
    text = (REPOSITORY / path).read_text("utf-8")
    for named in re.findall(r"`((?:docs|src|tests|benches)/[\w./-]+)`", text):
        assert (REPOSITORY / named).exists(), named
