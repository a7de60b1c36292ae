"""Draws the pictures of Back Matters: `python docs/pictures/draw.py [NAME...]`."""
# ruff: noqa: INP001 -- a script, not a package

import sys
from pathlib import Path

import bedroom
import indoors
import marks
import outdoors

FOLDER = Path(__file__).parents[2] / "articles" / "images"

PICTURES = {
    "sitting.jpg": indoors.sitting,
    "sleep.jpg": bedroom.sleep,
    "desk.jpg": indoors.desk,
    "kettle.jpg": indoors.kettle,
    "walk.jpg": outdoors.walk,
    "running.jpg": outdoors.running,
    "swim.jpg": outdoors.swim,
    "spine.jpg": marks.spine,
    "two-days.jpg": marks.two_days,
    "logo.png": marks.logo,
}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        if len(sys.argv) == 1 or Path(name).stem in sys.argv[1:]:
            draw().save(FOLDER / name)
