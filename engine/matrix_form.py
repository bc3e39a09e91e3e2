"""The formulas for whole layers with every number in its place: matrices and vectors written out, and the result."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine.books.book import COLUMN, ROW, Notation
from engine.books.telling_row import Row
from engine.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Product,
    Ref,
    Sum,
    Symbol,
    Transpose,
    Value,
    rebuilt,
)
from engine.network import Network
from engine.quantities import Quantity, value
from engine.update import Update

WIDEST: Final = 6  # neurons or samples in a matrix that still can be read


@dataclass(frozen=True)
class MatrixEquation:
    """``left = steps[0] = steps[1] = ... = result`` with arrays of numbers, and its id in FORMULAS.md.

    ``steps[0]`` is the formula in symbols; where ``assigns`` the first sign is an arrow.
    """

    formula: str
    left: Expression
    steps: tuple[Expression, ...]
    result: Array
    assigns: bool = False


def matrix_form(network: Network, update: Update, quantity: Quantity) -> tuple[MatrixEquation, ...]:
    """The formulas of the layer that a number belongs to, with all their numbers, as the lecture writes them.

    Forward: F4. Loss: F5, the network as one function. Error terms: D8 with F7 before it, or D9. Gradients: D7 and
    changes: F8, for updates over one sample. Empty where there is none, or where it could not be read: more than six
    neurons in a layer of it.
    """
    kind, l = quantity.kind, quantity.layer
    layers = range(network.layers + 1) if kind == "loss" else range(max(0, l - 1), min(network.layers, l + 1) + 1)
    if max(network.sizes[n] for n in layers) > WIDEST:
        return ()
    sample = quantity.sample or (1 if update.trace.samples == 1 else 0)
    at = _At(network, update, sample)
    if not sample and kind != "new_W":
        return ()
    if kind in ("u", "x") and l:
        return tuple(_forward(at, l))
    if kind == "loss":
        return (_composite(at),) if network.layers <= 3 else ()
    if kind == "delta":
        return tuple(_error_terms(at, l))
    if kind in ("grad_W", "grad_b"):
        return tuple(_gradients(at, l))
    if kind in ("delta_W", "new_W"):
        return tuple(_changes(at, l))
    return ()


def told_in(
    equations: tuple[MatrixEquation, ...], network: Network, update: Update, notation: Notation, quantity: Quantity
) -> tuple[MatrixEquation, ...]:
    """The same in another book; empty for the two that write no formulas for whole layers.

    In row vectors the product of two matrices is that of their transposes, the other way round.
    """
    if notation.name == COLUMN.name:
        return equations
    if notation.name != ROW.name:
        return ()
    book = Row(network, update, notation, quantity)

    def turned(expression: Expression) -> Expression:
        return _flipped(book.say(expression))

    return tuple(
        replace(
            one,
            left=turned(one.left),
            steps=tuple(map(turned, one.steps)),
            result=Array(tuple(zip(*one.result.rows, strict=True))),
        )
        for one in equations
    )


def _flipped(expression: Expression) -> Expression:
    """Rows and columns of every array exchanged."""
    if isinstance(expression, Array):
        return Array(tuple(zip(*expression.rows, strict=True)))
    return rebuilt(expression, _flipped)


@dataclass(frozen=True)
class _At:
    """One sample of an update, as arrays of references."""

    network: Network
    update: Update
    sample: int

    def ref(self, kind: str, layer: int, j: int, i: int = 0) -> Ref:
        sample = self.sample if kind in ("x", "u", "f_prime", "delta", "y") else 0
        quantity = Quantity(kind, layer, j, i, sample)
        return Ref(quantity, value(self.update, quantity))

    def vector(self, kind: str, layer: int) -> Array:
        return Array(tuple((self.ref(kind, layer, j),) for j in range(1, self.network.sizes[layer] + 1)))

    def matrix(self, kind: str, layer: int) -> Array:
        n, n_in = self.network.sizes[layer], self.network.sizes[layer - 1]
        return Array(tuple(tuple(self.ref(kind, layer, j, i) for i in range(1, n_in + 1)) for j in range(1, n + 1)))


def _affine(W: Expression, x: Expression, b: Expression) -> Expression:
    return Sum((Product((W, x), matrix=True), b))


def _forward(at: _At, l: int) -> Iterator[MatrixEquation]:
    symbols = _affine(Symbol("W", l), Symbol("x", l - 1), Symbol("b", l))
    numbers = _affine(at.matrix("W", l), at.vector("x", l - 1), at.vector("b", l))
    yield MatrixEquation("F4", Symbol("u", l), (symbols, numbers), at.vector("u", l))
    yield MatrixEquation("F4", Symbol("x", l), (Function("f", Symbol("u", l)),), at.vector("x", l))


def _composite(at: _At) -> MatrixEquation:
    """F5; each step has one layer more behind it."""

    def nested(
        first: int, start: Expression, W: Callable[[int], Expression], b: Callable[[int], Expression]
    ) -> Expression:
        inside = start
        for l in range(first, at.network.layers + 1):
            inside = Function("f", _affine(W(l), inside, b(l)))
        return inside

    last = at.network.layers
    symbols = nested(1, Symbol("x", 0), lambda l: Symbol("W", l), lambda l: Symbol("b", l))
    numbers = tuple(
        nested(l, at.vector("x", l - 1), lambda k: at.matrix("W", k), lambda k: at.vector("b", k))
        for l in range(1, last + 1)
    )
    return MatrixEquation("F5", Symbol("h"), (symbols, *numbers), at.vector("x", last))


def _error_terms(at: _At, l: int) -> Iterator[MatrixEquation]:
    slope, slopes = Function("f'", Symbol("u", l)), at.vector("f_prime", l)
    if l < at.network.layers:
        W, delta = Symbol("W", l + 1), Symbol("delta", l + 1)
        symbols = Hadamard(Product((Transpose(W), delta), matrix=True), slope)
        back = Product((Transpose(at.matrix("W", l + 1)), at.vector("delta", l + 1)), matrix=True)
        yield MatrixEquation("D9", Symbol("delta", l), (symbols, Hadamard(back, slopes)), at.vector("delta", l))
        return
    gap = Difference(Symbol("x", l), Symbol("y", l))
    gaps = Difference(at.vector("x", l), at.vector("y", l))
    if at.network.loss == "cross_entropy":
        yield MatrixEquation("D8", Symbol("delta", l), (gap, gaps), at.vector("delta", l))
        return
    s = at.sample - 1
    distance = Array(tuple((Value(float(d)),) for d in at.update.trace.x[l][s] - at.update.trace.y[s]))
    yield MatrixEquation("F7", Derivative(Symbol("x", l)), (gap, gaps), distance)
    yield MatrixEquation(
        "D8", Symbol("delta", l), (Hadamard(gap, slope), Hadamard(gaps, slopes)), at.vector("delta", l)
    )


def _gradients(at: _At, l: int) -> Iterator[MatrixEquation]:
    symbols = Product((Symbol("delta", l), Transpose(Symbol("x", l - 1))), matrix=True)
    numbers = Product((at.vector("delta", l), Transpose(at.vector("x", l - 1))), matrix=True)
    yield MatrixEquation("D7", Derivative(Symbol("W", l)), (symbols, numbers), at.matrix("grad_W", l))
    yield MatrixEquation("D7", Derivative(Symbol("b", l)), (Symbol("delta", l),), at.vector("grad_b", l))


def _changes(at: _At, l: int) -> Iterator[MatrixEquation]:
    if at.update.l1 or at.update.l2:
        return
    eta = Ref(Quantity("eta"), at.update.learning_rate)
    makers: list[tuple[str, Callable[[str, int], Array]]] = [("W", at.matrix), ("b", at.vector)]
    for name, make in makers[: 1 if at.update.frozen_biases else 2]:
        symbol = Symbol(name, l)
        symbols = Difference(symbol, Product((Symbol("eta"), Derivative(symbol))))
        numbers = Difference(make(name, l), Product((eta, make(f"grad_{name}", l))))
        yield MatrixEquation("F8", symbol, (symbols, numbers), make(f"new_{name}", l), assigns=True)
