"""The page about what templates may use, made from the code that gives it to them."""  # noqa: INP001 -- a script's

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, nodes

from syndicate import render
from syndicate.models import Article, Picture
from syndicate.render import Imprint, Invitation, filters, naming, notes, templates
from syndicate.render.words import Words
from syndicate.schema import above
from syndicate.theme import Scheme, Shape

JINJA = "https://jinja.palletsprojects.com/en/stable/templates/"
HEAD = f"""\
# What templates may use

Made from the code by `python docs/make_reference.py`; a test holds the two together.
How to make one: [a template of your own](../howto/own-template.md).

Templates are [Jinja]({JINJA}) and run in a sandbox.
An unknown name is an error with file and line, and texts are escaped in HTML.

## Files

A file in the site's `templates/` comes before the built-in one of its name, and reaches it as
`builtin/NAME`.
`template = "letter"` in a newsletter's table uses `letter.html.j2` and `letter.txt.j2` instead of
the digest's.

| file | what it is |
|---|---|
| `digest.html.j2` | the HTML part |
| `digest.txt.j2` | the plain-text part |
| `macros.html.j2` | its pieces |
| `inline.css` | what is written into the tags: one rule for each class |
| `head.css` | what stays a style block: phones, dark mode |
| `words.toml` | the fixed words, by language |

"""
#: how each noun is called on the page, and what it is of; in the order of the page
NOUNS: tuple[tuple[str, str, type], ...] = (
    ("Articles", "`lead`, and each of `others`, `sections` and `also_new`.", Article),
    ("Pictures", "`image` of an article, and `site.logo`.", Picture),
    ("`site`", "", Imprint),
    ("`note` and `closing`", "", notes.Note),
    ("`cta`", "", Invitation),
    ("`light` and `dark`", "Colours, each as `#rrggbb`.", Scheme),
    ("`shape`", "Sizes are in CSS pixels.", Shape),
    ("`words`", "", Words),
)
#: of an article, what only Syndicate itself has use for
INSIDE = frozenset({"lead", "email", "feed", "draft", "body_hash", "where", "pictures", "file"})
CSS = """\
## CSS

Each of these is checked:

- no `@import`, no `<link>`: nothing is ever fetched;
- no comments, which make one mail program ignore the next rule;
- in `inline.css` no `@media` and no escapes;
- in `head.css` `!important` at the end of every declaration, or it loses against what is in the
  tags;
- a property once for an element, either short or long: not `padding` in one class and
  `padding-top` in another.
"""


def templates_page() -> str:
    """Give the page about templates."""
    parts = [HEAD, _blocks(), _macros(), _names(), _filters()]
    parts += [_noun(title, about, kind) for title, about, kind in NOUNS]
    return "\n".join([*parts, CSS])


def names() -> dict[str, str]:
    """Give every name that templates get, with what it means."""
    sources: tuple[Callable[..., Any], ...] = (naming._stories, naming.names, render.draft)  # noqa: SLF001 -- the page shows them
    return {name: text for made in sources for name, text in _keys(made)}


def _keys(made: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """List the keys of the dictionaries that a function writes, with the lines above each."""
    source = inspect.getsource(made)
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        for key in node.keys if isinstance(node, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, above(lines, key.lineno)


def fields(kind: type) -> Iterator[tuple[str, str]]:
    """List what a template may ask of a noun, with what it means; inherited ones first."""
    ours = [one for one in kind.__mro__ if one.__module__.startswith("syndicate.")]
    for one in reversed(ours):
        source = inspect.getsource(one)
        lines = source.splitlines()
        for node in ast.parse(source).body[0].body:  # type: ignore[attr-defined]
            if isinstance(node, ast.AnnAssign) and node.target.id not in INSIDE:  # type: ignore[union-attr]
                yield node.target.id, above(lines, node.lineno)  # type: ignore[union-attr]


def _table(head: str, rows: Iterator[tuple[str, str]]) -> str:
    body = "\n".join(f"| `{name}` | {text.replace('|', chr(92) + '|')} |" for name, text in rows)
    return f"| {head} | what it is |\n|---|---|\n{body}\n"


def _names() -> str:
    return "## Names\n\n" + _table("name", iter(names().items()))


def _filters() -> str:
    rows = ((_usage(name, made), _first_line(made)) for name, made in filters.FOR_HTML)
    return (
        "## Filters\n\n"
        f"Beside [Jinja's own]({JINJA}#builtin-filters). `soften` is for the HTML part only.\n\n"
        + _table("filter", rows)
    )


def _usage(name: str, made: Callable[..., Any]) -> str:
    more = list(inspect.signature(made).parameters)[1:]
    return f"{name}({', '.join(more)})" if more else name


def _first_line(made: Callable[..., Any]) -> str:
    return " ".join(str(inspect.getdoc(made)).partition("\n\n")[0].split())


def _noun(title: str, about: str, kind: type) -> str:
    words = about or f"{str(kind.__doc__).partition(chr(10))[0]}"
    return f"## {title}\n\n{words}\n\n" + _table("name", fields(kind))


def _blocks() -> str:
    named = (f"`{one.name}`" for one in _parsed("digest.html.j2").find_all(nodes.Block))
    return (
        f"## Blocks\n\n{', '.join(named)}.\n"
        "Each holds rows of a table, so fill it with `<tr><td>…</td></tr>`; `head_extra` CSS.\n"
        "The plain-text part has the same but `head_extra`.\n"
    )


def _macros() -> str:
    made = _parsed("macros.html.j2").find_all(nodes.Macro)
    named = (f"`{one.name}({', '.join(arg.name for arg in one.args)})`" for one in made)
    return (
        f"## Pieces\n\n{', '.join(named)}.\n"
        'Take one with `{% from "builtin/macros.html.j2" import card with context %}`.\n'
    )


def _parsed(name: str) -> nodes.Template:
    return Environment(autoescape=True).parse((templates.builtin() / name).read_text("utf-8"))
