"""The formulas for whole layers with every number in its place: matrices and vectors written out, and the result."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from engine.formulas.books import REWRITINGS
from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import Array, Derivative, Expression, Function, Ref, Symbol, Value, rebuilt
from engine.formulas.fill import Place, filled, in_rows
from engine.formulas.lecture import composite, descent, error_terms, gradients, net_inputs, outputs
from engine.formulas.notation import COLUMN, ROW, THRESHOLD, Notation
from engine.network import Network
from engine.quantities import WEIGHT_KINDS, Quantity
from engine.update import Update

WIDEST: Final = 6  # neurons or samples in a matrix that still can be read


def matrix_form(
    network: Network, update: Update, quantity: Quantity, notation: Notation = COLUMN
) -> tuple[Derived, ...]:
    """The formulas of the layer that a number belongs to, with all their numbers, in a book's letters, order and signs.

    Forward: F4. Loss: F5, the network as one function. Error terms: D8 with F7 before it, or D9. Gradients: D7 and
    changes: F8, for updates over one sample. Empty where there is none and where it could not be read (more than six
    neurons in a layer of it). Two books write neuron by neuron; the lines for layers are ours, with their letters.
    """
    sample = quantity.sample or (1 if update.trace.samples == 1 else 0)
    place = Place(network, update, replace(quantity, sample=sample), notation.of(network))
    return tuple(one for equations in _equations(place) if (one := _with_numbers(equations, place)) is not None)


def has_matrix_form(network: Network, update: Update, quantity: Quantity, notation: Notation = COLUMN) -> bool:
    """Whether there are such formulas; the numbers are not put in."""
    sample = quantity.sample or (1 if update.trace.samples == 1 else 0)
    place = Place(network, update, replace(quantity, sample=sample), notation)
    return any(True for _ in _equations(place))


def _equations(place: Place) -> Iterator[tuple[Equation, ...]]:
    """The equations of the layer; of F5 also what is left of it behind each layer."""
    network, update, kind, l = place.network, place.update, place.quantity.kind, place.quantity.layer
    layers = range(network.layers + 1) if kind == "loss" else range(max(0, l - 1), min(network.layers, l + 1) + 1)
    if max(network.sizes[n] for n in layers) > WIDEST:
        return
    if not place.quantity.sample and kind != "new_W":
        return
    if kind in ("u", "x") and l:
        yield from ((net_inputs(l),), (outputs(l),))
    elif kind == "loss" and network.layers <= 3:
        yield tuple(composite(network, first) for first in range(1, network.layers + 1))
    elif kind == "delta":
        yield from ((one,) for one in error_terms(network, l))
    elif kind in ("grad_W", "grad_b"):
        yield from ((gradients(l, family),) for family in "Wb")
    elif kind in ("delta_W", "new_W") and update.rule.plain and not (update.l1 or update.l2):
        yield from ((one,) for family in "Wb" for one in descent(update, family, l))


def _with_numbers(equations: tuple[Equation, ...], place: Place) -> Derived | None:
    """The equation, with what is left of it behind each layer, and its result; None where the book has none."""
    told = tuple(one for eq in equations if (one := REWRITINGS[place.notation.name](eq, place)) is not None)
    if not told:
        return None
    lay = partial(laid, notation=place.notation)
    steps = tuple(lay(filled(one.right, place)) for one in told if not _is_result(one.right))
    first = told[0]
    return Derived(first.left, steps, lay(_result(equations[0], place)), first, assigns=first.assigns)


def _is_result(right: Expression) -> bool:
    """Whether the numbers would only say the result again."""
    return isinstance(right, Symbol) or (isinstance(right, Function) and isinstance(right.of, Symbol))


def _result(equation: Equation, place: Place) -> Array:
    """What an equation of the lecture gives, as an array of the update's numbers."""
    last, s = place.network.layers, place.quantity.sample - 1
    match equation.left:
        case Symbol("h"):
            return place.array("x", last)
        case Derivative(Symbol("W" | "b" as family, int(l))):
            return place.array(f"grad_{family}", l)
        case Derivative():  # the gap, which has no name
            trace = place.update.trace
            return Array(tuple((Value(float(gap)),) for gap in trace.x[last][s] - trace.y[s]))
        case Symbol(kind, int(l)):
            return place.array(f"new_{kind}" if equation.assigns else kind, l)
    raise ValueError(f"{equation.left} is no whole layer")


def laid(expression: Expression, notation: Notation) -> Expression:
    """Arrays as a book lays them out: vectors as rows, or the matrices of weights with a row for each neuron below."""
    if not isinstance(expression, Array):
        return rebuilt(expression, partial(laid, notation=notation))
    first = expression.rows[0][0]
    weights = isinstance(first, Ref) and first.quantity.kind in WEIGHT_KINDS
    flipped = notation.name == ROW.name or (weights and notation.name == THRESHOLD.name)
    return in_rows(expression) if flipped else expression
