"""The site's configuration, `syndicate.toml`: found, read, checked and typed.

Every mistake is said in words, with the line of the file and the nearest thing we know.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from syndicate.config import values
from syndicate.config.tables import (
    Articles,
    AudienceRules,
    CallToAction,
    CheckRules,
    Config,
    Feeds,
    LedgerPlace,
    ListHeld,
    Newsletter,
    Site,
    Table,
    Theme,
    Utm,
)
from syndicate.config.words import FILENAME, cut, line_of, nearest, shown, typed
from syndicate.errors import ConfigError

__all__ = [
    "FILENAME",
    "SINGLE",
    "Articles",
    "AudienceRules",
    "CallToAction",
    "CheckRules",
    "Config",
    "Feeds",
    "LedgerPlace",
    "ListHeld",
    "Newsletter",
    "Site",
    "Table",
    "Theme",
    "Utm",
    "find",
    "is_site",
    "load",
    "parse",
    "typed",
]

#: the tables that there is one of, by their names
SINGLE: dict[str, type[Table]] = {
    "site": Site,
    "articles": Articles,
    "feeds": Feeds,
    "theme": Theme,
    "ledger": LedgerPlace,
    "audience": AudienceRules,
}
#: keys of [checks] that switch nothing
RULES = CheckRules.__struct_fields__
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def find(start: Path) -> Path:
    """Find `syndicate.toml` in a folder or one of its parents.

    Raises ConfigError where there is none.
    """
    for folder in (start, *start.parents):
        if (folder / FILENAME).is_file():
            return folder / FILENAME
    raise ConfigError(
        f"No {FILENAME} here or in a folder above. "
        "Go to your site's folder, or make a new site with: syndicate init"
    )


def load(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError for the first thing wrong."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}. Make a site with: syndicate init") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}. It must be UTF-8 text.") from None
    return msgspec.structs.replace(parse(text, path.parent), file=path.name)


def parse(text: str, root: Path) -> Config:
    """Check the text of a configuration file that lies, or will lie, in the folder `root`.

    Raises ConfigError for the first thing wrong.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{FILENAME} is not valid TOML: {error}.") from None
    except RecursionError:
        raise ConfigError(f"{FILENAME}: too many tables or lists in each other.") from None
    except ValueError:
        raise ConfigError(f"{FILENAME}: a number in it has thousands of digits.") from None
    values.check(raw, text)
    return _whole(root, text, raw)


def _whole(root: Path, source: str, raw: dict[str, Any]) -> Config:
    sections = {**dict.fromkeys(SINGLE), "newsletters": None, "providers": None, "checks": None}
    for key, value in raw.items():
        if key not in sections:
            line = line_of(source, f"[{key}]", "")
            raise ConfigError(
                f"{FILENAME}{line}: {shown(key)} is not a section." + nearest(key, sections)
            )
        if not isinstance(value, dict):
            raise ConfigError(f"{FILENAME}: [{key}] should be a table.")
    single = {
        name: typed(raw.get(name, {}), kind, f"[{name}]", source) for name, kind in SINGLE.items()
    }
    looked_for = raw.get("checks", {})
    rules = {name: looked_for[name] for name in RULES if name in looked_for}
    config = Config(
        root=root.resolve(),
        newsletters=_newsletters(raw.get("newsletters", {}), source),
        providers=_tables(raw.get("providers", {}), "providers"),
        checks=_switches({key: one for key, one in looked_for.items() if key not in rules}),
        rules=typed(rules, CheckRules, "[checks]", source),
        **single,  # type: ignore[arg-type]
    )
    return msgspec.structs.replace(
        config,
        site=_checked_site(config.site, source),
        feeds=_checked_feeds(config.feeds, source),
        ledger=_checked_ledger(config.ledger, raw.get("ledger", {}), source),
    )


def _newsletters(raw: Mapping[str, Any], source: str) -> dict[str, Newsletter]:
    tables = _tables(raw, "newsletters")
    for name in tables:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{FILENAME}: a newsletter cannot be called {shown(name)}. "
                "Use small letters, digits and hyphens, such as weekly."
            )
    return {
        name: _checked_newsletter(typed(table, Newsletter, f"[newsletters.{name}]", source), name)
        for name, table in tables.items()
    }


def _checked_newsletter(newsletter: Newsletter, name: str) -> Newsletter:
    place = f"{FILENAME}: [newsletters.{name}]"
    if newsletter.subjects:
        raise ConfigError(
            f"{place} subjects: an issue has one subject for everybody, and {newsletter.provider} "
            'is not told of more. Choose one: subject = "..."'
        )
    return newsletter


def _tables(raw: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    for name, value in raw.items():
        if not isinstance(value, dict):
            raise ConfigError(
                f"{FILENAME}: {shown(name)} stands alone in [{section}]. "
                f"Give it a table of its own: [{section}.NAME]"
            )
    return dict(raw)


def _switches(raw: Mapping[str, Any]) -> dict[str, bool]:
    for name, value in raw.items():
        if not isinstance(value, bool):
            raise ConfigError(
                f"{FILENAME}: [checks] {cut(name)} = {shown(value)} should be true or false."
            )
    return dict(raw)


def _checked_site(site: Site, source: str) -> Site:
    def place(key: str, value: str) -> str:
        return f"{FILENAME}{line_of(source, '[site]', key)}: [site] {key} = {shown(value)}"

    if not is_site(site.url):
        raise ConfigError(
            f"{place('url', site.url)} is not the address of a site. "
            'Write it like "https://example.org/".'
        )
    if not is_zone(site.timezone):
        raise ConfigError(
            f"{place('timezone', site.timezone)} is not a time zone."
            + nearest(site.timezone, dict.fromkeys(available_timezones()))
        )
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", site.language):
        raise ConfigError(
            f'{place("language", site.language)} is not a language tag. Write one like "en-GB".'
        )
    logo = site.logo
    local = not re.match(r"//|[A-Za-z][A-Za-z0-9+.-]*:", logo)
    if (".." in logo.split("/") or "\\" in logo) if local else not _is_web(logo, {"https"}):
        raise ConfigError(
            f"{place('logo', logo)} is no picture that can be shown. Write a path in the "
            'articles folder, such as "images/logo.png", or an address with https://.'
        )
    logo = "/".join(part for part in logo.split("/") if part not in {"", "."}) if local else logo
    return msgspec.structs.replace(site, url=site.url.rstrip("/") + "/", logo=logo)


def is_zone(name: str) -> bool:
    """Whether this is a time zone, without listing all of them, which takes long."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return False
    # These lie beside them, and are none of their names.
    return name != "posixrules" and name.partition("/")[0] not in {"posix", "right"}


def is_site(address: str) -> bool:
    """Whether a site can stand at this address."""
    try:
        parts = urlsplit(address)
        # Only asking for the port tells whether it is one.
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return whole and not parts.query and not parts.fragment


def _checked_feeds(feeds: Feeds, source: str) -> Feeds:
    if feeds.hub and not _is_web(feeds.hub, {"http", "https"}):
        line = line_of(source, "[feeds]", "hub")
        raise ConfigError(
            f"{FILENAME}{line}: [feeds] hub = {shown(feeds.hub)} is not the "
            'address of a hub. Write it like "https://hub.example.org/".'
        )
    return feeds


def _checked_ledger(ledger: LedgerPlace, given: Mapping[str, Any], source: str) -> LedgerPlace:
    place = f"{FILENAME}{line_of(source, '[ledger]', 'url')}: [ledger] url"
    if "url" in given and ledger.url_env:
        raise ConfigError(f"{place}: choose one of url and url_env.")
    # First, and without a quotation: it may be a password.
    if re.search(r"//[^/?#]*:[^/?#]*@|[?&]password=", ledger.url):
        raise ConfigError(
            f"{place} holds a password, and a password is never in a file. Put the whole address "
            'into an environment variable, and name that: url_env = "SYNDICATE_LEDGER"'
        )
    if not re.match(r"sqlite:.|postgres(ql)?://", ledger.url):
        raise ConfigError(
            f"{place} = {shown(ledger.url)} is not a ledger. Write it as "
            '"sqlite:state/ledger.db" or "postgresql://host/database".'
        )
    return ledger


def _is_web(address: str, schemes: set[str]) -> bool:
    """Whether this is a whole web address that needs no encoding, without a password in it."""
    if not re.fullmatch(r"[!-~]+", address) or set('"<>\\^`{|}') & set(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
