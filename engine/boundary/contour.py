"""Where a quantity on a grid is zero, as a broken line: marching squares."""

import numpy as np

from engine.arrays import Floats

Line = tuple[list[float | None], list[float | None]]  # x and y, with None between the parts
_Edge = tuple[int, int, int]  # 0 for an edge that runs across, 1 for one that runs up; row and column of its start


def level_line(across: Floats, up: Floats, z: Floats) -> Line:
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
