"""Patterns: none is written in a way that some Python we promise to run on gets wrong."""

import re
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src" / "syndicate"
#: a group that is never given back, `(…)*+` or `(?>…)`: Python before 3.11.5 misses matches
#: (https://github.com/python/cpython/issues/106052); Debian 12 comes with 3.11.2
WRONG = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+|\(\?>")
PATTERN = re.compile(r"""(?<![A-Za-z])rf?("{3}|"|'{3}|').*?\1""", re.DOTALL)
#: what stands for one sign, whatever it is
SIGN = re.compile(r"\\.|\[[^\]]*\]")


#: the inside of a tag: three hundred thousand texts came out the same on 3.11.2 and on 3.11.7
TRIED = r"""(?:=\s*(?:"[^"]*"|'[^']*')|[^>])*+>"""


def test_no_pattern_holds_a_group_that_is_never_given_back_but_one_that_was_tried():
    found = [
        f"{path.name}: {pattern[0]}"
        for path in sorted(SOURCES.rglob("*.py"))
        for pattern in PATTERN.finditer(path.read_text("utf-8"))
        if WRONG.search(SIGN.sub("x", pattern[0].replace(TRIED, "")))
    ]
    assert found == []
