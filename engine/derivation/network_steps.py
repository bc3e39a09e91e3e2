"""D7-D12 line by line, as expression trees in column notation, with the layers of the network at hand."""

from engine.derivation.steps import matrix
from engine.derivation.walk import Line, Step, Stop, part
from engine.expression import (
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

Index = int | str


def _s(kind: str, layer: Index, j: Index = "", i: Index = "") -> Symbol:
    return Symbol(kind, layer, j, i)


def _slope(layer: Index) -> Function:
    return Function("f'", _s("u", layer))


def _above(layer: Index, by: int = 1) -> Index:
    return layer + by if isinstance(layer, int) else f"{layer}{'+' if by > 0 else '-'}{abs(by)}"


def network_lines(stop: Stop, network: Network, update: Update) -> tuple[Line, ...]:
    """The lines of D7-D12, the formula itself last; D11 has as many lines of the algorithm as its stage has reached."""
    kind, layer = part(stop, network.layers)
    if stop.formula == "D11":
        lines = algorithm(network, update)
        return lines if kind == "update" else lines[: stop.stage + 2]
    if stop.formula == "D12":
        return _reuse(network)
    if stop.formula == "D10":
        return _recursion(network)
    if stop.formula == "D7":
        return _gradients(layer, network.sizes[layer - 1])
    if stop.formula == "D8":
        return _output(network)
    if layer == network.layers:
        return _hidden("l", "n")
    return _hidden(layer, network.sizes[layer + 1])


def algorithm(network: Network, update: Update) -> tuple[Line, ...]:
    """The complete algorithm: forward pass, error terms and gradients from the last layer to the first, update."""
    found: list[Line] = [_forward("l")]
    for l in range(network.layers, 0, -1):
        found += [(delta(network, l),), gradients(l)]
    return (*found, _descent(update))


def _forward(layer: Index) -> Line:
    u = Sum((matrix(_s("W", layer), _s("x", _above(layer, -1))), _s("b", layer)))
    return Step(_s("u", layer), u), Step(_s("x", layer), Function("f", _s("u", layer)))


def delta(network: Network, layer: int) -> Step:
    """D8 or D9 for one layer."""
    if layer == network.layers:
        return _last(network, layer)
    return Step(_s("delta", layer), Hadamard(_back(layer), _slope(layer)))


def _last(network: Network, layer: Index) -> Step:
    apart = Difference(_s("x", layer), _s("y", layer))
    crossed = network.loss == "cross_entropy"
    return Step(_s("delta", layer), apart if crossed else Hadamard(apart, _slope(layer)))


def _back(layer: Index) -> Product:
    return matrix(Transpose(_s("W", _above(layer))), _s("delta", _above(layer)))


def gradients(layer: Index) -> Line:
    """D7 for one layer."""
    row = Transpose(_s("x", _above(layer, -1)))
    return (
        Step(Derivative(_s("W", layer)), matrix(_s("delta", layer), row)),
        Step(Derivative(_s("b", layer)), _s("delta", layer)),
    )


def _descent(update: Update) -> Line:
    """F8, for weights with the gradient of the penalties where there are any."""
    W, b, eta = _s("W", "l"), _s("b", "l"), Symbol("eta")
    terms: list[Expression] = [Derivative(W)]
    if update.l2:
        terms.append(Product((Symbol("l2"), W)))
    if update.l1:
        terms.append(Product((Symbol("l1"), Function("sign", W))))
    whole = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    return (
        Step(W, Difference(W, Product((eta, whole))), assigns=True),
        Step(b, b if update.frozen_biases else Difference(b, Product((eta, Derivative(b)))), assigns=True),
    )


def _gradients(l: int, below_count: int) -> tuple[Line, ...]:
    below, row = l - 1, Transpose(_s("x", l - 1))
    to_u, w, b = Derivative(_s("u", l)), _s("W", l, "j", "i"), _s("b", l, "j")
    u_j, u_k = _s("u", l, "j"), _s("u", l, "k")
    return (
        (_forward(l)[0], Step(u_j, Sum((SumOver("i", below_count, Product((w, _s("x", below, "i")))), b)))),
        (
            Step(Derivative(w, u_j), _s("x", below, "i")),
            Step(Derivative(w, u_k), Number(0.0), r"k \ne j"),
            Step(Derivative(b, u_j), Number(1.0)),
        ),
        (
            Step(Derivative(w), Product((Derivative(u_j), _s("x", below, "i")))),
            Step(Derivative(b), Derivative(u_j)),
        ),
        (Step(Derivative(_s("W", l)), matrix(to_u, row)), Step(Derivative(_s("b", l)), to_u)),
        (Step(_s("delta", l), to_u), *gradients(l)),
    )


def _output(network: Network) -> tuple[Line, ...]:
    last = network.layers
    x, y, u = _s("x", last), _s("y", last), _s("u", last)
    if network.loss == "cross_entropy":
        return _crossed(network)
    return (
        (Step(_s("delta", last), Derivative(u)), Step(x, Function("f", u))),
        (Step(Derivative(x), Difference(x, y), r"\text{F7}"),),
        (Step(Derivative(u), Hadamard(Derivative(x), _slope(last)), r"\text{D4}"),),
        (delta(network, last),),
    )


def _crossed(network: Network) -> tuple[Line, ...]:
    """Cross-entropy: the slope of the output and that of the loss cancel."""
    last = network.layers
    x_i, y_i, x_k, y_k = (_s(kind, last, index) for index in "ik" for kind in "xy")
    u_k, one = _s("u", last, "k"), Number(1.0)
    rest = Difference(one, x_k)
    if network.activations[-1] == "softmax":
        of = Quotient(Negative(y_i), x_i)
        return (
            (Step(_s("delta", last), Derivative(_s("u", last))), Step(Derivative(x_i), of)),
            (
                Step(Derivative(u_k, x_k), Product((x_k, rest))),
                Step(Derivative(u_k, x_i), Negative(Product((x_i, x_k))), r"i \ne k"),
            ),
            (Step(Derivative(u_k), SumOver("i", network.sizes[-1], Product((Derivative(x_i), Derivative(u_k, x_i)))),
                  r"\text{D6}"),),
            (Step(Derivative(u_k), Sum((Negative(y_k), Product((x_k, SumOver("i", network.sizes[-1], y_i)))))),
             Step(SumOver("i", network.sizes[-1], y_i), one)),
            (delta(network, last),),
        )  # fmt: skip
    return (
        (Step(_s("delta", last), Derivative(_s("u", last))), Step(_s("x", last, "k"), Function("f", u_k))),
        (Step(Derivative(x_k), Quotient(Difference(x_k, y_k), Product((x_k, rest)))),),
        (Step(Function("f'", u_k), Product((x_k, rest))),),
        (Step(Derivative(u_k), Product((Derivative(x_k), Function("f'", u_k))), r"\text{D4}"),),
        (delta(network, last),),
    )


def _hidden(l: Index, count: Index) -> tuple[Line, ...]:
    above = _above(l)
    x_j = _s("x", l, "j")
    path = Product((_s("W", above, "k", "j"), Derivative(_s("u", above, "k"))))
    back: Expression = matrix(Transpose(_s("W", above)), Derivative(_s("u", above)))
    return (
        (_forward(above)[0], Step(_s("x", l), Function("f", _s("u", l)))),
        (Step(Derivative(x_j), SumOver("k", count, path)),),
        (Step(Derivative(_s("x", l)), back, r"\text{D3}"),),
        (Step(Derivative(_s("u", l)), Hadamard(Derivative(_s("x", l)), _slope(l)), r"\text{D4}"),),
        (Step(_s("delta", l), Hadamard(_back(l), _slope(l))),),
    )


def _recursion(network: Network) -> tuple[Line, ...]:
    general = Step(_s("delta", "l"), Hadamard(_back("l"), _slope("l")), r"l = n_l - 1, \ldots, 1")
    concrete = tuple((delta(network, l),) for l in range(network.layers, 0, -1))
    return ((_last(network, "n_l"),), (general,), *concrete)


def _reuse(network: Network) -> tuple[Line, ...]:
    f = Function("f", Symbol("u"))
    forms: dict[str, Expression] = {
        "sigmoid": Product((f, Difference(Number(1.0), f))),
        "softmax": Product((f, Difference(Number(1.0), f))),
        "tanh": Difference(Number(1.0), Product((f, f))),
    }
    slopes = tuple(
        Step(Function("f'", Symbol("u")), forms[name], rf"\text{{{name}}}")
        for name in dict.fromkeys(network.activations)
        if name in forms
    )
    weights = matrix(_s("delta", "l"), Transpose(Function("f", _s("u", "l-1"))))
    general = Step(_s("delta", "l"), Hadamard(_back("l"), _slope("l")))
    found = (slopes,) if slopes else ()
    return (*found, (_last(network, "n_l"), general), (Step(Derivative(_s("W", "l")), weights),))
