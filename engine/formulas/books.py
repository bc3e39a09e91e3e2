"""What each of the four books rewrites; the lecture's own formulas stay as they are."""

from dataclasses import replace
from typing import Final

from engine.activations import ACTIVATIONS
from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Quotient,
    Spelled,
    Sum,
    Symbol,
    Transpose,
)
from engine.formulas.fill import Place
from engine.formulas.lecture import HALF
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD
from engine.formulas.rewriting import Change, Rewrite, Rewriting, kind_of, layer_of, letters, signed, slope, slopes

# The notebook with row vectors.


def _turned(part: Expression, go: Change, place: Place) -> Expression | None:
    """A product of matrices is that of their transposes, the other way round."""
    match part:
        case Product(factors, matrix=True):
            return Product(tuple(go(factor) for factor in reversed(factors)), matrix=True)
    return None


def _outputs_first(part: Expression, go: Change, place: Place) -> Expression | None:
    """x_i w_ij, and the output before the error term."""
    match part:
        case Product((left, right)) if {kind_of(left), kind_of(right)} <= {"W", "x", "delta"}:
            return Product((go(right), go(left)))
    return None


def _handed_on(part: Expression, go: Change, place: Place) -> Expression | None:
    """What goes into a layer is x, what came out of the one before is y."""
    q = place.quantity
    match part:
        case Symbol("x", layer) if q.kind in ("u", "grad_W") and layer == q.layer - 1:
            return replace(part, kind="input")
    return None


# The watermelon book.


def _subtracted(part: Expression, go: Change, place: Place) -> Expression | None:
    """A threshold is subtracted."""
    match part:
        case Sum((total, bias)) if kind_of(bias) == "b":
            return Difference(go(total), go(bias))
    return None


def _rows_are_from(part: Expression, go: Change, place: Place) -> Expression | None:
    """Matrices have a row for each neuron of the layer below."""
    match part:
        case Transpose(Symbol("W", j="") as weights):
            return weights
        case Product((Symbol("W", j="") as weights, right), matrix=True):
            return Product((Transpose(weights), go(right)), matrix=True)
        case Product((errors, Transpose(Symbol("x") | Function("f") as x)), matrix=True):
            return Product((go(x), Transpose(go(errors))), matrix=True)
    return None


def _sample_k(part: Expression, go: Change, place: Place) -> Expression | None:
    """E_k is the error of a sample, E that of several, of which a layer's formulas of gradients do not speak."""
    match part:
        case Derivative(by, Symbol("loss")):
            of_layer = place.quantity.kind.startswith("grad_") and isinstance(by, Symbol) and by.j == ""
            one = place.single or place.quantity.sample or of_layer
            return Derivative(go(by), Symbol("loss", sample="k" if one else ""))
    return None


def _loss_k(equation: Equation, place: Place) -> Equation:
    """The same where it is the loss that is written."""
    own = kind_of(equation.left) == "loss" and place.quantity.kind == "loss" and place.quantity.sample
    return replace(equation, left=Symbol("loss", sample="k")) if own else equation


def _watermelon_letter(index: str, body: Expression, place: Place) -> str:
    """i, h, j by layer; k counts the samples."""
    if index == "s":
        return "k"
    layer = layer_of(index, body)
    return "i" if layer == 0 else "j" if layer == place.network.layers else "h"


# The build-your-own notes.


def _no_distance(equation: Equation, place: Place) -> Equation | None:
    """The gradient of the squared distance is not theirs."""
    return None if equation.formula == "F7" else equation


def _own_letters(equation: Equation, place: Place) -> Equation | None:
    """The lecture's first letters x, y and z are not theirs."""
    return None if kind_of(equation.left) == "plain" else equation


def _sigma(part: Expression, go: Change, place: Place) -> Expression | None:
    """sigma for f where every layer has it."""
    match part:
        case Function("f", of) if all(ACTIVATIONS[name].logistic for name in place.network.activations):
            return Function(r"\sigma", go(of))
    return None


def _half_gradient(part: Expression, go: Change, place: Place) -> Expression | None:
    """The factor 2 of E is absorbed: half its gradient."""
    match part:
        case Derivative(by, Symbol("loss") as loss) if place.squared:
            return Product((HALF, Derivative(go(by), loss)))
    return None


def _whole_error(part: Expression, go: Change, place: Place) -> Expression | None:
    """E is the sum of squares, without the half, of target minus output."""
    match part:
        case Product((Quotient(Number(1.0), Number(2.0)), rest)) if place.squared:
            return go(rest)
        case Quotient(Number(1.0), Product((Number(2.0), m))) if place.squared:
            return Quotient(Number(1.0), m)
        case Difference(Symbol("x" | "h") as left, Symbol("y") as right) if place.squared:
            return Difference(go(right), go(left))
    return None


def _error_terms(part: Expression, go: Change, place: Place) -> Expression | None:
    """Minus an error term is written as what it is made of: an error times its slope."""
    match part:
        case Symbol("delta", int(layer), j):
            error = replace(part, kind="error")
            if layer == place.network.layers and not place.squared:
                return Spelled(part, error)
            steep = slope(replace(part, kind="u"), place)
            if j == "":
                return Spelled(part, Hadamard(error, steep))
            factors = steep.factors if isinstance(steep, Product) else (steep,)
            return Spelled(part, Product((error, *factors)))
    return None


def _own_letter(index: str, body: Expression, place: Place) -> str:
    """i, j, k by layer in a network of two layers."""
    layer = layer_of(index, body)
    return index if layer is None or place.network.layers != 2 else "ijk"[layer]


REWRITINGS: Final[dict[str, Rewriting]] = {
    COLUMN.name: Rewriting(),
    ROW.name: Rewriting(equations=(_own_letters,), parts=(_turned, _outputs_first, _handed_on)),
    THRESHOLD.name: Rewriting(
        equations=(_own_letters, signed, _loss_k),
        parts=(_subtracted, _rows_are_from, slopes(first=True), _sample_k),
        letters=letters(_watermelon_letter),
    ),
    ERROR.name: Rewriting(
        equations=(_own_letters, _no_distance, signed),
        parts=(_sigma, _half_gradient, _whole_error, slopes(first=False), _error_terms),
        letters=letters(_own_letter),
    ),
}
# Of these what is done to matrices.
MATRICES: Final[dict[str, tuple[Rewrite, ...]]] = {ROW.name: (_turned,), THRESHOLD.name: (_rows_are_from,)}
# Ids in docs/formulas.md of what a book has its own formula for, by kind of number: in the output, in hidden layers.
OWN_IDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    COLUMN.name: {},
    ROW.name: dict.fromkeys(("u", "x", "delta", "grad_W", "grad_b"), ("R1", "R1")),
    THRESHOLD.name: {
        "delta": ("T3", "T8"),
        "delta_W": ("T4", "T6"),
        "delta_b": ("T5", "T7"),
        "loss": ("T1", "T1"),
    },
    ERROR.name: {"grad_W": ("E4", ""), "new_W": ("E5", ""), "delta_W": ("E6", "")},
}


def own_id(place: Place) -> str:
    """The id of the book's own formula for a number; empty where it has none, as beyond gradient descent."""
    if not place.update.rule.plain and place.quantity.kind.startswith(("delta_", "new_")):
        return ""
    output, hidden = OWN_IDS[place.notation.name].get(place.quantity.kind, ("", ""))
    return output if place.quantity.layer == place.network.layers else hidden
