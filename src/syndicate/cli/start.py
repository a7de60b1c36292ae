"""`syndicate init`: a new site that can be sent from at once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from syndicate import files
from syndicate.cli.console import count, talk
from syndicate.config import FILENAME
from syndicate.errors import ConfigError

_CONFIG = """\
# What all feeds and newsletters share. Paths are relative to this file.

[site]
title = {name}
url = {site}
language = "en"
timezone = "UTC"                  # such as "Europe/London": dates follow it
author = {name}
address = "1 Example Street, Example Town"   # the law asks for yours in every email

[feeds]
since = {year}                      # the year in article ids; never change it

[newsletters.weekly]
title = {name}
sender = {sender}
provider = {provider}
audience = "audience/weekly.csv"  # columns: email, name, and any others as tokens
"""

_ARTICLE = """\
---
title: Hello from our new newsletter
date: {today}
tags: [news]
description: The first article of a new site, here to be read once and then replaced by yours.
---

This is an article: **Markdown** below a few lines that say what it is.

## What to do with it

- **Change it**, or delete it and write your own beside it.
- See what would go out: `syndicate list`
- See it as readers will: `syndicate preview --out preview`
"""

_AUDIENCE = "email,name\nfriend@example.com,A Friend\n"

_TEMPLATE = """\
{#- The built-in email, to be changed block by block; the blocks are named in its source.
    Delete this file to go back to the built-in one. -#}
{% extends "builtin/digest.html.j2" %}
"""

_GITIGNORE = """\
/public/
/outbox/
/preview/
/.cache/
/state/*
!/state/ids.json
"""


@click.command("init", epilog="Example: syndicate init my-site")
@click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--name", help="Name of the site and its newsletter.")
@click.option("--site", help="Web address of the site.")
@click.option("--sender", help='Who the email is from: "Name <address>".')
@click.option("--provider", default="outbox", show_default=True, help="Mail provider.")
@click.option("--non-interactive", is_flag=True, help="Ask nothing; take the defaults.")
def init_command(
    folder: Path,
    name: str | None,
    site: str | None,
    sender: str | None,
    provider: str,
    *,
    non_interactive: bool,
) -> None:
    """Make a new site: configuration, a template to change, a sample article, an audience."""
    if (folder / FILENAME).exists():
        raise ConfigError(f"{folder / FILENAME} is there already. Nothing was changed.")
    name = name or _ask("Name of the newsletter?", "My Newsletter", quiet=non_interactive)
    site = site or _ask("Web address of the site?", "https://example.org/", quiet=non_interactive)
    sender = sender or _ask(
        "Sender name and address?", f"{name} <hello@{_host(site)}>", quiet=non_interactive
    )
    wanted = _site(name, site, sender, provider, datetime.now(UTC))
    _refuse_nonsense(folder, wanted[FILENAME])
    made = _write(folder, wanted)
    talk(f"Made {count(len(made), 'file')} in {folder}: {', '.join(made)}")
    go = "" if folder == Path() else f"cd {folder} && "
    talk(f"Next: {go}syndicate send")


def _ask(question: str, default: str, *, quiet: bool) -> str:
    answer: str = default if quiet else click.prompt(question, default=default, err=True)
    return answer


def _host(site: str) -> str:
    return site.partition("://")[2].partition("/")[0].partition(":")[0] or "example.org"


def _site(name: str, site: str, sender: str, provider: str, now: datetime) -> dict[str, str]:
    """Give the text of every file by its path; the configuration comes last."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return {
        ".gitignore": _GITIGNORE,
        "articles/hello.md": _ARTICLE.format(today=f"{now:%Y-%m-%d}"),
        "audience/weekly.csv": _AUDIENCE,
        "templates/digest.html.j2": _TEMPLATE,
        FILENAME: _CONFIG.format(
            name=quoted(name),
            site=quoted(site),
            sender=quoted(sender),
            provider=quoted(provider),
            year=now.year,
        ),
    }


def _refuse_nonsense(folder: Path, text: str) -> None:
    """Check the answers by reading them as the configuration they will be."""
    from syndicate import config, prepare, providers

    read = config.parse(text, folder)
    for newsletter in read.newsletters.values():
        prepare.mailbox(newsletter.sender, "sender")
        providers.open_provider(
            newsletter.provider, {}, folder=folder, env={}, clock=lambda: datetime.now(UTC)
        ).close()


def _write(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Write what is not there yet; a file of the same name is somebody's work and stays."""
    made = []
    for path, text in wanted.items():
        target = folder / path
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write(target, text.encode())
        made.append(path)
    return made
