"""Tokens on their way through a template and the inliner, and text that only looks like one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from syndicate.errors import TemplateError
from syndicate.render import tags
from syndicate.tokens import CLOSE, NAME, OPEN, OR, UNSUBSCRIBE, names, substitute, token

#: openings and closings of the merge tags of all providers we know
_TAG = re.compile(
    r"[{}]|\*\||\|\*|%%|\[\[|\]\]|%(?=recipient\.)|(?<=&lt;)%|(?<=<)%|%(?=&gt;)|%(?=>)"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the audience file, named in a template; it must be given a fallback."""

    name: str

    def __str__(self) -> str:
        raise ValueError(
            f"recipient.{self.name} needs words for people without one. "
            f'Write {{{{ recipient.{self.name} | or("there") }}}}'
        )

    __html__ = __str__

    def __bool__(self) -> bool:
        raise ValueError(
            f"recipient.{self.name} is not known yet when an issue is made, and cannot be asked. "
            f'Write {{{{ recipient.{self.name} | or("there") }}}}'
        )


class Recipient:
    """What templates call `recipient`: every name is a column of the audience file."""

    def __getitem__(self, name: str) -> Column:
        """Name a column. Raises ValueError for what cannot be one."""
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ValueError(
                f'"{name}" cannot be a column of the audience file. '
                "Use small letters, digits and underscores."
            )
        return Column(name)


def with_fallback(column: object, words: str) -> Markup:
    """Give words for people without a column of the audience file: `recipient.name | or("there")`.

    The filter `or` of HTML templates. Raises TypeError for what is no column.
    """
    return Markup(with_fallback_in_text(column, str(escape(words))))  # noqa: S704 -- escaped just here


def with_fallback_in_text(column: object, words: str) -> str:
    """Make the token of a column: the filter `or` of all other templates.

    Raises TypeError for what is no column.
    """
    if not isinstance(column, Column):
        raise TypeError("the filter or(...) is for columns, as in recipient.name")
    return token(column.name, words)


def unsubscribe_url() -> Markup:
    """Give the token that stands for a recipient's own address to unsubscribe."""
    return Markup(token(UNSUBSCRIBE))  # noqa: S704 -- our own characters


def through(html: str, change: Callable[[str], str]) -> str:
    """Change HTML without the change ever seeing a token: each comes back byte for byte.

    XML libraries percent-encode in addresses what tokens are made of.
    Raises TemplateError when a token got lost on the way.
    """
    held: list[str] = []
    mark = "token"
    while mark in html:
        mark += "n"

    def hold(name: str, fallback: str | None) -> str:
        held.append(token(name, fallback))
        return f"{mark}{len(held) - 1}z"

    changed = change(substitute(html, hold))
    back = re.sub(f"{mark}([0-9]+)z", lambda match: held[int(match[1])], changed)
    if _all(back) != held:
        raise TemplateError(
            "A token of this template does not survive: it must stand in text or in an attribute "
            "such as href, not in a comment or in CSS."
        )
    return back


def neutral(html: str) -> str:
    """Write as character references whatever a provider could take for a merge tag.

    Readers see the same text. Styles and comments hold none of the articles' words; what only
    looks like a comment, in an attribute, is no comment.
    """
    return tags.besides_blocks(html, lambda part: _TAG.sub(_references, part))


def checked(body: str, part: str) -> str:
    """Give back a finished part. Raises TemplateError when nobody could unsubscribe from it."""
    marks = sum(body.count(mark) for mark in (OPEN, CLOSE))
    if marks != 2 * len(_all(body)) or body.count(OR) > len(_all(body)):
        raise TemplateError(f"The {part} holds half a token. Look for U+FDD0 in your templates.")
    if UNSUBSCRIBE not in names(body):
        raise TemplateError(
            f"The {part} has no link to unsubscribe, and cannot be sent. "
            f"Put {{{{ {UNSUBSCRIBE} }}}} into its template."
        )
    return body


def _all(text: str) -> list[str]:
    found: list[str] = []
    substitute(text, lambda name, fallback: found.append(token(name, fallback)) or "")  # type: ignore[func-returns-value]
    return found


def _references(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(letter)};" for letter in match[0])
