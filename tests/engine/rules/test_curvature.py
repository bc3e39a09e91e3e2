"""The Hessian (S5), the Gauss-Newton matrix (S4) and their eigenvalues (S14), against other ways to them."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from engine import Network, Parameters, Problem, backprop, presets
from engine.activations import CODES, curvature
from engine.check import mean_loss
from engine.rules.angles import gradient
from engine.rules.bending import MOST
from engine.rules.curvature import gauss_newton, hessian, moving, spectrum
from tests.engine.networks import Case, Floats, cases
from tests.engine.rules.autograd import autograd_hessian, jacobian

SMALL = [case for case in cases() if case.network.parameter_count <= 60]


def complex_gradient(case: Case, row: Floats) -> Floats:
    """The gradient of the mean loss at complex parameters, in matrices: its imaginary part is a derivative."""
    network, at, layers = case.network, 0, []
    for n_in, n in zip(network.sizes, network.sizes[1:], strict=False):
        layers.append((row[at : at + n * n_in].reshape(n, n_in), row[at + n * n_in : at + n * (n_in + 1)]))
        at += n * (n_in + 1)
    slopes: dict[str, Callable[[Any], Any]] = {
        "sigmoid": lambda u: np.exp(-u) / (1.0 + np.exp(-u)) ** 2,
        "tanh": lambda u: 1.0 / np.cosh(u) ** 2,
        "relu": lambda u: (u.real > 0.0) * 1.0,
        "identity": np.ones_like,
    }
    values: dict[str, Callable[[Any], Any]] = {
        "sigmoid": lambda u: 1.0 / (1.0 + np.exp(-u)),
        "tanh": np.tanh,
        "relu": lambda u: np.where(u.real > 0.0, u, 0.0),
        "identity": lambda u: u,
        "softmax": lambda u: np.exp(u) / np.exp(u).sum(axis=1, keepdims=True),
    }
    x, us = [case.X.astype(complex)], []
    for (W, b), name in zip(layers, network.activations, strict=True):
        us.append(x[-1] @ W.T + b)
        x.append(values[name](us[-1]))
    delta = x[-1] - case.Y
    if network.loss != "cross_entropy":
        delta = delta * slopes[network.activations[-1]](us[-1])
    parts: list[Floats] = []
    for l in range(network.layers - 1, -1, -1):
        parts = [(delta.T @ x[l] / len(case.X)).ravel(), delta.mean(axis=0), *parts]
        if l:
            delta = (delta @ layers[l][0]) * slopes[network.activations[l - 1]](us[l - 1])
    return np.concatenate(parts)


def complex_step(case: Case) -> Floats:
    """The Hessian, column by column, as Im grad(w + ih e_k) / h."""
    row = case.parameters.pack()
    columns = [complex_gradient(case, row + 1e-30j * unit).imag / 1e-30 for unit in np.eye(len(row))]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_hessian_is_the_derivative_of_the_gradient(case: Case) -> None:
    found = hessian(case.network, case.parameters, case.X, case.Y)
    wanted = complex_step(case)
    assert np.abs(found - wanted).max() <= 1e-10 * max(1.0, float(np.abs(wanted).max()))


def test_complex_gradient_is_the_gradient() -> None:
    for case in SMALL[:30]:
        trace = backprop(case.network, case.parameters, case.X, case.Y)
        np.testing.assert_allclose(complex_gradient(case, case.parameters.pack()).real, gradient(trace), atol=1e-12)


@pytest.mark.parametrize("case", SMALL[::6], ids=str)
def test_hessian_is_that_of_autograd(case: Case) -> None:
    wanted = autograd_hessian(case)
    found = hessian(case.network, case.parameters, case.X, case.Y)
    assert np.abs(found - wanted).max() <= 1e-10 * max(1.0, float(np.abs(wanted).max()))


@pytest.mark.parametrize("case", SMALL[::4], ids=str)
def test_gauss_newton_is_made_of_jacobians(case: Case) -> None:
    crossed, m = case.network.loss == "cross_entropy", len(case.X)
    J = jacobian(case, before=crossed)
    x = backprop(case.network, case.parameters, case.X, case.Y).x[-1]
    wanted = np.zeros((J.shape[2], J.shape[2]))
    for own, out in zip(J, x, strict=True):
        middle = np.eye(len(out))
        if crossed:
            soft = case.network.activations[-1] == "softmax"
            middle = np.diag(out) - np.outer(out, out) if soft else np.diag(out * (1.0 - out))
        wanted += own.T @ middle @ own / m
    found = gauss_newton(case.network, case.parameters, case.X, case.Y)
    assert np.abs(found - wanted).max() <= 1e-10 * max(1.0, float(np.abs(wanted).max()))
    assert np.linalg.eigvalsh(found).min() >= -1e-12 * max(1.0, float(np.abs(found).max()))


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_curvature_of_an_activation_is_its_second_derivative(name: str) -> None:
    f = {"sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)), "tanh": mpmath.tanh}[name]
    for u in (-30.0, -3.0, -0.5, -1e-9, 0.0, 1e-9, 0.3, 2.0, 25.0):
        with mpmath.workdps(80):
            wanted = float(mpmath.diff(f, mpmath.mpf(u), 2, h=mpmath.mpf(10) ** -25))
        assert curvature(CODES[name], u) == pytest.approx(wanted, rel=1e-12, abs=1e-24)
    assert math.isnan(curvature(CODES[name], math.nan))


@pytest.mark.parametrize("name", ["relu", "identity"])
def test_straight_activations_do_not_bend(name: str) -> None:
    assert [curvature(CODES[name], u) for u in (-1.0, 0.0, 2.0)] == [0.0, 0.0, 0.0]


def test_eigenvalues_of_mazurs_network() -> None:
    mazur = presets.mazur()
    weights = moving(mazur.network, freeze_biases=True)
    H = hessian(mazur.network, mazur.initial_parameters, mazur.X, mazur.Y)[np.ix_(weights, weights)]
    found = spectrum(H)
    assert found is not None
    wanted = (-0.0250198, -0.0038809, 0.0, 0.0, 0.0, 0.000412942, 0.00385865, 0.0365459)
    np.testing.assert_allclose(found.values, wanted, rtol=3e-6, atol=1e-16)
    assert (found.negative, found.zero) == (2, 3)
    assert found.stable_rate == pytest.approx(2.0 / 0.0365459, rel=1e-5)
    assert found.condition is None


def test_gradient_descent_swings_up_beyond_the_stable_rate() -> None:
    """On a loss that is a paraboloid, 2 / lambda_max is where descent begins to diverge."""
    line = presets.rate_too_large()
    found = spectrum(hessian(line.network, line.initial_parameters, line.X, line.Y))
    assert found is not None
    assert found.stable_rate is not None
    losses = {}
    for share in (0.99, 1.01):
        row = line.initial_parameters.pack()
        for _ in range(2000):
            row = row - share * found.stable_rate * gradient(
                backprop(line.network, Parameters.unpack(line.network, row), line.X, line.Y)
            )
        losses[share] = float(mean_loss(line.network, row[None], line.X, line.Y)[0][0].real)
    assert losses[0.99] < 1e-9
    assert losses[1.01] > 1e9


def test_frozen_biases_do_not_move() -> None:
    network = Network((2, 2, 1), ("tanh", "identity"))
    assert moving(network, freeze_biases=True).tolist() == [0, 1, 2, 3, 6, 7]
    assert moving(network, freeze_biases=False).tolist() == list(range(9))


def test_too_many_parameters_are_said() -> None:
    network = Network((16, 12), ("sigmoid",))
    assert network.parameter_count > MOST
    with pytest.raises(Problem) as caught:
        hessian(network, Parameters((np.zeros((12, 16)),), (np.zeros(12),)), np.zeros((1, 16)), np.zeros((1, 12)))
    assert caught.value.code == "parameters_many"


def test_a_matrix_of_no_numbers_has_no_eigenvalues() -> None:
    assert spectrum(np.array([[1.0, np.inf], [np.inf, 1.0]])) is None
