"""What the readers of front matter share: values as they are written, and what can be wrong."""

from collections.abc import Mapping

import msgspec

from syndicate.errors import ArticleError

#: lists and mappings inside each other, the front matter itself being the first
DEPTH = 4
#: characters of front matter; more is not front matter
SIZE = 64 * 1024


class FrontMatterError(ArticleError):
    """Front matter cannot be read: what is wrong, on which line of the file, and what to do."""

    def __init__(self, text: str, line: int, fix: str = "") -> None:
        """Keep the sentence, the line counted from 1, and the advice."""
        super().__init__(f"{text} {fix}".rstrip())
        self.text, self.line, self.fix = text, line, fix


# Structs, since there are ten of them for each article of a site, and a dataclass takes longer.
class Scalar(msgspec.Struct, frozen=True):
    """One value, kept as the text that stands in the file: `2024`, `no` and `~` are texts too."""

    text: str
    line: int
    #: nothing, `~` or `null`, without quotation marks
    null: bool = False
    quoted: bool = False


class List(msgspec.Struct, frozen=True):
    """Several values."""

    items: "tuple[Value, ...]"
    line: int


class Table(msgspec.Struct, frozen=True):
    """Values by name."""

    entries: "Mapping[str, Value]"
    line: int


Value = Scalar | List | Table

#: what means nothing, where it stands without quotation marks
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
