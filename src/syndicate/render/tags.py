"""The tags of HTML, told apart from its text, its comments and its styles."""

import re
from collections.abc import Callable

#: a style block or a comment; or a tag, whose values may hold what looks like either
_PIECE = re.compile(
    r"""(<style\b[^>]*>.*?</style>|<!--.*?-->)"""
    r"""|</?[a-z](?:=\s*(?:"[^"]*"|'[^']*')|[^>])*+>""",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(\s+)([^\s=>"'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")


def besides_blocks(html: str, change: Callable[[str], str]) -> str:
    """Change text and tags; comments and style blocks stay as they are."""
    parts, at = [], 0
    for piece in _PIECE.finditer(html):
        if piece[1]:
            parts += [change(html[at : piece.start()]), piece[1]]
            at = piece.end()
    return "".join([*parts, change(html[at:])])


def within(html: str, change: Callable[[str], str]) -> str:
    """Change tags, each as a whole; text, comments and style blocks stay as they are."""
    return _PIECE.sub(lambda piece: piece[1] or change(piece[0]), html)


def attribute(html: str, name: str, change: Callable[[str], str]) -> str:
    """Change the values of one attribute wherever it stands; where nothing is left, it goes."""

    def write(found: re.Match[str]) -> str:
        if found[2].lower() != name or not found[3]:
            return found[0]
        quote = found[3][0] if found[3][0] in "\"'" else ""
        value = change(found[3][1:-1] if quote else found[3])
        return f"{found[1]}{found[2]}={quote}{value}{quote}" if value else ""

    # Most tags have other attributes, or none.
    return within(html, lambda tag: _ATTRIBUTE.sub(write, tag) if name in tag.lower() else tag)
