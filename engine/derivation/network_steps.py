"""D7-D12 line by line, as expression trees in column notation, with the layers of the network at hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from engine.derivation.steps import matrix
from engine.derivation.walk import Line, Stop, equal, line, part
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
    Sum,
    SumOver,
    Symbol,
    Transpose,
)
from engine.network import Network
from engine.update import Update

FEW_LAYERS: Final = 3  # of more the algorithm's lines for single layers are written as one for all of them

Index = int | str


def _s(kind: str, layer: Index, j: Index = "", i: Index = "") -> Symbol:
    return Symbol(kind, layer, j, i)


def _slope(layer: Index) -> Function:
    return Function("f'", _s("u", layer))


def _above(layer: Index, by: int = 1) -> Index:
    if isinstance(layer, int):
        return layer + by
    more = int(layer[1:] or 0) + by  # of l, l+1 or l-1
    return f"l{more:+d}" if more else "l"


def network_lines(stop: Stop, network: Network, update: Update, each: bool = False) -> tuple[Line, ...]:
    """The lines of D7-D12, the formula itself last; D11 has as many lines of the algorithm as its stage has reached.

    With ``each`` a layer has a line of its own where the lecture writes one for all of them; deep networks excepted.
    """
    few = network.layers <= FEW_LAYERS
    kind, layer = part(stop, network.layers)
    if stop.formula == "D11":
        if network.layers > FEW_LAYERS:
            if kind != "update":
                return _so_far(network, stop.stage)
            last = network.layers
            return (
                _forward("l", "forward"),
                _delta_line(network, last),
                _all_hidden(1, last - 1),
                _all_gradients(1, last),
                _descent(update),
            )
        return algorithm(network, update, each)[: (network.layers if each else 1) + stop.stage + 1]
    if stop.formula == "D12":
        return _reuse(network, each and few)
    if stop.formula == "D10":
        return _recursion(network)[2 if each else 0 :]
    if stop.formula == "D7":
        return _gradients(layer, network.sizes[layer - 1])
    if stop.formula == "D8":
        return _output(network)
    if layer == network.layers:
        return _hidden(1 if each else "l", "n")
    return _hidden(layer, network.sizes[layer + 1])


def algorithm(network: Network, update: Update, each: bool = False) -> tuple[Line, ...]:
    """The complete algorithm: forward pass, error terms and gradients from the last layer to the first, update."""
    layers: Sequence[Index] = range(1, network.layers + 1) if each else ("l",)
    found: list[Line] = [_forward(l, "forward") for l in layers]
    for l in range(network.layers, 0, -1):
        found += [_delta_line(network, l), gradients(l, "gradients")]
    return (*found, *(_descent(update, l) for l in reversed(layers)))


def _so_far(network: Network, stage: int) -> tuple[Line, ...]:
    """The lines of a deep network's algorithm: those of all layers that are done as one, then that of the stage."""
    last, done = network.layers, network.layers - stage // 2  # the layer that the stage is about
    found: list[Line] = [_forward("l", "forward"), _delta_line(network, last)]
    lowest = done if stage % 2 else done + 1  # of the layers whose error terms stand above the stage's own line
    if lowest < last:
        found.append(_all_hidden(lowest, last - 1))
    if done < last:
        found.append(_all_gradients(done + 1, last))
    if stage % 2:
        return (*found, gradients(done, "gradients"))
    return tuple(found) if done == last else (*found, _delta_line(network, done))


def _forward(layer: Index, because: str = "given") -> Line:
    u = Sum((matrix(_s("W", layer), _s("x", _above(layer, -1))), _s("b", layer)))
    return line(because, equal(_s("u", layer), u), equal(_s("x", layer), Function("f", _s("u", layer))))


def _all_hidden(lowest: Index, highest: Index) -> Line:
    return line("hidden", equal(_s("delta", "l"), Hadamard(_back("l"), _slope("l")), _counted(highest, lowest)))


def _all_gradients(lowest: int, highest: int) -> Line:
    weights, biases = gradients("l").equations
    return line("gradients", weights, replace(biases, where=_counted(highest, lowest)))


def _counted(first: Index, last: Index) -> str:
    """The layers from one down to another, as a condition."""
    return f"l = {first}" if first == last else rf"l = {first}, \ldots, {last}"


def _delta_line(network: Network, layer: int) -> Line:
    return line("output" if layer == network.layers else "hidden", delta(network, layer))


def delta(network: Network, layer: int) -> Equation:
    """D8 or D9 for one layer."""
    if layer == network.layers:
        return _last(network, layer)
    return equal(_s("delta", layer), Hadamard(_back(layer), _slope(layer)))


def _last(network: Network, layer: Index) -> Equation:
    apart = Difference(_s("x", layer), _s("y", layer))
    crossed = network.crossed
    return equal(_s("delta", layer), apart if crossed else Hadamard(apart, _slope(layer)))


def _back(layer: Index) -> Product:
    return matrix(Transpose(_s("W", _above(layer))), _s("delta", _above(layer)))


def gradients(layer: Index, because: str = "") -> Line:
    """D7 for one layer."""
    row = Transpose(_s("x", _above(layer, -1)))
    return line(
        because,
        equal(Derivative(_s("W", layer)), matrix(_s("delta", layer), row)),
        equal(Derivative(_s("b", layer)), _s("delta", layer)),
    )


def _descent(update: Update, layer: Index = "l") -> Line:
    """F8, for weights with the gradient of the penalties where there are any."""
    W, b, eta = _s("W", layer), _s("b", layer), Symbol("eta")
    terms: list[Expression] = [Derivative(W)]
    if update.l2:
        terms.append(Product((Symbol("l2"), W)))
    if update.l1:
        terms.append(Product((Symbol("l1"), Function("sign", W))))
    whole = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    return line(
        "descent",
        equal(W, Difference(W, Product((eta, whole))), assigns=True),
        equal(b, b if update.frozen_biases else Difference(b, Product((eta, Derivative(b)))), assigns=True),
    )


def _gradients(l: int, below_count: int) -> tuple[Line, ...]:
    below, row = l - 1, Transpose(_s("x", l - 1))
    to_u, w, b = Derivative(_s("u", l)), _s("W", l, "j", "i"), _s("b", l, "j")
    u_j, u_k = _s("u", l, "j"), _s("u", l, "k")
    return (
        line(
            "given",
            _forward(l).equations[0],
            equal(u_j, Sum((SumOver("i", below_count, Product((w, _s("x", below, "i")))), b))),
        ),
        line(
            "into_u",
            equal(Derivative(w, u_j), _s("x", below, "i")),
            equal(Derivative(w, u_k), Number(0.0), r"k \ne j"),
            equal(Derivative(b, u_j), Number(1.0)),
        ),
        line(
            "one_way",
            equal(Derivative(w), Product((Derivative(u_j), _s("x", below, "i")))),
            equal(Derivative(b), Derivative(u_j)),
        ),
        line("together", equal(Derivative(_s("W", l)), matrix(to_u, row)), equal(Derivative(_s("b", l)), to_u)),
        line("name", equal(_s("delta", l), to_u), *gradients(l).equations),
    )


def _output(network: Network) -> tuple[Line, ...]:
    last = network.layers
    x, y, u = _s("x", last), _s("y", last), _s("u", last)
    if network.crossed:
        return _crossed(network)
    return (
        line("given", equal(_s("delta", last), Derivative(u)), equal(x, Function("f", u))),
        line("squared", equal(Derivative(x), Difference(x, y))),
        line("through_f", equal(Derivative(u), Hadamard(Derivative(x), _slope(last)))),
        line("put_in", delta(network, last)),
    )


def _crossed(network: Network) -> tuple[Line, ...]:
    """Cross-entropy: the slope of the output and that of the loss cancel."""
    last = network.layers
    x_i, y_i, x_k, y_k = (_s(kind, last, index) for index in "ik" for kind in "xy")
    u_k, one = _s("u", last, "k"), Number(1.0)
    rest = Difference(one, x_k)
    name = equal(_s("delta", last), Derivative(_s("u", last)))
    if network.output.coupled:
        every, ones = network.sizes[-1], SumOver("i", network.sizes[-1], y_i)
        return (
            line("crossed", name, equal(Derivative(x_i), Quotient(Negative(y_i), x_i))),
            line(
                "softmax",
                equal(Derivative(u_k, x_k), Product((x_k, rest))),
                equal(Derivative(u_k, x_i), Negative(Product((x_i, x_k))), r"i \ne k"),
            ),
            line(
                "every_x", equal(Derivative(u_k), SumOver("i", every, Product((Derivative(x_i), Derivative(u_k, x_i)))))
            ),
            line("sum_one", equal(Derivative(u_k), Sum((Negative(y_k), Product((x_k, ones))))), equal(ones, one)),
            line("together", delta(network, last)),
        )
    return (
        line("given", name, equal(_s("x", last, "k"), Function("f", u_k))),
        line("crossed", equal(Derivative(x_k), Quotient(Difference(x_k, y_k), Product((x_k, rest))))),
        line("sigmoid", equal(Function("f'", u_k), Product((x_k, rest)))),
        line("cancel", equal(Derivative(u_k), Product((Derivative(x_k), Function("f'", u_k))))),
        line("together", delta(network, last)),
    )


def _hidden(l: Index, count: Index) -> tuple[Line, ...]:
    above = _above(l)
    x_j = _s("x", l, "j")
    path = Product((_s("W", above, "k", "j"), Derivative(_s("u", above, "k"))))
    back: Expression = matrix(Transpose(_s("W", above)), Derivative(_s("u", above)))
    return (
        line("given", _forward(above).equations[0], equal(_s("x", l), Function("f", _s("u", l)))),
        line("every_u", equal(Derivative(x_j), SumOver("k", count, path))),
        line("as_D3", equal(Derivative(_s("x", l)), back)),
        line("through_f", equal(Derivative(_s("u", l)), Hadamard(Derivative(_s("x", l)), _slope(l)))),
        line("with_delta", equal(_s("delta", l), Hadamard(_back(l), _slope(l)))),
    )


def _recursion(network: Network) -> tuple[Line, ...]:
    concrete = tuple(_delta_line(network, l) for l in range(network.layers, 0, -1))
    return (line("output", _last(network, "n_l")), _all_hidden(1, "n_l - 1"), *concrete)


def _reuse(network: Network, each: bool) -> tuple[Line, ...]:
    f = Function("f", Symbol("u"))
    slopes = tuple(
        equal(Function("f'", Symbol("u")), reused(f), rf"\text{{{name}}}")
        for name in dict.fromkeys(network.activations)
        if (reused := FORMS[name].reused) is not None
    )
    found = (line("from_f", *slopes),) if slopes else ()
    if each:
        layers = range(network.layers, 0, -1)
        kept = (line(_kept(network, l), delta(network, l)) for l in layers)
        used = (line("output_kept", _by_outputs(l)) for l in layers if l > 1)  # the inputs are no f(u)
        return (*found, *kept, *used)
    general = equal(_s("delta", "l"), Hadamard(_back("l"), _slope("l")))
    last, outputs = _last(network, "n_l"), line("output_kept", _by_outputs("l"))
    if network.crossed:
        return (*found, line(_kept(network, network.layers), last), line("slope_kept", general), outputs)
    return (*found, line("slope_kept", last, general), outputs)


def _kept(network: Network, layer: int) -> str:
    """What of the forward pass the error terms of a layer take: with cross-entropy those of the output have no f'."""
    return "gap_kept" if network.crossed and layer == network.layers else "slope_kept"


def _by_outputs(layer: Index) -> Equation:
    """D7 with f(u) for the outputs of the layer below."""
    x = Transpose(Function("f", _s("u", _above(layer, -1))))
    return equal(Derivative(_s("W", layer)), matrix(_s("delta", layer), x))
