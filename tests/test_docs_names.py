"""What the pages name is there: commands, options, keys of the configuration, headings."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from syndicate import schema
from syndicate.cli import main

REPOSITORY = Path(__file__).parents[1]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "CHANGELOG.md",
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
pages = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY).with_suffix(""))
)
BLOCK = re.compile(r"^[ \t]*```(\w*)\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
#: a command as it is typed, up to what ends it in a shell or a sentence
TYPED = re.compile(r"(?:^|[\s$(])syndicate ((?:[^\s|;&#`)]+ ?)+)", re.MULTILINE)
#: options of other programs that pages name by themselves
OTHERS = {"--delete"}
#: first tables of TOML that is not ours: packages, Netlify, words of a language
FOREIGN = {"project", "build", "de-AT"}
OPEN = {"newsletters", "providers"}


def commands(group=main, name=""):
    """Give every command by its whole name, with its options."""
    context = click.Context(group)
    found = {}
    for word in group.list_commands(context):
        one = group.get_command(context, word)
        whole = f"{name} {word}".strip()
        found[whole] = options(one)
        if isinstance(one, click.Group):
            found |= commands(one, whole)
    return found


def options(command):
    """Give the options of a command, as they are typed."""
    flags = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
    return flags | {"--help", "-h"}


COMMANDS = commands()
EVERYWHERE = options(main)


def spans_and_blocks(text):
    """Give what is set as code: the blocks, and the spans in between."""
    blocks = [body for _, body in BLOCK.findall(text)]
    return blocks, re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))


def wrong_words(typed):
    """List the words of a typed command that Syndicate does not know."""
    words = typed.replace("=", " ").split()
    while words and words[0] in {"-v", "-c"}:
        words = words[1 if words[0] == "-v" else 2 :]
    known = EVERYWHERE
    if words and re.fullmatch(r"[a-z]+", words[0]):
        name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
        if name not in COMMANDS:
            return [name]
        known = COMMANDS[name] | EVERYWHERE
    options = [word.rstrip(".,:'\"") for word in words if re.match(r"--?[a-z]", word)]
    return [word for word in options if word not in known]


@pages
def test_every_command_that_a_page_names_is_there_with_its_options(page):
    blocks, spans = spans_and_blocks(page.read_text("utf-8"))
    for text in (*blocks, *spans):
        for typed in TYPED.findall(text):
            assert wrong_words(typed) == [], typed


@pages
def test_every_option_that_a_page_names_alone_is_there(page):
    _, spans = spans_and_blocks(page.read_text("utf-8"))
    named = {word for one in spans for word in re.findall(r"^--[a-z][a-z-]*", one)}
    every = set().union(EVERYWHERE, *COMMANDS.values(), OTHERS)
    assert named <= every


def test_a_command_or_an_option_that_is_not_there_is_noticed():
    assert wrong_words("sned --yes") == ["sned"]
    assert wrong_words("send weekly --yess") == ["--yess"]
    assert wrong_words("-c other.toml audience cuont") == []
    assert wrong_words("audience import people.csv --dryrun") == ["--dryrun"]


SCHEMA = schema.schema()


def keys_of(table):
    """Give the keys that a table may have; None where any may stand."""
    first, _, rest = table.partition(".")
    part = SCHEMA["properties"].get(first)
    if part is None:
        return set()
    if first in OPEN and rest:
        inside = part.get("properties", {}).get(rest.partition(".")[0])
        part = inside or part.get("additionalProperties") or {}
        rest = rest.partition(".")[2]
    keys = _properties(part)
    for word in filter(None, rest.split(".")):
        keys = _properties(keys[word]) if word in keys else {}
    return set(keys)


def _properties(part):
    if "$ref" in part:
        return _properties(SCHEMA["$defs"][part["$ref"].rpartition("/")[2]])
    found = dict(part.get("properties", {}))
    for one in part.get("anyOf", ()):
        found |= _properties(one)
    return found


def unknown_keys(settings):
    """List the keys of a piece of configuration that Syndicate does not know."""
    for table, held in settings.items():
        if not isinstance(held, dict):
            # Lines without a table are of a newsletter.
            yield from [table] if table not in keys_of("newsletters.weekly") else []
        elif table in OPEN:
            for name, inner in held.items():
                yield from _unknown(f"{table}.{name}", inner)
        else:
            yield from _unknown(table, held)


def _unknown(table, held):
    known = keys_of(table)
    for key, value in held.items():
        if key not in known:
            yield f"[{table}] {key}"
        elif isinstance(value, dict) and keys_of(f"{table}.{key}"):
            yield from _unknown(f"{table}.{key}", value)


@pages
def test_every_key_of_configuration_that_a_page_shows_is_there(page):
    text = page.read_text("utf-8")
    for kind, body in BLOCK.findall(text):
        if kind == "toml":
            settings = tomllib.loads(re.sub(r"^   ", "", body, flags=re.MULTILINE))
            if not FOREIGN & settings.keys():
                assert list(unknown_keys(settings)) == []


@pages
def test_every_key_of_configuration_that_a_page_names_is_there(page):
    _, spans = spans_and_blocks(page.read_text("utf-8"))
    for span in spans:
        if named := re.match(r"\[([\w.]+)\](?: (\w+))?", span):
            table, key = named.groups()
            table = table.replace("NAME", "weekly")
            if table in {"newsletters", "providers"}:
                table += ".weekly"
            assert keys_of(table), span
            assert key is None or key in keys_of(table), span


def test_a_key_that_is_not_there_is_noticed():
    wrong = tomllib.loads(
        '[site]\ntitel = "x"\n[newsletters.weekly]\nholds = "1m"\ncta = { lable = "" }\n'
        '[providers.mailgun]\ndomaine = "x"\n[theme]\ninc = "#000000"\n'
    )
    assert list(unknown_keys(wrong)) == [
        "[site] titel",
        "[newsletters.weekly] holds",
        "[newsletters.weekly.cta] lable",
        "[providers.mailgun] domaine",
        "[theme] inc",
    ]


def slugs(page):
    """Give the names that headings of a page are linked by."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pages
def test_every_link_to_a_heading_leads_to_one(page):
    text = BLOCK.sub("", page.read_text("utf-8"))
    for target, heading in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", text):
        if "://" not in target:
            whole = (page.parent / target).resolve() if target else page
            assert heading in slugs(whole), f"{target}#{heading}"
