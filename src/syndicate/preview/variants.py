"""One HTML part, seen in different ways: light, dark, without pictures, without its styles.

Each variant is a whole HTML file. None of them can run a script, wherever it is opened from.
"""

import html as entities
import re
from collections.abc import Callable, Mapping

from syndicate.filling import fill_html

#: A message travels as UTF-8 and says so in its headers; a file on disk has to say it itself.
#: Links open beside the preview, never inside one of its frames.
_FIRST = '<meta charset="utf-8">{policy}<base target="_blank">'
#: what no mail program runs or loads either (Content Security Policy, level 3)
_NEVER = ("script-src", "object-src", "frame-src", "form-action")

_TAG = r"<{name}\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
_DOCTYPE = re.compile(r"\A\ufeff?\s*(?:<!doctype[^>]*>)?", re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.DOTALL | re.IGNORECASE)
_STYLE_OR_TAG = re.compile(
    rf"{_STYLE.pattern}|{_TAG.format(name='[a-z]+')}", re.DOTALL | re.IGNORECASE
)
_PICTURE = re.compile(_TAG.format(name="(?:img|source)"), re.IGNORECASE)
# Quoted values are taken whole, so that nothing inside one is mistaken for an attribute.
_ATTRIBUTE = re.compile(r"""(\s+)([^\s=>"'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_ASKS_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_OWN_SCHEME = re.compile(r"(?<![\w-])color-scheme\s*:[^;}]*", re.IGNORECASE)
#: media features that hold on every screen, and on none
_ALWAYS, _NOWHERE = "(min-width:0)", "(max-width:0)"
_MARK = "a:target{outline:3px solid #d9480f;outline-offset:3px;scroll-margin:30vh}"


def filled(html: str, sample: Mapping[str, str]) -> str:
    """Fill the tokens of an HTML part as for one recipient."""
    return fill_html(html, sample)


def with_mark(html: str) -> str:
    """Let the link that was jumped to be seen."""
    return _DOCTYPE.sub(lambda doctype: f"{doctype[0]}<style>{_MARK}</style>", html, count=1)


def page(html: str, *, pictures: bool = True) -> str:
    """Make a file of an HTML part: the same bytes, behind a first line that keeps it harmless."""
    never = _NEVER if pictures else (*_NEVER, "img-src")
    rules = ";".join(f"{name} 'none'" for name in never)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
    first = _FIRST.format(policy=policy)
    # Before everything else: a `<head>` looked for could be one inside a comment.
    return _DOCTYPE.sub(lambda doctype: doctype[0] + first, html, count=1)


def in_scheme(html: str, scheme: str) -> str:
    """Show an HTML part as on a device set to "light" or to "dark", whatever this one is set to."""

    def answer(asked: re.Match[str]) -> str:
        return _ALWAYS if asked[1].lower() == scheme else _NOWHERE

    def change(part: re.Match[str]) -> str:
        text = _ASKS_SCHEME.sub(answer, part[0])
        return _OWN_SCHEME.sub(f"color-scheme:{scheme}", text) if _STYLE.match(text) else text

    # The first meta of its kind counts (HTML standard, 4.2.5.1).
    meta = f'<meta name="color-scheme" content="{scheme}">'
    changed = _STYLE_OR_TAG.sub(change, html)
    return _DOCTYPE.sub(lambda doctype: doctype[0] + meta, changed, count=1)


def without_pictures(html: str) -> str:
    """Take the addresses of pictures away, so that the words that stand for them show."""

    def blocked(tag: re.Match[str]) -> str:
        return _attributes(tag[0], lambda name, _value: None if name.startswith("src") else "")

    return _PICTURE.sub(blocked, html)


def without_style(html: str) -> str:
    """Take the `<style>` blocks away, and leave what stands in the tags."""
    return _STYLE.sub("", html)


def sources(html: str) -> tuple[str, ...]:
    """List the addresses of the pictures of an HTML part, each once, in order of first sight."""
    found: dict[str, None] = {}

    def look(name: str, value: str) -> str:
        if name == "src" and value:
            found[value] = None
        return ""

    for tag in _PICTURE.findall(html):
        _attributes(tag, look)
    return tuple(found)


def with_sources(html: str, places: Mapping[str, str]) -> str:
    """Show pictures from other places: `places` gives the new address by the old one."""

    def moved(name: str, value: str) -> str:
        return places.get(value, "") if name == "src" else ""

    return _PICTURE.sub(lambda tag: _attributes(tag[0], moved), html)


def _attributes(tag: str, change: Callable[[str, str], str | None]) -> str:
    """Rewrite a tag: `change` gives a new value, "" to leave it, or None to take it out."""

    def rewrite(match: re.Match[str]) -> str:
        raw = match[3] or ""
        bare = raw[1:-1] if raw[:1] in {'"', "'"} else raw
        value = change(match[2].lower(), entities.unescape(bare))
        if value is None:
            return ""
        return f'{match[1]}{match[2]}="{entities.escape(value)}"' if value else match[0]

    return _ATTRIBUTE.sub(rewrite, tag)
