"""The plane of two inputs as a network on features sees it: every point of the slice is expanded first."""

import numpy as np

from engine.arrays import sealed
from engine.boundary.ground import Ground
from engine.boundary.slices import Slice, predict
from engine.network import Network, Parameters


def feature_slice(
    network: Network, parameters: Parameters, ground: Ground, level: float = 0.5, points: int = 41
) -> Slice:
    """The outputs over the two coordinates of ``ground``; nothing is held."""
    across, up = (ground.grid(axis, points) for axis in (0, 1))
    grid = np.stack([np.tile(across, points), np.repeat(up, points)], axis=1)
    outputs = predict(network, parameters, ground.inputs(grid))[-1].reshape(points, points, -1)
    return Slice((0, 1), sealed(np.zeros(2)), across, up, sealed(outputs), level)
