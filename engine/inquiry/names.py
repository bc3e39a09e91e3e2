"""What a name such as ``delta.1.2@1``, ``grad_W.2`` or ``accuracy`` stands for at an update of a training run."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.experiment import MAX_UPDATE
from engine.inquiry.stretch import RunStretch
from engine.problems import Problem
from engine.quantities import (
    EQUATION_KINDS,
    NEURON_KINDS,
    OF_RULES,
    RATE_KINDS,
    SAMPLE_KINDS,
    WEIGHT_KINDS,
    Quantity,
    layer_values,
    value,
)
from engine.rules.along import Batch
from engine.rules.curvature import moving
from engine.rules.newton import bending
from engine.splitting.rules import RULES, layers, sent_back
from engine.timeline import Timeline
from engine.work import pause

_SENT: Final = re.compile(rf"(got|angle)_({'|'.join(RULES)})\.(\d{{1,2}})(?:\.(\d{{1,2}}))?@(\d{{1,5}})")
_RIGHT: Final = re.compile(r"right\.(\d{1,5})")

BLOCK: Final = 4096  # updates side by side, at most
PRODUCTS: Final = 2_000_000  # of a weight and an input, in all rows for all of them

Together = Callable[[range], Floats]  # the numbers at each of many updates, a row for each


@dataclass(frozen=True)
class NameReader:
    """How many numbers a name stands for, and how they are found.

    Attributes
    ----------
    size : int
    single : callable
        The numbers at an update; None where it has none.
    several : callable or None
        Those of many updates, a row for each; None, there or here, where each update must be asked.
    """

    size: int
    single: Callable[[int], Floats | None]
    several: Callable[[range], Floats | None] | None = None

    @staticmethod
    def of_states(size: int, numbers: Together) -> "NameReader":
        """Of what every update has."""
        return NameReader(size, lambda t: numbers(range(t, t + 1))[0], numbers)


class TrainingNames:
    """The names of a run.

    Paths name numbers of the update that leads on from t, as ``Quantity`` does; where their last numbers are left out
    they name all there are: ``grad_W`` every gradient, ``delta.1@1`` a layer. ``loss``, ``test_loss`` and ``accuracy``
    are over all rows, as the curve has them, ``batch_loss`` is over those of the update, ``loss@1`` that of a sample;
    ``grad`` is the whole gradient of the update, ``batch`` that over all rows of the data; ``lambda_max`` is the
    largest eigenvalue of the Hessian of what descends over all training rows, the loss with its penalties, for the
    parameters that move; ``right.4`` is 1 where the fourth row of the data is right, else 0; ``got_back.1.2@1`` is
    what a neuron gets of the error by one of the ways to send it back, ``angle_back.1@1`` how many degrees that is off
    the exact one.
    """

    known = ("loss", "accuracy", "delta.1.2@1", "grad_W.1", "delta_W.1.2.1")
    end = MAX_UPDATE

    def __init__(self, line: Timeline) -> None:
        self.line = line
        experiment = line.experiment
        self._sizes = experiment.network.sizes
        rows = max(len(experiment.X), len(experiment.X_test))
        self.block = max(1, min(BLOCK, PRODUCTS // (rows * experiment.network.parameter_count)))
        self._readings: dict[str, NameReader | None] = {}
        self._last: RunStretch | None = None

    def size(self, name: str) -> int | None:
        """How many numbers a name stands for; None where it names none. Found without computing any of them."""
        reading = self._reading(name)
        return None if reading is None else reading.size

    def named(self, name: str, t: int) -> Floats | None:
        """The numbers of a name at update t, as a flat array; None where it names none."""
        reading = self._reading(name)
        return None if reading is None else reading.single(t)

    def over(self, name: str, ts: range) -> Floats:
        """The same at each of these updates, a row for each; not a number where that update has none."""
        reading = self._reading(name)
        if reading is None:
            return np.full((len(ts), 1), np.nan)
        together = None if reading.several is None else reading.several(ts)
        if together is not None:
            return together
        found = np.full((len(ts), reading.size), np.nan)
        for row, t in enumerate(ts):
            numbers = reading.single(t) if len(self.line.rows(t)) else None
            if numbers is not None:
                found[row] = numbers
            pause()
        return found

    def nearest(self, name: str) -> tuple[str, ...]:
        """Names like one that is none: of its kind with numbers that this network has, or spelled alike."""
        kind = name.partition("@")[0].split(".")[0]
        if right := self._of_kind(kind, name):
            return (right,)
        alike = get_close_matches(kind, [*self._whole(), *NEURON_KINDS, *WEIGHT_KINDS, "y", "eta"], n=1)
        return tuple(self._of_kind(one, name) or one for one in alike)

    def _of_kind(self, kind: str, name: str) -> str:
        """A path of this kind whose numbers are those of ``name``, as far as they are in reach; "" where none is."""
        if kind not in (*NEURON_KINDS, *WEIGHT_KINDS, "y"):
            return ""
        numbers = [int(part) for part in re.findall(r"\.(\d+)", name)]
        layer, j, i = (*numbers, 1, 1, 1)[:3]
        last = len(self._sizes) - 1
        layer = last if kind == "y" else max(0 if kind == "x" else 1, min(layer, last))
        quantity = Quantity(
            kind,
            layer,
            max(1, min(j, self._sizes[layer])),
            max(1, min(i, self._sizes[layer - 1])) if kind in WEIGHT_KINDS else 0,
            1 if kind in SAMPLE_KINDS else 0,
        )
        return str(quantity)

    def _whole(self) -> dict[str, Together]:
        """Names of a state, not of a sample."""
        return {
            "t": lambda ts: np.arange(ts.start, ts.stop, dtype=np.float64)[:, None],
            "epoch": self._epochs,
            "loss": lambda ts: self._stretch(ts).losses(False)[:, None],
            "test_loss": lambda ts: self._stretch(ts).losses(True)[:, None],
            "batch_loss": lambda ts: self._stretch(ts).batch_losses[:, None],
            "accuracy": lambda ts: np.asarray(self._stretch(ts).right.mean(axis=1, keepdims=True)),
            "grad": lambda ts: self._stretch(ts).gradient(whole=False),
            "batch": lambda ts: self._stretch(ts).gradient(whole=True),
        }

    def _reading(self, name: str) -> NameReader | None:
        if name not in self._readings:
            if len(self._readings) > 100:
                self._readings.clear()
            self._readings[name] = self._read(name)
        return self._readings[name]

    def _read(self, name: str) -> NameReader | None:
        experiment = self.line.experiment
        if (together := self._whole().get(name)) is not None:
            size = experiment.network.parameter_count if name in ("grad", "batch") else 1
            return NameReader.of_states(size, together)
        if name == "lambda_max":
            return NameReader.of_states(1, self._steepest)
        if match := _RIGHT.fullmatch(name):
            row = int(match[1])
            found = NameReader.of_states(1, lambda ts: self._stretch(ts).right[:, row - 1 : row])
            return found if 1 <= row <= len(experiment.X) else None
        if match := _SENT.fullmatch(name):
            return self._sent(match)
        try:
            quantity = Quantity.parse(name)
        except Problem:
            return None
        count = self._count(quantity, name)
        if count is None:
            return None
        every = self._every(quantity, name)
        return NameReader(
            count,
            lambda t: self._asked(quantity, every, t),
            lambda ts: self._stretch(ts).numbers(quantity, every),
        )

    def _every(self, quantity: Quantity, name: str) -> bool:
        """Whether it names the numbers of every layer."""
        return not quantity.layer and not name.startswith("x.0") and quantity.kind not in ("loss", *RATE_KINDS)

    def _count(self, quantity: Quantity, name: str) -> int | None:
        """How many numbers a path stands for; None where no update of this run has them."""
        kind, layer, j, i, sample = quantity.kind, quantity.layer, quantity.j, quantity.i, quantity.sample
        experiment, sizes = self.line.experiment, self._sizes
        if kind in OF_RULES and not self._somewhere(quantity):
            return None
        if kind in ("loss", *RATE_KINDS, *EQUATION_KINDS):
            fits = (kind in OF_RULES) or ((layer, j, i) == (0, 0, 0) and (kind == "loss" or not sample))
            return 1 if fits and sample <= experiment.batch_size else None
        if bool(sample) != (kind in SAMPLE_KINDS) or sample > experiment.batch_size:
            return None
        if self._every(quantity, name):
            if j or ".0" in name:
                return None
            among = (len(sizes) - 1,) if kind == "y" else tuple(range(1, len(sizes)))
        else:
            among = (layer,)
        if layer >= len(sizes) or (kind == "y" and among[0] != len(sizes) - 1):
            return None
        weights = kind in WEIGHT_KINDS
        if j > sizes[among[0]] or (i and (not weights or not j or i > sizes[among[0] - 1])):
            return None
        return sum((1 if j else sizes[l]) * ((1 if i else sizes[l - 1]) if weights else 1) for l in among)

    def _somewhere(self, quantity: Quantity) -> bool:
        """Whether some update's rule has such a number; at the start and at each edit it may be another rule."""
        whole = quantity if quantity.kind in (*EQUATION_KINDS, *RATE_KINDS) else None
        for t in (0, *(edit.t for edit in self.line.experiment.edits)):
            update = self.line.update(t)
            i = 1 if quantity.kind in WEIGHT_KINDS else 0
            if (whole or Quantity(quantity.kind, quantity.layer or 1, quantity.j or 1, quantity.i or i)).fits(update):
                return True
        return False

    def _asked(self, quantity: Quantity, every: bool, t: int) -> Floats | None:
        """The numbers of a path from the record of update t; None where it has none."""
        update = self.line.update(t)
        if quantity.sample > update.trace.samples:
            return None
        if quantity.fits(update):
            return np.array([value(update, quantity)])
        found = []
        for layer in range(1, len(self._sizes)) if every else (quantity.layer,):
            if quantity.kind == "y" and layer != len(self._sizes) - 1:
                continue
            one = replace(quantity, layer=layer, j=quantity.j or 1, i=1 if quantity.kind in WEIGHT_KINDS else 0)
            if not one.fits(update):
                return None
            numbers = layer_values(update, quantity.kind, layer, quantity.sample)
            found.append(np.ravel(numbers[quantity.j - 1] if quantity.j else numbers))
        return np.concatenate(found)

    def _stretch(self, ts: range) -> RunStretch:
        if self._last is None or self._last.ts != ts:
            self._last = RunStretch(self.line, ts)
        return self._last

    def _epochs(self, ts: range) -> Floats:
        numbers = np.arange(ts.start, ts.stop, dtype=np.int64) // self.line.experiment.updates_per_epoch
        return numbers.astype(np.float64)[:, None]

    def _steepest(self, ts: range) -> Floats:
        experiment, found = self.line.experiment, np.full((len(ts), 1), np.nan)
        batch = Batch(experiment.network, experiment.X, experiment.Y, experiment.l1, experiment.l2)
        places = moving(experiment.network, experiment.freeze_biases)
        for row, t in enumerate(ts):
            matrix = bending(batch, self.line.parameters(t).pack(), places)
            if np.isfinite(matrix).all():
                found[row] = np.linalg.eigvalsh(matrix)[-1]
            pause()
        return found

    def _sent(self, match: re.Match[str]) -> NameReader | None:
        """What one of the ways to send the error back gives a neuron or a layer, or the angle it is off."""
        what, rule = match[1], match[2]
        layer, j, sample = int(match[3]), int(match[4] or 0), int(match[5])
        network = self.line.experiment.network
        there = layer in layers(network) and j <= self._sizes[layer]
        if not there or not 1 <= sample <= self.line.experiment.batch_size or (what == "angle" and j):
            return None

        def single(t: int) -> Floats | None:
            update = self.line.update(t)
            if sample > update.trace.samples:
                return None
            sent = next(one for one in sent_back(network, update.descended, sample) if one.layer == layer)
            if what == "angle":
                degrees = sent.angles.get(rule, 0.0)
                return np.array([float("nan") if degrees is None else degrees])
            numbers = sent.errors[rule]
            return np.array([numbers[j - 1]]) if j else np.array(numbers)

        return NameReader(self._sizes[layer] if what == "got" and not j else 1, single)
