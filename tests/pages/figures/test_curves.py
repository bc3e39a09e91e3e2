"""Loss curve, decision boundary and the curve of a network with one input."""

import math
from typing import Any

import numpy as np
import pytest

from engine import LossCurve, Timeline, presets
from engine.boundary.slices import Slice, boundary_level, contour, predict, slice_of
from engine.numerals import full, significant
from pages.figures import Figure
from pages.figures.boundary import boundary, boundary_alt
from pages.figures.curve import curve, curve_alt
from pages.figures.loss_curve import loss_curve, loss_curve_alt
from pages.figures.points import MOST, rows_shown
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
        figure = loss_curve(line, ts[-1], losses[-1], theme=theme, words=WORDS, log=log, points=line)
        valid(figure)
        assert references(figure) == [f"t.{t}" for t in ts]
        assert all(math.isfinite(end) for end in figure["layout"]["yaxis"]["range"])


def test_loss_curve_shows_the_value_at_the_cursor_and_where_it_ends() -> None:
    line = LossCurve((0, 1, 2, 3), (0.5, 0.25, math.inf, NAN))
    figure = loss_curve(line, 1, 0.25, theme=LIGHT, words=WORDS)
    drawn, cursor, lost = figure["data"][1:]
    assert drawn["y"] == [0.5, 0.25, None, None]
    assert drawn["connectgaps"] is False
    assert drawn["hovertext"][1] == f"1: {full(0.25)}"
    assert (cursor["x"], cursor["y"], cursor["text"]) == ([1], [0.25], [f"<b>{significant(0.25)}</b>"])
    assert lost["x"] == [2, 2]
    assert lost["text"][1] == "diverged"
    nowhere = loss_curve(line, 3, NAN, theme=LIGHT, words=WORDS)["data"][2]
    assert nowhere["x"] == []


def test_loss_curve_alternative_text() -> None:
    assert loss_curve_alt(WORDS, LossCurve((0, 4), (0.5, 0.1)), 3, 0.125) == "3: 0.1250, 0.5000, 0.1000"


def slices(name: str, t: int, axes: tuple[int, int] = (0, 1), output: int = 0) -> tuple[Any, Slice, Slice]:
    experiment = presets.experiment(name)
    line = Timeline(experiment)
    level = boundary_level(experiment.Y, output)
    now, before = (
        slice_of(experiment.network, line.parameters(at), experiment.X, axes, experiment.X[0], level)
        for at in (t, t - 1)
    )
    return experiment, now, before


def picture(experiment: Any, now: Slice, before: Slice | None, output: int = 0, rows: tuple[int, ...] = (3,)) -> Figure:
    names = (experiment.input_names, experiment.output_names)
    return boundary(now, before, experiment.X, experiment.Y, output, rows, names=names, theme=LIGHT, words=WORDS)


def test_boundary_draws_the_exact_line_and_its_ghost() -> None:
    experiment, now, before = slices("xor", 900)
    figure = picture(experiment, now, before)
    valid(figure)
    surface, ghost, line = figure["data"][:3]
    for trace, piece in ((ghost, before), (line, now)):
        x, y = contour(piece, 0)
        assert len(x) > 2
        assert trace["x"] == pytest.approx(x, abs=1e-5)
        assert trace["y"] == pytest.approx(y, abs=1e-5)
    assert "dash" in ghost["line"]
    assert len(surface["z"]) == len(surface["z"][0]) == len(surface["x"]) == 21
    assert (surface["zmin"], surface["zmax"]) == (-1, 1)
    assert surface["z"][0][0] == round(float((now.outputs[0, 0, 0] - 0.5) / 0.5), 3)
    assert picture(experiment, now, None)["data"][1]["x"] == []


def test_points_tell_class_row_and_slice() -> None:
    experiment, now, before = slices("full-adder", 43, axes=(1, 2), output=1)
    figure = picture(experiment, now, before, output=1)
    valid(figure)
    rings, points = figure["data"][3:]
    assert (rings["x"], rings["y"]) == ([1.0], [1.0])  # row 4 is a = 0, b = 1, carry in = 1
    assert rings["marker"]["color"] == LIGHT.selected
    assert len(points["x"]) == 8
    here = [size == 13 for size in points["marker"]["size"]]
    assert here == [False] * 4 + [True] * 4
    on_slice = {
        (x, y): symbol
        for x, y, symbol, inside in zip(points["x"], points["y"], points["marker"]["symbol"], here, strict=True)
        if inside
    }
    assert on_slice == {(0.0, 0.0): "circle", (0.0, 1.0): "circle", (1.0, 0.0): "circle", (1.0, 1.0): "square"}
    assert "a = 1.0" in points["hovertext"][0]


def test_boundary_of_a_network_that_diverged() -> None:
    experiment, now, _ = slices("xor", 5)
    outputs = now.outputs.copy()
    outputs[3, 4] = NAN
    outputs[0, 0] = math.inf
    broken = Slice(now.axes, now.held, now.across, now.up, outputs, now.level)
    valid(picture(experiment, broken, broken))


def test_boundary_alternative_text() -> None:
    experiment, now, _ = slices("full-adder", 43, axes=(1, 2), output=1)
    names = (experiment.input_names, experiment.output_names)
    text = boundary_alt(WORDS, now, 1, (3,), names)
    assert text == "carry out over b and carry in, a = 0, 0.5000, rows 4"


def test_few_points_of_many_rows() -> None:
    shown = rows_shown(10_000, (17, 9_999))
    assert len(shown) <= MOST + 2
    assert {17, 9_999} <= set(shown)
    assert rows_shown(8, (3,)) == list(range(8))


@pytest.mark.parametrize("t", [1, 3, 700])
def test_curve(t: int) -> None:
    experiment = presets.experiment("rate-too-large")
    line = Timeline(experiment)
    across = np.linspace(-3.0, 3.0, 61)
    outputs, previous = (predict(experiment.network, line.parameters(at), across[:, None])[-1] for at in (t, t - 1))
    names = (experiment.input_names, experiment.output_names)
    figure = curve(
        across, outputs, previous, experiment.X, experiment.Y, 0, (0, 1, 2, 3, 4), names=names, theme=DARK, words=WORDS
    )  # fmt: skip
    valid(figure)
    drawn = figure["data"][1]["y"]
    assert drawn == [None] * 61 if t == 700 else drawn == pytest.approx(outputs[:, 0].tolist(), rel=1e-5)
    assert len(figure["data"][3]["x"]) == 5
    assert curve_alt(WORDS, (0, 1), 0, names) == "y over x, rows 1, 2"
