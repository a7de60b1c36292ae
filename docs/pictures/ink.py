"""A small printing press: flat shapes, soft grain and few inks, on Pillow alone.

Everything is measured on a sheet of 1200 by 675 and drawn three times as large, so that edges
come out smooth. Shapes are masks; `ink` prints one in a colour, `shade` lets it fade with grain.
"""
# ruff: noqa: INP001 -- a script's neighbour, not a package

import io
import math
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

Point = tuple[float, float]
Mask = Image.Image

CREAM, PAPER, SAND = "#fdf6e9", "#f6e9d3", "#efd3a2"
OCHRE, CLAY, TERRACOTTA = "#e5ab4d", "#e39a72", "#c8623e"
MOSS, LEAF, GREEN, PINE = "#9db37c", "#4c8a67", "#1f5f4a", "#143f33"
MIST, TEAL, DUSK, NIGHT = "#b9cbd9", "#4a95a0", "#4d6d96", "#22305a"
ROSE, PLUM, WOOD = "#b9728a", "#56294a", "#7d4630"

#: how many times larger than the finished picture we draw
SCALE = 3
#: no picture may weigh more than this, in bytes
HEAVIEST = 112_000


def sharp(text: str) -> list[Point]:
    """Read points from text such as "0 0, 40 20"."""
    pairs = (pair.split() for pair in text.split(","))
    return [(float(x), float(y)) for x, y in pairs]


def soft(text: str, *, closed: bool = True) -> list[Point]:
    """Read points from text and lead a soft line through them."""
    return smooth(sharp(text), closed=closed)


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 14) -> list[Point]:
    """Lead a soft line through points (Catmull-Rom)."""
    count = len(points)
    last = count if closed else count - 1

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    line: list[Point] = []
    for index in range(last):
        p0, p1, p2, p3 = (at(index + offset) for offset in (-1, 0, 1, 2))
        line += [
            (_between(p0[0], p1[0], p2[0], p3[0], t), _between(p0[1], p1[1], p2[1], p3[1], t))
            for t in (step / steps for step in range(steps))
        ]
    return line if closed else [*line, points[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    bend = 2 * a - 5 * b + 4 * c - d
    return 0.5 * (2 * b + (c - a) * t + bend * t**2 + (3 * b - a - 3 * c + d) * t**3)


def pebble(centre: Point, width: float, height: float, *, turn: float = 0) -> list[Point]:
    """Outline a rounded stone: between an ellipse and a box, turned by degrees."""
    points = []
    for step in range(72):
        angle = math.tau * step / 72
        cos, sin = math.cos(angle), math.sin(angle)
        points.append(
            (
                math.copysign(abs(cos) ** 0.72, cos) * width / 2,
                math.copysign(abs(sin) ** 0.72, sin) * height / 2,
            )
        )
    return place(points, centre, turn=turn)


def leaf(base: Point, tip: Point, width: float, *, bend: float = 0) -> list[Point]:
    """Outline a pointed leaf from base to tip, bent sideways."""
    length = math.dist(base, tip)
    half = width / 2
    shape = smooth(
        [(0, 0), (length * 0.4, bend - half), (length, bend), (length * 0.45, bend + half)]
    )
    return place(shape, base, turn=math.degrees(math.atan2(tip[1] - base[1], tip[0] - base[0])))


def place(points: Iterable[Point], to: Point, *, turn: float = 0, size: float = 1) -> list[Point]:
    """Turn points by degrees around their origin, scale them and move the origin."""
    cos, sin = math.cos(math.radians(turn)) * size, math.sin(math.radians(turn)) * size
    return [(to[0] + x * cos - y * sin, to[1] + x * sin + y * cos) for x, y in points]


def both(one: Mask, other: Mask) -> Mask:
    """Keep what two shapes share."""
    return ImageChops.multiply(one, other)


def without(one: Mask, other: Mask) -> Mask:
    """Cut the second shape out of the first."""
    return ImageChops.subtract(one, other)


class Sheet:
    """A sheet on the press."""

    def __init__(self, paper: str, width: int = 1200, height: int = 675) -> None:
        """Lay in paper of a colour."""
        self.size = (width, height)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), paper)
        # The same grain each time: a picture drawn again is the same picture.
        dice = random.Random(width * height)  # noqa: S311 -- grain, not a secret
        self.noise = Image.frombytes("L", self.size, dice.randbytes(width * height))

    def _mask(self, paint: Callable[[ImageDraw.ImageDraw], None]) -> Mask:
        mask = Image.new("L", self.image.size, 0)
        paint(ImageDraw.Draw(mask))
        return mask

    def area(self, points: Iterable[Point]) -> Mask:
        """Shape: what an outline encloses."""
        outline = [(x * SCALE, y * SCALE) for x, y in points]
        return self._mask(lambda draw: draw.polygon(outline, fill=255))

    def disc(self, centre: Point, radius: float, height: float | None = None) -> Mask:
        """Shape: a circle, or with a second radius an ellipse."""
        (x, y), tall = centre, radius if height is None else height
        box = [v * SCALE for v in (x - radius, y - tall, x + radius, y + tall)]
        return self._mask(lambda draw: draw.ellipse(box, fill=255))

    def box(self, left: float, top: float, right: float, bottom: float, round_: float = 0) -> Mask:
        """Shape: a box, with rounded corners if asked for."""
        box = [v * SCALE for v in (left, top, right, bottom)]
        return self._mask(lambda draw: draw.rounded_rectangle(box, round_ * SCALE, fill=255))

    def line(self, points: Sequence[Point], width: float) -> Mask:
        """Shape: a line with round ends."""
        big = [(x * SCALE, y * SCALE) for x, y in points]
        radius = width * SCALE / 2

        def paint(draw: ImageDraw.ImageDraw) -> None:
            draw.line(big, fill=255, width=round(radius * 2), joint="curve")
            for x, y in (big[0], big[-1]):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

        return self._mask(paint)

    def ink(self, shape: Mask, colour: str, strength: float = 1) -> Mask:
        """Print a shape flat, and give it back for shading."""
        mask = shape if strength == 1 else shape.point(lambda value: round(value * strength))
        self.image.paste(ImageColor.getrgb(colour), (0, 0), mask)
        return shape

    def shade(
        self, shape: Mask | None, colour: str, start: Point, end: Point, strength: float = 0.6
    ) -> None:
        """Let a colour grow through a shape (or the whole sheet), from nothing to strength."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = dx * dx + dy * dy
        self._grow(
            shape,
            colour,
            lambda x, y: strength * ((x - start[0]) * dx + (y - start[1]) * dy) / length,
        )

    def glow(
        self, shape: Mask | None, colour: str, centre: Point, radius: float, strength: float = 0.6
    ) -> None:
        """Let a colour shine out from a point and fade at a radius."""
        self._grow(
            shape,
            colour,
            lambda x, y: strength * (1 - math.dist((x, y), centre) / radius),
        )

    def _grow(
        self, shape: Mask | None, colour: str, amount: Callable[[float, float], float]
    ) -> None:
        width, height = self.size
        cells = [
            round(255 * min(max(amount(x * 8 + 4, y * 8 + 4), 0), 1))
            for y in range(height // 8 + 1)
            for x in range(width // 8 + 1)
        ]
        ramp = Image.frombytes("L", (width // 8 + 1, height // 8 + 1), bytes(cells))
        ramp = ramp.resize(self.size, Image.Resampling.BICUBIC)
        dots = ImageChops.subtract(ramp, self.noise).point(lambda value: 255 if value else 0)
        mask = Image.blend(ramp, dots.filter(ImageFilter.GaussianBlur(0.6)), 0.3)
        mask = mask.resize(self.image.size, Image.Resampling.BILINEAR)
        self.ink(mask if shape is None else both(mask, shape), colour)

    def finished(self) -> Image.Image:
        """Bring the sheet to its size and give it the tooth of paper."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        tooth = self.noise.filter(ImageFilter.GaussianBlur(0.7))
        tooth = tooth.point(lambda value: round(128 + (value - 128) * 0.22))
        return ImageChops.soft_light(small, Image.merge("RGB", (tooth, tooth, tooth)))

    def save(self, path: Path) -> None:
        """Write a JPEG as good as the weight allows; a PNG becomes a round badge."""
        if path.suffix == ".png":
            self._badge().save(path, optimize=True)
            return
        picture = self.finished()
        for quality in range(92, 40, -2):
            data = io.BytesIO()
            picture.save(data, "JPEG", quality=quality, optimize=True, progressive=True)
            if data.tell() <= HEAVIEST:
                path.write_bytes(data.getvalue())
                return
        raise ValueError(f"{path.name} is too heavy: draw it more simply")

    def _badge(self) -> Image.Image:
        radius = self.size[0] / 2
        badge = self.image.copy()
        badge.putalpha(self.disc((radius, radius), radius - 0.5))
        return badge.resize(self.size, Image.Resampling.LANCZOS)
