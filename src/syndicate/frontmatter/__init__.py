"""Front matter: from the text of an article to typed keys with their lines, and its body."""

import re
from collections.abc import Mapping

import msgspec

from syndicate.frontmatter import plain
from syndicate.frontmatter.base import DEPTH, SIZE, FrontMatterError, List, Scalar, Table, Value

__all__ = [
    "DEPTH",
    "SIZE",
    "FrontMatterError",
    "List",
    "Parts",
    "Scalar",
    "Table",
    "Value",
    "parse",
    "split",
]


class Parts(msgspec.Struct, frozen=True):
    """A file taken apart, its front matter not yet read."""

    #: front matter without its fences, which starts on line 2
    front: str
    #: Markdown
    body: str
    #: line of the file on which the body starts
    body_line: int


#: with the end of the line before it, which is quickly found
_FENCE = re.compile(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def split(text: str) -> Parts:
    r"""Take a file apart at its fences of three hyphens. Lines end with ``\n``.

    Raises FrontMatterError when the file does not start with a fence or has no second one.
    """
    start = text.find("\n") + 1
    if text[:start].rstrip() != "---" and text.rstrip() != "---":
        raise FrontMatterError(
            "there is no front matter." if text.strip() else "the file is empty.",
            1,
            "Start it with a line of three hyphens, then title: and date:, then three hyphens.",
        )
    closing = _FENCE.search(text, start - 1) if start else None
    if closing is None:
        raise FrontMatterError(
            "the front matter has no end.", 1, "Close it with a line of three hyphens."
        )
    front = text[start : closing.start() + 1]
    if len(front) > SIZE:
        raise FrontMatterError(
            f"the front matter is longer than {SIZE // 1024} KB.",
            1,
            "Close it with a line of three hyphens.",
        )
    return Parts(front, text[closing.end() + 1 :], front.count("\n") + 3)


def parse(front: str, *, fast: bool = True) -> Mapping[str, Value]:
    """Read front matter as YAML, without anchors, tags and merge keys, every scalar as its text.

    The text is clean (see `text.clean`). Lines count from the top of the file, whose first line
    is the fence. With `fast`, what is as simple as most front matter is read by `plain`, and the
    rest by libyaml where it is there; the pure Python reader says the same in a tenth of the speed.
    Raises FrontMatterError for the first thing that is wrong.
    """
    found = plain.read(front) if fast else None
    if found is not None:
        return found
    from syndicate.frontmatter import whole  # noqa: PLC0415 -- most front matter does without YAML

    return whole.read(front, fast=fast)
