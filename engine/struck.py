"""What a run leaves out of its experiment, or turns round: rows of the data, updates, the order of an epoch."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import Ints
from engine.edit import check_update_number
from engine.experiment import Experiment
from engine.problems import Problem


@dataclass(frozen=True)
class Struck:
    """Rows and updates that are struck out, and epochs whose rows come in the opposite order; all count from 0.

    Updates keep their numbers, so that the run can lie beside the one that has them: an update whose rows are all
    struck changes nothing, neither parameters nor what a rule remembers, and a batch that has lost some of its rows is
    the mean over the others.
    """

    rows: tuple[int, ...] = ()
    updates: tuple[int, ...] = ()
    turned: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("rows", "updates", "turned"):
            object.__setattr__(self, name, tuple(sorted({int(one) for one in getattr(self, name)})))

    def __bool__(self) -> bool:
        return bool(self.rows or self.updates or self.turned)

    def further(self, experiment: Experiment, other: "Struck") -> "Struck":
        """What both strike; an epoch that both turn round is as it was.

        Raises
        ------
        Problem
            Where the experiment has not what ``other`` strikes.
        """
        for row in other.rows:
            if not 0 <= row < len(experiment.X):
                raise Problem("struck_row", row=row + 1, rows=len(experiment.X))
        for t in (*other.updates, *other.turned):
            check_update_number(t)
        turned = set(self.turned) ^ set(other.turned)
        return Struck((*self.rows, *other.rows), (*self.updates, *other.updates), tuple(turned))

    def special(self, experiment: Experiment, first: int) -> tuple[int, ...]:
        """The epochs from ``first`` on whose order is not the usual one of a run without a shuffle."""
        epochs = {*self.turned, *(experiment.epoch(t) for t in self.updates)}
        return tuple(sorted(epoch for epoch in epochs if epoch >= first))

    def usual(self, experiment: Experiment) -> Ints:
        """The order of an epoch of a run without a shuffle where no update is struck and nothing turned round."""
        return self._without(experiment, np.arange(len(experiment.X), dtype=np.int64), 0, ())

    def order(self, experiment: Experiment, epoch: int) -> Ints:
        """The rows of an epoch, in its order; in each batch -1 behind the others for every row that is struck."""
        order = experiment.order(epoch)
        if epoch in self.turned:
            order = order[::-1].copy()
        first = epoch * experiment.updates_per_epoch
        return self._without(experiment, order, first, self.updates)

    def _without(self, experiment: Experiment, order: Ints, first: int, updates: tuple[int, ...]) -> Ints:
        gone = np.isin(order, self.rows)
        for t in updates:
            if 0 <= t - first < experiment.updates_per_epoch:
                gone[(t - first) * experiment.batch_size : (t - first + 1) * experiment.batch_size] = True
        if not gone.any():
            return order
        batch = np.arange(len(order)) // experiment.batch_size
        found: Ints = np.where(gone, -1, order)[np.lexsort((gone, batch))]
        return found
