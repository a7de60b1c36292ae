"""Where a value stands in a message, and how it is made safe for the place."""

import html
import re
import string
from collections.abc import Callable, Mapping
from enum import Enum
from urllib.parse import quote

_SAFE = "%/:?#[]@!$&'()*+,;=-._~"
_KINDS = frozenset({"https", "http", "mailto"})
#: what neither encoding nor escaping would change in an address
_LINK_SIGNS = f"{string.ascii_letters}{string.digits}%/:?#@!$*+;=._~-".encode()
holds_markup = re.compile("[&<>\"']").search


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
    if are_plain_links(value, 1):
        return value
    return quote(value, safe=_SAFE) if value.partition(":")[0].lower() in _KINDS else ""


#: places of a whole address
LINKS = frozenset({Place.LINK, Place.HEADER_LINK})
MADE_SAFE: Mapping[Place, Callable[[str], str]] = {
    Place.PLAIN: str,
    Place.HTML: html.escape,
    Place.LINK: lambda value: html.escape(whole_link(value)),
    Place.LINK_PART: lambda value: quote(value, safe=""),
    # A comma would begin the next address (RFC 2369 section 2).
    Place.HEADER_LINK: lambda value: whole_link(value).replace(",", "%2C"),
}


def are_plain_links(lines: str, number: int) -> bool:
    """Whether so many values, a line each, are addresses that stay as they are in any link."""
    # A look at all signs, and at all beginnings: a third of the time of a pattern.
    begins = f"\n{lines}"
    return (
        lines.isascii()
        and lines.encode().translate(None, _LINK_SIGNS) == b"\n" * (number - 1)
        and begins.count("\nhttps://") + begins.count("\nhttp://") == number
    )
