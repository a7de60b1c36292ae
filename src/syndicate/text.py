"""Plain text: cleaning it at the door, and making slugs and reading times of it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

#: a slug is cut at a hyphen so that it is no longer than this many characters
SLUG_LENGTH = 80
#: words an adult reads in a minute; a Chinese or Japanese character counts as half a word
WORDS_PER_MINUTE = 220

_SEEN_ASCII = bytes(range(0x20, 0x7F))
_FIT_ASCII = re.compile("[ -~\n\t]*")
_LINE_ENDS = re.compile("\r\n?")


def line_breaks(text: str) -> int:
    """Count the line breaks of a text; -1 for one with other signs that cannot be seen, or tabs.

    Of all white space only the plain space can be seen.
    """
    if text.isascii():
        left = text.encode().translate(None, _SEEN_ASCII)
        return len(left) if left == b"\n" * len(left) else -1
    return text.count("\n") if text.replace("\n", "").isprintable() else -1


def clean(text: str) -> str:
    r"""Take out what no reader can show: control characters, noncharacters and lone surrogates.

    Line ends become ``\n``; tabs stay, and everything else stays as it was written.
    Since the noncharacters U+FDD0 to U+FDEF go, no text can hold a token (see `tokens`).
    """
    # Almost every text is fit as it is, and this finds that out many times faster than a search.
    if line_breaks(text) >= 0:
        return text
    fit = _FIT_ASCII if text.isascii() else _fit()
    if fit.fullmatch(text):
        return text
    return _unfit().sub("", _LINE_ENDS.sub("\n", text))


@cache
def _unfit() -> re.Pattern[str]:
    ends = "".join(f"{chr(end - 2)}{chr(end - 1)}" for end in range(0x10000, 0x120000, 0x10000))
    return re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{ends}]")


@cache
def _fit() -> re.Pattern[str]:
    """Compile what takes as long as to read twenty articles, where all are in English."""
    return re.compile("[ -~\n\t\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]*")


def unfit(text: str) -> tuple[str, int] | None:
    """Find the first character that `clean` takes out: its name, such as U+0007, and its line."""
    found = _unfit().search(_LINE_ENDS.sub("\n", text))
    if found is None:
        return None
    return f"U+{ord(found[0]):04X}", found.string.count("\n", 0, found.start()) + 1


def one_line(text: str) -> str:
    """Clean a text and put it on one line, with single spaces between its words."""
    # Almost every value of a recipient is so already.
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return " ".join(clean(text).split())


def quote(value: str, limit: int = 60) -> str:
    """Put a value between quotation marks for a message, on one line and not too long."""
    line = one_line(value)
    return f'"{line}"' if len(line) <= limit else f'"{line[: limit - 1].rstrip()}…"'


def slugify(title: str) -> str:
    """Make the last part of an address from a title; "" when it holds no letter and no digit.

    Lower case, NFC, letters and digits of any script; all else becomes single hyphens.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", clean(title)).lower())
    for apostrophe in "'\u2019\u02bc":
        plain = plain.replace(apostrophe, "")
    if not plain.isascii():
        plain = "".join(sign if _fits_slug(sign) else "-" for sign in plain)
    slug = _UNSAFE.sub("-", plain).strip("-")
    if len(slug) > SLUG_LENGTH:
        slug = slug[: SLUG_LENGTH + 1]
        slug = slug[: slug.rfind("-")] if "-" in slug else slug[:SLUG_LENGTH]
    return slug if any(sign.isalnum() for sign in slug) else ""


_UNSAFE = re.compile("[\x00-,./:-@\\[-^`{-\x7f-]+")


def _fits_slug(sign: str) -> bool:
    return sign == "_" or unicodedata.category(sign)[0] in "LMN"


def reading_minutes(text: str) -> int:
    """Estimate the reading time in whole minutes, at least 1."""
    words: float = len(text.split())
    if not text.isascii():
        ideographs = _ideographs()
        words = len(ideographs.sub(" ", text).split()) + len(ideographs.findall(text)) / 2
    return max(1, round(words / WORDS_PER_MINUTE))


@cache
def _ideographs() -> re.Pattern[str]:
    return re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that somebody may have meant; None when nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only needed once something is wrong

    by_lower = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
