"""D1 and the five problems D2-D6 on small random numbers, which anybody can work out again by hand."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine.arrays import Floats, left_to_right, sealed
from engine.derivation.chain import blocks_in
from engine.derivation.graph import Arc, Graph, Node
from engine.derivation.steps import F, Given, lines, nabla, partial
from engine.derivation.walk import At, Block, Entry, Lesson, Line, Stop, central
from engine.formulas.derived import gives
from engine.formulas.expression import Expression, Function, Product, Sum, Symbol, Value
from engine.formulas.notation import COLUMN

Arrays = dict[Expression, Floats]
LARGEST: Final = 5  # rows or columns of an example
LARGEST_SEED: Final = 9999
Y, X, W, MIDDLE, BOTH = (Symbol(letters) for letters in ("y", "x", "W", "(u,v,w)", "(x,y)"))


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

    @property
    def given(self) -> Given:
        """The numbers that only the formulas have."""
        return Given(c=tuple(self.c.tolist()), A=tuple(map(tuple, self.W.tolist())))


def sigmoid(t: float) -> float:
    """1 / (1 + e^-t)."""
    return 1.0 / (1.0 + math.exp(-t))


def sizes(formula: str, n: int, m: int) -> tuple[int, int]:
    """What of the sizes a problem takes: D1 none, and g of D4 gives as many numbers as it gets."""
    return {"D1": (1, 3), "D4": (m, m)}.get(formula, (n, m))


def lesson(stop: Stop, n: int, m: int, seed: int) -> Lesson:
    """D1-D6 for y of n and x of m numbers; D5 by x at stage 0 and by W at stage 1."""
    maker: Callable[[Stop, Example], Lesson] = {
        "D1": _chain,
        "D2": _by_weights,
        "D3": _by_inputs,
        "D4": _elementwise,
        "D5": _composed,
        "D6": _any_function,
    }[stop.formula]
    return maker(stop, Example.draw(*sizes(stop.formula, n, m), seed))


def half_square(y: Floats, c: Floats) -> float:
    """f(y) = 1/2 ||y - c||^2, whose gradient is y - c (FORMULAS F7)."""
    return 0.5 * left_to_right((a - b) * (a - b) for a, b in zip(y.tolist(), c.tolist(), strict=True))


def times(A: Floats, v: Floats) -> Floats:
    """A v, its sums from left to right."""
    return np.array([left_to_right(a * b for a, b in zip(row, v.tolist(), strict=True)) for row in A.tolist()])


def _number(value: float, given: bool = False) -> Value:
    return Value(float(value), given)


def _column(values: Floats) -> Floats:
    return sealed(np.array(values, dtype=float).reshape(-1, 1))


def _entry(at: At, left: Expression, worked: Expression, numeric: float, leaf: str) -> Entry:
    return Entry(at, gives(left, worked), float(numeric), leaf)


def _nodes(letter: str, column: int, values: Floats) -> tuple[Node, ...]:
    """A node for each number of a vector or matrix."""
    return tuple(
        Node(
            ".".join((letter, *(str(i + 1) for i in index))),
            letter,
            column,
            tuple(i + 1 for i in index),
            value=float(values[index]),
        )
        for index in np.ndindex(values.shape)
    )


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
    """D1: f = u v + w^2 with u = a x + y, v = x y, w = b x + y^2, by x and by y."""
    a, b = (float(number) for number in example.W[0, :2])
    x, y = (float(number) for number in example.x[:2])

    def through(at: Floats) -> float:
        s, t = (float(number) for number in at)
        return (a * s + t) * (s * t) + (b * s + t * t) ** 2

    u, v, w = a * x + y, x * y, b * x + y * y
    outer, inner = (v, u, 2.0 * w), {"x": (a, y, b), "y": (1.0, x, 2.0 * y)}
    letters = ("u", "v", "w")
    starts = (Node("x", "x", 0, value=x), Node("y", "y", 0, value=y))
    middle = tuple(Node(name, name, 1, value=value) for name, value in zip(letters, (u, v, w), strict=True))
    end = _end(2, u * v + w * w)
    arcs = tuple(
        Arc(start, name, slope) for start, slopes in inner.items() for name, slope in zip(letters, slopes, strict=True)
    ) + tuple(Arc(name, "f", slope) for name, slope in zip(letters, outer, strict=True))
    numeric = central(through, np.array([x, y]))
    entries = tuple(
        _entry(
            At(place),
            partial(F, Symbol(start)),
            Sum(tuple(Product((_number(p), _number(q))) for p, q in zip(outer, slopes, strict=True))),
            numeric[place - 1],
            start,
        )
        for place, (start, slopes) in enumerate(inner.items(), start=1)
    )
    blocks = (
        Block(partial(F, MIDDLE), sealed(np.array([outer])), tone="backward"),
        Block(partial(MIDDLE, BOTH), sealed(np.array(list(inner.values())).T.copy()), "·", columns="a"),
        Block(
            partial(F, BOTH), sealed(np.array([[entry.value for entry in entries]])), "=", columns="a", tone="backward"
        ),
    )
    return Lesson(stop, Graph((*starts, *middle, end), arcs), lines(stop, 1, 1, Given(a, b)), blocks, entries, 2)


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
        _entry(
            At(i, j),
            partial(F, Symbol("W", "", i, j)),
            Product((_number(back[i - 1]), _number(example.x[j - 1], True))),
            numeric[i - 1, j - 1],
            f"w.{i}.{j}",
        )
        for i in range(1, n + 1)
        for j in range(1, m + 1)
    )
    arrays = {nabla(Y): _column(back), X: _column(example.x), nabla(W): _values(entries, (n, m))}
    return _lesson(stop, graph, lines(stop, n, m, example.given), entries, arrays)


def _values(entries: tuple[Entry, ...], shape: tuple[int, int]) -> Floats:
    return sealed(np.array([entry.value for entry in entries]).reshape(shape))


def _lesson(stop: Stop, graph: Graph, said: tuple[Line, ...], entries: tuple[Entry, ...], arrays: Arrays) -> Lesson:
    """A lesson whose last line is its formula."""
    made = Lesson(stop, graph, said, (), entries, len(entries), formula=said[-1].equations[-1], arrays=arrays)
    return replace(made, blocks=blocks_in(made, COLUMN))


def _by_inputs(stop: Stop, example: Example) -> Lesson:
    """D3: y = W x by x."""
    y = times(example.W, example.x)
    return _back_through(stop, example, example.W, y, lambda at: times(example.W, at), given=True)


def _any_function(stop: Stop, example: Example) -> Lesson:
    """D6: y_i = sum over j of a_ij x_j^i, by x; its Jacobian is i a_ij x_j^(i-1)."""
    n, m = example.W.shape

    def g(x: Floats) -> Floats:
        return np.array([left_to_right(example.W[i, j] * float(x[j]) ** (i + 1) for j in range(m)) for i in range(n)])

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
        _entry(
            At(j),
            partial(F, Symbol("x", "", j)),
            Sum(tuple(Product((_number(J[i, j - 1], given), _number(back[i]))) for i in range(n))),
            numeric[j - 1],
            f"x.{j}",
        )
        for j in range(1, m + 1)
    )
    by = W if given else Symbol("J")
    arrays = {by: sealed(J.copy()), nabla(Y): _column(back), nabla(X): _values(entries, (m, 1))}
    return _lesson(stop, graph, lines(stop, n, m, example.given), entries, arrays)


def _elementwise(stop: Stop, example: Example) -> Lesson:
    """D4: y = g(x) by x, with g the sigmoid."""
    m = len(example.x)
    y = np.array([sigmoid(float(x)) for x in example.x])
    back, slopes = y - example.c, y * (1.0 - y)
    numeric = central(lambda at: half_square(np.array([sigmoid(float(x)) for x in at]), example.c), example.x)
    graph = Graph(
        (*_nodes("x", 0, example.x), *_nodes("y", 1, y), _end(2, half_square(y, example.c))),
        (*(Arc(f"x.{j}", f"y.{j}", float(slope)) for j, slope in enumerate(slopes, start=1)), *_into_f("y", back)),
    )
    entries = tuple(
        _entry(
            At(j),
            partial(F, Symbol("x", "", j)),
            Product((_number(back[j - 1]), _number(slopes[j - 1]))),
            numeric[j - 1],
            f"x.{j}",
        )
        for j in range(1, m + 1)
    )
    arrays = {nabla(Y): _column(back), Function("g'", X): _column(slopes), nabla(X): _values(entries, (m, 1))}
    return _lesson(stop, graph, lines(stop, m, m, example.given), entries, arrays)


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
    arrays = {
        W: example.W,
        X: _column(example.x),
        nabla(Y): _column(back),
        Function("g'", Symbol("u")): _column(slopes),
    }
    if stop.stage == 0:
        numeric = central(lambda at: f(at, example.W), example.x)
        entries = tuple(
            _entry(
                At(j),
                partial(F, Symbol("x", "", j)),
                Sum(tuple(Product((_number(example.W[i, j - 1], True), both[i])) for i in range(n))),
                numeric[j - 1],
                f"x.{j}",
            )
            for j in range(1, m + 1)
        )
        graph = Graph((*_nodes("x", 0, example.x), *middle), (*_full("x", "u", example.W), *onward))
        arrays[nabla(X)] = _values(entries, (m, 1))
        return _lesson(stop, graph, lines(stop, n, m, example.given), entries, arrays)
    numeric = central(lambda at: f(example.x, at), example.W)
    entries = tuple(
        _entry(
            At(i, j),
            partial(F, Symbol("W", "", i, j)),
            Product((both[i - 1], _number(example.x[j - 1], True))),
            numeric[i - 1, j - 1],
            f"w.{i}.{j}",
        )
        for i in range(1, n + 1)
        for j in range(1, m + 1)
    )
    graph = Graph((*_nodes("w", 0, example.W), *middle), (*_of_weights("u", example.x, n), *onward))
    arrays[nabla(W)] = _values(entries, (n, m))
    return _lesson(stop, graph, lines(stop, n, m, example.given), entries, arrays)
