"""Signs rather than scenes: the spine, two days as ribbons, and the mark."""
# ruff: noqa: INP001 -- a script's neighbour, not a package

import math
from itertools import pairwise

from ink import (
    CLAY,
    CREAM,
    GREEN,
    LEAF,
    NIGHT,
    OCHRE,
    PAPER,
    PINE,
    ROSE,
    SAND,
    TERRACOTTA,
    Sheet,
    both,
    pebble,
    place,
    sharp,
    smooth,
    without,
)


def spine() -> Sheet:
    """A spine as a supple column before a low sun."""
    sheet = Sheet(GREEN)
    for offset, colour, strength in ((-330, LEAF, 0.28), (-190, LEAF, 0.3), (150, PINE, 0.45)):
        edge = [(600 + sway(y) * 1.6 + offset, y) for y in range(-10, 700, 10)]
        side = -10 if offset < 0 else 1210
        sheet.ink(sheet.area([(side, -10), *edge, (side, 690)]), colour, strength)
    sheet.shade(None, PINE, (600, 300), (600, 760), 0.9)
    sun = sheet.ink(sheet.disc((600, 338), 236), TERRACOTTA)
    sheet.shade(sun, OCHRE, (560, 560), (640, 90), 0.95)
    y, size = 58.0, 0.56
    for _ in range(15):
        x, lean = 600 + sway(y), math.atan((sway(y + 2) - sway(y - 2)) / 4)
        turn = -0.8 * math.degrees(lean)
        fin = place([(-70 * size, 16 * size)], (x, y), turn=turn)[0]
        sheet.ink(sheet.area(pebble(fin, 80 * size, 20 * size, turn=turn - 20)), CLAY)
        cushion = place([(5 * size, 26 * size)], (x, y), turn=turn)[0]
        sheet.ink(sheet.area(pebble(cushion, 84 * size, 18 * size, turn=turn)), ROSE)
        bone = sheet.ink(sheet.area(pebble((x, y), 112 * size, 40 * size, turn=turn)), CREAM)
        sheet.shade(bone, CLAY, (x - 20, y - 20), (x + 62 * size, y + 26), 0.7)
        y += 50 * size * math.cos(lean)
        size += 0.026
    sacrum = sharp("-50 -14, 44 -22, 34 12, -4 50, -30 62, -38 40")
    tail = sheet.ink(sheet.area(place(smooth(sacrum), (600 + sway(y + 4), y + 4), turn=16)), CREAM)
    sheet.shade(tail, CLAY, (560, y - 10), (640, y + 50), 0.8)
    return sheet


def sway(y: float) -> float:
    """Give how far the spine leans to the side at a height: three gentle curves."""
    return -40 * math.cos(math.pi * (y - 270) / 225)


def two_days() -> Sheet:
    """Two days as ribbons: one long sit, and the same hours with small breaks."""
    sheet = Sheet(PAPER, 1200, 420)
    sheet.shade(None, SAND, (600, 100), (600, 520), 0.9)
    ribbon(sheet, 128, (592,))
    ribbon(sheet, 292, (258, 372, 478, 592, 698, 812, 926))
    return sheet


def ribbon(sheet: Sheet, y: float, stops: tuple[float, ...]) -> None:
    """Lay out a day from sun to moon, with a dot for each time somebody stands up."""
    sheet.ink(sheet.disc((70, y), 26), OCHRE)
    sheet.ink(without(sheet.disc((1126, y), 26), sheet.disc((1138, y - 8), 22)), NIGHT)
    for start, end in pairwise((110, *stops, 1074)):
        sit = sheet.ink(sheet.box(start + 26, y - 34, end - 26, y + 34, 34), GREEN)
        sheet.shade(sit, PINE, (start, y - 30), (end, y + 30), 0.8)
    for x in stops:
        dot = sheet.ink(sheet.disc((x, y), 19), TERRACOTTA)
        sheet.shade(dot, OCHRE, (x, y + 20), (x, y - 20), 0.8)


def logo() -> Sheet:
    """The mark: seven vertebrae over a rising sun."""
    sheet = Sheet(GREEN, 240, 240)
    sheet.ink(both(sheet.disc((120, 168), 40), sheet.box(0, 0, 240, 168)), OCHRE)
    for index in range(7):
        angle = math.radians(180 + index * 30)
        at = (120 + 74 * math.cos(angle), 158 + 74 * math.sin(angle))
        sheet.ink(sheet.area(pebble(at, 46, 24, turn=index * 30)), CREAM)
    return sheet
