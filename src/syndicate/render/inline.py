"""CSS into style attributes: the only file that knows premailer.

premailer reads plain `<style>` blocks and leaves alone those marked `data-premailer="ignore"`,
which carry what can only live in a block: small screens, dark mode, hover.
"""

import logging
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any
from xml.dom import DOMException

from syndicate.errors import TemplateError
from syndicate.render import tags

#: style blocks kept as rules; a run sees a few
REMEMBERED = 64

_STYLE = re.compile(r"<style\b([^>]*)>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_USED = re.compile(r"\.([A-Za-z_][\w-]*)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE_OR_COMMENT = re.compile(r"(<style\b.*?</style>)|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_IGNORED = re.compile(r"""data-premailer=["']?ignore["']?(\s|$)""")
#: a rule for one class and nothing else
_SIMPLE_RULE = re.compile(r"(?<=[\s>}])\.((?!\d)[\w-]+)\s*\{[^{}]*\}")
#: what libxml2 writes into an attribute without escaping it (HTML 4.01, appendix B.7)
_RAW = re.compile(r"(?:&lt;|<)(?=!--)|&(?:amp;)?(?=\{)")
#: (what must not be there, why), for every block
_NEVER = (
    (re.compile(r"@\s*import|@\\", re.IGNORECASE), "would fetch from the network"),
    (re.compile(r"/\*|<!--"), "is a comment: one mail client ignores the rule after it"),
)
#: and for blocks that are inlined
_NEVER_INLINED = (
    (re.compile(r"@[^\s{;]*"), "belongs into head.css, where it can stay a block"),
    (re.compile(r"\\"), "is an escape, which no mail client needs"),
)
_COMMA_INSIDE = re.compile(r"[(\[][^)\]]*,[^(\[]*[)\]]")


class WrongCss(TemplateError):  # noqa: N818 -- the words of the design
    """CSS that would be fetched, lost or damaged; `line` is how the piece begins."""

    def __init__(self, line: str, why: str) -> None:
        """Quote the piece of CSS, and say what is wrong with it."""
        super().__init__(f'CSS of the template: "{line[:60]}" {why}')
        self.line = line


def inline(html: str) -> str:
    """Move the rules of plain `<style>` blocks into style attributes, and squeeze the result.

    Classes that only served this are taken out. Nothing is fetched.
    Raises TemplateError for CSS that would be fetched, lost or damaged.
    """
    _check(html)
    return _squeeze(_prune(_escaped(_without_idle_rules(html), _inlined)))


def _escaped(html: str, change: Callable[[str], str]) -> str:
    """Let what looks like a comment in an attribute come through as escaped as it was."""
    mark = "apart"
    while mark in html:
        mark += "t"
    apart = tags.within(html, lambda tag: _RAW.sub(rf"\g<0>{mark}", tag))
    return change(apart).replace(mark, "")


def _inlined(html: str) -> str:
    return str(
        _premailer()(
            html,
            strip_important=False,
            keep_style_tags=False,
            remove_classes=False,
            allow_network=False,
            align_floating_images=False,
            disable_validation=True,
            # it would overwrite what Outlook needs with what CSS says: width="100%"
            disable_basic_attributes=["width", "height", "bgcolor", "align", "valign"],
            base_url=None,
            cssutils_logging_level=logging.CRITICAL,
        ).transform(pretty_print=False)
    )


@cache
def _premailer() -> Any:
    """Give premailer with a memory: writing rules out again was half of its time."""
    from premailer import Premailer  # noqa: PLC0415 -- 0.2 s to import

    class Remembering(Premailer):  # type: ignore[misc]
        def _parse_css_string(self, css: str, validate: bool = True) -> Any:  # noqa: FBT001, FBT002 -- premailer's own
            return _parsed(css, validate=validate)

        def _parse_style_rules(self, css: str, index: int) -> tuple[list[Any], list[Any]]:
            key = (css, index)
            if key not in remembered:
                if len(remembered) >= REMEMBERED:
                    remembered.clear()
                remembered[key] = super()._parse_style_rules(css, index)
            rules, leftover = remembered[key]
            return list(rules), list(leftover)

    remembered: dict[tuple[str, int], tuple[list[Any], list[Any]]] = {}
    return Remembering


def _parsed(css: str, *, validate: bool) -> Any:
    """Read rules. Raises WrongCss for the first that would be dropped otherwise."""
    read, why = _strictly(css, validate=validate)
    if not why:
        return read
    for rule in (f"{part}}}" for part in css.split("}") if part.strip()):
        if reason := _strictly(rule, validate=validate)[1]:
            raise WrongCss(rule.strip().splitlines()[0], f"cannot be read: {reason}. Mend it.")
    raise WrongCss(css.strip().splitlines()[0], f"or what follows it: {why}. Mend it.")


def _strictly(css: str, *, validate: bool) -> tuple[Any, str]:
    """Give the rules, and why they cannot be read; "" when they can."""
    import cssutils  # noqa: PLC0415 -- slow to import

    before = cssutils.log.raiseExceptions
    try:
        return cssutils.CSSParser(raiseExceptions=True).parseString(css, validate=validate), ""
    except DOMException as error:
        return None, str(error).partition(" [")[0].rstrip(".")
    finally:
        cssutils.log.raiseExceptions = before


def _check(html: str) -> None:
    """Refuse what premailer would fetch or break; comments for Outlook are not looked into."""
    open_html = _COMMENT.sub("", _STYLE.sub("", html))
    if not re.search(r"<html\b", open_html, re.IGNORECASE):
        raise TemplateError("It holds no <html>, and is no page that can be mailed.")
    if link := re.search(r"<link\b[^>]*>", open_html, re.IGNORECASE):
        raise TemplateError(
            f"{link[0]} would fetch from the network. Put the CSS into inline.css or head.css."
        )
    if re.search(r"<style\b", open_html, re.IGNORECASE):
        raise TemplateError("A <style> of this template is never closed. Add </style>.")
    for attributes, css in _STYLE.findall(_outside_comments(html)):
        _check_block(css, inlined=not _IGNORED.search(attributes))


def _outside_comments(html: str) -> str:
    """Drop comments, but not what looks like one inside a style block."""
    return _STYLE_OR_COMMENT.sub(lambda match: match[1] or "", html)


@lru_cache(maxsize=64)
def _check_block(css: str, *, inlined: bool) -> None:
    for pattern, why in _NEVER + (_NEVER_INLINED if inlined else ()):
        if found := pattern.search(css):
            raise WrongCss(css[found.start() :].splitlines()[0], f"{why}. Take it out.")
    if not inlined:
        return
    for before in css.split("{")[:-1]:
        selector = before.rpartition("}")[2]
        if _COMMA_INSIDE.search(selector):
            raise WrongCss(
                selector.strip(),
                "has a comma inside brackets, which cannot be inlined. Write one rule for each.",
            )


def _without_idle_rules(html: str) -> str:
    """Take out rules for classes that no element has: each costs premailer about a millisecond."""
    present: set[str] = set()
    tags.attribute(html, "class", lambda names: present.update(names.split()) or names)  # type: ignore[func-returns-value]

    def keep(rule: re.Match[str]) -> str:
        return rule[0] if rule[1] in present else ""

    def change(block: re.Match[str]) -> str:
        return block[0] if _IGNORED.search(block[1]) else _SIMPLE_RULE.sub(keep, block[0])

    return _STYLE.sub(change, html)


def _prune(html: str) -> str:
    """Take out the names of classes that no block that stays speaks of."""
    used = {name for _, css in _STYLE.findall(html) for name in _USED.findall(css)}

    def keep(names: str) -> str:
        return " ".join(name for name in names.split() if name in used)

    return tags.attribute(html, "class", keep)


def _squeeze(html: str) -> str:
    return tags.attribute(html, "style", lambda css: css.replace("; ", ";").replace(", ", ","))
