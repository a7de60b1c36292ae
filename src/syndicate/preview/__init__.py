"""The preview: a folder of files that shows the next issue as its readers will see it."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from syndicate import files, pictures
from syndicate.choosing import LeftOut
from syndicate.config import Config
from syndicate.errors import ConfigError
from syndicate.models import Article, Finding
from syndicate.prepare import Draft
from syndicate.preview import page, variants
from syndicate.preview.base import View
from syndicate.render import words
from syndicate.tokens import UNSUBSCRIBE, fill

__all__ = ["View", "of_draft", "write"]

#: files that a folder may hold and still count as empty
LEAVINGS = frozenset({".DS_Store", ".gitignore", ".gitkeep", "Thumbs.db", "desktop.ini"})
#: the recipient that everybody is shown; no such person, no such address (RFC 2606)
SAMPLE: Mapping[str, str] = MappingProxyType(
    {
        "name": "Alex Example",
        "first_name": "Alex",
        "email": "alex@example.org",
        UNSUBSCRIBE: "https://unsubscribe.invalid/your-own-address",
    }
)


def of_draft(
    config: Config,
    draft: Draft,
    *,
    now: datetime,
    findings: Iterable[Finding] = (),
    left_out: Iterable[LeftOut] = (),
    audience: int | None = None,
) -> View:
    """Gather what the preview of a draft shows. `now` is the time that the draft was made with."""
    newsletter = config.newsletters[draft.newsletter]
    language = newsletter.language or config.site.language
    return View(
        issue=draft.id,
        number=draft.number,
        newsletter=newsletter.title,
        language=language,
        date=words.written(now.astimezone(config.site.zone), language),
        home=config.site.url,
        message=draft.message,
        content_hash=draft.content_hash,
        audience=audience,
        findings=tuple(findings),
        left_out=tuple((one.head.title, one.reason) for one in left_out),
        pictures=dict(_local(config, draft.articles)),
    )


def write(folder: Path, view: View) -> tuple[Path, ...]:
    """Write the preview into a folder; gives the files, the page to open first.

    An older preview in it is overwritten, nothing is ever deleted. Raises ConfigError for a
    folder that holds something else, and SyndicateError when a file cannot be written.
    """
    _check(folder)
    sample = {**SAMPLE, **view.sample}
    found = _read(view)
    places = {address: f"pictures/{quote(name)}" for address, (name, _) in found.items()}
    elsewhere = tuple(one for one in variants.sources(view.message.html) if one not in places)
    # The page comes first: by it we know the folder again, should the rest not get written.
    whole = {"index.html": page.draw(view, sample, elsewhere).encode()}
    whole |= {name: html.encode() for name, html in _seen(view, sample, places).items()}
    whole["issue.txt"] = fill(view.message.text, sample).encode()
    whole |= {f"pictures/{name}": data for name, data in found.values()}
    for name, data in whole.items():
        files.write(folder / name, data, inside=folder)
    return tuple(folder / name for name in whole)


def _seen(view: View, sample: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """Give the issue as it is seen, by file name."""
    bare = variants.filled(view.message.html, sample)
    html = variants.with_sources(bare, places)
    light = variants.in_scheme(html, "light")
    return {
        "issue.html": variants.page(html),
        "light.html": variants.page(light),
        "dark.html": variants.page(variants.in_scheme(html, "dark")),
        "no-pictures.html": variants.page(variants.without_pictures(light), pictures=False),
        "no-style.html": variants.page(variants.without_style(light)),
    }


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


def _local(config: Config, articles: Sequence[Article]) -> Iterator[tuple[str, Path]]:
    """Give the local pictures of an issue; what lies outside the articles folder is left alone."""
    folder = os.path.realpath(config.root / config.articles.folder)
    shown = (one for article in articles for one in (article.image, *article.pictures))
    for picture in (pictures.logo(config), *shown):
        if picture is None or not picture.file:
            continue
        path = config.root / picture.file
        if Path(os.path.realpath(path)).is_relative_to(folder):
            yield picture.url, path


def _read(view: View) -> dict[str, tuple[str, bytes]]:
    """Read the local pictures that the issue shows: (file name, bytes) by address.

    A picture that cannot be read is left where readers will look for it: on the web.
    """
    found: dict[str, tuple[str, bytes]] = {}
    names: dict[str, Path] = {}
    for address in variants.sources(view.message.html):
        path = view.pictures.get(address)
        if path is None:
            continue
        try:
            found[address] = (_free(path, names), pictures.as_mailed(address, path))
        except OSError:
            continue
    return found


def _free(path: Path, names: dict[str, Path]) -> str:
    """Name a copy after its file; another file of the same name gets a number."""
    name, number = path.name, 1
    while names.setdefault(name.casefold(), path) != path:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    return name
