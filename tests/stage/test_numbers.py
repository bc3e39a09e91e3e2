"""The numbers of every figure and table as rows: each with a name, as the record has it, and no TeX among the heads."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.timeline import PerceptronTimeline
from pages.figures.blame import BlameBar, waterfall
from pages.figures.look import Look
from pages.figures.perceptron.weights import weights
from pages.figures.second import NAMED, heat_map
from pages.figures.theme import LIGHT
from pages.shared import address, naming
from pages.stage import Plot, Table
from pages.stage.wire import panel_wire
from pages.stepper import panels as stepper
from pages.text import text
from tests.pages.screens import READERS, every, flat
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
Rows = list[list[Any]]
RowsOf = Callable[[list[Any]], list[Rows]]
HEADS: Final = {"what": "what", "number": "number", "series": "series", "says": "says"}
ROWS_OF: Final = """async ([specs, heads]) => {
    const { rowsOf } = await import('/numbers.js');
    return specs.map((spec) => rowsOf(spec, heads));
}"""
MATHS: Final = re.compile(r"\\\((.*?)\\\)")


@pytest.fixture
def rows_of(alone: Harness) -> RowsOf:
    return lambda specs: list(alone.page.evaluate(ROWS_OF, [specs, HEADS]))


@pytest.fixture
def unset(alone: Harness) -> Callable[[str], str]:
    script = "async (text) => (await import('/unset.js')).unset(text)"
    return lambda tex: str(alone.page.evaluate(script, rf"\({tex}\)"))


@pytest.mark.parametrize(("language", "book", "query"), READERS[:4])
def test_every_number_of_every_screen_has_a_name(rows_of: RowsOf, language: str, book: str, query: str) -> None:
    """All panels of all pages, once in each book."""
    panels = {
        json.dumps(panel_wire(panel)): f"{screen.name} {panel.id}"
        for screen in every(language, book, query)
        for panel in flat(screen.panels)
        if isinstance(panel, Plot | Table)
    }
    specs = [json.loads(wire) for wire in panels]
    found: set[str] = set()
    for spec, where, rows in zip(specs, panels.values(), rows_of(specs), strict=True):
        if not rows:
            continue
        found.add(spec["id"])
        heads, *lines = rows
        assert len(set(heads)) == len(heads), (where, heads)
        if spec["kind"] == "table":
            cells = [[cell.get("text", "") for cell in row["cells"]] for row in spec["rows"]]
            sources = [[column.get("label", "") for column in spec["columns"]], *cells]
            for source, line in zip(sources, rows, strict=True):
                for tex, plain in zip(source, line, strict=True):
                    _no_tex(tex, plain, where)
        elif heads == ["what", "number"]:
            names = [name for name, number in lines if number]
            assert all(names), where
            assert not [name for name, number in lines if not number and re.search(r"\d\.\d", name)], where
            said = {(name, number) for name, number in lines if number}
            assert len({name for name, _ in said}) == len(said), f"{where}: two numbers of one name"
        else:
            places = [[number for number in line[1:3] if number is not None] for line in lines]
            assert all(isinstance(number, int | float | str) for line in places for number in line), where
            assert len({len(line) for line in rows}) == 1, where
    assert found >= {"network", "graph", "chain", "edges", "cells", "matrix", "contours", "neurons", "data", "symbols"}


def _no_tex(tex: str, plain: str, where: str) -> None:
    assert not re.search(r"[\\{}]", plain), (where, tex, plain)
    outside = MATHS.sub("", tex)
    for maths in MATHS.findall(tex):
        for name in re.findall(r"\\([A-Za-z]+)", maths):
            assert name not in plain or name in outside, (where, tex, plain)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"b \mid \hat y", "b | ŷ"),
        (r"(\hat y-y)\,z", "(ŷ−y)z"),
        (r"\alpha^{(1)}_{2}-\gamma^{(1)}_{2}", "α₂⁽¹⁾−γ₂⁽¹⁾"),
        (r"w^{\mathrm{ho}}_{1,12}", "w₁,₁₂ʰᵒ"),
        (r"\vec x \mathbin{@} W + \vec b \to \vec z", "x⃗ @ W + b⃗ → z⃗"),
        (r"\nabla L^{\mathsf T}p", "∇Lᵀp"),
        (r"\nabla_{\vec z^{(2)}},\; \delta^{(2)}_{k}", "∇_z⃗⁽²⁾, δₖ⁽²⁾"),
        (r"\frac{1}{2}\,\lVert \vec y\rVert^2", "½‖y⃗‖²"),
        (r"\tfrac{1}{2}\,\partial E/\partial w_{j,k}", "½∂E/∂wⱼ,ₖ"),
        (r"f'(z)", "f′(z)"),
        (r"\unknown", r"\unknown"),
    ],
)
def test_maths_as_a_line_of_text(unset: Callable[[str], str], tex: str, plain: str) -> None:
    assert unset(tex) == plain


@pytest.mark.parametrize("linked", [False, True])
def test_a_heat_map_gives_whole_doubles_and_their_names(rows_of: RowsOf, linked: bool) -> None:
    names, matrix = ("w₁₁", "b₁"), np.array([[1.0, 2.0], [4.0, -5.0]]) / 3.0
    look = Look(LIGHT, naming.figure_words(text("en")))
    drawn = heat_map(matrix, names, [0], look, (lambda a, c: f"cell.{a}.{c}") if linked else None)
    [[_, *rows]] = rows_of([_plot(drawn)])
    assert rows == [[f"{names[a]} · {names[c]}", repr(float(matrix[a, c]))] for a in (0, 1) for c in (0, 1)]


def test_a_drawing_that_is_rounded_gives_no_numbers(rows_of: RowsOf) -> None:
    count = NAMED + 1
    look = Look(LIGHT, naming.figure_words(text("en")))
    drawn = heat_map(np.eye(count) / 3.0, ["w"] * count, [0], look)
    assert rows_of([_plot(drawn)]) == [[]]
    sheet = {"type": "contour", "x": [0, 1], "y": [0, 1], "z": [[-0.47721, 1], [2, 3]]}
    path = {"mode": "lines", "x": [1 / 3, 0.5], "y": [2 / 3, 1.0], "hovertext": ["0<br>L = 0.25", "1<br>L = 0.125"]}
    [[heads, *rows]] = rows_of([_plot({"data": [sheet, path], "layout": {}})])
    assert (heads, rows) == (
        ["series", "x", "y", "says"],
        [[1, 1 / 3, 2 / 3, "0; L = 0.25"], [1, 0.5, 1.0, "1; L = 0.125"]],
    )


def test_points_that_stand_aside_in_the_drawing_have_the_coordinates_of_the_data(rows_of: RowsOf) -> None:
    session = address.read("t=0")
    panels = stepper.panels(session, text("en"), LIGHT, [])
    [plane] = [panel_wire(panel) for panel in flat(panels) if panel.id == "boundary"]
    [[heads, *rows]] = rows_of([plane])
    told = {line[-1].split(";")[0]: line for line in rows if line[-1].startswith("Row ")}
    assert heads[1:3] == ["a", "b"]
    assert len(told) == len(session.experiment.X) == 8
    for row, x in enumerate(session.experiment.X.tolist(), start=1):
        assert told[f"Row {row}"][1:3] == x[:2]
        assert f"; a = {x[0]!r}; b = {x[1]!r}; carry in = {x[2]!r}; " in told[f"Row {row}"][-1]


def test_bars_in_rows_have_the_names_of_their_rows(rows_of: RowsOf) -> None:
    look = Look(LIGHT, naming.figure_words(text("en")))
    start, parts = BlameBar("start", 0.0, "0.5", "start: 0.5"), [BlameBar("row 4", 1 / 3, "+0.33", "row 4: +0.33")]
    drawn = waterfall((0.5, start), parts, BlameBar("now", 0.0, "0.83", "now: 0.83"), "w₁₁", look)
    start_at = np.array([1 / 3, -0.7, 0.1])
    run = PerceptronTimeline(PerceptronExperiment(np.eye(2), np.array([0.0, 1.0]), start_at))
    bars = weights(run.correction(0), 1.0, theme=LIGHT, book="column")
    assert drawn["layout"]["meta"]["design_width"] == 760, "the type keeps its size"
    (heads, *rows), (bar_heads, *bar_rows) = rows_of([_plot(drawn), _plot(bars)])
    assert heads[1:3] == ["w₁₁", "what"]
    assert [1 / 3, "row 4"] in [line[1:3] for line in rows]
    assert {line[2] for line in rows} == {"start", "row 4", "now"}
    assert bar_heads[1:3] == ["x", "what"]
    assert {line[2]: line[1] for line in bar_rows} == dict(zip(("w₁", "w₂", "b"), start_at.tolist(), strict=True))


def _plot(figure: Any) -> Any:
    return panel_wire(Plot("figure", figure, "a figure"))
