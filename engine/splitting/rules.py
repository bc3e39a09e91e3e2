"""Three ways to send the error back through the weights: in proportion to them, by W^T alone, and the exact one.

Signs and names are those of the ``error`` book: the error of an output is ``e = t - o``, target minus output, the
opposite of ``x - y``. "Sent back" means before the slope of the neuron that receives it, so the exact value is
``-dL/do`` of that neuron: ``W^T (-delta)`` of the layer above. Matrices keep the lecture's order, row = neuron above.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats, left_to_right, sealed
from engine.edit import Edit
from engine.network import Network
from engine.quantities import Quantity
from engine.rules import angles
from engine.update import Update

RULES: Final = ("split", "back", "exact")
NEAR: Final = 0.1  # of the magnitudes: below it a sum of weights is nearly zero, and shares grow beyond ten
BREAKING: Final = (2.0, -1.9)


@dataclass(frozen=True, eq=False)
class Sent:
    """The error that arrives at one layer from the layer above, by each rule, for one sample."""

    layer: int  # the layer that receives it; 0 is the input
    W: Floats  # of shape (n above, n)
    above: dict[str, Floats]  # by rule, what each neuron above sends: its error, or for exact its -delta
    # (n, n above): row j, column k: the fraction w_jk / (w_1k + w_2k + ...) of the error of k that neuron j gets
    # (FORMULAS E2); not finite where a denominator is zero
    shares: Floats
    denominators: Floats  # of shape (n above,)
    # for each neuron above: fine; outside where weights of both signs make shares below 0 or above 1; near where the
    # denominator is small beside the magnitudes; zero where it is nothing
    states: tuple[str, ...]
    errors: dict[str, Floats]  # by rule, what each neuron gets; shape (n,) (FORMULAS E2, E3, E7)
    angles: dict[str, float | None]  # by rule, degrees from the exact one; None where one of the two has no direction

    def difference(self, rule: str) -> Floats:
        """By neuron, the rule's error minus the exact one."""
        with np.errstate(all="ignore"):
            return sealed(self.errors[rule] - self.errors["exact"])


def shares(W: Floats) -> tuple[Floats, Floats]:
    """The matrix of fractions (n, n above) of weights W (n above, n), and its denominators (n above,)."""
    with np.errstate(all="ignore"):
        below = np.array([left_to_right(row) for row in W])
        return sealed((W / below[:, None]).T.copy()), sealed(below)


def state(row: Floats) -> str:
    """What the weights into one neuron do to its shares."""
    total, size = left_to_right(row), float(np.abs(row).sum())
    if total == 0.0 or not math.isfinite(total):
        return "zero"
    if abs(total) < NEAR * size:
        return "near"
    return "outside" if row.min() < 0.0 < row.max() else "fine"


def angle(one: Floats, other: Floats) -> float | None:
    """Degrees between two vectors, 0 to 180; None where one has no direction."""
    degrees = angles.angle(one, other)
    return None if math.isnan(degrees) else degrees


def errors(update: Update, sample: int = 1) -> Floats:
    """e = t - o of every output (n_L,), for a sample counted from 1."""
    return sealed(update.trace.y[sample - 1] - update.trace.x[-1][sample - 1])


def layers(network: Network) -> tuple[int, ...]:
    """The layers that an error is sent back to, last first: the hidden ones, or the input where there are none."""
    return tuple(range(network.layers - 1, 0, -1)) or (0,)


def sent_back(network: Network, update: Update, sample: int = 1) -> tuple[Sent, ...]:
    """What arrives at each of ``layers(network)``, each rule going on from its own errors of the layer above."""
    now = dict.fromkeys(("split", "back"), errors(update, sample))
    found = []
    for layer in layers(network):
        W = update.before.W[layer]
        fractions, below = shares(W)
        above = {**now, "exact": sealed(0.0 - update.trace.delta[layer][sample - 1])}
        with np.errstate(all="ignore"):
            got = {
                "split": _times(fractions, above["split"]),
                "back": _times(W.T, above["back"]),
                "exact": _times(W.T, above["exact"]),
            }
        angles = {rule: angle(got[rule], got["exact"]) for rule in RULES}
        found.append(Sent(layer, W, above, fractions, below, tuple(state(row) for row in W), got, angles))
        now = {rule: got[rule] for rule in ("split", "back")}
    return tuple(found)


def product_cell(A: Floats, B: Floats, row: int, column: int) -> tuple[tuple[float, ...], float]:
    """One cell of A B, from 0: the products of a row with a column, and their sum from left to right (E1)."""
    terms = tuple(float(a) * float(b) for a, b in zip(A[row], B[:, column], strict=True))
    return terms, left_to_right(terms)


def dot_product(a: Floats, b: Floats) -> float:
    """The same of two vectors."""
    with np.errstate(all="ignore"):
        return product_cell(a[None], b[:, None], 0, 0)[1]


def product(A: Floats, B: Floats) -> Floats:
    """A B, cell by cell."""
    with np.errstate(all="ignore"):
        return sealed(np.array([[product_cell(A, B, i, j)[1] for j in range(B.shape[1])] for i in range(A.shape[0])]))


def breaking_row(n: int) -> Floats:
    """Weights into one neuron whose sum is 0.1 though they are large: 2.0 and -1.9, then pairs of 0.5 and -0.5.

    From a single neuron all of the error goes back whatever its weight is, unless that is 0.
    """
    if n < 2:
        return np.zeros(n)
    rest = [0.5, -0.5] * ((n - 2) // 2) + [0.0] * (n % 2)
    return np.array([*BREAKING, *rest])


def breaking(network: Network, layer: int) -> dict[Quantity, float]:
    """The weights from ``layer`` into the first neuron above it that ``breaking_row`` puts there, for an edit."""
    row = breaking_row(network.sizes[layer])
    return {Quantity("W", layer + 1, 1, i): float(weight) for i, weight in enumerate(row, start=1)}


def breaks(network: Network, edit: Edit) -> bool:
    """Whether an edit puts such weights in."""
    numbers = dict(edit.numbers)
    for layer in layers(network):
        if breaking(network, layer).items() <= numbers.items():
            return True
        if edit.W is not None and np.array_equal(edit.W[layer][0], breaking_row(network.sizes[layer])):
            return True
    return False


def _times(A: Floats, v: Floats) -> Floats:
    """A v, its sums in the order in which they are written."""
    return sealed(np.array([left_to_right(float(a) * float(b) for a, b in zip(row, v, strict=True)) for row in A]))
