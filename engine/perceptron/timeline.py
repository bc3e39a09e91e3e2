"""Every state of a perceptron's run, forwards and backwards; where it ends, and where it comes back to itself."""

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from engine.alone import Alone, alone
from engine.arrays import Floats
from engine.perceptron.rule import Correction, PerceptronExperiment, correction, drawn, loss_of, net_inputs, sgn, step
from engine.problems import Problem
from engine.work import pause

MAX_CORRECTION: Final = 100_000  # so many states of at most four weights take five megabytes
WATCHED: Final = 20_000  # states among which a repetition is looked for
AT_ONCE: Final = 32  # corrections between two looks at the clock


@dataclass(frozen=True)
class Repetition:
    """After ``again`` corrections the weights are, to the last bit, those after ``first`` corrections."""

    first: int
    again: int
    # samples come in order, and the same row comes next: everything from first on repeats itself without end; where
    # samples are drawn, only the weights have come back; the next draws may differ
    forever: bool


class PerceptronTimeline(Alone):
    """The run of an experiment: state t is a function of the experiment and t alone, whatever was asked before."""

    def __init__(self, experiment: PerceptronExperiment) -> None:
        super().__init__()
        self.experiment = experiment
        self.end: int | None = None  # corrections after which M is empty, once that is known
        self._weights: Floats = np.zeros((64, experiment.inputs + 1))
        self._rows = np.full(64, -1, dtype=np.int64)  # the row that made state t; -1 for the start
        self._losses: Floats = np.zeros(64)
        self._missed = np.zeros(64, dtype=np.int64)
        self._count = 0
        self._seen: dict[bytes, int] = {}
        self._repetition: Repetition | None = None
        self._last: Correction | None = None
        self._keep(np.asarray(experiment.start) + 0.0, -1)

    @property
    def furthest(self) -> int:
        """The highest state that is computed."""
        return self._count - 1

    @property
    def nbytes(self) -> int:
        """Bytes that the stored states take."""
        return self._weights.nbytes + self._rows.nbytes + self._losses.nbytes + self._missed.nbytes

    @alone
    def advance(self, t: int, seconds: float = float("inf")) -> int:
        """Compute towards t for about so many seconds; how far the run goes by now, at most t and at most its end.

        Raises
        ------
        Problem
            ``correction_number`` where t is not a whole number from 0 to 100,000.
        """
        if isinstance(t, bool) or not isinstance(t, (int, np.integer)) or not 0 <= t <= MAX_CORRECTION:
            raise Problem("correction_number", value=t, limit=MAX_CORRECTION)
        stop = perf_counter() + seconds
        while self.furthest < t and self.end is None:
            self._next()
            if self.furthest % AT_ONCE == 0:
                pause()
                if perf_counter() >= stop:
                    break
        return min(int(t), self.furthest)

    @alone
    def weights(self, t: int) -> Floats:
        """w_1 .. w_n and b after t corrections, or at the end of the run if that comes before."""
        at = self.advance(t)  # before the store is looked at: it may move as it grows
        return np.array(self._weights[at])

    @alone
    def correction(self, t: int) -> Correction:
        """The correction that leads from t to t + 1; at the end of the run, what there is then."""
        t = self.advance(t)
        if self._last is None or self._last.t != t:
            self._last = correction(self.experiment, t, self._weights[t], int(self._rows[t]))
        return self._last

    @alone
    def losses(self, upto: int) -> tuple[float, ...]:
        """The loss (P5) after 0, 1, ... corrections."""
        last = self.advance(upto)
        return tuple(self._losses[: last + 1].tolist())

    @alone
    def missed(self, upto: int) -> tuple[int, ...]:
        """How many rows are misclassified after 0, 1, ... corrections."""
        last = self.advance(upto)
        return tuple(self._missed[: last + 1].tolist())

    @alone
    def longest(self, upto: int) -> float:
        """The greatest length of w after 0 .. ``upto`` corrections."""
        last = self.advance(upto)
        weights = self._weights[: last + 1]
        return float(np.sqrt((weights[:, :-1] ** 2).sum(axis=1).max()))

    @alone
    def largest(self, upto: int) -> float:
        """The greatest size of a weight or of b after 0 .. ``upto`` corrections."""
        last = self.advance(upto)
        return float(np.abs(self._weights[: last + 1]).max())

    @alone
    def repetition(self, upto: int) -> Repetition | None:
        """The first state that comes back, if one does within ``upto`` corrections and the first 20,000."""
        self.advance(upto)
        found = self._repetition
        return found if found is not None and found.again <= upto else None

    def _next(self) -> None:
        t, experiment = self.furthest, self.experiment
        weights = self._weights[t]
        predicted = sgn(net_inputs(experiment.X, weights))
        row = drawn(experiment, t, np.flatnonzero(predicted != experiment.y), int(self._rows[t]))
        self._keep(step(experiment, row, float(predicted[row]), weights)[1], row)

    def _keep(self, weights: Floats, row: int) -> None:
        t = self._count
        if t == len(self._rows):
            for name in ("_weights", "_rows", "_losses", "_missed"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        z = net_inputs(self.experiment.X, weights)
        predicted = sgn(z)
        missed = np.flatnonzero(predicted != self.experiment.y)
        self._weights[t], self._rows[t], self._missed[t] = weights, row, len(missed)
        self._losses[t] = loss_of(z, predicted, self.experiment.y, missed)
        self._count += 1
        if not len(missed):
            self.end = t
        elif self._repetition is None and t <= WATCHED:
            self._watch(t, weights, row)

    def _watch(self, t: int, weights: Floats, row: int) -> None:
        """Note the state; plus zero, because 0 and -0 are the same weight."""
        in_order = self.experiment.order == "in-order"
        at = (row if t else len(self.experiment.X) - 1) if in_order else 0  # the start looks at row 0 next
        state = (weights + 0.0).tobytes() + at.to_bytes(4, "little")
        first = self._seen.setdefault(state, t)
        if first != t:
            self._repetition = Repetition(first, t, forever=in_order)
            self._seen = {}


def corrections_at_most(start: Floats, eta: float, radius: float, margin: float, along: float) -> float:
    """How many corrections there can be, given a plane that separates with a margin (Novikoff).

    The weights grow along the separating direction by at least eta * margin each time, and their squared length by at
    most (eta * radius)^2; from zero weights this gives (radius / margin)^2, whatever eta is.

    Parameters
    ----------
    start : ndarray of shape (n + 1,)
    eta : float
    radius : float
        The longest of the points with the dummy input.
    margin : float
        The least of s_i u^T x_i with u the direction of the separating weights, s_i = 1 or -1 by class.
    along : float
        u^T start.
    """
    excess = max(0.0, float(np.dot(start, start)) - along * along)
    half = (radius * radius) / (2.0 * margin * margin) - along / (eta * margin)
    return float(half + np.hypot(half, np.sqrt(excess) / (eta * margin)))
