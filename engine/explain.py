"""Where a number came from: its formula in general, the formula with the numbers put in, and the value."""

from dataclasses import dataclass

from engine.exactly import Activation, CrossEntropy, Softmax
from engine.expression import (
    Computed,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Square,
    SquaredNorm,
    Sum,
    SumOver,
    Symbol,
    Transpose,
)
from engine.network import Network
from engine.quantities import Quantity, value
from engine.update import Update


@dataclass(frozen=True)
class Equation:
    """``left = right`` (or ``left <- right`` where ``assigns``), with its id in FORMULAS.md."""

    formula: str
    left: Expression
    right: Expression
    assigns: bool = False


@dataclass(frozen=True)
class Explanation:
    """Where one number of an update came from.

    Attributes
    ----------
    quantity : Quantity
    value : float
        As the trace holds it; ``evaluate(worked)`` is the same double.
    layer : tuple of Equation
        The formula for whole layers, as vectors and matrices, and others that belong beside it; may be empty.
    general : Equation or None
        The formula of this neuron or weight with its indices; None for what is given (data, rate, parameters).
    worked : Expression or None
        The right side with every number in its place.
    notes : tuple of str
        Keys of what a reader of this book should know here: traps, and where the formula goes beyond the book.
    """

    quantity: Quantity
    value: float
    layer: tuple[Equation, ...] = ()
    general: Equation | None = None
    worked: Expression | None = None
    notes: tuple[str, ...] = ()


def explain(network: Network, update: Update, quantity: Quantity) -> Explanation:
    """Explain one number of an update, in terms of numbers that can be explained in turn.

    Inputs, targets, the learning rate, and W and b before the update are given: they have no formula here.

    Raises
    ------
    Problem
        ``quantity`` where the update has no such number.
    """
    number = value(update, quantity)
    maker = {
        "u": _net_input, "x": _output, "f_prime": _slope, "loss": _loss, "delta": _delta,
        "grad_W": _gradient, "grad_b": _gradient, "delta_W": _step, "delta_b": _step, "new_W": _new, "new_b": _new,
    }.get(quantity.kind)  # fmt: skip
    if maker is None or (quantity.kind == "x" and quantity.layer == 0):
        return Explanation(quantity, number)
    layer, general, worked = maker(network, update, quantity)
    return Explanation(quantity, number, layer, general, worked)


_Parts = tuple[tuple[Equation, ...], Equation, Expression]


def _ref(update: Update, kind: str, layer: int = 0, j: int = 0, i: int = 0, sample: int = 0) -> Ref:
    quantity = Quantity(kind, layer, j, i, sample)
    return Ref(quantity, value(update, quantity))


def _own(q: Quantity) -> Symbol:
    """The symbol of a quantity itself; the sample is left unsaid, the screen says which one it is."""
    return Symbol(q.kind, q.layer, q.j or "", q.i or "")


def _net_input(network: Network, update: Update, q: Quantity) -> _Parts:
    l, n_in = q.layer, network.sizes[q.layer - 1]
    products = tuple(
        Product((_ref(update, "W", l, q.j, i), _ref(update, "x", l - 1, i, sample=q.sample)))
        for i in range(1, n_in + 1)
    )
    whole = Equation(
        "F4", Symbol("u", l), Sum((Product((Symbol("W", l), Symbol("x", l - 1)), matrix=True), Symbol("b", l)))
    )
    sum_ = SumOver("i", n_in, Product((Symbol("W", l, q.j, "i"), Symbol("x", l - 1, "i"))))
    general = Equation("F3" if l == network.layers else "F2", _own(q), Sum((sum_, Symbol("b", l, q.j))))
    return (whole,), general, Sum((Sum(products), _ref(update, "b", l, q.j)))


def _output(network: Network, update: Update, q: Quantity) -> _Parts:
    name = network.activations[q.layer - 1]
    whole = Equation("F4", Symbol("x", q.layer), Function("f", Symbol("u", q.layer)))
    if name == "softmax":
        us = tuple(_ref(update, "u", q.layer, k, sample=q.sample) for k in range(1, network.sizes[-1] + 1))
        total = SumOver("k", len(us), Function("exp", Symbol("u", q.layer, "k")))
        general = Equation("F3", _own(q), Quotient(Function("exp", Symbol("u", q.layer, q.j)), total))
        shown = Quotient(Function("exp", us[q.j - 1]), Sum(tuple(Function("exp", u) for u in us)))
        return (whole,), general, Computed(shown, Softmax(q.j - 1, slope=False), us)
    u = _ref(update, "u", q.layer, q.j, sample=q.sample)
    formula = "F3" if q.layer == network.layers else "F2"
    symbol: Expression = Function("f", Symbol("u", q.layer, q.j))
    return (whole,), Equation(formula, _own(q), symbol), Computed(_f_of(name, u), Activation(name, slope=False), (u,))


def _f_of(name: str, u: Expression) -> Expression:
    if name == "sigmoid":
        return Quotient(Number(1.0), Sum((Number(1.0), Function("exp", Negative(u)))))
    return {"tanh": Function("tanh", u), "relu": Function("max0", u)}.get(name, u)


def _slope(network: Network, update: Update, q: Quantity) -> _Parts:
    name = network.activations[q.layer - 1]
    x, u = (_ref(update, kind, q.layer, q.j, sample=q.sample) for kind in ("x", "u"))
    f_u = Function("f", Symbol("u", q.layer, q.j))
    left = Function("f'", Symbol("u", q.layer, q.j))
    if name in ("sigmoid", "softmax"):
        right: Expression = Product((f_u, Difference(Number(1.0), f_u)))
        shown: Expression = Product((x, Difference(Number(1.0), x)))
    elif name == "tanh":
        right, shown = Difference(Number(1.0), Square(f_u)), Difference(Number(1.0), Square(x))
    else:
        right = shown = Number(update.trace.f_prime[q.layer - 1][q.sample - 1, q.j - 1])
    if name == "softmax":
        us = tuple(_ref(update, "u", q.layer, k, sample=q.sample) for k in range(1, network.sizes[-1] + 1))
        return (), Equation("F1", left, right), Computed(shown, Softmax(q.j - 1, slope=True), us)
    return (), Equation("F1", left, right), Computed(shown, Activation(name, slope=True), (u,))


def _composite(network: Network) -> Equation:
    inside: Expression = Symbol("x", 0)
    for l in range(1, network.layers + 1):
        inside = Function("f", Sum((Product((Symbol("W", l), inside), matrix=True), Symbol("b", l))))
    return Equation("F5", Symbol("h"), inside)


def _loss(network: Network, update: Update, q: Quantity) -> _Parts:
    last, n, m = network.layers, network.sizes[-1], update.trace.samples
    squared = network.loss == "half_squared_error"
    if not q.sample:
        terms = tuple(_ref(update, "loss", sample=s) for s in range(1, m + 1))
        each = Symbol("loss", sample="s")
        norm = SquaredNorm(Difference(Symbol("h", sample="s"), Symbol("y", sample="s")))
        mean = Equation("F6", Symbol("loss"), Quotient(SumOver("s", m, each), Symbol("m")))
        share = Quotient(Number(1.0), Product((Number(2.0), Symbol("m"))))
        whole = Equation("F6", Symbol("loss"), Product((share, SumOver("s", m, norm))))
        return (
            ((_composite(network), whole) if squared else (_composite(network),)),
            mean,
            Quotient(Sum(terms), Number(float(m))),
        )
    xs, ys = (tuple(_ref(update, kind, last, k, sample=q.sample) for k in range(1, n + 1)) for kind in "xy")
    x_k, y_k = Symbol("x", last, "k"), Symbol("y", last, "k")
    half = Quotient(Number(1.0), Number(2.0))
    if squared:
        norm = SquaredNorm(Difference(Symbol("x", last), Symbol("y", last)))
        whole = Equation("F6", Symbol("loss"), Product((half, norm)))
        general = Equation("F6", Symbol("loss"), Product((half, SumOver("k", n, Square(Difference(x_k, y_k))))))
        squares = Sum(tuple(Square(Difference(x, y)) for x, y in zip(xs, ys, strict=True)))
        return (_composite(network), whole), general, Product((half, squares))
    us = tuple(_ref(update, "u", last, k, sample=q.sample) for k in range(1, n + 1))
    compute = CrossEntropy(network.activations[-1])
    if network.activations[-1] == "softmax":
        general = Equation("F6", Symbol("loss"), Negative(SumOver("k", n, Product((y_k, Function("log", x_k))))))
        shown: Expression = Negative(Sum(tuple(Product((y, Function("log", x))) for x, y in zip(xs, ys, strict=True))))
        return (_composite(network),), general, Computed(shown, compute, (*us, *ys))

    def both(x: Expression, y: Expression) -> Expression:
        rest = Product((Difference(Number(1.0), y), Function("log", Difference(Number(1.0), x))))
        return Sum((Product((y, Function("log", x))), rest))

    general = Equation("F6", Symbol("loss"), Negative(SumOver("k", n, both(x_k, y_k))))
    shown = Negative(Sum(tuple(both(x, y) for x, y in zip(xs, ys, strict=True))))
    return (_composite(network),), general, Computed(shown, compute, (*us, *ys))


def _delta(network: Network, update: Update, q: Quantity) -> _Parts:
    l = q.layer
    slope = Function("f'", Symbol("u", l))
    own_slope = Function("f'", Symbol("u", l, q.j))
    f_prime = _ref(update, "f_prime", l, q.j, sample=q.sample)
    if l == network.layers:
        gap = Difference(Symbol("x", l), Symbol("y", l))
        own_gap = Difference(Symbol("x", l, q.j), Symbol("y", l, q.j))
        numbers = Difference(_ref(update, "x", l, q.j, sample=q.sample), _ref(update, "y", l, q.j, sample=q.sample))
        if network.loss == "cross_entropy":  # the slope of the output and that of the loss cancel
            return (Equation("D8", Symbol("delta", l), gap),), Equation("D8", _own(q), own_gap), numbers
        distance = Equation("F7", Derivative(Symbol("x", l)), gap)
        whole = Equation("D8", Symbol("delta", l), Hadamard(gap, slope))
        return (distance, whole), Equation("D8", _own(q), Product((own_gap, own_slope))), Product((numbers, f_prime))
    above = network.sizes[l + 1]
    back = Product((Transpose(Symbol("W", l + 1)), Symbol("delta", l + 1)), matrix=True)
    whole = Equation("D9", Symbol("delta", l), Hadamard(back, slope))
    sum_ = SumOver("k", above, Product((Symbol("W", l + 1, "k", q.j), Symbol("delta", l + 1, "k"))))
    terms = tuple(
        Product((_ref(update, "W", l + 1, k, q.j), _ref(update, "delta", l + 1, k, sample=q.sample)))
        for k in range(1, above + 1)
    )
    return (whole,), Equation("D9", _own(q), Product((sum_, own_slope))), Product((Sum(terms), f_prime))


def _gradient(network: Network, update: Update, q: Quantity) -> _Parts:
    l, m, weight = q.layer, update.trace.samples, q.kind == "grad_W"
    below = Transpose(Symbol("x", l - 1))
    if weight:
        whole = Equation("D7", Derivative(Symbol("W", l)), Product((Symbol("delta", l), below), matrix=True))
    else:
        whole = Equation("D7", Derivative(Symbol("b", l)), Symbol("delta", l))
    left = Derivative(Symbol("W", l, q.j, q.i) if weight else Symbol("b", l, q.j))

    def term(s: int) -> Expression:
        delta = _ref(update, "delta", l, q.j, sample=s)
        return Product((delta, _ref(update, "x", l - 1, q.i, sample=s))) if weight else delta

    mark = "s" if m > 1 else ""
    one: Expression = Symbol("delta", l, q.j, sample=mark)
    if weight:
        one = Product((one, Symbol("x", l - 1, q.i, sample=mark)))
    if m == 1:
        return (whole,), Equation("D7", left, one), term(1)
    general = Equation("D7", left, Quotient(SumOver("s", m, one), Symbol("m")))
    return (whole,), general, Quotient(Sum(tuple(term(s) for s in range(1, m + 1))), Number(float(m)))


def _step(network: Network, update: Update, q: Quantity) -> _Parts:
    family = q.kind[-1]
    gradient = _ref(update, f"grad_{family}", q.layer, q.j, q.i)
    symbol = Symbol(family, q.layer, q.j, q.i or "")
    right: Expression = Product((Negative(Symbol("eta")), _slope_of_all(update, family, Derivative(symbol), symbol)))
    weight = _ref(update, family, q.layer, q.j, q.i)
    worked: Expression = Product(
        (Negative(_ref(update, "eta")), _slope_of_all(update, family, gradient, weight, worked=True))
    )
    if family == "b" and update.frozen_biases:
        right = worked = Number(0.0)
    return (_descent(update, family, q.layer),), Equation("F8", _own(q), right), worked


def _slope_of_all(
    update: Update, family: str, gradient: Expression, weight: Expression, worked: bool = False
) -> Expression:
    """The gradient of the loss and, for weights, of the penalties: + l2 w + l1 sign(w)."""
    rate = (lambda name: _ref(update, name)) if worked else (lambda name: Symbol(name))
    terms = [gradient]
    if family == "W" and update.l2:
        terms.append(Product((rate("l2"), weight)))
    if family == "W" and update.l1:
        terms.append(Product((rate("l1"), Function("sign", weight))))
    return Sum(tuple(terms)) if len(terms) > 1 else gradient


def _new(network: Network, update: Update, q: Quantity) -> _Parts:
    family = q.kind[-1]
    old, step = _ref(update, family, q.layer, q.j, q.i), _ref(update, f"delta_{family}", q.layer, q.j, q.i)
    left = Symbol(family, q.layer, q.j, q.i or "")
    general = Equation("F8", left, Sum((left, Symbol(f"delta_{family}", q.layer, q.j, q.i or ""))), assigns=True)
    return (_descent(update, family, q.layer),), general, Sum((old, step))


def _descent(update: Update, family: str, layer: int) -> Equation:
    symbol = Symbol(family, layer)
    slope = _slope_of_all(update, family, Derivative(symbol), symbol)
    return Equation("F8", symbol, Difference(symbol, Product((Symbol("eta"), slope))), assigns=True)
