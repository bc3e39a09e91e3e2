"""The pictures of the error-splitting page: valid at any size, with numbers that are none, true to the engine."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine import Experiment, Timeline, Update, presets
from engine.splitting.flow import PRODUCTS, factors, flow
from engine.splitting.formulas import FORMULAS, SplittingPlace
from engine.splitting.racing import race
from engine.splitting.rules import breaking, product, sent_back
from pages.figures import angle as angle_figure
from pages.figures import product as product_figure
from pages.figures import race as race_figure
from pages.figures.look import Look
from pages.figures.splitting import EdgeNames, splitting
from pages.figures.theme import DARK, LIGHT
from tests.pages.figures.scenes import WORDS, adder, drawn, overlaps, references, valid

NAMES = {"split": "split", "back": "back", "exact": "exact"}
SIZES = ((1, 1), (3, 4, 2), (2, 1, 1), (5, 16, 16), (3, 5, 4, 2))


def called(here: SplittingPlace) -> EdgeNames:
    n_above, n = here.sent.W.shape
    return EdgeNames(
        tuple(f"h{j}" for j in range(n)),
        tuple(f"o{k}" for k in range(n_above)),
        "low",
        "high",
        "widest {value}",
        "{i} {k} {value} {carried}",
    )


def heres(experiment: Experiment, update: Update) -> list[SplittingPlace]:
    return [SplittingPlace(experiment.network, update, sent) for sent in sent_back(experiment.network, update)]


def zero() -> tuple[Experiment, Update]:
    """0/0 on every edge."""
    experiment = presets.experiment("all-zero")
    return experiment, Timeline(experiment).update(0)


CASES = [adder(), zero(), *(drawn(*sizes, activation="sigmoid") for sizes in SIZES)]


@pytest.mark.slow
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case[0].network.sizes)))
def test_every_picture_is_valid(case: tuple[Experiment, Update], theme: Any) -> None:
    for here in heres(*case):
        for formula in FORMULAS:
            last = heres(*case)[0] if formula in ("E4", "E5", "E6") else here
            valid(splitting(flow(last, formula), called(last), selected=(1, 1), theme=theme))
        valid(angle_figure.angle(here.sent, NAMES, theme=theme))
        for name in PRODUCTS:
            pair = factors(here, name)
            result = product(pair.left, pair.right)
            figure = product_figure.product(
                (pair.left, pair.right, result), ("A", "B", "C"), (1, 1), Look(theme, WORDS)
            )
            valid(figure)
            assert len(references(figure)) == pair.left.size + pair.right.size + result.size


def test_an_edge_is_as_wide_as_what_it_carries_and_has_its_share_on_it() -> None:
    (here,) = heres(*adder(0))
    running = flow(here, "E2")
    figure = splitting(running, called(here), selected=(2, 1), theme=LIGHT)
    widths = [w for trace in figure["data"][1:] for w in trace.get("meta", {}).get("widths", [])]
    assert len(widths) == running.edges.size
    assert max(widths) == 7.0
    largest = np.abs(running.carried).max()
    expected = sorted(max(0.8, 7.0 * abs(carried) / largest) for carried in running.carried.ravel())
    assert sorted(widths) == pytest.approx(expected, abs=1e-3)
    texts = figure["data"][-1]["text"]
    assert {"2.859", "−1.577", "−0.6086"} <= set(texts)
    assert {"edge.1.1", "edge.4.2", "neuron.4", "out.2"} <= set(references(figure))
    assert overlaps(figure) == []


def test_a_share_that_is_no_number_is_dotted_and_said() -> None:
    (here,) = heres(*zero())
    figure = splitting(flow(here, "E2"), called(here), selected=(1, 1), theme=LIGHT)
    assert "NaN" in figure["data"][-1]["text"]
    dashes = [trace["line"].get("dash") for trace in figure["data"] if "line" in trace and "dash" in trace["line"]]
    assert set(dashes) == {"dot"}


def test_the_cell_of_a_product_frames_its_row_and_column() -> None:
    A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    figure = product_figure.product((A, B, A @ B), ("A", "B", "AB"), (2, 1), Look(LIGHT, WORDS))
    assert {"19", "22", "43", "50"} <= set(figure["data"][1]["text"])
    cells = figure["data"][0]
    inside = [
        {
            number
            for x, y, h, number in zip(cells["x"], cells["base"], cells["y"], cells["hovertext"], strict=True)
            if frame["x0"] < x < frame["x1"] and frame["y0"] < y + h / 2 < frame["y1"]
        }
        for frame in figure["layout"]["shapes"]
    ]
    assert inside == [{"A₂₁ = 3.0", "A₂₂ = 4.0"}, {"B₁₁ = 5.0", "B₂₁ = 7.0"}, {"(AB)₂₁ = 43.0"}]
    refs = cells["customdata"]
    assert refs[0] == "cell.1.1"  # a number of the first row works that row
    assert refs[-1] == "cell.2.2"


def test_arrows_stand_at_their_angles() -> None:
    (here,) = heres(*adder(0))
    figure = angle_figure.angle(here.sent, NAMES, theme=LIGHT)
    arrows = [trace for trace in figure["data"] if trace.get("mode") == "lines" and len(trace["x"]) == 2]
    found = []
    for trace in arrows:
        (x0, x1), (y0, y1) = trace["x"], trace["y"]
        found.append(np.degrees(np.arctan2(y0 - y1, x1 - x0)))
    assert found == pytest.approx([here.sent.angles[rule] for rule in ("split", "back", "exact")], abs=0.1)
    assert any("49.0°" in text for text in figure["data"][-1]["text"])


def test_a_rule_without_a_direction_has_no_arrow() -> None:
    (here,) = heres(*zero())
    figure = angle_figure.angle(here.sent, NAMES, theme=LIGHT)
    assert not [trace for trace in figure["data"] if trace.get("mode") == "lines" and len(trace["x"]) == 2]


def test_the_race_draws_each_run_and_marks_what_diverged() -> None:
    experiment = presets.experiment()
    line = Timeline(experiment)
    found = race(experiment, line.parameters(0), 0, 300)
    figure = race_figure.race(found, 20, NAMES, "loss", Look(LIGHT, WORDS))
    valid(figure)
    for run, trace in zip(found.runs, figure["data"][:3], strict=True):
        assert trace["y"] == list(run.loss)
        assert trace["x"] == list(found.t)
    assert figure["data"][3]["x"] == []
    assert figure["data"][4]["x"] == [20, 20]
    heights = [note["y"] for note in figure["layout"]["annotations"]]
    assert all(b - a >= 0.3 - 1e-6 for a, b in pairwise(heights))
    assert all(0.0 <= height <= 1.0 for height in heights)

    bad = presets.experiment("all-zero")
    found = race(bad, bad.initial_parameters, 0, 300)
    figure = race_figure.race(found, 400, NAMES, "loss", Look(DARK, WORDS))
    valid(figure)
    assert figure["data"][3]["x"] == [0]
    assert figure["data"][4]["x"] == []
    assert any("diverged" in note["text"] for note in figure["layout"]["annotations"])

    steep = presets.experiment("rate-too-large")
    far = race(steep, steep.initial_parameters, 0, 5000)
    valid(race_figure.race(far, 0, NAMES, "loss", Look(LIGHT, WORDS)))


def test_the_breaking_example_is_drawn() -> None:
    line = Timeline(presets.experiment())
    line = line.edit(0, numbers=breaking(line.experiment.network, 1))
    (here,) = heres(line.experiment, line.update(0))
    figure = splitting(flow(here, "E2"), called(here), selected=(1, 1), theme=LIGHT)
    assert {"20.00", "−19.00"} <= set(figure["data"][-1]["text"])


def test_a_cell_of_a_product_says_its_name_and_its_number() -> None:
    A, x = np.array([[1.0, 2.0], [3.0, 4.0]]) / 3.0, np.array([[5.0], [7.0]])
    figure = product_figure.product((A, x, A @ x), ("A", "xᵀ", "Ax"), (1, 1), Look(LIGHT, WORDS))
    assert figure["data"][0]["hovertext"] == [
        *(f"A{name} = {number!r}" for name, number in zip(("₁₁", "₁₂", "₂₁", "₂₂"), A.ravel().tolist(), strict=True)),
        "(xᵀ)₁ = 5.0",
        "(xᵀ)₂ = 7.0",
        *(f"(Ax){name} = {number!r}" for name, number in zip(("₁", "₂"), (A @ x).ravel().tolist(), strict=True)),
    ]
