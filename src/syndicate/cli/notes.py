"""The editor's note: a file that is used once, and then filed with its issue.

A copy under the issue's name is written before the freeze, and the file goes after it. So a crash
between the two leaves both: a note that equals the one filed with the last issue was used.
"""

from dataclasses import dataclass
from pathlib import Path

from syndicate import files
from syndicate.config import Config
from syndicate.errors import ConfigError, SyndicateError

FOLDER = "notes"


@dataclass(frozen=True, slots=True)
class Note:
    """A note that waits for the next issue."""

    path: Path
    data: bytes
    #: Markdown; "" for a note that the last issue carried, word for word
    text: str


def waiting(config: Config, newsletter: str, last_issue: str | None) -> Note | None:
    """Find the note for the next issue of a newsletter: `notes/next.md`.

    With several newsletters each has its own, `notes/next-NAME.md`. Raises ConfigError for one
    that cannot be read, and for one that names no newsletter.
    """
    folder = config.root / FOLDER
    path = folder / "next.md"
    if len(config.newsletters) > 1:
        if path.exists():
            raise ConfigError(
                f"{FOLDER}/next.md: for which newsletter? Call it {FOLDER}/next-{newsletter}.md, "
                "or by the name of another."
            )
        path = folder / f"next-{newsletter}.md"
    data = _read(path)
    if data is None or not data.strip():
        return None
    used = last_issue is not None and _read(folder / f"{last_issue}.md") == data
    return Note(path, data, "" if used else _text(path, data))


def keep(config: Config, note: Note, issue: str) -> None:
    """File a copy of the note with an issue that is about to be frozen."""
    if note.text:
        files.write(config.root / FOLDER / f"{issue}.md", note.data)


def drop(note: Note) -> None:
    """Let go of a note that was used, unless somebody has just changed it.

    Raises SyndicateError when it cannot be removed.
    """
    try:
        if _read(note.path) == note.data:
            note.path.unlink(missing_ok=True)
    except OSError as error:
        raise SyndicateError(
            f"{_shown(note.path)} was used and cannot be removed: {error.strerror}. Remove it."
        ) from None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{_shown(path)} cannot be read: {error.strerror}.") from None


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{_shown(path)} is not UTF-8 text. Save it again as UTF-8.") from None


def _shown(path: Path) -> str:
    return f"{FOLDER}/{path.name}"
