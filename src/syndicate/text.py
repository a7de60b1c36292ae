"""Plain text: cleaning it at the door, and making slugs, excerpts and reading times of it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

#: a slug is cut at a hyphen so that it is no longer than this many characters
SLUG_LENGTH = 80
#: words an adult reads in a minute; a Chinese or Japanese character counts as half a word
WORDS_PER_MINUTE = 220

_PLANE_ENDS = "".join(f"{chr(end - 2)}{chr(end - 1)}" for end in range(0x10000, 0x120000, 0x10000))
_UNFIT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]")
_SEEN_ASCII = bytes(range(0x20, 0x7F)) + b"\n"
_FIT_ASCII = re.compile("[ -~\n\t]*")
_LINE_ENDS = re.compile("\r\n?")


def all_seen(text: str) -> bool:
    """Whether a text has only signs that can be seen, plain spaces, and line breaks."""
    if text.isascii():
        return not text.encode().translate(None, _SEEN_ASCII)
    return text.replace("\n", "").isprintable()


def clean(text: str) -> str:
    r"""Take out what no reader can show: control characters, noncharacters and lone surrogates.

    Line ends become ``\n``; tabs stay, and everything else stays as it was written.
    Since the noncharacters U+FDD0 to U+FDEF go, no text can hold a token (see `tokens`).
    """
    # Almost every text is fit as it is, and this finds that out many times faster than a search.
    if all_seen(text):
        return text
    fit = _FIT_ASCII if text.isascii() else _fit()
    if fit.fullmatch(text):
        return text
    return _UNFIT.sub("", _LINE_ENDS.sub("\n", text))


@cache
def _fit() -> re.Pattern[str]:
    """Compile what takes as long as to read twenty articles, where all are in English."""
    return re.compile("[ -~\n\t\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]*")


def unfit(text: str) -> tuple[str, int] | None:
    """Find the first character that `clean` takes out: its name, such as U+0007, and its line."""
    found = _UNFIT.search(_LINE_ENDS.sub("\n", text))
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
    plain = re.sub("['\u2019\u02bc]", "", plain)
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


_DASHES = "-\u2013\u2014"
_OPENING = re.compile("[\\s(\\[\"'\u201c\u2018\u00ab]")
_CLOSING = "\"'\u201d\u2019\u00bb)\\]\u300d\u300f\u3011"
# A full stop ends a sentence before a space; an East Asian one needs no space.
_END = re.compile(
    f"(?:[.!?\u2026\u061f\u06d4\u0964][.!?\u2026]*[{_CLOSING}]*(?=\\s|$)"
    f"|[\u3002\uff01\uff1f\uff61][\u3002\uff01\uff1f\uff61]*[{_CLOSING}]*)"
)
_ABBREVIATIONS = frozenset(
    """approx bzw ca cf ch col dept dipl dr e.g ed eds et al etc evtl excl fig figs gen ggf
    hon i.e inc incl ing jr lt ltd m mme mlle messrs mr mrs ms mt p.ex p pp par
    prof rev resp sec sgt sr st u.a u.s usw v vgl viz vol vs z.b""".split()  # noqa: SIM905 -- one word a line would fill two pages
)
# A sentence that starts so takes back part of the one before it.
_TURNS = re.compile(
    r"(?:but|however|yet|although|though|except|unless|only if|nevertheless|still|that said|even so"
    r"|aber|jedoch|doch|allerdings|mais|cependant|toutefois|pero|sin embargo|ma|tuttavia)\b",
    re.IGNORECASE,
)


def excerpt(text: str, limit: int) -> str:
    """Give the start of a text, on one line and within `limit` characters, ending with a sentence.

    When the first sentence alone is too long it ends with a word and an ellipsis.
    It does not stop just before a sentence that limits what was said ("However, ..."): it stops a
    sentence earlier, or shows by an ellipsis that more follows. So no claim comes out stronger.
    """
    line = one_line(text)
    if len(line) <= limit:
        return line
    best, first = 0, 0
    for end in _sentence_ends(text, line[: limit + 80]):
        if end > limit:
            break
        first = first or end
        if not _TURNS.match(line, end + 1 if line[end].isspace() else end):
            best = end
    if best:
        return line[:best]
    return _cut(line, first, limit)


def _cut(line: str, first: int, limit: int) -> str:
    if first and first + 2 <= limit:
        return f"{line[:first]} …"
    room = line[: limit - 1]
    words = room if line[limit - 1].isspace() else room.rpartition(" ")[0] or room
    return words.rstrip(f" ,;:{_DASHES}") + "…"


def _sentence_ends(text: str, line: str) -> list[int]:
    """List where sentences end in `line`, the start of `text` on one line, its own end left out."""
    ends = {
        match.end()
        for match in _END.finditer(line)
        if match.end() < len(line) and _ends(line, match.start(), match.end())
    }
    return sorted(ends | _paragraph_ends(text))


def _ends(line: str, start: int, end: int) -> bool:
    following = line[end : end + 2].lstrip()[:1]
    if following.islower():
        return False
    if line[start] != "." or line[start:end].startswith(".."):
        return True
    word = _OPENING.split(line[max(0, start - 24) : start])[-1].lower()
    one_sign = len(word) == 1 and word.isalpha()
    if word in {"no", "nos", "nr"}:
        return not following.isdigit()
    return not (one_sign or word in _ABBREVIATIONS or re.fullmatch(r"[0-9]{1,2}|(?:\w\.)+\w", word))


def _paragraph_ends(text: str) -> set[int]:
    """Tell where paragraphs end once the text is on one line, but not those that announce more."""
    paragraphs = [one_line(part) for part in re.split(r"\n\s*\n", clean(text))]
    ends, at = set(), 0
    for part, _following in pairwise([part for part in paragraphs if part]):
        at += len(part)
        if part[-1] not in f":,;{_DASHES}":
            ends.add(at)
        at += 1
    return ends
