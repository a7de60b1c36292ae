"""What is wrong with a configuration, in words: the line, the value, the nearest known thing."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from syndicate.errors import ConfigError

T = TypeVar("T", bound=msgspec.Struct)

FILENAME = "syndicate.toml"
#: characters of a wrong value that an error quotes
QUOTED = 100


def typed(table: Mapping[str, Any], kind: type[T], label: str, source: str = "") -> T:
    """Check one table against its type; `label` is its heading, as in `[site]`.

    Raises ConfigError that quotes the wrong value and names the nearest known key.
    """
    place = f"{FILENAME}{line_of(source, label, '')}: {label}"
    known = dict.fromkeys(kind.__struct_fields__)
    for key in table:
        if key not in known:
            raise ConfigError(
                f"{FILENAME}{line_of(source, label, key)}: {shown(key)} is not a key of {label}."
                + nearest(key, known)
            )
    try:
        return msgspec.convert(dict(table), kind)
    except msgspec.ValidationError as error:
        raise ConfigError(
            _in_words(error, table, kind, label, source) or f"{place}: {error}"
        ) from None


_WHAT = {
    "str": "text in quotes",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table",
    "float": "a number",
}
_COMPLAINTS = {
    "#[0-9a-f": ' is not a colour. Write it as "#1f5f4a".',
    "Wednes": ' is not a day of the week and a time. Write it like "Monday 09:30".',
    "mailto:": " is not where a button can lead. Write an address with https://.",
    "https://": ' is not a web address. Write it like "https://example.org/preferences".',
    "x00-": " holds a line break or another control character: write it on one line.",
    "length >= 1": " must not be empty.",
    "[smhd]": ' is not a length of time. Write it like "90s", "10m" or "180d".',
    "regex": " has characters that cannot stand there: use small letters, digits and hyphens.",
}


def _in_words(
    error: msgspec.ValidationError,
    table: Mapping[str, Any],
    kind: type[msgspec.Struct],
    label: str,
    source: str,
) -> str:
    text = str(error)
    if missing := re.search(r"missing required field `(\w+)`", text):
        return (
            f'{FILENAME}{line_of(source, label, "")}: {label} needs "{missing[1]}". '
            f"Add a line: {missing[1]} = ..."
        )
    at = re.search(r"at `\$\.(\w+)", text)
    if not at or at[1] not in table:
        return ""
    place = f"{FILENAME}{line_of(source, label, at[1])}: {label} {at[1]} = {shown(table[at[1]])}"
    return place + _complaint(text, kind, at[1])


def _complaint(text: str, kind: type[msgspec.Struct], key: str) -> str:
    """Say what is wrong with a value, after msgspec's own sentence about it."""
    if expected := re.search(r"Expected `(\w+)(?: \| null)?`, got", text):
        return f" should be {_WHAT.get(expected[1], expected[1])}."
    if "Invalid enum value" in text:
        return f" is not one of the values it can have: {_choices(kind, key)}."
    if unknown := re.search("unknown field `(.*?)`", text):
        return f" holds {shown(unknown[1])}, which is not a key of it."
    for sign, words in _COMPLAINTS.items():
        if sign in text:
            return words
    return f": {text.split(' - at ', maxsplit=1)[0].lower()}."


def _choices(kind: type[msgspec.Struct], key: str) -> str:
    annotation = str(kind.__annotations__[key])
    choices = ", ".join(re.findall(r"'(\w+)'", annotation))
    return f"{choices}, or a list in [ ]" if "Union" in annotation else choices


def line_of(source: str, label: str, key: str) -> str:
    """Give `:LINE` of a key below a heading, or of the heading itself; "" when not found."""
    inside, heading = False, 0
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if text.startswith("["):
            inside = re.sub(r"\s*#.*", "", text) == label
            heading = number if inside else heading
        elif inside and key and re.match(rf'"?{re.escape(key)}"?\s*=', text):
            return f":{number}"
    return f":{heading}" if heading and not key else ""


def nearest(word: str, known: Mapping[str, None]) -> str:
    """Suggest the nearest known word, as the end of a sentence; else name them all."""
    import difflib  # noqa: PLC0415 -- only where something is wrong

    close = difflib.get_close_matches(word, known, 1, 0.6)
    if close:
        return f' Did you mean "{close[0]}"?'
    return "" if len(known) > 30 else f" Known: {', '.join(sorted(known))}."  # noqa: PLR2004


def shown(value: object) -> str:
    """Quote a value as it stands in the file, and of a long one the beginning."""
    import json  # noqa: PLC0415 -- only where something is wrong

    text = json.dumps(value, ensure_ascii=False, default=str)
    return cut(text, '"' if isinstance(value, str) else "")


def cut(text: str, end: str = "") -> str:
    """Keep the beginning of a text that is too long for an error; `end` stands behind the cut."""
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1 - len(end)]}…{end}"
