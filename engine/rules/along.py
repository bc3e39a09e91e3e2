"""The true loss at many places, and along a line: the step that was taken and the best one (FORMULAS S13)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np

from engine import kernel, layout
from engine.arrays import Floats, sealed
from engine.backprop import backprop
from engine.compile import compiled_apart
from engine.layout import Data, Many, Padded, Shape
from engine.network import Network, Parameters
from engine.penalties import penalised
from engine.rules import angles
from engine.rules.curvature import moving
from engine.work import SLICE, pause

GOLDEN: Final = (5.0**0.5 - 1.0) / 2.0
NARROWED: Final = 40  # times the bracket of the best step is made narrower: to 1e-8 of its width
AROUND: Final = 1 / 64  # of the distance of two alphas: how far from the best one its slope is looked at
ROOTED: Final = 60  # looks at a slope, at most, until its root is found; mostly ten
SETTLED: Final = 2.0**-51  # of an alpha: what moves by no more stays
ROUNDING: Final = 2.0**-49  # of a loss: differences up to it are rounding, of its sum and of theirs


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


def descending(batch: Batch, row: Floats) -> tuple[float, Floats]:
    """What descends at the parameters ``row``, the mean loss with the penalties, and its gradient (P,)."""
    parameters = Parameters.unpack(batch.network, row)
    trace = backprop(batch.network, parameters, batch.X, batch.Y)
    weights, g = moving(batch.network, freeze_biases=True), angles.gradient(trace).copy()
    g[weights] = penalised(g[weights], row[weights], batch.l1, batch.l2)
    return trace.loss + float(batch.penalties(row[None])[0]), g


def losses_at(batch: Batch, states: Floats) -> Floats:
    """The mean loss at each row of ``states`` (k, P), by the kernel that trains; it may be no finite number."""
    return sealed(mean_losses(batch)(states))


def mean_losses(batch: Batch) -> Callable[[Floats], Floats]:
    """``losses_at`` for one batch, to be called again and again: what the kernel works with is made once."""
    network = batch.network
    net, work = layout.shape(network), layout.work(network)
    parameters = layout.unpacked(network, np.zeros(network.parameter_count))
    X, Y = sealed(batch.X[:]), sealed(batch.Y[:])  # as an experiment has them: for others it would be compiled apart
    data = Data(X, Y, np.zeros((0, 0), dtype=np.int64))
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
    outward : bool
        Whether the slope says that the loss falls on beyond the range, where its own digits say nothing.
    """

    alpha: Floats
    phi: Floats
    slope: float
    best: float
    lowest: float
    taken: float
    outward: bool = False

    @property
    def still_falling(self) -> bool:
        """Whether the best alpha is an end of the range towards which the loss falls: beyond it there may be better."""
        ends = ((self.alpha[0], self.phi[:2]), (self.alpha[-1], self.phi[:-3:-1]))
        return self.outward or any(self.best == end and outer < inner for end, (outer, inner) in ends)


def slope_along(batch: Batch, start: Floats, p: Floats) -> Callable[[float], float]:
    """phi'(alpha) of what descends, by backpropagation."""

    def at(alpha: float) -> float:
        pause()
        with np.errstate(all="ignore"):
            return float(descending(batch, start + alpha * p)[1] @ p)

    return at


def root_between(slope: Callable[[float], float], left: float, right: float) -> float | None:
    """Where a slope that is negative at ``left`` and positive at ``right`` changes its sign; None where it is not so.

    By false position; an end that stays twice has its slope halved, so that both ends come nearer.
    """
    low, high = slope(left), slope(right)
    if not low < 0.0 < high:
        return None
    at, side = left, 0
    for _ in range(ROOTED):
        before, at = at, right - high * (right - left) / (high - low)
        if abs(at - before) <= SETTLED * abs(at):
            break
        here = slope(at)
        if here < 0.0:
            left, low, high, side = at, here, high / 2.0 if side < 0 else high, -1
        elif here > 0.0:
            right, high, low, side = at, here, low / 2.0 if side > 0 else low, 1
        else:  # zero, or no number
            break
    return at


def along(batch: Batch, start: Floats, p: Floats, gradient: Floats, alpha: Floats) -> AlongLine:
    """The loss along p from ``start``, at the given alphas, which rise; and the best alpha between their ends.

    The best one is looked for around the lowest of the given ones: where the loss has several valleys, in that one's.
    Near it the loss is flat, and half of its digits are all that tell where it is; the slope, which is zero there, has
    the others.
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
        flat = bool(np.ptp(values) <= ROUNDING * abs(lowest))
    ends = float(alpha[0]), float(alpha[-1])
    near = float(alpha[1] - alpha[0])
    brackets = [ends] if flat else [(best - AROUND * near, best + AROUND * near), (best - near, best + near)]
    rises = slope_along(batch, start, p)
    room, outward = lowest + ROUNDING * abs(lowest), False
    for left, right in brackets if isfinite(lowest) else ():
        root = root_between(rises, max(left, ends[0]), min(right, ends[1]))
        if root is not None and (there := float(phi(np.array([root]))[0])) <= room:
            best, lowest = root, there
            break
    else:
        for end, there, way in ((ends[1], float(values[-1]), -1.0), (ends[0], float(values[0]), 1.0)):
            beside = flat or abs(best - end) <= near
            if not outward and beside and there <= room and way * rises(end) > 0.0:
                best, lowest, outward = end, there, True
    return AlongLine(sealed(alpha.copy()), sealed(values), slope, best, lowest, taken, outward)
