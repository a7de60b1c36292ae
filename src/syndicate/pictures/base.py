"""The nouns of the pictures room."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Box:
    """How a picture is made to fit, in pixels of the file."""

    #: "fit" keeps all of it; "crop" fills the box and cuts off what is outside
    kind: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pictures of a site are, and where they will be."""

    #: folder of the site
    root: Path
    #: folder of the articles and their pictures, relative to it
    folder: str
    #: address of the site, ending in a slash
    site_url: str
