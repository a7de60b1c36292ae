"""The pictures of an article: what they say to those who do not see them, size and type."""

import re
from collections.abc import Iterator

from syndicate.checks.articles.base import Piece, key_line
from syndicate.checks.base import ADVICE, About, Check, Found
from syndicate.models import Kind, Picture
from syndicate.text import quote

#: bytes of a picture; more is slow on a phone and on the way
HEAVY = 1_000_000
#: pixels across or down that nobody's screen shows of an article
LARGE = 5_000
#: pixels across that a lead picture needs to look sharp: the sheet of the email is 600 wide
WIDE = 600
#: what every mail program and feed reader shows, by the ending of the file
SHOWN = (".png", ".jpg", ".jpeg", ".gif")
#: what the picture cutter turns into JPEG or PNG for mail
CUT = (*SHOWN, ".webp", ".avif")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
#: what a camera or a screen calls a picture
_FILE_NAME = re.compile(
    r"(?:img|dsc[fn]?|pict?|image|photo|picture|screenshot|bild|foto|untitled|scan)?"
    r"[\s_-]*+\d*+(?:\s*+\(\d++\))?|.*\.(?:png|jpe?g|gif|webp|avif|svg)",
    re.IGNORECASE,
)


def _alt(piece: Piece) -> Iterator[Found]:
    image = piece.manuscript.article.image
    if image is not None and not image.alt:
        text = "The lead picture has no text for people who do not see it."
        yield Found(text, "Add a line image_alt: …", key_line(piece, "image"))
    elif image is not None and _FILE_NAME.fullmatch(image.alt):
        yield Found(
            f"The text of the lead picture says nothing: {quote(image.alt)}.",
            "Say in image_alt what it shows.",
            key_line(piece, "image_alt"),
        )
    for spot in piece.spots(Kind.PICTURE):
        shown = quote(spot.value)
        if not (spot.alt or "").strip():
            text = f"The picture {shown} has no text for people who do not see it."
            yield Found(text, "Write ![what it shows](…).", spot.line, spot.column)
        elif _FILE_NAME.fullmatch((spot.alt or "").strip()):
            text = f"The text of the picture {shown} says nothing: {quote(spot.alt or '')}."
            yield Found(text, "Say what it shows.", spot.line, spot.column)


def _place(piece: Piece) -> Iterator[Found]:
    for spot in piece.spots(Kind.PICTURE):
        if spot.picture is None and not _SCHEME.match(spot.value):
            yield Found(
                f"The picture {quote(spot.value)} is not in the articles folder.",
                "Put it there, or write an address that starts with https://.",
                spot.line,
                spot.column,
            )


def _size(piece: Piece) -> Iterator[Found]:
    for picture, line in _local(piece):
        weight = piece.manuscript.weights.get(picture.file, 0)
        side = max(picture.width or 0, picture.height or 0)
        if weight > HEAVY:
            yield Found(
                f"The picture {quote(picture.file)} has {weight / 1e6:.1f} MB, and a phone waits "
                "for every one.",
                "Save it smaller: 1,600 pixels across are enough.",
                line,
            )
        elif side > LARGE:
            yield Found(
                f"The picture {quote(picture.file)} is {side:,} pixels long.",
                "Save it smaller: 1,600 pixels across are enough.",
                line,
            )


def _type(piece: Piece) -> Iterator[Found]:
    image = piece.manuscript.article.image
    if image is not None and not _path(image).endswith(CUT if image.file else SHOWN):
        yield Found(
            f"The lead picture {quote(image.file or image.url)} is of a kind that many mail "
            "programs do not show.",
            "Save it as JPEG or PNG.",
            key_line(piece, "image"),
        )
    for picture, line in _local(piece):
        readable = picture.width is not None or picture.file.lower().endswith(".svg")
        if piece.manuscript.weights.get(picture.file) and not readable:
            yield Found(
                f"The picture {quote(picture.file)} cannot be read: it is damaged, or no picture.",
                "Save it again as JPEG or PNG.",
                line,
            )


def _small(piece: Piece) -> Iterator[Found]:
    image = piece.manuscript.article.image
    if image is not None and image.width is not None and image.width < WIDE:
        yield Found(
            f"The lead picture is {image.width} pixels wide, and the email shows it {WIDE} wide.",
            f"Use one of at least {WIDE} pixels, better {2 * WIDE}.",
            key_line(piece, "image"),
        )


def _local(piece: Piece) -> Iterator[tuple[Picture, int | None]]:
    """List the pictures that lie in the articles folder, each once, with the line that shows it."""
    image, seen = piece.manuscript.article.image, set()
    if image is not None and image.file:
        seen.add(image.file)
        yield image, key_line(piece, "image")
    for spot in piece.spots(Kind.PICTURE):
        if spot.picture is not None and spot.picture.file not in seen:
            seen.add(spot.picture.file)
            yield spot.picture, spot.line


def _path(image: Picture) -> str:
    return (image.file or image.url.partition("?")[0].partition("#")[0]).lower()


_A = About.ARTICLE
CHECKS: tuple[Check[Piece], ...] = (
    Check("alt", ADVICE, _A, "A picture says what it shows.", _alt, mends=True),
    Check("pictures", ADVICE, _A, "A picture that an article names is there.", _place),
    Check("picture-size", ADVICE, _A, "A picture is no larger than a screen.", _size),
    Check("picture-type", ADVICE, _A, "A picture is of a kind that everybody can see.", _type),
    Check("picture-small", ADVICE, _A, "A lead picture is as wide as the email.", _small),
)
