"""The V of the error: how far numeric derivatives are off, over the step h, both axes by decades."""

from dataclasses import dataclass
from math import inf, isfinite, log10
from typing import Any, Final

from engine.arrays import Floats
from engine.check import ErrorCurve
from engine.numerals import significant
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.marks import Trace, dots, lines, note
from pages.figures.theme import Theme

LOWEST: Final = 1e-17  # an error of nothing has no place on a scale of decades
HIGHEST: Final = 1e2
LEFT, RIGHT = -10, -2  # exponents at which the arms have their names
TICKS: Final = range(-16, 2, 4)


@dataclass(frozen=True)
class CheckWords:
    """The words of the picture."""

    step: str  # axis titles
    error: str
    central: str  # names of the lines
    median: str
    complex_step: str
    rounding: str  # what stands at the left arm of the V
    bend: str  # at the right one
    alt: str  # {h} {value} {best} {smallest} {complex}
    alt_no_v: str


def check_curve(found: ErrorCurve, exponent: int, *, theme: Theme, words: CheckWords) -> Figure:
    """Largest and median error of central differences, largest of the complex step; a dot at h = 10^exponent.

    A click reports ``h.<exponent>``. Designed for a panel of 330 by 190 pixels.
    """
    h = [10.0**e for e in found.exponents]
    now = found.exponents.index(exponent)
    heights = [_place(found.central[now]), _place(found.complex_step[now])]
    return {
        "data": [
            _line(found, h, found.median, words.median, theme.muted, 1.3, "dot"),
            _line(found, h, found.complex_step, words.complex_step, theme.accent, 2.0, "dash"),
            _line(found, h, found.central, words.central, theme.text, 2.5),
            lines(([h[now], h[now]], [LOWEST, HIGHEST]), theme.selected, 1.5),
            dots(([h[now]] * 2, heights), theme.selected, 9, edge=(1.2, theme.text), cliponaxis=False),
        ],
        "layout": frame(
            theme,
            "check",
            340,
            xaxis=axis(
                theme,
                words.step,
                type="log",
                range=[-15.4, -0.6],
                tickvals=[10.0**e for e in (-15, -10, -5, -1)],
                ticktext=[_power(e) for e in (-15, -10, -5, -1)],
            ),
            yaxis=axis(
                theme,
                words.error,
                type="log",
                range=[log10(LOWEST), log10(HIGHEST)],
                showgrid=True,
                tickvals=[10.0**e for e in TICKS],
                ticktext=[_power(e) for e in TICKS],
            ),
            margin={"l": 58, "r": 8, "t": 6, "b": 36},
            annotations=[
                _label(-14.9, 1.3, words.central, theme.text, "left"),
                _label(-14.9, -13.9, words.complex_step, theme.accent, "left"),
                _label(-1.1, -14.6, words.median, theme.muted, "right"),
                *_arms(found, theme, words),
            ],
            dragmode="zoom",
        ),
    }


def _arms(found: ErrorCurve, theme: Theme, words: CheckWords) -> list[dict[str, Any]]:
    """What each arm of the V comes from; nothing where the curve is none."""
    at = dict(zip(found.exponents, found.central, strict=True))
    if found.shape != "v" or not max(at[LEFT], at[RIGHT]) < inf or min(at[LEFT], at[RIGHT]) < 100.0 * min(at.values()):
        return []
    left, right = (log10(_place(at[exponent])) for exponent in (LEFT, RIGHT))
    return [
        _label(LEFT + 0.2, left + 1.6, words.rounding, theme.text, "left"),
        _label(RIGHT - 0.4, right + 1.6, words.bend, theme.text, "right"),
    ]


def check_curve_alt(words: CheckWords, found: ErrorCurve, exponent: int) -> str:
    """The same picture as a sentence."""
    now = found.exponents.index(exponent)
    return (words.alt if found.shape == "v" else words.alt_no_v).format(
        h=plain_power(exponent),
        value=_said(found.central[now]),
        best=plain_power(found.best),
        smallest=_said(found.smallest),
        complex=_said(found.complex_step[now]),
    )


def plain_power(exponent: int) -> str:
    """A power of ten in plain Unicode: ``10⁻⁵``."""
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _power(exponent: int) -> str:
    return "1" if exponent == 0 else f"10<sup>{str(exponent).replace('-', '−')}</sup>"


def _said(error: float) -> str:
    return significant(float(error), 2)


def _place(error: float) -> float:
    return min(max(float(error), LOWEST), HIGHEST) if isfinite(error) else HIGHEST


def _line(found: ErrorCurve, h: list[float], errors: Floats, name: str, *style: Any) -> Trace:
    """One line of errors; ``style`` is its colour, width and dash."""
    named = zip(found.exponents, errors, strict=True)
    return lines(
        (h, [_place(error) for error in errors]),
        *style,
        refs=[f"h.{e}" for e in found.exponents],
        says=[f"{name}<br>h = {plain_power(e)}: {_said(error)}" for e, error in named],
    )


def _label(x: float, y: float, text: str, colour: str, anchor: str) -> dict[str, Any]:
    return note(text, x, y, colour, xanchor=anchor)
