"""Steps of the second order: Newton, damped, Gauss-Newton, Levenberg-Marquardt (FORMULAS S2, S3, S4)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, sealed
from engine.network import Network, Parameters
from engine.numerals import given
from engine.problems import Problem
from engine.rules.along import ROUNDING, Batch, descending
from engine.rules.bending import NO_NUMBERS, SOLVED, damped
from engine.rules.curvature import gauss_newton, hessian, moving

Made = Callable[[Network, Parameters, Floats, Floats], Floats]  # such as ``hessian``
LossAt = Callable[[Floats], float]  # the loss where the parameters have moved by p


@dataclass(frozen=True, eq=False)
class QuadraticModel:
    """m(p) = L + g^T p + 1/2 p^T H p: what the loss would be if it bent everywhere as it does here (FORMULAS S2)."""

    loss: float
    gradient: Floats
    matrix: Floats

    def at(self, p: Floats) -> float:
        """m(p)."""
        return self.loss + self.slope(p) + self.bend(p)

    def slope(self, p: Floats) -> float:
        """g^T p, how the loss begins to change along p: downhill where it is negative."""
        with np.errstate(all="ignore"):  # what is no finite number is shown as such
            return float(self.gradient @ p)

    def predicted(self, p: Floats) -> float:
        """By how much the loss falls along p, says the model."""
        return -(self.slope(p) + self.bend(p))

    def bend(self, p: Floats) -> float:
        """1/2 p^T H p."""
        with np.errstate(all="ignore"):
            return 0.5 * float(p @ self.matrix @ p)


def bending(batch: Batch, row: Floats, places: NDArray[np.int64], made: Made = hessian) -> Floats:
    """How it bends, over the places that may move: the loss's own matrix, with L2 along each weight.

    Raises
    ------
    Problem
        As ``hessian`` does.
    """
    bent = np.zeros(len(row))
    bent[moving(batch.network, freeze_biases=True)] = batch.l2
    matrix = made(batch.network, Parameters.unpack(batch.network, row), batch.X, batch.Y) + np.diag(bent)
    return sealed(matrix[np.ix_(places, places)])


def models(batch: Batch, row: Floats, places: NDArray[np.int64]) -> tuple[QuadraticModel, QuadraticModel]:
    """With the Hessian and with Gauss-Newton's matrix, at the parameters ``row``, over the places that may move.

    With penalties they are models of what descends, as ``bending.equations`` has it: L2 bends it along each weight.

    Raises
    ------
    Problem
        As ``hessian`` does.
    """
    loss, g = descending(batch, row)
    both = (bending(batch, row, places, made) for made in (hessian, gauss_newton))
    exact, linear = (QuadraticModel(loss, sealed(g[places]), matrix) for matrix in both)
    return exact, linear


@dataclass(frozen=True, eq=False)
class SecondOrderStep:
    """One step, taken or not.

    Attributes
    ----------
    p : ndarray (P,)
        The change of the parameters; all zero where there is a problem.
    damping : float
        lambda or mu with which it was found.
    slope : float
        g^T p.
    before, after : float
        The loss, and the loss where the step leads.
    predicted : float
        How much the model said the loss would fall.
    problem : Problem or None
        Why there is no step.
    refused : tuple of float
        For Levenberg-Marquardt the mus with which the loss did not fall.
    """

    p: Floats
    damping: float
    slope: float
    before: float
    after: float
    predicted: float
    problem: Problem | None = None
    refused: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        """rho, the actual fall of the loss over the predicted one; None where none was predicted, or it is hidden."""
        return (self.before - self.after) / self.predicted if self.predicted and not self.hidden else None

    @property
    def hidden(self) -> bool:
        """Whether what the loss falls, and what was predicted, is so small beside it that its rounding hides them."""
        return max(abs(self.before - self.after), abs(self.predicted)) <= ROUNDING * abs(self.before)

    @property
    def downhill(self) -> bool:
        """Whether the loss falls where the step begins."""
        return self.slope < 0.0


def solved(matrix: Floats, gradient: Floats, damping: float) -> tuple[Floats, Problem | None]:
    """p with (A + damping I) p = -g; where that matrix is not positive definite a p of zeros, and why."""
    count = len(gradient)
    A, L, p = np.zeros((count, count)), np.zeros((count, count)), np.zeros(count)
    with np.errstate(all="ignore"):
        own = sealed(matrix[:]), sealed(gradient[:])  # read-only or not they are given, it is compiled once
        outcome = int(damped(own[0], damping, own[1], A, L, p))
    if outcome == SOLVED:
        return sealed(p), None
    pivot = float(L[outcome, outcome]) if outcome >= 0 else 0.0
    return sealed(np.zeros(count)), refusal(outcome, damping, pivot)


def refusal(outcome: int, damping: float, pivot: float) -> Problem:
    """Why equations have no solution: a column that fails, and what stood under its root; or no numbers."""
    if outcome == NO_NUMBERS:
        return Problem("second_not_finite")
    column, root, shift = outcome + 1, given(pivot, 3), given(damping)
    if pivot > 0.0:
        return Problem("singular_to_rounding", letter="λ", column=column, pivot=root, damping=shift)
    return Problem("not_positive_definite", letter="λ", column=column, pivot=root, damping=shift)


def indefinite(matrix: Floats, gradient: Floats, damping: float) -> Floats | None:
    """p with (A + damping I) p = -g whatever the signs of its eigenvalues: it may lead uphill. None where none is."""
    with np.errstate(all="ignore"):
        shifted = matrix + damping * np.eye(len(matrix))
        try:
            p: Floats = np.asarray(np.linalg.solve(shifted, -gradient), dtype=np.float64)
            sound = bool(np.isfinite(p).all() and np.linalg.cond(shifted) < 1e13)
        except np.linalg.LinAlgError:
            return None
    return sealed(p) if sound else None


def newton_step(model: QuadraticModel, damping: float, loss_at: LossAt, cautious: bool = True) -> SecondOrderStep:
    """One step of Newton, damped by lambda (S2, S3); Gauss-Newton's (S4) where the model has that matrix.

    Parameters
    ----------
    model : QuadraticModel
    damping : float
        lambda, 0 for the plain step.
    loss_at : callable
    cautious : bool
        There is no step where the damped matrix is not positive definite; else the solution of its equations is
        taken all the same, to see where it leads.
    """
    p, problem = solved(model.matrix, model.gradient, damping)
    if problem is not None and problem.code != "second_not_finite" and not cautious:
        anyway = indefinite(model.matrix, model.gradient, damping)
        p, problem = (p, problem) if anyway is None else (anyway, None)
    after = model.loss if problem is not None else loss_at(p)
    return SecondOrderStep(p, damping, model.slope(p), model.loss, after, model.predicted(p), problem)
