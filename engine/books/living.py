"""A formula of FORMULAS.md with the numbers of an update, whatever they are: one number, a vector or a matrix."""

from dataclasses import dataclass

from engine.arrays import Floats
from engine.explain import Equation
from engine.expression import Array, Expression, Number, Ref
from engine.network import Network
from engine.notation import Notation
from engine.quantities import Quantity, value
from engine.update import Update


@dataclass(frozen=True)
class Worked:
    """``left = right = value`` with numbers; ``value`` is a Ref, a Number or an Array of them.

    ``hands`` says that the value is handed on: ``right -> left``.
    """

    left: Expression
    right: Expression
    value: Expression
    hands: bool = False


@dataclass(frozen=True)
class Living:
    """A formula in general and its lines of numbers; ``notes`` are keys of what to say beside it."""

    formula: str
    general: tuple[Equation, ...]
    worked: tuple[Worked, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What the formulas are about: a sample, a layer, its neuron j, and neuron i of the layer below, from 1."""

    network: Network
    update: Update
    notation: Notation
    sample: int = 1
    layer: int = 1
    j: int = 1
    i: int = 1

    @property
    def output(self) -> bool:
        """Whether the layer is the last."""
        return self.layer == self.network.layers

    @property
    def cross(self) -> bool:
        """Whether the loss is cross-entropy: its slope and that of the output cancel."""
        return self.network.loss == "cross_entropy"

    def ref(self, kind: str, layer: int = 0, j: int = 0, i: int = 0) -> Ref:
        """A number as the book shows it; x, u, f_prime, delta, y and the loss are those of the sample."""
        sample = self.sample if kind in ("x", "u", "f_prime", "delta", "y", "loss") else 0
        quantity = Quantity(kind, layer, j, i, sample)
        return Ref(quantity, self.notation.shown(kind, value(self.update, quantity)))

    def vector(self, kind: str, layer: int) -> Array:
        """All neurons of a layer, as a row."""
        return Array((tuple(self.ref(kind, layer, j) for j in range(1, self.network.sizes[layer] + 1)),))

    def turned(self, layer: int) -> Array:
        """The weights with a row for each neuron of the layer below."""
        n, n_in = self.network.sizes[layer], self.network.sizes[layer - 1]
        return Array(tuple(tuple(self.ref("W", layer, j, i) for j in range(1, n + 1)) for i in range(1, n_in + 1)))


def numbers(rows: Floats) -> Array:
    """Numbers that have no name of their own."""
    return Array(tuple(tuple(Number(float(one), worked=True) for one in row) for row in rows))


def column(array: Array) -> Array:
    """A row as a column."""
    return Array(tuple((one,) for one in array.rows[0]))
