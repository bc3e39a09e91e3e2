"""Random networks from fixed seeds, shared by the tests: shapes, activations, losses, data."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine import Network, Parameters

Floats = NDArray[np.float64]
INNER: Final = ("sigmoid", "tanh", "relu", "identity")
OUTPUTS: Final = (
    *(("half_squared_error", name) for name in INNER),
    ("cross_entropy", "sigmoid"),
    ("cross_entropy", "softmax"),
)


@dataclass(frozen=True, eq=False)
class Case:
    """A network with parameters and a batch."""

    number: int
    network: Network
    parameters: Parameters
    X: Floats
    Y: Floats

    def __str__(self) -> str:
        network = self.network
        return f"case {self.number}: {network.sizes} {network.activations} {network.loss}, m={len(self.X)}"


def targets(network: Network, m: int, rng: np.random.Generator) -> Floats:
    """Targets that suit the loss: any numbers, or from 0 to 1, or rows that sum to 1; some exactly 0 and 1."""
    n = network.sizes[-1]
    if network.loss == "half_squared_error":
        return rng.uniform(-1.0, 1.0, (m, n))
    if network.activations[-1] == "softmax":
        if rng.random() < 0.5:
            return np.eye(n)[rng.integers(n, size=m)]
        mass = rng.uniform(0.1, 1.0, (m, n))
        return np.asarray(mass / mass.sum(axis=1, keepdims=True))
    return rng.integers(0, 2, (m, n)).astype(float) if rng.random() < 0.5 else rng.uniform(0.0, 1.0, (m, n))


def random_case(number: int, widest: int = 16, deepest: int = 6) -> Case:
    """Case ``number``: losses and outputs, layers and batch sizes go round, each at its own pace."""
    rng = np.random.default_rng((20, number))
    loss, output = OUTPUTS[number % len(OUTPUTS)]
    L = 1 + number // len(OUTPUTS) % deepest
    sizes = tuple(int(n) for n in rng.integers(1, widest + 1, L + 1))
    inner = tuple(str(name) for name in rng.choice(INNER, L - 1))
    network = Network(sizes=sizes, activations=(*inner, output), loss=loss)
    scale = float(rng.choice((0.5, 1.0, 2.0)))
    W = tuple(scale * rng.standard_normal((n, n_in)) / np.sqrt(n_in) for n_in, n in pairwise(sizes))
    b = tuple(rng.uniform(-1.0, 1.0, n) for n in sizes[1:])
    m = 1 + number % 5
    X = rng.uniform(-2.0, 2.0, (m, sizes[0]))
    return Case(number, network, Parameters(W=W, b=b), X, targets(network, m, rng))


@cache
def cases() -> tuple[Case, ...]:
    """216 networks: one in seven up to 16 wide, the rest up to 6 (fifty digits are slow)."""
    return tuple(random_case(number, widest=16 if number % 7 == 4 else 6) for number in range(216))
