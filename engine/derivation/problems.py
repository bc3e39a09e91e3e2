"""D1 and the five problems D2-D6 on small random numbers, which anybody can work out again by hand."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.derivation.graph import Arc, Graph, Node
from engine.derivation.steps import F, lines, nabla, partial
from engine.derivation.walk import At, Block, Entry, Lesson, Stop, central
from engine.expression import Expression, Function, Product, Sum, Symbol, Transpose, Value, evaluate

LARGEST: Final = 5  # rows or columns of an example
LARGEST_SEED: Final = 9999
Y, X, W, MIDDLE = Symbol("y"), Symbol("x"), Symbol("W"), Symbol("(u,v,w)")


@dataclass(frozen=True, eq=False)
class Example:
    """The numbers of an example: W (or the a_ij of D6) of shape (n, m), x of shape (m,), c of shape (n,)."""

    W: Floats
    x: Floats
    c: Floats

    @staticmethod
    def draw(n: int, m: int, seed: int) -> "Example":
        """Numbers of one decimal from -1 to 1, none of them 0; the same for the same sizes and seed."""
        generator = np.random.default_rng([n, m, seed])

        def some(*shape: int) -> Floats:
            sizes = generator.integers(1, 11, shape) / 10.0
            return sealed(np.where(generator.random(shape) < 0.5, -sizes, sizes))

        return Example(some(n, m), some(m), some(n))


def sigmoid(t: float) -> float:
    """1 / (1 + e^-t)."""
    return 1.0 / (1.0 + math.exp(-t))


def sizes(formula: str, n: int, m: int) -> tuple[int, int]:
    """What of the sizes a problem takes: D1 none, and g of D4 gives as many numbers as it gets."""
    return {"D1": (1, 3), "D4": (m, m)}.get(formula, (n, m))


def lesson(stop: Stop, n: int, m: int, seed: int) -> Lesson:
    """D1-D6 for y of n and x of m numbers; D5 by x at stage 0 and by W at stage 1."""
    maker: Callable[[Stop, Example], Lesson] = {
        "D1": _chain, "D2": _by_weights, "D3": _by_inputs, "D4": _elementwise, "D5": _composed, "D6": _any_function,
    }[stop.formula]  # fmt: skip
    return maker(stop, Example.draw(*sizes(stop.formula, n, m), seed))


def half_square(y: Floats, c: Floats) -> float:
    """f(y) = 1/2 ||y - c||^2, whose gradient is y - c (FORMULAS F7)."""
    return 0.5 * float(sum((a - b) * (a - b) for a, b in zip(y.tolist(), c.tolist(), strict=True)))


def times(A: Floats, v: Floats) -> Floats:
    """A v, its sums from left to right."""
    return np.array([_total([a * b for a, b in zip(row, v.tolist(), strict=True)]) for row in A.tolist()])


def _total(terms: list[float]) -> float:
    total = terms[0]
    for term in terms[1:]:
        total += term
    return total


def _number(value: float, given: bool = False) -> Value:
    return Value(float(value), given)


def _column(values: Floats) -> Floats:
    return sealed(np.array(values, dtype=float).reshape(-1, 1))


def _entry(at: At, left: Expression, worked: Expression, numeric: float, leaf: str) -> Entry:
    return Entry(at, left, worked, evaluate(worked), float(numeric), leaf)


def _nodes(letter: str, column: int, values: Floats) -> tuple[Node, ...]:
    """A node for each number of a vector or matrix."""
    return tuple(
        Node(".".join((letter, *(str(i + 1) for i in index))), letter, column, tuple(i + 1 for i in index),
             value=float(values[index]))
        for index in np.ndindex(values.shape)
    )  # fmt: skip


def _end(column: int, value: float) -> Node:
    return Node("f", "f", column, value=value)


def _into_f(letter: str, slopes: Floats) -> tuple[Arc, ...]:
    return tuple(Arc(f"{letter}.{i}", "f", float(slope)) for i, slope in enumerate(slopes, start=1))


def _full(tail: str, head: str, slopes: Floats) -> tuple[Arc, ...]:
    """Every tail j into every head i, with slope [i, j]."""
    n, m = slopes.shape
    return tuple(
        Arc(f"{tail}.{j}", f"{head}.{i}", float(slopes[i - 1, j - 1])) for j in range(1, m + 1) for i in range(1, n + 1)
    )


def _of_weights(head: str, x: Floats, n: int) -> tuple[Arc, ...]:
    """Every w_ij into its own head i, with slope x_j."""
    return tuple(
        Arc(f"w.{i}.{j}", f"{head}.{i}", float(slope)) for i in range(1, n + 1) for j, slope in enumerate(x, start=1)
    )


def _chain(stop: Stop, example: Example) -> Lesson:
    """D1: f = u v + w^2 with u = a x, v = x^2, w = b x + 1."""
    a, b, x = (float(number) for number in (*example.W[0, :2], example.x[0]))

    def through(at: Floats) -> float:
        t = float(at[0])
        return (a * t) * (t * t) + (b * t + 1.0) ** 2

    u, v, w = a * x, x * x, b * x + 1.0
    outer, inner = (v, u, 2.0 * w), (a, 2.0 * x, b)
    letters = ("u", "v", "w")
    middle = tuple(Node(name, name, 1, value=value) for name, value in zip(letters, (u, v, w), strict=True))
    start, end = Node("x", "x", 0, value=x), _end(2, u * v + w * w)
    arcs = tuple(
        arc
        for name, by_x, of_f in zip(letters, inner, outer, strict=True)
        for arc in (Arc("x", name, by_x), Arc(name, "f", of_f))
    )
    worked = Sum(tuple(Product((_number(p), _number(q))) for p, q in zip(outer, inner, strict=True)))
    numeric = central(through, np.array([x]))
    blocks = (
        Block(partial(F, MIDDLE), sealed(np.array([outer])), tone="backward"),
        Block(partial(MIDDLE, X), _column(np.array(inner)), "·"),
        Block(partial(F, X), sealed(np.array([[evaluate(worked)]])), "=", "a", "b", tone="backward"),
    )
    entry = _entry(At(1), partial(F, X), worked, numeric[0], "x")
    given = {"a": a, "b": b, "x": x}
    return Lesson(stop, Graph((start, *middle, end), arcs), lines("D1", 0, 1, 1, given), blocks, (entry,), 1)


def _by_weights(stop: Stop, example: Example) -> Lesson:
    """D2: y = W x by W."""
    y = times(example.W, example.x)
    back, (n, m) = y - example.c, example.W.shape
    numeric = central(lambda at: half_square(times(at, example.x), example.c), example.W)
    graph = Graph(
        (*_nodes("w", 0, example.W), *_nodes("y", 1, y), _end(2, half_square(y, example.c))),
        (*_of_weights("y", example.x, n), *_into_f("y", back)),
    )
    entries = tuple(
        _entry(At(i, j), partial(F, Symbol("W", "", i, j)),
               Product((_number(back[i - 1]), _number(example.x[j - 1], True))),
               numeric[i - 1, j - 1], f"w.{i}.{j}")
        for i in range(1, n + 1) for j in range(1, m + 1)
    )  # fmt: skip
    blocks = (
        Block(nabla(Y), _column(back), rows="a", tone="backward"),
        Block(Transpose(X), sealed(example.x.reshape(1, -1).copy()), "·", columns="b"),
        _result(nabla(W), entries, (n, m)),
    )
    return Lesson(stop, graph, lines("D2", 0, n, m), blocks, entries, len(entries))


def _result(name: Expression, entries: tuple[Entry, ...], shape: tuple[int, int]) -> Block:
    values = np.array([entry.value for entry in entries]).reshape(shape)
    return Block(name, sealed(values), "=", "a", "b" if shape[1] > 1 else "", tone="backward")


def _by_inputs(stop: Stop, example: Example) -> Lesson:
    """D3: y = W x by x."""
    y = times(example.W, example.x)
    return _back_through(stop, example, example.W, y, lambda at: times(example.W, at), given=True)


def _any_function(stop: Stop, example: Example) -> Lesson:
    """D6: y_i = sum over j of a_ij x_j^i, by x; its Jacobian is i a_ij x_j^(i-1)."""
    n, m = example.W.shape

    def g(x: Floats) -> Floats:
        return np.array(
            [_total([example.W[i, j] * float(x[j]) ** (i + 1) for j in range(m)]) for i in range(n)]
        )  # fmt: skip

    J = np.array([[(i + 1) * example.W[i, j] * float(example.x[j]) ** i for j in range(m)] for i in range(n)])
    return _back_through(stop, example, J, g(example.x), g, given=False)


def _back_through(
    stop: Stop, example: Example, J: Floats, y: Floats, function: Callable[[Floats], Floats], given: bool
) -> Lesson:
    """What D3 and D6 share: x reaches every y, with the slopes J of shape (n, m)."""
    back, (n, m) = y - example.c, J.shape
    numeric = central(lambda at: half_square(function(at), example.c), example.x)
    graph = Graph(
        (*_nodes("x", 0, example.x), *_nodes("y", 1, y), _end(2, half_square(y, example.c))),
        (*_full("x", "y", J), *_into_f("y", back)),
    )
    entries = tuple(
        _entry(At(j), partial(F, Symbol("x", "", j)),
               Sum(tuple(Product((_number(J[i, j - 1], given), _number(back[i]))) for i in range(n))),
               numeric[j - 1], f"x.{j}")
        for j in range(1, m + 1)
    )  # fmt: skip
    blocks = (
        Block(Transpose(W if given else Symbol("J")), sealed(J.T.copy()), rows="a"),
        Block(nabla(Y), _column(back), "·", tone="backward"),
        _result(nabla(X), entries, (m, 1)),
    )
    return Lesson(stop, graph, lines(stop.formula, 0, n, m), blocks, entries, m)


def _elementwise(stop: Stop, example: Example) -> Lesson:
    """D4: y = g(x) by x, with g the sigmoid."""
    m = len(example.x)
    y = np.array([sigmoid(float(x)) for x in example.x])
    back, slopes = y - example.c, y * (1.0 - y)
    numeric = central(
        lambda at: half_square(np.array([sigmoid(float(x)) for x in at]), example.c), example.x
    )  # fmt: skip
    graph = Graph(
        (*_nodes("x", 0, example.x), *_nodes("y", 1, y), _end(2, half_square(y, example.c))),
        (*(Arc(f"x.{j}", f"y.{j}", float(slope)) for j, slope in enumerate(slopes, start=1)), *_into_f("y", back)),
    )
    entries = tuple(
        _entry(At(j), partial(F, Symbol("x", "", j)), Product((_number(back[j - 1]), _number(slopes[j - 1]))),
               numeric[j - 1], f"x.{j}")
        for j in range(1, m + 1)
    )  # fmt: skip
    blocks = (
        Block(nabla(Y), _column(back), rows="a", tone="backward"),
        Block(Function("g'", X), _column(slopes), "⊙", "a"),
        _result(nabla(X), entries, (m, 1)),
    )
    return Lesson(stop, graph, lines("D4", 0, m, m), blocks, entries, m)


def _composed(stop: Stop, example: Example) -> Lesson:
    """D5: u = W x, y = g(u), by x or by W."""
    n, m = example.W.shape
    u = times(example.W, example.x)
    y = np.array([sigmoid(float(t)) for t in u])
    back, slopes = y - example.c, y * (1.0 - y)

    def f(x: Floats, weights: Floats) -> float:
        return half_square(np.array([sigmoid(float(t)) for t in times(weights, x)]), example.c)

    middle = (*_nodes("u", 1, u), *_nodes("y", 2, y), _end(3, half_square(y, example.c)))
    onward = (*(Arc(f"u.{i}", f"y.{i}", float(s)) for i, s in enumerate(slopes, start=1)), *_into_f("y", back))
    both = [Product((_number(back[i]), _number(slopes[i]))) for i in range(n)]
    pair = (
        Block(nabla(Y), _column(back), tone="backward", rows="a" if stop.stage else ""),
        Block(Function("g'", Symbol("u")), _column(slopes), "⊙", rows="a" if stop.stage else ""),
    )
    if stop.stage == 0:
        numeric = central(lambda at: f(at, example.W), example.x)
        entries = tuple(
            _entry(At(j), partial(F, Symbol("x", "", j)),
                   Sum(tuple(Product((_number(example.W[i, j - 1], True), both[i])) for i in range(n))),
                   numeric[j - 1], f"x.{j}")
            for j in range(1, m + 1)
        )  # fmt: skip
        graph = Graph((*_nodes("x", 0, example.x), *middle), (*_full("x", "u", example.W), *onward))
        first = Block(Transpose(W), sealed(example.W.T.copy()), rows="a")
        blocks = (first, _signed(pair[0], "· ("), _signed(pair[1], "⊙", ")"), _result(nabla(X), entries, (m, 1)))
        return Lesson(stop, graph, lines("D5", 0, n, m), blocks, entries, m)
    numeric = central(lambda at: f(example.x, at), example.W)
    entries = tuple(
        _entry(At(i, j), partial(F, Symbol("W", "", i, j)),
               Product((both[i - 1], _number(example.x[j - 1], True))), numeric[i - 1, j - 1], f"w.{i}.{j}")
        for i in range(1, n + 1) for j in range(1, m + 1)
    )  # fmt: skip
    graph = Graph((*_nodes("w", 0, example.W), *middle), (*_of_weights("u", example.x, n), *onward))
    last = Block(Transpose(X), sealed(example.x.reshape(1, -1).copy()), "·", columns="b")
    blocks = (_signed(pair[0], "("), _signed(pair[1], "⊙", ")"), last, _result(nabla(W), entries, (n, m)))
    return Lesson(stop, graph, lines("D5", 1, n, m), blocks, entries, len(entries))


def _signed(block: Block, sign: str, after: str = "") -> Block:
    return Block(block.name, block.values, sign, block.rows, block.columns, after=after, tone=block.tone)
