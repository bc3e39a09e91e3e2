"""A formula is written once, in symbols; this puts the numbers of an update in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.exactly import ExactActivation
from engine.formulas.activation_forms import FORMS
from engine.formulas.expression import (
    Array,
    Computed,
    Derivative,
    Difference,
    Expression,
    Function,
    Number,
    Product,
    Quotient,
    Ref,
    Spelled,
    Sum,
    SumOver,
    Symbol,
    rebuilt,
)
from engine.formulas.notation import COLUMN, Notation
from engine.network import Network
from engine.quantities import NEURON_KINDS, SAMPLE_KINDS, WEIGHT_KINDS, Quantity, layer_values, value
from engine.update import Update

# Letters that only some books have.
ALIASES: Final = {"input": "x", "out": "x", "nabla_u": "delta", "nabla_b": "delta"}
UNNAMED: Final = ("nabla_out", "nabla_input", "nabla_W")  # numbers of a sample that an update has no names for
Bound = Mapping[str, int]  # the numbers that letters of indices, of layers and of samples stand for


@dataclass(frozen=True)
class Place:
    """What a formula is about: a number of an update, its sample, and the book in which it is written.

    Of a formula with a letter for each neuron it is the weight from neuron i to neuron j of the layer above. ``alone``
    takes the sample as if the update took no other, and descended the loss alone.
    """

    network: Network
    update: Update
    quantity: Quantity
    notation: Notation = COLUMN
    alone: bool = False

    @property
    def single(self) -> bool:
        """Whether the update takes one sample."""
        return self.alone or self.update.trace.samples == 1

    @property
    def last(self) -> bool:
        """Whether the layer is the output."""
        return self.quantity.layer == self.network.layers

    def on(self, kind: str, *at: int) -> "Place":
        """Another number of the same sample, book and update."""
        return replace(self, quantity=replace(Quantity(kind, *at), sample=self.quantity.sample))

    @property
    def squared(self) -> bool:
        """Whether the loss is half a squared error; else the slope of the output cancels that of the loss."""
        return not self.network.crossed

    def ref(self, kind: str, layer: int = 0, j: int = 0, i: int = 0, sample: int = 0) -> Ref:
        """A number as the book shows it; ``sample`` is the place's own unless one is named."""
        own = (sample or self.quantity.sample or 1) if kind in SAMPLE_KINDS else sample if kind == "loss" else 0
        quantity = Quantity(kind, layer, j, i, own)
        return Ref(quantity, self.notation.shown(kind, value(self.update, quantity)))

    def array(self, kind: str, layer: int) -> Array:
        """A whole vector as a column, or a whole matrix with a row for each neuron of its layer."""
        sample = (self.quantity.sample or 1) if kind in SAMPLE_KINDS else 0
        rows = layer_values(self.update, kind, layer, sample).tolist()
        shown = partial(self.notation.shown, kind)
        if kind not in WEIGHT_KINDS:
            return Array(tuple((Ref(Quantity(kind, layer, j, 0, sample), shown(n)),) for j, n in enumerate(rows, 1)))
        return Array(
            tuple(
                tuple(Ref(Quantity(kind, layer, j, i), shown(number)) for i, number in enumerate(row, 1))
                for j, row in enumerate(rows, 1)
            )
        )

    def unnamed(self, kind: str, layer: int) -> Floats:
        """What one sample gives a derivative of the loss by outputs, inputs or weights; rows are from the layer below.

        Sums run from left to right, as the kernel adds them.
        """
        trace, s = self.update.trace, (self.quantity.sample or 1) - 1
        if kind == "nabla_W":
            return np.outer(trace.x[layer - 1][s], trace.delta[layer - 1][s])
        if kind == "nabla_out" and layer == self.network.layers:
            return np.asarray(trace.x[layer][s] - trace.y[s])[None]
        above = layer - (kind == "nabla_input")
        total = np.zeros(self.network.sizes[above])
        with np.errstate(all="ignore"):
            for one, row in zip(trace.delta[above][s], self.update.before.W[above], strict=True):
                total = total + one * row
        return total[None]


def filled(expression: Expression, place: Place, at: Bound | None = None) -> Expression:
    """The same formula with the number of each symbol in its place.

    Sums are written out, slopes and gradients looked up; a whole vector or matrix becomes an array of its numbers.
    f becomes what the network's activation is, computed by the kernel's own function. ``at`` says which neurons, layers
    and samples letters stand for, and as ``"last j"`` where a sum ends that does not say so; a symbol without a layer
    belongs to that of the place.
    """
    return _filled(expression, place, at or {})


def bound(expression: Expression, at: Bound) -> Expression:
    """Letters of indices as the numbers that they stand for; all stays symbols."""
    if isinstance(expression, Symbol):
        layer, j, i = (
            at.get(one, one) if isinstance(one, str) else one for one in (expression.layer, expression.j, expression.i)
        )
        return replace(expression, layer=layer, j=j, i=i)
    return rebuilt(expression, lambda part: bound(part, at))


def in_rows(expression: Expression) -> Expression:
    """Rows and columns of every array exchanged."""
    if isinstance(expression, Array):
        return Array(tuple(zip(*expression.rows, strict=True)))
    return rebuilt(expression, in_rows)


def _filled(expression: Expression, place: Place, at: Bound) -> Expression:
    if isinstance(expression, Symbol):
        return _number(expression, place, at)
    go: Callable[[Expression], Expression] = partial(_filled, place=place, at=at)
    match expression:
        case SumOver(index, last, body, within="") if last == "" or isinstance(last, int):
            last = at[f"last {index}"] if isinstance(last, str) else last
            return Sum(tuple(_filled(body, place, {**at, index: n}) for n in range(1, last + 1)))
        case Function("f'", Symbol("u", layer, j)):
            return _number(Symbol("f_prime", layer, j), place, at)
        case Function("f" | r"\sigma", Symbol("u", int(layer), j)) if j != "":
            if place.quantity.kind == "f_prime":  # the output is known by then
                return _number(Symbol("x", layer, j), place, at)
            name, u = place.network.activations[layer - 1], go(expression.of)
            return Computed(activation(name, u), ExactActivation(name, slope=False), (u,))
        case Product((*rates, Quotient(Number(1.0), Number(2.0)), Derivative() as gradient)):  # a factor 2 is absorbed
            return Product((*map(go, rates), go(gradient))) if rates else go(gradient)
        case Derivative(Symbol("W" | "b" as family, layer, j, i), Symbol("loss")):
            if not place.alone:
                return _number(Symbol(f"grad_{family}", layer, j, i), place, at)
            own = _number(Symbol("nabla_W" if family == "W" else "nabla_b", layer, j, i), place, at)
            number = own.value if isinstance(own, (Number, Ref)) else 0.0
            if isinstance(own, Ref):  # the lecture's, before the book's own sign
                number = value(place.update, own.quantity)
            return Number(place.notation.shown(f"grad_{family}", number), worked=True)
        case Spelled(symbol):
            return _number(symbol, place, at)
    return rebuilt(expression, go)


def _number(symbol: Symbol, place: Place, at: Bound) -> Expression:
    if symbol.kind == "m":
        return Number(float(place.update.trace.samples))
    kind, layer = ALIASES.get(symbol.kind, symbol.kind), symbol.layer
    if layer == "" and kind in (*NEURON_KINDS, *WEIGHT_KINDS, "y", *UNNAMED):
        layer = place.quantity.layer - (symbol.kind == "input")
    layer, j, i = (at.get(one, 0) if isinstance(one, str) else one for one in (layer, symbol.j, symbol.i))
    if kind in UNNAMED:
        rows = place.unnamed(kind, layer).tolist()
        if symbol.j == "":
            return Array(tuple(tuple(Number(one, worked=True) for one in row) for row in zip(*rows, strict=True)))
        return Number(rows[i - 1][j - 1] if kind == "nabla_W" else rows[0][j - 1], worked=True)
    if symbol.j == "" and kind in (*NEURON_KINDS, *WEIGHT_KINDS, "y"):
        return place.array(kind, layer)
    sample = at.get(symbol.sample, place.quantity.sample)
    return place.ref(kind, layer, j, i, sample)


def slope_of(place: Place, layer: int, j: int) -> Expression:
    """f' of a neuron with its numbers: of a sigmoid x (1 - x), with the digits of the kernel."""
    steep, x = place.ref("f_prime", layer, j), place.ref("x", layer, j)
    if not place.network.activation(layer).logistic:
        return steep
    return Computed(Product((x, Difference(Number(1.0), x))), _same, (steep,))


def _same(number: float) -> float:
    return number


def activation(name: str, u: Expression) -> Expression:
    """f(u) written out."""
    return FORMS[name].f(u)
