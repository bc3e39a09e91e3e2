"""Any update of an experiment, in bounded memory: keyframes at even distances, and replay from the nearest one."""

from collections import OrderedDict
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from engine import kernel
from engine.arrays import Floats, sealed
from engine.backprop import one_update
from engine.experiment import Experiment, check_update_number
from engine.network import Parameters, cropped, padded
from engine.penalties import penalised
from engine.update import Update

KEYFRAME_BYTES: Final = 1 << 19
MAX_KEYFRAMES: Final = 2048
FIRST_SPACING: Final = 16  # a keyframe costs as much as dozens of updates of a small network
ORDER_CELLS: Final = 1 << 16
NEAR_BYTES: Final = 1 << 18
NEAR: Final = 64  # states just before the one asked for are kept after a replay, for stepping back


@dataclass(frozen=True)
class LossCurve:
    """Mean loss over all training rows at even distances: after ``t[k]`` updates it is ``loss[k]``.

    ``test`` is the same over the test rows, empty where there are none.
    """

    t: tuple[int, ...]
    loss: tuple[float, ...]
    test: tuple[float, ...] = ()


class Timeline:
    """The run of an experiment. Asking changes nothing that can be seen: it only fills the store of keyframes.

    Keyframe k holds the state after k * spacing updates (edits at that update included). When the store is full,
    every second keyframe goes and the spacing doubles, so a million updates need no more room than two thousand.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.abandoned: Timeline | None = None
        self.divergences: dict[int, Any] = {}  # what ``engine.divergence`` has found, by the start of the stretch
        network = experiment.network
        capacity = max(64, min(MAX_KEYFRAMES, KEYFRAME_BYTES // (8 * network.parameter_count)))
        self._frames: Floats = np.empty((capacity, network.parameter_count))
        self._count = 0
        self._spacing = FIRST_SPACING
        self._near: OrderedDict[int, Floats] = OrderedDict()
        self._losses: dict[bool, OrderedDict[int, float]] = {False: OrderedDict(), True: OrderedDict()}  # of the test?
        self._last: Update | None = None
        self._net = kernel.shape(network)
        self._work = kernel.work(network)
        self._in_order = np.arange(len(experiment.X), dtype=np.int64)[None]
        self._keep_frame(0, self._edited(0, experiment.initial_parameters))

    @property
    def nbytes(self) -> int:
        """Bytes that the stored states take."""
        return self._frames.nbytes + sum(state.nbytes for state in self._near.values())

    @property
    def furthest(self) -> int:
        """The highest keyframe: states up to here are replayed, not computed anew."""
        return (self._count - 1) * self._spacing

    def parameters(self, t: int) -> Parameters:
        """The parameters after t updates, an edit at t included.

        Raises
        ------
        Problem
            ``update_number`` where t is not a whole number from 0 to 10,000,000.
        """
        return Parameters.unpack(self.experiment.network, self._state(check_update_number(t)))

    def update(self, t: int) -> Update:
        """The update that leads from t to t + 1, with everything that it computed."""
        if self._last is not None and self._last.t == t:  # the same one is asked for all through its phases
            return self._last
        before = self.parameters(t)
        experiment = self.experiment
        W, b = padded(experiment.network, before)
        rows, eta = experiment.rows(t), experiment.learning_rate_at(t)
        l1, l2 = experiment.l1, experiment.l2
        trace = one_update(
            experiment.network, W, b, experiment.X, experiment.Y, rows, eta, experiment.freeze_biases, l1, l2
        )
        with np.errstate(all="ignore"):
            self._last = Update(
                t=t,
                rows=tuple(int(row) for row in rows),
                learning_rate=eta,
                l1=l1,
                l2=l2,
                frozen_biases=experiment.freeze_biases,
                before=before,
                trace=trace,
                delta_W=tuple(
                    sealed(-eta * penalised(gradient, weights, l1, l2))
                    for gradient, weights in zip(trace.grad_W, before.W, strict=True)
                ),
                delta_b=tuple(
                    sealed(np.zeros_like(gradient) if experiment.freeze_biases else -eta * gradient)
                    for gradient in trace.grad_b
                ),
                after=cropped(experiment.network, W, b),
            )
        return self._last

    def mean_loss(self, t: int) -> float:
        """Mean loss over all training rows after t updates (FORMULAS F6)."""
        return self._mean_loss(t, self.experiment.X, self.experiment.Y, self._losses[False])

    def test_loss(self, t: int) -> float | None:
        """The same over the test rows; None where there are none."""
        if not len(self.experiment.X_test):
            return None
        return self._mean_loss(t, self.experiment.X_test, self.experiment.Y_test, self._losses[True])

    def _mean_loss(self, t: int, X: Floats, Y: Floats, kept: OrderedDict[int, float]) -> float:
        if t not in kept:
            W, b = padded(self.experiment.network, self.parameters(t))
            x, u, f_prime = self._work[:3]
            with np.errstate(all="ignore"):
                kept[t] = float(kernel.mean_loss(*self._net, W, b, X, Y, x, u, f_prime))
            if len(kept) > 4096:
                kept.popitem(last=False)
        return kept[t]

    def loss_curve(self, upto: int, points: int = 256) -> LossCurve:
        """Mean loss from 0 to ``upto``, at every 1, 2, 4, ... updates so that there are at most ``points``.

        Fewer points where the data are many: the curve costs at most about as much as drawing it.
        """
        per_point = (len(self.experiment.X) + len(self.experiment.X_test)) * self.experiment.network.parameter_count
        points = max(24, min(points, 20_000_000 // per_point))
        distance = 1
        while upto > (points - 1) * distance:
            distance *= 2
        ts = (*range(0, upto, distance), upto)
        test = tuple(loss for t in ts if (loss := self.test_loss(t)) is not None)
        return LossCurve(t=ts, loss=tuple(self.mean_loss(t) for t in ts), test=test)

    def advance(self, t: int, seconds: float) -> int:
        """Compute towards t for about so many seconds; how far the run is computed now, at most t."""
        end = perf_counter() + seconds
        check_update_number(t)
        while self.furthest + self._spacing <= t:
            self._add_frame()
            if perf_counter() >= end:
                return min(t, self.furthest)
        return t

    def edit(
        self,
        t: int,
        W: tuple[ArrayLike, ...] | None = None,
        b: tuple[ArrayLike, ...] | None = None,
        learning_rate: float | None = None,
    ) -> "Timeline":
        """The timeline of the edited experiment; its ``abandoned`` is this one, to return to until the next edit."""
        fork = Timeline(self.experiment.edit(t, W, b, learning_rate))
        if t > 0:
            fork._spacing = self._spacing
            fork._count = min(self._count, -(-t // self._spacing))  # those before t
            fork._frames[: fork._count] = self._frames[: fork._count]
        fork.abandoned = self
        self.abandoned = None  # one step back, not a chain that grows
        return fork

    def _state(self, t: int) -> Floats:
        while self.furthest + self._spacing <= t:
            self._add_frame()
        index = t // self._spacing
        if index * self._spacing == t:
            frame: Floats = self._frames[index]
            return frame
        if t not in self._near:
            self._replay(index, t)
        self._near.move_to_end(t)
        return self._near[t]

    def _replay(self, index: int, t: int) -> None:
        """Fill ``_near`` with the last states up to t, from keyframe ``index``."""
        network = self.experiment.network
        start = index * self._spacing
        newest = [s for s in range(t - 1, max(start, t - NEAR) - 1, -1) if s in self._near]
        if newest:  # one step further than the last one asked for: no need to go back to the keyframe
            start, row = newest[0], self._near[newest[0]]
        else:
            row = self._frames[index]
        W, b = padded(network, Parameters.unpack(network, row))
        at = max(start, t - NEAR)
        self._run(W, b, start, at)
        while True:
            if at > start or at == t:
                self._near[at] = cropped(network, W, b).pack()
            if at == t:
                break
            self._run(W, b, at, at + 1)
            at += 1
        room = NEAR_BYTES // (8 * network.parameter_count)
        while len(self._near) > max(NEAR + 1, min(4 * NEAR, room)):
            self._near.popitem(last=False)

    def _add_frame(self) -> None:
        """Compute the next keyframe; a full store is thinned first."""
        if self._count == len(self._frames):
            kept = self._frames[: self._count : 2].copy()
            self._frames[: len(kept)] = kept
            self._count, self._spacing = len(kept), self._spacing * 2
        network = self.experiment.network
        W, b = padded(network, Parameters.unpack(network, self._frames[self._count - 1]))
        start = self.furthest
        self._run(W, b, start, start + self._spacing)
        self._keep_frame(start + self._spacing, cropped(network, W, b))

    def _keep_frame(self, t: int, parameters: Parameters) -> None:
        assert t == self._count * self._spacing
        self._frames[self._count] = parameters.pack()
        self._count += 1

    def _run(self, W: Floats, b: Floats, t: int, stop: int) -> None:
        """Change padded W and b from the state at t to that at ``stop``, edits at ``stop`` included."""
        marks = sorted({edit.t for edit in self.experiment.edits if t < edit.t <= stop})
        for mark in dict.fromkeys((*marks, stop)):
            self._run_unedited(W, b, t, mark)
            t = mark
            if mark in marks:
                W[:], b[:] = padded(
                    self.experiment.network, self._edited(t, cropped(self.experiment.network, W, b))
                )  # fmt: skip

    def _run_unedited(self, W: Floats, b: Floats, t: int, stop: int) -> None:
        experiment = self.experiment
        per_epoch = experiment.updates_per_epoch
        eta = experiment.learning_rate_at(t)
        while t < stop:
            first = experiment.epoch(t)
            if experiment.shuffle:  # the orders of a few epochs at a time: they need room
                epochs = max(1, ORDER_CELLS // len(experiment.X))
                last = min(experiment.epoch(stop - 1), first + epochs - 1)
                rows, until = np.stack([experiment.order(e) for e in range(first, last + 1)]), (last + 1) * per_epoch
            else:
                rows, until = self._in_order, stop
            until = min(until, stop)
            with np.errstate(all="ignore"):
                kernel.run(
                    *self._net, W, b, experiment.X, experiment.Y, rows, t, until, experiment.batch_size,
                    eta, experiment.l1, experiment.l2, experiment.freeze_biases, *self._work,
                )  # fmt: skip
            t = until

    def _edited(self, t: int, parameters: Parameters) -> Parameters:
        for edit in self.experiment.edits:
            if edit.t == t:
                parameters = edit.applied(parameters)
        return parameters
