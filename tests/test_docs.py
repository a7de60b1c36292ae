"""The documentation says what the program does."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from syndicate.checks import TABLE
from syndicate.providers import TABLE as TABLE_OF_PROVIDERS
from syndicate.providers import kind_of, open_provider
from syndicate.sources.keys import KEYS

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"


MADE = runpy.run_path(str(DOCS / "make_reference.py"))["PAGES"]


@pytest.mark.parametrize("name", MADE)
def test_a_page_that_is_made_from_the_code_says_what_the_code_does(name):
    assert (DOCS / name).read_text("utf-8") == MADE[name]()


@pytest.mark.parametrize("name", [name for name in TABLE_OF_PROVIDERS if name != "outbox"])
def test_every_provider_has_a_page_whose_settings_work(name, tmp_path):
    text = (DOCS / "providers" / f"{name}.md").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    settings = tomllib.loads(block)
    opened = open_provider(
        name, settings["providers"][name], folder=tmp_path, env={}, clock=lambda: None
    )
    assert settings["newsletters"]["weekly"]["provider"] == name
    held = isinstance(settings["newsletters"]["weekly"]["audience"], dict)
    assert held == opened.abilities.holds_list
    for sentence in opened.abilities.unverified:
        assert sentence in text
    if name != "file":
        assert f"export {kind_of(name).key_env}=" in text
    # What a console block shows is run by the tests, and these need an account.
    assert "```console" not in text


def test_the_example_of_adding_a_provider_is_the_one_that_the_tests_run():
    text = (DOCS / "howto" / "add-a-provider.md").read_text("utf-8")
    example = (REPOSITORY / "tests" / "pigeon.py").read_text("utf-8")
    assert example in text


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


def test_every_dependency_says_what_it_is_there_for():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["dns"], *extras["postgres"]]
    told = re.findall(r"\*\*([\w-]+)\*\*", (DOCS / "dependencies.md").read_text("utf-8"))
    assert {re.match(r"[\w-]+", one)[0] for one in needed} <= set(told)


def test_every_check_has_a_sentence_and_a_name_of_its_own():
    assert len({check.name for check in TABLE}) == len(TABLE)
    assert all(check.sentence.endswith(".") for check in TABLE)


@pytest.mark.parametrize(
    "page",
    [*DOCS.rglob("*.md"), REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"],
    ids=lambda p: p.name,
)
def test_every_link_between_pages_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "CONTRIBUTING.md",
        *(str(page.relative_to(REPOSITORY)) for page in DOCS.rglob("*.md")),
    ],
)
def test_every_path_that_a_page_names_is_there(path):
    text = (REPOSITORY / path).read_text("utf-8")
    for named in re.findall(r"`((?:docs|src|tests|benches)/[\w./-]+)`", text):
        assert (REPOSITORY / named).exists(), named
