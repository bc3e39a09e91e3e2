"""Losses of one sample and their slope at the output: half squared error (FORMULAS F6) and cross-entropy."""

import math
from typing import Final

from engine.activations import SOFTMAX
from engine.arrays import Floats
from engine.compile import compiled

HALF_SQUARED_ERROR, CROSS_ENTROPY = 0, 1

CODES: Final[dict[str, int]] = {"half_squared_error": HALF_SQUARED_ERROR, "cross_entropy": CROSS_ENTROPY}


@compiled
def sample_loss(kind: int, activation: int, n: int, u: Floats, x: Floats, y: Floats) -> float:
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
            total += (x[k] - y[k]) * (x[k] - y[k])
        return 0.5 * total
    if activation == SOFTMAX:
        top = 0
        for k in range(1, n):
            if u[k] > u[top]:
                top = k
        others = 0.0  # without the highest itself, so that a sample nearly right keeps the digits of its small loss
        for k in range(n):
            if k != top:
                others += math.exp(u[k] - u[top])
        for k in range(n):
            if y[k] != 0.0:
                total += y[k] * ((u[top] - u[k]) + math.log1p(others))
        return total
    for k in range(n):
        over = u[k] if u[k] > 0.0 else 0.0
        total += over - u[k] * y[k] + math.log1p(math.exp(-abs(u[k])))
    return total
