"""The loss curve."""

import math

import pytest

from engine import LossCurve
from engine.numerals import full, significant
from pages.figures.look import Look
from pages.figures.loss_curve import loss_curve, loss_curve_alt
from pages.figures.theme import DARK, LIGHT
from tests.pages.figures.scenes import WORDS, references, valid

NAN = math.nan


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    ("ts", "losses"),
    [
        ((0,), (0.25,)),
        ((0, 1, 2), (0.3, 0.2, 0.1)),
        ((0, 1), (0.0, 0.0)),
        ((0, 50_000, 100_000), (1.0, 1e-3, 1e-9)),
        ((0, 1, 2, 3), (1.0, 1e300, math.inf, NAN)),
        ((0, 1), (1.0, 1.7e308)),
        ((0,), (NAN,)),
    ],
)
def test_loss_curve_is_valid(ts: tuple[int, ...], losses: tuple[float, ...], log: bool) -> None:
    for theme in (LIGHT, DARK):
        line = LossCurve(ts, losses)
        figure = loss_curve(line, (ts[-1], losses[-1]), Look(theme, WORDS), log=log, points=line)
        valid(figure)
        assert references(figure) == [f"t.{t}" for t in ts]
        assert all(math.isfinite(end) for end in figure["layout"]["yaxis"]["range"])


def test_loss_curve_shows_the_value_at_the_cursor_and_where_it_ends() -> None:
    line = LossCurve((0, 1, 2, 3), (0.5, 0.25, math.inf, NAN))
    figure = loss_curve(line, (1, 0.25), Look(LIGHT, WORDS))
    drawn, cursor, lost = figure["data"][1:]
    assert drawn["y"] == [0.5, 0.25, None, None]
    assert drawn["connectgaps"] is False
    assert drawn["hovertext"][1] == f"1: {full(0.25)}"
    assert (cursor["x"], cursor["y"]) == ([1], [0.25])
    (value,) = figure["layout"]["annotations"]
    assert (value["text"], value["x"], value["y"]) == (f"<b>{significant(0.25)}</b>", 1.0, 1.0)
    assert lost["x"] == [2, 2]
    assert lost["text"][1] == "diverged"
    nowhere = loss_curve(line, (3, NAN), Look(LIGHT, WORDS))
    assert nowhere["data"][2]["x"] == []
    assert nowhere["layout"]["annotations"] == []


def test_loss_curve_alternative_text() -> None:
    assert loss_curve_alt(LossCurve((0, 4), (0.5, 0.1)), (3, 0.125), Look(LIGHT, WORDS)) == "3: 0.1250, 0.5000, 0.1000"
