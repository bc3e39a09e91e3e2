"""The coordinates in which data are drawn: the network's inputs or, with features, the two that they are made of."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.boundary.field import Expand
from engine.boundary.slices import line_of
from engine.data.datasets import inputs_of, prepare, raw_rows
from engine.experiment import Experiment

MARGIN = 0.2  # of the data's extent, left free on each side


@dataclass(frozen=True, eq=False)
class Ground:
    """Data in their own coordinates.

    Attributes
    ----------
    points, test_points : arrays (m, d), (m', d)
    names : tuple of str
        Of the coordinates; may be empty.
    expand : callable or None
        Makes inputs of the network (p, n_0) of points (p, d); None where they are the same.
    """

    points: Floats
    test_points: Floats
    names: tuple[str, ...] = ()
    expand: Expand | None = None

    @property
    def coordinates(self) -> int:
        """d, how many coordinates there are."""
        return int(self.points.shape[1])

    def inputs(self, points: Floats) -> Floats:
        """Points (p, d) as inputs of the network (p, n_0)."""
        return points if self.expand is None else self.expand(points)

    def grid(self, axis: int, points: int) -> Floats:
        """Values of a coordinate from a little below to a little above those of all rows."""
        return line_of(np.concatenate([self.points, self.test_points]), axis, points, MARGIN)

    def medians(self) -> tuple[float, ...]:
        """The lower median of each coordinate of the training rows: a value that occurs."""
        return tuple(float(np.sort(column)[(len(column) - 1) // 2]) for column in self.points.T)


def ground_of(experiment: Experiment) -> Ground:
    """Where the data of an experiment are drawn."""
    source = experiment.source
    if source is None or not source.features:
        return Ground(experiment.X, experiment.X_test, experiment.input_names)
    made = prepare(source)
    names = raw_rows(source).input_names
    return Ground(made.points, made.points_test, names, lambda points: inputs_of(source, points))
