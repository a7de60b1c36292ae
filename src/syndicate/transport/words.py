"""A provider's own words, short enough to read and without addresses or keys."""

import re
import socket
import ssl
from collections.abc import Iterable

import msgspec

from syndicate.transport.base import Secret

#: characters that are passed on at most
_MOST = 200
#: under which names providers say what is wrong, the most telling first
_TELLING = (
    "message",
    "errormessage",
    "detail",
    "error_description",
    "description",
    "title",
    "reason",
    "errors",
    "error",
)
#: how deep an answer is searched
_DEPTH = 6

#: characters of a text that are looked at
_READ = 4000

_WORD = re.compile(r"[^\s<>\"'(),;:\[\]]+")
_AT = re.compile("@|%40|\N{FULLWIDTH COMMERCIAL AT}")


def words(body: bytes, secrets: Iterable[Secret]) -> str:
    """Give what an answer says in one line; "" when it says nothing."""
    try:
        text = _said(msgspec.json.decode(body), _DEPTH)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = re.sub(r"<[^>]*>", " ", body[:2000].decode("utf-8", "replace"))
    return scrub(text, secrets)


def scrub(text: str, secrets: Iterable[Secret]) -> str:
    """Take addresses, secrets and control characters out of a text, and keep 200 of its signs."""
    whole = len(text) <= _READ
    text = "".join(c if c.isprintable() else " " for c in text[:_READ])
    # What is cut in the middle may be half of an address or a secret.
    text = " ".join((text if whole else text.rpartition(" ")[0]).split())
    for secret in secrets:
        if secret.value:
            text = text.replace(secret.value, "***")
    # Word by word, as a pattern for a whole address takes the square of the time.
    text = _WORD.sub(lambda word: "(address)" if _AT.search(word[0], 1) else word[0], text)
    return text if len(text) <= _MOST else text[: _MOST - 1].rstrip() + "…"


def cause(error: BaseException) -> str:
    """Say in a few words why a connection was not made or broke."""
    deepest = _deepest(error)
    if isinstance(deepest, socket.gaierror):
        return "the name is not known"
    if isinstance(deepest, TimeoutError):
        return "it took too long"
    if isinstance(deepest, ssl.SSLError):
        return f"no secure connection could be made ({deepest.reason or deepest.strerror or 'TLS'})"
    if isinstance(deepest, OSError) and deepest.strerror:
        return deepest.strerror.lower()
    return str(deepest) or type(deepest).__name__


def _said(value: object, depth: int) -> str:
    if isinstance(value, str) or depth == 0:
        return str(value) if depth else ""
    if isinstance(value, list):
        return next(filter(None, (_said(item, depth - 1) for item in value)), "")
    if isinstance(value, dict):
        lower = {key.lower(): item for key, item in value.items() if isinstance(key, str)}
        return next(filter(None, (_said(lower.get(key), depth - 1) for key in _TELLING)), "")
    return ""


def _deepest(error: BaseException) -> BaseException:
    """Follow an error of requests down to what the operating system said."""
    seen: list[BaseException] = []
    while error not in seen:
        seen.append(error)
        below = [getattr(error, "reason", None), error.__cause__, *error.args]
        error = next((one for one in below if isinstance(one, BaseException)), error)
    return error
