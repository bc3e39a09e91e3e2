"""L1 and L2 penalties: what descends is L + l2/2 sum of w^2 + l1 sum of |w|, without the biases."""

from typing import Final

from engine.arrays import Floats

MAX_PENALTY: Final = 100.0


def penalised(gradient: Floats, weights: Floats, l1: float, l2: float) -> Floats:
    """The gradient of L plus that of the penalties, by the operations of ``kernel.descend``."""
    if l2:
        gradient = gradient + l2 * weights
    if l1:
        gradient = gradient + l1 * ((weights > 0.0) * 1.0 - (weights < 0.0) * 1.0)
    return gradient
