"""A rate sweep: the loss after so many updates, over the learning rate."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.edit import Edit
from engine.experiment import Experiment
from engine.rules.price import update_cost
from engine.timeline import Timeline

BUDGET: Final = 100_000_000  # products of weight and input in one sweep: a moment on any machine
LOWEST, HIGHEST, STEPS = -3.0, 2.0, 31  # exponents of the rates


@dataclass(frozen=True, eq=False)
class Sweep:
    """Runs of one rule that differ in their rate alone.

    Attributes
    ----------
    rates, loss : ndarray (k,)
        The loss after ``updates`` updates; no number where it is none.
    start : float
        The loss before the first.
    updates : int
    """

    rates: Floats
    loss: Floats
    start: float
    updates: int

    @property
    def diverged(self) -> tuple[bool, ...]:
        """Where a run ended above its start, or at no number: bounded outputs keep the loss of a wild run finite."""
        return tuple(not (isfinite(one) and one <= self.start) for one in self.loss.tolist())

    @property
    def stretches(self) -> tuple[tuple[float, float], ...]:
        """The first and the last rate of each stretch of neighbouring rates that diverged, from the smallest on."""
        found: list[tuple[float, float]] = []
        for k, (rate, away) in enumerate(zip(self.rates.tolist(), self.diverged, strict=True)):
            if away and k and self.diverged[k - 1]:
                found[-1] = (found[-1][0], rate)
            elif away:
                found.append((rate, rate))
        return tuple(found)

    @property
    def finite(self) -> bool:
        """Whether a loss is a finite number at any rate."""
        return bool(np.isfinite(self.loss).any())

    @property
    def best(self) -> int:
        """The place of the rate whose loss is lowest."""
        return int(np.argmin(np.where(np.isfinite(self.loss), self.loss, np.inf)))


def affordable(experiments: Iterable[Experiment], updates: int, times: int = 1) -> int:
    """As many updates, at most ``updates``, as these runs, each so many times, can make in a moment."""
    costs = (max(update_cost(one.network, one.batch_size, rule) for rule in one.rules) for one in experiments)
    return max(1, min(updates, BUDGET // (sum(costs) * max(1, times))))


def sweep(experiment: Experiment, updates: int, sweeps: int = 1) -> Sweep:
    """Train with each rate from the same start, without what edits do to the rate, which would undo it.

    Where there are several ``sweeps`` side by side, all of them have the time of one.
    """
    found = 10.0 ** np.linspace(LOWEST, HIGHEST, STEPS)
    unrated = (replace(edit, learning_rate=None) for edit in experiment.edits)
    edits = tuple(edit for edit in unrated if edit != Edit(edit.t))
    updates = affordable([experiment], updates, len(found) * sweeps)
    losses, start = [], 0.0
    for rate in found.tolist():
        line = Timeline(replace(experiment, learning_rate=rate, edits=edits))
        start = line.mean_loss(0)
        losses.append(line.mean_loss(updates))
    return Sweep(sealed(np.array(found)), sealed(np.array(losses)), start, updates)
