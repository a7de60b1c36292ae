"""The schema of `syndicate.toml` accepts what Syndicate accepts, and refuses what it refuses."""

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from syndicate import config
from syndicate.errors import ConfigError
from syndicate.schema import schema

REPOSITORY = Path(__file__).parents[1]
SCHEMA = schema()
SITE = '[site]\ntitle = "Small"\nurl = "https://small.example/"\n'
WEEKLY = (
    f'{SITE}[newsletters.weekly]\ntitle = "Weekly"\nsender = "A <a@small.example>"\n'
    'audience = "people.csv"\n'
)


def errors(text):
    return [
        one.message
        for one in jsonschema.Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))
    ]


def pages():
    return [REPOSITORY / "syndicate.toml", *sorted((REPOSITORY / "docs/providers").glob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_every_configuration_that_we_show_is_accepted(page):
    text = page.read_text("utf-8")
    if page.suffix == ".md":
        (text,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
        text = WEEKLY.partition("[newsletters")[0] + text
    unmet = [one for one in errors(text) if "required property" not in one]
    assert unmet == []


@pytest.mark.parametrize(
    "text",
    [
        SITE + "[fed]\nlimit = 1\n",
        SITE + "[feeds]\nlimt = 1\n",
        SITE + "[feeds]\nlimit = 0\n",
        SITE + '[feeds]\nformats = ["rss", "atm"]\n',
        SITE + '[theme]\naccent = "green"\n',
        WEEKLY + 'due = "Mondays"\n',
        WEEKLY + 'due = "Monday 25:00"\n',
        WEEKLY + 'on_thin = "never"\n',
        WEEKLY + 'utm = { sauce = "x" }\n',
        SITE + '[checks]\nhealth = "yes"\n',
    ],
)
def test_what_syndicate_refuses_the_schema_refuses(text):
    with pytest.raises(ConfigError):
        config.parse(text, REPOSITORY)
    assert errors(text)


def test_every_key_says_what_it_means():
    silent = [
        f"{name}.{key}"
        for name, part in SCHEMA["$defs"].items()
        for key, value in part["properties"].items()
        if not value.get("description")
    ]
    assert silent == []


def test_patterns_are_those_of_editors_too():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "\\\\Z" not in str(SCHEMA)
