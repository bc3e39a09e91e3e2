"""The true loss at many places, and along a line: the step that was taken and the best one (FORMULAS S13)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np

from engine import kernel, layout
from engine.arrays import Floats, sealed
from engine.compile import compiled_apart
from engine.layout import Data, Many, Padded, Shape
from engine.network import Network
from engine.rules.curvature import moving
from engine.work import SLICE, pause

GOLDEN: Final = (5.0**0.5 - 1.0) / 2.0
NARROWED: Final = 40  # times the bracket of the best step is made narrower: to 1e-8 of its width


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows over which the loss is a mean: a network's inputs and targets; with penalties what descends there."""

    network: Network
    X: Floats
    Y: Floats
    l1: float = 0.0
    l2: float = 0.0

    def penalties(self, states: Floats) -> Floats:
        """What the penalties add to the loss at each row of ``states`` (k, P)."""
        if not (self.l1 or self.l2):
            return np.zeros(len(states))
        own = states[:, moving(self.network, freeze_biases=True)]
        return np.array([0.5 * self.l2 * (w @ w) + self.l1 * np.abs(w).sum() for w in own])


def losses_at(batch: Batch, states: Floats) -> Floats:
    """The mean loss at each row of ``states`` (k, P), by the kernel that trains; it may be no finite number."""
    return sealed(mean_losses(batch)(states))


def mean_losses(batch: Batch) -> Callable[[Floats], Floats]:
    """``losses_at`` for one batch, to be called again and again: what the kernel works with is made once."""
    network = batch.network
    net, work = layout.shape(network), layout.work(network)
    parameters = layout.unpacked(network, np.zeros(network.parameter_count))
    data = Data(batch.X, batch.Y, np.zeros((0, 0), dtype=np.int64))
    some = max(1, SLICE // (len(batch.X) * network.parameter_count))

    def at(states: Floats) -> Floats:
        losses, states = np.empty(len(states)), np.ascontiguousarray(states)
        with np.errstate(all="ignore"):
            for first in range(0, len(states), some):
                part = slice(first, first + some)
                fill_losses(net, states[part], data, parameters, work.many, losses[part])
                pause()
            return losses + batch.penalties(states) if batch.l1 or batch.l2 else losses

    return at


@compiled_apart
def fill_losses(net: Shape, states: Floats, data: Data, parameters: Padded, many: Many, losses: Floats) -> None:
    """losses[k] is the mean loss with the parameters in row k of ``states``."""
    for k in range(states.shape[0]):
        kernel.unpack(net, states, k, parameters)
        losses[k] = kernel.mean_loss(net, parameters, data.X, data.Y, many)


@dataclass(frozen=True, eq=False)
class AlongLine:
    """phi(alpha) = L(w + alpha p) (FORMULAS S13).

    Attributes
    ----------
    alpha, phi : ndarray (k,)
    slope : float
        phi'(0), the gradient times p.
    best, lowest : float
        The alpha of the range with the lowest loss, and that loss.
    taken : float
        phi(1), the loss where the step p leads.
    """

    alpha: Floats
    phi: Floats
    slope: float
    best: float
    lowest: float
    taken: float

    @property
    def still_falling(self) -> bool:
        """Whether the best alpha is an end of the range towards which the loss falls: beyond it there may be better."""
        ends = ((self.alpha[0], self.phi[:2]), (self.alpha[-1], self.phi[:-3:-1]))
        return any(self.best == end and outer < inner for end, (outer, inner) in ends)


def along(batch: Batch, start: Floats, p: Floats, gradient: Floats, alpha: Floats) -> AlongLine:
    """The loss along p from ``start``, at the given alphas, which rise; and the best alpha between their ends.

    The best one is looked for around the lowest of the given ones: where the loss has several valleys, in that one's.
    """

    losses = mean_losses(batch)

    def phi(alphas: Floats) -> Floats:
        with np.errstate(all="ignore"):  # a loss so far away is no finite number
            return losses(start + np.outer(alphas, p))

    values = phi(alpha)
    low = int(np.argmin(np.where(np.isfinite(values), values, np.inf)))
    best, lowest = float(alpha[low]), float(values[low])
    left, right = float(alpha[max(0, low - 1)]), float(alpha[min(len(alpha) - 1, low + 1)])
    for _ in range(NARROWED):
        inner = np.array([right - GOLDEN * (right - left), left + GOLDEN * (right - left)])
        found = phi(inner)
        if not found[0] > found[1]:
            right = float(inner[1])
        else:
            left = float(inner[0])
        k = int(found[1] < found[0])
        if isfinite(found[k]) and found[k] < lowest:
            best, lowest = float(inner[k]), float(found[k])
    taken = float(phi(np.ones(1))[0])
    with np.errstate(all="ignore"):  # of a run that explodes
        slope = float(gradient @ p)
    return AlongLine(sealed(alpha.copy()), sealed(values), slope, best, lowest, taken)
