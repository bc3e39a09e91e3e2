"""The plane of two inputs as a network on features sees it: every point of the slice is expanded first."""

import numpy as np

from engine.arrays import Floats, sealed
from engine.boundary import Slice, line_of, predict
from engine.datasets import DataSource, prepare
from engine.features import expand
from engine.network import Network, Parameters


def plane_points(source: DataSource) -> tuple[Floats, Floats]:
    """Training and test points in the plane of the two inputs, standardised where the source is: (m, 2), (m', 2)."""
    made = prepare(source)
    return sealed((made.points - made.mean) / made.scale), sealed((made.points_test - made.mean) / made.scale)


def feature_slice(
    network: Network, parameters: Parameters, source: DataSource, level: float = 0.5, points: int = 41
) -> Slice:
    """The outputs over the two inputs that the features of ``source`` are made from; nothing is held."""
    P = plane_points(source)[0]
    across, up = (line_of(P, axis, points) for axis in (0, 1))
    grid = np.stack([np.tile(across, points), np.repeat(up, points)], axis=1)
    outputs = predict(network, parameters, expand(grid, source.features))[-1].reshape(points, points, -1)
    return Slice((0, 1), sealed(np.zeros(2)), across, up, sealed(outputs), level)
