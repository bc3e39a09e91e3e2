"""The lecture's formulas F1 to F8 and D7 to D9 as trees: for whole layers, and for one neuron or weight."""

from collections.abc import Callable

from engine.formulas import ruled
from engine.formulas.activation_forms import FORMS
from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Number,
    Product,
    Quotient,
    Square,
    SquaredNorm,
    Sum,
    SumOver,
    Symbol,
    Transpose,
)
from engine.formulas.fill import Place
from engine.network import Network
from engine.quantities import Quantity
from engine.update import Update

HALF = Quotient(Number(1.0), Number(2.0))
Formulas = tuple[tuple[Equation, ...], Equation]  # of the layer and others that belong beside it; of the number itself


def formulas(place: Place) -> Formulas | None:
    """The formulas of a number; None for what is given: data, rates, W and b before the update."""
    makers: dict[str, Callable[[Place], Formulas]] = {
        "u": _net_input,
        "x": _output,
        "f_prime": _slope,
        "loss": _loss,
        "delta": _delta,
        "grad_W": _gradient,
        "grad_b": _gradient,
        "delta_W": _step,
        "delta_b": _step,
        "new_W": _new,
        "new_b": _new,
    }
    q = place.quantity
    if ruled.beyond(place):
        own = ruled.formula(place)
        solves = place.update.second is not None and q.kind in ("delta_W", "delta_b", "C", "z")
        return None if own is None else (ruled.equations_of(place.update) if solves else (), own)
    return None if q.kind not in makers or (q.kind == "x" and q.layer == 0) else makers[q.kind](place)


def _own(q: Quantity) -> Symbol:
    """The symbol of a quantity itself; the sample is left unsaid, the screen says which one it is."""
    return Symbol(q.kind, q.layer, q.j or "", q.i or "")


def _affine(layer: int, inside: Expression) -> Sum:
    return Sum((Product((Symbol("W", layer), inside), matrix=True), Symbol("b", layer)))


def net_inputs(layer: int) -> Equation:
    """F4, its first half: u = W x + b."""
    return Equation("F4", Symbol("u", layer), _affine(layer, Symbol("x", layer - 1)))


def outputs(layer: int) -> Equation:
    """F4, its second half: x = f(u)."""
    return Equation("F4", Symbol("x", layer), Function("f", Symbol("u", layer)))


def first_letters(network: Network, layer: int, j: int) -> tuple[Equation, ...]:
    """F4 for a layer, F2 or F3 for neuron j, as the lecture first writes a network of two layers: x, then y, then z."""
    if network.layers != 2:
        return ()
    inside = Sum((Product((Symbol("W", layer), Symbol("plain", layer - 1)), matrix=True), Symbol("b", layer)))
    return (
        Equation("F4", Symbol("plain", layer), Function("f", inside)),
        Equation(f"F{layer + 1}", Symbol("plain", layer, j), Symbol("x", layer, j)),
    )


def composite(network: Network, first: int = 1) -> Equation:
    """F5: the network as one function, or what is left of it from layer ``first`` on."""
    inside: Expression = Symbol("x", first - 1)
    for l in range(first, network.layers + 1):
        inside = Function("f", _affine(l, inside))
    return Equation("F5", Symbol("h"), inside)


def error_terms(network: Network, layer: int) -> tuple[Equation, ...]:
    """D8 for the last layer, with F7 before it; D9 for another. With cross-entropy the two slopes of D8 cancel."""
    delta, slope = Symbol("delta", layer), Function("f'", Symbol("u", layer))
    if layer < network.layers:
        back = Product((Transpose(Symbol("W", layer + 1)), Symbol("delta", layer + 1)), matrix=True)
        return (Equation("D9", delta, Hadamard(back, slope)),)
    gap = Difference(Symbol("x", layer), Symbol("y", layer))
    if network.crossed:
        return (Equation("D8", delta, gap),)
    return Equation("F7", Derivative(Symbol("x", layer)), gap), Equation("D8", delta, Hadamard(gap, slope))


def gradients(layer: int, family: str) -> Equation:
    """D7 for the weights or the biases of a layer."""
    delta = Symbol("delta", layer)
    right = Product((delta, Transpose(Symbol("x", layer - 1))), matrix=True) if family == "W" else delta
    return Equation("D7", Derivative(Symbol(family, layer)), right)


def descent(update: Update, family: str, layer: int) -> tuple[Equation, ...]:
    """F8 for the weights or the biases of a layer; frozen biases do not descend."""
    if family == "b" and update.frozen_biases:
        return ()
    symbol = Symbol(family, layer)
    right = Difference(symbol, Product((Symbol("eta"), ruled.pushed(update, symbol))))
    return (Equation("F8", symbol, right, assigns=True),)


def mean_gradient() -> Equation:
    """F9: the gradient of an update is the mean of those of its samples, be it one, some or all."""
    W = Symbol("W")
    each = Derivative(W, Symbol("loss", sample="s"))
    return Equation("F9", Derivative(W), Quotient(SumOver("s", "m", each), Symbol("m")))


def _net_input(place: Place) -> Formulas:
    l, j, n_in = place.quantity.layer, place.quantity.j, place.network.sizes[place.quantity.layer - 1]
    weighted = SumOver("i", n_in, Product((Symbol("W", l, j, "i"), Symbol("x", l - 1, "i"))))
    return (net_inputs(l),), Equation(_neuron(place), _own(place.quantity), Sum((weighted, Symbol("b", l, j))))


def _neuron(place: Place) -> str:
    return "F3" if place.quantity.layer == place.network.layers else "F2"


def _output(place: Place) -> Formulas:
    l, j = place.quantity.layer, place.quantity.j
    right: Expression = Function("f", Symbol("u", l, j))
    if place.network.activation(l).coupled:
        total = SumOver("k", place.network.sizes[l], Function("exp", Symbol("u", l, "k")))
        right = Quotient(Function("exp", Symbol("u", l, j)), total)
    return (outputs(l), *first_letters(place.network, l, j)), Equation(_neuron(place), _own(place.quantity), right)


def _slope(place: Place) -> Formulas:
    q, one = place.quantity, Number(1.0)
    u, x = Symbol("u", q.layer, q.j), Symbol("x", q.layer, q.j)
    if place.network.activation(q.layer).coupled:  # on the diagonal of the Jacobian
        return (), Equation("D6", Derivative(u, x), Product((x, Difference(one, x))))
    f = Function("f", u)
    written = FORMS[place.network.activations[q.layer - 1]].slope
    number = Number(float(place.update.trace.f_prime[q.layer - 1][q.sample - 1, q.j - 1]))
    right = number if written is None else written(f, u)
    return (), Equation("F1", Function("f'", u), right)


def _loss(place: Place) -> Formulas:
    network, m, loss = place.network, place.update.trace.samples, Symbol("loss")
    whole, last, n = composite(network), network.layers, network.sizes[-1]
    if not place.quantity.sample:
        norm = SquaredNorm(Difference(Symbol("h", sample="s"), Symbol("y", sample="s")))
        share = Quotient(Number(1.0), Product((Number(2.0), Symbol("m"))))
        every = (Equation("F6", loss, Product((share, SumOver("s", m, norm)))),) if place.squared else ()
        mean = Quotient(SumOver("s", m, Symbol("loss", sample="s")), Symbol("m"))
        return (whole, *every), Equation("F6", loss, mean)
    x, y = Symbol("x", last, "k"), Symbol("y", last, "k")
    if place.squared:
        norm = SquaredNorm(Difference(Symbol("x", last), Symbol("y", last)))
        own = Product((HALF, SumOver("k", n, Square(Difference(x, y)))))
        return (whole, Equation("F6", loss, Product((HALF, norm)))), Equation("F6", loss, own)
    return (whole,), Equation("F6", loss, Negative(SumOver("k", n, cross_entropy(network, x, y))))


def cross_entropy(network: Network, x: Expression, y: Expression) -> Expression:
    """What one output adds to minus the loss."""
    term = Product((y, Function("log", x)))
    if network.output.coupled:
        return term
    return Sum((term, Product((Difference(Number(1.0), y), Function("log", Difference(Number(1.0), x))))))


def _delta(place: Place) -> Formulas:
    l, j, network = place.quantity.layer, place.quantity.j, place.network
    layer, own = error_terms(network, l), _own(place.quantity)
    slope = Function("f'", Symbol("u", l, j))
    if l < network.layers:
        term = Product((Symbol("W", l + 1, "k", j), Symbol("delta", l + 1, "k")))
        return layer, Equation("D9", own, Product((SumOver("k", network.sizes[l + 1], term), slope)))
    gap = Difference(Symbol("x", l, j), Symbol("y", l, j))
    return layer, Equation("D8", own, Product((gap, slope)) if place.squared else gap)


def _gradient(place: Place) -> Formulas:
    q, m = place.quantity, place.update.trace.samples
    family, mark = q.kind[-1], "s" if m > 1 else ""
    one: Expression = Symbol("delta", q.layer, q.j, sample=mark)
    if family == "W":
        one = Product((one, Symbol("x", q.layer - 1, q.i, sample=mark)))
    right = one if m == 1 else Quotient(SumOver("s", m, one), Symbol("m"))
    return (gradients(q.layer, family),), Equation("D7", Derivative(Symbol(family, q.layer, q.j, q.i or "")), right)


def _step(place: Place) -> Formulas:
    q, family = place.quantity, place.quantity.kind[-1]
    right: Expression = Product(
        (Negative(Symbol("eta")), ruled.pushed(place.update, Symbol(family, q.layer, q.j, q.i or "")))
    )
    if family == "b" and place.update.frozen_biases:
        right = Number(0.0)
    return descent(place.update, family, q.layer), Equation("F8", _own(q), right)


def _new(place: Place) -> Formulas:
    q, family = place.quantity, place.quantity.kind[-1]
    old, step = (Symbol(kind, q.layer, q.j, q.i or "") for kind in (family, f"delta_{family}"))
    if not place.update.rule.plain:
        return (), Equation(ruled.step_id(place.update.rule), old, Sum((old, step)), assigns=True)
    return descent(place.update, family, q.layer), Equation("F8", old, Sum((old, step)), assigns=True)
