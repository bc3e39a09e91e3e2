"""The catalogue of mistakes M1 to M22: each makes other numbers of the same update, as a learner's own sheet would.

Every mistake is one pass forward and back, written once more for whole arrays, in which one thing is done wrong;
without one it gives the update itself, up to rounding, and that is tested. M18 and M19 are made with rules that
remember something; M22 takes the test rows for those of the update.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine.activations import Activation
from engine.arrays import Floats, sealed
from engine.check import sample_losses
from engine.experiment import Experiment
from engine.network import Network, Parameters
from engine.penalties import penalised
from engine.quantities import Quantity, value
from engine.questions.steps import Layers, stepped
from engine.rules.rule import NONE, Momentum
from engine.timeline import Timeline
from engine.update import Update

MISTAKES: Final = (
    "M1",
    "M2",
    "M3",
    "M4",
    "M5",
    "M6",
    "M7",
    "M8",
    "M8b",
    "M9",
    "M10",
    "M11",
    "M11b",
    "M12",
    "M12b",
    "M13",
    "M14",
    "M15",
    "M16",
    "M17",
    "M18",
    "M18b",
    "M19",
    "M19b",
    "M20",
    "M21",
    "M22",
)


@dataclass(frozen=True)
class Sheet:
    """What somebody has before them who works an update out: the update, its experiment, and the updates beside it."""

    experiment: Experiment
    update: Update
    previous: Update | None
    following: Update

    @staticmethod
    def of(line: Timeline, t: int) -> "Sheet":
        """The sheet of the update that leads from t to t + 1."""
        previous = line.update(t - 1) if t else None
        following = line.update(t + 1)
        return Sheet(line.experiment, line.update(t), previous, following)

    @property
    def network(self) -> Network:
        """The network that is trained."""
        return self.experiment.network

    @property
    def samples(self) -> int:
        """Of the update's batch."""
        return self.update.trace.samples


def possible(sheet: Sheet, mistake: str) -> bool:
    """Whether an update offers the opportunity to make it; its numbers may still be the right ones."""
    network = sheet.network
    layers = [network.activation(layer) for layer in range(1, network.layers + 1)]
    squares = any(n == n_in for n_in, n in zip(network.sizes[1:-1], network.sizes[2:], strict=True))
    sloped = any(np.isfinite(activation.low) for activation in layers)
    conditions = {
        "M1": network.layers > 1,
        "M2": not network.crossed,
        "M3": sloped,
        "M4": network.layers > 1,
        "M5": network.layers > 1,
        "M6": squares,
        "M8": not sheet.update.rule.second,  # which takes no rate
        "M8b": not sheet.update.rule.second,
        "M10": sheet.samples > 1,
        "M11": not network.crossed,
        "M11b": not network.crossed,
        "M12b": not sheet.update.frozen_biases,
        "M13": not sheet.update.frozen_biases,
        "M14": any(n == n_in for n_in, n in zip(network.sizes, network.sizes[1:], strict=False)),
        "M15": sheet.previous is not None,
        "M16": network.crossed,
        "M17": any(map(_squared, layers)),
        "M18": sheet.update.rule.numbers.get("correction", NONE) != NONE,
        "M18b": "inside_root" in sheet.update.rule.numbers,
        "M19": isinstance(sheet.update.rule, Momentum),
        "M19b": isinstance(sheet.update.rule, Momentum),
        "M20": not sheet.update.frozen_biases,
        "M21": sheet.samples == 1 and sheet.following.rows != sheet.update.rows,
        "M22": len(sheet.experiment.X_test) > 0,
    }
    return conditions.get(mistake, True)


def mistaken(sheet: Sheet, mistake: str) -> Update:
    """The update with the numbers that come out when a mistake is made in it, and nothing else; ``""`` makes none.

    All numbers that the mistake reaches are wrong, those before it are right.
    """
    update, network = sheet.update, sheet.network
    X, Y = _rows(sheet, mistake)
    x, u = _forward(sheet, X, bias=mistake != "M12")
    slopes = _slopes(network, u, x, mistake)
    back = sheet.following.trace if mistake == "M21" else None
    x_back, u_back, y = (x, u, Y) if back is None else (back.x, back.u, back.y)
    slopes_back = slopes if back is None else back.f_prime
    delta, grad_W, grad_b = _backward(sheet, mistake, (x_back, u_back, slopes_back), y)
    if mistake == "M15" and sheet.previous is not None:
        earlier = sheet.previous.trace
        grad_W = tuple(now + old for now, old in zip(grad_W, earlier.grad_W, strict=True))
        grad_b = tuple(now + old for now, old in zip(grad_b, earlier.grad_b, strict=True))
    losses = np.asarray(sample_losses(network, u[-1][None], x[-1][None], Y)[0]) * (2.0 if mistake == "M11b" else 1.0)
    trace = replace(
        update.trace,
        x=_all(x),
        u=_all(u),
        f_prime=_all(slopes),
        delta=_all(delta),
        y=sealed(Y),
        grad_W=_all(grad_W),
        grad_b=_all(grad_b),
        losses=sealed(losses),
        loss=float(np.mean(losses)),
    )
    delta_W, delta_b, state = stepped(update, mistake, grad_W, grad_b)
    after = Parameters(
        W=tuple(W + dW for W, dW in zip(update.before.W, delta_W, strict=True)),
        b=tuple(b + db for b, db in zip(update.before.b, delta_b, strict=True)),
    )
    corrections = (1.0, 1.0) if mistake == "M18" else update.corrections
    return replace(
        update, trace=trace, delta_W=delta_W, delta_b=delta_b, after=after, state=state, corrections=corrections
    )


def wrong_value(sheet: Sheet, mistake: str, quantity: Quantity) -> float:
    """What a mistake makes of one number of the update."""
    return value(mistaken(sheet, mistake), quantity)


def _all(arrays: Layers) -> Layers:
    return tuple(sealed(np.array(array, dtype=np.float64)) for array in arrays)


def _f(activation: Activation, u: Floats) -> Floats:
    """Outputs of a layer for rows of net inputs; softmax over each row."""
    if activation.coupled:
        lifted = np.exp(u - u.max(axis=1, keepdims=True))
        return np.asarray(lifted / lifted.sum(axis=1, keepdims=True))
    return np.asarray(activation.arrays(u))


def _rows(sheet: Sheet, mistake: str) -> tuple[Floats, Floats]:
    """Inputs and targets that the update looks at; with M22 the test rows at the same places."""
    run, trace = sheet.experiment, sheet.update.trace
    if mistake != "M22" or not len(run.X_test):
        return trace.x[0], trace.y
    places = [row % len(run.X_test) for row in sheet.update.rows]
    return run.X_test[places], run.Y_test[places]


def _forward(sheet: Sheet, X: Floats, bias: bool) -> tuple[Layers, Layers]:
    """x^(0..L) and u^(1..L) of the batch, F4."""
    x, u = [X], []
    for layer, (W, b) in enumerate(zip(sheet.update.before.W, sheet.update.before.b, strict=True), start=1):
        u.append(x[-1] @ W.T + (b if bias else 0.0))
        x.append(_f(sheet.network.activation(layer), u[-1]))
    return tuple(x), tuple(u)


def _slope(activation: Activation, u: Floats) -> Floats:
    """f'(u) by a step along the imaginary axis, which loses no digits."""
    return np.asarray(activation.arrays(u + 1e-200j).imag / 1e-200)


def _squared(activation: Activation) -> bool:
    """Whether its slope is 1 - x^2: it lies between -1 and 1."""
    return (activation.low, activation.high) == (-1.0, 1.0)


def _slopes(network: Network, u: Layers, x: Layers, mistake: str) -> Layers:
    found = []
    for layer in range(1, network.layers + 1):
        activation = network.activation(layer)
        if activation.coupled:
            slope = x[layer] * (1.0 - x[layer])
        else:
            slope = _slope(activation, x[layer] if mistake == "M3" else u[layer - 1])
        found.append(1.0 - x[layer] if mistake == "M17" and _squared(activation) else slope)
    return tuple(found)


def _backward(sheet: Sheet, mistake: str, passed: tuple[Layers, Layers, Layers], y: Floats) -> tuple[Layers, ...]:
    """delta of each layer for each sample, and the gradients of the mean loss (D7 to D9)."""
    network, before = sheet.network, sheet.update.before
    x, _, slopes = passed
    m = len(y)
    share = 1.0 if mistake == "M10" else 1.0 / m
    last = (y - x[-1]) if mistake == "M9" else (x[-1] - y)
    if network.crossed:
        last = last * slopes[-1] if mistake == "M16" else last
    else:
        last = last * (1.0 if mistake == "M2" else slopes[-1]) * (2.0 if mistake == "M11" else 1.0)
    delta = [last]
    for layer in range(network.layers - 1, 0, -1):
        above, W = delta[0], before.W[layer]
        if mistake == "M4":
            gradient = penalised(share * above.T @ x[layer], W, sheet.update.l1, sheet.update.l2)
            W = W - sheet.update.learning_rate * gradient
        if mistake == "M5":  # the gradients of the weights that leave each neuron are added up
            back = above.sum(axis=1, keepdims=True) * x[layer]
        elif mistake == "M6" and W.shape[0] == W.shape[1]:
            back = above @ W.T
        else:
            back = above @ W
        delta.insert(0, back if mistake == "M1" else back * slopes[layer - 1])
    grad_W = [share * d.T @ x[layer] for layer, d in enumerate(delta)]
    if mistake == "M14":
        grad_W = [grad.T if grad.shape[0] == grad.shape[1] else grad for grad in grad_W]
    return tuple(delta), tuple(grad_W), tuple(share * d.sum(axis=0) for d in delta)
