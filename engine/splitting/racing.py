"""A race: trainings from the same start on the same data that differ only in how the error goes back."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine import kernel
from engine.arrays import Floats
from engine.compile import compiled
from engine.experiment import Experiment
from engine.kernel import Ints
from engine.losses import CROSS_ENTROPY
from engine.network import Parameters, padded
from engine.splitting.rules import RULES

SPLIT: Final = 0
EXACT: Final = 2
BUDGET: Final = 100_000_000  # products of weight and input in one race: a moment on any machine
POINTS: Final = 160
RUNAWAY: Final = 1000.0  # times what it was: weights that have grown so far will not come back


@dataclass(frozen=True)
class Run:
    """One rule's training.

    Attributes
    ----------
    rule : str
    loss : tuple of float
        Mean loss over all rows at the race's ``t``; not finite where it has diverged.
    lost : int or None
        The first of those t at which the loss or a weight is not a finite number.
    largest : float
        Largest |w| or |b| at the end.
    ran_away : bool
        Whether that is a thousand times what it was, or no number any more.
    """

    rule: str
    loss: tuple[float, ...]
    lost: int | None
    largest: float
    ran_away: bool


@dataclass(frozen=True)
class Race:
    """The three runs, from update ``t[0]`` to ``t[-1]``."""

    t: tuple[int, ...]
    runs: tuple[Run, ...]


def race(experiment: Experiment, start: Parameters, t: int, updates: int) -> Race:
    """Train from ``start``, at update t, by each rule with the same rows in the same order and the same rate.

    Edits after t are no part of it. Where so many updates would take long there are fewer of them.
    """
    network = experiment.network
    cost = experiment.batch_size * network.parameter_count * len(RULES)
    updates = max(1, min(updates, BUDGET // cost))
    looks = max(8, min(POINTS, BUDGET // (len(experiment.X) * network.parameter_count * len(RULES))))
    ts = tuple(dict.fromkeys(t + round(updates * k / looks) for k in range(looks + 1)))
    first, last = experiment.epoch(t), experiment.epoch(t + updates - 1)
    orders = np.stack([experiment.order(e) for e in range(first, last + 1 if experiment.shuffle else first + 1)])
    eta = experiment.learning_rate_at(t)
    return Race(ts, tuple(_run(experiment, start, ts, orders, eta, rule) for rule in RULES))


def _run(
    experiment: Experiment, start: Parameters, ts: tuple[int, ...], orders: Ints, eta: float, rule: str
) -> Run:  # fmt: skip
    network = experiment.network
    net, work = kernel.shape(network), kernel.work(network)
    W, b = padded(network, start)
    before = _largest(W, b)
    error, below = np.zeros_like(b), np.zeros(b.shape[1])
    loss: list[float] = []
    lost: int | None = None
    with np.errstate(all="ignore"):
        for at, until in zip((ts[0], *ts), ts, strict=False):
            if lost is None:
                skip = experiment.epoch(at) - experiment.epoch(ts[0]) if experiment.shuffle else 0
                train(
                    RULES.index(rule), *net, W, b, experiment.X, experiment.Y, orders[skip:], at, until,
                    experiment.batch_size, eta, experiment.l1, experiment.l2, experiment.freeze_biases, *work, error,
                    below,
                )  # fmt: skip
                now = float(kernel.mean_loss(*net, W, b, experiment.X, experiment.Y, *work[:3]))
                if not (math.isfinite(now) and math.isfinite(_largest(W, b))):
                    lost = until
            loss.append(now if lost is None else math.nan)
    largest = _largest(W, b)
    return Run(rule, tuple(loss), lost, largest, not largest < RUNAWAY * max(before, 1.0))


def _largest(W: Floats, b: Floats) -> float:
    return float(max(np.abs(W).max(), np.abs(b).max()))


@compiled
def send_back(
    rule: int,
    sizes: Ints,
    loss: int,
    W: Floats,
    Y: Floats,
    row: int,
    x: Floats,
    f_prime: Floats,
    delta: Floats,
    error: Floats,
    below: Floats,
) -> None:
    """Error terms of sample 0 by the proportional split (E2) or by W^T e (E3): delta = -e f' with e = t - o at the end.

    The output layer's are the exact ones by every rule.
    """
    last = sizes.shape[0] - 1
    for k in range(sizes[last]):
        error[last, k] = Y[row, k] - x[0, last, k]
        delta[0, last, k] = -error[last, k]
        if loss != CROSS_ENTROPY:
            delta[0, last, k] *= f_prime[0, last, k]
    for l in range(last - 1, 0, -1):
        for k in range(sizes[l + 1]):
            below[k] = W[l + 1, k, 0]
            for j in range(1, sizes[l]):
                below[k] += W[l + 1, k, j]
        for j in range(sizes[l]):
            total = 0.0
            for k in range(sizes[l + 1]):
                part = W[l + 1, k, j]
                if rule == SPLIT:
                    part /= below[k]
                total += part * error[l + 1, k]
            error[l, j] = total
            delta[0, l, j] = -total * f_prime[0, l, j]


@compiled
def train(
    rule: int,
    sizes: Ints,
    kinds: Ints,
    loss: int,
    W: Floats,
    b: Floats,
    X: Floats,
    Y: Floats,
    rows: Ints,
    t: int,
    stop: int,
    batch_size: int,
    eta: float,
    l1: float,
    l2: float,
    freeze_biases: bool,
    x: Floats,
    u: Floats,
    f_prime: Floats,
    delta: Floats,
    grad_W: Floats,
    grad_b: Floats,
    error: Floats,
    below: Floats,
) -> None:
    """Updates t, ..., stop-1 as ``kernel.run`` makes them, but for the error that goes back."""
    m = X.shape[0]
    per_epoch = (m + batch_size - 1) // batch_size
    place = t % per_epoch
    epoch = 0
    for _ in range(t, stop):
        first = place * batch_size
        count = min(batch_size, m - first)
        for c in range(count):
            row = rows[epoch, first + c]
            for i in range(sizes[0]):
                x[0, 0, i] = X[row, i]
            kernel.forward(sizes, kinds, W, b, 0, x, u, f_prime)
            if rule == EXACT:
                kernel.backward(sizes, loss, W, Y, row, 0, x, f_prime, delta)
            else:
                send_back(rule, sizes, loss, W, Y, row, x, f_prime, delta, error, below)
            kernel.gather(sizes, 0, c == 0, x, delta, grad_W, grad_b)
        if count > 1:
            kernel.divide(sizes, count, grad_W, grad_b)
        kernel.descend(sizes, eta, l1, l2, freeze_biases, W, b, grad_W, grad_b)
        place += 1
        if place == per_epoch:
            place = 0
            if rows.shape[0] > 1:
                epoch += 1
