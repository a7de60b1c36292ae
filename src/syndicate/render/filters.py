"""What templates do with texts, pictures and numbers: the filters, all of them pure."""

import re

from markupsafe import Markup, escape
from msgspec.structs import replace

from syndicate.models import Picture
from syndicate.render import plaintext, tokens

#: words longer than this get places where they may break, which Outlook needs
LONG_WORD, PIECE = 30, 20


def clip(text: str, length: int) -> str:
    """Shorten a text at the end of a word, with an ellipsis.

    Where words are not parted by spaces, it ends anywhere.
    """
    if len(text) <= length:
        return text
    room = text[:length]
    whole = room.rpartition(" ")[0]
    kept = whole if len(whole) > length // 2 or room.isascii() else room
    return (kept or room).rstrip(" ,;:.–—-、。،") + "…"  # noqa: RUF001 -- signs as people type them


def soften(text: str) -> Markup:
    """Escape a text, and let its longest words break: a zero-width space each 20 letters."""
    softened = (_broken(part) if len(part) > LONG_WORD else part for part in text.split(" "))
    return escape(" ".join(softened))


def fit(picture: Picture, width: int, height: int = 10_000) -> Picture:
    """Give a picture the size it is shown in, in whole CSS pixels; its shape stays."""
    if not picture.width or not picture.height:
        return replace(picture, width=width, height=None)
    scale = min(width / picture.width, height / picture.height)
    shown = [max(1, round(side * scale)) for side in (picture.width, picture.height)]
    return replace(picture, width=shown[0], height=shown[1])


def paragraphs(text: str) -> list[str]:
    """Split a text at its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def label(tag: str) -> str:
    """Write a tag as a heading: `ask-the-physio` becomes "Ask the physio"."""
    spaced = tag.replace("-", " ")
    return spaced[:1].upper() + spaced[1:]


def telephone(number: str) -> str:
    """Give the `tel:` address of a number as people write it (RFC 3966)."""
    return "tel:" + re.sub(r"\(0\)|[^0-9+]", "", number)


def _broken(word: str) -> str:
    if not word[:LONG_WORD].isascii() and any(_wide(letter) for letter in word):
        return word
    return "\u200b".join(word[at : at + PIECE] for at in range(0, len(word), PIECE))


def _wide(letter: str) -> bool:
    """Whether a letter belongs to a script whose lines break anywhere, such as Japanese."""
    return letter >= "\u2e80"


_COMMON = (
    ("clip", clip),
    ("fit", fit),
    ("paragraphs", paragraphs),
    ("label", label),
    ("telephone", telephone),
    ("wrap", plaintext.wrap),
)
FOR_HTML = (*_COMMON, ("soften", soften), ("or", tokens.with_fallback))
FOR_TEXT = (*_COMMON, ("or", tokens.with_fallback_in_text))
