"""An update of the second order as a record: its equations and their solution, or why there is none (S3, S4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, sealed
from engine.backprop import Trace
from engine.kernel import TRIES
from engine.layout import Descent
from engine.network import Network, Parameters
from engine.problems import Problem
from engine.rules.along import Batch, losses_at
from engine.rules.bending import RAN_AWAY, SOLVED, Solving, check_count, solving
from engine.rules.curvature import moving
from engine.rules.layout import RuleMemory
from engine.rules.newton import QuadraticModel, SecondOrderStep, refusal
from engine.rules.rule import UpdateRule


@dataclass(frozen=True, eq=False)
class SecondOrderUpdate:
    """What such an update solved.

    Attributes
    ----------
    model : QuadraticModel
        The loss, its gradient and the matrix, over the parameters that may move; those of penalties are in them.
    step : SecondOrderStep
    linear : bool
        Whether the matrix is Gauss-Newton's, else it is the Hessian.
    places : ndarray of int (n,)
        Where in ``Parameters.pack`` these parameters stand.
    L : ndarray (n, n)
        Cholesky's, of the matrix with ``step.damping`` on its diagonal; zeros where there is no step.
    mu : (float, float)
        What Levenberg-Marquardt remembers before and after.
    """

    model: QuadraticModel
    step: SecondOrderStep
    linear: bool
    places: NDArray[np.int64]
    L: Floats
    mu: tuple[float, float]

    @property
    def z(self) -> Floats:
        """The solution of L z = -g, on the way to that of L^T p = z; sums in the order of ``bending.solve``."""
        g, found = self.model.gradient, np.zeros(len(self.places))
        if self.step.problem is not None:
            return found
        for i in range(len(found)):
            total = -g[i]
            for k in range(i):
                total -= self.L[i, k] * found[k]
            found[i] = total / self.L[i, i]
        return found


def at_work(network: Network, freeze_biases: bool, memory: RuleMemory) -> Solving:
    """A rule of the second order for the kernel; ``Problem`` where the network has too many parameters for it."""
    check_count(network)
    weights = np.zeros(network.parameter_count)
    weights[moving(network, freeze_biases=True)] = 1.0
    return solving(network, moving(network, freeze_biases), weights, memory)


def second_order_update(
    network: Network, before: Parameters, trace: Trace, descent: Descent, worked: tuple[UpdateRule, Solving, float]
) -> SecondOrderUpdate:
    """The record of an update that the kernel has just made.

    Parameters
    ----------
    network, before, trace, descent
        Of the update.
    worked : (UpdateRule, Solving, float)
        The rule, what the kernel left, and the mu that was remembered before.
    """
    rule, left, mu = worked
    outcome, damping, refused, pivot = left.told.tolist()
    places = left.places
    row = before.pack()
    after = row.copy()
    after[places] += left.memory.step[places]
    batch = Batch(network, trace.x[0], trace.y, descent.l1, descent.l2)
    was, now = losses_at(batch, np.stack([row, after])).tolist()
    model = QuadraticModel(was, sealed(left.g.copy()), sealed(left.matrix.copy()))
    p, problem = sealed(left.memory.step[places]), None
    if outcome == RAN_AWAY:
        problem = Problem("mu_ran_away", count=min(int(refused) + 1, TRIES))
    elif outcome != SOLVED:
        problem = refusal(int(outcome), damping, pivot)
    with np.errstate(all="ignore"):
        step = SecondOrderStep(
            p, damping, model.slope(p), was, now, model.predicted(p), problem, _refused(rule, mu, int(refused))
        )
    L = np.tril(left.L) if problem is None else np.zeros_like(left.L)
    return SecondOrderUpdate(model, step, rule.matrix == "G", places, sealed(L), (mu, float(left.memory.numbers[1])))


def _refused(rule: UpdateRule, mu: float, count: int) -> tuple[float, ...]:
    """The mus that were tried in vain, each a factor larger than the one before."""
    found = []
    for _ in range(count):
        found.append(mu)
        mu *= float(rule.numbers["factor"])
    return tuple(found)
