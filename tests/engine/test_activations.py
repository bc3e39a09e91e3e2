"""What an activation's record says of it, against the numbers that the kernel gives."""

from itertools import product

import numpy as np
import pytest

from engine import Network, Parameters, Problem, backprop
from engine.activations import ACTIVATIONS
from engine.losses import CODES as LOSSES

U = np.linspace(-4.0, 4.0, 81)


def outputs(name: str, u: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """f and f' of a layer with these net inputs."""
    coupled = ACTIVATIONS[name].coupled
    network = Network((1, len(u)), (name,), "cross_entropy" if coupled else "half_squared_error")
    parameters = Parameters(W=(np.zeros((len(u), 1)),), b=(np.array(u),))
    trace = backprop(network, parameters, np.zeros((1, 1)), np.full((1, len(u)), 1.0 / len(u)))
    return trace.x[1][0], trace.f_prime[0][0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_record_says_what_the_kernel_computes(name: str) -> None:
    record = ACTIVATIONS[name]
    pairs = [outputs(name, [float(u), 0.25]) for u in U]
    x, slope = (np.array([pair[part] for pair in pairs]) for part in (0, 1))
    assert record.coupled == bool(np.ptp(x[:, 1]) > 0.0), "whether the second output feels the first net input"
    assert record.cancels == bool(np.allclose(slope, x * (1.0 - x), atol=1e-12))
    assert record.logistic == (record.cancels and not record.coupled)
    assert record.low <= x.min()
    assert x.max() <= record.high
    assert record.signed == bool(x.min() < 0.0 < x.max())
    assert record.unit == bool(x.min() >= 0.0 and x.max() <= 1.0)


@pytest.mark.parametrize(("name", "loss"), list(product(ACTIVATIONS, LOSSES)))
def test_a_network_has_the_loss_that_its_output_allows(name: str, loss: str) -> None:
    record = ACTIVATIONS[name]
    allowed = record.cancels if loss == "cross_entropy" else not record.coupled
    if not allowed:
        with pytest.raises(Problem):
            Network((2, 3, 2), ("tanh", name), loss)
        return
    network = Network((2, 3, 2), ("tanh", name), loss)
    assert [network.activation(layer) for layer in range(3)] == [ACTIVATIONS["identity"], ACTIVATIONS["tanh"], record]
    assert network.output is record
    rng = np.random.default_rng(3)
    parameters = Parameters.unpack(network, rng.normal(size=network.parameter_count))
    trace = backprop(network, parameters, rng.normal(size=(1, 2)), np.array([[0.25, 0.75]]))
    gap = trace.x[2] - trace.y
    assert (network.crossed or bool((trace.f_prime[1] == 1.0).all())) == bool(np.allclose(trace.delta[1], gap, atol=0))
