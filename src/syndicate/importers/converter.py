"""From tidy HTML to Markdown that shows the same words, whatever signs stand in them.

The only file that knows markdownify. It is read only when there is HTML to convert.
"""

import re
from typing import Any

from markdownify import MarkdownConverter

from syndicate.importers.escaping import cell, escaped, without_link
from syndicate.text import clean

_CELLS = frozenset({"td", "th"})
_MARKS = ["b", "strong", "em", "i", "del", "s"]
_IN_LINE = frozenset(
    [*_MARKS, "a", "abbr", "cite", "font", "q", "small", "span", "sub", "sup", "u"]
)
_SPACE = re.compile(r"[ \t\r\n\f]+")


class _Converter(MarkdownConverter):
    """Markdownify's converter, where a sign could change what is shown."""

    def process_text(self, el: Any, parent_tags: set[str] | None = None) -> str:
        # Its type information leaves this one out.
        text: str = super().process_text(el, parent_tags=parent_tags)  # type: ignore[misc]
        if not _goes_on(el) or "_noformat" in (parent_tags or ()):
            return text
        # An address takes in whatever follows it without a space, such as a picture or the end of
        # a mark, and an exclamation mark would make a picture of a link.
        *before, last = text.rpartition(" ")
        text = "".join(before) + without_link(last)
        return f"{text[:-1]}\\!" if text.endswith("!") else text

    def escape(self, text: str, parent_tags: set[str]) -> str:
        rest = text.lstrip()
        before = text[: len(text) - len(rest)]
        safe = escaped(rest)
        if _CELLS & parent_tags:
            safe = cell(rest) + " " * (rest != rest.rstrip())
        if "a" in parent_tags:
            safe = safe.replace("]", "\\]")
        return before + safe

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
        href = (el.get("href") or "").strip()
        inner = text.strip()
        if not inner or not href or "_noformat" in parent_tags:
            return text
        title = _title(el.get("title"))
        return text.replace(inner, f"[{inner}]({_address(href)}{title})", 1)

    def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del text
        alt = _SPACE.sub(" ", el.get("alt") or "").strip()
        source = (el.get("src") or "").strip()
        if not source or source.startswith("data:") or "_noformat" in parent_tags:
            return ""
        return f"![{_label(alt)}]({_address(source)}{_title(el.get('title'))})"

    def convert_b(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return _marked(el, text, "**", "strong", parent_tags)

    def convert_em(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return _marked(el, text, "*", "em", parent_tags)

    def convert_del(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return _marked(el, text, "~~", "del", parent_tags)

    def convert_code(self, el: Any, text: str, parent_tags: set[str]) -> str:
        inner = text.strip()
        if not inner or "_noformat" in parent_tags:
            return text
        if "`" in inner or "|" in inner or _touches(el):
            return text.replace(inner, f"<code>{self.escape(inner, parent_tags)}</code>", 1)
        return text.replace(inner, f"`{inner}`", 1)

    def convert_br(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del el, text
        if "_noformat" in parent_tags:
            return "\n"
        if _CELLS & parent_tags:
            return "<br>"
        return " " if "_inline" in parent_tags else "\\\n"

    def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del el, parent_tags
        return f" {_SPACE.sub(' ', text).strip()} |"

    def convert_q(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del el, parent_tags
        return f"\u201c{text}\u201d"

    def convert_x_kept(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Give what stays HTML, as `tidying` has written it."""
        del text, parent_tags
        return f"\n\n{el['data-html']}\n\n"

    def convert_x_note(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Give the number of a footnote, or the footnote itself."""
        del parent_tags
        name = el["name"]
        if el.get("data-call"):
            return f"[^{name}]"
        body = text.strip().replace("\n", "\n    ")
        return f"\n\n[^{name}]: {body}\n\n"

    convert_i = convert_em
    convert_kbd = convert_samp = convert_code
    convert_s = convert_del
    convert_strong = convert_b
    convert_th = convert_td


def convert(html: str) -> str:
    """Write HTML that `tidying` has seen as GitHub-flavoured Markdown."""
    text: str = _CONVERTER.convert(html)
    return text


def _marked(el: Any, text: str, sign: str, name: str, parent_tags: set[str]) -> str:
    """Mark words; by HTML where signs beside letters would stay signs (CommonMark 0.31, 6.2)."""
    inner = text.strip()
    if not inner or "_noformat" in parent_tags:
        return text
    before, after = _neighbour(el, "previous_sibling", -1), _neighbour(el, "next_sibling", 0)
    odd = not (inner[0].isalnum() and inner[-1].isalnum()) or "\n" in inner
    before, after = before * text.startswith(inner), after * text.endswith(inner)
    glued = before.isalnum() or after.isalnum()
    nested = el.find_parent(_MARKS) is not None
    close = _touches(el)
    if (odd and glued) or nested or close:
        return text.replace(inner, f"<{name}>{inner}</{name}>", 1)
    return text.replace(inner, f"{sign}{inner}{sign}", 1)


def _goes_on(el: Any) -> bool:
    """Whether something stands behind an element in its line, also behind the marks it ends."""
    while el.next_sibling is None and el.parent is not None and el.parent.name in _IN_LINE:
        el = el.parent
    return el.next_sibling is not None


def _neighbour(el: Any, side: str, place: int) -> str:
    """Give the sign that stands right beside an element; a space where there is none."""
    other = getattr(el, side)
    text = other if isinstance(other, str) else (other.get_text() if other is not None else " ")
    return (text or " ")[place]


def _touches(el: Any) -> bool:
    """Whether another marked element stands right beside this one."""
    return any(
        other is not None and not isinstance(other, str) and other.name != "br"
        for other in (el.previous_sibling, el.next_sibling)
    )


def _label(text: str) -> str:
    return re.sub(r"([\\\[\]`*_<&|])", r"\\\1", clean(text))


def _address(link: str) -> str:
    link = clean(link).replace("\n", "").replace("|", "%7C")
    if re.fullmatch(r"[^\s<>()\\]+", link):
        return link
    return "<" + re.sub(r"([\\<>])", r"\\\1", link) + ">"


def _title(text: str | None) -> str:
    line = _SPACE.sub(" ", clean(text or "")).strip()
    return ' "' + re.sub(r'([\\"&|])', r"\\\1", line) + '"' if line else ""


def _language(el: Any) -> str:
    """Give the language of a block of code, as most sites write it."""
    code = el.find("code")
    names = [*el.get("class", ()), *(code.get("class", ()) if code else ())]
    found = next((name for name in names if name.startswith(("language-", "lang-"))), "")
    return found.partition("-")[2]


_CONVERTER = _Converter(
    heading_style="ATX",
    bullets="-",
    wrap=True,
    wrap_width=None,
    sub_symbol="<sub>",
    sup_symbol="<sup>",
    code_language_callback=_language,
    table_infer_header=True,
    bs4_options="lxml",
)
