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


def viewpoint(normals: Floats, changes: Floats) -> Floats:
    """From where planes with these normals are seen neither edge-on nor head-on, and these changes not end-on.

    Of places all around and above, off the axes, the one that serves them best on the whole and the worst of them.

    Parameters
    ----------
    normals : ndarray of shape (k, 3)
    changes : ndarray of shape (m, 3)

    Returns
    -------
    ndarray of shape (3,)
        A direction of length 1, from the middle towards the eye.
    """
    found: list[tuple[float, Floats]] = []
    for height in (0.35, 0.2, 0.5, 0.65):
        for turn in np.radians([quarter + part for quarter in (-90, 0, 180, 90) for part in (45, 25, 65)]):
            flat = np.sqrt(1.0 - height * height)
            eye = np.array([flat * np.cos(turn), flat * np.sin(turn), height])
            facing, aside = np.abs(_units(normals) @ eye), np.abs(_units(changes) @ eye)
            plain = np.minimum(2.0 * facing, np.sqrt(np.maximum(0.0, 1.0 - facing * facing)))
            moved = np.sqrt(np.maximum(0.0, 1.0 - aside * aside))
            seen = np.minimum(np.concatenate([plain, moved, [0.5]]), 0.5)  # more than half is as good as half
            found.append((round(float(seen.mean() + 2.0 * seen.min()), 6), eye))
    _, best = max(found, key=lambda one: one[0])
    return best


def _units(vectors: Floats) -> Floats:
    lengths = np.sqrt((vectors**2).sum(axis=1))
    units: Floats = vectors[lengths > 0.0] / lengths[lengths > 0.0][:, None]
    return units


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
