"""Every neuron at many points at once: what a map of the plane needs."""

from dataclasses import dataclass

import numpy as np

from engine import layout, samples
from engine.arrays import Floats, sealed
from engine.compile import compiled
from engine.layout import BLOCK, Many, Padded, Shape, padded
from engine.network import Network, Parameters
from engine.work import pause


@dataclass(frozen=True, eq=False)
class Neurons:
    """Net inputs and outputs of layers 1..L at p points.

    Attributes
    ----------
    u, x : tuple of L arrays (n_l, p)
        The very doubles that ``kernel.forward`` computes.
    """

    u: tuple[Floats, ...]
    x: tuple[Floats, ...]


def neurons(network: Network, parameters: Parameters, X: Floats) -> Neurons:
    """Net input and output of every neuron for each row of X (p, n_0) (FORMULAS F2, F3)."""
    u = np.empty((network.layers + 1, max(network.sizes), len(X)))
    x = np.empty_like(u)
    x[0, : network.sizes[0]] = X.T
    with np.errstate(all="ignore"):
        everywhere(layout.shape(network), padded(network, parameters), layout.many(network, x, u, training=False))
    pause()
    pairs = [(l, n) for l, n in enumerate(network.sizes) if l]
    return Neurons(tuple(sealed(u[l, :n]) for l, n in pairs), tuple(sealed(x[l, :n]) for l, n in pairs))


def predict(network: Network, parameters: Parameters, X: Floats) -> tuple[Floats, ...]:
    """Outputs of every layer 1..L for each row of X (m, n_0): arrays (m, n_l)."""
    return tuple(sealed(np.ascontiguousarray(x.T)) for x in neurons(network, parameters, X).x)


@compiled
def everywhere(net: Shape, parameters: Padded, points: Many) -> None:
    """Fill u[l, j, p] and x[l, j, p] for l >= 1 from the inputs x[0, i, p]."""
    count = points.x.shape[2]
    for first in range(0, count, BLOCK):
        samples.forward(net, parameters, first, min(count, first + BLOCK), points)
