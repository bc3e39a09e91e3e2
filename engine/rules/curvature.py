"""The Hessian and the Gauss-Newton matrix of a batch's mean loss, and their eigenvalues (FORMULAS S4, S5, S14)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine import kernel, layout
from engine.arrays import Floats, frozen, sealed
from engine.data.checks import check_data
from engine.layout import Data
from engine.network import Network, Parameters
from engine.rules.bending import bend, check_count, finish
from engine.work import SLICE, pause

EXACT: Final = "hessian"
LINEAR: Final = "gauss_newton"


def hessian(network: Network, parameters: Parameters, X: ArrayLike, Y: ArrayLike) -> Floats:
    """All second derivatives of the mean loss over the rows of X and Y, shape (P, P), in the order of ``pack``.

    Raises
    ------
    Problem
        ``parameters_many`` above 200 parameters, and as ``backprop`` does.
    """
    return matrix(network, parameters, X, Y, EXACT)


def gauss_newton(network: Network, parameters: Parameters, X: ArrayLike, Y: ArrayLike) -> Floats:
    """The Hessian without the term that bends the outputs themselves: never indefinite (FORMULAS S4).

    Raises
    ------
    Problem
        As ``hessian`` does.
    """
    return matrix(network, parameters, X, Y, LINEAR)


def matrix(network: Network, parameters: Parameters, X: ArrayLike, Y: ArrayLike, kind: str) -> Floats:
    """One of the two, by name."""
    check_count(network)
    parameters.check(network)
    inputs, targets = frozen(X, "X"), frozen(Y, "Y")
    check_data(network, inputs, targets)
    net, work, room, padded = (
        layout.shape(network),
        layout.work(network),
        bend(network),
        layout.padded(network, parameters),
    )
    m, count = len(inputs), network.parameter_count
    some = max(1, SLICE // (4 * count * count))  # samples at a time
    with np.errstate(all="ignore"):
        for first in range(0, m, some):
            rows = np.arange(first, min(m, first + some), dtype=np.int64)
            kernel.bend(net, padded, Data(inputs, targets, rows[None]), kind == EXACT, work, room)
            pause()
        finish(m, room)
    return sealed(room.matrix)


def moving(network: Network, freeze_biases: bool) -> NDArray[np.int64]:
    """Where in ``Parameters.pack`` the parameters stand that an update may change: all, or the weights alone."""
    W = tuple(np.ones((n, n_in)) for n_in, n in zip(network.sizes, network.sizes[1:], strict=False))
    b = tuple(np.full(n, 0.0 if freeze_biases else 1.0) for n in network.sizes[1:])
    return np.flatnonzero(Parameters(W, b).pack()).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The eigenvalues of a symmetric matrix, in rising order (FORMULAS S14)."""

    values: Floats

    @property
    def smallest(self) -> float:
        """lambda_min; negative where the loss bends down along some direction."""
        return float(self.values[0])

    @property
    def largest(self) -> float:
        """lambda_max."""
        return float(self.values[-1])

    @property
    def nothing(self) -> float:
        """Up to which size an eigenvalue may be rounding, and is counted as zero."""
        return float(np.abs(self.values).max()) * len(self.values) * 2.0**-50

    @property
    def negative(self) -> int:
        """How many are below zero."""
        return int((self.values < -self.nothing).sum())

    @property
    def zero(self) -> int:
        """How many are zero, as far as doubles can say."""
        return int((np.abs(self.values) <= self.nothing).sum())

    @property
    def stable_rate(self) -> float | None:
        """2 / lambda_max, the largest rate with which gradient descent is stable here; None where none bends up."""
        return 2.0 / self.largest if self.largest > self.nothing else None

    @property
    def condition(self) -> float | None:
        """lambda_max / lambda_min where all are above zero: how narrow the valley is."""
        return self.largest / self.smallest if self.smallest > self.nothing else None


def spectrum(matrix: Floats) -> Spectrum | None:
    """Its eigenvalues; None where it holds what is not a finite number."""
    if not np.isfinite(matrix).all():
        return None
    return Spectrum(sealed(np.linalg.eigh(matrix).eigenvalues))
