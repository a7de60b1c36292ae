"""Cutting pictures to size: the only file here that knows Pillow.

The same picture and the same Pillow give the same bytes. What a camera noted of place and owner is
left out.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syndicate.pictures.base import Box

#: what every mail program shows
FORMATS = {"JPEG": ".jpg", "PNG": ".png"}
#: what Pillow may read; it knows sixty more formats, some of them through much weaker code
READ = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
QUALITY = 82
#: where a crop looks: in the middle, and a little above it, where faces are
CENTRE = (0.5, 0.4)
#: bytes; an original that fits, is no heavier and says nothing of its camera goes out as it is
LIGHT = 400_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What will become of a picture."""

    width: int
    height: int
    #: it fits as it is
    untouched: bool
    #: added to its name where its format changes
    ending: str


def plan(path: Path, box: Box) -> Plan | None:
    """Look at the head of a file; None for what Pillow cannot read."""
    try:
        with _opened(path) as image:
            return _planned(image, path.stat().st_size, box)
    except Exception:  # noqa: BLE001 -- at a damaged file Pillow raises anything, MemoryError too
        return None


def _planned(image: Any, weight: int, box: Box) -> Plan:
    width, height = _upright(image)
    size = _target(width, height, box)
    kind = _format(image)
    plain = image.format == kind and not image.getexif() and weight <= LIGHT
    fits = plain and size == (width, height)
    return Plan(*size, untouched=fits, ending="" if image.format == kind else FORMATS[kind])


def make(path: Path, box: Box) -> bytes | None:
    """Make the file; None for what Pillow cannot read. Nothing is ever made larger."""
    try:
        with _opened(path) as image:
            return _made(image, box)
    except Exception:  # noqa: BLE001 -- as above
        return None


def _made(image: Any, box: Box) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415 -- slow to import

    kind = _format(image)
    size = _target(*_upright(image), box)
    profile = image.info.get("icc_profile")
    plain = _in_mode(ImageOps.exif_transpose(image), kind)
    cut = ImageOps.fit(plain, size, Image.Resampling.LANCZOS, centering=CENTRE)
    return _written(cut, kind, profile)


def _written(image: Any, kind: str, profile: bytes | None) -> bytes:
    file = io.BytesIO()
    if kind == "JPEG":
        image.save(
            file, kind, quality=QUALITY, optimize=True, progressive=True, icc_profile=profile
        )
    else:
        image.save(file, kind, optimize=True, icc_profile=profile)
    return file.getvalue()


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from PIL import Image  # noqa: PLC0415 -- slow to import

    with warnings.catch_warnings():
        # Half as large as what Pillow refuses is still no bomb.
        warnings.simplefilter("ignore")
        with Image.open(path, formats=READ) as image:
            yield image


def _upright(image: Any) -> tuple[int, int]:
    """Give the size as it is shown: EXIF orientations from 5 on lie on their side."""
    width, height = image.size
    sideways = image.getexif().get(0x0112, 1) >= 5  # noqa: PLR2004 -- as EXIF 2.3 numbers them
    return (height, width) if sideways else (width, height)


def _target(width: int, height: int, box: Box) -> tuple[int, int]:
    if box.kind == "fit":
        scale = min(1.0, box.width / width, box.height / height)
        return max(1, round(width * scale)), max(1, round(height * scale))
    scale = min(1.0, width / box.width, height / box.height)
    return max(1, round(box.width * scale)), max(1, round(box.height * scale))


def _format(image: Any) -> str:
    """Choose JPEG for what is JPEG or has no transparency, else PNG; a PNG stays one."""
    if image.format in FORMATS:
        return str(image.format)
    clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    return "PNG" if clear else "JPEG"


def _in_mode(image: Any, kind: str) -> Any:
    """Unfold palettes, which cannot be scaled, and inks, which PNG and screens do not know."""
    if kind == "PNG" and (image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info):
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")
