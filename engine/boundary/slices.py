"""Where the network draws its line: every output on a two-dimensional slice of the input, and the level contour."""

from dataclasses import dataclass

import numpy as np

from engine import kernel
from engine.arrays import Floats, sealed
from engine.network import Network, Parameters, padded


@dataclass(frozen=True, eq=False)
class Slice:
    """Outputs on a grid over two inputs; the others are held.

    Attributes
    ----------
    axes : (int, int)
        The two inputs (from 0) that vary, horizontally and vertically.
    held : array (n_0,)
        The values of the other inputs.
    across, up : arrays (nx,), (ny,)
        Grid values of the two inputs.
    outputs : array (ny, nx, n_L)
    level : float
        The contour that counts as the boundary.
    """

    axes: tuple[int, int]
    held: Floats
    across: Floats
    up: Floats
    outputs: Floats
    level: float


def predict(network: Network, parameters: Parameters, X: Floats) -> tuple[Floats, ...]:
    """Outputs of every layer 1..L for each row of X (m, n_0): arrays (m, n_l), by the kernel."""
    W, b = padded(network, parameters)
    x, u, f_prime = kernel.work(network)[:3]
    result = np.zeros((len(X), network.layers + 1, max(network.sizes)))
    sizes, kinds, _ = kernel.shape(network)
    with np.errstate(all="ignore"):
        kernel.outputs(sizes, kinds, W, b, sealed(np.ascontiguousarray(X)), x, u, f_prime, result)
    return tuple(result[:, l, :n].copy() for l, n in enumerate(network.sizes) if l)


def boundary_level(Y: Floats, output: int) -> float:
    """Halfway between the lowest and the highest target of an output (from 0); 0.5 where they are all the same."""
    low, high = float(Y[:, output].min()), float(Y[:, output].max())
    return (low + high) / 2.0 if low < high else 0.5


def line_of(X: Floats, axis: int = 0, points: int = 121, margin: float = 0.25) -> Floats:
    """Values from a little below to a little above those that the data X (m, n_0) have in one input."""
    low, high = float(X[:, axis].min()), float(X[:, axis].max())
    room = margin * (high - low) if high > low else 1.0
    return sealed(np.linspace(low - room, high + room, points))


def slice_of(
    network: Network,
    parameters: Parameters,
    X: Floats,
    axes: tuple[int, int],
    held: Floats,
    level: float = 0.5,
    points: int = 41,
    margin: float = 0.25,
) -> Slice:
    """The outputs over two inputs, from a little below to a little above the values that the data X have there."""

    across, up = (line_of(X, axis, points, margin) for axis in axes)
    grid = np.tile(np.asarray(held, dtype=np.float64), (points * points, 1))
    grid[:, axes[0]] = np.tile(across, points)
    grid[:, axes[1]] = np.repeat(up, points)
    outputs = predict(network, parameters, grid)[-1].reshape(points, points, -1)
    return Slice(axes, sealed(np.array(held, dtype=np.float64)), across, up, sealed(outputs), level)


def contour(piece: Slice, output: int) -> tuple[list[float | None], list[float | None]]:
    """The level line of an output (from 0) as one broken line: x and y with None between its parts."""
    return level_line(piece.across, piece.up, piece.outputs[:, :, output] - piece.level)


def level_line(across: Floats, up: Floats, z: Floats) -> tuple[list[float | None], list[float | None]]:
    """Where z (ny, nx) over the grid ``across`` (nx,), ``up`` (ny,) is zero: x and y with None between the parts.

    Marching squares with linear interpolation along the grid's edges; in a saddle cell the mean of the corners
    decides. Segments are joined into long lines.
    """
    if not np.isfinite(z).all():
        return [], []
    segments: list[tuple[_Edge, _Edge]] = []
    above = z >= 0.0
    mixed = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    for r, c in np.argwhere((mixed > 0) & (mixed < 4)).tolist():
        corners = above[r, c], above[r, c + 1], above[r + 1, c + 1], above[r + 1, c]
        edges = (0, r, c), (1, r, c + 1), (0, r + 1, c), (1, r, c)  # below, right, top, left
        crossed = [edges[k] for k in range(4) if corners[k] != corners[(k + 1) % 4]]
        if len(crossed) == 4 and (z[r : r + 2, c : c + 2].mean() >= 0.0) != corners[0]:
            crossed = [crossed[3], *crossed[:3]]
        segments += [(crossed[k], crossed[k + 1]) for k in range(0, len(crossed), 2)]
    x: list[float | None] = []
    y: list[float | None] = []
    for line in _joined(segments):
        for kind, r, c in line:
            if kind == 0:  # a horizontal edge of the grid, from column c to c + 1
                share = z[r, c] / (z[r, c] - z[r, c + 1])
                x.append(float(across[c] + share * (across[c + 1] - across[c])))
                y.append(float(up[r]))
            else:
                share = z[r, c] / (z[r, c] - z[r + 1, c])
                x.append(float(across[c]))
                y.append(float(up[r] + share * (up[r + 1] - up[r])))
        x.append(None)
        y.append(None)
    return x[:-1], y[:-1]


_Edge = tuple[int, int, int]  # 0 for an edge that runs across, 1 for one that runs up; row and column of its start


def _joined(segments: list[tuple[_Edge, _Edge]]) -> list[list[_Edge]]:
    """Chains of segments that share ends."""
    at: dict[_Edge, list[_Edge]] = {}
    for a, b in segments:
        at.setdefault(a, []).append(b)
        at.setdefault(b, []).append(a)
    lines = []
    for start in sorted(at, key=lambda edge: (len(at[edge]), edge)):  # open ends first
        while at[start]:
            line = [start]
            while at[line[-1]]:
                following = at[line[-1]].pop()
                at[following].remove(line[-1])
                line.append(following)
            lines.append(line)
    return lines
