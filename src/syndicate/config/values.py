"""Values of a configuration that nothing could use: refused before anything looks at them."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from syndicate.config.words import FILENAME, cut, line_of
from syndicate.errors import ConfigError

#: tables and lists inside each other
DEPTH = 20
#: bits of a whole number, as TOML asks for
BITS = 63


def check(raw: Mapping[str, Any], source: str) -> None:
    """Refuse characters that cannot be shown, numbers beyond 64 bits, and absurd nesting.

    So no text of a configuration holds a token (see `tokens`), nor a NUL that no command, file
    name or header can hold. Raises ConfigError for the first such value.
    """
    waiting: list[tuple[tuple[str, ...], object]] = [((), raw)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > DEPTH:
            raise ConfigError(f"{FILENAME}: more than {DEPTH} tables or lists in each other.")
        if isinstance(value, dict):
            for key, inner in value.items():
                _check_text(key, (*path, key), source)
                waiting.append(((*path, key), inner))
        elif isinstance(value, list):
            waiting += [((*path, ""), inner) for inner in value]
        elif isinstance(value, str):
            _check_text(value, path, source)
        elif isinstance(value, int) and value.bit_length() > BITS:
            raise ConfigError(f"{_place(path, source)} is too large a number.")


def _check_text(text: str, path: tuple[str, ...], source: str) -> None:
    found = next((sign for sign in text if not _fit(sign)), None)
    if found is not None:
        raise ConfigError(
            f"{_place(path, source)} holds the character U+{ord(found):04X}, "
            "which cannot be shown. Take it out."
        )


def _fit(sign: str) -> bool:
    """Whether readers can show a character: no control, lone surrogate or noncharacter."""
    code = ord(sign)
    if sign.isprintable() or sign in "\t\n\r":
        return True
    strange = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE  # noqa: PLR2004 -- Unicode 23.7
    return not strange and unicodedata.category(sign) not in {"Cc", "Cs"}


def _place(path: tuple[str, ...], source: str) -> str:
    """Name a value as its error does: the line, the heading, the key."""
    *tables, key = [part for part in path if part] or [""]
    heading = f"[{'.'.join(tables)}]"
    name = "".join(filter(str.isprintable, f"{heading} {key}")).rstrip()
    return f"{FILENAME}{line_of(source, heading, key)}: {cut(name)}"
