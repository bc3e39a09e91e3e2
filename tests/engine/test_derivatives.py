"""Gradients against central differences of the mean loss, number by number and along random directions."""

import numpy as np
import pytest

from engine import Network, Parameters, backprop
from tests.engine.networks import INNER, OUTPUTS, Floats, targets

STEP = 1e-5
SETTINGS = [
    (loss, output, hidden, m) for loss, output in OUTPUTS for hidden in (None, *INNER) for m in (1, 4)
]  # hidden None: one layer only


def setting(
    loss: str, output: str, hidden: str | None, m: int, seed: int = 0
) -> tuple[Network, Parameters, Floats, Floats]:
    """A small network and data whose net inputs keep away from relu's corner, where there is no derivative."""
    sizes = (3, 2) if hidden is None else (3, 4, 3, 2)
    names = (output,) if hidden is None else (hidden, hidden, output)
    network = Network(sizes=sizes, activations=names, loss=loss)
    for attempt in range(1000):
        rng = np.random.default_rng((seed, m, attempt))
        parameters = Parameters.unpack(network, rng.normal(0.0, 0.7, network.parameter_count))
        X = rng.uniform(-1.5, 1.5, (m, 3))
        Y = targets(network, m, rng)
        if min(float(np.abs(u).min()) for u in backprop(network, parameters, X, Y).u) > 0.01:
            return network, parameters, X, Y
    raise AssertionError("no data away from the corner")


def slope(network: Network, at: Floats, along: Floats, X: Floats, Y: Floats) -> float:
    """Derivative of the mean loss along a direction: two central differences, the error of h^2 taken out."""

    def loss(share: float) -> float:
        return backprop(network, Parameters.unpack(network, at + share * STEP * along), X, Y).loss

    return (8.0 * (loss(1.0) - loss(-1.0)) - (loss(2.0) - loss(-2.0))) / (12.0 * STEP)


@pytest.mark.parametrize(("loss", "output", "hidden", "m"), SETTINGS)
def test_every_parameter(loss: str, output: str, hidden: str | None, m: int) -> None:
    network, parameters, X, Y = setting(loss, output, hidden, m)
    trace = backprop(network, parameters, X, Y)
    gradient = Parameters(W=trace.grad_W, b=trace.grad_b).pack()
    at = parameters.pack()
    numeric = np.array([slope(network, at, unit, X, Y) for unit in np.eye(len(at))])
    assert np.abs(gradient - numeric).max() < 1e-9 * max(1.0, float(np.abs(gradient).max()), trace.loss)


@pytest.mark.parametrize(("loss", "output", "hidden", "m"), SETTINGS)
def test_random_directions(loss: str, output: str, hidden: str | None, m: int) -> None:
    network, parameters, X, Y = setting(loss, output, hidden, m, seed=1)
    trace = backprop(network, parameters, X, Y)
    gradient = Parameters(W=trace.grad_W, b=trace.grad_b).pack()
    rng = np.random.default_rng(7)
    for _ in range(8):
        along = rng.standard_normal(len(gradient))
        along /= np.linalg.norm(along)
        numeric = slope(network, parameters.pack(), along, X, Y)
        assert abs(gradient @ along - numeric) < 1e-9 * max(1.0, float(np.linalg.norm(gradient)), trace.loss)


@pytest.mark.parametrize(("loss", "output", "hidden", "m"), SETTINGS)
def test_delta_is_the_derivative_by_the_net_input(loss: str, output: str, hidden: str | None, m: int) -> None:
    """Moving a bias moves its net input alone: for one sample, delta = dL/du is the slope along that bias."""
    network, parameters, X, Y = setting(loss, output, hidden, m, seed=2)
    for s in range(m):
        trace = backprop(network, parameters, X[s : s + 1], Y[s : s + 1])
        whole = backprop(network, parameters, X, Y)
        for l in range(network.layers):
            for j in range(network.sizes[l + 1]):
                unit = Parameters(
                    W=tuple(np.zeros_like(W) for W in parameters.W),
                    b=tuple(np.eye(1, len(b), j)[0] * (k == l) for k, b in enumerate(parameters.b)),
                ).pack()
                numeric = slope(network, parameters.pack(), unit, X[s : s + 1], Y[s : s + 1])
                assert abs(trace.delta[l][0, j] - numeric) < 1e-9 * max(1.0, abs(numeric), trace.loss)
                assert whole.delta[l][s, j] == trace.delta[l][0, j]  # each for its own sample
