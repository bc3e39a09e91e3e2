"""The formulas R1-R5 alive: one layer in row vectors, by index, with nabla, as vectors, as a program, as stored."""

from dataclasses import replace
from typing import Final

from engine.formulas.derived import Derived, Equation
from engine.formulas.explain import explained
from engine.formulas.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Number,
    Product,
    Square,
    SquaredNorm,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    evaluate,
    rebuilt,
)
from engine.formulas.fill import Bound, Place, bound, filled, in_rows
from engine.formulas.lecture import HALF, cross_entropy
from engine.formulas.notation import COLUMN, ROW, Notation

FORMULAS: Final = ("R1", "R2", "R3", "R4", "R5")
# R5 is written in the lecture's letters, the others in the notebook's, which has a sign for the product of matrices.
NOTATION_OF: Final[dict[str, Notation]] = {
    "R3": replace(ROW, times=r" \mathbin{@} "),
    "R4": replace(ROW, times=r" \mathbin{@} "),
    "R5": COLUMN,
}
_LOSS: Final = Symbol("loss")
_X, _W, _Z, _B, _Y = (Symbol(kind) for kind in ("input", "W", "u", "b", "out"))
_D_X, _D_W, _D_Z, _D_B, _D_Y = (Symbol(f"nabla_{one.kind}") for one in (_X, _W, _Z, _B, _Y))
_GAP: Final = Difference(_Y, Symbol("y"))
_SLOPE: Final = Function("f'", _Z)


def living(place: Place, formula: str) -> tuple[Derived, ...]:
    """One of R1, R2, R3, R5, for the layer and the neurons of the place; R4 is ``program``."""
    lines = {"R1": _by_index, "R2": _by_index, "R3": _as_vectors, "R5": _as_stored}[formula](place, formula)
    notes = ["row_stored", *(["row_last"] if place.last else [])] if formula == "R5" else ["row_order"]
    if place.last and not place.squared:
        notes.append("row_cross_entropy")
    if not place.single:
        notes.append("row_sample")
    return (replace(lines[0], notes=tuple(notes)), *lines[1:])


def _loss(place: Place, formula: str, whole: bool = False) -> Derived:
    """e of the sample, in vectors or by index."""
    y, target = (Symbol(kind, j="j") for kind in ("out", "y"))
    right: Expression = Product((HALF, SquaredNorm(_GAP) if whole else SumOver("j", "", Square(Difference(y, target)))))
    if not place.squared:
        right = Negative(SumOver("j", "", cross_entropy(place.network, y, target)))
    found = explained(place.on("loss"))
    return replace(found, left=_LOSS, general=Equation(formula, _LOSS, right), layer=(), notes=())


def _by_index(place: Place, formula: str) -> tuple[Derived, ...]:
    """R1, and R2 which has nabla for every derivative of e."""
    q, sizes = place.quantity, place.network.sizes
    at = {"j": q.j, "i": q.i, "last i": sizes[q.layer - 1], "last j": sizes[q.layer]}

    def d(kind: str, j: str = "", i: str = "") -> Expression:
        if formula == "R2":
            return Symbol(f"nabla_{kind}", j=j, i=i)
        return Symbol("delta", j=j) if kind == "u" else Derivative(Symbol(kind, j=j, i=i))

    def line(left: Expression, right: Expression, numbers: Expression, result: Expression | None = None) -> Derived:
        found = result or Number(evaluate(numbers), worked=True)
        return Derived(bound(left, at), (numbers,), found, Equation(formula, left, right))

    x, w, z, b, y = Symbol("input", j="i"), Symbol("W", j="j", i="i"), *(Symbol(k, j="j") for k in ("u", "b", "out"))
    gap, slope, error = Difference(y, Symbol("y", j="j")), Function("f'", z), d("u", "j")
    net, out, delta = (filled(Symbol(kind, j="j"), place, at) for kind in ("u", "out", "delta"))
    worked = {kind: explained(place.on(kind, q.layer, q.j)).worked or net for kind in ("u", "delta")}
    lines = [
        line(z, Sum((SumOver("i", "", Product((x, w))), b)), worked["u"], net),
        line(y, Function("f", z), Function("f", net), out),
    ]
    error_of: Expression = Product((d("out", "j"), slope))
    if place.last:
        lines.append(_loss(place, formula))
    if formula == "R2" and (place.squared or not place.last):
        lines.append(_defined(formula, d("out", "j"), y))
    if place.last:
        error_of = Product((gap, slope)) if place.squared else gap
        if place.squared:
            lines.append(line(d("out", "j"), gap, filled(gap, place, at)))
    else:
        back = _sent_back(place, q.layer + 1, q.j)
        handed = _handed_on(formula, d("out", "j"), d("input", "j"), Number(evaluate(back), worked=True))
        lines.append(replace(handed, left=bound(handed.left, at), numbers=(back,)))
    lines.append(_defined(formula, error, z))
    back = _sent_back(place, q.layer, q.i)
    lines += [
        line(error, error_of, worked["delta"], delta),
        line(d("W", "j", "i"), Product((x, error)), filled(Product((x, Symbol("delta", j="j"))), place, at)),
        line(d("b", "j"), error, delta, delta),
        line(d("input", "i"), SumOver("j", "", Product((error, w))), back),
    ]
    if q.layer > 1:
        handed = _handed_on(formula, d("out", "i"), d("input", "i"), lines[-1].result)
        lines.append(replace(handed, left=bound(handed.left, at)))
    return tuple(lines)


def _defined(formula: str, left: Expression, by: Symbol) -> Derived:
    """A name for the derivative of e."""
    return Derived(left, general=Equation(formula, left, Derivative(by), defines=True))


def _sent_back(place: Place, layer: int, i: int) -> Expression:
    """The numbers of a derivative by input i of a layer."""
    at = {"i": i, "last j": place.network.sizes[layer]}
    term = Product((Symbol("delta", layer, "j"), Symbol("W", layer, "j", "i")))
    return filled(SumOver("j", "", term), place, at)


def layer_lines(place: Place, formula: str) -> tuple[Derived, ...]:
    """One layer in vectors: z, y; at the output e and nabla y; then nabla z, W, b and x."""
    crossed = place.last and not place.squared
    d_z: Expression = _GAP if crossed else Hadamard(_D_Y, _SLOPE)
    equations = [
        Equation(formula, _Z, Sum((Product((_X, _W), matrix=True), _B))),
        Equation(formula, _Y, Function("f", _Z)),
        Equation(formula, _D_Y, _GAP, defines=True),
        Equation(formula, _D_Z, d_z),
        Equation(formula, _D_W, Product((Transpose(_X), _D_Z), matrix=True)),
        Equation(formula, _D_B, _D_Z),
        Equation(formula, _D_X, Product((_D_Z, Transpose(_W)), matrix=True)),
    ]
    lines = [vector_line(eq, place) for eq in equations if eq.left != _D_Y or (place.last and not crossed)]
    return (*lines[:2], *([_loss(place, formula, whole=True)] if place.last else []), *lines[2:])


def vector_line(equation: Equation, place: Place, at: Bound | None = None) -> Derived:
    """A line of row vectors, with the numbers of the update in them."""
    left: Expression = equation.left
    match left:
        case Symbol("nabla_W", layer) | Derivative(Symbol("W", layer)):  # of several samples the update has the mean
            left = Symbol("grad_W" if place.update.trace.samples == 1 else "nabla_W", layer)
    right, result = (in_rows(filled(one, place, at)) for one in (equation.right, left))
    return Derived(bound(equation.left, at or {}), (_turned(right),), result, equation, assigns=equation.assigns)


def _turned(expression: Expression) -> Expression:
    """A transposed row as a column."""
    match expression:
        case Transpose(Array((row,))):
            return Array(tuple((one,) for one in row))
    return rebuilt(expression, _turned)


def _as_vectors(place: Place, formula: str) -> tuple[Derived, ...]:
    """R3: every line of R1 at once."""
    lines = layer_lines(place, formula)
    if not place.last:
        lines = (*lines[:2], _handed_on(formula, _D_Y, _D_X, in_rows(filled(_D_Y, place))), *lines[2:])
    if place.quantity.layer > 1:
        lines = (*lines, _handed_on(formula, _D_Y, _D_X, lines[-1].result))
    return lines


def _handed_on(formula: str, left: Expression, right: Expression, result: Expression | None) -> Derived:
    """What one layer has found and another takes."""
    return Derived(left, (), result, Equation(formula, left, right, assigns=True), assigns=True)


def program(place: Place) -> tuple[tuple[int, Derived], ...]:
    """R4 for the whole network: the assignments in the order in which they are made, each with its layer.

    Forward: ``xW + b -> z``, ``f(z) -> y``, ``y -> x`` to the next layer, and e at the last. Backward: at the last
    layer ``y - y* -> nabla y``, ``nabla y . f'(z) -> nabla z``, then the gradients and ``nabla x``, which is the
    nabla y of the layer before. With cross-entropy the last layer's nabla z is ``y - y*``.
    """
    layers = range(1, place.network.layers + 1)
    lines = {l: list(layer_lines(place.on("W", l, 1, 1), "R4")) for l in layers}
    forward, backward = [], []
    for l in layers:
        ahead = 3 if l == place.network.layers else 2
        forward += [(l, one) for one in lines[l][:ahead]]
        if l < place.network.layers:
            forward.append((l, _handed_on("R4", _X, _Y, lines[l][1].result)))
        lines[l] = lines[l][ahead:]
    for l in reversed(layers):
        backward += [(l, one) for one in (lines[l] if l > 1 else lines[l][:-1])]
        if l > 1:
            backward.append((l - 1, _handed_on("R4", _D_Y, _D_X, lines[l][-1].result)))
    return tuple((l, replace(one, assigns=True)) for l, one in (*forward, *backward))


def _as_stored(place: Place, formula: str) -> tuple[Derived, ...]:
    """R5: as libraries store it: a sample is a row, and every matrix has a row for each neuron it comes from."""
    u, b, W, delta = (Symbol(kind, "l") for kind in ("u", "b", "W", "delta"))
    below, slope = Symbol("x", "l-1"), Function("f'", u)
    back = Product((Symbol("delta", "l+1"), Transpose(Symbol("W", "l+1"))), matrix=True)
    equations = (
        Equation(formula, u, Sum((Product((below, W), matrix=True), b))),
        Equation(formula, delta, Hadamard(back, slope)),
        Equation(formula, Derivative(W), Product((Transpose(below), delta), matrix=True)),
    )
    l = place.quantity.layer
    at = {"l": l, "l-1": l - 1, "l+1": l + 1}
    net, error, gradient = (
        replace(eq, right=_at_the_end(place, slope)) if eq.left == delta and place.last else eq for eq in equations
    )
    return tuple(
        replace(vector_line(eq, place, at), general=general)
        for eq, general in zip((net, error, gradient), equations, strict=True)
    )


def _at_the_end(place: Place, slope: Expression) -> Expression:
    """The error term of the output, which has no layer above."""
    gap = Difference(Symbol("x", "l"), Symbol("y", "l"))
    return Hadamard(gap, slope) if place.squared else gap
