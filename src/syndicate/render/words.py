"""The fixed words of an issue, and its date, in the language of the newsletter.

The words stand in `templates/words.toml`; a site's own file of that name changes or adds some.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from syndicate.errors import TemplateError
from syndicate.text import nearest

FILENAME = "words.toml"
#: words whose form follows a number
COUNTED = frozenset({"minutes", "more"})
#: plural categories of Unicode CLDR
_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of one language; names in braces are filled in by the templates."""

    #: with `{number}`: `words.issue.format(number=number)`
    issue: str
    #: reading time, for `counted`
    minutes: Mapping[str, str]
    #: on the button of the lead story
    read: str
    #: before what was mailed before and has changed
    updated: str
    #: heading above what is in no section
    other_stories: str
    #: heading above what stands as a link only
    also_new: str
    #: what the issue does not name, for `counted`, with `site=`
    more: Mapping[str, str]
    #: on the link to the page of the issue
    browser: str
    #: on the link to unsubscribe
    unsubscribe: str
    #: on the link to the preferences
    preferences: str
    #: why people get this email, with `{newsletter}`
    why: str
    #: before the telephone number
    help_line: str


_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})


def words(language: str, builtin: Path, folder: Path | None = None) -> Words:
    """Give the fixed words for a language tag such as "en-GB"; English where nobody wrote any.

    `builtin` and `folder` hold the shipped templates and the site's own. The site's words come
    before the shipped ones, those of "de-AT" before those of "de".
    Raises TemplateError for a site's file that cannot be read.
    """
    shipped = _read(builtin / FILENAME, 0)
    own_file = folder / FILENAME if folder else None
    own = _read(own_file, own_file.stat().st_mtime_ns) if own_file and own_file.is_file() else {}
    base = language.lower().partition("-")[0]
    found: dict[str, Any] = {}
    for name in (base, language.lower()):
        found |= {**shipped.get(name, {}), **own.get(name, {})}
    if not found:
        return Words(**{**shipped["en"], **own.get("en", {})})
    if missing := [field.name for field in fields(Words) if field.name not in found]:
        raise TemplateError(f"{_shown(own_file)}: [{language}] needs words for {_list(missing)}.")
    return Words(**found)


def counted(language: str, forms: Mapping[str, str], count: int, **names: str) -> str:
    """Write a number with its words in the plural form that the language asks for (CLDR)."""
    form = _locale(language).plural_form(count)
    return forms.get(form, forms["other"]).format(count=count, **names)


def direction(language: str) -> str:
    """Give "rtl" for a language tag (BCP 47) that is written from right to left, else "ltr"."""
    first, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")  # noqa: PLR2004 -- a script's code has four letters (RFC 5646)
    right = script in _RIGHT_TO_LEFT_SCRIPTS if script else first in _RIGHT_TO_LEFT
    return "rtl" if right else "ltr"


def written(date: datetime, language: str) -> str:
    """Write a date out as the language does: 23 November 2026. The day is that of its own zone."""
    from babel.dates import format_date  # noqa: PLC0415 -- slow to import

    return format_date(date, "long", locale=_locale(language))


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping[str, Mapping[str, Any]]:
    """Read a file of words, by language in small letters; kept until the file changes."""
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise TemplateError(f"{_shown(path)} cannot be read: {error}.") from None
    for language, table in tables.items():
        if not isinstance(table, dict):
            raise TemplateError(f"{_shown(path)}: {language} stands in no language, such as [en].")
        for name, value in table.items():
            _check(path, f"[{language}] {name}", name, value)
    return {language.lower(): table for language, table in tables.items()}


def _check(path: Path, place: str, name: str, value: object) -> None:
    known = [field.name for field in fields(Words)]
    if name not in known:
        near = nearest(name, known)
        hint = f'Did you mean "{near}"?' if near else f"Known: {_list(known)}."
        raise TemplateError(f"{_shown(path)}: {place} is not a word of ours. {hint}")
    if name not in COUNTED and not isinstance(value, str):
        raise TemplateError(f"{_shown(path)}: {place} should be text in quotes.")
    if name in COUNTED and not _is_counted(value):
        raise TemplateError(
            f'{_shown(path)}: {place} should be like {{ one = "…", other = "…" }}, '
            f"with forms out of {_list(sorted(_FORMS))}; other must be there."
        )


def _is_counted(value: object) -> bool:
    return (
        isinstance(value, dict)
        and "other" in value
        and value.keys() <= _FORMS
        and all(isinstance(text, str) for text in value.values())
    )


def _shown(path: Path | None) -> str:
    return f"{path.parent.name}/{path.name}" if path else FILENAME


def _list(names: list[str]) -> str:
    return ", ".join(names)


@lru_cache(maxsize=16)
def _locale(language: str) -> Any:
    """Find the nearest locale that Babel knows; English when there is none."""
    from babel import Locale, negotiate_locale  # noqa: PLC0415 -- slow to import
    from babel.localedata import locale_identifiers  # noqa: PLC0415 -- slow to import

    wanted = [language, language.split("-", maxsplit=1)[0]]
    found = negotiate_locale(wanted, [name.replace("_", "-") for name in locale_identifiers()], "-")
    return Locale.parse(found or "en", sep="-" if found else "_")
