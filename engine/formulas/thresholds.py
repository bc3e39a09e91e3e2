"""The formulas T1-T8 alive: backpropagation with thresholds, for one sample, output j, hidden neuron h and input i."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from engine.formulas.books import REWRITINGS, own_id
from engine.formulas.derived import Derived, Equation, gives
from engine.formulas.explain import explained
from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Negative,
    Number,
    Product,
    Sum,
    SumOver,
    Symbol,
    evaluate,
    rebuilt,
)
from engine.formulas.fill import Bound, Place, bound, filled, slope_of
from engine.formulas.lecture import formulas
from engine.formulas.rewriting import slope
from engine.network import Network

FORMULAS: Final = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8")
HIDDEN: Final = ("T6", "T7", "T8")  # formulas of the hidden layer
KINDS: Final = {
    "T1": "loss",
    "T3": "delta",
    "T4": "delta_W",
    "T5": "delta_b",
    "T6": "delta_W",
    "T7": "delta_b",
    "T8": "delta",
}
# The chains: E, then what hangs on what. Letters: the output's j, the hidden neuron's h, the input's i.
CHAINS: Final = {
    "T2": ("x.j", "alpha.j", "W.jh"),
    "T5": ("x.j", "u.j", "b.j"),
    "T6": ("x.j", "alpha.j", "x.h", "alpha.h", "W.hi"),
    "T7": ("x.j", "alpha.j", "x.h", "u.h", "b.h"),
}
OUTPUTS: Final = 4  # up to which every output's factors are shown
_E: Final = Symbol("loss", sample="k")


def living(place: Place, formula: str) -> tuple[Derived, ...]:
    """One of ``FORMULAS``, of the neuron j and of the neuron i below that the place names.

    In a network without a hidden layer T6 to T8 have no numbers, and the neuron below an output is an input.
    """
    update, silent = place.update, formula in HIDDEN and place.network.layers == 1
    free = replace(update.descended, l1=0.0, l2=0.0, frozen_biases=False)
    alone = replace(place, update=free, alone=True)
    if silent:
        sizes, kinds = place.network.sizes, place.network.activations
        deeper = Network((sizes[0], *sizes), ("sigmoid", *kinds), place.network.loss)
        alone = replace(alone, network=deeper, notation=place.notation.of(deeper))
    lines = [*_chain(alone, formula, silent), *(_own(alone, formula, silent) if formula in KINDS else ())]
    if formula == "T1":
        lines += _descents(alone)
    return (replace(lines[0], notes=_notes(place, formula)), *lines[1:])


def _notes(place: Place, formula: str) -> tuple[str, ...]:
    network, update = place.network, place.update
    notes = {
        "T2": ["threshold_order"],
        "T3": ["threshold_g"],
        "T4": ["threshold_plus"],
        "T6": ["threshold_plus"],
        "T5": ["threshold_minus", "threshold_is"],
        "T7": ["threshold_minus", "threshold_is"],
        "T8": ["threshold_g", "threshold_order"],
    }.get(formula, [])
    if formula in HIDDEN and network.layers == 1:
        notes.append("threshold_no_hidden")
    if network.layers > 2:
        notes.append("threshold_deep")
    cancels = not place.squared and place.last
    sloped = formula in ("T2", "T3", "T6", "T7", "T8") and not cancels
    if sloped and not network.activation(place.quantity.layer).logistic:
        notes.append("threshold_slope")
    if not place.squared and formula in ("T1", "T2", "T3"):
        notes.append("threshold_cross_entropy")
    if update.trace.samples > 1:
        notes.append("threshold_sample")
    if (update.l1 or update.l2) and formula in ("T1", "T4", "T6"):
        notes.append("threshold_penalty")
    if update.frozen_biases and formula in ("T5", "T7"):
        notes.append("threshold_frozen")
    return tuple(notes)


def layer_of(network: Network, formula: str) -> int:
    """The layer that a formula is about: the output, or the hidden one below it."""
    return max(1, network.layers - 1) if formula in HIDDEN else network.layers


def _letters(network: Network) -> dict[int, str]:
    """The letter of a neuron of each layer: j for outputs, h and i for the two layers below."""
    return {network.layers: "j", network.layers - 1: "h" if network.layers > 1 else "i", network.layers - 2: "i"}


def _in_letters(expression: Expression, network: Network, sample: str = "") -> Expression:
    """The formula of one neuron as that of any: letters for its indices, no bounds; of a ``sample`` x and y."""
    letters = _letters(network)

    def change(part: Expression) -> Expression:
        if isinstance(part, SumOver):
            return replace(part, last="", body=change(part.body))
        if not isinstance(part, Symbol):
            return rebuilt(part, change)
        l = part.layer if isinstance(part.layer, int) else 0
        j, i = (letters[l - down] if isinstance(one, int) else one for down, one in enumerate((part.j, part.i)))
        mark = sample if part.kind in ("x", "y") else part.sample
        return replace(part, j=j, i=i, sample=mark, last=network.layers)

    return change(expression)


def _own(place: Place, formula: str, silent: bool) -> list[Derived]:
    """The book's own formula of an error, an error term or a change; of a threshold also the new one."""
    kind, q = KINDS[formula], place.quantity
    here = place.on(kind, *{"loss": (), "delta_W": (q.layer, q.j, q.i)}.get(kind, (q.layer, q.j)))
    sample = "k" if kind == "loss" else ""
    if silent:
        found = formulas(here)
        assert found is not None
        told = REWRITINGS[here.notation.name](found[1], here)
        assert told is not None
        general = replace(told, formula=own_id(here))
        done = Derived(told.left)
    else:
        done = explained(here)
        assert done.general is not None
        general = done.general
    left, right = (_in_letters(one, place.network, sample) for one in (general.left, general.right))
    general = Equation(formula, left, right)
    lines = [replace(done, general=general, layer=(), notes=())]
    if kind == "delta":
        assert isinstance(left, Symbol)
        slope_of = Derivative(replace(left, kind="alpha"), _E)
        lines = [Derived(left, general=Equation(formula, left, Negative(slope_of), defines=True)), *lines]
    if kind == "delta_b" and done.result is not None:
        old = filled(Symbol("b", q.layer, q.j), place)
        lines.append(gives(Symbol("new_b", q.layer, q.j), Sum((old, done.result)), assigns=True))
    return lines


def _descents(place: Place) -> list[Derived]:
    """T1: every parameter goes down its slope; w and theta of the output, v and gamma of the hidden layer."""
    network, q, lines = place.network, place.quantity, []
    below = min(q.i, network.sizes[-2])
    at_output = [(network.layers, q.j, below)]
    at_hidden = [(network.layers - 1, below, 1)] if network.layers > 1 else []
    for layer, j, i in (*at_output, *at_hidden):
        for family, at in (("W", (j, i)), ("b", (j,))):
            own = Derivative(Symbol(family, layer, *at), _E)
            change, by = (_in_letters(one, network) for one in (Symbol(f"delta_{family}", layer, *at), own.by))
            general = Equation("T1", change, Product((Negative(Symbol("eta")), Derivative(by, _E))))
            numbers = filled(Product((Negative(Symbol("eta")), replace(own, of=Symbol("loss")))), place)
            lines.append(replace(gives(Symbol(f"delta_{family}", layer, *at), numbers), general=general))
    return lines


def _chain(place: Place, formula: str, silent: bool) -> list[Derived]:
    """The slope of E as a product of factors, each with its number; below the outputs, a sum over them.

    With cross-entropy the first two factors are one.
    """
    if formula not in CHAINS:
        return []
    network, letters = place.network, _letters(place.network)
    path = [_E, *(_symbol(name, network) for name in CHAINS[formula])]
    if not place.squared:
        del path[1]
    partials: list[Expression] = [Derivative(by, of) for of, by in pairwise(path)]
    written, exact = zip(*(_local(of, by, place) for of, by in pairwise(path)), strict=True)
    summed = formula in HIDDEN
    left = Derivative(path[-1], _E)

    def whole(factors: Sequence[Expression]) -> Expression:
        flat = [one for factor in factors for one in (factor.factors if isinstance(factor, Product) else (factor,))]
        return SumOver("j", "", Product(tuple(flat))) if summed else Product(tuple(flat))

    general = [Equation(formula, left, whole(partials)), Equation(formula, left, whole(written))]
    if silent:
        return [Derived(left, general=one) for one in general]
    q = place.quantity
    at = {letters[q.layer]: q.j, letters[q.layer - 1]: q.i}
    outputs = [{**at, "j": j} for j in range(1, network.sizes[-1] + 1)] if summed else [at]
    lines = [Derived(left, general=general[0])]
    products = []
    for own in outputs:
        factors = [_factor(one, number, place, own) for one, number in zip(written, exact, strict=True)]
        products.append(Product(tuple(result for _, result in factors)))
        shown = [
            (partial, factor)
            for partial, factor in zip(partials, factors, strict=True)
            if own is outputs[0] or "j" in _indices(partial)
        ]
        if len(outputs) <= OUTPUTS or own is outputs[0]:
            lines += [Derived(bound(partial, own), (numbers,), result) for partial, (numbers, result) in shown]
    total = Sum(tuple(products)) if summed else products[0]
    lines.append(replace(gives(bound(left, at), total), general=general[1]))
    return lines


def _symbol(name: str, network: Network) -> Symbol:
    """The symbol of a step of a chain."""
    kind, letters = name.split(".")
    layer = network.layers - "jhi".index(letters[0])
    named = _letters(network)
    j, i = named[layer], named[layer - 1] if len(letters) == 2 else ""
    return Symbol(kind, layer, j, i, last=network.layers)


def _local(of: Symbol, by: Symbol, place: Place) -> tuple[Expression, Symbol | None]:
    """The derivative of a step of a chain by the next, and the number of the update that it is, if it is one."""
    match of.kind, by.kind:
        case "loss", _:
            return Difference(replace(by, kind="x"), replace(by, kind="y")), None
        case "x", _:
            u = replace(of, kind="u")
            return slope(u, place), replace(of, kind="f_prime")
        case "alpha", "W":
            assert isinstance(by.layer, int)
            return Symbol("x", by.layer - 1, by.i, last=by.last), None
        case "alpha", "x":
            return Symbol("W", of.layer, of.j, by.j, last=of.last), None
    return Number(-1.0), None


def _factor(written: Expression, exact: Symbol | None, place: Place, at: Bound) -> tuple[Expression, Expression]:
    """A factor with its numbers, and its number; a slope of the kernel's own digits."""
    if exact is not None:
        assert isinstance(exact.layer, int)
        return slope_of(place, exact.layer, at[str(exact.j)]), filled(exact, place, at)
    numbers = filled(written, place, at)
    return numbers, Number(evaluate(numbers), worked=True) if isinstance(numbers, Difference) else numbers


def _indices(expression: Expression) -> set[int | str]:
    """The letters of the indices in a derivative."""
    assert isinstance(expression, Derivative)
    return {one for part in (expression.by, expression.of) if isinstance(part, Symbol) for one in (part.j, part.i)}
