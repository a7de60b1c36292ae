"""Many recipients at once: what differs among them as columns, each looked at as a whole.

Of a real list hardly any value has to be changed for the place it goes to. One look at a thousand
of them together finds that out many times faster than a look at each; a send to a million people
spends its time here.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec

from syndicate import text
from syndicate.filling.places import LINKS, MADE_SAFE, Place, are_plain_links, holds_markup


class Column:
    """What each of many recipients has in one place."""

    def __init__(self, values: Sequence[str]) -> None:
        """Keep values that are on one line each."""
        self.values = values

    @cached_property
    def lines(self) -> str:
        """All of them, a line each."""
        return "\n".join(self.values)

    @cached_property
    def is_plain(self) -> bool:
        """Whether there are only signs that can be seen, and spaces, in as many lines as values."""
        return text.line_breaks(self.lines) == len(self.values) - 1

    @cached_property
    def are_plain_links(self) -> bool:
        """Whether all are addresses that neither encoding nor escaping would change."""
        return are_plain_links(self.lines, len(self.values))

    def each(self, change: Callable[[str], str]) -> "Column":
        """Change every value that is there."""
        return Column([change(value) if value else "" for value in self.values])

    def on_one_line(self) -> "Column":
        """Put every value on one line, as `text.one_line` does."""
        lines = self.lines
        tidy = self.is_plain and (
            " " not in lines
            or not ("  " in lines or " \n" in lines or "\n " in lines or lines != lines.strip(" "))
        )
        return self if tidy else self.each(text.one_line)

    def safe(self, place: Place) -> "Column":
        """Make every value safe for a place."""
        if place in LINKS:
            safe = self.are_plain_links
        else:
            safe = place is Place.PLAIN or (place is Place.HTML and not holds_markup(self.lines))
        return self if safe else self.each(MADE_SAFE[place])

    def filled(self, fallback: str) -> "Column":
        """Put these words where there is nothing."""
        if not fallback or all(self.values):
            return self
        return Column([value or fallback for value in self.values])

    def json(self) -> Sequence[str]:
        """Write every value as it stands between the quotation marks of JSON."""
        if self.is_plain and '"' not in self.lines and "\\" not in self.lines:
            return self.values
        return [msgspec.json.encode(value).decode()[1:-1] for value in self.values]
