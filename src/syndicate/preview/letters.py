"""The pages of the outbox: the list of an issue's messages, and a message opened."""

from typing import Any
from urllib.parse import quote, unquote

from syndicate.preview import page, variants
from syndicate.preview.outbox import PAGE, Folder, Letter, Line, Outbox
from syndicate.render import templates

#: where pictures of the site are shown from
PICTURES = "/~/pictures/"
#: ways to look at a message, by the last part of the address
WAYS = {"html": "As HTML", "text": "As text", "headers": "Headers", "source": "Source"}


def listed(outbox: Outbox, name: str, number: int) -> str | None:
    """Draw the list of an issue's messages, the newest issue's where none is named.

    None for an issue that is not there.
    """
    folders = outbox.folders()
    if not name and not folders:
        return _drawn(outbox, folders=())
    folder = outbox.folder(name or folders[0])
    return None if folder is None else _drawn(outbox, folders=folders, folder=folder, at=number)


def opened(outbox: Outbox, name: str, number: str, way: str) -> str | None:
    """Draw a message beside the list it stands in; None for one that is not there."""
    folder, letter = outbox.folder(name), outbox.letter(name, number)
    if folder is None or letter is None or way not in WAYS or number not in folder.numbers:
        return None
    at = folder.numbers.index(number) // PAGE + 1
    return _drawn(outbox, folders=outbox.folders(), folder=folder, at=at, letter=letter, way=way)


def framed(outbox: Outbox, name: str, number: str, site_url: str) -> str | None:
    """Give the HTML of a message as a file that runs nothing; None where it has none.

    Pictures of the site are shown from this computer, as they will be served there.
    """
    letter = outbox.letter(name, number)
    if letter is None or not letter.html:
        return None
    places = {
        source: PICTURES + quote(unquote(source.removeprefix(site_url)))
        for source in variants.sources(letter.html)
        if source.startswith(site_url)
    }
    html = variants.with_sources(letter.html, places)
    return variants.page(variants.in_scheme(html, "light"))


def _drawn(
    outbox: Outbox,
    *,
    folders: tuple[str, ...],
    folder: Folder | None = None,
    at: int = 1,
    letter: Letter | None = None,
    way: str = "html",
) -> str:
    count = len(folder.numbers) if folder else 0
    pages = max(1, -(-count // PAGE))
    at = min(max(at, 1), pages)
    lines: tuple[Line, ...] = outbox.lines(folder, at) if folder else ()
    # Beside a list there is room for a letter: the first of it, until another is chosen.
    chosen = letter is not None
    if folder and lines and letter is None:
        letter = outbox.letter(folder.name, lines[0].number)
    context: dict[str, Any] = {
        "policy": page.policy(served=True),
        "mark": page.MARK,
        "tabs": page.TABS,
        "outbox_key": page.OUTBOX_KEY,
        "folders": folders,
        "folder": folder,
        "count": count,
        "lines": lines,
        "at": at,
        "pages": pages,
        "letter": letter,
        "chosen": chosen,
        "way": way if letter is None or letter.html or way != "html" else "text",
        "ways": WAYS,
        "hash": page.mark(letter.html.encode()) if letter else "",
    }
    return templates.render(None, "preview/outbox.html.j2", (), context)
