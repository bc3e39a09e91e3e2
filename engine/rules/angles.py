"""Stochastic gradients beside the batch's: how long each is, and the angle between them (FORMULAS S1)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.backprop import Trace, backprop
from engine.network import Network, Parameters
from engine.work import pause

ROWS: Final = 256  # rows whose gradients stand side by side


@dataclass(frozen=True, eq=False)
class SampleAngles:
    """The gradients of the samples of a batch, beside their mean, which is the batch's own.

    Attributes
    ----------
    degrees : ndarray (m,)
        The angle between each and the batch's, 0 to 180; no number where either is zero.
    lengths : ndarray (m,)
    batch : ndarray (P,)
        The batch's gradient.
    """

    degrees: Floats
    lengths: Floats
    batch: Floats

    @property
    def uphill(self) -> int:
        """How many samples would, alone, make the batch's loss begin to rise."""
        return int((self.degrees > 90.0).sum())


def gradient(trace: Trace) -> Floats:
    """The gradient of a trace in one row, in the order of ``Parameters.pack``."""
    return Parameters(W=trace.grad_W, b=trace.grad_b).pack()


def sample_gradients(trace: Trace) -> Floats:
    """The gradient of each sample's loss, shape (m, P): delta_j x_i for weights, delta_j for biases (FORMULAS D7)."""
    parts = []
    for below, delta in zip(trace.x, trace.delta, strict=False):
        parts += [(delta[:, :, None] * below[:, None, :]).reshape(len(delta), -1), delta]
    return np.concatenate(parts, axis=1)


def sample_angles(network: Network, parameters: Parameters, X: Floats, Y: Floats) -> SampleAngles:
    """Of every row by itself."""
    batch = gradient(backprop(network, parameters, X, Y))
    angles, lengths = [], []
    for first in range(0, len(X), ROWS):
        own = sample_gradients(backprop(network, parameters, X[first : first + ROWS], Y[first : first + ROWS]))
        lengths += np.linalg.norm(own, axis=1).tolist()
        angles += [angle(one, batch) for one in own]
        pause()
    return SampleAngles(sealed(np.array(angles)), sealed(np.array(lengths)), batch)


def angle(one: Floats, other: Floats) -> float:
    """The angle between two vectors in degrees; no number where one of them has no direction."""
    return float(angles(one[None], other[None])[0])


def angles(ones: Floats, others: Floats) -> Floats:
    """The same between the rows of two arrays (k, P)."""
    with np.errstate(all="ignore"):
        lengths = np.sqrt((ones * ones).sum(axis=1)) * np.sqrt((others * others).sum(axis=1))
        cosines = np.clip((ones * others).sum(axis=1) / lengths, -1.0, 1.0)
        return np.where(np.isfinite(lengths) & (lengths > 0.0), np.degrees(np.arccos(cosines)), np.nan)
