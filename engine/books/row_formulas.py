"""The formulas R1-R5 alive: one layer in row vectors, by index, with nabla, as vectors, as a program, as stored."""

from dataclasses import replace
from typing import Final

import numpy as np

from engine.books.book import COLUMN
from engine.books.living import About, Living, Worked, column, numbers
from engine.explain import Equation
from engine.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    evaluate,
)

FORMULAS: Final = ("R1", "R2", "R3", "R4", "R5")
_X: Final = Symbol("input", j="i")
_W: Final = Symbol("W", j="j", i="i")
_Z, _B, _Y = (Symbol(kind, j="j") for kind in ("u", "b", "out"))


def living(about: About, formula: str) -> Living:
    """One of R1, R2, R3, R5, for the layer and the neurons that ``about`` names; R4 is ``program``."""
    return {"R1": _by_index, "R2": _by_index, "R3": _as_vectors, "R5": _as_stored}[formula](about, formula)


def _nabla(formula: str, kind: str, j: int | str = "", i: int | str = "") -> Expression:
    """The derivative of e by a quantity: R2 writes nabla, R1 a fraction, and delta for that by z."""
    if formula == "R2":
        return Symbol(f"nabla_{kind}", j=j, i=i)
    return Symbol("delta", j=j) if kind == "u" else Derivative(Symbol(kind, j=j, i=i))


def _by_index(about: About, formula: str) -> Living:
    """R1, and R2 which has nabla for every derivative of e."""

    def d(kind: str, j: int | str = "", i: int | str = "") -> Expression:
        return _nabla(formula, kind, j, i)

    l, j, i, n_in, n = about.layer, about.j, about.i, *about.network.sizes[about.layer - 1 : about.layer + 1]
    gap = Difference(_Y, Symbol("y", j="j"))
    slope = Function("f'", _Z)
    error: Expression = Product((gap, slope))
    if about.output and about.cross:
        error = gap
    elif not about.output:
        error = Product((d("out", "j"), slope))
    general = (
        Equation(formula, _Z, Sum((SumOver("i", "", Product((_X, _W))), _B))),
        Equation(formula, _Y, Function("f", _Z)),
        Equation(formula, d("u", "j"), error),
        Equation(formula, d("W", "j", "i"), Product((_X, d("u", "j")))),
        Equation(formula, d("b", "j"), d("u", "j")),
        Equation(formula, d("input", "i"), SumOver("j", "", Product((d("u", "j"), _W)))),
    )
    x, z, b, delta = about.ref("x", l - 1, i), about.ref("u", l, j), about.ref("b", l, j), about.ref("delta", l, j)
    products = tuple(Product((about.ref("x", l - 1, k), about.ref("W", l, j, k))) for k in range(1, n_in + 1))
    y = about.ref("x", l, j)
    back = Sum(tuple(Product((about.ref("delta", l, k), about.ref("W", l, k, i))) for k in range(1, n + 1)))
    gradient = Product((x, delta))
    worked = (
        Worked(Symbol("u", j=j), Sum((Sum(products), b)), z),
        Worked(Symbol("out", j=j), Function("f", z), y),
        Worked(d("u", j), _error(about), delta),
        Worked(d("W", j, i), gradient, Number(evaluate(gradient), worked=True)),
        Worked(d("b", j), delta, delta),
        Worked(d("input", i), back, Number(evaluate(back), worked=True)),
    )
    return Living(formula, general, worked, _notes(about))


def _error(about: About) -> Expression:
    """The error term of the neuron with its numbers; in a hidden layer the sum comes from the layer above."""
    l, j = about.layer, about.j
    steep = about.ref("f_prime", l, j)
    if about.output:
        gap = Difference(about.ref("x", l, j), about.ref("y", l, j))
        return gap if about.cross else Product((gap, steep))
    above = range(1, about.network.sizes[l + 1] + 1)
    terms = tuple(Product((about.ref("delta", l + 1, k), about.ref("W", l + 1, k, j))) for k in above)
    return Product((Sum(terms), steep))


def _notes(about: About) -> tuple[str, ...]:
    notes = ["row_order"]
    if about.output and about.cross:
        notes.append("row_cross_entropy")
    if about.update.trace.samples > 1:
        notes.append("row_sample")
    return tuple(notes)


def _as_vectors(about: About, formula: str) -> Living:
    """R3: every line of R1 at once."""
    x, z, b, y, W = (Symbol(kind) for kind in ("input", "u", "b", "out", "W"))
    d_x, d_z, d_b, d_y, d_W = (Symbol(f"nabla_{s.kind}") for s in (x, z, b, y, W))
    slope = Function("f'", z)
    general = (
        Equation(formula, z, Sum((Product((x, W), matrix=True), b))),
        Equation(formula, d_z, d_y if about.output and about.cross else Hadamard(d_y, slope)),
        Equation(formula, d_W, Product((Transpose(x), d_z), matrix=True)),
        Equation(formula, d_b, d_z),
        Equation(formula, d_x, Product((d_z, Transpose(W)), matrix=True)),
    )
    lines = [line for line in layer_lines(about) if line.left not in (y, d_y)]
    return Living(formula, general, tuple(replace(line, hands=False) for line in lines), _notes(about))


def layer_lines(about: About) -> tuple[Worked, ...]:
    """One layer as assignments: z, y, then nabla y (from the targets, or from the layer above), z, W, b and x."""
    l = about.layer
    s, trace, W = about.sample - 1, about.update.trace, about.update.before.W
    x, z, b, y = (about.vector(kind, at) for kind, at in (("x", l - 1), ("u", l), ("b", l), ("x", l)))
    delta, steep, turned = about.vector("delta", l), about.vector("f_prime", l), about.turned(l)
    if about.output:
        back: Expression = Difference(y, about.vector("y", l))
        d_y = numbers((trace.x[l] - trace.y)[s : s + 1])
    else:
        back = Product((about.vector("delta", l + 1), Transpose(about.turned(l + 1))), matrix=True)
        d_y = numbers(_times(trace.delta[l][s], W[l])[None])
    d_W = numbers(np.outer(trace.x[l - 1][s], trace.delta[l - 1][s]))
    if trace.samples == 1:
        js, is_ = (range(1, n + 1) for n in (about.network.sizes[l], about.network.sizes[l - 1]))
        d_W = Array(tuple(tuple(about.ref("grad_W", l, j, i) for j in js) for i in is_))
    cancels = about.output and about.cross
    return (
        Worked(Symbol("u"), Sum((Product((x, turned), matrix=True), b)), z, hands=True),
        Worked(Symbol("out"), Function("f", z), y, hands=True),
        Worked(Symbol("nabla_out"), back, d_y, hands=True),
        Worked(Symbol("nabla_u"), d_y if cancels else Hadamard(d_y, steep), delta, hands=True),
        Worked(Symbol("nabla_W"), Product((column(x), delta), matrix=True), d_W, hands=True),
        Worked(Symbol("nabla_b"), delta, delta, hands=True),
        Worked(
            Symbol("nabla_input"), Product((delta, Transpose(turned)), matrix=True),
            numbers(_times(trace.delta[l - 1][s], W[l - 1])[None]), hands=True,
        ),
    )  # fmt: skip


def _times(delta: np.ndarray, W: np.ndarray) -> np.ndarray:
    """delta W for one sample, its sums from left to right as the kernel adds them."""
    total = np.zeros(W.shape[1])
    with np.errstate(all="ignore"):
        for one, row in zip(delta, W, strict=True):
            total = total + one * row
    return total


def program(about: About) -> tuple[tuple[int, Equation, Worked], ...]:
    """R4 for the whole network: the assignments in the order in which they are made, each with its layer.

    Forward: ``xW + b -> z``, ``f(z) -> y``, ``y -> x`` to the next layer. Backward: ``y - y* -> nabla y`` at the last
    layer, ``nabla y . f'(z) -> nabla z``, then the gradients and ``nabla x``, which is the nabla y of the layer before.
    """
    layers = range(1, about.network.layers + 1)
    lines = {l: layer_lines(replace(about, layer=l)) for l in layers}
    found = []
    for l in layers:
        z, y = lines[l][:2]
        found += [(l, _forward("u"), z), (l, _forward("out"), y)]
        if l < about.network.layers:
            found.append((l, Equation("R4", Symbol("input"), Symbol("out")), Worked(Symbol("input"), y.value, y.value)))
    for l in reversed(layers):
        d_y, d_z, d_W, d_b, d_x = lines[l][2:]
        last = l == about.network.layers
        if last:
            found.append((l, Equation("R4", d_y.left, Difference(Symbol("out"), Symbol("y"))), d_y))
        cancels = last and about.cross
        nabla_z: Expression = Symbol("nabla_out")
        if not cancels:
            nabla_z = Hadamard(nabla_z, Function("f'", Symbol("u")))
        found += [
            (l, Equation("R4", d_z.left, nabla_z), d_z),
            (l, Equation("R4", d_W.left, Product((Transpose(Symbol("input")), Symbol("nabla_u")), matrix=True)), d_W),
            (l, Equation("R4", d_b.left, Symbol("nabla_u")), d_b),
        ]
        if l > 1:
            back = Product((Symbol("nabla_u"), Transpose(Symbol("W"))), matrix=True)
            found.append((l, Equation("R4", d_x.left, back), d_x))
            found.append(
                (l - 1, Equation("R4", Symbol("nabla_out"), Symbol("nabla_input")),
                 Worked(Symbol("nabla_out"), d_x.value, d_x.value))
            )  # fmt: skip
    return tuple(found)


def _forward(kind: str) -> Equation:
    if kind == "u":
        return Equation("R4", Symbol("u"), Sum((Product((Symbol("input"), Symbol("W")), matrix=True), Symbol("b"))))
    return Equation("R4", Symbol("out"), Function("f", Symbol("u")))


def _as_stored(about: About, formula: str) -> Living:
    """R5: as libraries store it: a sample is a row, and every matrix has a row for each neuron it comes from."""
    l, s = about.layer, {kind: Symbol(kind, "l") for kind in ("u", "b", "W", "delta")}
    below, above = Symbol("x", "l-1"), (Transpose(Symbol("W", "l+1")), Symbol("delta", "l+1"))
    slope = Function("f'", s["u"])
    back = Product((above[1], above[0]), matrix=True)
    general = (
        Equation(formula, s["u"], Sum((Product((below, s["W"]), matrix=True), s["b"]))),
        Equation(formula, s["delta"], Hadamard(back, slope)),
        Equation(formula, Derivative(s["W"]), Product((Transpose(below), s["delta"]), matrix=True)),
    )
    z, _, d_y, d_z, d_W = layer_lines(about)[:5]
    error = d_y.right
    if not (about.output and about.cross):
        error = Hadamard(error, about.vector("f_prime", l))
    worked = (
        Worked(Symbol("u", l), z.right, z.value),
        Worked(Symbol("delta", l), error, d_z.value),
        Worked(Derivative(Symbol("W", l)), d_W.right, d_W.value),
    )
    notes = ["row_stored", *(["row_last"] if about.output else []), *_notes(about)[1:]]
    return Living(formula, general, worked, tuple(notes))


NOTATION_OF: Final = {"R5": COLUMN}  # written in the lecture's letters; the others in the notebook's
