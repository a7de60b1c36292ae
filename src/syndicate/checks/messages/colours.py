"""Colours as people write them in HTML and CSS."""

import re
from collections.abc import Mapping

_NAMED = {
    "black": "#000000",
    "white": "#ffffff",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
    "yellow": "#ffff00",
    "gray": "#808080",
    "grey": "#808080",
    "silver": "#c0c0c0",
    "navy": "#000080",
    "maroon": "#800000",
    "orange": "#ffa500",
    "purple": "#800080",
    "teal": "#008080",
}


def hexadecimal(value: str) -> str | None:
    """Write a colour as `#rrggbb`; None for what is none, and for one that lets others through."""
    plain = value.replace("!important", "").strip().lower()
    if plain in _NAMED:
        return _NAMED[plain]
    if re.fullmatch(r"#[0-9a-f]{6}", plain):
        return plain
    if re.fullmatch(r"#[0-9a-f]{3}", plain):
        return "#" + "".join(2 * digit for digit in plain[1:])
    found = re.fullmatch(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)", plain)
    if found and all(int(part) < 256 for part in found.groups()):  # noqa: PLR2004 -- a byte
        return "#" + "".join(f"{int(part):02x}" for part in found.groups())
    return None


def behind(style: Mapping[str, str], attribute: str) -> str | None:
    """Give the colour that an element lays behind its text; CSS goes before the attribute."""
    for value in (style.get("background-color", ""), *style.get("background", "").split()):
        if found := hexadecimal(value):
            return found
    return hexadecimal(attribute)
