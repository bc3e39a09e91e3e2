"""Activations f and their derivatives f' by name; f' is a function of u, never of x (FORMULAS F1)."""

import math
from typing import Final

from engine.compile import compiled

SIGMOID, TANH, RELU, IDENTITY, SOFTMAX = 0, 1, 2, 3, 4

CODES: Final[dict[str, int]] = {
    "sigmoid": SIGMOID,
    "tanh": TANH,
    "relu": RELU,
    "identity": IDENTITY,
    "softmax": SOFTMAX,  # couples the neurons of a layer: output layer with cross-entropy only
}


@compiled
def f_and_prime(kind: int, u: float) -> tuple[float, float]:
    """Value and slope of an activation at net input u.

    Both come from one exponential of a number that is never positive, so nothing overflows at any u, and the
    slope keeps its relative precision where 1 - f(u) would have lost it: 1 - f(u) = f(-u).

    Parameters
    ----------
    kind : int
        A code of ``CODES`` other than SOFTMAX.
    u : float

    Returns
    -------
    (f(u), f'(u)) : tuple of float
        relu has slope 0 at u = 0.
    """
    if kind == SIGMOID:
        e = math.exp(-abs(u))
        high = 1.0 / (1.0 + e)  # f(|u|)
        low = e / (1.0 + e)  # f(-|u|) = 1 - f(|u|)
        if u >= 0.0:
            return high, high * low
        if u < 0.0:
            return low, high * low
        return u, u  # not a number stays visible as such
    if kind == TANH:
        e = math.exp(-2.0 * abs(u))
        return math.tanh(u), 4.0 * e / ((1.0 + e) * (1.0 + e))
    if kind == RELU:
        if u > 0.0:
            return u, 1.0
        if u <= 0.0:
            return 0.0, 0.0
        return u, u
    return u, 1.0


def f(name: str, u: float) -> float:
    """Value of the named activation at u, the very double that the kernel computes."""
    return float(f_and_prime(CODES[name], float(u))[0])


def f_prime(name: str, u: float) -> float:
    """Slope of the named activation at u, the very double that the kernel computes."""
    return float(f_and_prime(CODES[name], float(u))[1])
