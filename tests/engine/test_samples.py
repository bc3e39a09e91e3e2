"""Passes over many samples at once give the doubles of those over one at a time, and their exponentials math.exp's."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine.exponentials
from engine import Network, backprop, kernel, layout
from engine.arrays import sealed
from engine.exponentials import STEPS, exponentials
from engine.layout import Data, Descent, Span, padded
from tests.engine.networks import OUTPUTS, Floats, random_case, targets

STILL = kernel.RuleAtWork(Descent(eta=0.0, freeze_biases=True))


def one_by_one(network: Network, parameters: Any, X: Floats, Y: Floats) -> tuple[list[Any], Floats, Floats]:
    """What the kernel computes for each row by itself, and the mean gradient: terms added in the rows' order."""
    net, work = layout.shape(network), layout.work(network)
    rows: list[Any] = []
    with np.errstate(all="ignore"):
        for s in range(len(X)):
            data = Data(X, Y, np.array([[s] * len(X)]))
            kernel.run(net, padded(network, parameters), data, Span(0, 1, 1), STILL, work, None)
            rows.append([array.copy() for array in (*work[:4], work.grad_W, work.grad_b)])
        grad_W, grad_b = rows[0][4].copy(), rows[0][5].copy()
        for row in rows[1:]:
            grad_W += row[4]
            grad_b += row[5]
        return rows, grad_W / len(X), grad_b / len(X)


def assert_bits(ours: Floats, theirs: Floats) -> None:
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(np.signbit(ours[ours == 0.0]), np.signbit(theirs[ours == 0.0]))


@pytest.mark.slow
@pytest.mark.parametrize("wild", [False, True], ids=["", "overflow"])
@pytest.mark.parametrize("m", [2, 3, 5, 16, 31, 127, 128, 129, 300])
def test_a_batch_is_its_samples_one_by_one(m: int, wild: bool) -> None:
    for number in range(3 * len(OUTPUTS)):
        case = random_case(1000 * m + number)
        rng = np.random.default_rng((m, number))
        X, Y = rng.normal(0.0, 2.0, (m, case.network.sizes[0])), targets(case.network, m, rng)
        X[rng.random(X.shape) < 0.2] *= -0.0
        X, Y = sealed(np.sign(X) * 1e308 if wild else X), sealed(Y)  # as a run has them
        trace = backprop(case.network, case.parameters, X, Y)
        rows, grad_W, grad_b = one_by_one(case.network, case.parameters, X, Y)
        for l, (n_in, n) in enumerate(zip(case.network.sizes, case.network.sizes[1:], strict=False), start=1):
            assert_bits(trace.grad_W[l - 1], grad_W[l, :n, :n_in])
            assert_bits(trace.grad_b[l - 1], grad_b[l, :n])
            x, u, f_prime, delta = (np.stack([row[kind][l, :n] for row in rows]) for kind in range(4))
            assert_bits(trace.x[l], x)
            assert_bits(trace.u[l - 1], u)
            assert_bits(trace.f_prime[l - 1], f_prime)
            assert_bits(trace.delta[l - 1], delta)


def differing(v: Floats) -> int:
    """How many exponentials are not math.exp's."""
    found = np.empty_like(v)
    exponentials(v, found, len(v), np.empty(len(v), dtype=np.int64))
    return sum(a != b for a, b in zip(found.tolist(), map(_exp, v.tolist()), strict=True))


def _exp(v: float) -> float:
    try:
        return math.exp(v)
    except OverflowError:
        return math.inf


def test_exponentials_are_those_of_math() -> None:
    rng = np.random.default_rng(0)
    for scale in (1e-9, 1e-3, 0.1, 1.0, 5.0, 50.0, 400.0):
        assert differing(-np.abs(rng.normal(0.0, scale, 60_000))) == 0, scale
        assert differing(rng.normal(0.0, scale, 10_000)) == 0, scale
    halves = (np.arange(-100_000, 1000) + 0.5) * (math.log(2.0) / STEPS)  # where k changes
    edges: tuple[Any, ...] = (
        halves,
        np.nextafter(halves, -np.inf),
        np.nextafter(halves, np.inf),
        np.linspace(-750.0, -690.0, 9999),
    )
    for v in edges:
        assert differing(v) == 0
    odd = np.array([0.0, -0.0, math.inf, -math.inf, 709.0, 710.0, -745.0, -746.0, 5e-324, -5e-324, 1e308, -1e308])
    assert differing(odd) == 0
    found = np.zeros(2)
    exponentials(np.array([math.nan, -math.nan]), found, 2, np.empty(2, dtype=np.int64))
    assert np.isnan(found).all()


def test_without_doubt_some_would_differ() -> None:
    """The test above would see it: rounded without asking, some results are the double beside."""
    plain: Callable[..., Any] = exponentials.py_func  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        patch.setattr(engine.exponentials, "DOUBT", 0.0)
        v = -np.abs(np.random.default_rng(0).normal(0.0, 1.0, 20_000))
        found = np.empty_like(v)
        plain(v, found, len(v), np.empty(len(v), dtype=np.int64))
    assert 0 < sum(a != math.exp(b) for a, b in zip(found.tolist(), v.tolist(), strict=True)) < 1000
