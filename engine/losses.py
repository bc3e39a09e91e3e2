"""Losses of one sample and their slope at the output: half squared error (FORMULAS F6) and cross-entropy."""

import math
from typing import Final

from engine.activations import SOFTMAX
from engine.arrays import Floats
from engine.compile import compiled

HALF_SQUARED_ERROR, CROSS_ENTROPY = 0, 1

CODES: Final[dict[str, int]] = {"half_squared_error": HALF_SQUARED_ERROR, "cross_entropy": CROSS_ENTROPY}


@compiled
def sample_loss(kind: int, activation: int, n: int, u: Floats, x: Floats, s: int, l: int, Y: Floats, row: int) -> float:
    """Loss of one sample at the output layer.

    Half squared error is ``1/2 ||x - y||^2``. Cross-entropy is computed from the net inputs, so that it stays
    finite where x rounds to 0 or 1: ``-sum y ln x + (1 - y) ln(1 - x)`` for sigmoid outputs,
    ``-sum y ln x`` for softmax.

    Parameters
    ----------
    kind, activation : int
        Codes of the loss and of the output layer's activation.
    n : int
        Neurons in the output layer.
    u, x, y : ndarray of shape (at least n,)
        Net inputs, outputs, targets.
    """
    total = 0.0
    if kind == HALF_SQUARED_ERROR:
        for k in range(n):
            total += (x[s, l, k] - Y[row, k]) * (x[s, l, k] - Y[row, k])
        return 0.5 * total
    if activation == SOFTMAX:
        top = 0
        for k in range(1, n):
            if u[s, l, k] > u[s, l, top]:
                top = k
        others = 0.0  # without the highest itself, so that a sample nearly right keeps the digits of its small loss
        for k in range(n):
            if k != top:
                others += math.exp(u[s, l, k] - u[s, l, top])
        for k in range(n):
            if Y[row, k] != 0.0:
                total += Y[row, k] * ((u[s, l, top] - u[s, l, k]) + math.log1p(others))
        return total
    for k in range(n):
        over = u[s, l, k] if u[s, l, k] > 0.0 else 0.0
        total += over - u[s, l, k] * Y[row, k] + math.log1p(math.exp(-abs(u[s, l, k])))
    return total
