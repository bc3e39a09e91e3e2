"""The matrices stay in their places; colours are symmetric; numbers fit their cells; unknown ones are empty."""

import math
from typing import Any

import pytest

from engine import Phase, Quantity, Timeline, Update, presets
from engine.numerals import full, significant
from engine.phases import parse_phase
from engine.quantities import value
from pages.figures import Figure
from pages.figures.lettering import text_width
from pages.figures.matrices import HEIGHT, WIDTH, blocks, layers_shown, matrices, matrices_alt
from pages.figures.theme import DARK, LIGHT, contrast, tint
from tests.pages.figures.scenes import (
    SIZES,
    WORDS,
    adder,
    drawn,
    every_phase,
    numbers_of,
    overlaps,
    references,
    valid,
)


def drawn_matrices(experiment: Any, update: Update, phase: Phase, selected: str = "", **more: Any) -> Figure:
    chosen = Quantity.parse(selected) if selected else None
    return matrices(experiment.network, update, phase, selected=chosen, words=WORDS, **{"theme": LIGHT, **more})


def cells_of(figure: Figure) -> dict[str, Any]:
    trace: dict[str, Any] = next(t for t in figure["data"] if "customdata" in t)
    return trace


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("digits", [4, 8])
def test_every_network_fits(sizes: tuple[int, ...], digits: int) -> None:
    experiment, update = drawn(*sizes)
    for phase in every_phase(experiment):
        figure = drawn_matrices(experiment, update, phase, "x.1.1@1", digits=digits)
        valid(figure)
        assert overlaps(figure) == []
        chosen = Quantity.parse("x.1.1@1")
        for block in blocks(experiment.network, update, phase, chosen):
            assert 0.0 <= block.x[0] < block.x[-1] <= WIDTH
            assert 0.0 < block.y[0] < block.y[-1] <= HEIGHT
        for ref in references(figure):
            assert Quantity.parse(ref).fits(update)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (2, 2, 1), (3, 5, 5, 4, 5, 3, 2)], ids=str)
def test_numbers_fit_their_cells(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    figure = drawn_matrices(experiment, update, Phase("update"))
    cells = [
        cell
        for block in blocks(experiment.network, update, Phase("update"), None)
        for row in block.rows
        for cell in row
    ]
    trace = cells_of(figure)
    assert len(cells) == len(trace["text"])
    assert all(trace["text"])
    for cell, text in zip(cells, trace["text"], strict=True):
        assert text_width(text, trace["textfont"]["size"]) <= cell.width
        assert trace["textfont"]["size"] < cell.height


def test_nothing_moves_between_phases() -> None:
    experiment, update = adder()
    places = {
        tuple(zip(trace["x"], trace["y"], strict=True))
        for phase in every_phase(experiment)
        for trace in [cells_of(drawn_matrices(experiment, update, phase))]
    }
    assert len(places) == 1


@pytest.mark.parametrize(
    ("phase", "shown"),
    [
        ("input", {"W", "b"}),
        ("delta-1", {"W", "b"}),
        ("gradients", {"W", "b", "grad_W", "grad_b"}),
        ("update", {"W", "b", "delta_W", "delta_b", "new_W", "new_b"}),
    ],
)
def test_what_the_phase_knows(phase: str, shown: set[str]) -> None:
    experiment, update = drawn(3, 4, 2)
    figure = drawn_matrices(experiment, update, parse_phase(phase, 2))
    trace = cells_of(figure)
    seen = set()
    texts = "\n".join(numbers_of(figure["data"]))
    for ref, text, hover in zip(trace["customdata"], trace["text"], trace["hovertext"], strict=True):
        quantity = Quantity.parse(ref)
        number = value(update, quantity)
        if quantity.kind in shown:
            seen.add(quantity.kind)
            assert hover.endswith(full(number))
            assert text in {significant(number, digits) for digits in (4, 3, 2, 1)}
        else:
            assert (text, hover[-1]) == ("…", "…")
            assert full(number) not in texts
    assert seen == shown


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_symmetric_and_text_is_readable(theme: Any) -> None:
    experiment, update = adder()
    figure = drawn_matrices(experiment, update, Phase("update"), theme=theme)
    heats = [trace for trace in figure["data"] if trace["type"] == "heatmap"]
    assert len(heats) == 6
    largest = max(
        abs(v)
        for p in (update.before, update.after)
        for array in (*p.W, *p.b)
        for v in array.ravel().tolist()
    )  # fmt: skip
    for trace in heats:
        assert (trace["zmin"], trace["zmax"]) == (-1, 1)
        assert all(z is None or -1.0 <= z <= 1.0 for row in trace["z"] for z in row)
    assert heats[0]["z"][1][0] == round(float(update.before.W[0][1, 0]) / largest, 3)
    assert max(abs(z) for heat in (heats[1], heats[4]) for row in heat["z"] for z in row if z is not None) == 1.0
    trace = cells_of(figure)
    for ref, ink in zip(trace["customdata"], trace["textfont"]["color"], strict=True):
        quantity = Quantity.parse(ref)
        if quantity.kind in ("W", "b"):
            assert contrast(ink, tint(theme, value(update, quantity), largest, 0.85)) >= 4.5


def test_marks_tell_which_way_a_weight_went() -> None:
    experiment, update = adder()
    marks = next(
        t for t in drawn_matrices(experiment, update, Phase("update"))["data"] if t.get("mode") == "markers"
    )  # fmt: skip
    steps = [float(v) for array in (*update.delta_W, *update.delta_b) for v in array.ravel()]
    assert marks["marker"]["symbol"].count("triangle-up") == sum(step > 0 for step in steps)
    assert marks["marker"]["symbol"].count("triangle-down") == sum(step < 0 for step in steps)
    before = next(
        t for t in drawn_matrices(experiment, update, Phase("gradients"))["data"] if t.get("mode") == "markers"
    )  # fmt: skip
    assert before["x"] == []


@pytest.mark.parametrize(
    ("selected", "frames"), [("", 0), ("delta.1.2@1", 3), ("W.2.1.3", 1), ("loss", 0), ("b.1.1", 1)]
)
def test_selection_is_framed(selected: str, frames: int) -> None:
    experiment, update = adder()
    figure = drawn_matrices(experiment, update, Phase("update"), selected)
    outline = next(t for t in figure["data"] if t.get("line", {}).get("color") == LIGHT.selected)
    assert outline["x"].count(None) == frames


def test_one_layer_at_a_time_where_all_do_not_fit() -> None:
    network = drawn(16, 16, 16, 2)[0].network
    assert layers_shown(network, Phase("forward", 2), None) == (2,)
    assert layers_shown(network, Phase("forward", 2), Quantity("W", 3, 1, 1)) == (3,)
    assert layers_shown(network, Phase("update"), None) == (3,)
    assert layers_shown(network, Phase("input"), Quantity("x", 0, 1, sample=1)) == (3,)
    assert layers_shown(adder()[0].network, Phase("input"), None) == (1, 2)


@pytest.mark.parametrize("t", [300, 700])
def test_diverged_numbers_are_words(t: int) -> None:
    experiment = presets.experiment("rate-too-large")
    update = Timeline(experiment).update(t)
    figure = drawn_matrices(experiment, update, Phase("update"))
    valid(figure)
    texts = cells_of(figure)["text"]
    assert "NaN" in texts if not math.isfinite(float(update.before.W[0][0, 0])) else all(texts)


def test_alternative_text_names_what_is_shown() -> None:
    network = adder()[0].network
    assert matrices_alt(WORDS, network, Phase("input"), None) == "1, 2: W | b"
    assert "∂L/∂W" in matrices_alt(WORDS, network, Phase("gradients"), None)
    assert "ΔW" in matrices_alt(WORDS, network, Phase("update"), None)
