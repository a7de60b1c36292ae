"""HTML becomes Markdown. The only file that knows markdownify."""

import re

from lxml import html as lxml_html

#: left out whole: what is no text
HIDDEN = "script, style, noscript, iframe, form, nav, button, svg, template"
_BLANK = re.compile(r"\n{3,}")


def markdown(source: str) -> str:
    """Write HTML as GitHub-flavoured Markdown, headings with `#` and lists with `-`."""
    from markdownify import MarkdownConverter  # noqa: PLC0415 -- it brings a parser of its own

    if not source.strip():
        return ""
    root = lxml_html.fragment_fromstring(source, create_parent="div")
    for bad in root.cssselect(HIDDEN):
        bad.drop_tree()
    clean = lxml_html.tostring(root, encoding="unicode")
    converter = MarkdownConverter(
        heading_style="ATX", bullets="-", strip=["span"], escape_misc=True
    )
    text: str = converter.convert(clean)
    lines = [line.rstrip() for line in text.replace("\xa0", " ").splitlines()]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip() + "\n"


def plain(source: str) -> str:
    """Give the words of HTML on one line."""
    if "<" not in source and "&" not in source:
        return " ".join(source.split())
    root = lxml_html.fragment_fromstring(source, create_parent="div")
    return " ".join(root.text_content().split())
