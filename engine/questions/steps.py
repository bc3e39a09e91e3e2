"""What a rule makes of gradients on a learner's own sheet: the step in whole arrays, and the mistakes made in it."""

from types import MappingProxyType
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.network import Parameters
from engine.penalties import penalised
from engine.rules.newton import solved
from engine.rules.rule import NONE, RATE, Adagrad, Adam, AdamW, Momentum, RMSprop
from engine.update import State, Update

Layers = tuple[Floats, ...]
One = dict[str, Floats]  # what a rule remembers of one array of parameters, by its letters
BY_BIAS: Final = {"M12": 0.0, "M12b": 0.0, "M20": -1.0}


def stepped(update: Update, mistake: str, grad_W: Layers, grad_b: Layers) -> tuple[Layers, Layers, State]:
    """What is added to weights and to biases (F8, S3, S4, S6 to S11), and what the rule then remembers.

    ``M8`` forgets the rate and ``M8b`` takes it twice, ``M7`` walks the other way; ``M12``, ``M12b``, ``M13`` and
    ``M20`` are made with biases, ``M18`` to ``M19b`` with what a rule remembers. A rule of the second order solves
    equations, which nobody does on a sheet: its step stays as it is.
    """
    if update.second is not None:
        return (*_solved(update, mistake, grad_W, grad_b), MappingProxyType({}))
    delta_W, delta_b = [], []
    kept_W: list[One] = []
    kept_b: list[One] = []
    for l, (W, b) in enumerate(zip(update.before.W, update.before.b, strict=True)):
        remembered = {letter: (state.W[l], state.b[l]) for letter, state in update.state_before.items()}
        gradient = penalised(grad_W[l], W, update.l1, update.l2)
        step, kept = _one(update, mistake, gradient, W, {letter: pair[0] for letter, pair in remembered.items()})
        delta_W.append(step)
        kept_W.append(kept)
        slope = np.zeros_like(b) if update.frozen_biases else grad_b[l]
        step, kept = _one(update, mistake, slope, b, {letter: pair[1] for letter, pair in remembered.items()})
        times = W.shape[1] if mistake == "M13" else BY_BIAS.get(mistake, 1.0)
        delta_b.append(np.zeros_like(b) if update.frozen_biases else times * step)
        kept_b.append(kept)
    state = {
        letter: Parameters(W=tuple(one[letter] for one in kept_W), b=tuple(one[letter] for one in kept_b))
        for letter in update.state
    }
    return tuple(map(sealed, delta_W)), tuple(map(sealed, delta_b)), MappingProxyType(state)


def _solved(update: Update, mistake: str, grad_W: Layers, grad_b: Layers) -> tuple[Layers, Layers]:
    """S3, S4: the solution with these gradients, the matrix and the damping those of the update; it takes no rate.

    What is done wrong with the rate is not done here; the other way is the solution's other way.
    """
    equations = update.second
    assert equations is not None
    W = (penalised(g, w, update.l1, update.l2) for g, w in zip(grad_W, update.before.W, strict=True))
    slopes = Parameters(tuple(W), grad_b).pack()
    row = np.zeros(len(slopes))
    if equations.step.problem is None:
        with np.errstate(all="ignore"):
            p, _ = solved(equations.model.matrix, slopes[equations.places], equations.step.damping)
        row[equations.places] = -p if mistake == "M7" else p
    steps_W, steps_b, at = [], [], 0
    for w, b in zip(update.before.W, update.before.b, strict=True):
        times = w.shape[1] if mistake == "M13" else BY_BIAS.get(mistake, 1.0)
        steps_W.append(sealed(row[at : at + w.size].reshape(w.shape)))
        steps_b.append(sealed(times * row[at + w.size : at + w.size + b.size]))
        at += w.size + b.size
    return tuple(steps_W), tuple(steps_b)


def _one(update: Update, mistake: str, g: Floats, w: Floats, before: One) -> tuple[Floats, One]:
    """The step of one array of parameters by its gradient, and what is remembered of it."""
    with np.errstate(all="ignore"):  # a run may have diverged
        return _ruled(update, mistake, g, w, before)


def _ruled(update: Update, mistake: str, g: Floats, w: Floats, before: One) -> tuple[Floats, One]:
    rule, eta = update.rule, update.learning_rate
    rate = {"M7": -eta, "M8": 1.0, "M8b": eta * eta}.get(mistake, eta)
    swapped = mistake == "M18b"
    match rule:
        case Momentum():
            return _momentum(rule, mistake, g, rate, before["v"])
        case Adagrad():
            s = before["s"] + g * g
            return -rate * g / _root(s, rule.epsilon, rule.inside_root != swapped), {"s": s}
        case RMSprop():
            s = rule.rho * before["s"] + (1.0 - rule.rho) * g * g
            return -rate * g / _root(s, rule.epsilon, rule.inside_root != swapped), {"s": s}
        case Adam():
            m = rule.beta1 * before["m"] + (1.0 - rule.beta1) * g
            v = rule.beta2 * before["v"] + (1.0 - rule.beta2) * g * g
            c1, c2 = (1.0, 1.0) if mistake == "M18" or rule.correction == NONE else update.corrections
            alpha = rate
            if rule.correction == RATE:
                alpha, c1, c2 = rate * np.sqrt(c2) / c1, 1.0, 1.0
            step = -alpha * (m / c1) / _root(v / c2, rule.epsilon, rule.inside_root != swapped)
            if isinstance(rule, AdamW):
                step = step - rate * rule.decay * w
            return step, {"m": m, "v": v}
    return -rate * g, {}


def _momentum(rule: Momentum, mistake: str, g: Floats, rate: float, v: Floats) -> tuple[Floats, One]:
    """S6, S7: ``M19`` leaves the new gradient out of the velocity, ``M19b`` takes the rate in it and again outside."""
    pushed = np.zeros_like(g) if mistake == "M19" else g
    if rule.rate_inside:
        new = rule.mu * v - rate * pushed
        step = rule.mu * new - rate * pushed if rule.nesterov else new
        return (rate * step if mistake == "M19b" else step), {"v": new}
    new = rule.mu * v + (rate * pushed if mistake == "M19b" else pushed)
    return -rate * (pushed + rule.mu * new if rule.nesterov else new), {"v": new}


def _root(square: Floats, epsilon: float, inside: bool) -> Floats:
    """What a step is divided by."""
    return np.asarray(np.sqrt(square + epsilon) if inside else np.sqrt(square) + epsilon)
