"""Every neuron at many points at once: what a map of the plane needs."""

import numpy as np

from engine import layout, samples
from engine.arrays import Floats, sealed
from engine.compile import compiled
from engine.layout import BLOCK, Many, Padded, Shape, padded
from engine.network import Network, Parameters
from engine.work import pause


def neurons(network: Network, parameters: Parameters, X: Floats) -> tuple[Floats, ...]:
    """Output of every neuron for each row of X (p, n_0), the very doubles of ``kernel.forward`` (FORMULAS F2, F3).

    Returns
    -------
    tuple of L+1 arrays (n_l, p)
        Layers 0..L; the first are the inputs.
    """
    inputs = np.array(X.T, order="C")  # its own: a single row would be handed on as it is, and compiled for apart
    found = np.empty((sum(network.sizes[1:]), len(X)))
    with np.errstate(all="ignore"):
        room = layout.many(network, training=False)
        everywhere(layout.shape(network), padded(network, parameters), inputs, room, found)
    pause()
    return tuple(sealed(x) for x in (inputs, *np.split(found, np.cumsum(network.sizes[1:-1]))))


def net_input(parameters: Parameters, layer: int, j: int, x: Floats) -> Floats:
    """Net input of neuron j (from 0) of a layer (from 1), the very doubles of ``kernel.forward`` (F2).

    It is worked out again where it is asked for: to keep it for every neuron took as long as all their outputs do.

    Parameters
    ----------
    x : array (n_(layer-1), ...)
        Outputs of the layer before, at any points.
    """
    total = np.zeros(x.shape[1:])
    with np.errstate(all="ignore"):
        for w, source in zip(parameters.W[layer - 1][j], x, strict=True):
            total += w * source
        total += parameters.b[layer - 1][j]
    return total


def predict(network: Network, parameters: Parameters, X: Floats) -> tuple[Floats, ...]:
    """Outputs of every layer 1..L for each row of X (m, n_0): arrays (m, n_l)."""
    return tuple(sealed(np.ascontiguousarray(x.T)) for x in neurons(network, parameters, X)[1:])


@compiled
def everywhere(net: Shape, parameters: Padded, inputs: Floats, many: Many, found: Floats) -> None:
    """Outputs of all neurons from layer 1 on, a row each, at points whose input i is inputs[i, p]."""
    points = inputs.shape[1]
    for first in range(0, points, BLOCK):
        count = min(points - first, BLOCK)
        for i in range(net.sizes[0]):
            x, row = many.x[0, i * count :], inputs[i, first:]
            for s in range(count):
                x[s] = row[s]
        samples.forward(net, parameters, count, many)
        at = 0
        for l in range(1, net.sizes.shape[0]):
            for j in range(net.sizes[l]):
                x, kept = many.x[l, j * count :], found[at, first:]
                for s in range(count):
                    kept[s] = x[s]
                at += 1
