"""Pictures of imported articles: fetched or copied into the articles folder when a person asks.

Only raster pictures are kept, told by their first bytes and never by what a server says. Only
public addresses are visited (see `visiting`), and only files beside the export are copied.
"""

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from syndicate import files
from syndicate.importers.base import Imported, Reason
from syndicate.text import slugify
from syndicate.visiting import Manners, NotVisited, visit

#: a picture in Markdown: text, address, title
_PICTURE = re.compile(
    r'!\[((?:\\.|[^\[\]\\]){0,2000})\]\((<[^<>]*>|[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)((?:\s+"(?:\\.|[^"\\])*")?)\)'
)
#: how the kinds that are kept begin, and the ending of each
KINDS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"GIF8[79]a"), ".gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), ".avif"),
)
#: bytes of a picture
MOST = 25_000_000
#: folder for them in the articles folder
FOLDER = "images"
_GOOD = range(200, 300)


class Gallery:
    """Where pictures of imported articles are kept."""

    def __init__(self, folder: Path, manners: Manners) -> None:
        """Say which folder the articles are in, and how to behave on the web."""
        self._folder = folder
        self._manners = replace(manners, most=MOST)

    def keep(self, article: Imported, slug: str, beside: Path | None) -> Imported:
        """Bring the pictures of an article here, and change their addresses.

        `beside` is the folder of the export. What cannot be had keeps its address, with a reason.
        """
        reasons: list[Reason] = []

        def kept(address: str) -> str:
            try:
                return self._kept(address, slug, beside)
            except NotVisited as error:
                reasons.append(Reason("picture", f"{address} {error}, so it stays there"))
                return address

        body = _PICTURE.sub(lambda found: _with(found, kept), article.body)
        image = kept(article.image) if article.image else ""
        told = (*article.reasons, *reasons)
        return replace(article, body=body, image=image, reasons=told)

    def _kept(self, address: str, slug: str, beside: Path | None) -> str:
        """Give the path of a picture in the articles folder. Raises NotVisited without one."""
        name = f"{FOLDER}/{slug or 'pictures'}/{_name(address)}"
        there = next(self._there(name), None)
        if there is not None:
            return there
        web = address.lower().startswith(("http://", "https://"))
        data = self._fetched(address) if web else _copied(address, beside)
        ending = next((ending for start, ending in KINDS if start.match(data)), None)
        if ending is None:
            raise NotVisited("is no picture")
        files.write(self._folder / f"{name}{ending}", data, inside=self._folder)
        return f"{name}{ending}"

    def _there(self, name: str) -> Iterator[str]:
        for _, ending in KINDS:
            if (self._folder / f"{name}{ending}").is_file():
                yield f"{name}{ending}"

    def _fetched(self, address: str) -> bytes:
        page = visit(address, self._manners)
        if page.status not in _GOOD:
            raise NotVisited(f"answers HTTP {page.status}")
        if not page.whole:
            raise NotVisited(f"is larger than {MOST // 1_000_000} MB")
        return page.body


def beside_only(article: Imported) -> int:
    """Count the pictures that are on no web server, but beside the export."""
    found = [one[2].strip("<>") for one in _PICTURE.finditer(article.body)]
    return sum(not re.match(r"[a-z]+:|/", address, re.IGNORECASE) for address in found)


def _with(found: re.Match[str], kept: Callable[[str], str]) -> str:
    address = found[2].removeprefix("<").removesuffix(">")
    here = kept(re.sub(r"\\([\\<>])", r"\1", address))
    return f"![{found[1]}]({here}{found[3]})" if here != address else found[0]


def _name(address: str) -> str:
    """Name a picture after its address, so that the same one has the same name again."""
    path = _path(address)
    stem = slugify(posixpath.splitext(posixpath.basename(path))[0])[:60] or "picture"
    return f"{stem}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def _copied(address: str, beside: Path | None) -> bytes:
    """Read a picture that lies beside an export, and nowhere else."""
    if beside is None or re.match(r"[a-z]+:|/", address, re.IGNORECASE):
        raise NotVisited("is not on the web and not beside the export")
    folder = beside.resolve()
    try:
        path = (folder / _path(address)).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise NotVisited("is not beside the export")
        if path.stat().st_size > MOST:
            raise NotVisited(f"is larger than {MOST // 1_000_000} MB")
        return path.read_bytes()
    except (OSError, ValueError):
        raise NotVisited("cannot be read beside the export") from None


def _path(address: str) -> str:
    """Give the path in an address; "" where it is none."""
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""
