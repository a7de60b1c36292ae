"""Where a value stands in a message, and how it is made safe for the place."""

import html
import re
from collections.abc import Callable, Mapping
from enum import Enum
from urllib.parse import quote

_SAFE = "%/:?#[]@!$&'()*+,;=-._~"
_KINDS = frozenset({"https", "http", "mailto"})
# An address that neither encoding nor escaping would change, as almost all are.
_PLAIN = r"https?://[A-Za-z0-9%/:?#@!$*+;=._~-]*+"
_plain_link = re.compile(_PLAIN).fullmatch
_plain_links = re.compile(rf"{_PLAIN}(?:\n{_PLAIN})*+").fullmatch
_markup = re.compile("[&<>\"']").search


class Place(Enum):
    """Where a token stands, which says how its value is made safe."""

    PLAIN = "plain"
    HTML = "html"
    #: a whole address, in HTML
    LINK = "link"
    #: a part of an address, in HTML
    LINK_PART = "part of a link"
    #: a whole address in a header
    HEADER_LINK = "link in a header"


def whole_link(value: str) -> str:
    """Encode a value that is an address; "" for one of a kind that does harm."""
    if _plain_link(value):
        return value
    return quote(value, safe=_SAFE) if value.partition(":")[0].lower() in _KINDS else ""


MADE_SAFE: Mapping[Place, Callable[[str], str]] = {
    Place.PLAIN: str,
    Place.HTML: html.escape,
    Place.LINK: lambda value: html.escape(whole_link(value)),
    Place.LINK_PART: lambda value: quote(value, safe=""),
    # A comma would begin the next address (RFC 2369 section 2).
    Place.HEADER_LINK: lambda value: whole_link(value).replace(",", "%2C"),
}


def is_safe(place: Place, lines: str) -> bool:
    """Whether many values, a line each, are safe for a place as they are."""
    if place is Place.PLAIN:
        return True
    if place is Place.HTML:
        return not _markup(lines)
    return place is not Place.LINK_PART and bool(_plain_links(lines))
