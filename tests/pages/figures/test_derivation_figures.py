"""The pictures of the derivation page: valid at any size, true to the engine, nothing over anything else."""

import math
from itertools import pairwise, product
from typing import Any

import pytest

from engine import presets
from engine.derivation.chain import blocks_in
from engine.derivation.network import Here, network_lesson
from engine.derivation.problems import LARGEST, lesson
from engine.derivation.told import written_in
from engine.derivation.walk import EXAMPLES, At, Lesson, Stop, walk
from engine.formulas.expression import Derivative, Function, Symbol, Transpose
from engine.formulas.notation import COLUMN, ERROR, ROW
from pages.figures import dependencies as graph_figure
from pages.figures.dependencies import GraphNames, dependencies, dependencies_alt
from pages.figures.layout import layered
from pages.figures.matrix_chain import matrix_chain, matrix_chain_alt
from pages.figures.plain_names import bare, plain
from pages.figures.theme import DARK, LIGHT
from tests.pages.figures.scenes import drawn, references, valid

STOPS = tuple(stop for stop in walk(2) if stop.formula in EXAMPLES)
CALLED = GraphNames(node="{name}{value} {end} {slope}", arc="{head} {tail} {slope}")
SIZES = ((1, 1), (3, 4, 2), (2, 16, 16, 1), (6, 6, 6, 6, 6, 6, 6))


def lessons() -> list[Lesson]:
    found = [lesson(stop, n, m, 3) for stop in STOPS for n, m in product((1, 3, LARGEST), repeat=2)]
    for sizes in SIZES:
        experiment, update = drawn(*sizes)
        here = Here(experiment.network, update)
        found += [network_lesson(stop, here, At(1, 1)) for stop in walk(len(sizes) - 1) if stop.formula not in EXAMPLES]
    return found


def traces(figure: dict[str, Any], **want: object) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if all(trace.get(name) == value for name, value in want.items())]


@pytest.mark.slow
def test_every_picture_is_valid_and_stays_inside_its_panel() -> None:
    for made in lessons():
        entry = made.entries[-1]
        for theme in (LIGHT, DARK):
            graph = dependencies(made.graph, entry.leaf, CALLED, {}, theme, 4)
            valid(graph)
            chain = matrix_chain(made.blocks, entry.at, book=COLUMN, theme=theme)
            valid(chain)
        for x, y in zip(traces(graph, mode="markers")[-1]["x"], traces(graph, mode="markers")[-1]["y"], strict=True):
            assert 0.0 < x < graph_figure.WIDTH
            assert 0.0 < y < graph_figure.HEIGHT
        bars = chain["data"][0]
        for x, wide in zip(bars["x"], bars["width"], strict=True):
            assert 0.0 <= x - wide / 2 < x + wide / 2 <= 640.0, made.stop


def test_the_lit_arcs_are_just_those_of_the_paths() -> None:
    made = lesson(Stop("D5", 0), 3, 2, 1)
    figure = dependencies(made.graph, "x.2", CALLED, {}, LIGHT, 4)
    quiet, lit = [trace for trace in traces(figure, mode="lines") if "meta" not in trace][:2]
    assert (lit["line"]["color"], len(lit["x"])) == (LIGHT.selected, 9 * 3 - 1)  # x2 to u, u to y, y to f
    assert len(quiet["x"]) == 3 * 3 - 1
    texts = traces(figure, mode="text")[0]["text"]
    slopes = {arc.slope for path in made.graph.paths("x.2") for arc in path}
    written = [text for text in texts if text.replace("−", "-").lstrip("-")[0].isdigit()]
    assert all(
        any(math.isclose(float(text.replace("−", "-")), slope or 0.0, rel_tol=1e-3) for text in written)
        for slope in slopes
    )


def test_cells_report_the_entry_that_they_belong_to() -> None:
    made = lesson(Stop("D2"), 3, 2, 1)
    figure = matrix_chain(made.blocks, At(2, 1), book=COLUMN, theme=LIGHT)
    refs = references(figure)
    assert refs[:3] == ["entry.1.1", "entry.2.1", "entry.3.1"]  # the column keeps the selected column
    assert refs[3:5] == ["entry.2.1", "entry.2.2"]  # the row keeps the selected row
    assert refs[5:] == [f"entry.{a}.{b}" for a in (1, 2, 3) for b in (1, 2)]
    assert len(figure["layout"]["shapes"]) == 3
    by_x = lesson(Stop("D3"), 3, 2, 1)
    frames = matrix_chain(by_x.blocks, At(2), book=COLUMN, theme=LIGHT)["layout"]["shapes"]
    assert frames[1]["y1"] - frames[1]["y0"] > 2.5 * (frames[0]["y1"] - frames[0]["y0"])  # one row times all


def test_in_row_notation_the_same_entry_is_framed() -> None:
    made = lesson(Stop("D2"), 3, 2, 1)
    figure = matrix_chain(blocks_in(made, ROW), At(3, 1), book=written_in(ROW), theme=LIGHT)
    assert references(figure)[-6:] == [f"entry.{a}.{b}" for b in (1, 2) for a in (1, 2, 3)]
    assert matrix_chain_alt(blocks_in(made, ROW), written_in(ROW)) == "xᵀ · ∇yf = ∇Wf"
    assert matrix_chain_alt(made.blocks, COLUMN) == "∇yf · xᵀ = ∇Wf"


def test_numbers_that_are_none_are_drawn_all_the_same() -> None:
    session_line = presets.experiment("rate-too-large")
    from engine import Timeline

    line = Timeline(session_line)
    here = Here(session_line.network, line.update(400))
    for stop in walk(session_line.network.layers):
        if stop.formula not in EXAMPLES:
            made = network_lesson(stop, here, At(1, 1))
            valid(matrix_chain(made.blocks, made.entries[0].at, book=COLUMN, theme=LIGHT))
            valid(dependencies(made.graph, made.entries[0].leaf, CALLED, {}, LIGHT, 4))


def test_places_stand_in_columns_in_order() -> None:
    columns = (0, 0, 0, 1, 1, 2)
    ways = ((0, 3), (1, 3), (2, 4), (3, 5), (4, 5))
    spots = layered(columns, ways, 300.0, 120.0)
    assert [x for x, _ in spots] == [0.0, 0.0, 0.0, 150.0, 150.0, 300.0]
    assert [y for _, y in spots] == [20.0, 60.0, 100.0, 30.0, 90.0, 60.0]
    many = [y for _, y in layered((0,) * 25 + (1,), ((0, 25),), 100.0, 300.0)[:25]]
    assert all(below - above == pytest.approx(12.0, abs=0.11) for above, below in pairwise(many))


def test_names_in_plain_letters() -> None:
    assert plain(Transpose(Symbol("W", 2))) == "W⁽²⁾ᵀ"
    assert plain(Derivative(Symbol("W", 1, 2, 3))) == "∂L/∂w₂₃⁽¹⁾"
    assert plain(Derivative(Symbol("W", 1, 2, 3)), ROW) == "∂e/∂w₃₂⁽¹⁾"
    assert plain(Derivative(Symbol("W", 1, 12, 3))) == "∂L/∂w₁₂,₃⁽¹⁾"
    assert bare(plain(Derivative(Symbol("y"), Symbol("f")))) == "∇yf"
    assert plain(Function("f'", Symbol("u", 1, 4))) == "f′(u₄⁽¹⁾)"
    assert plain(Function(r"\sigma", Symbol("u", 1, 4)), ERROR) == "σ(X₄ʰ)"
    assert plain(Symbol("new_b", 1, 4)) == "b₄⁽¹⁾′"
    with pytest.raises(TypeError):
        plain(Symbol("x") and Function)  # type: ignore[arg-type]


def test_the_text_tells_every_path() -> None:
    made = lesson(Stop("D3"), 3, 2, 1)
    said = dependencies_alt(made.graph, "x.1", CALLED, "{name} to {end} by {count}: {paths}", 4)
    assert said.startswith("x₁ to f by 3: x₁ → y₁ → f (")
    assert said.count("→") == 6


def test_whole_layers_stand_in_a_line_with_the_weights_below() -> None:
    """Each quantity once, in the order of the forward pass, and what the gradient meets is written on every arc."""
    experiment, update = drawn(3, 4, 2)
    made = network_lesson(Stop("D10"), Here(experiment.network, update), At(1, 1))
    figure = dependencies(made.graph, "u.1", CALLED, {}, LIGHT, 4)
    circles = traces(figure, mode="markers")[-1]
    at = {node.key: (x, y) for node, x, y in zip(made.graph.nodes, circles["x"], circles["y"], strict=True)}
    spine = [at[key] for key in ("x.0", "u.1", "x.1", "u.2", "x.2", "L")]
    assert len({y for _, y in spine}) == 1
    assert all(right - left > 60 for (left, _), (right, _) in pairwise(spine))
    for l in (1, 2):
        assert at[f"W.{l}"][0] == at[f"x.{l - 1}"][0]
        assert at[f"W.{l}"][1] > spine[0][1] + 60
    said = traces(figure, mode="text")[0]["text"]
    for arc in made.graph.arcs:
        if arc.factor is not None:
            assert plain(arc.factor) in said
