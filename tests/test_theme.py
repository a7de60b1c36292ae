"""The look: a few colours become a palette that everybody can read, or are refused in words."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import theme
from syndicate.config import Theme
from syndicate.errors import ConfigError

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def lowest(scheme):
    """Give the lowest contrast of all text as the templates place it."""
    on_both = (scheme.ink, scheme.text, scheme.muted)
    pairs = [(text, behind) for text in on_both for behind in (scheme.paper, scheme.canvas)]
    pairs += [(scheme.text, scheme.tint), (scheme.accent, scheme.paper)]
    pairs += [(scheme.on_accent, scheme.accent)]
    return min(theme.contrast(*pair) for pair in pairs)


def test_black_on_white_has_the_contrast_that_wcag_says():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", sorted(theme.LOOKS))
def test_a_shipped_look_is_read_with_ease_in_light_and_in_dark(name):
    palette = theme.derive(Theme(name=name))
    assert lowest(palette.light) >= 6.5
    assert lowest(palette.dark) >= 7


def test_the_dark_accent_is_the_same_colour_and_only_lighter():
    palette = theme.derive(Theme(accent="#1f5f4a"))
    red, green, blue = (int(palette.dark.accent[at : at + 2], 16) for at in (1, 3, 5))
    assert green > blue > red


@given(st.builds(Theme, accent=COLOURS, ink=COLOURS, canvas=COLOURS, paper=COLOURS))
def test_whatever_colours_are_chosen_text_can_be_read_or_the_theme_is_refused(chosen):
    try:
        palette = theme.derive(chosen)
    except ConfigError:
        return
    assert lowest(palette.light) >= theme.LEAST
    assert lowest(palette.dark) >= theme.LEAST


def test_a_pale_accent_is_refused_with_the_figure_and_a_near_colour_that_passes():
    with pytest.raises(ConfigError) as refused:
        theme.derive(Theme(accent="#ff9900"))
    assert str(refused.value) == (
        'syndicate.toml: [theme] accent = "#ff9900" is hard to read on "#fffdf9": the contrast is '
        '2.1, and text needs 4.5. A near colour that passes: accent = "#a86500"'
    )
    assert theme.derive(Theme(accent="#a86500")).light.accent == "#a86500"


def test_paper_and_canvas_that_no_ink_suits_both_are_refused():
    with pytest.raises(ConfigError, match="both light, or both dark"):
        theme.derive(Theme(paper="#101010", canvas="#fefefe"))


def test_an_unknown_look_is_refused_with_the_nearest_one():
    with pytest.raises(ConfigError, match='Did you mean "editorial"'):
        theme.derive(Theme(name="editoral"))


def test_fonts_lose_their_quotes_which_would_break_attributes():
    palette = theme.derive(Theme(body_font="'Segoe UI', \"Arial\", sans-serif"))
    assert palette.body_font == "Segoe UI,Arial,sans-serif"


@pytest.mark.parametrize("font", ["Georgia;color:red", "}", "url(x)", "Arial,,serif"])
def test_what_is_no_font_is_refused(font):
    with pytest.raises(ConfigError, match="is not a list of fonts"):
        theme.derive(Theme(heading_font=font))


def test_every_look_is_named_and_shown_where_people_choose_one():
    docs = Path(__file__).parents[1] / "docs"
    section = (docs / "configuration.md").read_text("utf-8").partition("## `[theme]`")[2]
    row = next(line for line in section.splitlines() if line.startswith("| `name` |"))
    shown = (docs / "themes.md").read_text("utf-8")
    for look in theme.LOOKS:
        assert re.search(rf"\b{look}\b", row), look
        assert f"(pictures/{look}.png)" in shown, look
        assert (docs / "pictures" / f"{look}.png").is_file(), look
