"""The pictures room: what an email shows is cut to twice its size on the screen, as JPEG or PNG.

A picture for mail has an address that says how it was made, so that whoever publishes can make it
from the frozen message alone:

    https://SITE/email/crop-288x216/images/kettle.jpg     made from images/kettle.jpg
    https://SITE/email/fit-1200x2400/images/desk.webp.jpg  made from images/desk.webp
"""

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from syndicate.models import Article, Picture
from syndicate.pictures import cut
from syndicate.pictures.base import Box

__all__ = ["LEAD", "LOGO", "THUMB", "Box", "for_issue", "for_mail", "of_message"]

#: twice the sizes of the shipped templates: 600 wide, 144 by 108, 200 by 40
LEAD = Box("fit", 1200, 2400)
THUMB = Box("crop", 288, 216)
LOGO = Box("fit", 400, 80)

FOLDER = "email"
_PLACE = re.compile(rf"{FOLDER}/(fit|crop)-([1-9][0-9]{{0,3}})x([1-9][0-9]{{0,3}})/(.+)")
_SOURCE = re.compile(r'<img\b[^>]*?\ssrc="([^"]+)"')


def for_issue(
    articles: Sequence[Article], root: Path, folder: str, site_url: str
) -> tuple[Article, ...]:
    """Give the articles of an issue pictures that fit: the first one leads.

    `folder` holds the articles, relative to `root`. Pictures elsewhere on the web stay as they are.
    """
    return tuple(
        article
        if article.image is None
        else replace(
            article,
            image=for_mail(
                article.image,
                THUMB if number else LEAD,
                root=root,
                folder=folder,
                site_url=site_url,
            ),
        )
        for number, article in enumerate(articles)
    )


def for_mail(picture: Picture, box: Box, *, root: Path, folder: str, site_url: str) -> Picture:
    """Give the picture that an email shows in place of a local one: its address and its size.

    What fits as it is stays as it is, and so does what cannot be read.
    """
    if not picture.file:
        return picture
    plan = cut.plan(root / picture.file, box)
    if plan is None:
        return picture
    # What comes below the output folder is named as it is below the articles folder.
    name = PurePosixPath(picture.file).relative_to(folder.rstrip("/")).as_posix()
    if plan.untouched:
        return replace(picture, width=plan.width, height=plan.height)
    place = f"{FOLDER}/{box.kind}-{box.width}x{box.height}/{name}{plan.ending}"
    return replace(picture, url=site_url + quote(place), width=plan.width, height=plan.height)


def of_message(html: str, *, site_url: str, folder: Path, out: Path) -> Iterator[tuple[str, bytes]]:
    """Make the pictures that a message shows, each as (path below `out`, whole file).

    `folder` holds the articles and their pictures. One that `out` holds already, and that is no
    older than what it is made from, is not made again. What is gone by now is left out.
    """
    prefix = site_url + FOLDER + "/"
    addresses = (entities.unescape(source) for source in _SOURCE.findall(html))
    for address in dict.fromkeys(one for one in addresses if one.startswith(prefix)):
        name = unquote(address.removeprefix(site_url))
        asked = _PLACE.fullmatch(name)
        original = _original(folder, asked[4]) if asked else None
        if asked and original:
            box = Box(asked[1], int(asked[2]), int(asked[3]))
            data = _kept(out / name, original) or cut.make(original, box)
            if data:
                yield name, data


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
