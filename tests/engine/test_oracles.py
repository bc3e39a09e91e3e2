"""Every number of the trace, over 216 random networks, against matrices, autograd and 50-digit arithmetic.

Errors are relative to the number itself. Where a number is a sum that cancels (u, x - y, the sums of W^T delta and of
the batch), no order of doubles can promise 1e-12 of the result, only 1e-12 of the magnitudes that were added; the
50-digit oracle returns these magnitudes, and they are the scale of the comparison with all three oracles. Against
fifty digits, at least 200 of the networks also hold 1e-12 of every number itself, without any scale.
"""

from functools import cache

import pytest

from engine import backprop
from tests.engine import oracle
from tests.engine.networks import INNER, Case, cases
from tests.engine.oracle import TOLERANCE, Values, faults, worst

CHUNKS = 12


@cache
def computed(number: int) -> tuple[Values, Values, Values]:
    """The trace of a case, its truth in fifty digits, and the scale of its errors."""
    case = cases()[number]
    truth, scale = oracle.fifty_digits(case.network, case.parameters, case.X, case.Y)
    return Values.of(backprop(case.network, case.parameters, case.X, case.Y)), truth, scale


def chunk(index: int) -> tuple[Case, ...]:
    return cases()[index::CHUNKS]


def test_networks_cover_what_the_engine_offers() -> None:
    nets = [case.network for case in cases()]
    assert len(nets) >= 200
    assert {net.layers for net in nets} == set(range(1, 7))
    assert {size for net in nets for size in net.sizes} == set(range(1, 17))
    assert {len(case.X) for case in cases()} == set(range(1, 6))
    assert {(net.loss, net.activations[-1]) for net in nets} == {
        *(("half_squared_error", name) for name in INNER),
        ("cross_entropy", "sigmoid"),
        ("cross_entropy", "softmax"),
    }
    assert {name for net in nets for name in net.activations[:-1]} == set(INNER)
    assert sum(len(set(net.activations)) > 1 for net in nets) >= 100  # mixed within a network


@pytest.mark.parametrize("index", range(CHUNKS))
def test_fifty_digits(index: int) -> None:
    for case in chunk(index):
        values, truth, scale = computed(case.number)
        assert faults(values, truth, scale) == [], case


@pytest.mark.parametrize("index", range(CHUNKS))
def test_matrix_form(index: int) -> None:
    for case in chunk(index):
        values, _, scale = computed(case.number)
        assert faults(values, oracle.matrix_form(case.network, case.parameters, case.X, case.Y), scale) == [], case


@pytest.mark.parametrize("index", range(CHUNKS))
def test_autograd(index: int) -> None:
    for case in chunk(index):
        values, _, scale = computed(case.number)
        assert faults(values, oracle.autograd(case.network, case.parameters, case.X, case.Y), scale) == [], case


def test_elementwise_without_any_scale() -> None:
    """Relative to the number itself, whatever cancels: all values of at least 200 networks."""
    exact = [case.number for case in cases() if faults(*computed(case.number)[:2]) == []]
    assert len(exact) >= 200


def test_slopes_and_outputs_of_sigmoid_and_tanh_need_no_scale() -> None:
    """What the activations compute is exact to 1e-12 of itself in every network: f' never cancels."""
    for case in cases():
        values, truth, _ = computed(case.number)
        assert worst(values, truth)["f_prime"].size < TOLERANCE, case
