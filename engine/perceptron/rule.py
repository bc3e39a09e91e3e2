"""The perceptron: one line or plane, moved by one misclassified sample at a time (FORMULAS P1 to P7)."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays import Floats, frozen, require_finite, same, sealed
from engine.decimals import product, total, written
from engine.initial import MAX_SEED
from engine.problems import Problem

Rows = NDArray[np.int64]
MAX_POINTS: Final = 500
MAX_SIZE: Final = 1e6  # of a coordinate and of a starting weight
MIN_SIZE: Final = 1e-12  # of the rate, and of these where they are not 0: squares and steps stay far from the underflow
ORDERS: Final = ("random", "in-order")
ROUNDING: Final = 1e-15  # of the sizes of its terms: the most that doubles can make of a sum of four products that is 0


@dataclass(frozen=True, eq=False)
class PerceptronExperiment:
    """The whole recipe of a run."""

    X: Floats  # (m, n): points with n = 2 or 3 inputs
    y: Floats  # (m,): their classes, 0 or 1
    start: Floats  # (n + 1,): w_1 .. w_n and then b: the weights with the bias as the weight of a dummy input 1
    eta: float = 0.5  # the learning rate, at least 1e-12 and below 1
    # random: each correction draws its sample from the misclassified ones, by (seed, t); in-order: rows are gone
    # through again and again, and each that is misclassified is corrected
    order: str = "random"
    seed: int = 0

    def __post_init__(self) -> None:
        X, y = frozen(self.X, "X"), frozen(self.y, "y").reshape(-1)
        if X.ndim != 2 or X.shape[1] not in (2, 3):
            raise Problem("point_inputs", count=X.shape[-1] if X.ndim else 0)
        if not 1 <= len(X) <= MAX_POINTS:
            raise Problem("point_count", count=len(X), limit=MAX_POINTS)
        if len(X) != len(y):
            raise Problem("data_rows", inputs=len(X), targets=len(y))
        _require_moderate(X, "X")
        for row, label in enumerate(y.tolist(), start=1):
            if label not in (0.0, 1.0):
                raise Problem("point_class", row=row, value=label)
        start = frozen(self.start, "w").reshape(-1)
        if len(start) != X.shape[1] + 1:
            raise Problem("perceptron_start", count=len(start), expected=X.shape[1] + 1)
        _require_moderate(start, "w")
        for name, value in (("X", X), ("y", y), ("start", start), ("eta", checked_rate(self.eta))):
            object.__setattr__(self, name, value)
        if self.order not in ORDERS:
            raise Problem("perceptron_order", name=self.order, known=", ".join(ORDERS))
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed <= MAX_SEED:
            raise Problem("seed", value=self.seed, limit=MAX_SEED)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PerceptronExperiment)
            and (self.eta, self.order, self.seed) == (other.eta, other.order, other.seed)
            and same((self.X, self.y, self.start), (other.X, other.y, other.start))
        )

    def __hash__(self) -> int:
        return hash((self.eta, self.order, self.seed, len(self.X)))

    @property
    def inputs(self) -> int:
        """How many inputs a point has."""
        return int(self.X.shape[1])


@dataclass(frozen=True, eq=False)
class Correction:
    """The correction that leads from t to t + 1, with all that is known before it is made."""

    t: int
    before: Floats  # (n + 1,): w and then b
    z: Floats  # (m,): w^T x + b of every row
    predicted: Floats  # (m,): sgn(z) of every row, 1 on the plane itself (P1)
    missed: tuple[int, ...]  # the set M: rows (from 0) that are predicted wrongly
    sample: int | None  # the row of M that corrects; None where M is empty
    delta: Floats  # (n + 1,): what the correction adds (P7); zeros where M is empty
    after: Floats  # (n + 1,): the same; before itself where nothing is misclassified
    loss: float  # sum over M of (predicted - y) z (P5)
    norm: float  # length of w without b
    distances: Floats | None  # (m,): |z| / norm of every row (P3); None where w is zero and there is no plane
    total_distance: float | None  # loss / norm (P4)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Correction)
            and (self.t, self.missed, self.sample, self.loss, self.norm, self.total_distance)
            == (other.t, other.missed, other.sample, other.loss, other.norm, other.total_distance)
            and same(
                (self.before, self.z, self.predicted, self.delta, self.after),
                (other.before, other.z, other.predicted, other.delta, other.after),
            )
        )

    def __hash__(self) -> int:
        return hash((self.t, self.sample))


def checked_rate(eta: float) -> float:
    """The learning rate as a double.

    Raises
    ------
    Problem
        ``perceptron_rate`` unless 1e-12 <= eta < 1.
    """
    if isinstance(eta, bool) or not isinstance(eta, (int, float)) or not MIN_SIZE <= eta < 1.0:
        raise Problem("perceptron_rate", value=eta, limit=f"{MIN_SIZE:g}")
    return float(eta)


def net_inputs(X: Floats, weights: Floats) -> Floats:
    """w^T x + b of every row, summed from left to right as it is written; near 0 of the numbers as they are written.

    There rounding would decide the class: -0.1 - 0.2 + 0.3 is below 0 in doubles.
    """
    z: Floats = X[:, 0] * weights[0]
    size: Floats = np.abs(z)
    for j in range(1, X.shape[1]):
        z, size = z + X[:, j] * weights[j], size + np.abs(X[:, j] * weights[j])
    z, size = z + weights[-1], size + abs(weights[-1])
    for row in np.flatnonzero(np.abs(z) <= ROUNDING * size).tolist():
        terms = (product(x, w) for x, w in zip((*X[row].tolist(), 1.0), weights.tolist(), strict=True))
        z[row] = total(terms)
    return np.asarray(z)


def sgn(z: Floats) -> Floats:
    """1 for z >= 0, else 0 (P1)."""
    return np.where(z >= 0.0, 1.0, 0.0)


def loss_of(z: Floats, predicted: Floats, y: Floats, missed: Rows) -> float:
    """The loss without the norm (P5), its terms added from left to right."""
    if not len(missed):
        return 0.0
    return float(np.cumsum((predicted[missed] - y[missed]) * z[missed])[-1])


def drawn(experiment: PerceptronExperiment, t: int, missed: Rows, last: int) -> int:
    """The row that correction t looks at; ``last`` is the row of the correction before, -1 for none."""
    if experiment.order == "random":
        return int(missed[np.random.default_rng((experiment.seed, t)).integers(len(missed))])
    return int(missed[np.argmin((missed - last - 1) % len(experiment.X))])


def step(experiment: PerceptronExperiment, row: int, predicted: float, weights: Floats) -> tuple[Floats, Floats]:
    """What a misclassified row adds to the weights (P7), and the weights then, both of the numbers as written."""
    sign = float(experiment.y[row]) - predicted
    added = [product(experiment.eta, sign, x) for x in (*experiment.X[row].tolist(), 1.0)]
    after = [total((written(w), more)) for w, more in zip(weights.tolist(), added, strict=True)]
    return np.array([total((more,)) for more in added]), np.array(after)


def correction(experiment: PerceptronExperiment, t: int, weights: Floats, last: int) -> Correction:
    """Everything about correction t, which starts from these weights."""
    z = net_inputs(experiment.X, weights)
    predicted = sgn(z)
    missed = np.flatnonzero(predicted != experiment.y)
    sample = drawn(experiment, t, missed, last) if len(missed) else None
    delta, after = np.zeros(len(weights)), weights.copy()
    if sample is not None:
        delta, after = step(experiment, sample, float(predicted[sample]), weights)
    norm = norm_of(weights)
    loss = loss_of(z, predicted, experiment.y, missed)
    return Correction(
        t=t,
        before=sealed(weights.copy()),
        z=sealed(z),
        predicted=sealed(predicted),
        missed=tuple(missed.tolist()),
        sample=sample,
        delta=sealed(delta),
        after=sealed(after),
        loss=loss,
        norm=norm,
        distances=sealed(np.abs(z) / norm) if norm else None,
        total_distance=loss / norm if norm else None,
    )


def norm_of(weights: ArrayLike) -> float:
    """Length of w; the last weight is b and does not count (P3)."""
    total = 0.0
    for w in np.asarray(weights).tolist()[:-1]:
        total = total + w * w
    return math.sqrt(total)


def _require_moderate(array: Floats, where: str) -> None:
    require_finite(array, where)
    if array.size and float(np.abs(array).max()) > MAX_SIZE:
        value = array.flat[int(np.abs(array).argmax())]
        raise Problem("point_size", where=where, value=value, limit=f"{MAX_SIZE:g}")
    small = array[(array != 0.0) & (np.abs(array) < MIN_SIZE)]
    if small.size:
        raise Problem("point_small", where=where, value=small.flat[0], limit=f"{MIN_SIZE:g}")
