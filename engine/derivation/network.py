"""D7-D12 on an update of a network: the five problems put together, with the doubles of its own trace."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine import activations
from engine.arrays import Floats, sealed
from engine.backprop import backprop
from engine.derivation.flow import between, by_weights, from_net_inputs, whole
from engine.derivation.network_steps import network_lines
from engine.derivation.walk import At, Block, Entry, Lesson, Stop, central, part
from engine.exactly import Softmax
from engine.explain import explain
from engine.expression import Derivative, Expression, Function, Product, Symbol, Transpose
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

    @property
    def samples(self) -> int:
        """How many samples the batch has."""
        return self.update.trace.samples

    def row(self, arrays: tuple[Floats, ...], index: int) -> Floats:
        """The row of the sample in one of the trace's arrays."""
        row: Floats = arrays[index][self.sample - 1]
        return row

    def entry(self, at: At, kind: str, layer: int, j: int, i: int, numeric: float, leaf: str) -> Entry:
        """A number of the update beside its numeric derivative, with its explanation."""
        own = self.sample if kind in ("delta", "f_prime") else 0
        quantity = Quantity(kind, layer, j, i, own)
        found = explain(self.network, self.update, quantity)
        assert found.general is not None
        assert found.worked is not None
        return Entry(at, found.general.left, found.worked, found.value, numeric, leaf, quantity)


def network_lesson(stop: Stop, here: Here, at: At) -> Lesson:
    """D7-D12; ``at`` says of which row the numbers are where a matrix has too many, and what the graph is about.

    Entries are ``(j, i)`` of a weight and ``(j, 0)`` of a bias, ``(j, 1)`` of an error term; in D10 and D12, which are
    about all layers, ``(layer, j)``.
    """
    kind, layer = part(stop, here.network.layers)
    maker: Callable[[Stop, Here, int, At], Lesson] = {
        "gradients": _gradients, "delta": _delta, "update": _update, "recursion": _recursion, "reuse": _reuse,
    }[kind]  # fmt: skip
    lesson = maker(stop, here, layer, at)
    if stop.formula in ("D10", "D11", "D12"):
        lesson = replace(lesson, graph=whole(here.network))
    return replace(lesson, lines=network_lines(stop, here.network, here.update), layer=layer, samples=here.samples)


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
            entries.append(here.entry(At(j, i), f"{kind}_{family}", layer, j, i, slope, own))
    return tuple(entries), n * (below + 1)


def _penalised(here: Here, family: str, weight: float, slope: float) -> float:
    """The slope of what descends: that of the loss and, for weights, of the penalties."""
    if family == "b":
        return slope
    return float(penalised(np.array([slope]), np.array([weight]), here.update.l1, here.update.l2)[0])


def _gradients(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D7: a column of error terms times a row of outputs; in a batch the mean of these over the samples."""
    trace = here.update.trace
    delta, below = here.row(trace.delta, layer - 1), here.row(trace.x, layer - 1)
    row = Transpose(Symbol("x", layer - 1))
    entries, count = _parameters(here, layer, at, "grad", f"W.{layer}" if stop.formula == "D11" else "")
    blocks = [
        Block(Symbol("delta", layer), _column(delta), rows="a", tone="backward"),
        Block(row, sealed(below.reshape(1, -1).copy()), "·", columns="b"),
    ]
    if here.samples > 1:
        name = Product((Symbol("delta", layer), row), matrix=True)
        with np.errstate(all="ignore"):
            own = sealed(delta[:, None] * below[None])
        blocks.append(Block(name, own, "=", "a", "b", tone="backward"))
    sign = "→" if here.samples > 1 else "="
    blocks.append(Block(Derivative(Symbol("W", layer)), trace.grad_W[layer - 1], sign, "a", "b", tone="backward"))
    graph = by_weights(here.network, here.update, here.sample, layer, min(max(1, at.a), len(delta)))
    return Lesson(stop, graph, (), tuple(blocks), entries, count)


def _delta(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D8 for the last layer, D9 for one below it."""
    trace, last = here.update.trace, layer == here.network.layers
    delta = here.row(trace.delta, layer - 1)
    slope = _column(here.row(trace.f_prime, layer - 1))
    f_prime, name = Function("f'", Symbol("u", layer)), Symbol("delta", layer)
    numeric = numeric_delta(here, layer)
    leaf = f"u.{layer}" if stop.formula == "D11" else ""
    entries = tuple(
        here.entry(At(j), "delta", layer, j, 0, float(numeric[j - 1]), leaf or f"u.{j}")
        for j in range(1, len(delta) + 1)
    )
    result = Block(name, _column(delta), "=", "a", tone="backward")
    if last:
        crossed = here.network.loss == "cross_entropy"
        blocks = [
            Block(Symbol("x", layer), _column(here.row(trace.x, layer)), "" if crossed else "(", "a"),
            Block(Symbol("y", layer), _column(trace.y[here.sample - 1]), "−", "a", after="" if crossed else ")"),
        ]
        if not crossed:
            blocks.append(Block(f_prime, slope, "⊙", "a"))
        graph = from_net_inputs(here.network, here.update, here.sample)
    else:
        above = here.row(trace.delta, layer)
        blocks = [
            Block(Transpose(Symbol("W", layer + 1)), sealed(here.update.before.W[layer].T.copy()), "(", "a"),
            Block(Symbol("delta", layer + 1), _column(above), "·", after=")", tone="backward"),
            Block(f_prime, slope, "⊙", "a"),
        ]
        graph = between(here.network, here.update, here.sample, layer)
    return Lesson(stop, graph, (), (*blocks, result), entries, len(entries))


def _recursion(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """D10: the error terms of every layer, from the last to the first."""
    entries: list[Entry] = []
    blocks: list[Block] = []
    for l in range(here.network.layers, 0, -1):
        delta, numeric = here.row(here.update.trace.delta, l - 1), numeric_delta(here, l)
        sign = "→" if blocks else ""
        blocks.append(Block(Symbol("delta", l), _column(delta), sign, "b", only=l, tone="backward"))
        entries += [
            here.entry(At(l, j), "delta", l, j, 0, float(numeric[j - 1]), f"u.{l}") for j in range(1, len(delta) + 1)
        ]
    return Lesson(stop, whole(here.network), (), tuple(blocks), tuple(entries), len(entries))


def _update(stop: Stop, here: Here, layer: int, at: At) -> Lesson:
    """F8 as the last line of D11: what the weights of a layer become."""
    W = Symbol("W", layer)
    entries, count = _parameters(here, layer, at, "new", f"W.{layer}")
    middle = Block(
        Derivative(W), here.update.trace.grad_W[layer - 1], f"− {given(here.update.learning_rate)} ·", "a", "b",
        tone="backward",
    )  # fmt: skip
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
            here.entry(At(l, j), "f_prime", l, j, 0, float(slope), f"u.{l}") for j, slope in enumerate(numeric, start=1)
        ]
    return Lesson(stop, whole(here.network), (), tuple(blocks), tuple(entries), len(entries))


def _numeric_slopes(here: Here, layer: int) -> Floats:
    """f'(u) of a layer's neurons by central differences of f itself."""
    name, u = here.network.activations[layer - 1], here.row(here.update.trace.u, layer - 1)
    found = []
    for j in range(len(u)):

        def output(own: Floats, j: int = j) -> float:
            if name != "softmax":
                return activations.f(name, float(own[0]))
            return Softmax(j, slope=False)(*u[:j].tolist(), float(own[0]), *u[j + 1 :].tolist())

        found.append(float(_quietly(output, u[j : j + 1])[0]))
    return np.array(found)
