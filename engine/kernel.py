"""The one implementation of the mathematics, in the index notation of the lecture: it runs and it fills the trace.

Layers l count from 1 to L and layer 0 is the input, as in the lecture; neurons count from 0 here and from 1 on the
screen. ``W[l, j, i]`` leads from neuron i of layer l-1 to neuron j of layer l. Arrays are padded to the widest layer;
``s`` numbers the samples of one update. Sums run in the order written, so that plain Python gives the same doubles.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import CODES as ACTIVATIONS
from engine.activations import SOFTMAX, f_and_prime
from engine.arrays import Floats
from engine.compile import compiled
from engine.losses import CODES as LOSSES
from engine.losses import CROSS_ENTROPY, sample_loss
from engine.network import Network

Ints = NDArray[np.int64]


class Shape(NamedTuple):
    """A network as the kernel reads it: sizes (L+1,), activation codes (L+1,) with [0] unused, the loss's code."""

    sizes: Ints
    kinds: Ints
    loss: int


class Work(NamedTuple):
    """Where an update's numbers go; the first axis of all but the gradients is the sample s."""

    x: Floats  # (S, L+1, N) outputs; x[s, 0] is the input
    u: Floats  # (S, L+1, N) net inputs
    f_prime: Floats  # (S, L+1, N) slopes f'(u)
    delta: Floats  # (S, L+1, N) error terms
    grad_W: Floats  # (L+1, N, N) mean gradient
    grad_b: Floats  # (L+1, N)


def shape(network: Network) -> Shape:
    """The kernel's view of a network."""
    kinds = [0, *(ACTIVATIONS[name] for name in network.activations)]
    return Shape(np.array(network.sizes, dtype=np.int64), np.array(kinds, dtype=np.int64), LOSSES[network.loss])


def work(network: Network, samples: int = 1) -> Work:
    """Room for an update's numbers; ``samples`` is the batch size where each sample's numbers are kept."""
    layers, widest = network.layers + 1, max(network.sizes)
    x, u, f_prime, delta = (np.zeros((samples, layers, widest)) for _ in range(4))
    return Work(x, u, f_prime, delta, np.zeros((layers, widest, widest)), np.zeros((layers, widest)))


@compiled
def forward(sizes: Ints, kinds: Ints, W: Floats, b: Floats, s: int, x: Floats, u: Floats, f_prime: Floats) -> None:
    """Forward pass of sample s, whose input stands in x[s, 0] (FORMULAS F2, F3, F4).

    Fills u, x and f_prime of sample s for l >= 1. For softmax, f_prime is the slope of a neuron's output by its own
    net input, x (1 - x).
    """
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            total = 0.0
            for i in range(sizes[l - 1]):
                total += W[l, j, i] * x[s, l - 1, i]
            u[s, l, j] = total + b[l, j]  # in the order in which the formula is written and worked by hand
            if kinds[l] != SOFTMAX:
                x[s, l, j], f_prime[s, l, j] = f_and_prime(kinds[l], u[s, l, j])
        if kinds[l] == SOFTMAX:
            softmax(sizes[l], s, l, x, u, f_prime)


@compiled
def softmax(n: int, s: int, l: int, x: Floats, u: Floats, f_prime: Floats) -> None:
    """x_j = e^(u_j) / sum_k e^(u_k) and its slope x_j (1 - x_j), with the highest u taken out: no overflow."""
    highest = u[s, l, 0]
    for j in range(1, n):
        if u[s, l, j] > highest:
            highest = u[s, l, j]
    mass = 0.0
    for j in range(n):
        x[s, l, j] = math.exp(u[s, l, j] - highest)
        mass += x[s, l, j]
    for j in range(n):
        others = 0.0  # summed, not subtracted: 1 - x would lose its digits where x is nearly 1
        for k in range(n):
            if k != j:
                others += x[s, l, k]
        f_prime[s, l, j] = (x[s, l, j] / mass) * (others / mass)
    for j in range(n):
        x[s, l, j] /= mass


@compiled
def backward(
    sizes: Ints, loss: int, W: Floats, Y: Floats, row: int, s: int, x: Floats, f_prime: Floats, delta: Floats
) -> None:
    """Error terms delta[s, l, j] of sample s with target Y[row], from the last layer to the first (D8, D9, D10).

    With cross-entropy the slope of a sigmoid or softmax output cancels: delta = x - y at the output.
    """
    last = sizes.shape[0] - 1
    for k in range(sizes[last]):
        delta[s, last, k] = x[s, last, k] - Y[row, k]
        if loss != CROSS_ENTROPY:
            delta[s, last, k] *= f_prime[s, last, k]
    for l in range(last - 1, 0, -1):
        for j in range(sizes[l]):
            total = 0.0
            for k in range(sizes[l + 1]):
                total += W[l + 1, k, j] * delta[s, l + 1, k]
            delta[s, l, j] = total * f_prime[s, l, j]


@compiled
def gather(sizes: Ints, s: int, first: bool, x: Floats, delta: Floats, grad_W: Floats, grad_b: Floats) -> None:
    """The gradient of sample s, delta_j x_i for weights and delta_j for biases (D7), added to the sum so far."""
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            d = delta[s, l, j]
            if first:
                for i in range(sizes[l - 1]):
                    grad_W[l, j, i] = d * x[s, l - 1, i]
                grad_b[l, j] = d
            else:
                for i in range(sizes[l - 1]):
                    grad_W[l, j, i] += d * x[s, l - 1, i]
                grad_b[l, j] += d


@compiled
def divide(sizes: Ints, count: int, grad_W: Floats, grad_b: Floats) -> None:
    """Sums over ``count`` samples become means."""
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                grad_W[l, j, i] /= count
            grad_b[l, j] /= count


@compiled
def descend(
    sizes: Ints,
    eta: float,
    l1: float,
    l2: float,
    freeze_biases: bool,
    W: Floats,
    b: Floats,
    grad_W: Floats,
    grad_b: Floats,
) -> None:
    """One step of gradient descent, in place: W + (-eta grad) (FORMULAS F8).

    With penalties the gradient is that of L + l2/2 sum of w^2 + l1 sum of |w|; biases have none. At w = 0 the slope of
    |w| counts as 0.
    """
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            if l1 == 0.0 and l2 == 0.0:
                for i in range(sizes[l - 1]):
                    W[l, j, i] += -eta * grad_W[l, j, i]
            else:
                for i in range(sizes[l - 1]):
                    w = W[l, j, i]
                    slope = grad_W[l, j, i]
                    if l2 != 0.0:
                        slope += l2 * w
                    if l1 != 0.0:
                        slope += l1 * (1.0 if w > 0.0 else -1.0 if w < 0.0 else 0.0)
                    W[l, j, i] += -eta * slope
            if not freeze_biases:
                b[l, j] += -eta * grad_b[l, j]


@compiled
def run(
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
) -> None:
    """Updates t, t+1, ..., stop-1: W and b change in place (FORMULAS D11).

    ``rows[e]`` is the order of the samples in the e-th epoch counted from that of update t; with a single row every
    epoch has it. An epoch that the batch size does not divide ends with a smaller batch (F9). What the last update
    computed stays in x, u, f_prime, delta for each sample where they have room for a whole batch, else for the last
    one, and in grad_W, grad_b.
    """
    m = X.shape[0]
    per_epoch = (m + batch_size - 1) // batch_size
    place = t % per_epoch
    epoch = 0
    keep = x.shape[0] > 1
    for _ in range(t, stop):
        first = place * batch_size
        count = min(batch_size, m - first)
        for c in range(count):
            s = c if keep else 0
            row = rows[epoch, first + c]
            for i in range(sizes[0]):
                x[s, 0, i] = X[row, i]
            forward(sizes, kinds, W, b, s, x, u, f_prime)
            backward(sizes, loss, W, Y, row, s, x, f_prime, delta)
            gather(sizes, s, c == 0, x, delta, grad_W, grad_b)
        if count > 1:
            divide(sizes, count, grad_W, grad_b)
        descend(sizes, eta, l1, l2, freeze_biases, W, b, grad_W, grad_b)
        place += 1
        if place == per_epoch:
            place = 0
            if rows.shape[0] > 1:
                epoch += 1


@compiled
def batch_loss(
    sizes: Ints, kinds: Ints, loss: int, Y: Floats, rows: Ints, x: Floats, u: Floats, losses: Floats
) -> float:
    """Mean of the losses of the samples that ``batch`` has kept in x and u, each put into ``losses`` (FORMULAS F6)."""
    last = sizes.shape[0] - 1
    mean: float = 0.0
    for s in range(rows.shape[0]):
        losses[s] = sample_loss(loss, kinds[last], sizes[last], u, x, s, last, Y, rows[s])
        mean += losses[s]
    return mean / float(rows.shape[0])


@compiled
def mean_loss(
    sizes: Ints,
    kinds: Ints,
    loss: int,
    W: Floats,
    b: Floats,
    X: Floats,
    Y: Floats,
    x: Floats,
    u: Floats,
    f_prime: Floats,
) -> float:
    """Mean loss over all rows of X and Y, in their order (FORMULAS F6)."""
    last = sizes.shape[0] - 1
    mean = 0.0
    for row in range(X.shape[0]):
        for i in range(sizes[0]):
            x[0, 0, i] = X[row, i]
        forward(sizes, kinds, W, b, 0, x, u, f_prime)
        mean += sample_loss(loss, kinds[last], sizes[last], u, x, 0, last, Y, row)
    return mean / float(X.shape[0])


@compiled
def outputs(
    sizes: Ints, kinds: Ints, W: Floats, b: Floats, X: Floats, x: Floats, u: Floats, f_prime: Floats, result: Floats
) -> None:
    """Output of every neuron of layers 1..L for each row of X: result[row, l, j]; layer 0 is left alone."""
    for row in range(X.shape[0]):
        for i in range(sizes[0]):
            x[0, 0, i] = X[row, i]
        forward(sizes, kinds, W, b, 0, x, u, f_prime)
        for l in range(1, sizes.shape[0]):
            for j in range(sizes[l]):
                result[row, l, j] = x[0, l, j]
