"""Which part of a web page is its text. The only file that knows readability-lxml.

Most pages say it. Of the others readability-lxml tells which part it is, by where the long
paragraphs are; that part is then taken whole, since what readability itself gives leaves out lists
and other things that are short.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html

from syndicate.importers.base import Unimportable

#: where a page says that its text is, the surest first
PLACES = (
    "[itemprop=articleBody]",
    "article .entry-content, article .post-content, article .article-body",
    "article",
    ".entry-content, .post-content, .article-body, .post-body",
    "main, [role=main]",
)
#: what stands beside a text and is none of it
BESIDE = (
    "header, footer, aside, nav, h1, .share, .sharing, .sharedaddy, .social, .related, "
    ".related-posts, .comments, #comments, .comment-respond, .newsletter, .subscribe, .breadcrumb, "
    ".breadcrumbs, .post-meta, .entry-meta, .author-box, .advertisement, [role=navigation], "
    "[role=complementary], [role=banner], [role=contentinfo]"
)
#: letters of a text at least, as a place that a page names may be empty
LEAST = 40
MARK = "data-syndicate-place"


def main_part(root: Any) -> tuple[str, str]:
    """Give the HTML of the text, and in words where it stands.

    Raises Unimportable where there is none.
    """
    for place in PLACES:
        found = [one for one in root.cssselect(place) if _length(one) >= LEAST]
        if found:
            # Several articles on one page: the others are teasers.
            chosen = max(found, key=_length)
            return _without_beside(chosen), f"the text is what the page marks as {place}"
    chosen = _guessed(root)
    if chosen is None or _length(chosen) < LEAST:
        raise Unimportable("it has no text that can be told from the page around it.")
    return _without_beside(chosen), "the page does not mark its text: the longest part of it"


def _length(element: Any) -> int:
    return len(" ".join(element.text_content().split()))


def _guessed(root: Any) -> Any:
    """Let readability find the text, and give the part of our own tree in which that stands."""
    from readability import Document  # noqa: PLC0415 -- few pages need it
    from readability.readability import Unparseable  # noqa: PLC0415

    marked = dict(enumerate(root.iter("div", "section", "td", "p", "ul", "ol")))
    for number, one in marked.items():
        one.set(MARK, str(number))
    try:
        found = Document(lxml_html.tostring(root, encoding="unicode")).summary(html_partial=True)
    except (Unparseable, RecursionError):
        return None
    return _common([marked[int(place)] for place in re.findall(rf'{MARK}="(\d+)"', found)])


def _common(elements: list[Any]) -> Any:
    """Give the innermost element in which all of them stand."""
    if not elements:
        return None
    shared = [*_upwards(elements[0])]
    for one in elements[1:]:
        above = set(_upwards(one))
        shared = [element for element in shared if element in above]
    return shared[0] if shared else None


def _upwards(element: Any) -> Iterator[Any]:
    while element is not None:
        yield element
        element = element.getparent()


def _without_beside(chosen: Any) -> str:
    for beside in chosen.cssselect(BESIDE):
        if beside is not chosen and beside.getparent() is not None:
            beside.drop_tree()
    return str(lxml_html.tostring(chosen, encoding="unicode"))
