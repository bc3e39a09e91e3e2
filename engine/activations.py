"""Activations f and their derivatives f' by name; f' is a function of u, never of x (FORMULAS F1)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.compile import compiled

Numbers = NDArray[Any]  # of doubles or of complex numbers
SIGMOID, TANH, RELU, IDENTITY, SOFTMAX = 0, 1, 2, 3, 4


def _sigmoid(u: Numbers) -> Numbers:
    e = np.exp(np.where(u.real >= 0.0, -u, u))
    return np.where(u.real >= 0.0, 1.0, e) / (1.0 + e)


@dataclass(frozen=True)
class Activation:
    """What is known of an activation beside the compiled ``f_and_prime``; ``engine/formulas`` has how it is written.

    Attributes
    ----------
    code : int
        What ``f_and_prime`` knows it by.
    arrays : callable
        f of whole arrays, written a second time for the check of the gradients. For complex numbers too: where it takes
        two branches each is analytic, and the real part chooses.
    low, high : float
        The values that it never leaves.
    corner : bool
        Whether it has no derivative at 0.
    straight : bool
        Whether it is made of straight pieces: its slope changes at a corner alone.
    logistic : bool
        Whether its slope is x (1 - x), which the books write out.
    coupled : bool
        Whether each output takes every net input of its layer: it has a Jacobian, not a slope.
    """

    code: int
    arrays: Callable[[Numbers], Numbers]
    low: float = -math.inf
    high: float = math.inf
    corner: bool = False
    straight: bool = False
    logistic: bool = False
    coupled: bool = False

    @property
    def bounded(self) -> bool:
        """Whether it stays between two numbers."""
        return math.isfinite(self.high - self.low)

    @property
    def unit(self) -> bool:
        """Whether it stays between 0 and 1, as a probability does."""
        return (self.low, self.high) == (0.0, 1.0)

    @property
    def signed(self) -> bool:
        """Whether it takes either sign."""
        return self.low < 0.0 < self.high

    @property
    def cancels(self) -> bool:
        """Whether its slope cancels that of cross-entropy, which stands above no other."""
        return self.logistic or self.coupled


ACTIVATIONS: Final[dict[str, Activation]] = {
    "sigmoid": Activation(SIGMOID, _sigmoid, 0.0, 1.0, logistic=True),
    "tanh": Activation(TANH, np.tanh, -1.0, 1.0),
    "relu": Activation(RELU, lambda u: np.where(u.real > 0.0, u, 0.0), low=0.0, corner=True, straight=True),
    "identity": Activation(IDENTITY, lambda u: u, straight=True),
    # Output layer with cross-entropy only, whose loss has it within.
    "softmax": Activation(SOFTMAX, lambda u: u, 0.0, 1.0, coupled=True),
}
CODES: Final[dict[str, int]] = {name: activation.code for name, activation in ACTIVATIONS.items()}


@compiled
def sigmoid(u: float, e: float) -> tuple[float, float]:
    """Value and slope at u, from e = e^(-|u|); what is not a number stays visible as such."""
    high = 1.0 / (1.0 + e)  # f(|u|)
    low = e / (1.0 + e)  # f(-|u|) = 1 - f(|u|)
    return high if u >= 0.0 else low if u < 0.0 else u, high * low


@compiled
def tanh(u: float, e: float) -> tuple[float, float]:
    """Value and slope at u, from e = e^(-2 |u|)."""
    return math.tanh(u), 4.0 * e / ((1.0 + e) * (1.0 + e))


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
        return sigmoid(u, math.exp(-abs(u)))
    if kind == TANH:
        return tanh(u, math.exp(-2.0 * abs(u)))
    if kind == RELU:
        if u > 0.0:
            return u, 1.0
        if u <= 0.0:
            return 0.0, 0.0
        return u, u
    return u, 1.0


@compiled
def curvature(kind: int, u: float) -> float:
    """f''(u) of an activation at net input u, for directional derivatives of f' (FORMULAS S5).

    relu has 0 everywhere, at its corner too; softmax, whose derivatives are a Jacobian, has none here.
    """
    if kind == SIGMOID:
        return -f_and_prime(SIGMOID, u)[1] * math.tanh(0.5 * u)  # 1 - 2 f(u), which would lose its digits near u = 0
    if kind == TANH:
        return -2.0 * math.tanh(u) * f_and_prime(TANH, u)[1]
    return 0.0 if u == u else u


@compiled
def softmax(n: int, l: int, u: Floats, x: Floats, f_prime: Floats) -> None:
    """x_j = e^(u_j) / sum_k e^(u_k) and its slope x_j (1 - x_j), with the highest u taken out: no overflow.

    The arrays are (layers, neurons): numba would count references to a row of them at every sample.
    """
    highest = u[l, 0]
    for j in range(1, n):
        if u[l, j] > highest:
            highest = u[l, j]
    mass = 0.0
    for j in range(n):
        x[l, j] = math.exp(u[l, j] - highest)
        mass += x[l, j]
    for j in range(n):
        others = 0.0  # summed, not subtracted: 1 - x would lose its digits where x is nearly 1
        for k in range(n):
            if k != j:
                others += x[l, k]
        f_prime[l, j] = (x[l, j] / mass) * (others / mass)
    for j in range(n):
        x[l, j] /= mass


def f(name: str, u: float) -> float:
    """Value of the named activation at u, the very double that the kernel computes."""
    return float(f_and_prime(CODES[name], float(u))[0])


def f_prime(name: str, u: float) -> float:
    """Slope of the named activation at u, the very double that the kernel computes."""
    return float(f_and_prime(CODES[name], float(u))[1])
