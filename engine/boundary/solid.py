"""Where a quantity over three inputs is zero, as a surface of triangles: marching tetrahedra on a grid of values."""

from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Ints, sealed
from engine.boundary.everywhere import net_input, neurons
from engine.boundary.field import Expand
from engine.network import Network, Parameters

SIDE: Final = 19  # points a side

# The six tetrahedra of a cell, as steps (k, r, c) from its lowest corner: from there to the highest, one axis after
# the other. Neighbouring cells cut their common face along the same diagonal, so the surface has no gaps.
_PATHS: Final = np.array(
    [np.cumsum([(0, 0, 0), *np.eye(3, dtype=int)[list(way)]], axis=0) for way in permutations(range(3))]
)


@dataclass(frozen=True, eq=False)
class Solid:
    """Every neuron over three coordinates.

    Attributes
    ----------
    grids : three arrays (n_1,), (n_2,), (n_3,)
        Grid values of the coordinates.
    parameters : Parameters
    x : tuple of arrays (n_l, n_3, n_2, n_1)
        Outputs of layers 0..L, by neuron, then by the third, the second and the first coordinate; ``x[0]`` are the
        network's inputs.
    """

    parameters: Parameters
    x: tuple[Floats, ...]

    def signed(self, shown: tuple[int, int] | None, levels: tuple[float, ...]) -> list[Floats]:
        """What is zero on the boundary of a neuron (layer from 1, neuron from 0): an output against its level, the net
        input of a hidden neuron; for None each output against the best of the others."""
        outputs = self.x[-1]
        if shown is None:
            count = len(outputs)
            return [outputs[k] - np.delete(outputs, k, axis=0).max(axis=0) for k in range(1 if count == 2 else count)]
        layer, j = shown
        if not layer:
            return []
        if layer < len(self.x) - 1:
            return [net_input(self.parameters, layer, j, self.x[layer - 1])]
        return [outputs[j] - levels[j]]


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles: ``corners`` (v, 3) in the coordinates, ``triangles`` (f, 3) of rows of ``corners``."""

    corners: Floats
    triangles: Ints


def solid_of(
    network: Network, parameters: Parameters, grids: tuple[Floats, Floats, Floats], expand: Expand | None = None
) -> Solid:
    """Every neuron at every point of a grid in three coordinates."""
    third, second, first = np.meshgrid(*reversed(grids), indexing="ij")
    points = np.stack([first.ravel(), second.ravel(), third.ravel()], axis=1)
    found = neurons(network, parameters, points if expand is None else expand(points))
    return Solid(parameters, tuple(sealed(layer.reshape(-1, *third.shape)) for layer in found))


def surface(grids: tuple[Floats, Floats, Floats], z: Floats) -> Mesh:
    """Where z (n_3, n_2, n_1), indexed as in ``Solid``, is zero, with linear interpolation along the edges; no
    triangles where z is not finite."""
    empty = Mesh(sealed(np.zeros((0, 3))), np.zeros((0, 3), dtype=np.int64))
    if not np.isfinite(z).all():
        return empty
    above = z >= 0.0
    count = sum(
        above[k : k + z.shape[0] - 1, r : r + z.shape[1] - 1, c : c + z.shape[2] - 1].astype(int)
        for k in (0, 1)
        for r in (0, 1)
        for c in (0, 1)
    )
    cells = np.argwhere((count > 0) & (count < 8))
    if not len(cells):
        return empty
    places = (cells[:, None, None, :] + _PATHS[None]).reshape(-1, 4, 3)
    corners = np.ravel_multi_index(tuple(np.moveaxis(places, -1, 0)), z.shape)
    inside = above.ravel()[corners]
    pairs = np.concatenate([_single(corners, inside), _double(corners, inside)])
    values = z.ravel()
    keys, triangles = np.unique(pairs.min(axis=2) * z.size + pairs.max(axis=2), return_inverse=True)  # each edge once
    low, high = np.divmod(keys, z.size)
    share = values[low] / (values[low] - values[high])
    found = np.empty((len(keys), 3))
    for axis, (from_, to) in enumerate(
        zip(np.unravel_index(low, z.shape), np.unravel_index(high, z.shape), strict=True)
    ):
        grid = grids[2 - axis]
        found[:, 2 - axis] = grid[from_] + share * (grid[to] - grid[from_])
    return Mesh(sealed(found), triangles.reshape(-1, 3).astype(np.int64))


def _single(corners: Ints, inside: NDArray[np.bool_]) -> Ints:
    """Tetrahedra with one corner on a side of its own: a triangle of edges (f, 3, 2) from that corner."""
    count = inside.sum(axis=1)
    chosen = (count == 1) | (count == 3)
    alone = inside[chosen] ^ (count[chosen] == 3)[:, None]
    ordered = np.take_along_axis(corners[chosen], np.argsort(~alone, axis=1, kind="stable"), axis=1)
    return np.stack([ordered[:, [0, at]] for at in (1, 2, 3)], axis=1)


def _double(corners: Ints, inside: NDArray[np.bool_]) -> Ints:
    """Tetrahedra with two corners on each side: a four-cornered cut as two triangles (f, 3, 2)."""
    chosen = inside.sum(axis=1) == 2
    ordered = np.take_along_axis(corners[chosen], np.argsort(~inside[chosen], axis=1, kind="stable"), axis=1)
    sides = [ordered[:, pair] for pair in ([0, 2], [0, 3], [1, 3], [1, 2])]
    return np.concatenate(
        [np.stack([sides[0], sides[1], sides[2]], axis=1), np.stack([sides[0], sides[2], sides[3]], axis=1)]
    )
