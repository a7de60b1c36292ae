"""Tags that came without anything between them, told apart by tags that are known."""

from collections.abc import Collection
from functools import cache


def split(joined: str, known: Collection[str]) -> tuple[str, ...]:
    """Split `back-painhealth` into known tags that cover all of it; () where none do.

    Of several ways the one with the fewest tags is taken, so `back-pain` is not read as two.
    """
    words = sorted({tag.lower() for tag in known if tag}, key=len, reverse=True)

    @cache
    def rest(start: int) -> tuple[str, ...] | None:
        if start == len(joined):
            return ()
        best: tuple[str, ...] | None = None
        for word in words:
            if joined.startswith(word, start):
                after = rest(start + len(word))
                if after is not None and (best is None or len(after) + 1 < len(best)):
                    best = (word, *after)
        return best

    # A word of a thousand letters is no list of tags.
    return (rest(0) or ()) if len(joined) <= 500 else ()  # noqa: PLR2004
