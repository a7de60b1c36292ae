"""`syndicate init`: a new site that can be sent from at once."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from syndicate import files
from syndicate.cli.console import count, talk
from syndicate.errors import ConfigError

_CONFIG = """\
# What all feeds and newsletters share. Paths are relative to this file.

[site]
title = {name}
url = {site}
language = "en"
timezone = {zone}                 # dates follow it
author = {name}
address = {address}               # the law asks for yours in every email
# publish = "rsync -a public/ web:/srv/www/"   # run before an issue goes; if it fails, none goes

[feeds]
since = {year}                      # the year in article ids; never change it

[newsletters.weekly]
title = {name}
sender = {sender}
provider = {provider}
audience = "audience/weekly.csv"  # columns: email, name, and any others as tokens

[audience]
suppressed = "audience/suppressed.csv"   # whoever unsubscribed; never mailed again
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
_SUPPRESSED = (
    "# Whoever stands here is never mailed again. Write addresses. Syndicate adds codes of 32 "
    "digits and letters in place of them so that nobody can read who left.\n"
    "email\n"
)
#: what stands where nobody has said it yet; `check` points it out
ADDRESS = "1 Example Street, Example Town"

_TEMPLATE = """\
{#- The built-in email, to be changed block by block: override one as in
    {% block footer %}{{ super() }}{% endblock %}.
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
!/state/import.json
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
    from syndicate.config import FILENAME

    if (folder / FILENAME).exists():
        raise ConfigError(f"{folder / FILENAME} is there already. Nothing was changed.")
    ask = _take_default if non_interactive else _ask
    name = _checked(name, _one_line) or ask("Name of the newsletter?", "My Newsletter", _one_line)
    site = _checked(site, _address_of_site) or ask(
        "Web address of the site?", "https://example.org/", _address_of_site
    )
    sender = _checked(sender, _mailbox) or ask(
        "Sender name and address?", f"{name} <hello@{_host(site)}>", _mailbox
    )
    zone = ask("Time zone?", "UTC", _zone)
    address = ask("Postal address for the footer (the law asks for one)?", ADDRESS, _one_line)
    _refuse_unknown(provider, folder)
    answers = {"name": name, "site": site, "sender": sender, "provider": provider}
    answers |= {"zone": zone, "address": address}
    made = _write(folder, _files(answers, datetime.now(UTC)))
    talk(f"Made {count(len(made), 'file')} in {folder}: {', '.join(made)}")
    go = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    talk(f"Next: {go}syndicate preview --out preview")


Check = Callable[[str], str]


def _ask(question: str, default: str, check: Check) -> str:
    """Ask until the answer can be used."""
    answer: str = click.prompt(question, default=default, value_proc=check, err=True)
    return answer


def _take_default(question: str, default: str, check: Check) -> str:
    del question
    return check(default)


def _checked(given: str | None, check: Check) -> str | None:
    return None if given is None else check(given)


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise click.UsageError(f"{json.dumps(text)} is not one line of text.")
    return text.strip()


def _address_of_site(text: str) -> str:
    """Accept a web address, also without its `https://`."""
    from syndicate.config import is_site

    address = text.strip() if "://" in text else f"https://{text.strip()}"
    whole = re.fullmatch(r"https?://[^\s/?#@]+\.[^\s/?#@]+(/[^\s?#]*)?", address)
    if not whole or not is_site(address) or not address.isprintable():
        raise click.UsageError(
            f"{json.dumps(text)} is not the address of a site. Write it like https://example.org/"
        )
    return address


def _mailbox(text: str) -> str:
    from syndicate import addresses

    try:
        addresses.parse_mailbox(text)
    except ValueError as error:
        raise click.UsageError(f"{json.dumps(text, ensure_ascii=False)}: {error}") from None
    return text


def _zone(text: str) -> str:
    from zoneinfo import available_timezones

    if text not in available_timezones():
        raise click.UsageError(f'"{text}" is not a time zone. Write one like Europe/London.')
    return text


def _host(site: str) -> str:
    return site.partition("://")[2].partition("/")[0].partition(":")[0]


def _refuse_unknown(provider: str, folder: Path) -> None:
    from syndicate import providers

    providers.open_provider(
        provider, {}, folder=folder, env={}, clock=lambda: datetime.now(UTC)
    ).close()


def _files(answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Give the text of every file by its path; the configuration comes last."""
    from syndicate.config import FILENAME

    quoted = {name: json.dumps(text, ensure_ascii=False) for name, text in answers.items()}
    return {
        ".gitignore": _GITIGNORE,
        "articles/hello.md": _ARTICLE.format(today=f"{now:%Y-%m-%d}"),
        "audience/weekly.csv": _AUDIENCE,
        "audience/suppressed.csv": _SUPPRESSED,
        "templates/digest.html.j2": _TEMPLATE,
        FILENAME: _CONFIG.format(**quoted, year=now.year),
    }


def _write(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write what is not there yet; a file of the same name is somebody's work and stays."""
    made = []
    for path, text in wanted.items():
        if not (folder / path).exists():
            files.write(folder / path, text.encode())
            if path.startswith("audience/"):
                # Addresses are nobody else's business.
                (folder / path).chmod(0o600)
            made.append(path)
    return made
