"""The numbers of many consecutive updates side by side, to the last bit those of each update by itself."""

from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Ints
from engine.boundary.verdicts import judge, levels_of, rule_of
from engine.inquiry.passes import Seen, passes
from engine.layout import Data
from engine.network import Network
from engine.penalties import penalised
from engine.quantities import Quantity
from engine.rules.schedule import ConstantRate
from engine.timeline import Timeline

Truths = NDArray[np.bool_]
OF_SAMPLE: Final = ("x", "u", "f_prime", "delta", "y", "loss")
OF_STEP: Final = ("delta_W", "delta_b", "new_W", "new_b")
OF_BATCH: Final = ("grad_W", "grad_b", *OF_STEP)


class RunStretch:
    """The updates ``ts`` of a run, each array with a row for each of them."""

    def __init__(self, line: Timeline, ts: range) -> None:
        self.line, self.ts = line, ts
        self._states = line.states(ts)

    def losses(self, tested: bool) -> Floats:
        """Mean loss over all training rows, or over the test rows; not a number where there are none."""
        experiment = self.line.experiment
        if tested and not len(experiment.X_test):
            return np.full(len(self.ts), np.nan)
        seen = self._over_all(experiment.X_test, experiment.Y_test) if tested else self._everywhere
        return _means(seen.losses, np.full(len(self.ts), seen.losses.shape[1]))

    @property
    def batch_losses(self) -> Floats:
        """Mean loss over the rows of each update."""
        return _means(self._batches.losses, (self.rows >= 0).sum(axis=1))

    @cached_property
    def right(self) -> Floats:
        """1 where a row of the data (across) is right, else 0."""
        Y, count = self.line.experiment.Y, len(self.ts)
        outputs = self._everywhere.x[:, :, -1, : Y.shape[1]].reshape(-1, Y.shape[1])
        verdict = judge(outputs, np.tile(Y, (count, 1)), 0, rule_of(Y), levels_of(Y))
        return np.asarray(1.0 - verdict.all_wrong.reshape(count, len(Y)), dtype=np.float64)

    @cached_property
    def steepest(self) -> list[Floats]:
        """By layer, from 1, the largest slope that each neuron (across) has among all rows of the data."""
        sizes = self.line.experiment.network.sizes
        return [self._everywhere.f_prime[:, :, l, :n].max(axis=1) for l, n in enumerate(sizes) if l]

    @cached_property
    def faultless(self) -> Truths:
        """Whether each row that the update uses is right before it."""
        right = np.take_along_axis(self.right, np.maximum(self.rows, 0), axis=1) == 1.0
        return np.asarray((right | (self.rows < 0)).all(axis=1), dtype=np.bool_)

    def gradient(self, whole: bool) -> Floats:
        """All gradients of each update in the order of ``Parameters.pack``; ``whole``, that over all rows instead."""
        experiment = self.line.experiment
        seen = self._over_all(experiment.X, experiment.Y, back=True) if whole else self._batches
        return _packed(experiment.network, seen)

    def numbers(self, quantity: Quantity, every: bool) -> Floats | None:
        """Those that a path names, of ``every`` layer or of its own; None where they must be asked of each update."""
        kind, experiment = quantity.kind, self.line.experiment
        if kind in OF_STEP and not (all(rule.plain for rule in experiment.rules) and self._rate_stays):
            return None
        if kind not in (*OF_SAMPLE, *OF_BATCH, "W", "b"):
            return None
        layers = range(1, experiment.network.layers + 1) if every and kind != "loss" else (quantity.layer,)
        with np.errstate(all="ignore"):
            found = [self._layer(quantity, layer) for layer in layers]
        return np.ascontiguousarray(np.concatenate(found, axis=1))

    def parts(self, quantity: Quantity) -> Floats:
        """Of a weight or bias the slope of each sample's own loss, delta_j x_i or delta_j (D7): a row for each update.

        Zero where an update has fewer samples than others.
        """
        seen = self._batches
        found = seen.delta[:, :, quantity.layer, quantity.j - 1]
        if quantity.i:
            with np.errstate(all="ignore"):
                found = found * seen.x[:, :, quantity.layer - 1, quantity.i - 1]
        return np.where(self.rows >= 0, found, 0.0)

    def _layer(self, quantity: Quantity, layer: int) -> Floats:
        kind, j, i = quantity.kind, quantity.j, quantity.i
        if kind in OF_SAMPLE:
            numbers = self._of_sample(kind, layer, quantity.sample - 1)
        elif kind in ("W", "b"):
            numbers = _unpacked(self.line.experiment.network, self._states, layer)[kind == "b"]
        else:
            numbers = self._of_batch(kind, layer)
        if j:
            numbers = numbers[:, j - 1 : j]
        if i:
            numbers = numbers[:, :, i - 1 : i]
        return numbers.reshape(len(self.ts), -1)

    def _of_sample(self, kind: str, layer: int, s: int) -> Floats:
        seen = self._batches
        if kind == "loss":
            return seen.losses[:, s : s + 1]
        if kind == "y":
            row = self.rows[:, s]
            return np.where(row[:, None] >= 0, self.line.experiment.Y[row], np.nan)
        numbers: Floats = getattr(seen, kind)[:, s, layer, : self.line.experiment.network.sizes[layer]]
        return numbers

    def _of_batch(self, kind: str, layer: int) -> Floats:
        experiment, family = self.line.experiment, kind[-1]
        gradient = _cropped(experiment.network, self._batches, layer)[family == "b"]
        if kind.startswith("grad"):
            return gradient
        before = _unpacked(experiment.network, self._states, layer)[family == "b"]
        step = np.empty_like(gradient)
        edited = [edit.t for edit in experiment.edits if self.ts[0] < edit.t <= self.ts[-1]]
        for start, stop in pairwise(sorted({self.ts[0], *edited, self.ts.stop})):
            eta, l1, l2, frozen = experiment.descent_at(start)
            part = slice(start - self.ts[0], stop - self.ts[0])
            if family == "W":
                step[part] = -eta * penalised(gradient[part], before[part], l1, l2)
            else:
                step[part] = 0.0 if frozen else -eta * gradient[part]
        return step if kind.startswith("delta") else before + step

    @property
    def _rate_stays(self) -> bool:
        at = (self.ts[0], *(edit.t for edit in self.line.experiment.edits if edit.t in self.ts))
        return all(self.line.experiment.schedule_at(t) == ConstantRate() for t in at)

    @cached_property
    def _everywhere(self) -> Seen:
        return self._over_all(self.line.experiment.X, self.line.experiment.Y)

    def _over_all(self, X: Floats, Y: Floats, back: bool = False) -> Seen:
        rows = np.tile(np.arange(len(X)), (len(self.ts), 1))
        return passes(self.line.experiment.network, self._states, Data(X, Y, rows), back)

    @cached_property
    def rows(self) -> Ints:
        """The rows of the data that each update looks at, in its order; -1 behind them where others have more."""
        experiment, t = self.line.experiment, np.arange(self.ts.start, self.ts.stop)
        epoch, place = np.divmod(t, experiment.updates_per_epoch)
        orders = np.full((int(epoch[-1] - epoch[0]) + 1, experiment.updates_per_epoch * experiment.batch_size), -1)
        for e in range(len(orders)):
            orders[e, : len(experiment.X)] = self.line.order(int(epoch[0]) + e)
        first = place * experiment.batch_size
        found: Ints = orders[(epoch - epoch[0])[:, None], first[:, None] + np.arange(experiment.batch_size)]
        return found

    @cached_property
    def _batches(self) -> Seen:
        """The passes over each update's rows."""
        experiment = self.line.experiment
        data = Data(experiment.X, experiment.Y, self.rows)
        return passes(experiment.network, self._states, data, back=True)


def _means(losses: Floats, counts: Ints) -> Floats:
    """Of each update's first so many losses, added in their order."""
    mean: Floats = np.zeros(len(losses))
    with np.errstate(all="ignore"):
        for row in range(losses.shape[1]):
            mean += np.where(counts > row, losses[:, row], 0.0)
        return np.asarray(mean / counts)


def _unpacked(network: Network, states: Floats, layer: int) -> tuple[Floats, Floats]:
    """A layer's weights (K, n, n below) and biases (K, n), from rows that begin as ``Parameters.pack`` writes them."""
    at = sum(n * (n_in + 1) for n_in, n in pairwise(network.sizes[:layer]))
    n_in, n = network.sizes[layer - 1], network.sizes[layer]
    end = at + n * n_in
    return states[:, at:end].reshape(len(states), n, n_in), states[:, end : end + n]


def _cropped(network: Network, seen: Seen, layer: int) -> tuple[Floats, Floats]:
    """A layer's gradients, of weights (K, n, n below) and of biases (K, n)."""
    n_in, n = network.sizes[layer - 1], network.sizes[layer]
    return seen.grad_W[:, layer, :n, :n_in], seen.grad_b[:, layer, :n]


def _packed(network: Network, seen: Seen) -> Floats:
    layers = (part for layer in range(1, network.layers + 1) for part in _cropped(network, seen, layer))
    return np.concatenate([part.reshape(len(part), -1) for part in layers], axis=1)
