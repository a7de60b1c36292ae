"""Scenes outdoors and in the water: a walk, a run and a swim."""
# ruff: noqa: INP001 -- a script's neighbour, not a package

from ink import (
    CLAY,
    CREAM,
    DUSK,
    GREEN,
    LEAF,
    MIST,
    MOSS,
    NIGHT,
    OCHRE,
    PAPER,
    PINE,
    PLUM,
    ROSE,
    SAND,
    TEAL,
    TERRACOTTA,
    WOOD,
    Point,
    Sheet,
    both,
    leaf,
    pebble,
    place,
    sharp,
    smooth,
    soft,
)


def walk() -> Sheet:
    """A path that takes its time through hills."""
    sheet = Sheet(PAPER)
    sheet.shade(None, CLAY, (600, 420), (600, -60), 0.75)
    sun = sheet.ink(sheet.disc((690, 196), 92), CREAM)
    sheet.shade(sun, OCHRE, (660, 120), (720, 300), 0.8)
    hills = (
        (sharp("-60 300, 150 226, 380 300, 640 232, 900 306, 1260 214"), MIST, ROSE),
        (sharp("-60 348, 220 316, 460 356, 760 292, 1000 348, 1260 300"), DUSK, MIST),
        (sharp("-60 390, 180 420, 480 366, 760 404, 1020 362, 1260 420"), MOSS, LEAF),
        (sharp("-60 512, 200 452, 520 430, 840 486, 1060 452, 1260 500"), LEAF, GREEN),
    )
    for edge, colour, low in hills:
        ridge = smooth(edge, closed=False)
        hill = sheet.ink(sheet.area([*ridge, (1260, 700), (-60, 700)]), colour)
        sheet.shade(hill, low, (600, min(y for _, y in edge)), (640, 620), 0.9)
    # the path, over the near hill and again on the one behind it
    for middle, widths in (
        (sharp("560 700, 660 620, 540 556, 500 510, 556 462, 590 433"), (150, 18)),
        (sharp("604 420, 640 404, 632 392, 650 386"), (12, 6)),
    ):
        way = sheet.ink(sheet.area(ribbon(middle, *widths)), PAPER)
        sheet.shade(way, OCHRE, (600, 430), (600, 720), 0.7)
    trees(sheet)
    walker(sheet, 524, 560)
    for x, y in ((430, 150), (482, 122), (388, 118)):
        wings = [(x - 18, y - 8), (x - 8, y - 11), (x, y), (x + 8, y - 11), (x + 18, y - 8)]
        sheet.ink(sheet.line(smooth(wings, closed=False), 4), PLUM)
    return sheet


def trees(sheet: Sheet) -> None:
    """Plant trees, small ones far away."""
    for x, y, tall, colour in (
        (300, 462, 118, PINE),
        (352, 456, 84, GREEN),
        (250, 470, 74, GREEN),
        (846, 484, 150, PINE),
        (908, 478, 104, GREEN),
        (790, 478, 84, GREEN),
        (410, 378, 36, LEAF),
        (434, 376, 48, LEAF),
        (1010, 372, 44, LEAF),
        (1034, 374, 32, LEAF),
    ):
        sheet.ink(sheet.line([(x, y - 10), (x, y + tall * 0.12)], max(tall / 16, 3)), WOOD)
        tree = sheet.ink(sheet.area(leaf((x, y + 4), (x, y - tall), tall * 0.62)), colour)
        sheet.shade(tree, MOSS, (x + tall * 0.1, y), (x + tall * 0.4, y - tall), 0.7)


def ribbon(middle: list[Point], near: float, far: float) -> list[Point]:
    """Outline a band along a line, narrowing from one width to another."""
    line = smooth(middle, closed=False)
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(line):
        half = (near + (far - near) * (index / (len(line) - 1)) ** 0.6) / 2
        left.append((x - half, y))
        right.append((x + half, y))
    return [*left, *reversed(right)]


def walker(sheet: Sheet, x: float, y: float) -> None:
    """Send somebody on the way, in no hurry."""
    sheet.ink(sheet.disc((x + 14, y), 34, 6), PLUM, 0.4)
    for foot, knee in ((-15, -4), (14, 10)):
        sheet.ink(sheet.line([(x, y - 44), (x + knee, y - 22), (x + foot, y - 2)], 9), NIGHT)
    coat = smooth([(x - 12, y - 92), (x + 10, y - 92), (x + 18, y - 40), (x - 18, y - 40)])
    cloth = sheet.ink(sheet.area(coat), TERRACOTTA)
    sheet.shade(cloth, PLUM, (x, y - 80), (x + 26, y - 40), 0.7)
    sheet.ink(sheet.line([(x - 4, y - 82), (x - 17, y - 62), (x - 11, y - 48)], 8), TERRACOTTA)
    sheet.ink(sheet.disc((x + 2, y - 107), 12), CLAY)
    sheet.ink(
        both(sheet.disc((x + 1, y - 109), 13), sheet.box(x - 20, y - 130, x + 20, y - 107)), PLUM
    )


SHOE = sharp(
    "18 176, 4 112, 14 46, 34 34, 58 66, 110 84, 160 62, 196 14, "
    "226 12, 262 62, 330 100, 420 112, 484 134, 510 176, 260 190"
)
SOLE = sharp(
    "4 168, 120 176, 260 178, 420 180, 500 164, 526 166, 524 192, "
    "488 214, 420 226, 300 228, 220 220, 110 230, 20 226, -4 200"
)


def shoe(sheet: Sheet, at: Point, *, turn: float, size: float, upper: str, dark: str) -> None:
    """Set a running shoe down, its heel at a point, its toe to the right."""

    def put(points: list[Point]) -> list[Point]:
        return place(points, at, turn=turn, size=size)

    top = sheet.ink(sheet.area(put(smooth(SHOE))), upper)
    start, end = put(sharp("180 60, 300 230"))
    sheet.shade(top, dark, start, end, 0.9)
    lining = put(soft("40 44, 62 66, 112 82, 158 62, 190 24, 176 76, 112 104, 58 86"))
    sheet.ink(both(top, sheet.area(lining)), dark)
    heel = put(soft("0 190, -8 100, 10 60, 54 104, 70 190"))
    sheet.ink(both(top, sheet.area(heel)), OCHRE)
    toe = put(soft("400 200, 420 120, 470 130, 530 190"))
    sheet.ink(both(top, sheet.area(toe)), OCHRE)
    for index in range(5):
        x, y = 226 + index * 30, 54 + index * 17
        lace = put([(x - 16, y + 34 - index * 2), (x + 12, y - 2)])
        sheet.ink(sheet.line(lace, 8 * size), CREAM)
    band = put(soft("120 182, 160 118, 226 104, 272 132, 290 182", closed=False))
    sheet.ink(both(top, sheet.line(band, 13 * size)), CREAM)
    sole = sheet.ink(sheet.area(put(smooth(SOLE))), CREAM)
    under = sheet.area(put(sharp("-40 212, 120 216, 300 214, 440 206, 560 160, 560 300, -40 300")))
    sheet.ink(both(sole, under), TERRACOTTA)


def running() -> Sheet:
    """Two running shoes on a road, early."""
    sheet = Sheet(SAND)
    sheet.shade(None, ROSE, (600, 260), (600, -120), 0.9)
    sun = sheet.ink(sheet.disc((600, 330), 224), CREAM)
    sheet.shade(sun, OCHRE, (600, 140), (600, 520), 0.95)
    for edge, colour, low in (
        (sharp("-60 400, 180 320, 420 392, 700 340, 960 396, 1260 300"), ROSE, PLUM),
        (sharp("-60 470, 240 420, 520 462, 800 414, 1260 470"), PLUM, NIGHT),
    ):
        hill = sheet.ink(sheet.area([*smooth(edge, closed=False), (1260, 700), (-60, 700)]), colour)
        sheet.shade(hill, low, (600, 340), (600, 620), 0.7)
    road = sheet.ink(sheet.box(0, 504, 1200, 690), DUSK)
    sheet.shade(road, NIGHT, (500, 504), (900, 720), 0.9)
    sheet.ink(sheet.box(0, 504, 1200, 512), MIST)
    for x in (-40, 210, 460, 710, 960):
        sheet.ink(sheet.area([(x, 640), (x + 150, 640), (x + 142, 654), (x - 12, 654)]), SAND)
    sheet.ink(sheet.disc((500, 556), 280, 16), NIGHT, 0.5)
    sheet.ink(sheet.disc((760, 584), 300, 18), NIGHT, 0.4)
    shoe(sheet, (236, 196), turn=24, size=0.96, upper=CLAY, dark=TERRACOTTA)
    shoe(sheet, (452, 334), turn=0, size=1.06, upper=LEAF, dark=GREEN)
    return sheet


def swim() -> Sheet:
    """A swimmer seen from above, alone in the middle lane."""
    sheet = Sheet(TEAL)
    sheet.shade(None, MIST, (900, 600), (150, -200), 0.9)
    sheet.shade(None, DUSK, (300, 100), (1200, 800), 0.8)
    for y in (40, 338, 636):
        sheet.ink(sheet.box(0, y - 13, 1200, y + 13), NIGHT, 0.4)
    for row in range(13):
        y, shift = 14 + row * 54, (row * 173) % 240
        for x in range(-260 + shift, 1260, 330):
            wave = [(x, y), (x + 44, y - 12), (x + 92, y + 6), (x + 140, y - 8), (x + 176, y)]
            sheet.ink(sheet.line(smooth(wave, closed=False), 5), CREAM, 0.25)
    for y in (176, 500):
        for index, x in enumerate(range(-20, 1240, 44)):
            bead = sheet.box(x, y - 13, x + 40, y + 13, 12)
            sheet.ink(bead, TERRACOTTA if index // 3 % 2 else CREAM)
            sheet.shade(bead, PLUM, (x, y - 6), (x, y + 22), 0.5)
    swimmer(sheet)
    return sheet


def swimmer(sheet: Sheet) -> None:
    """Let somebody swim front crawl to the right."""
    for spread, strength in ((150, 0.2), (96, 0.26)):
        for side in (-1, 1):
            wave = [
                (690, 44),
                (430, 62 + spread / 4),
                (-40, spread),
                (-40, spread - 44),
                (420, 34 + spread / 5),
            ]
            crest = [(x, 338 + side * y) for x, y in wave]
            sheet.ink(sheet.area(smooth(crest)), CREAM, strength)
    for foot in (308, 366):
        leg = smooth([(548, 338), (450, foot + 4), (352, foot)], closed=False)
        sheet.ink(sheet.line(leg, 30), CLAY)
    for x, y, r in ((338, 308, 20), (316, 338, 26), (340, 368, 18), (290, 316, 11), (286, 364, 9)):
        sheet.ink(sheet.disc((x, y), r), CREAM, 0.85)
    sheet.ink(sheet.line(soft("688 300, 744 262, 834 282, 904 318", closed=False), 30), CLAY)
    sheet.ink(sheet.line(soft("676 376, 640 420, 566 428", closed=False), 30), CLAY)
    torso = soft("530 310, 610 302, 690 280, 720 338, 690 396, 610 374, 530 366")
    body = sheet.ink(sheet.area(torso), CLAY)
    sheet.shade(body, TERRACOTTA, (620, 320), (640, 410), 0.7)
    suit = sheet.ink(
        both(body, sheet.area(sharp("500 280, 664 280, 636 338, 664 396, 500 396"))), GREEN
    )
    sheet.shade(suit, PINE, (560, 310), (580, 390), 0.9)
    cap = sheet.ink(sheet.area(pebble((758, 338), 92, 80)), OCHRE)
    sheet.shade(cap, TERRACOTTA, (740, 320), (780, 390), 0.9)
    sheet.ink(both(cap, sheet.box(752, 290, 762, 390)), CREAM)
