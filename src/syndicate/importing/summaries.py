"""Summaries that were written for search engines, and say nothing to a reader."""

import re

#: how such a text begins, in machine-written exports
_BEGINS = re.compile(
    r"(?:learn|read|discover|find out|explore|everything you need to know)\b(?: (?:more|all))?"
    r"(?: about| how| why| what)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def is_for_search(summary: str, title: str) -> bool:
    """Whether a summary only says that there is a text of this title: `Learn about TITLE. …`."""
    begins = _BEGINS.match(summary)
    if begins is None:
        return False
    words = _WORD.findall(title.lower())
    first = _WORD.findall(summary[begins.end() :].lower())[: len(words)]
    return len(words) > 1 and first == words
