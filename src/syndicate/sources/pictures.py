"""Pictures: which lie in the articles folder, where they will be served, and how large they are."""

import os
import posixpath
import stat
import warnings
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote

from msgspec.structs import replace

from syndicate import stamps
from syndicate.models import Picture
from syndicate.stamps import Stamp
from syndicate.text import clean

#: nothing else in the folder is ever published because an article names it
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
#: what Pillow may read; it knows sixty more formats, some of them through much weaker code
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
#: EXIF orientations that lay a picture on its side
_SIDEWAYS = range(5, 9)
_ORIENTATION = 0x0112


class Pictures:
    """The pictures of an articles folder."""

    def __init__(self, root: Path, folder: str, site_url: str) -> None:
        self._root = os.path.realpath(root / folder)
        self._folder = folder
        self._site_url = site_url
        #: folders in which pictures were looked for, as they were before
        self.folders: dict[str, Stamp | None] = {}
        self._inside: dict[str, bool] = {}
        self._sizes: dict[str, tuple[int, int] | None] = {}

    def find(self, link: str, beside: str, alt: str = "") -> Picture | None:
        """Find a picture by what an article writes: a path from its own folder, else from the top.

        `beside` is the article's folder below the articles folder, "" for the top. None when
        there is none, when the link has a scheme or a host, and when it leads out of the folder.
        """
        for name in _names(link, beside):
            if self._holds(name):
                return Picture(self._site_url + quote(name), alt, file=f"{self._folder}/{name}")
        return None

    def state(self, link: str, beside: str) -> tuple[tuple[str, Stamp | None], ...]:
        """Give all that `find` looks at for a link, and the stamps of what is there."""
        return tuple((name, self.stamp(name)) for name in _names(link, beside))

    def stamp(self, name: str) -> Stamp | None:
        """Give the stamp of a file below the folder, links followed; None where there is none."""
        return stamps.at(f"{self._root}/{name}") if self._holds(name) else None

    def folder(self, name: str) -> Stamp | None:
        """Give the stamp of a folder below the folder: another one when a file came or went."""
        if name not in self.folders:
            self.folders[name] = stamps.at(f"{self._root}/{name}")
        return self.folders[name]

    def add(self, folders: Mapping[str, Stamp | None]) -> None:
        """Add folders in which another process looked for pictures."""
        for name, seen in folders.items():
            if seen == stamps.UNSURE or name not in self.folders:
                self.folders[name] = seen

    def measured(self, picture: Picture) -> Picture:
        """Add the size of a local picture, as far as it can be read; turned as it is shown."""
        if not picture.file:
            return picture
        if picture.file not in self._sizes:
            name = picture.file.removeprefix(f"{self._folder}/")
            self._sizes[picture.file] = _size(Path(self._root) / name)
        size = self._sizes[picture.file]
        return replace(picture, width=size[0], height=size[1]) if size else picture

    def weight(self, picture: Picture) -> int:
        """Give the bytes of a local picture; 0 for one that is gone."""
        try:
            return os.stat(f"{self._root}/{picture.file.removeprefix(f'{self._folder}/')}").st_size  # noqa: PTH116
        except OSError:
            return 0

    def _holds(self, name: str) -> bool:
        """Whether there is such a file below the folder, wherever links on the way lead."""
        folder, _, file = name.rpartition("/")
        self.folder(folder)
        if folder not in self._inside:
            self._inside[folder] = self._is_inside(f"{self._root}/{folder}")
        path = f"{self._root}/{folder}/{file}"
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            return False
        if stat.S_ISLNK(mode):
            # What becomes of its target does not show in this folder.
            self.folders[folder] = stamps.UNSURE
            return os.path.isfile(path) and self._is_inside(path)  # noqa: PTH113
        return self._inside[folder] and stat.S_ISREG(mode)

    def _is_inside(self, path: str) -> bool:
        return f"{os.path.realpath(path)}/".startswith(f"{self._root}/")


def _names(link: str, beside: str) -> list[str]:
    """List the files that a link may mean, the first choice first."""
    path = unquote(link.strip().partition("#")[0].partition("?")[0]).replace("\\", "/")
    if not path.lower().endswith(ENDINGS) or path.startswith("//") or clean(path) != path:
        return []
    starts = dict.fromkeys((beside, ""))
    names = [posixpath.normpath(posixpath.join(start, path.lstrip("/"))) for start in starts]
    return [name for name in names if not name.startswith(".") and "://" not in link]


def _size(path: Path) -> tuple[int, int] | None:
    from PIL import Image  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # A picture too large to unpack is never unpacked here.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                width, height = image.size
                turned = image.getexif().get(_ORIENTATION) in _SIDEWAYS
    except Exception:  # noqa: BLE001 -- at a damaged file Pillow raises anything, MemoryError too
        return None
    return (height, width) if turned else (width, height)
