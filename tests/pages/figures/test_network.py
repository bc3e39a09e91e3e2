"""The network picture shows what the phase knows, in proportion, without one text over another."""

import itertools
import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine import Experiment, Network, Phase, Quantity, Timeline, Update, phases, presets
from engine.divergence import quantities_in_order
from engine.numerals import full, significant
from engine.phases import known, parse_phase
from engine.quantities import value
from pages.figures.layout import places
from pages.figures.look import Look
from pages.figures.moment import Moment
from pages.figures.network import network_alt
from pages.figures.network_edges import width
from pages.figures.scene import NetworkScene
from pages.figures.theme import DARK, LIGHT
from tests.pages.figures.scenes import (
    SIZES,
    WORDS,
    adder,
    boxes,
    drawn,
    every_phase,
    network_figure,
    numbers_of,
    overlaps,
    references,
    valid,
)

SELECTIONS = ("", "x.0.1@1", "delta.1.1@1", "x.1.1@1", "W.1.1.1", "grad_b.1.1", "loss")


def edge_lines(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The traces that hold edges: strokes with widths of their own, or dotted ones."""
    return [t for t in figure["data"] if "widths" in t.get("meta", {}) or "dash" in t.get("line", {})]


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_plotly_accepts_every_phase(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    for phase, selected in zip(every_phase(experiment), itertools.cycle(SELECTIONS)):
        valid(network_figure(experiment, update, phase, selected))


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("digits", [4, 8])
def test_no_text_lies_over_another_or_outside(sizes: tuple[int, ...], digits: int) -> None:
    experiment, update = drawn(*sizes)
    names = tuple("a long name 1234" for _ in range(sizes[0])), tuple("很长很长很长的名字" for _ in range(sizes[-1]))
    last = len(sizes) - 1
    for phase in every_phase(experiment):
        for selected in ("", "x.0.1@1", f"x.{max(1, last - 1)}.1@1", f"delta.{last}.{sizes[-1]}@1", "W.1.1.1"):
            figure = network_figure(experiment, update, phase, selected, digits=digits, names=names)
            assert overlaps(figure) == [], (str(phase), selected)
            for box in boxes(figure):
                assert -1.0 <= box.left < box.right <= 761.0, (str(phase), selected, box)
                assert 0.0 <= box.top < box.bottom <= 390.0, (str(phase), selected, box)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (2, 2, 1), (7, 8, 7, 3), (3, 5, 5, 4, 5, 3, 2)], ids=str)
def test_nothing_is_shown_before_it_is_known(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    layers = experiment.network.layers
    every = list(quantities_in_order(update))
    writings: list[Callable[[float], str]] = [
        lambda number: full(abs(number)),
        lambda number: significant(abs(number), 4),
        lambda number: significant(abs(number), 3),
    ]
    for phase in every_phase(experiment):
        texts = " ".join(numbers_of(network_figure(experiment, update, phase, "delta.1.1@1")["data"]))
        shown = set(re.findall(r"[\d.]+(?:e.?\d+)?", texts.replace("−", " ")))
        known_ones = [value(update, q) for q in every if known(q, phase, layers)]
        known_ones += [
            v
            for array in (*update.before.W, *update.before.b, update.trace.x[0], update.trace.y)
            for v in array.ravel().tolist()
        ]
        told = {write(number) for number in known_ones for write in writings}
        for quantity in every:
            if not known(quantity, phase, layers):
                written = {write(value(update, quantity)) for write in writings} - told
                assert not written & shown, (str(phase), quantity)


def test_what_is_known_is_shown() -> None:
    experiment, update = adder()
    shown = {box.text for box in boxes(network_figure(experiment, update, Phase("update"), "delta.1.2@1"))}
    for layer in (1, 2):
        for j in range(experiment.network.sizes[layer]):
            assert significant(float(update.trace.x[layer][0, j]), 4) in shown
            assert "δ " + significant(float(update.trace.delta[layer - 1][0, j]), 4, signed=True) in shown
    assert {"a", "b", "carry in", "sum", "carry out", "+1"} <= shown
    assert f"widest = {significant(max(abs(w).max() for w in (*update.before.W, *update.before.b)), 4)}" in shown


def test_width_is_linear_and_the_largest_is_the_widest() -> None:
    experiment, update = adder()
    figure = network_figure(experiment, update, Phase("input"))
    weights = sorted(abs(v) for array in (*update.before.W, *update.before.b) for v in array.ravel().tolist())
    widths = sorted(pixels for trace in edge_lines(figure) for pixels in trace["meta"]["widths"])
    assert all(len(t["meta"]["widths"]) == t["x"].count(None) + 1 for t in edge_lines(figure))
    assert len(widths) == len(weights) == 26
    assert widths[-1] == 7.0
    for weight, pixels in zip(weights, widths, strict=True):
        assert pixels == pytest.approx(max(0.8, 7.0 * weight / weights[-1]), abs=0.001)


def test_a_width_near_the_end_of_the_doubles_is_a_number() -> None:
    assert width(1.7e308, 1.7e308, 9) == 7.0
    assert width(-8.5e307, 1.7e308, 9) == 3.5


def test_width_of_many_is_linear_too() -> None:
    assert width(2.0, 2.0, 600) == 5.0
    assert all(width(w / 100, 1.0, 600) == pytest.approx(max(0.8, 5.0 * w / 100)) for w in range(101))
    assert width(0.0, 0.0, 4) == 1.0
    assert width(math.nan, 1.0, 4) == 1.0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colour_tells_the_sign(theme: Any) -> None:
    experiment, update = adder()
    figure = network_figure(experiment, update, Phase("forward", 2), theme=theme)
    full_ones = {t["line"]["color"] for t in edge_lines(figure)} & {theme.positive, theme.negative}
    assert full_ones == {theme.positive, theme.negative}  # the edges that the phase runs along, at full strength
    found: dict[str, int] = {}
    for trace in edge_lines(figure):
        found[trace["line"]["color"]] = found.get(trace["line"]["color"], 0) + trace["x"].count(None) + 1
    into_outputs = [*update.before.W[1].ravel(), *update.before.b[1]]
    assert found[theme.positive] == sum(w > 0 for w in into_outputs)
    assert found[theme.negative] == sum(w < 0 for w in into_outputs)


@pytest.mark.parametrize("sizes", [(1, 1), (3, 4, 2), (16, 16)], ids=str)
def test_a_target_and_a_known_loss_are_asked_where_they_stand(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes, batch_size=3)
    last = len(sizes) - 1
    for phase in every_phase(experiment):
        figure = network_figure(experiment, update, phase, "x.1.1@2", sample=2)
        at = {
            ref: (x, y, says)
            for trace in figure["data"]
            for x, y, ref, says in zip(
                trace["x"], trace["y"], trace.get("customdata", []), trace.get("hovertext", []), strict=False
            )
        }
        texts = {(box.top, box.bottom): box for box in boxes(figure) if "target" in box.text or "L = " in box.text}
        for j in range(1, sizes[-1] + 1):
            x, y, says = at[f"y.{last}.{j}@2"]
            index = "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(j))
            assert says == f"y{index} = {full(float(update.trace.y[1, j - 1]))}", "as the formula writes it"
            assert any(box.left <= x <= box.right and top <= y <= low for (top, low), box in texts.items())
        assert ("loss@2" in at) is any("L = " in box.text for box in texts.values())
        if str(phase) == "loss":
            x, y, says = at["loss@2"]
            (loss,) = (box for box in texts.values() if "L = " in box.text)
            assert says == f"L = {full(float(update.trace.losses[1]))}"
            assert (loss.left + loss.right) / 2 == pytest.approx(x, abs=1)
            assert loss.top <= y <= loss.bottom


@pytest.mark.parametrize("sizes", [(1, 1), (3, 4, 2), (16, 16, 2)], ids=str)
def test_references_name_numbers_that_exist(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes, batch_size=3)
    for phase in every_phase(experiment):
        refs = references(network_figure(experiment, update, phase, "x.1.1@2", sample=2))
        assert len(refs) >= sum(sizes)
        for ref in refs:
            quantity = Quantity.parse(ref)
            assert quantity.fits(update), ref
            assert quantity.sample in (0, 2)


def test_references_are_about_the_phase() -> None:
    experiment, update = adder()
    expected = {
        "forward-1": {"x.1.2@1", "W.1.2.3", "b.1.2"},
        "delta-1": {"delta.1.2@1", "W.2.1.2"},
        "gradients": {"delta.1.2@1", "grad_W.1.2.3", "grad_b.1.2"},
        "update": {"delta.1.2@1", "new_W.1.2.3", "new_b.1.2"},
    }
    for name, refs in expected.items():
        assert refs <= set(references(network_figure(experiment, update, parse_phase(name, 2)))), name


def test_selected_neuron_numbers_its_edges() -> None:
    experiment, update = adder()
    W, b = update.before.W, update.before.b
    shown = {box.text for box in boxes(network_figure(experiment, update, Phase("delta", 1), "delta.1.2@1"))}
    assert {significant(float(w), 4, signed=True) for w in (*W[0][1], b[0][1])} <= shown
    assert {f"{significant(float(W[1][k, 1]), 4, signed=True)}·δ{'₁₂'[k]}" for k in (0, 1)} <= shown
    shown = {box.text for box in boxes(network_figure(experiment, update, Phase("gradients"), "delta.1.2@1"))}
    assert {"∂ " + significant(float(g), 4, signed=True) for g in update.trace.grad_W[0][1]} <= shown
    shown = {box.text for box in boxes(network_figure(experiment, update, Phase("update"), "b.1.2"))}
    after = significant(float(update.after.b[0][1]), 4, signed=True)
    assert f"{significant(float(b[0][1]), 4, signed=True)} → {after}" in shown


def test_selected_weight_stands_alone() -> None:
    experiment, update = adder()
    figure = network_figure(experiment, update, Phase("loss"), "W.2.1.3")
    bands = [t for t in edge_lines(figure) if t["line"]["color"] == LIGHT.selected]
    assert len(bands) == 1
    assert len(bands[0]["x"]) == 2
    arrows = [box.text for box in boxes(figure) if box.text.startswith(("+0.", "−0."))]
    assert arrows == [significant(float(update.before.W[1][0, 2]), 4, signed=True)]


def test_error_terms_do_not_run_back_to_a_bias() -> None:
    experiment, update = adder()
    where: Any = None
    scene = NetworkScene(experiment.network, update, Phase("delta", 1), None, 1, where, 4)
    assert scene.flows(2, 1)
    assert not scene.flows(2, 0)
    assert not scene.flows(1, 1)


def test_new_numbers_have_a_ring_in_the_colour_of_the_pass() -> None:
    experiment, update = adder()
    for name, colour, layer in (("forward-1", LIGHT.forward, 1), ("delta-2", LIGHT.backward, 2)):
        figure = network_figure(experiment, update, parse_phase(name, 2))
        bodies = next(t for t in figure["data"] if "x.0.1@1" in t.get("customdata", []))
        rings = bodies["marker"]["line"]["color"]
        layers = [Quantity.parse(ref).layer if ref else None for ref in bodies["customdata"]]
        assert layers.count(None) == 2, "the bias nodes"
        assert [ring == colour for ring in rings] == [which == layer for which in layers]


def test_one_sample_of_a_batch() -> None:
    experiment, update = drawn(3, 4, 2, batch_size=4)
    for sample in (1, 3):
        shown = {box.text for box in boxes(network_figure(experiment, update, Phase("update"), sample=sample))}
        assert significant(float(update.trace.x[1][sample - 1, 0]), 4) in shown
        assert f"L = {significant(float(update.trace.losses[sample - 1]), 4)}" in shown


@pytest.mark.parametrize("t", [300, 700])
def test_diverged_numbers_are_words_not_places(t: int) -> None:
    experiment = presets.experiment("rate-too-large")
    update = Timeline(experiment).update(t)
    for phase in every_phase(experiment):
        figure = network_figure(experiment, update, phase, "delta.1.1@1")
        valid(figure)
        assert overlaps(figure) == []
    shown = {box.text for box in boxes(figure)}
    assert "L = ∞" in shown if t == 300 else {"NaN", "δ NaN", "L = NaN"} <= shown


def test_all_zero_weights_are_still_edges() -> None:
    experiment = presets.experiment("all-zero")
    update: Update = Timeline(experiment).update(0)
    figure = network_figure(experiment, update, Phase("input"))
    valid(figure)
    assert sum(t["x"].count(None) + 1 for t in edge_lines(figure)) == 26


def test_hostile_names() -> None:
    experiment, update = drawn(3, 4, 2)
    names = ("<b>x</b>", "<a href='javascript:alert(1)'>y</a>", "z" * 500), ("&lt;img&gt;", "a<br>b")
    figure = network_figure(experiment, update, Phase("update"), names=names)
    valid(figure)
    for text in numbers_of(figure["data"]):
        assert "<a" not in text
        assert "<b>x" not in text
        assert len(text) < 200
    assert overlaps(figure) == []


def test_stays_small() -> None:
    experiment, update = adder()
    for phase in every_phase(experiment):
        assert len(json.dumps(network_figure(experiment, update, phase, "delta.1.2@1"))) < 25_000


def test_alternative_text_says_what_is_known() -> None:
    experiment, update = adder()
    names = (experiment.input_names, experiment.output_names)

    def told(phase: Phase) -> str:
        selected = Quantity.parse("delta.1.2@1")
        moment = Moment(experiment.network, update, phase, selected, names=names)
        return network_alt(moment, Look(LIGHT, WORDS), str(phase))

    output = significant(float(update.trace.x[2][0, 0]), 4)
    assert "sum … target" in told(Phase("input"))
    assert f"sum {output} target" in told(Phase("forward", 2))
    assert "δ = " not in told(Phase("delta", 2))
    assert f"δ = {significant(float(update.trace.delta[0][0, 1]), 4)}" in told(Phase("delta", 1))


def test_selection_that_does_not_fit_is_forgotten() -> None:
    experiment, update = adder()
    assert network_figure(experiment, update, Phase("loss"), "x.5.9@1") == network_figure(
        experiment, update, Phase("loss")
    )


def test_positions_do_not_move_between_phases() -> None:
    experiment, update = adder()
    places = set()
    for phase in phases(2):
        figure = network_figure(experiment, update, phase)
        bodies = next(t for t in figure["data"] if "x.0.1@1" in t.get("customdata", []))
        places.add((tuple(bodies["x"]), tuple(bodies["y"])))
    assert len(places) == 1


def test_networks_without_names_are_numbered() -> None:
    experiment = Experiment(
        network=Network(sizes=(2, 1), activations=("relu",)),
        X=np.array([[1.0, 2.0]]),
        Y=np.array([[0.5]]),
        initial="zeros",
    )
    figure = network_figure(experiment, Timeline(experiment).update(0), Phase("input"))
    assert [box.text for box in boxes(figure) if box.text in ("1", "2")]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_least_width_holds_columns_and_margins(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    for phase in every_phase(experiment):
        meta = network_figure(experiment, update, phase)["layout"]["meta"]
        columns = places(sizes, meta["left"], meta["right"]).columns
        widest = max(column.diameter for column in columns)
        assert meta["left"] + meta["right"] + (len(sizes) - 1) * (widest + 8.0) < meta["least_width"] <= 760.0


@pytest.mark.parametrize("sizes", [(3, 4, 2), (2, 2, 1)], ids=str)
def test_small_networks_fit_a_phone(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    for phase in every_phase(experiment):
        assert network_figure(experiment, update, phase)["layout"]["meta"]["least_width"] * 0.8 <= 350.0


def test_few_traces() -> None:
    """Each costs the browser time: edges share one for each colour, all texts are in one."""
    experiment, update = adder()
    for phase in every_phase(experiment):
        data = network_figure(experiment, update, phase, "delta.1.2@1")["data"]
        assert len(data) <= 11
        assert all(trace["x"] for trace in data)
