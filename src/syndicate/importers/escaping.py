"""Plain text, written so that Markdown shows it as it was."""

import re

#: what Markdown may take as its own anywhere in a line (CommonMark 0.31 and GitHub's additions)
_INSIDE = re.compile(
    r"""\\(?![^\W_])               # a backslash, which would hide a sign after it
      | [`*\[~]                      # code, emphasis, links and pictures, struck out
      | (?<![^\W_])_ | _(?![^\W_])   # emphasis; inside a word it is only a sign
      | <(?=[A-Za-z/!?])             # HTML and addresses
      | &(?=\#?[A-Za-z0-9]+;)        # a sign written by its name
    """,
    re.VERBOSE,
)
#: what Markdown may take as its own at the start of a line
_START = re.compile(r"\#{1,6}(?=\s|$)|>|[+-](?=\s|$)|=+$|-+$|[-:|][-:|\s]*$")
_DECORATION = re.compile(r"((?:^|(?<=\s))#*)#$")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escaped(line: str) -> str:
    """Write a line of plain text as Markdown that shows the same."""
    line = _inline(line)
    if _START.match(line):
        return f"\\{line}"
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line


def heading(text: str, level: int) -> str:
    """Write a heading; hash signs at its end would be taken as decoration."""
    return "#" * level + " " + _DECORATION.sub(r"\1\\#", _inline(text))


def cell(text: str) -> str:
    """Write a cell of a table."""
    return _inline(text.strip()).replace("|", "\\|")


def _inline(text: str) -> str:
    safe = _INSIDE.sub(lambda sign: f"\\{sign[0]}", text)
    if safe == text:
        return safe
    # A link would be made of our backslashes too.
    return _WORD.sub(lambda word: without_link(word[0]) if "\\" in word[0] else word[0], safe)


def without_link(word: str) -> str:
    """Write a word so that GitHub's Markdown makes no link of it, should it be a web address."""
    return word.replace("\\://", "://").replace("://", "\\://").replace("www.", "www\\.")
