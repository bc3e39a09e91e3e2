"""Where a line or plane w^T x + b = 0 lies inside a box: what a picture of it needs, in exact corners."""

from itertools import product

import numpy as np

from engine.arrays import Floats


def half_plane(weights: Floats, box: Floats) -> Floats:
    """The corners, in order, of the part of a rectangle where w^T x + b >= 0; ``box`` holds its low and high corner."""
    (left, low), (right, high) = box.tolist()
    corners = [np.array(p) for p in ((left, low), (right, low), (right, high), (left, high))]
    kept = []
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        a, b = _value(weights, here), _value(weights, there)
        if a >= 0.0:
            kept.append(here)
        if (a >= 0.0) != (b >= 0.0):
            kept.append(here + a / (a - b) * (there - here))
    return np.array(kept).reshape(-1, 2)


def plane_in_box(weights: Floats, box: Floats) -> Floats:
    """The corners of the line's or plane's part inside a box, in order around it; none where it passes outside."""
    n = len(weights) - 1
    found: list[Floats] = []
    for axis in range(n):
        for ends in product((0, 1), repeat=n - 1):
            start, end = (np.array([box[e, k] for k, e in enumerate(_with(ends, axis, tip))]) for tip in (0, 1))
            a, b = _value(weights, start), _value(weights, end)
            if a != b and min(a, b) <= 0.0 <= max(a, b):
                found.append(start + a / (a - b) * (end - start))
    corners = np.array(found).reshape(-1, n)
    if len(corners) < 2:
        return np.zeros((0, n))
    corners = corners[np.sort(np.unique(corners.round(12), axis=0, return_index=True)[1])]
    return corners if n == 2 else _around(corners, weights[:-1])


def foot(weights: Floats, points: Floats) -> Floats:
    """The points of the plane that are nearest to these points; w must not be zero."""
    w = weights[:-1]
    return points - np.outer((points @ w + weights[-1]) / (w @ w), w)


def _value(weights: Floats, point: Floats) -> float:
    return float(point @ weights[:-1] + weights[-1])


def _with(ends: tuple[int, ...], axis: int, tip: int) -> tuple[int, ...]:
    return (*ends[:axis], tip, *ends[axis:])


def _around(corners: Floats, normal: Floats) -> Floats:
    """Corners of a polygon in space, sorted by their angle around its middle."""
    aside = np.eye(3)[int(np.abs(normal).argmin())]
    across = np.cross(normal, aside)
    up = np.cross(normal, across) / np.sqrt(normal @ normal)  # as long as ``across``
    spread = corners - corners.mean(axis=0)
    return corners[np.argsort(np.arctan2(spread @ up, spread @ across))]
