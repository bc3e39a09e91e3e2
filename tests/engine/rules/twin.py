"""The rules once more, array by array in NumPy, with the operations in the same order: the same doubles.

Those of the second order are Python loops over the engine's matrices, which other tests hold to other ways to them.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from engine import Experiment, Parameters
from engine.rules.along import Batch, losses_at
from engine.rules.curvature import gauss_newton, hessian
from engine.rules.rule import (
    Adagrad,
    Adam,
    AdamW,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Newton,
    RMSprop,
    UpdateRule,
)
from tests.engine.oracle import Floats


class Remembered:
    """What a rule remembers of one run: a list of arrays for each of its letters, and a count."""

    def __init__(self, rule: UpdateRule, like: Sequence[Floats]) -> None:
        self.rule, self.count = rule, 0
        self.powers = [1.0, 1.0]
        self.mu = rule.mu if isinstance(rule, LevenbergMarquardt) else 0.0
        self.slots = {
            letter: [np.full_like(one, start) for one in like]
            for letter, start in zip(rule.letters, rule.begins, strict=True)
        }

    def copy(self) -> "Remembered":
        other = Remembered(self.rule, [])
        other.count, other.powers, other.mu = self.count, list(self.powers), self.mu
        other.slots = {letter: [one.copy() for one in arrays] for letter, arrays in self.slots.items()}
        return other

    def step(self, k: int, g: Floats, w: Floats, eta: float) -> Floats:
        """What is added to array k, which is w now and has the gradient g."""
        rule = self.rule
        match rule:
            case GradientDescent():
                return -eta * g
            case Momentum(mu, nesterov, inside):
                v = self.slots["v"][k] = mu * self.slots["v"][k] - eta * g if inside else mu * self.slots["v"][k] + g
                if inside:
                    return mu * v - eta * g if nesterov else v
                return -eta * (g + mu * v) if nesterov else -eta * v
            case Adagrad(epsilon):
                s = self.slots["s"][k] = self.slots["s"][k] + g * g
            case RMSprop(rho, epsilon):
                s = self.slots["s"][k] = rho * self.slots["s"][k] + (1.0 - rho) * (g * g)
            case Adam():
                return self.adam(rule, k, g, w, eta)
        assert isinstance(rule, (Adagrad, RMSprop))
        return -eta * g / (np.sqrt(s + epsilon) if rule.inside_root else np.sqrt(s) + epsilon)

    def adam(self, rule: Adam, k: int, g: Floats, w: Floats, eta: float) -> Floats:
        m, v = self.slots["m"], self.slots["v"]
        m[k] = rule.beta1 * m[k] + (1.0 - rule.beta1) * g
        v[k] = rule.beta2 * v[k] + (1.0 - rule.beta2) * (g * g)
        c1, c2 = (1.0 - power for power in self.powers)
        above, below = m[k] / c1, v[k] / c2
        if rule.correction != "moments":
            above, below = m[k], v[k]
            eta = eta * math.sqrt(c2) / c1 if rule.correction == "rate" else eta
        step = -eta * above / (np.sqrt(below + rule.epsilon) if rule.inside_root else np.sqrt(below) + rule.epsilon)
        return -self.eta * rule.decay * w + step if isinstance(rule, AdamW) and rule.decay else step

    def made(self, arrays: Sequence[Floats], gradients: Sequence[Floats], eta: float) -> list[Floats]:
        """All arrays after one update."""
        self.count, self.eta = self.count + 1, eta
        if isinstance(self.rule, Adam):
            betas = self.rule.beta1, self.rule.beta2
            self.powers = [
                power * beta if power > 1e-30 else 0.0 for power, beta in zip(self.powers, betas, strict=True)
            ]
        return [w + self.step(k, g, w, eta) for k, (w, g) in enumerate(zip(arrays, gradients, strict=True))]


def solved_by_hand(matrix: Floats, g: Floats, damping: float) -> Floats | None:
    """p with (matrix + damping I) p = -g by Cholesky, a number after the other; None where there is none."""
    n, A = len(g), matrix.copy()
    A[np.diag_indices(n)] += damping
    nothing = float(np.abs(np.diag(A)).max()) * n * 2.0**-52
    if not (np.isfinite(np.tril(A)).all() and np.isfinite(g).all()):
        return None
    L = [[0.0] * n for _ in range(n)]
    for j in range(n):
        under = float(A[j, j])
        for k in range(j):
            under -= L[j][k] * L[j][k]
        if not nothing < under < math.inf:
            return None
        L[j][j] = math.sqrt(under)
        for i in range(j + 1, n):
            total = float(A[i, j])
            for k in range(j):
                total -= L[i][k] * L[j][k]
            L[i][j] = total / L[j][j]
    p = [-float(one) for one in g]
    for i in range(n):
        for k in range(i):
            p[i] -= L[i][k] * p[k]
        p[i] /= L[i][i]
    for i in reversed(range(n)):
        for k in range(i + 1, n):
            p[i] -= L[k][i] * p[k]
        p[i] /= L[i][i]
    return np.array(p)


def second_order(
    experiment: Experiment, now: Parameters, rows: list[int], gradients: Sequence[Floats], remembered: Remembered
) -> Parameters:
    """What an update by Newton or Levenberg-Marquardt makes of the parameters, once for each state of a walk.

    A walk goes through the same states again and again, and each may take twenty steps that are tried.
    """
    arrays = (experiment.X[rows], experiment.Y[rows], now.pack(), *gradients)
    recipe = experiment.network, experiment.l1, experiment.l2, experiment.freeze_biases, remembered.rule, remembered.mu
    key = (*recipe, *(array.tobytes() for array in arrays))
    if key not in _MADE:
        _MADE[key] = _second_order(experiment, now, rows, gradients, remembered), remembered.mu
    made, remembered.mu = _MADE[key]
    remembered.count += isinstance(remembered.rule, LevenbergMarquardt)
    return made


_MADE: Final[dict[tuple[object, ...], tuple[Parameters, float]]] = {}


def _second_order(
    experiment: Experiment, now: Parameters, rows: list[int], gradients: Sequence[Floats], remembered: Remembered
) -> Parameters:
    network, rule, X, Y = experiment.network, remembered.rule, experiment.X[rows], experiment.Y[rows]
    L = len(now.W)
    weight = Parameters(tuple(np.ones_like(W) for W in now.W), tuple(np.zeros_like(b) for b in now.b)).pack()
    places = np.flatnonzero(weight) if experiment.freeze_biases else np.arange(len(weight))
    matrix = (hessian if isinstance(rule, Newton) else gauss_newton)(network, now, X, Y)
    matrix = matrix + np.diag(experiment.l2 * weight)
    matrix, row = matrix[np.ix_(places, places)], now.pack()
    g = Parameters(tuple(gradients[:L]), tuple(gradients[L:])).pack()[places]

    def moved(p: Floats) -> Floats:
        step = np.zeros_like(row)
        step[places] = p
        return row + step

    if isinstance(rule, Newton):
        p = solved_by_hand(matrix, g, rule.damping)
        return _unpacked(experiment, now, moved(np.zeros(len(places)) if p is None else p))
    assert isinstance(rule, LevenbergMarquardt)

    def descended(at: Floats) -> float:
        mean = float(losses_at(Batch(network, X, Y), at[None])[0])
        if experiment.l1 or experiment.l2:
            for w in at[weight > 0.0]:
                mean += 0.5 * experiment.l2 * (w * w) + experiment.l1 * abs(w)
        return mean

    return _unpacked(
        experiment,
        now,
        moved(_accepted(rule, remembered, lambda mu: solved_by_hand(matrix, g, mu), (descended, moved, len(places)))),
    )


def _accepted(
    rule: LevenbergMarquardt,
    remembered: Remembered,
    at: Callable[[float], Floats | None],
    world: tuple[Callable[[Floats], float], Callable[[Floats], Floats], int],
) -> Floats:
    """The first step with which the loss falls, or none."""
    descended, moved, n = world
    nothing, mu = np.zeros(n), remembered.mu
    before = descended(moved(nothing))
    for _ in range(60):
        p = at(mu)
        if p is not None:
            if descended(moved(p)) < before:
                remembered.mu = max(mu / rule.factor, 1e-20)
                return p
            if np.array_equal(moved(p), moved(nothing)):
                return nothing
        mu *= rule.factor
    return nothing


def _unpacked(experiment: Experiment, now: Parameters, row: Floats) -> Parameters:
    made = Parameters.unpack(experiment.network, row)
    return Parameters(made.W, now.b) if experiment.freeze_biases else made
