"""How exact an answer has to be: careful work with four figures is right, what stays or goes the other way is not."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.network import Network, Parameters
from engine.quantities import Quantity, value
from engine.questions.grading import STEP_SHARE, graded, moved
from engine.questions.instances import instance
from engine.questions.mistakes import Sheet
from engine.timeline import Timeline
from engine.update import Update

NETWORKS: Final = (
    Network((2, 2, 1), ("sigmoid", "sigmoid")),
    Network((2, 3, 2), ("tanh", "sigmoid")),
    Network((2, 2, 3), ("tanh", "softmax"), "cross_entropy"),
    Network((3, 4, 2), ("sigmoid", "sigmoid")),
)
SEEDS: Final = 15


def four(numbers: Any) -> Any:
    """Each number with four significant digits."""
    return np.vectorize(lambda number: float(f"{number:.4g}"))(np.asarray(numbers, dtype=float))


def by_hand(run: Experiment) -> dict[str, list[Any]]:
    """The first update with every intermediate result rounded to four digits, as somebody writes it down."""
    W, b = run.initial_parameters.W, run.initial_parameters.b
    x, us = [run.X[0]], []
    for layer, kind in enumerate(run.network.activations):
        us.append(four(four(W[layer] * x[-1]).sum(axis=1) + b[layer]))
        if kind == "softmax":
            e = four(np.exp(us[-1]))
            x.append(four(e / four(e.sum())))
        else:
            x.append(four(np.tanh(us[-1]) if kind == "tanh" else 1 / (1 + four(np.exp(-us[-1])))))
    slope = {"sigmoid": lambda x: four(x * four(1 - x)), "tanh": lambda x: four(1 - four(x * x))}
    last = four(x[-1] - run.Y[0])
    delta = [last if run.network.crossed else four(last * slope[run.network.activations[-1]](x[-1]))]
    for layer in range(run.network.layers - 1, 0, -1):
        back = four(four(W[layer] * delta[0][:, None]).sum(axis=0))
        delta.insert(0, four(back * slope[run.network.activations[layer - 1]](x[layer])))
    grad_W = [four(np.outer(d, below)) for d, below in zip(delta, x, strict=False)]
    new_W = [four(w - four(run.learning_rate * g)) for w, g in zip(W, grad_W, strict=True)]
    new_b = [four(one - four(run.learning_rate * d)) for one, d in zip(b, delta, strict=True)]
    return {"u": us, "x": x[1:], "delta": delta, "grad_W": grad_W, "grad_b": delta, "new_W": new_W, "new_b": new_b}


def asked(network: Network, kind: str) -> Iterator[Quantity]:
    for layer in range(1, network.layers + 1):
        for j in range(1, network.sizes[layer] + 1):
            if kind.endswith("W"):
                yield from (Quantity(kind, layer, j, i) for i in range(1, network.sizes[layer - 1] + 1))
            else:
                yield Quantity(kind, layer, j, sample=1 if kind in ("u", "x", "delta") else 0)


def entry(made: dict[str, list[Any]], q: Quantity) -> float:
    array = made[q.kind][q.layer - 1]
    return float(array[q.j - 1, q.i - 1] if q.i else array[q.j - 1])


@cache
def sheets() -> list[tuple[Sheet, dict[str, list[Any]]]]:
    drawn = [instance(seed, network) for network in NETWORKS for seed in range(SEEDS)]
    return [(Sheet.of(Timeline(run), 0), by_hand(run)) for run in drawn]


def before(update: Update, q: Quantity) -> float:
    held = (update.before.W if q.i else update.before.b)[q.layer - 1]
    return float(held[q.j - 1, q.i - 1] if q.i else held[q.j - 1])


def test_a_weight_that_stays_or_goes_the_other_way_is_refused() -> None:
    seen = 0
    for sheet, _ in sheets():
        for kind in ("new_W", "new_b"):
            for q in asked(sheet.network, kind):
                right, was = value(sheet.update, q), before(sheet.update, q)
                for wrong in (was, 2 * was - right):  # the step 0, and the step turned
                    for answer in (wrong, float(four(wrong))):
                        if four(answer) != four(right):
                            seen += 1
                            assert not graded(sheet, q, answer, among=()).right, (q, was, right, answer)
    assert seen > 4000


def test_careful_work_with_four_figures_is_right() -> None:
    """New weights, wherever the gradient that they are made of was; other numbers but for those that nearly cancel."""
    refused, total = dict.fromkeys(("u", "x", "delta", "grad_W", "grad_b"), 0), 0
    for sheet, made in sheets():
        for kind in refused:
            for q in asked(sheet.network, kind):
                total += 1
                refused[kind] += not graded(sheet, q, entry(made, q), among=()).right
        for family in "Wb":
            for q in asked(sheet.network, f"new_{family}"):
                gradient = Quantity(f"grad_{family}", q.layer, q.j, q.i)
                if graded(sheet, gradient, entry(made, gradient), among=()).right:
                    assert graded(sheet, q, entry(made, q), among=()).right, (sheet.experiment.seed, q)
    assert refused["x"] == 0
    assert sum(refused.values()) < 0.01 * total, refused


def test_the_old_weight_is_right_where_four_digits_show_no_step() -> None:
    network = Network((1, 1), ("identity",))
    x, start = np.array([[1.0]]), Parameters((np.array([[1.5]]),), (np.zeros(1),))
    for target, still in ((1.4992, True), (1.5008, True), (1.497, False), (1.503, False)):
        sheet = Sheet.of(Timeline(Experiment(network, x, np.array([[target]]), start, learning_rate=0.5)), 0)
        step = -0.5 * (1.5 - target)
        assert graded(sheet, Quantity("new_W", 1, 1, 1), 1.5 + step).right
        assert graded(sheet, Quantity("new_W", 1, 1, 1), 1.5).right is still


def test_the_examiners_example_is_refused() -> None:
    sheet = Sheet.of(Timeline(instance(3, NETWORKS[0])), 0)
    close_by = [q for q in asked(NETWORKS[0], "new_W") if before(sheet.update, q) == 1.58]
    (q,) = close_by
    assert round(value(sheet.update, q), 5) == 1.58071
    grades = [graded(sheet, q, answer) for answer in (1.58, 1.57929, 1.581, 1.5807)]
    assert [grade.right for grade in grades] == [False, False, True, True]
    assert "M7" in grades[1].mistakes


def test_a_weight_that_is_shown_rounded_may_be_taken_as_it_is_shown() -> None:
    was, step = 1.58046, 0.00123
    assert moved(1.58 + step, was + step, was)
    assert moved(1.581, was + step, was)
    assert not moved(1.58, was + step, was)
    assert not moved(was, was + step, was)
    assert not moved(1.579, was + step, was)
    assert moved(1.580, 1.5801, 1.57956), "it is the right number in the digits asked for, though 1.580 stood there too"
    assert moved(1.0 + 0.3 * (1 + 0.9 * STEP_SHARE), 1.3, 1.0)
    assert not moved(1.0 + 0.3 * (1 + 1.1 * STEP_SHARE) + 0.0005, 1.3, 1.0)
    assert not moved(np.nan, 1.3, 1.0)
    assert moved(0.0, 0.0, 0.0)


@pytest.mark.parametrize("kind", ["sigmoid", "tanh"])
def test_near_a_bound_what_is_left_to_it_counts(kind: str) -> None:
    start = Parameters((np.array([[2.5]]),), (np.zeros(1),))
    for x in (1.0, -1.0):
        sheet = Sheet.of(Timeline(Experiment(Network((1, 1), (kind,)), np.array([[x]]), np.array([[0.5]]), start)), 0)
        q = Quantity("x", 1, 1, sample=1)
        right = value(sheet.update, q)
        exact = 1 / (1 + np.exp(-2.5 * x)) if kind == "sigmoid" else np.tanh(2.5 * x)
        assert right == pytest.approx(exact, rel=1e-12)
        assert graded(sheet, q, float(four(exact))).right
        bound = round(exact)
        assert not graded(sheet, q, bound + 1.08 * (exact - bound)).right
