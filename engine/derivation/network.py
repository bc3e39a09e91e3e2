"""D7-D12 on an update of a network: the five problems put together, with the doubles of its own trace."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine import activations
from engine.arrays import Floats, sealed
from engine.backprop import backprop
from engine.derivation.chain import blocks_in
from engine.derivation.flow import between, by_weights, from_net_inputs, whole
from engine.derivation.graph import Graph
from engine.derivation.network_steps import delta, gradients, network_lines
from engine.derivation.told import has_own_letters
from engine.derivation.walk import At, Block, Entry, Lesson, Stop, central, chosen, part
from engine.exactly import Softmax
from engine.formulas.explain import explain
from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Function,
    Negative,
    Number,
    Product,
    Sum,
    Symbol,
)
from engine.formulas.fill import Place
from engine.formulas.notation import COLUMN, Notation
from engine.network import Network, Parameters
from engine.numerals import given
from engine.penalties import penalised
from engine.quantities import Quantity, value
from engine.update import Update

FEW_LAYERS: Final = 4  # up to so many f(u) and f'(u) have their long names side by side
MOST: Final = 32  # entries of a matrix up to which each is checked by numbers; of a larger one those of one row


@dataclass(frozen=True)
class Here:
    """A network, one of its updates, and a sample of the update's batch, from 1."""

    network: Network
    update: Update
    sample: int = 1
    notation: Notation = COLUMN

    @property
    def place(self) -> Place:
        """What formulas of the sample are about, in the book."""
        of = self.notation.of(self.network)
        return Place(self.network, self.update, Quantity("delta", self.network.layers, 1, sample=self.sample), of)

    @property
    def samples(self) -> int:
        """How many samples the batch has."""
        return self.update.trace.samples

    def row(self, arrays: tuple[Floats, ...], index: int) -> Floats:
        """The row of the sample in one of the trace's arrays."""
        row: Floats = arrays[index][self.sample - 1]
        return row

    def entry(self, at: At, quantity: Quantity, numeric: float, leaf: str) -> Entry:
        """A number of the update beside its numeric derivative, with its explanation."""
        quantity = replace(quantity, sample=self.sample if quantity.kind in ("delta", "f_prime") else 0)
        book = self.notation if has_own_letters(self.notation) else COLUMN
        found = explain(self.network, self.update, quantity, book)
        assert found.general is not None
        shown = book.of(self.network).shown(quantity.kind, numeric)
        worked = replace(found, left=found.general.left, result=Number(found.value, worked=True))
        if quantity.kind.startswith("new_") and isinstance(found.worked, Sum):
            step = explain(
                self.network, self.update, replace(quantity, kind=quantity.kind.replace("new", "delta")), book
            )
            worked = replace(worked, numbers=(_moved(found.worked.terms[0], step.right),))
        return Entry(at, worked, shown, leaf, quantity)


def network_lesson(stop: Stop, here: Here, at: At) -> Lesson:
    """D7-D12; ``at`` says of which row the numbers are where a matrix has too many, and what the graph is about.

    Entries are ``(j, i)`` of a weight and ``(j, 0)`` of a bias, ``(j, 1)`` of an error term; in D10 and D12, which are
    about all layers, ``(layer, j)``.
    """
    kind, layer = part(stop, here.network.layers)
    maker: Callable[[Stop, Here, int, At], Lesson] = {
        "gradients": _gradients,
        "delta": _delta,
        "update": _update,
        "recursion": _recursion,
        "reuse": _reuse,
    }[kind]
    lesson = maker(stop, here, layer, at)
    if stop.formula in ("D10", "D11", "D12"):
        lesson = replace(lesson, graph=whole(here.network))
    lines = network_lines(stop, here.network, here.update, each=has_own_letters(here.notation))
    place = replace(here.place, quantity=replace(here.place.quantity, layer=layer))
    made = replace(lesson, lines=lines, layer=layer, samples=here.samples, place=place)
    graph = _thresholds(made.graph) if here.notation.factors.get("b", 1.0) < 0.0 else made.graph
    return replace(made, graph=graph, blocks=blocks_in(made, COLUMN))


def _moved(before: Expression, step: Expression) -> Expression:
    """A parameter and its step as F8 writes them, w - eta g, where the step alone is (-eta) g."""
    match step:
        case Product((Negative(rate), *factors)):
            return Difference(before, replace(step, factors=(rate, *factors)))
    return Sum((before, step))


def _thresholds(graph: Graph) -> Graph:
    """A bias as a threshold: minus its number, and minus its slope."""
    nodes = (
        replace(node, value=0.0 - node.value) if node.letter == "b" and node.value is not None else node
        for node in graph.nodes
    )
    arcs = (
        replace(arc, slope=-arc.slope) if arc.tail.startswith("b.") and arc.slope is not None else arc
        for arc in graph.arcs
    )
    return Graph(tuple(nodes), tuple(arcs))


def numeric_delta(here: Here, layer: int) -> Floats:
    """dL/du of a layer for the sample alone, shape (n,): b moves u by just as much."""
    before, one = here.update.before, slice(here.sample - 1, here.sample)
    x, y = here.update.trace.x[0][one], here.update.trace.y[one]

    def loss(b: Floats) -> float:
        biases = (*before.b[: layer - 1], b, *before.b[layer:])
        return backprop(here.network, Parameters(before.W, biases), x, y).loss

    return _quietly(loss, before.b[layer - 1])


def numeric_row(here: Here, layer: int, j: int) -> Floats:
    """dL/dw_j1, ..., dL/dw_jn, dL/db_j of the mean loss, shape (n below + 1,)."""
    before, trace = here.update.before, here.update.trace

    def loss(row: Floats) -> float:
        W, b = before.W[layer - 1].copy(), before.b[layer - 1].copy()
        W[j - 1], b[j - 1] = row[:-1], row[-1]
        weights = (*before.W[: layer - 1], W, *before.W[layer:])
        biases = (*before.b[: layer - 1], b, *before.b[layer:])
        return backprop(here.network, Parameters(weights, biases), trace.x[0], trace.y).loss

    return _quietly(loss, np.append(before.W[layer - 1][j - 1], before.b[layer - 1][j - 1]))


def _quietly(function: Callable[[Floats], float], point: Floats) -> Floats:
    with np.errstate(all="ignore"):  # a run that diverged shows what is no number as such
        return central(function, point)


def _column(values: Floats) -> Floats:
    return sealed(np.array(values, dtype=float).reshape(-1, 1))


def _rows(here: Here, layer: int, at: At) -> tuple[int, ...]:
    """The rows of a layer's weights that are checked by numbers."""
    n, below = here.update.before.W[layer - 1].shape
    return tuple(range(1, n + 1)) if n * (below + 1) <= MOST else (min(max(1, at.a), n),)


def _parameters(here: Here, layer: int, at: At, kind: str, leaf: str) -> tuple[tuple[Entry, ...], int]:
    """The gradients of a layer's weights and biases, or what they become, and how many there are."""
    entries = []
    n, below = here.update.before.W[layer - 1].shape
    for j in _rows(here, layer, at):
        numeric = numeric_row(here, layer, j)
        for i in (*range(1, below + 1), 0):
            family, slope = ("W" if i else "b"), float(numeric[i - 1])
            if kind == "new":
                frozen = not i and here.update.frozen_biases
                before = value(here.update, Quantity(family, layer, j, i))
                slope = (
                    before if frozen else before - here.update.learning_rate * _penalised(here, family, before, slope)
                )
            own = leaf or (f"w.{j}.{i}" if i else f"b.{j}")
            entries.append(here.entry(At(j, i), Quantity(f"{kind}_{family}", layer, j, i), slope, own))
    return tuple(entries), n * (below + 1)


def _penalised(here: Here, family: str, weight: float, slope: float) -> float:
    """The slope of what descends: that of the loss and, for weights, of the penalties."""
    if family == "b":
        return slope
    return float(penalised(np.array([slope]), np.array([weight]), here.update.l1, here.update.l2)[0])


def _gradients(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D7: a column of error terms times a row of outputs; in a batch the mean of these over the samples."""
    entries, count = _parameters(here, layer, at, "grad", f"W.{layer}" if stop.formula == "D11" else "")
    shown = chosen(entries, at).at  # another than asked for where there is none such
    graph = by_weights(here.network, here.update, here.sample, layer, shown.a)
    return Lesson(stop, graph, (), (), entries, count, formula=gradients(layer).equations[0])


def _delta(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D8 for the last layer, D9 for one below it."""
    numeric = numeric_delta(here, layer)
    leaf = f"u.{layer}" if stop.formula == "D11" else ""
    entries = tuple(
        here.entry(At(j), Quantity("delta", layer, j), float(slope), leaf or f"u.{j}")
        for j, slope in enumerate(numeric, start=1)
    )
    last = layer == here.network.layers
    graph = (
        from_net_inputs(here.network, here.update, here.sample)
        if last
        else between(here.network, here.update, here.sample, layer)
    )
    return Lesson(stop, graph, (), (), entries, len(entries), formula=delta(here.network, layer))


def _recursion(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D10: the error terms of every layer, from the last to the first."""
    entries: list[Entry] = []
    blocks: list[Block] = []
    for l in range(here.network.layers, 0, -1):
        delta, numeric = here.row(here.update.trace.delta, l - 1), numeric_delta(here, l)
        sign = "→" if blocks else ""
        blocks.append(Block(Symbol("delta", l), _column(delta), sign, "b", only=l, tone="backward"))
        entries += [
            here.entry(At(l, j), Quantity("delta", l, j), float(numeric[j - 1]), f"u.{l}")
            for j in range(1, len(delta) + 1)
        ]
    return Lesson(stop, whole(here.network), (), tuple(blocks), tuple(entries), len(entries))


def _update(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """F8 as the last line of D11: what the weights of a layer become."""
    W = Symbol("W", layer)
    entries, count = _parameters(here, layer, at, "new", f"W.{layer}")
    middle = Block(
        Derivative(W),
        here.update.trace.grad_W[layer - 1],
        f"− {given(here.update.learning_rate)} ·",
        "a",
        "b",
        tone="backward",
    )
    if here.update.l1 or here.update.l2:
        middle = Block(Symbol("delta_W", layer), here.update.delta_W[layer - 1], "+", "a", "b", tone="backward")
    blocks = (
        Block(W, here.update.before.W[layer - 1], "", "a", "b"),
        middle,
        Block(Symbol("new_W", layer), here.update.after.W[layer - 1], "=", "a", "b", tone="backward"),
    )
    return Lesson(stop, whole(here.network), (), blocks, entries, count)


def _reuse(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D12: f(u) and f'(u) of every layer, which the forward pass had computed."""
    entries: list[Entry] = []
    blocks: list[Block] = []
    for l in range(1, here.network.layers + 1):
        u = Symbol("u", l)
        numeric = _numeric_slopes(here, l)
        names: tuple[Expression, Expression] = (Function("f", u), Function("f'", u))
        if here.network.layers > FEW_LAYERS:
            names = (Symbol("x", l), Symbol("f_prime", l))
        for name, values in zip(names, (here.update.trace.x[l], here.update.trace.f_prime[l - 1]), strict=True):
            blocks.append(Block(name, _column(values[here.sample - 1]), "", "b", only=l))
        entries += [
            here.entry(At(l, j), Quantity("f_prime", l, j), float(slope), f"u.{l}")
            for j, slope in enumerate(numeric, start=1)
        ]
    return Lesson(stop, whole(here.network), (), tuple(blocks), tuple(entries), len(entries))


def _numeric_slopes(here: Here, layer: int) -> Floats:
    """f'(u) of a layer's neurons by central differences of f itself."""
    name, u = here.network.activations[layer - 1], here.row(here.update.trace.u, layer - 1)
    coupled = here.network.activation(layer).coupled
    found = []
    for j in range(len(u)):

        def output(own: Floats, j: int = j) -> float:
            if not coupled:
                return activations.f(name, float(own[0]))
            return Softmax(j, slope=False)(*u[:j].tolist(), float(own[0]), *u[j + 1 :].tolist())

        found.append(float(_quietly(output, u[j : j + 1])[0]))
    return np.array(found)
