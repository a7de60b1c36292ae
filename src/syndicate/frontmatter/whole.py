"""Whole front matter: all of YAML that may stand there, read by libyaml or by PyYAML."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from syndicate.frontmatter.base import (
    DEPTH,
    NULLS,
    FrontMatterError,
    List,
    Scalar,
    Table,
    Value,
)


def read(front: str, *, fast: bool) -> Mapping[str, Value]:
    """Read front matter, by libyaml if `fast` and where it is there. As `frontmatter.parse`."""
    loader = _loader(fast=fast)
    try:
        if _suspect(front):
            _look(yaml.parse(front, Loader=loader))
        node = loader(front).get_single_node()
    except yaml.YAMLError as error:
        raise _in_words(error) from None
    if node is None:
        return {}
    if node.id != "mapping":
        raise FrontMatterError(
            "the front matter is not a list of keys and values.", 2, "Write lines such as title: …"
        )
    return _table(node, 1).entries


_LOADERS: dict[bool, type[Any]] = {}


def _loader(*, fast: bool) -> type[Any]:
    """Give a YAML reader that leaves every scalar as text: libyaml's, else the pure Python one."""
    fast = fast and yaml.__with_libyaml__
    if fast not in _LOADERS:
        base = yaml.cyaml.CParser if fast else _slow_base()  # type: ignore[attr-defined]
        _LOADERS[fast] = type("TextLoader", (_AsText, base), {})
    return _LOADERS[fast]


class _AsText:
    """In place of YAML's guesses what `no`, `2024` and `1:30` mean: text it is, plain or quoted.

    PyYAML asks `resolve` only for what has no explicit tag, so a tag that is none of ours is one.
    """

    def resolve(self, kind: type[Any], _value: Any, implicit: Any) -> str:
        if kind.__name__ == "ScalarNode":
            return "plain" if implicit[0] else "quoted"
        return "nested"

    def descend_resolver(self, *_: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def dispose(self) -> None:
        pass


def _slow_base() -> type[Any]:
    from yaml.composer import Composer  # noqa: PLC0415
    from yaml.parser import Parser  # noqa: PLC0415
    from yaml.reader import Reader  # noqa: PLC0415
    from yaml.scanner import Scanner  # noqa: PLC0415

    class Slow(Reader, Scanner, Parser, Composer):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

    return Slow


def _suspect(front: str) -> bool:
    """Whether to look at events first: there may be anchors, or more depth than a stack bears."""
    return (
        "&" in front
        or "*" in front
        or sum(front.count(opening) for opening in ("[", "{", "- ", "? ")) > 100  # noqa: PLR2004
    )


def _look(events: Iterable[Any]) -> None:
    """Refuse anchors and depth before nodes are made of them."""
    depth = 0
    for event in events:
        name = type(event).__name__
        if getattr(event, "anchor", None) is not None:
            raise FrontMatterError(
                f"the front matter uses the YAML anchor {event.anchor}.",
                event.start_mark.line + 2,
                "Put quotation marks around a value with & or *.",
            )
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        # The stream and the document have a start as well.
        if depth > DEPTH + 2:
            raise _too_deep(event.start_mark.line + 2)


def _too_deep(line: int) -> FrontMatterError:
    return FrontMatterError(
        f"lists or mappings stand more than {DEPTH} deep in each other.",
        line,
        "Put quotation marks around a value with brackets.",
    )


def _value(node: Any, depth: int) -> Value:
    line = node.start_mark.line + 2
    if depth > DEPTH and node.id != "scalar":
        raise _too_deep(line)
    if node.id == "mapping":
        return _table(node, depth)
    _refuse_tag(node)
    if node.id == "sequence":
        return List(tuple(_value(item, depth + 1) for item in node.value), line)
    plain = node.tag == "plain"
    null = plain and node.value in NULLS
    return Scalar(node.value, line, null=null, quoted=not plain)


def _refuse_tag(node: Any) -> None:
    if node.tag not in {"plain", "quoted", "nested"}:
        raise FrontMatterError(
            f"the front matter uses the YAML tag {node.tag.replace(_YAML_TAG, '!!')[:60]}.",
            node.start_mark.line + 2,
            "Put quotation marks around a value that starts with an exclamation mark.",
        )


_YAML_TAG = "tag:yaml.org,2002:"


def _table(node: Any, depth: int) -> Table:
    _refuse_tag(node)
    entries: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        name, line = _key(key), key.start_mark.line + 2
        if name in entries:
            raise FrontMatterError(
                f'"{name[:60]}" stands there twice, first on line {lines[name]}.',
                line,
                "Remove one of them.",
            )
        entries[name], lines[name] = _value(value, depth + 1), line
    return Table(entries, node.start_mark.line + 2)


def _key(node: Any) -> str:
    line = node.start_mark.line + 2
    if node.id != "scalar" or node.tag not in {"plain", "quoted"}:
        raise FrontMatterError(
            "a key of the front matter is not a word.", line, "Write lines such as title: …"
        )
    if node.value == "<<" and node.tag == "plain":
        raise FrontMatterError(
            "the front matter uses the YAML merge key <<.", line, "Write the keys out."
        )
    return str(node.value)


#: what the parsers say, what people say, and what to do
_WORDS = (
    (
        "mapping values are not allowed",
        "there is a second colon",
        'Put quotation marks around a value with a colon: title: "Backs: why they hurt".',
    ),
    (
        "cannot start any token",
        "a value starts with a sign of YAML's own",
        "Put quotation marks around a value that starts with @, % or `; use spaces, not tabs.",
    ),
    ("end of stream", "a quotation mark is not closed", "Close it on the same line."),
    (
        "alphabetic or numeric",
        "a value starts with & or *",
        "Put quotation marks around it.",
    ),
    ("but found another document", "there is a second document", "Keep one block of keys."),
)


def _in_words(error: Any) -> FrontMatterError:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    fix = "Look at the quotation marks, the brackets and the spaces at the start of lines."
    for theirs, ours, advice in _WORDS:
        if theirs in problem:
            problem, fix = ours, advice
            # An open quotation mark is found at the end of all; where it starts says more.
            mark = getattr(error, "context_mark", None) or mark if "quot" in ours else mark
            break
    line = (mark.line if mark else 0) + 2
    return FrontMatterError(f"the front matter cannot be read: {problem}.", line, fix)
