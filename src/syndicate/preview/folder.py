"""The preview as a folder of files, to look at without Syndicate and to pass on."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from syndicate import files, pictures
from syndicate.errors import ConfigError
from syndicate.preview import book, page
from syndicate.preview.base import View

#: files that a folder may hold and still count as empty
LEAVINGS = frozenset({".DS_Store", ".gitignore", ".gitkeep", "Thumbs.db", "desktop.ini"})


def write(folder: Path, views: Iterable[View]) -> tuple[Path, ...]:
    """Write the preview into a folder; gives the files, the page to open first.

    Shown as for a made-up recipient, and without the outbox: nobody's address is in it but the
    sender's. An older preview in the folder is overwritten, nothing is ever deleted. A picture that
    cannot be read is left out.
    Raises ConfigError for a folder that holds something else, and SyndicateError when a file
    cannot be written.
    """
    _check(folder)
    bound = book.bind([book.Shown(view) for view in views])
    whole = dict(bound.files)
    for name, picture in bound.pictures.items():
        # The words that stand for one that cannot be read are shown; checks say why.
        with suppress(OSError):
            whole[name] = pictures.as_mailed(picture.address, picture.path)
    for name, data in whole.items():
        files.write(folder / name, data, inside=folder)
    return tuple(folder / name for name in whole)


def _check(folder: Path) -> None:
    """Make sure that a folder is ours, or free but for what file managers and git leave."""
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise ConfigError(
            f"--out {folder}: there is a file of that name. Name a folder, such as preview."
        )
    index = folder / "index.html"
    try:
        taken = any(path.name not in LEAVINGS for path in folder.iterdir())
        ours = index.is_file() and page.MARK in index.read_text("utf-8", "replace")
    except OSError as error:
        raise ConfigError(f"--out {folder}: cannot be read: {error.strerror}.") from None
    if taken and not ours:
        raise ConfigError(
            f"--out {folder}: the folder holds files that are not a preview. "
            "Name an empty or a new one, such as preview."
        )
