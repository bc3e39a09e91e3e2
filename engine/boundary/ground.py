"""The coordinates in which data are drawn: the data's own units, before they are standardised or made features of."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.boundary.field import Expand, Plane
from engine.data.datasets import inputs_of, prepare
from engine.experiment import Experiment

MARGIN: Final = 0.2  # of the data's extent, left free on each side
NARROWEST: Final = 1e-300  # extent that can be drawn: what is narrower has steps that are no full doubles
CURVE: Final = 121  # points of a curve over a single coordinate


@dataclass(frozen=True, eq=False)
class Ground:
    """Data in their own coordinates."""

    points: Floats  # of shape (m, d)
    test_points: Floats  # of shape (m', d)
    expand: Expand | None = None  # makes inputs of the network (p, n_0) of points (p, d); None where they are the same
    # whether the inputs are features of the coordinates, and not the coordinates themselves or their multiples
    features: bool = False

    @property
    def coordinates(self) -> int:
        """d, how many coordinates there are."""
        return int(self.points.shape[1])

    def inputs(self, points: Floats) -> Floats:
        """Points (p, d) as inputs of the network (p, n_0)."""
        return points if self.expand is None else self.expand(points)

    def grid(self, axis: int, points: int) -> Floats:
        """Values of a coordinate from a little below to a little above those of all rows."""
        column = np.concatenate([self.points[:, axis], self.test_points[:, axis]])
        low, high = float(column.min()), float(column.max())
        room = MARGIN * (high - low) if high - low > NARROWEST else 1.0
        return sealed(np.linspace(low - room, high + room, points))

    def plane(self, axes: tuple[int, int], held: Floats, side: int) -> Plane:
        """The plane over two coordinates with ``side`` points each way; with one coordinate a line with more."""
        if axes[1] < 0:
            return Plane(axes, held, self.grid(axes[0], CURVE), sealed(np.zeros(1)))
        return Plane(axes, held, self.grid(axes[0], side), self.grid(axes[1], side))

    def medians(self) -> tuple[float, ...]:
        """The lower median of each coordinate of the training rows: a value that occurs."""
        return tuple(float(np.sort(column)[(len(column) - 1) // 2]) for column in self.points.T)


def ground_of(experiment: Experiment) -> Ground:
    """Where the data of an experiment are drawn."""
    source = experiment.source
    if source is None or not (source.features or source.standardise):
        return Ground(experiment.X, experiment.X_test)
    made = prepare(source)
    return Ground(made.points, made.points_test, lambda points: inputs_of(source, points), bool(source.features))
