"""The look of an email: a few colours from the config become a whole palette, checked for contrast.

Contrast is the ratio of WCAG 2.2 (success criterion 1.4.3): 1 for no difference, 21 for black on
white. Nothing that people read is ever below 4.5.
"""

import colorsys
import difflib
import re
from dataclasses import dataclass

from syndicate.config import FILENAME, Theme
from syndicate.errors import ConfigError

#: WCAG level AA for text of any size; a theme below it is refused
LEAST = 4.5
#: what we aim for where we choose the colour ourselves
GOAL_LIGHT, GOAL_DARK, GOAL_TEXT = 6.6, 7.2, 10.5


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells looks apart beside colours and fonts. Sizes are in CSS pixels."""

    #: corners of buttons, pictures and boxes
    radius: int = 4
    #: corners of the sheet on a computer
    sheet_radius: int = 0
    #: line above the sheet, in the colour of the accent; 0 for none
    top_line: int = 0
    #: the masthead stands in the middle, between two lines
    centred: bool = False
    #: the masthead stands on the colour of the accent
    band: bool = False
    #: the lead picture keeps the margins of the text, else it reaches from edge to edge
    inset: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A shipped look: what stands in for everything that [theme] leaves out."""

    accent: str
    ink: str
    canvas: str
    paper: str
    heading_font: str
    body_font: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of one colour scheme, each as `#rrggbb`."""

    #: behind the sheet
    canvas: str
    #: the sheet that the stories stand on
    paper: str
    #: a shade off the paper, for boxes and for pictures that are not shown
    tint: str
    #: hairlines between stories
    rule: str
    #: headings
    ink: str
    #: running text
    text: str
    #: dates, reading times and the footer
    muted: str
    #: buttons and links
    accent: str
    #: text on a button
    on_accent: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Everything that a template needs to know of the look."""

    light: Scheme
    dark: Scheme
    #: font families as CSS writes them, without quotes
    heading_font: str
    body_font: str
    shape: Shape = Shape()


_SANS = "Helvetica Neue,Helvetica,Arial,sans-serif"

LOOKS = {
    "editorial": Look(
        accent="#1f5f4a",
        ink="#211c17",
        canvas="#f3ede3",
        paper="#fffdf9",
        heading_font="Georgia,Times New Roman,serif",
        body_font=_SANS,
        shape=Shape(radius=4, top_line=4),
    ),
    "clear": Look(
        accent="#2346b5",
        ink="#141b2b",
        canvas="#eef1f6",
        paper="#ffffff",
        heading_font=f"Avenir Next,Segoe UI,{_SANS}",
        body_font=f"Segoe UI,{_SANS}",
        shape=Shape(radius=10, sheet_radius=16, inset=True),
    ),
    "gazette": Look(
        accent="#8f1d22",
        ink="#1b1917",
        canvas="#faf7f0",
        paper="#faf7f0",
        heading_font="Palatino,Palatino Linotype,Book Antiqua,Georgia,serif",
        body_font="Georgia,Times New Roman,serif",
        shape=Shape(radius=0, centred=True, inset=True),
    ),
    "signal": Look(
        accent="#4a1f7a",
        ink="#1c1425",
        canvas="#f1ecf5",
        paper="#fffefc",
        heading_font=f"Avenir Next,Trebuchet MS,{_SANS}",
        body_font=_SANS,
        shape=Shape(radius=24, band=True),
    ),
}


def derive(theme: Theme) -> Palette:
    """Work out the whole palette of a theme, in light and in dark.

    Raises ConfigError for an unknown look, for a font that is no font, and for colours that
    people could not read; the text gives the contrast and a near colour that passes.
    """
    look = LOOKS.get(theme.name)
    if look is None:
        raise ConfigError(_unknown(theme.name))
    light = _light(theme, look)
    return Palette(
        light=light,
        dark=_dark(light),
        heading_font=_font("heading_font", theme.heading_font or look.heading_font),
        body_font=_font("body_font", theme.body_font or look.body_font),
        shape=look.shape,
    )


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs(scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """List each colour of text with each colour that the templates put behind it."""
    papers = (scheme.paper, scheme.canvas)
    plain = [(text, behind) for text in (scheme.ink, scheme.text) for behind in papers]
    boxed = [(text, scheme.tint) for text in (scheme.ink, scheme.text)]
    quiet = [(scheme.muted, behind) for behind in papers]
    return (
        *plain,
        *boxed,
        *quiet,
        (scheme.accent, scheme.paper),
        (scheme.on_accent, scheme.accent),
    )


def mix(colour: str, other: str, share: float) -> str:
    """Mix two colours; `share` is how much of the other there is, from 0 to 1."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _light(theme: Theme, look: Look) -> Scheme:
    canvas = (theme.canvas or look.canvas).lower()
    paper = (theme.paper or look.paper).lower()
    accent = (theme.accent or look.accent).lower()
    tint = mix(canvas, accent, 0.05)
    behind = (paper, canvas, tint)
    ink = _checked("ink", (theme.ink or look.ink).lower(), behind)
    # White or nearly so reads best on a dark accent, the ink on a pale one.
    on_accent = max((paper, ink), key=lambda colour: contrast(colour, accent))
    return Scheme(
        canvas=canvas,
        paper=paper,
        tint=tint,
        rule=mix(paper, ink, 0.16),
        ink=ink,
        text=_soften(ink, paper, behind, GOAL_TEXT),
        muted=_soften(ink, paper, behind[:2], GOAL_LIGHT),
        accent=_checked("accent", accent, (paper,)),
        on_accent=_reach(on_accent, (accent,), LEAST),
    )


def _dark(light: Scheme) -> Scheme:
    """Turn a palette around: the ink becomes the paper, and every colour keeps its hue."""
    paper = _darken(light.ink, 0.0125)
    canvas = mix(paper, "#000000", 0.35)
    accent = _brighten(light.accent, paper)
    tint = mix(paper, accent, 0.08)
    behind = (paper, canvas, tint)
    ink = _reach(mix(light.canvas, "#ffffff", 0.3), behind, 13)
    return Scheme(
        canvas=canvas,
        paper=paper,
        tint=tint,
        rule=mix(paper, ink, 0.2),
        ink=ink,
        text=_soften(ink, paper, behind, GOAL_TEXT),
        muted=_soften(ink, paper, behind[:2], GOAL_DARK),
        accent=accent,
        on_accent=_reach(canvas, (accent,), GOAL_DARK),
    )


def _soften(ink: str, paper: str, behind: tuple[str, ...], goal: float) -> str:
    """Mix as much paper into the ink as still leaves the contrast asked for, else none."""
    shares = [share / 100 for share in range(60, 0, -2)]
    mixed = (mix(ink, paper, share) for share in shares)
    return next((c for c in mixed if _least(c, behind) >= goal), ink)


def _reach(colour: str, behind: tuple[str, ...], goal: float) -> str:
    """Move a colour towards white or black until it reads on all of these, or as far as it goes."""
    if _least(colour, behind) >= goal:
        return colour
    end = max(("#ffffff", "#000000"), key=lambda c: _least(c, behind))
    steps = (mix(colour, end, share / 50) for share in range(1, 51))
    return next((c for c in steps if _least(c, behind) >= goal), end)


def _brighten(colour: str, paper: str) -> str:
    """Raise the lightness alone, so that an accent stays a colour and does not turn grey."""
    hue, light, saturation = colorsys.rgb_to_hls(*(value / 255 for value in _rgb(colour)))
    for step in range(51):
        rgb = colorsys.hls_to_rgb(hue, light + (1 - light) * step / 50, min(saturation, 0.4))
        bright = "#" + "".join(f"{round(value * 255):02x}" for value in rgb)
        if contrast(bright, paper) >= GOAL_DARK:
            return bright
    return "#ffffff"


def _darken(colour: str, luminance: float) -> str:
    steps = (mix(colour, "#000000", share / 50) for share in range(51))
    return next(c for c in steps if _luminance(c) <= luminance)


def _least(colour: str, behind: tuple[str, ...]) -> float:
    return min(contrast(colour, background) for background in behind)


def _checked(key: str, colour: str, behind: tuple[str, ...]) -> str:
    worst = min(behind, key=lambda background: contrast(colour, background))
    figure = contrast(colour, worst)
    if figure >= LEAST:
        return colour
    near = _reach(colour, behind, LEAST)
    hint = f'A near colour that passes: {key} = "{near}"'
    if _least(near, behind) < LEAST:
        hint = "Choose paper and canvas that are both light, or both dark."
    raise ConfigError(
        f'{FILENAME}: [theme] {key} = "{colour}" is hard to read on "{worst}": '
        f"the contrast is {figure:.1f}, and text needs {LEAST}. {hint}"
    )


def _font(key: str, families: str) -> str:
    """Write font families without quotes: mail clients stumble over them in attributes."""
    plain = ",".join(part.strip(" \"'") for part in families.split(","))
    if not re.fullmatch(r"[A-Za-z][\w -]*(,-?[A-Za-z][\w -]*)*", plain, re.ASCII):
        raise ConfigError(
            f'{FILENAME}: [theme] {key} = "{families}" is not a list of fonts. '
            'Write it like "Georgia, Times New Roman, serif".'
        )
    return plain


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, LOOKS, 1, 0.5)
    hint = f'Did you mean "{close[0]}"?' if close else f"Known: {', '.join(sorted(LOOKS))}."
    return f'{FILENAME}: [theme] name = "{name}" is not a look we know. {hint}'


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, from 0 (black) to 1 (white)."""
    parts = [value / 255 for value in _rgb(colour)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)  # noqa: PLR2004 -- WCAG's own figures
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
