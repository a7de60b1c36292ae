"""HTML becomes Markdown, however large, deep or broken it is."""

import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from syndicate.importers.base import PAGE_MAX, Unimportable
from syndicate.importers.tidying import tidy
from syndicate.text import clean

#: elements inside each other; more makes any parser slow, and no article needs it
DEPTH = 150
#: elements of a page
ELEMENTS = 30_000
_BLANK = re.compile(r"\n{3,}")


def markdown(source: str, base: str = "") -> str:
    """Write HTML as GitHub-flavoured Markdown; addresses in it become absolute against `base`.

    What Markdown cannot say, such as a table with cells over several columns, stays HTML.
    Raises Unimportable for more than a page, or for what stands too deep in itself.
    """
    if not source.strip():
        return ""
    if len(source) > PAGE_MAX:
        raise Unimportable(f"its text is longer than {PAGE_MAX // 1_000_000} MB.")
    from syndicate.importers.converter import convert  # noqa: PLC0415 -- it brings a parser

    root = fragment(source)
    tidy(root, base)
    text = convert(lxml_html.tostring(root, encoding="unicode"))
    lines = [line.rstrip() for line in text.splitlines()]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def plain(source: str) -> str:
    """Give the words of HTML on one line."""
    if "<" not in source and "&" not in source:
        return " ".join(source.split())
    return " ".join(fragment(source).text_content().split()) if source.strip() else ""


def fragment(source: str) -> Any:
    """Parse a piece of HTML. Raises Unimportable for what stands too deep in itself."""
    try:
        root = lxml_html.fragment_fromstring(clean(source), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        raise Unimportable("its HTML cannot be read.") from None
    check_depth(root)
    return root


def check_depth(root: Any) -> None:
    """Raise Unimportable for more elements, or deeper ones, than any page needs."""
    if sum(1 for _ in root.iter()) > ELEMENTS:
        raise Unimportable(f"it has more than {ELEMENTS:,} elements.")
    level, row = 0, [root]
    while row:
        level += 1
        if level > DEPTH:
            raise Unimportable(f"more than {DEPTH} elements stand in each other.")
        row = [child for one in row for child in one]
