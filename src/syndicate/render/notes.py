"""What an editor writes in Markdown, as mail: a few elements in HTML, and plain text."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from syndicate import markup, prose

#: elements that stay, each with its class; of all others only the words stay
_KEPT = {
    "p": "p",
    "a": "link acc",
    "ul": "list",
    "ol": "list",
    "li": "",
    "b": "",
    "strong": "",
    "i": "",
    "em": "",
    "br": "",
    "blockquote": "",
}
#: read as a paragraph in bold
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: an address stands below the block that speaks of it
_ENDS = frozenset({"p", "li", "td", "th", "dd", "dt", *_HEADINGS})

_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*/?>""")
_HREF = re.compile(r'\shref="([^"]*)"')
_LINK = re.compile(r'<a\b[^>]*\shref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of an editor's own text, in both parts of a message."""

    #: paragraphs, lists, links and emphasis; nothing that mail programs stumble over
    html: Markup
    #: the same as plain text; the addresses of links stand below the paragraphs that hold them
    text: str

    def __bool__(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.text)


def read(markdown: str, base: str, tagged: Callable[[str], str] = str) -> Note:
    """Read Markdown; addresses are absolute against `base` and pass through `tagged`.

    Raises ArticleError when elements are nested too deep.
    """
    clean = _tagged(markup.render(markdown, base).html, tagged) if markdown.strip() else ""
    return Note(Markup(_for_mail(clean)), prose.plain(_spelled_out(clean)))  # noqa: S704 -- sanitised by markup


def _tagged(html: str, tagged: Callable[[str], str]) -> str:
    def change(match: re.Match[str]) -> str:
        href = tagged(match[1].replace("&amp;", "&")).replace("&", "&amp;")
        return match[0].replace(f'href="{match[1]}"', f'href="{href}"', 1)

    return _LINK.sub(change, html)


def _for_mail(html: str) -> str:
    kept = _TAG.sub(lambda tag: _mail_tag(tag[1], tag[2], tag[3]), html)
    return re.sub(r"<p class=\"p\">\s*</p>", "", kept).strip()


def _mail_tag(slash: str, name: str, attributes: str) -> str:
    if name in _HEADINGS:
        return "</b></p>" if slash else '<p class="p"><b>'
    if name not in _KEPT:
        return ""
    if slash:
        return f"</{name}>"
    href = _HREF.search(attributes)
    kind = f' class="{_KEPT[name]}"' if _KEPT[name] else ""
    return f"<{name}{kind}{href[0] if href and name == 'a' else ''}>"


def _spelled_out(html: str) -> str:
    """Put the address of each link below the block that it stands in."""
    parts: list[str] = []
    waiting: list[str] = []
    at = 0
    html = _LINK.sub(_shown, html)
    for tag in _TAG.finditer(html):
        parts.append(html[at : tag.start()])
        at = tag.end()
        slash, name, attributes = tag.groups()
        if name == "a" and not slash and (href := _HREF.search(attributes)):
            waiting.append(href[1])
        if slash and name in _ENDS:
            parts += [f"<br>{address}" for address in dict.fromkeys(waiting)]
            waiting.clear()
        parts.append(tag[0])
    return "".join([*parts, html[at:]])


def _shown(link: re.Match[str]) -> str:
    """Name a bare address by host and path, since the whole of it follows below."""
    if link[2] not in {link[1], link[1].rstrip("/")}:
        return link[0]
    return link[0].replace(f">{link[2]}<", f">{link[2].partition('://')[2]}<")
