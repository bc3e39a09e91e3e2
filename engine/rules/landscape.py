"""The shape of the loss: its true values over a plane of the parameters' space, and where a run's path lies to it.

A plane goes through one point, the parameters at the playhead; its coordinates are measured from another, which stays
where it is while the playhead moves. A path leaves the plane: each of its points has a distance from it, and a loss of
its own, which is not the plane's below it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.rules.along import Batch, losses_at
from engine.rules.angles import length
from engine.work import SLICE

SIDE: Final = 33  # points of a grid each way, where the data are few
COARSE: Final = 15
BUDGET: Final = 12 * SLICE  # products of weight and input that one grid may take: about a third of a second
LEAST: Final = 0.5  # width of a grid each way
SQUARED: Final = 500  # the power of two up to which a sum of squares is a finite number
ROOM: Final = 0.25  # of the path's extent, left free on each side


@dataclass(frozen=True, eq=False)
class Plane2:
    """Two orthonormal directions of the parameters' space and the point that coordinates are measured from.

    Attributes
    ----------
    base : ndarray (P,)
    across, up : ndarray (P,)
    """

    base: Floats
    across: Floats
    up: Floats

    def coordinates(self, states: Floats) -> Floats:
        """Of each row of ``states`` (k, P) its place on the plane: (k, 2)."""
        with np.errstate(all="ignore"):  # of a run that explodes
            moved = states - self.base
            return np.stack([moved @ self.across, moved @ self.up], axis=-1)


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss over a plane through one point.

    Attributes
    ----------
    plane : Plane2
    across, up : ndarray (nx,), (ny,)
        Coordinates of the grid.
    loss : ndarray (ny, nx)
    """

    plane: Plane2
    across: Floats
    up: Floats
    loss: Floats


@dataclass(frozen=True, eq=False)
class PathOnPlane:
    """Points of a run as a plane sees them.

    Attributes
    ----------
    at : ndarray (k, 2)
        Their coordinates.
    loss : ndarray (k,)
        Their true losses.
    off : ndarray (k,)
        How far each is from the plane.
    """

    at: Floats
    loss: Floats
    off: Floats


def over_weights(count: int, first: int, second: int) -> Plane2:
    """The plane of two parameters, by their places in ``Parameters.pack``; coordinates are their own values."""
    base, across, up = np.zeros(count), np.zeros(count), np.zeros(count)
    across[first], up[second] = 1.0, 1.0
    return Plane2(sealed(base), sealed(across), sealed(up))


def over_directions(base: Floats, first: Floats, second: Floats) -> Plane2 | None:
    """The plane of two directions from a point; None where they are parallel, as far as doubles can say, or nothing."""
    one = length(first)
    if not 0.0 < one < np.inf or not np.isfinite(second).all():
        return None
    across = first / one
    rest = second - float(second @ across) * across
    rest -= float(rest @ across) * across  # once more: what is left of a nearly parallel one is rounding
    other = length(rest)
    if not other > 1e-9 * length(second):
        return None
    return Plane2(sealed(base.copy()), sealed(across), sealed(rest / other))


def over_path(states: Floats) -> tuple[Plane2, float] | None:
    """The plane of a path's two main directions, and what share of its squared extent lies in it.

    By the singular value decomposition of the states about their mean. None where the path is a point; a straight one
    gets some direction beside its own.
    """
    states = states[np.isfinite(states).all(axis=1)]
    if len(states) < 2 or len(states[0]) < 2:
        return None
    shift = max(0, int(np.frexp(np.abs(states).max())[1]) - SQUARED)
    states = np.ldexp(states, -shift)
    moved = states - states[0]  # the mean of equal rows is not quite the row: that of their differences is 0
    middle = moved.mean(axis=0)
    _, extent, directions = np.linalg.svd(moved - middle, full_matrices=False)
    if not extent[0] > 0.0:
        return None
    share = float((extent[:2] ** 2).sum() / (extent**2).sum())
    across, up = directions[0], directions[1]
    across, up = (way * (1.0 if way[np.argmax(np.abs(way))] > 0.0 else -1.0) for way in (across, up))  # SVD has no sign
    base = np.ldexp(states[0] + middle, shift)
    return Plane2(sealed(base), sealed(np.array(across)), sealed(np.array(up))), share


def ranges(plane: Plane2, states: Floats) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where a grid goes so that it holds all these points, with room, and is ``LEAST`` wide at least."""
    at = plane.coordinates(states)
    at = at[np.isfinite(at).all(axis=1)]
    found = []
    for column in at.T if len(at) else np.zeros((2, 1)):
        low, high = float(column.min()), float(column.max())
        room = max(ROOM * (high - low), (LEAST - (high - low)) / 2.0)
        found.append((low - room, high + room))
    return found[0], found[1]


def landscape(
    batch: Batch, plane: Plane2, through: Floats, across: tuple[float, float], up: tuple[float, float]
) -> Landscape:
    """The loss at a grid of the plane through a point; coarser where the rows are many."""
    cost = len(batch.X) * batch.network.parameter_count
    side = max(COARSE, min(SIDE, int((BUDGET / cost) ** 0.5)))
    here = plane.coordinates(through[None])[0]
    with np.errstate(all="ignore"):  # a plane so wide has no finite loss
        x, y = np.linspace(*across, side), np.linspace(*up, side)
        grid = np.stack(np.meshgrid(x - here[0], y - here[1]), axis=-1).reshape(-1, 2)
        states = through + grid @ np.stack([plane.across, plane.up])
    loss = losses_at(batch, states)
    return Landscape(plane, sealed(x), sealed(y), sealed(loss.reshape(side, side)))


def path_on(plane: Plane2, through: Floats, states: Floats, losses: Floats) -> PathOnPlane:
    """The points ``states`` (k, P), whose losses are known, as the plane through a point sees them."""
    with np.errstate(all="ignore"):  # of a run that explodes
        at, here = plane.coordinates(states), plane.coordinates(through[None])
        inside = (at - here) @ np.stack([plane.across, plane.up])
        off = np.linalg.norm(states - through - inside, axis=1)
    return PathOnPlane(sealed(at), losses, sealed(off))
