"""Colours: they can be read, they mean one thing, and the diverging scale has two equal sides."""

import pytest

from pages.figures.theme import DARK, LIGHT, Theme, contrast, mix, readable, scale, tint

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
STAGE = {
    "ground",
    "surface",
    "text",
    "muted",
    "line",
    "forward",
    "backward",
    "selected",
    "positive",
    "negative",
    "accent",
}


def test_contrast_knows_the_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == 1.0


@THEMES
def test_text_is_readable_on_the_ground(theme: Theme) -> None:
    for name in ("text", "muted", "forward", "backward", "positive", "negative", "accent"):
        for ground in (theme.ground, theme.surface):
            assert contrast(getattr(theme, name), ground) >= 4.5, (name, ground)
    assert contrast(theme.text, theme.selected_soft) >= 4.5


@THEMES
def test_css_names_what_a_stage_needs(theme: Theme) -> None:
    css = theme.css()
    assert set(css) >= STAGE
    assert all(colour.startswith("#") and len(colour) == 7 for colour in css.values())
    assert len(set(css.values()) & {theme.forward, theme.backward, theme.selected, theme.positive, theme.negative}) == 5


@THEMES
def test_scale_is_symmetric_about_zero(theme: Theme) -> None:
    stops = scale(theme)
    assert [stop for stop, _ in stops] == [k / 8 for k in range(9)]
    assert stops[4][1] == theme.zero
    assert (stops[0][1], stops[-1][1]) == (theme.negative, theme.positive)
    assert contrast(theme.negative, theme.positive) < 1.5  # neither side looks stronger
    assert tint(theme, 0.3, 0.6) == mix(theme.zero, theme.positive, 0.5)
    assert tint(theme, -0.3, 0.6) == mix(theme.zero, theme.negative, 0.5)
    assert tint(theme, 9.0, 0.6) == theme.positive


@THEMES
def test_what_is_not_a_number_is_grey(theme: Theme) -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        assert tint(theme, value, 1.0) == theme.surface
    assert tint(theme, 0.0, 0.0) == theme.zero


@THEMES
def test_numbers_are_readable_on_every_tint(theme: Theme) -> None:
    for k in range(-100, 101):
        colour = tint(theme, k / 100, 1.0)
        assert contrast(readable(colour), colour) >= 4.5
