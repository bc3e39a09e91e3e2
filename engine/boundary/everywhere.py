"""Every neuron at many points at once, with the points in the innermost loop: what a map of the plane needs."""

from dataclasses import dataclass

import numpy as np

from engine import kernel
from engine.activations import SOFTMAX, f_and_prime
from engine.arrays import Floats, sealed
from engine.compile import compiled
from engine.kernel import Ints
from engine.network import Network, Parameters, padded


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
    W, b = padded(network, parameters)
    sizes, kinds, _ = kernel.shape(network)
    u = np.empty((network.layers + 1, max(network.sizes), len(X)))
    x = np.empty_like(u)
    x[0, : network.sizes[0]] = X.T
    with np.errstate(all="ignore"):
        everywhere(sizes, kinds, W, b, u, x, *kernel.work(network)[:3])
    pairs = [(l, n) for l, n in enumerate(network.sizes) if l]
    return Neurons(tuple(sealed(u[l, :n]) for l, n in pairs), tuple(sealed(x[l, :n]) for l, n in pairs))


@compiled
def everywhere(
    sizes: Ints, kinds: Ints, W: Floats, b: Floats, u: Floats, x: Floats, one_x: Floats, one_u: Floats, slope: Floats
) -> None:
    """Fill u[l, j, p] and x[l, j, p] for l >= 1 from the inputs x[0, i, p].

    The operations on the numbers of one point, and their order, are those of ``kernel.forward``; only the loops are
    nested the other way round, so that a processor can work on several points side by side. ``one_x``, ``one_u`` and
    ``slope`` are room for one sample.
    """
    points = x.shape[2]
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for p in range(points):
                u[l, j, p] = 0.0
            for i in range(sizes[l - 1]):
                for p in range(points):
                    u[l, j, p] += W[l, j, i] * x[l - 1, i, p]
            for p in range(points):
                u[l, j, p] += b[l, j]
            if kinds[l] != SOFTMAX:
                for p in range(points):
                    x[l, j, p] = f_and_prime(kinds[l], u[l, j, p])[0]
        if kinds[l] == SOFTMAX:  # couples the neurons of a point
            for p in range(points):
                for j in range(sizes[l]):
                    one_u[0, l, j] = u[l, j, p]
                kernel.softmax(sizes[l], 0, l, one_x, one_u, slope)
                for j in range(sizes[l]):
                    x[l, j, p] = one_x[0, l, j]
