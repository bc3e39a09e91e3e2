"""Where a number came from: its formula in general, the formula with the numbers put in, and the value."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from engine.exactly import CrossEntropy, ExactActivation, Softmax
from engine.formulas import ruled
from engine.formulas.books import REWRITINGS, own_id
from engine.formulas.derived import Derived
from engine.formulas.expression import Computed, Expression, Number, Product, Ref, Symbol, evaluate
from engine.formulas.fill import Place, filled
from engine.formulas.lecture import formulas
from engine.formulas.notation import COLUMN, Notation
from engine.formulas.notes import notes
from engine.network import Network
from engine.quantities import Quantity, value
from engine.update import Update

MOST_IN_ANY_ORDER: Final = 2  # factors that may change places and give the same double


def explain(network: Network, update: Update, quantity: Quantity, notation: Notation = COLUMN) -> Derived:
    """Explain one number of an update, in terms of numbers that can be explained in turn.

    ``value`` is the number that the book shows: a threshold is -b, g and e are -delta, E has no half. Where none of the
    books has a formula, all is the lecture's, the value too (see ``letters``). Inputs, targets, the learning rate, and
    W and b before the update are given: they have no formula here.

    Raises
    ------
    Problem
        ``quantity`` where the update has no such number.
    """
    return explained(Place(network, update, quantity, notation.of(network)))


def letters(network: Network, update: Update, quantity: Quantity, notation: Notation) -> Notation:
    """The book in whose letters and signs ``explain`` speaks of a number: this one, or the lecture's beyond it.

    The lecture's, too, for the parameter that a rule's step gives: in others its line would name that step twice.
    """
    beyond = ruled.beyond(Place(network, update, quantity, notation))
    given = quantity.kind in ("new_W", "new_b") and not update.rule.plain
    return COLUMN.of(network) if beyond or given else notation


def explained(place: Place) -> Derived:
    """The same for a place; what a sample ``alone`` would change has no name, and its result is a plain number."""
    place = replace(place, notation=letters(place.network, place.update, place.quantity, place.notation))
    q, rewriting = place.quantity, REWRITINGS[place.notation.name]
    result: Expression | None = None
    if not place.alone or q.fits(place.update):
        result = Ref(q, place.notation.shown(q.kind, value(place.update, q)))
    found = formulas(place)
    if found is None:
        return Derived(Symbol(q.kind, q.layer, q.j or "", q.i or ""), (), result, notes=notes(place))
    layer, general = found
    own = rewriting(general, place)
    assert own is not None
    own = replace(own, formula=own_id(place) or own.formula)
    worked = ruled.solution_in_numbers(place)
    if worked is None:
        worked = ruled.rate_in_numbers(place.update) if q.kind == "eta" else _exactly(filled(own.right, place), place)
    if place.notation.name != COLUMN.name and isinstance(worked, Product) and len(worked.factors) > MOST_IN_ANY_ORDER:
        worked = _in_order(worked, filled(general.right, replace(place, notation=COLUMN)), place)
    layers = tuple(one for eq in layer if (one := rewriting(eq, place)) is not None)
    return Derived(
        own.left, (worked,), result or Number(evaluate(worked), worked=True), own, layers, notes(place), own.assigns
    )


def _in_order(worked: Product, lecture: Expression, place: Place) -> Expression:
    """Factors in a book's order, multiplied in the kernel's."""
    if place.quantity.kind == "delta_W":  # the rate comes last, and is written first
        return Computed(worked, from_the_right, worked.factors)
    return Computed(worked, Times(place.notation.factors.get(place.quantity.kind, 1.0)), (lecture,))


def from_the_right(*factors: float) -> float:
    """The product of factors, the last two first."""
    return reduce(lambda product, factor: factor * product, reversed(factors))


@dataclass(frozen=True)
class Times:
    """A number times what a book multiplies it by."""

    factor: float

    def __call__(self, number: float) -> float:
        return number if self.factor == 1.0 else 0.0 + self.factor * number


def _exactly(numbers: Expression, place: Place) -> Expression:
    """The same numbers, computed as the kernel does where the operations as written would lose digits."""
    q, network = place.quantity, place.network
    if "hat" in q.kind or q.kind == "alpha_t":
        return ruled.corrected(numbers, place.update)
    if q.kind == "mu_t":
        return ruled.one_by_one(numbers)
    if q.kind == "loss" and q.sample and not place.squared:
        args = [place.ref(kind, network.layers, k) for kind in "uy" for k in range(1, network.sizes[-1] + 1)]
        return Computed(numbers, CrossEntropy(network.activations[-1]), tuple(args))
    if q.kind in ("x", "f_prime") and network.activation(q.layer).coupled:
        us = tuple(place.ref("u", q.layer, k) for k in range(1, network.sizes[q.layer] + 1))
        return Computed(numbers, Softmax(q.j - 1, slope=q.kind == "f_prime"), us)
    if q.kind == "f_prime":
        slope = ExactActivation(network.activations[q.layer - 1], slope=True)
        return Computed(numbers, slope, (place.ref("u", q.layer, q.j),))
    return numbers
