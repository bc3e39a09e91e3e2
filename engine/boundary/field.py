"""A plane through the data with every neuron on it, and the lines where a neuron changes sides."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.activations import f_and_prime
from engine.arrays import Floats, sealed
from engine.boundary.contour import Line, level_line
from engine.boundary.everywhere import net_input, neurons
from engine.network import Network, Parameters

Expand = Callable[[Floats], Floats]  # points of the data's own coordinates (p, d) to inputs of the network (p, n_0)


@dataclass(frozen=True, eq=False)
class Plane:
    """A grid over two coordinates; the others are held."""

    # the coordinates (from 0) that vary, across and up; -1 where there is one only, and up is then a 0
    axes: tuple[int, int]
    held: Floats  # of shape (d,)
    across: Floats  # of shape (nx,)
    up: Floats  # of shape (ny,)

    def points(self) -> Floats:
        """The grid's points, row by row, in all coordinates: (ny nx, d), each coordinate's numbers side by side."""
        grid = np.empty((len(self.held), len(self.up), len(self.across)))
        grid[...] = np.asarray(self.held)[:, None, None]
        if self.axes[1] >= 0:
            grid[self.axes[1]] = self.up[:, None]
        grid[self.axes[0]] = self.across
        return grid.reshape(len(grid), -1).T


@dataclass(frozen=True, eq=False)
class Field(Plane):
    """Every neuron at every point of a plane."""

    parameters: Parameters
    x: tuple[Floats, ...]  # (n_l, ny, nx): outputs of layers 0..L; x[0] are the network's inputs

    def net_input(self, layer: int, j: int) -> Floats:
        """Net input of neuron j (from 0) of a layer (from 1): (ny, nx)."""
        return net_input(self.parameters, layer, j, self.x[layer - 1])


def field_of(network: Network, parameters: Parameters, plane: Plane, expand: Expand | None = None) -> Field:
    """Every neuron on the plane; ``expand`` makes inputs of points where the data have features."""
    points = plane.points()
    found = neurons(network, parameters, points if expand is None else expand(points))
    place = (-1, len(plane.up), len(plane.across))
    return Field(
        axes=plane.axes,
        held=sealed(np.array(plane.held, dtype=np.float64)),
        across=plane.across,
        up=plane.up,
        parameters=parameters,
        x=tuple(sealed(layer.reshape(place)) for layer in found),
    )


def threshold(network: Network, layer: int) -> float:
    """The output at which a hidden neuron changes sides: f(0); 0 for an input."""
    activation = network.activation(layer)
    return 0.0 if activation.coupled else float(f_and_prime(activation.code, 0.0)[0])


def reach(network: Network, layer: int, x: Floats, level: float) -> float:
    """How far a neuron's output x goes from its level at most: the end of its colour scale."""
    activation = network.activation(layer)
    if activation.bounded:
        low, high = activation.low, activation.high
        return max(level - low, high - level, (high - low) / 2.0)
    far = np.abs(x[np.isfinite(x)] - level)
    return float(far.max()) if far.size and far.max() > 0.0 else 1.0


def own_line(field: Field, layer: int, j: int, every: int = 1) -> Line:
    """Where the net input of neuron j (from 0) is zero: a straight line in layer 1, a curve further up.

    With ``every`` above 1 only so many grid lines are looked at, from the first on: enough for a line that is thin.
    """
    if len(field.up) == 1:
        return [], []
    return level_line(field.across[::every], field.up[::every], field.net_input(layer, j)[::every, ::every])


def output_line(field: Field, output: int, level: float) -> Line:
    """Where an output (from 0) is at its level."""
    return level_line(field.across, field.up, field.x[-1][output] - level) if len(field.up) > 1 else ([], [])


def highest(x: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Which output (from 0) is the highest: (n, ...) to (...); the first of equals, -1 where one is no number."""
    winner: np.ndarray[tuple[int, ...], np.dtype[np.int64]] = np.argmax(x, axis=0).astype(np.int64)
    return np.where(np.isnan(x).any(axis=0), -1, winner)


def region_lines(field: Field) -> Line:
    """The borders between the regions in which one output is the highest: each against the best of the others."""
    outputs = field.x[-1]
    x: list[float | None] = []
    y: list[float | None] = []
    if len(outputs) == 1 or len(field.up) == 1 or not np.isfinite(outputs).all():
        return x, y
    for k in range(1 if len(outputs) == 2 else len(outputs)):
        others = np.delete(outputs, k, axis=0).max(axis=0)
        xs, ys = level_line(field.across, field.up, outputs[k] - others)
        x += [*([None] if x and xs else []), *xs]
        y += [*([None] if y and ys else []), *ys]
    return x, y
