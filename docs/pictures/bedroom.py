"""The scene by night: a bed, a moon and a cat."""
# ruff: noqa: INP001 -- a script's neighbour, not a package

from ink import (
    CLAY,
    CREAM,
    DUSK,
    GREEN,
    LEAF,
    NIGHT,
    OCHRE,
    PAPER,
    PINE,
    PLUM,
    TERRACOTTA,
    WOOD,
    Sheet,
    pebble,
    sharp,
    smooth,
    soft,
)


def sleep() -> Sheet:
    """A bed under a large moon, and a cat that has found the best place."""
    sheet = Sheet(NIGHT)
    sheet.shade(None, PLUM, (600, 100), (600, 700), 0.8)
    sheet.ink(sheet.box(396, 30, 804, 700, 204), PLUM)
    sky = sheet.ink(sheet.box(412, 46, 788, 700, 188), DUSK)
    sheet.shade(sky, NIGHT, (600, 330), (600, 20), 0.8)
    sheet.glow(sky, CREAM, (600, 196), 270, 0.5)
    moon = sheet.ink(sheet.disc((600, 196), 92), CREAM)
    sheet.shade(moon, OCHRE, (570, 160), (690, 300), 0.5)
    for x, y, r in ((456, 180, 4), (486, 280, 3), (722, 126, 4), (748, 254, 5), (506, 112, 3)):
        sheet.ink(sheet.disc((x, y), r), CREAM, 0.9)
    head = sheet.ink(sheet.box(292, 318, 908, 660, 60), TERRACOTTA)
    sheet.shade(head, PLUM, (600, 340), (600, 560), 0.7)
    for x, turn in ((456, -4), (744, 4)):
        pillow = sheet.ink(sheet.area(pebble((x, 436), 262, 128, turn=turn)), CREAM)
        sheet.shade(pillow, DUSK, (x - 50, 400), (x + 130, 520), 0.55)
    nightstand(sheet)
    top = sharp("262 502, 430 478, 600 492, 770 478, 938 502")
    duvet = sheet.ink(sheet.area([*smooth(top, closed=False), (966, 690), (234, 690)]), GREEN)
    sheet.shade(duvet, PINE, (540, 500), (960, 690), 0.9)
    sheet.shade(duvet, LEAF, (520, 600), (240, 500), 0.7)
    fold = smooth([*top, (944, 552), (770, 528), (600, 544), (430, 528), (256, 552)])
    turned = sheet.ink(sheet.area(fold), PAPER)
    sheet.shade(turned, DUSK, (500, 480), (960, 560), 0.5)
    for start, end in (((380, 560), (350, 675)), ((820, 560), (856, 675))):
        crease = [start, ((start[0] + end[0]) / 2 + 8, 610), end]
        sheet.ink(sheet.line(smooth(crease, closed=False), 4), PINE, 0.6)
    cat(sheet)
    return sheet


def nightstand(sheet: Sheet) -> None:
    """Put a small lamp, turned low, beside the bed."""
    sheet.glow(None, OCHRE, (1040, 420), 230, 0.55)
    sheet.ink(sheet.box(972, 528, 1112, 700, 10), WOOD)
    sheet.ink(sheet.box(958, 514, 1126, 536, 8), CLAY)
    sheet.ink(sheet.box(1034, 440, 1048, 516), PAPER)
    shade = sheet.ink(sheet.area(sharp("1004 370, 1078 370, 1102 448, 980 448")), OCHRE)
    sheet.shade(shade, CREAM, (1040, 370), (1040, 470), 0.8)


def cat(sheet: Sheet) -> None:
    """Curl a cat up on the duvet."""
    sheet.ink(sheet.disc((690, 628), 104, 18), PINE, 0.7)
    tail = soft("770 596, 800 622, 740 636, 668 630", closed=False)
    body = soft("592 618, 604 566, 668 540, 744 552, 786 600, 752 632, 640 634")
    fur = sheet.ink(sheet.area(body), OCHRE)
    sheet.shade(fur, TERRACOTTA, (660, 560), (790, 650), 0.9)
    for x in (584, 622):
        sheet.ink(sheet.area([(x - 12, 582), (x, 540), (x + 18, 572)]), OCHRE)
    face = sheet.ink(sheet.area(pebble((606, 592), 76, 58)), OCHRE)
    sheet.shade(face, CREAM, (606, 590), (586, 630), 0.5)
    sheet.ink(sheet.line(tail, 18), CLAY)
    for x in (592, 620):
        eye = smooth([(x - 8, 592), (x, 597), (x + 8, 592)], closed=False)
        sheet.ink(sheet.line(eye, 3), PLUM)
