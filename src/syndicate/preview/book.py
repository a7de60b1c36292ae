"""The one rendering of the preview: a page and the files beside it, served or written alike.

    index.html          the page
    light.html …        the issue in its variants
    feed-rss.html …     each format of the main feed as a reader shows it
    issue.txt           the issue as plain text
    pictures/desk.jpg   local pictures, read when somebody looks at them

Of several newsletters the first has these files, the others have them in folders of their names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from syndicate.preview import chapter, page
from syndicate.preview.base import Trouble, View
from syndicate.preview.chapter import Picture, Served


@dataclass(frozen=True, slots=True)
class Book:
    """All files of a preview by their paths, with slashes; `index.html` first."""

    files: Mapping[str, bytes]
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A newsletter as it is to be shown."""

    view: View
    #: None for files that are opened from a disk
    served: Served | None = None
    troubles: tuple[Trouble, ...] = ()
    #: what is shown was drawn before there were troubles
    kept: bool = False


def bind(newsletters: Sequence[Shown]) -> Book:
    """Draw the preview of all newsletters."""
    files: dict[str, bytes] = {}
    pictures: dict[str, Picture] = {}
    names = [one.view.name for one in newsletters]
    for shown in newsletters:
        folder = "" if shown is newsletters[0] else f"{shown.view.name}/"
        drawn = chapter.write(shown.view, shown.served)
        switch = tuple(
            page.Door(one.view.title, _way(folder, one.view.name, names), one is shown)
            for one in newsletters
        )
        # The page comes first: by it we know the folder again, should the rest not get written.
        files[f"{folder}index.html"] = page.draw(
            drawn, switch, shown.troubles, kept=shown.kept
        ).encode()
        files |= {folder + name: data for name, data in drawn.files.items()}
        pictures |= {folder + name: picture for name, picture in drawn.pictures.items()}
    return Book(files, pictures)


def _way(folder: str, name: str, names: Sequence[str]) -> str:
    """Give the address of a newsletter's page from the page in a folder."""
    own = "" if name == names[0] else f"{name}/"
    return f"{'../' if folder else ''}{own}index.html"
