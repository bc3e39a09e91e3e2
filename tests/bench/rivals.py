"""The same single-sample training written four ways; each ``run(n)`` makes n updates from the same start.

Data and start are those of the opening experiment: the full adder on 3-4-2, sigmoid, half squared error.
"""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neural_network import MLPRegressor

import engine

Floats = NDArray[np.float64]
Run = Callable[[int], tuple[Floats, ...]]


def backstep(exp: engine.Experiment) -> Run:
    """Our timeline from update 0, where it still keeps a keyframe for every few updates."""

    def run(n: int) -> tuple[Floats, ...]:
        params = engine.Timeline(exp).parameters(n)
        return (*params.W, *params.b)

    return run


def backstep_further(exp: engine.Experiment) -> Run:
    """The same timeline further on in a long run, where keyframes are far apart: the compiled kernel's own speed."""
    lines: list[engine.Timeline] = []

    def run(n: int) -> tuple[Floats, ...]:
        if not lines or lines[0].furthest > 8_000_000:
            lines[:] = [engine.Timeline(exp)]
            lines[0].parameters(1_000_000)
        lines[0].parameters(lines[0].furthest + n)
        return ()

    return run


def matrix(exp: engine.Experiment) -> Run:
    """Plain NumPy in matrix form, as a textbook writes it."""
    start = engine.Timeline(exp).parameters(0)
    X, Y, eta = exp.X, exp.Y, exp.learning_rate

    def run(n: int) -> tuple[Floats, ...]:
        W1, W2 = (w.copy() for w in start.W)
        b1, b2 = (b.copy() for b in start.b)
        for t in range(n):
            x0, y = X[t % len(X)], Y[t % len(X)]
            x1 = 1.0 / (1.0 + np.exp(-(W1 @ x0 + b1)))
            x2 = 1.0 / (1.0 + np.exp(-(W2 @ x1 + b2)))
            delta2 = (x2 - y) * x2 * (1.0 - x2)
            delta1 = (W2.T @ delta2) * x1 * (1.0 - x1)
            W2 -= eta * np.outer(delta2, x1)
            b2 -= eta * delta2
            W1 -= eta * np.outer(delta1, x0)
            b1 -= eta * delta1
        return W1, W2, b1, b2

    return run


def matrix_batches(exp: engine.Experiment) -> Run:
    """The same for any number of sigmoid layers, over the rows of a batch at once."""
    start = engine.Timeline(exp).parameters(0)
    size, per_epoch = exp.batch_size, exp.updates_per_epoch

    def run(n: int) -> tuple[Floats, ...]:
        W, b = [w.copy() for w in start.W], [one.copy() for one in start.b]
        for t in range(n):
            first = t % per_epoch * size
            x, y = [exp.X[first : first + size]], exp.Y[first : first + size]
            for weights, biases in zip(W, b, strict=True):
                x.append(1.0 / (1.0 + np.exp(-(x[-1] @ weights.T + biases))))
            delta = (x[-1] - y) * x[-1] * (1.0 - x[-1])
            for l in reversed(range(len(W))):
                grad_W, grad_b = delta.T @ x[l] / len(y), delta.mean(axis=0)
                if l:
                    delta = (delta @ W[l]) * x[l] * (1.0 - x[l])
                W[l] -= exp.learning_rate * grad_W
                b[l] -= exp.learning_rate * grad_b
        return (*W, *b)

    return run


def autograd(exp: engine.Experiment) -> Run:
    """PyTorch in eager mode: autograd for the gradients, the step of SGD by hand, one thread."""
    torch.set_num_threads(1)  # two threads only get in each other's way at this size
    start = engine.Timeline(exp).parameters(0)
    X, Y, eta = torch.tensor(exp.X), torch.tensor(exp.Y), exp.learning_rate

    def run(n: int) -> tuple[Floats, ...]:
        params = [torch.tensor(a, requires_grad=True) for a in (*start.W, *start.b)]
        W1, W2, b1, b2 = params
        for t in range(n):
            x0, y = X[t % len(X)], Y[t % len(X)]
            x1 = torch.sigmoid(torch.mv(W1, x0) + b1)
            x2 = torch.sigmoid(torch.mv(W2, x1) + b2)
            loss = 0.5 * ((x2 - y) ** 2).sum()
            grads = torch.autograd.grad(loss, params)
            with torch.no_grad():
                for param, grad in zip(params, grads, strict=True):
                    param -= eta * grad
        return tuple(param.detach().numpy() for param in params)

    return run


def mlp_row(exp: engine.Experiment) -> Run:
    """scikit-learn, ``partial_fit`` with one row a call. Its output is linear and its start its own."""
    model = _mlp(exp)
    rows = [(exp.X[i : i + 1], exp.Y[i : i + 1]) for i in range(len(exp.X))]

    def run(n: int) -> tuple[Floats, ...]:
        for t in range(n):
            model.partial_fit(*rows[t % len(rows)])
        return ()

    return run


def mlp_epoch(exp: engine.Experiment) -> Run:
    """scikit-learn, ``partial_fit`` with all rows a call and batches of one: its checks are paid once an epoch."""
    model = _mlp(exp)

    def run(n: int) -> tuple[Floats, ...]:
        for _ in range(n // len(exp.X)):
            model.partial_fit(exp.X, exp.Y)
        return ()

    return run


def _mlp(exp: engine.Experiment) -> MLPRegressor:
    warnings.filterwarnings("ignore", module="sklearn")
    return MLPRegressor(
        hidden_layer_sizes=exp.network.sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        batch_size=1,
        learning_rate_init=exp.learning_rate,
        shuffle=False,
        random_state=0,
    )
