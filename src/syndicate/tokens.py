"""Tokens: the places in a message that differ from recipient to recipient.

In a frozen message a token stands between two Unicode noncharacters, which no article can hold
because they are taken out of every text at the door (`text.clean`):

    U+FDD0 name U+FDD2 fallback U+FDD1

A provider turns tokens into its own merge syntax, or fills them in.
Nothing else in a message is ever expanded: an article may speak of `{{name}}`, and it arrives
as written.
"""

import re
from collections.abc import Callable, Mapping

OPEN, CLOSE, OR = "\ufdd0", "\ufdd1", "\ufdd2"
#: names that every message may use; all others are columns of the audience file
UNSUBSCRIBE = "unsubscribe_url"
#: a token's name is a column name
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

_TOKEN = re.compile(f"{OPEN}({NAME.pattern})(?:{OR}([^{OPEN}{CLOSE}{OR}]*))?{CLOSE}")


def token(name: str, fallback: str | None = None) -> str:
    """Write the token for a column, with the text to use where a recipient has none.

    Raises ValueError for a name that no column can have.
    """
    if not NAME.fullmatch(name):
        raise ValueError(name)
    return f"{OPEN}{name}{CLOSE}" if fallback is None else f"{OPEN}{name}{OR}{fallback}{CLOSE}"


def names(text: str) -> tuple[str, ...]:
    """List the tokens of a text, each once, in order of first sight."""
    return tuple(dict.fromkeys(match[1] for match in _TOKEN.finditer(text)))


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Put a recipient's values in place of the tokens; an empty value gives the fallback.

    `escape` is applied to values only: fallbacks are already part of the message.
    """
    return substitute(text, lambda name, fallback: escape(values.get(name, "")) or fallback or "")


def substitute(text: str, write: Callable[[str, str | None], str]) -> str:
    """Replace each token by what `write(name, fallback)` gives, such as a provider's merge tag."""
    return _TOKEN.sub(lambda match: write(match[1], match[2]), text)
