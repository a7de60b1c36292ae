"""The pictures room: what an email shows is cut to twice its size on the screen, as JPEG or PNG.

A picture for mail has an address that says how it was made, so that whoever publishes can make it
from the frozen message alone:

    https://SITE/email/crop-288x216/images/kettle.jpg     made from images/kettle.jpg
    https://SITE/email/fit-1200x2400/images/desk.webp.jpg  made from images/desk.webp
"""

import html as entities
import mimetypes
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from msgspec.structs import replace

from syndicate.config import Config
from syndicate.models import Article, Picture
from syndicate.pictures import cut
from syndicate.pictures.base import Box, Place

__all__ = [
    "LEAD",
    "LOGO",
    "THUMB",
    "Box",
    "Place",
    "as_mailed",
    "at",
    "for_issue",
    "for_mail",
    "logo",
    "make",
    "of_message",
    "place",
    "weights",
]

#: twice the sizes of the shipped templates: 600 wide, 144 by 108, 200 by 40
LEAD = Box("fit", 1200, 2400)
THUMB = Box("crop", 288, 216)
LOGO = Box("fit", 400, 80)

FOLDER = "email"
_PLACE = re.compile(rf"{FOLDER}/(fit|crop)-([1-9][0-9]{{0,3}})x([1-9][0-9]{{0,3}})/(.+)")
_SOURCE = re.compile(r'<img\b[^>]*?\ssrc="([^"]+)"')


def place(config: Config) -> Place:
    """Give the place of a site's pictures."""
    return Place(config.root, config.articles.folder, config.site.url)


def logo(config: Config) -> Picture | None:
    """Give the logo as an email shows it; None when there is none."""
    return for_mail(config.logo, LOGO, place(config)) if config.logo else None


def for_issue(articles: Sequence[Article], where: Place) -> tuple[Article, ...]:
    """Give the articles of an issue pictures that fit: the first one leads.

    Pictures elsewhere on the web stay as they are.
    """
    boxes = (THUMB if number else LEAD for number in range(len(articles)))
    return tuple(
        replace(article, image=article.image and for_mail(article.image, box, where))
        for article, box in zip(articles, boxes, strict=True)
    )


def for_mail(picture: Picture, box: Box, where: Place) -> Picture:
    """Give the picture that an email shows in place of a local one: its address and its size.

    What fits as it is stays as it is, and so does what cannot be read.
    """
    if not picture.file:
        return picture
    plan = cut.plan(where.root / picture.file, box)
    if plan is None:
        return picture
    if plan.untouched:
        return replace(picture, width=plan.width, height=plan.height)
    # Below the output folder it is named as it is below the articles folder.
    name = PurePosixPath(picture.file).relative_to(where.folder.rstrip("/")).as_posix()
    path = f"{FOLDER}/{box.kind}-{box.width}x{box.height}/{name}{plan.ending}"
    url = where.site_url + quote(path)
    return replace(picture, url=url, width=plan.width, height=plan.height)


def of_message(html: str, where: Place) -> Iterator[tuple[str, Path]]:
    """List the pictures that a message shows: (path below the output folder, what to make it of).

    What is gone by now is left out.
    """
    folder = where.root / where.folder
    addresses = (entities.unescape(source) for source in _SOURCE.findall(html))
    for address in dict.fromkeys(addresses):
        name = unquote(address.removeprefix(where.site_url))
        asked = _PLACE.fullmatch(name) if address.startswith(where.site_url) else None
        original = _original(folder, asked[4]) if asked else None
        if original:
            yield name, original


def make(name: str, original: Path, there: Path) -> bytes | None:
    """Make a picture that `of_message` lists; None when it cannot be made.

    One that is `there` already, and is no older than what it is made from, is not made again.
    """
    asked = _PLACE.fullmatch(name)
    return _kept(there, original) or (cut.make(original, _box(asked)) if asked else None)


def weights(html: str, where: Place, out: Path) -> dict[str, int]:
    """Give the bytes of the local pictures that a message shows, by their addresses.

    A cut that is not made yet is weighed only as PNG: a JPEG cut to size is light.
    """
    folder, found = where.root / where.folder, {}
    for address in map(entities.unescape, dict.fromkeys(_SOURCE.findall(html))):
        if not address.startswith(where.site_url):
            continue
        name = unquote(address.removeprefix(where.site_url))
        asked = _PLACE.fullmatch(name)
        original = _original(folder, asked[4] if asked else name)
        if original is None:
            continue
        if asked is None:
            found[address] = original.stat().st_size
        elif (data := _kept(out / name, original)) is not None:
            found[address] = len(data)
        elif name.lower().endswith(".png"):
            found[address] = len(cut.make(original, _box(asked)) or b"")
    return found


def as_mailed(address: str, original: Path) -> bytes:
    """Give what an email shows at an address: a cut of the original, or all of it.

    Raises OSError for an original that cannot be read.
    """
    asked = _PLACE.search(unquote(address))
    made = cut.make(original, _box(asked)) if asked else None
    return made or original.read_bytes()


def at(address: str, where: Place) -> bytes | None:
    """Give what the site will serve at an address, if it is a picture that lies here."""
    if not address.startswith(where.site_url):
        return None
    name = unquote(address.removeprefix(where.site_url))
    if not str(mimetypes.guess_type(name)[0]).startswith("image/"):
        return None
    asked = _PLACE.fullmatch(name)
    original = _original(where.root / where.folder, asked[4] if asked else name)
    try:
        return as_mailed(address, original) if original else None
    except OSError:
        return None


def _box(asked: re.Match[str]) -> Box:
    return Box(asked[1], int(asked[2]), int(asked[3]))


def _original(folder: Path, name: str) -> Path | None:
    """Find what a picture is made from; None when it is gone, or lies outside the folder."""
    top = folder.resolve()
    for candidate in (folder / name, (folder / name).with_suffix("")):
        if candidate.is_file() and candidate.resolve().is_relative_to(top):
            return candidate
    return None


def _kept(path: Path, original: Path) -> bytes | None:
    if path.is_file() and path.stat().st_mtime_ns >= original.stat().st_mtime_ns:
        return path.read_bytes()
    return None
