"""An archive of which nobody said whose it is: a zip, or the folder that somebody made of it."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from syndicate.importers.base import Asked, Found, Unimportable
from syndicate.importers.members import Folder, Members, unzipped
from syndicate.models import Where

#: systems whose archives we know, those with the surest marks first
KNOWN = ("substack", "buttondown", "mailchimp")


def read(file: BinaryIO, where: Where, asked: Asked) -> Iterator[Found]:
    """Find what a zip holds, whosever it is."""
    with unzipped(file) as members:
        yield from _of(members).found(members, where, asked)


def read_folder(path: Path, where: Where, asked: Asked) -> Iterator[Found]:
    """Find what an unpacked archive holds, whosever it is."""
    members = Folder(path)
    yield from _of(members).found(members, where, asked)


def unpacked(path: Path) -> bool:
    """Whether a folder is an archive that somebody unpacked. Raises Unimportable."""
    return _fitting(Folder(path)) is not None


def _of(members: Members) -> ModuleType:
    fitting = _fitting(members)
    if fitting is None:
        raise Unimportable(
            "this is no archive of Substack, Buttondown or Mailchimp. Unpack it, and import the "
            "files in it."
        )
    return fitting


def _fitting(members: Members) -> ModuleType | None:
    modules = (import_module(f"syndicate.importers.{name}") for name in KNOWN)
    return next((module for module in modules if module.fits(members.names)), None)
