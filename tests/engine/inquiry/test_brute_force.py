"""Watches and finds beside each update asked by itself, on random experiments.

In the suite some of them over some hundred updates; ``python -m tests.engine.inquiry.test_brute_force`` makes fifty
over ten thousand.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Final

import numpy as np
import pytest

from engine import Adam, Experiment, Momentum, Timeline, Update, backprop, find, watch
from tests.engine.networks import random_case

Asked = Callable[[Timeline, Update], float]


def experiment(number: int) -> Experiment:
    """Random network, data, batch, order, penalties; every fourth with edits, every fifth with another rule."""
    case, rng = random_case(number, widest=5, deepest=3), np.random.default_rng((13, number))
    made = Experiment(
        network=case.network,
        X=case.X,
        Y=case.Y,
        initial=case.parameters,
        learning_rate=float(rng.uniform(0.02, 0.4)),
        batch_size=int(rng.integers(1, len(case.X) + 1)),
        shuffle=bool(rng.integers(2)),
        seed=number,
        l1=float(rng.choice((0.0, 0.001))),
        l2=float(rng.choice((0.0, 0.01))),
        freeze_biases=bool(rng.integers(5) == 0),
    )
    if number % 5 == 4:
        made = replace(made, rule=(Adam(), Momentum())[number % 2], learning_rate=0.01)
    if number % 4 == 3:
        made = made.edit(57, learning_rate=0.05).edit(141, W=tuple(0.5 * w for w in case.parameters.W))
    return made


def _flat(arrays: tuple[np.ndarray, ...]) -> list[float]:
    return [number for array in arrays for number in array.ravel().tolist()]


def _length(numbers: list[float]) -> float:
    return math.sqrt(math.fsum(number * number for number in numbers))


def _gradient(W: tuple[np.ndarray, ...], b: tuple[np.ndarray, ...]) -> list[float]:
    return [number for pair in zip(W, b, strict=True) for number in _flat(pair)]


def _angle(line: Timeline, up: Update) -> float:
    run = line.experiment
    every = backprop(run.network, up.before, run.X, run.Y)
    a, b = (np.array(_gradient(one.grad_W, one.grad_b)) for one in (up.trace, every))
    lengths = _length(a.tolist()) * _length(b.tolist())
    if not (math.isfinite(lengths) and lengths > 0.0):
        return math.nan
    a, b = a / _length(a.tolist()), b / _length(b.tolist())
    return math.degrees(2.0 * math.atan2(_length((a - b).tolist()), _length((a + b).tolist())))


def _accuracy(line: Timeline, up: Update) -> float:
    run = line.experiment
    outputs, Y = backprop(run.network, up.before, run.X, run.Y).x[-1], run.Y
    if Y.shape[1] > 1 and all((row == row.max()).sum() == 1 for row in Y):
        return float(np.mean([np.argmax(one) == np.argmax(row) for one, row in zip(outputs, Y, strict=True)]))
    middles = [(min(column) + max(column)) / 2 if min(column) < max(column) else 0.5 for column in Y.T.tolist()]
    right = [
        all((o >= m) == (y >= m) for o, y, m in zip(one, row, middles, strict=True))
        for one, row in zip(outputs.tolist(), Y.tolist(), strict=True)
    ]
    return sum(right) / len(right)


ASKED: Final[dict[str, Asked]] = {
    "loss": lambda line, up: line.mean_loss(up.t),
    "loss@1": lambda line, up: float(up.trace.losses[0]),
    "W.1.1.1": lambda line, up: float(up.before.W[0][0, 0]),
    "delta.1.1@1": lambda line, up: float(up.trace.delta[0][0, 0]),
    "delta.1.1@2": lambda line, up: float(up.trace.delta[0][1, 0]) if up.trace.samples > 1 else math.nan,
    "x.1.1": lambda line, up: float(up.trace.x[1][0, 0]),
    "max(abs(delta_W))": lambda line, up: max(map(abs, _flat(up.delta_W))),
    "min(new_b.1)": lambda line, up: min(_flat(up.after.b[:1])),
    "norm(grad_W.1)": lambda line, up: _length(_flat(up.trace.grad_W[:1])),
    "norm(grad)": lambda line, up: _length(_gradient(up.trace.grad_W, up.trace.grad_b)),
    "sum(delta_b)": lambda line, up: math.fsum(_flat(up.delta_b)),
    "accuracy": _accuracy,
    "angle(grad, batch)": _angle,
}
EXACT: Final = ("loss", "loss@1", "W.1.1.1", "delta.1.1@1", "x.1.1", "max(abs(delta_W))", "min(new_b.1)")


def compare(number: int, upto: int) -> None:
    """Every expression over one run."""
    run = experiment(number)
    names = [name for name in ASKED if "@2" not in name or run.batch_size > 1]
    line, alone = Timeline(run), Timeline(run)
    watched = {name: watch(line, name, upto).value for name in names}
    asked = {name: np.empty(upto + 1) for name in names}
    with np.errstate(all="ignore"):
        for t in range(upto + 1):
            up = alone.update(t)
            for name in names:
                asked[name][t] = ASKED[name](alone, up)
    for name in names:
        if name in EXACT:
            assert np.array_equal(watched[name], asked[name], equal_nan=True), (number, name)
        else:
            close = 1e-12 if "angle" in name else 1e-15  # of degrees near 0 and near 180
            np.testing.assert_allclose(watched[name], asked[name], rtol=1e-9, atol=close, err_msg=f"{number} {name}")
    for name in EXACT:
        middle = float(np.median(asked[name]))
        holds = [bool(one < middle) for one in asked[name]]
        begins = tuple(t for t in range(upto + 1) if holds[t] and not (t and holds[t - 1]))
        assert find(line, f"{name} < {middle!r}", upto) == begins, (number, name)
        assert find(line, f"largest {name}", upto) == (int(np.argmax(asked[name])),), (number, name)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(10))
def test_watches_and_finds_are_what_each_update_says(number: int) -> None:
    compare(number, 200)


if __name__ == "__main__":
    runs, updates = (int(text) for text in (*sys.argv[1:], "50", "10000")[:2])
    for case in range(runs):
        begun = perf_counter()
        compare(case, updates)
        print(case, f"{perf_counter() - begun:.1f} s", flush=True)
