"""An archive of which nobody said whose it is: a zip, or the folder that somebody made of it."""

import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from syndicate.importers.base import Asked, Found, Unimportable
from syndicate.importers.members import unzipped
from syndicate.models import Where
from syndicate.zips import MEMBERS_MAX

#: systems whose archives we know, those with the surest marks first
KNOWN = ("substack", "buttondown", "mailchimp")
#: endings of the files that they are made of
ENDINGS = (".csv", ".html", ".md")


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find what a zip holds, whosever it is."""
    with unzipped(file) as members:
        fitting = _fitting(members.names)
        if fitting is None:
            raise Unimportable(_unknown(members.names))
        yield from fitting.found(members, where, asked)


def unpacked(folder: Path) -> bool:
    """Whether a folder is an archive that somebody unpacked. Raises Unimportable."""
    return _fitting(_names(folder)) is not None


def packed(folder: Path) -> BinaryIO:
    """Make an unpacked archive one file again, which goes when it is closed.

    Links in the folder are not followed. Raises Unimportable for a file that cannot be read.
    """
    out = tempfile.TemporaryFile()  # noqa: SIM115 -- whoever reads it closes it
    try:
        with zipfile.ZipFile(out, "w") as archive:
            for name in _names(folder):
                archive.write(folder / name, name)
    except (OSError, ValueError) as error:
        out.close()
        raise Unimportable(f"its files cannot be read: {error}.") from None
    out.seek(0)
    return cast("BinaryIO", out)


def _unknown(names: Sequence[str]) -> str:
    if names and all(name.lower().endswith(".csv") for name in names):
        return "it holds nothing but tables. If they are of people: syndicate audience import"
    return (
        "this is no archive of Substack, Buttondown or Mailchimp. Unpack it, and import the files "
        "in it."
    )


def _names(folder: Path) -> list[str]:
    names: list[str] = []
    for above, below, files in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith((".", "__MACOSX")))
        for file in sorted(files):
            whole = Path(above, file)
            if file.endswith(ENDINGS) and whole.is_file() and not whole.is_symlink():
                names.append(whole.relative_to(folder).as_posix())
        if len(names) > MEMBERS_MAX:
            raise Unimportable(
                f"{folder} holds more than {MEMBERS_MAX:,} files. Name a folder below it."
            )
    return names


def _fitting(names: Sequence[str]) -> ModuleType | None:
    modules = (import_module(f"syndicate.importers.{name}") for name in KNOWN)
    return next((module for module in modules if module.fits(names)), None)
