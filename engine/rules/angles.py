"""Stochastic gradients beside the batch's: how long each is, and the angle between them (FORMULAS S1)."""

import numpy as np

from engine.arrays import Floats, Ints
from engine.backprop import Trace
from engine.network import Parameters


def gradient(trace: Trace) -> Floats:
    """The gradient of a trace in one row, in the order of ``Parameters.pack``."""
    return Parameters(W=trace.grad_W, b=trace.grad_b).pack()


def sample_gradients(trace: Trace) -> Floats:
    """The gradient of each sample's loss, shape (m, P): delta_j x_i for weights, delta_j for biases (FORMULAS D7)."""
    parts = []
    for below, delta in zip(trace.x, trace.delta, strict=False):
        parts += [(delta[:, :, None] * below[:, None, :]).reshape(len(delta), -1), delta]
    return np.concatenate(parts, axis=1)


def length(row: Floats) -> float:
    """The length of a vector, also where the squares of its numbers overflow."""
    with np.errstate(all="ignore"):
        scaled, shifts = _scaled(row[None])
        return float(np.ldexp(_lengths(scaled), shifts)[0])


def angle(one: Floats, other: Floats) -> float:
    """The angle between two vectors in degrees, 0 to 180; no number where one of them has no direction."""
    return float(angles(one[None], other[None])[0])


def angles(ones: Floats, others: Floats) -> Floats:
    """The same between the rows of two arrays (k, P); exact also near 0 and 180, where a cosine says nothing."""
    with np.errstate(all="ignore"):
        one, other = _units(ones), _units(others)
        return np.degrees(2.0 * np.arctan2(_lengths(one - other), _lengths(one + other)))


def _units(rows: Floats) -> Floats:
    """Rows of length 1, whatever their size; no numbers for one without a direction."""
    scaled, _ = _scaled(rows)
    return np.asarray(scaled / _lengths(scaled)[:, None])


def _scaled(rows: Floats) -> tuple[Floats, Ints]:
    """Rows divided by powers of two, which rounds nothing, so that squares hold; and the exponents of these."""
    shifts = np.frexp(np.abs(rows).max(axis=1, initial=0.0))[1]
    return np.ldexp(rows, -shifts[:, None]), shifts


def _lengths(rows: Floats) -> Floats:
    return np.asarray(np.sqrt((rows * rows).sum(axis=1)))
