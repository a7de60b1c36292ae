"""The fixed words of an issue, and its date, in the language of the newsletter."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of one language; names in braces are filled in by the templates."""

    issue: str
    minutes: str
    read: str
    also_new: str
    browser: str
    unsubscribe: str
    why: str
    help_line: str


#: by the first part of a language tag; English stands in for what is not here yet
WORDS = {
    "en": Words(
        issue="Issue {number}",
        minutes="{minutes} min read",
        read="Read the story",
        also_new="Also new",
        browser="View in browser",
        unsubscribe="Unsubscribe",
        why="You get this email because you subscribed to {newsletter}.",
        help_line="Help line",
    ),
}
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})


def words(language: str) -> Words:
    """Give the fixed words for a language tag such as "en-GB"."""
    return WORDS.get(language.split("-", maxsplit=1)[0].lower(), WORDS["en"])


def direction(language: str) -> str:
    """Give "rtl" for a language that is written from right to left, else "ltr"."""
    first, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")  # noqa: PLR2004 -- a script's code has four letters (RFC 5646)
    right = script in _RIGHT_TO_LEFT_SCRIPTS if script else first in _RIGHT_TO_LEFT
    return "rtl" if right else "ltr"


def written(date: datetime, language: str) -> str:
    """Write a date out as the language does: 23 November 2026."""
    from babel.dates import format_date  # noqa: PLC0415 -- slow to import

    return format_date(date, "long", locale=_locale(language))


@lru_cache(maxsize=16)
def _locale(language: str) -> str:
    """Find the nearest locale that Babel knows; English when there is none."""
    from babel import Locale, negotiate_locale  # noqa: PLC0415 -- slow to import
    from babel.localedata import locale_identifiers  # noqa: PLC0415 -- slow to import

    wanted = [language, language.split("-", maxsplit=1)[0]]
    found = negotiate_locale(wanted, [name.replace("_", "-") for name in locale_identifiers()], "-")
    return str(Locale.parse(found, sep="-")) if found else "en"
