"""What a live preview need not read twice: a configuration and articles that have not changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.models import Article, Finding, Head, Manuscript, Reading
    from syndicate.sources.folder import Folder

T = TypeVar("T")

#: what changes when a file does: time in nanoseconds and size; None where it is not there
Stamp = tuple[int, int] | None


def stamp(path: Path) -> Stamp:
    """Give what changes when a file does."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@dataclass(slots=True)
class Kept(Generic[T]):
    """What was made of articles, each for as long as nothing that it was made of changes."""

    _made: "dict[Head, tuple[object, T]]" = field(default_factory=dict)

    def get(self, head: "Head", state: Callable[[T | None], object], make: Callable[[], T]) -> T:
        """Give what was made of an article, or make it. `state` is what it depends on beside."""
        known = self._made.get(head)
        if known is not None and known[0] == state(known[1]):
            return known[1]
        fresh = make()
        self._made[head] = state(fresh), fresh
        return fresh

    def only(self, heads: "set[Head]") -> None:
        """Let go of all other articles."""
        for gone in self._made.keys() - heads:
            del self._made[gone]


@dataclass(slots=True)
class Memory:
    """What was read of a site, from one look at it to the next."""

    articles: "Kept[Article]" = field(default_factory=Kept)
    manuscripts: "Kept[Manuscript]" = field(default_factory=Kept)
    #: what the checks say of articles
    findings: "Kept[tuple[Finding, ...]]" = field(default_factory=Kept)
    _config: "tuple[Stamp, Config] | None" = None

    def config(self, path: Path) -> "Config":
        """Read the configuration, if it is another one than last time. Raises ConfigError."""
        from syndicate import config

        now = stamp(path)
        if self._config is None or now is None or self._config[0] != now:
            self._config = now, config.load(path)
        return self._config[1]

    def source(self, folder: "Folder", root: Path) -> "Remembering":
        """Read a folder of articles, each of them whole only where it is new or has changed."""
        return Remembering(folder, root, self)


class Remembering:
    """A `Source` that knows the articles it has read before."""

    def __init__(self, folder: "Folder", root: Path, memory: Memory) -> None:
        self._folder, self._root, self._memory = folder, root, memory

    def read(self) -> "Reading":
        """Read every head, and let go of the articles that are not among them."""
        reading = self._folder.read()
        heads = set(reading.heads)
        self._memory.articles.only(heads)
        self._memory.manuscripts.only(heads)
        self._memory.findings.only(heads)
        return reading

    def article(self, head: "Head") -> "Article":
        """Give an article. Raises ArticleError if it changed or went since `read`."""
        return self._memory.articles.get(head, self._pictures, lambda: self._folder.article(head))

    def manuscript(self, head: "Head") -> "Manuscript":
        """Give an article as it was written. Raises ArticleError as `article` does."""
        return self._memory.manuscripts.get(
            head,
            lambda known: self._pictures(known.article if known else None),
            lambda: self._folder.manuscript(head),
        )

    def _pictures(self, article: "Article | None") -> tuple[Stamp, ...]:
        shown = (article.image, *article.pictures) if article else ()
        return tuple(stamp(self._root / one.file) for one in shown if one and one.file)
