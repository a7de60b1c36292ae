"""Scenes by day, indoors: an armchair, a desk and a kettle."""
# ruff: noqa: INP001 -- a script's neighbour, not a package

import math

from ink import (
    CLAY,
    CREAM,
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
    TERRACOTTA,
    WOOD,
    Point,
    Sheet,
    both,
    leaf,
    place,
    sharp,
    smooth,
    soft,
    without,
)


def steam(sheet: Sheet, x: float, y: float, height: float, strength: float = 0.6) -> None:
    """Let two soft ribbons rise from a point and thin out."""
    for shift, tall in ((0.0, 1.0), (height * 0.27, 0.66)):
        left: list[Point] = []
        right: list[Point] = []
        for step in range(31):
            t = step / 30
            middle = x + shift + height * 0.09 * math.sin(t * math.tau)
            half = height * 0.05 * math.sin(math.pi * (0.12 + 0.86 * t))
            left.append((middle - half, y - height * tall * t))
            right.append((middle + half, y - height * tall * t))
        sheet.ink(sheet.area([*left, *reversed(right)]), CREAM, strength)


def cup(sheet: Sheet, x: float, y: float, colour: str, size: float = 1) -> None:
    """Set down a cup whose foot stands at a point."""
    outline = soft("-44 -70, 44 -70, 38 -22, 20 0, -20 0, -38 -22")
    handle = sheet.disc((x + 46 * size, y - 42 * size), 22 * size)
    hole = sheet.disc((x + 46 * size, y - 42 * size), 12 * size)
    sheet.ink(without(handle, hole), colour)
    body = sheet.ink(sheet.area(place(outline, (x, y), size=size)), colour)
    sheet.shade(body, PLUM, (x - 10, y), (x + 60 * size, y), 0.4)


def sitting() -> Sheet:
    """An armchair in the light of a window; somebody has just got up."""
    sheet = Sheet(SAND)
    sheet.shade(None, CLAY, (400, 200), (1250, 500), 0.55)
    sheet.glow(None, CREAM, (330, 232), 430, 0.75)
    floor = sheet.ink(sheet.box(0, 505, 1200, 675), TERRACOTTA)
    sheet.shade(floor, PLUM, (500, 560), (1250, 700), 0.5)
    sheet.ink(sheet.box(0, 490, 1200, 506), PAPER)
    window(sheet)
    # the light it lets in
    for u in (0, 0.53):
        for v in (0, 0.54):
            pane = [(u, v), (u + 0.47, v), (u + 0.47, v + 0.46), (u, v + 0.46)]
            spot = [(350 + 400 * a + 170 * b, 522 + 138 * b) for a, b in pane]
            sheet.ink(sheet.area(spot), SAND, 0.8)
    armchair(sheet)
    table(sheet)
    # a picture on the wall
    sheet.ink(sheet.box(906, 66, 1052, 214, 4), CREAM)
    art = sheet.ink(sheet.box(920, 80, 1038, 200), MIST)
    sheet.ink(both(art, sheet.disc((979, 200), 52)), TERRACOTTA)
    sheet.ink(both(art, sheet.disc((979, 212), 32)), OCHRE)
    return sheet


def window(sheet: Sheet) -> None:
    """Open a window on sun and hills."""
    sheet.ink(sheet.box(176, 56, 484, 412, 6), CREAM)
    sky = sheet.ink(sheet.box(192, 72, 468, 392), MIST)
    sheet.shade(sky, CREAM, (330, 90), (330, 330), 0.9)
    sheet.ink(both(sky, sheet.disc((390, 190), 46)), OCHRE)
    far = soft("150 330, 260 270, 360 318, 500 268, 560 420, 150 420")
    near = soft("120 360, 230 352, 340 316, 520 366, 560 440, 120 440")
    sheet.ink(both(sky, sheet.area(far)), MOSS)
    sheet.ink(both(sky, sheet.area(near)), LEAF)
    sheet.ink(sheet.box(324, 72, 336, 392), CREAM)
    sheet.ink(sheet.box(192, 226, 468, 238), CREAM)
    sheet.ink(sheet.box(160, 400, 500, 420, 5), CREAM)


def table(sheet: Sheet) -> None:
    """Put a small table beside the chair, with a cup that still steams."""
    sheet.ink(sheet.disc((968, 604), 96, 14), PLUM, 0.35)
    sheet.ink(sheet.line(sharp("968 420, 968 590"), 14), WOOD)
    sheet.ink(sheet.line(sharp("926 596, 968 572, 1010 596"), 12), WOOD)
    sheet.ink(sheet.disc((968, 416), 86, 15), WOOD)
    sheet.ink(sheet.disc((968, 410), 86, 15), CLAY)
    cup(sheet, 960, 410, CREAM, 0.78)
    steam(sheet, 944, 348, 96)


def armchair(sheet: Sheet) -> None:
    """Put the green armchair in the middle."""
    sheet.ink(sheet.disc((720, 596), 220, 26), PLUM, 0.4)
    for x, lean in ((580, -14), (800, 14)):
        leg = [(x - 11, 500), (x + 11, 500), (x + lean + 6, 600), (x + lean - 6, 600)]
        sheet.ink(sheet.area(leg), WOOD)
    back = sheet.ink(sheet.box(556, 172, 824, 480, 92), GREEN)
    sheet.shade(back, PINE, (640, 300), (850, 430), 0.9)
    sheet.shade(back, LEAF, (660, 330), (540, 180), 0.8)
    seat = sheet.ink(sheet.box(566, 404, 814, 482, 30), LEAF)
    sheet.shade(seat, GREEN, (600, 410), (830, 480), 0.9)
    base = sheet.ink(sheet.box(540, 462, 840, 522, 24), GREEN)
    sheet.shade(base, PINE, (600, 470), (840, 530), 0.9)
    for left in (512, 794):
        arm = sheet.ink(sheet.box(left, 336, left + 74, 524, 37), GREEN)
        sheet.shade(arm, LEAF, (left + 50, 400), (left, 330), 0.8)
        sheet.shade(arm, PINE, (left + 20, 400), (left + 80, 520), 0.8)
    throw = soft("770 176, 826 186, 834 270, 812 392, 742 388, 748 270")
    cloth = sheet.ink(both(sheet.area(throw), sheet.box(700, 160, 846, 378)), TERRACOTTA)
    sheet.shade(cloth, OCHRE, (820, 300), (740, 180), 0.7)
    for y in (300, 322):
        sheet.ink(both(cloth, sheet.box(700, y, 860, y + 8)), CREAM, 0.9)


def desk() -> Sheet:
    """A desk with a raised screen, a lamp and a plant."""
    sheet = Sheet(GREEN)
    sheet.shade(None, PINE, (560, 200), (1250, 500), 0.9)
    sheet.glow(None, OCHRE, (350, 330), 420, 0.45)
    cone = sheet.area(sharp("328 240, 408 215, 566 484, 150 484"))
    sheet.shade(cone, SAND, (330, 560), (360, 150), 0.75)
    for x in (208, 992):
        sheet.ink(sheet.area([(x - 16, 500), (x + 16, 500), (x + 8, 690), (x - 8, 690)]), WOOD)
    top = sheet.ink(sheet.box(118, 480, 1082, 516, 12), CLAY)
    sheet.shade(top, WOOD, (500, 480), (1100, 520), 0.7)
    drawer = sheet.ink(sheet.box(700, 516, 960, 592, 8), TERRACOTTA)
    sheet.shade(drawer, PLUM, (760, 516), (960, 610), 0.6)
    sheet.ink(sheet.box(802, 546, 858, 558, 6), SAND)
    lamp(sheet)
    books(sheet)
    screen(sheet)
    sheet.ink(sheet.box(444, 468, 690, 482, 7), CREAM)
    cup(sheet, 786, 480, OCHRE, 0.85)
    steam(sheet, 778, 412, 70)
    plant(sheet, 926, 480)
    return sheet


def lamp(sheet: Sheet) -> None:
    """Stand a lamp on the desk."""
    sheet.ink(sheet.box(212, 464, 324, 482, 9), PLUM)
    sheet.ink(sheet.line(sharp("268 470, 222 312, 350 196"), 12), PLUM)
    sheet.ink(sheet.disc((222, 312), 15), OCHRE)
    hood = sheet.ink(
        sheet.area(place(sharp("-44 40, -18 -34, 18 -34, 44 40"), (356, 190), turn=-18)), TERRACOTTA
    )
    sheet.shade(hood, OCHRE, (340, 160), (372, 240), 0.6)


def books(sheet: Sheet) -> None:
    """Pile up books to raise the screen."""
    for left, top, right, colour in (
        (476, 456, 724, PLUM),
        (490, 430, 716, OCHRE),
        (482, 406, 706, MIST),
    ):
        book = sheet.ink(sheet.box(left, top, right, top + 25, 5), colour)
        sheet.shade(book, NIGHT, (560, 400), (760, 480), 0.35)
        sheet.ink(sheet.box(left + 22, top, left + 32, top + 25), CREAM, 0.6)


def screen(sheet: Sheet) -> None:
    """Stand a screen with a quiet landscape on the books."""
    sheet.ink(sheet.area(sharp("572 340, 628 340, 640 406, 560 406")), MIST)
    sheet.ink(sheet.box(420, 132, 780, 366, 16), CREAM)
    view = sheet.ink(sheet.box(434, 146, 766, 352, 6), MIST)
    sheet.shade(view, CREAM, (600, 150), (600, 330), 0.9)
    sheet.ink(both(view, sheet.disc((660, 236), 44)), OCHRE)
    for points, colour in (
        (sharp("420 300, 520 250, 640 296, 790 246, 800 380, 420 380"), ROSE),
        (sharp("420 330, 560 318, 680 286, 800 330, 800 380, 420 380"), TERRACOTTA),
    ):
        sheet.ink(both(view, sheet.area(smooth(points))), colour)


def plant(sheet: Sheet, x: float, y: float) -> None:
    """Grow a plant in a pot whose foot stands at a point."""
    leaves = (
        (-118, -196, LEAF),
        (-66, -268, MOSS),
        (6, -300, LEAF),
        (72, -262, MOSS),
        (124, -190, LEAF),
        (-96, -128, MOSS),
        (104, -122, MOSS),
    )
    for dx, dy, colour in leaves:
        tip = (x + dx, y + dy)
        shape = sheet.ink(sheet.area(leaf((x, y - 84), tip, 46, bend=dx / 9)), colour)
        sheet.shade(shape, PINE, tip, (x, y - 60), 0.8)
    pot = sheet.ink(
        sheet.area([(x - 62, y - 104), (x + 62, y - 104), (x + 44, y), (x - 44, y)]), TERRACOTTA
    )
    sheet.shade(pot, PLUM, (x - 20, y - 60), (x + 76, y), 0.6)
    sheet.ink(sheet.box(x - 68, y - 112, x + 68, y - 84, 7), CLAY)


def kettle() -> Sheet:
    """A kettle, a cup and a sand timer: three minutes to move in."""
    sheet = Sheet(PAPER)
    for x in range(-90, 1320, 120):
        for row, y in enumerate(range(-30, 520, 110)):
            left = x - 60 * (row % 2) - 30
            sheet.ink(sheet.box(left + 3, y + 3, left + 117, y + 107, 8), SAND, 0.55)
    sheet.shade(None, CLAY, (560, 200), (1280, 560), 0.5)
    sun = sheet.ink(sheet.disc((560, 330), 250), OCHRE)
    sheet.shade(sun, TERRACOTTA, (520, 120), (620, 580), 0.85)
    top = sheet.ink(sheet.box(0, 530, 1200, 690), PLUM)
    sheet.shade(top, NIGHT, (600, 530), (900, 720), 0.6)
    sheet.ink(sheet.box(0, 520, 1200, 546), CREAM)
    pot(sheet)
    steam(sheet, 250, 246, 190, 0.8)
    cup(sheet, 826, 524, CREAM, 1.4)
    steam(sheet, 808, 412, 140, 0.8)
    sheet.ink(sheet.disc((826, 526), 92, 9), CLAY)
    timer(sheet)
    return sheet


def pot(sheet: Sheet) -> None:
    """Put the kettle on."""
    grip = soft("436 300, 430 176, 540 118, 650 176, 644 300", closed=False)
    sheet.ink(sheet.line(grip, 15), NIGHT)
    sheet.ink(sheet.line(grip[20:37], 28), WOOD)
    spout = soft("398 452, 330 396, 300 300, 266 286, 268 264, 330 268, 366 330, 430 366")
    nose = sheet.ink(sheet.area(spout), LEAF)
    sheet.shade(nose, PINE, (300, 300), (420, 460), 0.8)
    belly = soft(
        "540 248, 630 262, 690 350, 716 470, 690 532, 540 540, 390 532, 364 470, 390 350, 450 262"
    )
    body = sheet.ink(sheet.area(belly), GREEN)
    sheet.shade(body, PINE, (560, 380), (730, 500), 0.95)
    sheet.shade(body, MOSS, (500, 420), (390, 270), 0.75)
    sheet.ink(sheet.box(0, 526, 1200, 546), CREAM)
    lid = sheet.ink(sheet.area(soft("456 262, 480 232, 540 220, 600 232, 624 262, 540 274")), LEAF)
    sheet.shade(lid, GREEN, (500, 230), (630, 270), 0.8)
    sheet.ink(sheet.disc((540, 212), 17), OCHRE)


def timer(sheet: Sheet) -> None:
    """Set up a sand timer."""
    for y in (372, 516):
        sheet.ink(sheet.box(920, y, 1016, y + 14, 7), WOOD)
    for x in (930, 1006):
        sheet.ink(sheet.box(x - 4, 380, x + 4, 520), WOOD)
    upper = soft("942 386, 994 386, 988 426, 970 451, 966 451, 948 426")
    lower = [(x, 902 - y) for x, y in upper]
    for half in (upper, lower):
        sheet.ink(sheet.area(half), CREAM, 0.75)
    sheet.ink(both(sheet.area(upper), sheet.box(926, 418, 1016, 460)), TERRACOTTA)
    sheet.ink(both(sheet.area(lower), sheet.disc((968, 524), 34, 34)), TERRACOTTA)
