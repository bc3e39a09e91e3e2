"""The formulas T1-T8 alive: backpropagation with thresholds, for one sample, output j, hidden neuron h and input i."""

from dataclasses import replace
from operator import mul
from typing import Final

from engine.books.living import About, Living, Worked
from engine.explain import Equation, explain
from engine.expression import (
    Computed,
    Derivative,
    Difference,
    Expression,
    Function,
    Negative,
    Number,
    Product,
    Quotient,
    Ref,
    Square,
    Sum,
    SumOver,
    Symbol,
    evaluate,
)
from engine.notation import told
from engine.quantities import Quantity

FORMULAS: Final = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8")
HIDDEN: Final = ("T6", "T7", "T8")  # formulas of the hidden layer


def living(about: About, formula: str) -> Living:
    """One of ``FORMULAS``; ``about.j`` is the output, ``about.i`` the hidden neuron, for T6 to T8 j is hidden, i below.

    In a network without a hidden layer T6 to T8 have no numbers, and the neuron below an output is an input.
    """
    make = {"T1": _loss, "T2": _chain, "T3": _error, "T4": _weight, "T5": _threshold, "T6": _weight,
            "T7": _threshold, "T8": _error}[formula]  # fmt: skip
    network, update = about.network, about.update
    found = make(about, formula)
    notes = list(found.notes)
    if formula in HIDDEN and network.layers == 1:
        notes.append("threshold_no_hidden")
        found = replace(found, worked=())
    if network.layers > 2:
        notes.append("threshold_deep")
    if network.activations[about.layer - 1] != "sigmoid" and formula in ("T2", "T3", "T8"):
        notes.append("threshold_slope")
    if about.cross and formula in ("T1", "T2", "T3"):
        notes.append("threshold_cross_entropy")
    if update.trace.samples > 1 and formula != "T1":
        notes.append("threshold_sample")
    if (update.l1 or update.l2) and formula in ("T4", "T6"):
        notes.append("threshold_penalty")
    if update.frozen_biases and formula in ("T5", "T7"):
        notes.append("threshold_frozen")
    return replace(found, notes=tuple(notes))


def layer_of(about: About, formula: str) -> int:
    """The layer that a formula is about: the output, or the hidden one below it."""
    last = about.network.layers
    return max(1, last - 1) if formula in HIDDEN else last


def _symbol(
    about: About, formula: str, kind: str, layer: int, j: int | str = "", i: int | str = "", sample: str = ""
) -> Symbol:
    last = 2 if formula in HIDDEN and about.network.layers == 1 else about.network.layers
    return Symbol(kind, layer, j, i, sample, last)


def _letters(about: About, formula: str) -> tuple[str, str]:
    """Letters for a neuron of the layer and one of the layer below."""
    if formula in HIDDEN:
        return "h", "i"
    return "j", "h" if about.network.layers > 1 else "i"


def _told(about: About, kind: str) -> tuple[Expression, Ref]:
    """The numbers of an explanation in this book, and its value."""
    sample = about.sample if kind in ("delta", "loss") else 0
    q = Quantity(kind, sample=sample) if kind == "loss" else Quantity(kind, about.layer, about.j, sample=sample)
    found = told(explain(about.network, about.update, q), about.network, about.update, about.notation)
    assert found.worked is not None
    return found.worked, Ref(q, found.value)


def _e(about: About) -> Symbol:
    return Symbol("loss", sample="k")


def _loss(about: About, formula: str) -> Living:
    """T1: the squared error of a sample; and every parameter goes down its slope."""
    last = about.network.layers
    y_hat, y = (_symbol(about, formula, kind, last, "j", sample="k") for kind in ("x", "y"))
    half = Quotient(Number(1.0), Number(2.0))
    right: Expression = Product((half, SumOver("j", "", Square(Difference(y_hat, y)))))
    if about.cross:
        right = _cross_entropy(about, y_hat, y)
    a, b = _letters(about, formula)
    rules = tuple(
        Equation(formula, _symbol(about, formula, f"delta_{kind}", last, *at),
                 Product((Negative(Symbol("eta")), Derivative(_symbol(about, formula, kind, last, *at), _e(about)))))
        for kind, at in (("W", (a, b)), ("b", (a,)))
    )  # fmt: skip
    worked, number = _told(about, "loss")
    return Living(formula, (Equation(formula, _e(about), right), *rules), (Worked(_e(about), worked, number),))


def _cross_entropy(about: About, y_hat: Expression, y: Expression) -> Expression:
    first = Product((y, Function("log", y_hat)))
    if about.network.activations[-1] == "softmax":
        return Negative(SumOver("j", "", first))
    rest = Product((Difference(Number(1.0), y), Function("log", Difference(Number(1.0), y_hat))))
    return Negative(SumOver("j", "", Sum((first, rest))))


def _chain(about: About, formula: str) -> Living:
    """T2: three factors and their product; with cross-entropy the first two are one."""
    l, j, h = about.layer, about.j, about.i
    a, b = _letters(about, formula)
    w, w1 = (_symbol(about, formula, "W", l, *at) for at in ((a, b), (j, h)))
    y_hat, y_hat1 = (_symbol(about, formula, "x", l, at) for at in (a, j))
    beta, beta1 = (_symbol(about, formula, "alpha", l, at) for at in (a, j))

    def partial(above: Expression, below: Symbol) -> Expression:
        return Derivative(below, above) if isinstance(above, Symbol) else above

    e = _e(about)
    gap = Difference(about.ref("x", l, j), about.ref("y", l, j))
    below = about.ref("x", l - 1, h)
    last = (partial(beta1, w1), below)
    if about.cross:
        factors = [(partial(e, beta1), gap, Number(evaluate(gap), worked=True)), (*last, below)]
        chain: tuple[Expression, ...] = (partial(e, beta), partial(beta, w))
    else:
        steep = about.ref("f_prime", l, j)
        slope: Expression = steep
        if about.network.activations[l - 1] == "sigmoid":
            output = about.ref("x", l, j)
            slope = Computed(Product((output, Difference(Number(1.0), output))), _same, (steep,))
        factors = [
            (partial(e, y_hat1), gap, Number(evaluate(gap), worked=True)),
            (partial(y_hat1, beta1), slope, steep),
            (*last, below),
        ]  # fmt: skip
        chain = (partial(e, y_hat), partial(y_hat, beta), partial(beta, w))
    lines = [Worked(left, right, number) for left, right, number in factors]
    product = Product(tuple(number for _, _, number in factors))
    lines.append(Worked(partial(e, w1), product, Number(evaluate(product), worked=True)))
    return Living(formula, (Equation(formula, partial(e, w), Product(chain)),), tuple(lines), ("threshold_order",))


def _same(number: float) -> float:
    return number


def _error(about: About, formula: str) -> Living:
    """T3 g of an output, T8 e of a hidden neuron."""
    l = about.layer
    a, _ = _letters(about, formula)
    out, g = _symbol(about, formula, "x", l, a), _symbol(about, formula, "delta", l, a)
    sigmoid = about.network.activations[l - 1] == "sigmoid"
    slope: tuple[Expression, ...] = (Function("f'", _symbol(about, formula, "u", l, a)),)
    if sigmoid:
        slope = (out, Difference(Number(1.0), out))
    notes: tuple[str, ...] = ("threshold_g",)
    if formula == "T3":
        gap = Difference(_symbol(about, formula, "y", l, a), out)
        right: Expression = gap if about.cross else Product((*slope, gap))
    else:
        term = Product((_symbol(about, formula, "W", l + 1, "j", "h"), _symbol(about, formula, "delta", l + 1, "j")))
        right = Product((*slope, SumOver("j", "", term)))
        notes = ("threshold_g", "threshold_order")
    general = (Equation(formula, g, right),)
    if formula == "T8" and about.output:
        return Living(formula, general, (), notes)
    worked, number = _told(about, "delta")
    return Living(formula, general, (Worked(_symbol(about, formula, "delta", l, about.j), worked, number),), notes)


def _weight(about: About, formula: str) -> Living:
    """T4 and T6: eta times g (or e) times the output below."""
    l, j, i = about.layer, about.j, about.i
    a, b = _letters(about, formula)
    factors = (Symbol("eta"), _symbol(about, formula, "delta", l, a), _symbol(about, formula, "x", l - 1, b))
    general = (Equation(formula, _symbol(about, formula, "delta_W", l, a, b), Product(factors)),)
    eta, g, x = about.ref("eta"), about.ref("delta", l, j), about.ref("x", l - 1, i)
    worked = Computed(Product((eta, g, x)), mul, (eta, Product((g, x))))
    line = Worked(_symbol(about, formula, "delta_W", l, j, i), worked, Number(evaluate(worked), worked=True))
    return Living(formula, general, (line,), ("threshold_plus",))


def _threshold(about: About, formula: str) -> Living:
    """T5 and T7: minus eta times g (or e), and the threshold before and after, which are -b."""
    l, j = about.layer, about.j
    a, _ = _letters(about, formula)
    right = Product((Negative(Symbol("eta")), _symbol(about, formula, "delta", l, a)))
    general = (Equation(formula, _symbol(about, formula, "delta_b", l, a), right),)
    numbers = Product((Negative(about.ref("eta")), about.ref("delta", l, j)))
    step = Number(evaluate(numbers), worked=True)
    theta = about.ref("b", l, j)
    after = Sum((theta, step))
    lines = (
        Worked(_symbol(about, formula, "delta_b", l, j), numbers, step),
        Worked(_symbol(about, formula, "new_b", l, j), after, Number(evaluate(after), worked=True), hands=True),
    )
    return Living(formula, general, lines, ("threshold_minus", "threshold_is"))
