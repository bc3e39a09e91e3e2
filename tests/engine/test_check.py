"""The check of the gradients: it agrees with fifty digits, and it names what is wrong on purpose."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from engine import Network, Parameters, Problem, Timeline, Trace, backprop
from engine.check import EXPONENTS, FLOOR, TOLERANCE, check, error_curve, mean_loss
from engine.presets import PRESETS, experiment
from tests.engine import oracle
from tests.engine.networks import INNER, Case, Floats, cases
from tests.engine.test_derivatives import setting


def trace_of(case: Case) -> Trace:
    return backprop(case.network, case.parameters, case.X, case.Y)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 216, 36))
def test_the_complex_step_agrees_with_fifty_digits(first: int) -> None:
    for case in cases()[first : first + 36]:
        truth, scale = oracle.fifty_digits(case.network, case.parameters, case.X, case.Y)
        found = check(case.network, case.parameters, trace_of(case), 1e-5).complex_step.values
        exact = np.array(
            [float(x) for W, b in zip(truth.grad_W, truth.grad_b, strict=True) for x in (*W.flat, *b.flat)]
        )
        sizes = np.array(
            [float(x) for W, b in zip(scale.grad_W, scale.grad_b, strict=True) for x in (*W.flat, *b.flat)]
        )
        assert np.all(np.abs(found - exact) <= 1e-12 * sizes + 1e-300), case


def test_every_right_gradient_passes() -> None:
    for case in cases():
        found = check(case.network, case.parameters, trace_of(case), 1e-5)
        assert found.wrong == (), case
        assert len(found.quantities) == found.total == case.network.parameter_count


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["f_prime_of_x", "stale_W", "no_bias_gradient", "factor_two", "sum_not_mean"])
def test_a_wrong_formula_is_named(wrong: str) -> None:
    """Just the parameters that the wrong formula changes are called wrong."""
    concerned = 0
    for case in cases():
        bad = oracle.matrix_form(case.network, case.parameters, case.X, case.Y, wrong)
        right = trace_of(case)
        told, truth = (Parameters(W=one.grad_W, b=one.grad_b).pack() for one in (bad, right))
        apart = np.abs(told - truth) / np.maximum(np.maximum(np.abs(told), np.abs(truth)), 1e-300)
        if apart.max() < 1e-3:
            continue  # such as f' of x where no layer bends
        concerned += 1
        found = check(case.network, case.parameters, replace(right, grad_W=bad.grad_W, grad_b=bad.grad_b), 1e-5)
        largest = [max(np.abs(W).max(), np.abs(b).max()) for W, b in zip(bad.grad_W, bad.grad_b, strict=True)]
        floor = FLOOR * np.array([largest[q.layer - 1] for q in found.quantities])
        plain = np.maximum(np.abs(told), np.abs(truth)) > floor  # below it the error is measured against the floor
        expected = {q for q, far in zip(found.quantities, (apart > 2 * TOLERANCE) & plain, strict=True) if far}
        possible = {q for q, far in zip(found.quantities, apart > TOLERANCE / 2, strict=True) if far}
        assert expected <= set(found.wrong) <= possible, case
        assert found.wrong, case
    assert concerned > 60


def test_one_wrong_number_is_the_worst() -> None:
    case = next(case for case in cases() if case.network.sizes[-1] > 1 and case.network.layers > 1)
    right = trace_of(case)
    b = [array.copy() for array in right.grad_b]
    b[0][0] += 0.25 * np.abs(b[0]).max() + 0.1
    found = check(case.network, case.parameters, replace(right, grad_b=tuple(b)), 1e-5)
    assert [str(q) for q in found.wrong] == ["grad_b.1.1"]
    assert str(found.quantities[found.central.worst]) == "grad_b.1.1"
    assert found.complex_step.absolute[found.complex_step.worst] == pytest.approx(
        0.25 * np.abs(right.grad_b[0]).max() + 0.1
    )


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh"])
def test_the_curve_is_a_v(hidden: str) -> None:
    """Its right arm has the slope h^2, its left arm h^-1, the complex step stays small once h is."""
    network, parameters, X, Y = setting("cross_entropy", "softmax", hidden, 4)
    curve = error_curve(network, parameters, backprop(network, parameters, X, Y))
    assert curve.exponents == EXPONENTS
    h = np.array(curve.exponents, dtype=float)
    right, left = (h >= -4) & (h <= -2), (h >= -13) & (h <= -7)
    assert np.polyfit(h[right], np.log10(curve.central[right]), 1)[0] == pytest.approx(2.0, abs=0.05)
    assert np.polyfit(h[left], np.log10(curve.central[left]), 1)[0] == pytest.approx(-1.0, abs=0.25)
    assert -7 <= curve.best <= -4
    assert curve.central.min() == curve.central[curve.exponents.index(curve.best)]
    assert np.all(curve.complex_step[h <= -8] < 1e-13)
    assert np.polyfit(h[right], np.log10(curve.complex_step[right]), 1)[0] == pytest.approx(2.0, abs=0.05)
    assert np.all(curve.median <= curve.central)
    assert curve.checked == curve.total == network.parameter_count


def test_central_differences_are_those_of_a_loop() -> None:
    """One parameter after the other, by the engine's own loss instead of the matrices."""
    network, parameters, X, Y = setting("half_squared_error", "tanh", "sigmoid", 4)
    trace, row = backprop(network, parameters, X, Y), parameters.pack()

    def loss(at: Floats) -> float:
        return backprop(network, Parameters.unpack(network, at), X, Y).loss

    for h in (1e-2, 1e-5):
        found = check(network, parameters, trace, h).central
        looped = [(loss(row + h * e) - loss(row - h * e)) / (2 * h) for e in np.eye(len(row))]
        assert np.allclose(found.values, looped, rtol=0, atol=1e-15 / h)
        gradient = Parameters(W=trace.grad_W, b=trace.grad_b).pack()
        assert np.array_equal(found.absolute, np.abs(gradient - found.values))


@pytest.mark.parametrize("activation", INNER)
def test_the_loss_is_the_engines(activation: str) -> None:
    for case in (case for case in cases() if activation in case.network.activations):
        losses, _ = mean_loss(case.network, case.parameters.pack()[None], case.X, case.Y)
        assert losses[0] == pytest.approx(trace_of(case).loss, rel=1e-12)


def test_a_corner_is_counted() -> None:
    network = Network(sizes=(1, 1, 1), activations=("relu", "identity"))
    for bias, expected in ((0.0, 2), (0.5, 0), (5e-6, 2)):  # the step 1e-5 crosses u = 0 by W1 and by b1
        parameters = Parameters.unpack(network, [0.0, bias, 2.0, 0.1])
        trace = backprop(network, parameters, [[1.0]], [[1.0]])
        found = check(network, parameters, trace, 1e-5)
        assert found.crossed.sum() == expected
        assert [str(q) for q, over in zip(found.quantities, found.crossed, strict=True) if over] == (
            ["grad_W.1.1.1", "grad_b.1.1"] if expected else []
        )
        assert found.wrong == ()
    parameters = Parameters.unpack(network, [0.0, 0.0, 2.0, 0.1])
    at_zero = check(network, parameters, backprop(network, parameters, [[1.0]], [[1.0]]), 1e-5)
    k = [str(q) for q in at_zero.quantities].index("grad_b.1.1")
    assert at_zero.analytic[k] == 0.0
    assert at_zero.central.values[k] == pytest.approx(2.0 * (0.1 - 1.0) / 2, rel=1e-4)  # half of the slope on the right


def test_rounding_is_about_as_large_as_it_says() -> None:
    """Far left on the V the absolute errors of all parameters are of the size of epsilon L / h."""
    exp = experiment()
    update = Timeline(exp).update(3)
    for h in (1e-9, 1e-11):
        found = check(exp.network, update.before, update.trace, h)
        typical = np.median(found.central.absolute[found.central.absolute > 0.0])
        assert found.rounding / 10.0 < typical < found.rounding * 10.0


def test_a_small_loss_of_softmax_keeps_its_digits() -> None:
    """ln(1 + small) and not ln(sum) - u: else its rounding would be 1, not the loss, times epsilon."""
    network = Network((1, 3), ("softmax",), "cross_entropy")
    parameters = Parameters.unpack(network, [9.0, -1.0, 0.5, 3.0, 0.0, -2.0])
    X, Y = [[1.0]], [[1.0, 0.0, 0.0]]
    trace = backprop(network, parameters, X, Y)
    with mpmath.workdps(50):
        u = [mpmath.mpf(v) for v in (12.0, -1.0, -1.5)]
        truth = float(mpmath.log(sum(mpmath.exp(v - u[0]) for v in u)))
    losses, _ = mean_loss(network, parameters.pack()[None], np.array(X), np.array(Y))
    assert truth < 1e-5
    assert losses[0] == pytest.approx(truth, rel=1e-14)
    for h in (1e-7, 1e-9):
        found = check(network, parameters, trace, h)
        typical = np.median(found.central.absolute[found.central.absolute > 0.0])
        assert typical < found.rounding * 10.0
        assert np.all(found.complex_step.relative <= 1e-10)


def test_a_zero_gradient_has_no_error() -> None:
    exp = experiment("all-zero")
    update = Timeline(exp).update(0)
    found = check(exp.network, update.before, update.trace, 1e-5)
    zero = [k for k, q in enumerate(found.quantities) if q.kind == "grad_W" and q.layer == 1]
    assert np.all(found.central.relative[zero] == 0.0)
    assert np.all(found.complex_step.relative[zero] == 0.0)
    assert np.all(np.isfinite(found.central.relative))


def test_what_is_not_finite_is_said() -> None:
    exp = experiment("rate-too-large")
    line = Timeline(exp)
    t = next(t for t in range(5000) if not line.parameters(t).finite or not np.isfinite(line.update(t).trace.loss))
    update = line.update(t)
    for ask in (
        lambda: check(exp.network, update.before, update.trace, 1e-5),
        lambda: error_curve(exp.network, update.before, update.trace),
    ):
        with pytest.raises(Problem) as caught:
            ask()
        assert caught.value.code == "check_not_finite"
    for earlier in range(max(0, t - 3), t):  # numbers near the largest are no reason to stop
        before = line.update(earlier)
        assert len(check(exp.network, before.before, before.trace, 0.1).central.relative)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_agrees(preset: str) -> None:
    exp = experiment(preset)
    update = Timeline(exp).update(2)
    assert check(exp.network, update.before, update.trace, 1e-6).wrong == ()


def test_a_large_batch_is_checked_in_part_and_quickly() -> None:
    network = Network(sizes=(16,) * 7, activations=("tanh",) * 5 + ("sigmoid",))
    rng = np.random.default_rng(3)
    parameters = Parameters.unpack(network, rng.normal(0.0, 0.3, network.parameter_count))
    trace = backprop(network, parameters, rng.normal(size=(4000, 16)), rng.uniform(size=(4000, 16)))
    found = check(network, parameters, trace, 1e-5)
    assert 4 <= len(found.quantities) < 40
    assert found.total == 1632
    assert {str(found.quantities[0]), str(found.quantities[-1])} == {"grad_W.1.1.1", "grad_b.6.16"}
    assert len({q.layer for q in found.quantities}) > 3
    assert found.wrong == ()


def test_arrays_cannot_be_written() -> None:
    exp = experiment()
    update = Timeline(exp).update(0)
    found = check(exp.network, update.before, update.trace, 1e-5)
    with pytest.raises(ValueError, match="read-only"):
        found.central.values[0] = 1.0
