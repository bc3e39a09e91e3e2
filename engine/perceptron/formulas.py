"""The formulas P1 to P7 of the perceptron, alive: in general, with the numbers of one correction, and the value."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from engine.decimals import product, total
from engine.formulas.derived import Derived, Equation, gives
from engine.formulas.expression import (
    Array,
    Cases,
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
    Transpose,
    rebuilt,
)
from engine.formulas.notation import Notation
from engine.perceptron.rule import Correction, PerceptronExperiment
from engine.quantities import Quantity

FORMULAS: Final = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")


def living(experiment: PerceptronExperiment, correction: Correction, formula: str, row: int) -> tuple[Derived, ...]:
    """One of ``FORMULAS``; P1 and P3 are about a row (from 0), the others about all or about the sample."""
    numbers = _Numbers(experiment, correction)
    return {
        "P1": _output,
        "P2": _plane,
        "P3": _distance,
        "P4": _total_distance,
        "P5": _loss,
        "P6": _gradient,
        "P7": _step,
    }[formula](numbers, row)


def _symbol(s: Symbol) -> str:
    """TeX of the perceptron's symbols; the hat marks vectors with the bias, or the dummy input 1, as last entry."""
    down = f"_{{{s.j}}}" if s.j != "" else ""
    down2 = f"_{{{s.j}{s.i}}}" if s.i != "" else down
    written = {
        "f": "f(x)",
        "w": f"w{down}",
        "b": "b",
        "x": f"x{down2}",
        "z": f"z{down}",
        "y": f"y{down}",
        "eta": r"\eta",
        "y_hat": rf"\hat y{down}",
        "w_hat": r"\hat w",
        "x_hat": rf"\hat x{down}",
        "norm": r"\lVert w \rVert",
        "dot": rf"w^{{\mathsf T}}x{down}",
        "a": "a",
        "dot_hat": rf"\hat w^{{\mathsf T}}\hat x{down}",
        "d": f"d{down}",
        "D": "D",
        "loss": r"L(\hat w)",
        "nabla": r"\nabla L(\hat w)",
        "delta_w_hat": r"\Delta\hat w",
        "delta_w": rf"\Delta w{down}",
        "delta_b": r"\Delta b",
        "grad_w": rf"\partial L/\partial w{down}",
        "grad_b": r"\partial L/\partial b",
        "cut": rf"x{down}{_others_zero(s)}",
        "origin": r"\lvert b \rvert / \lVert w \rVert",
    }
    return written[s.kind]


def _others_zero(s: Symbol) -> str:
    """Where the plane cuts axis j of i: the other inputs are 0."""
    others = [f"x_{{{k}}}" for k in range(1, int(s.i or 0) + 1) if k != s.j]
    return rf"\big|_{{{'='.join((*others, '0'))}}}" if others else ""


NOTATION: Final = Notation("perceptron", _symbol)
_Y_HAT, _Y, _X_HAT = (Symbol(kind, j="i") for kind in ("y_hat", "y", "x_hat"))
_DOT_HAT: Final = Symbol("dot_hat", j="i")
_NORM: Final = Symbol("norm")


@dataclass(frozen=True)
class _Numbers:
    """The numbers of a correction as leaves of expression trees."""

    experiment: PerceptronExperiment
    correction: Correction

    def w(self, j: int) -> Ref:
        return Ref(Quantity("w", j=j), float(self.correction.before[j - 1]))

    @property
    def b(self) -> Ref:
        return Ref(Quantity("b"), float(self.correction.before[-1]))

    def x(self, row: int, j: int) -> Ref:
        """Input j of a row; the dummy input 1 is the one behind the last."""
        inputs = self.experiment.X[row].tolist()
        return Ref(Quantity("x", j=j, sample=row + 1), [*inputs, 1.0][j - 1])

    def of(self, kind: str, row: int) -> Ref:
        source = {"y": self.experiment.y, "y_hat": self.correction.predicted, "z": self.correction.z}[kind]
        return Ref(Quantity(kind, sample=row + 1), float(source[row]))

    @property
    def all_w(self) -> tuple[Ref, ...]:
        return tuple(self.w(j) for j in range(1, self.experiment.inputs + 1))

    def norm(self) -> Expression:
        return Function("sqrt", Sum(tuple(Square(w) for w in self.all_w)))

    def slope(self, j: int) -> float:
        """P6 by input j, of the numbers as they are written."""
        missed = self.correction.missed
        errors = (float(self.correction.predicted[row] - self.experiment.y[row]) for row in missed)
        return total(product(e, self.x(row, j).value) for e, row in zip(errors, missed, strict=True))

    def filled(self, formula: Expression, row: int, j: int = 0) -> Expression:
        """A formula with the numbers of a row (from 0) and of input j in; what goes over M becomes its rows' terms."""
        match formula:
            case SumOver(body=body, within="M"):
                terms = tuple(self.filled(body, missed, j) for missed in self.correction.missed)
                return Sum(terms) if terms else Number(0.0)
            case Symbol(kind="eta"):
                return Ref(Quantity("eta"), self.experiment.eta)
            case Symbol(kind="norm"):
                return Ref(Quantity("norm"), self.correction.norm)
            case Symbol(kind="b"):
                return self.b
            case Symbol(kind="dot"):
                return Sum(tuple(Product((w, self.x(row, k))) for k, w in enumerate(self.all_w, start=1)))
            case Symbol(kind="z" | "dot_hat"):
                return self.of("z", row)
            case Symbol(kind="y" | "y_hat" as kind):
                return self.of(kind, row)
            case Symbol(kind="x_hat"):
                return self.x(row, j)
        return rebuilt(formula, partial(self.filled, row=row, j=j))


def _worth(one: Derived, number: float) -> Derived:
    """The line with its number as it is by hand: doubles may miss it by their last bit (``decimals``)."""
    return replace(one, result=Number(number, worked=True))


def _said(*equations: Equation) -> tuple[Derived, ...]:
    """Formulas without their numbers, which follow."""
    return tuple(Derived(one.left, general=one) for one in equations)


def _output(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    any_z, one, zero = Symbol("z"), Number(1.0), Number(0.0)
    inside, sign = Sum((Symbol("dot"), Symbol("b"))), Function("sgn", any_z)
    general = (
        Equation("P1", Symbol("f"), Function("sgn", inside)),
        Equation("P1", sign, Cases(((one, (any_z, ">=", zero)), (zero, (any_z, "<", zero))))),
    )
    z = _worth(gives(Symbol("z", j=row + 1), numbers.filled(inside, row)), float(numbers.correction.z[row]))
    return (*_said(*general), z, gives(Symbol("y_hat", j=row + 1), numbers.filled(sign, row)))


def _plane(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    general = Equation("P2", Sum((Symbol("dot"), Symbol("b"))), Number(0.0))
    if not numbers.correction.norm:
        return _said(general)
    products = tuple(Product((w, Symbol("x", j=j))) for j, w in enumerate(numbers.all_w, start=1))
    worked = [Derived(Sum((*products, numbers.b)), (), Number(0.0))]
    for j, w in enumerate(numbers.all_w, start=1):
        if w.value:
            worked.append(gives(Symbol("cut", j=j, i=numbers.experiment.inputs), Negative(Quotient(numbers.b, w))))
    worked.append(gives(Symbol("origin"), Quotient(Function("abs", numbers.b), numbers.norm())))
    return (*_said(general), *worked)


def _distance(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    d = Symbol("d", j=0)
    general = (
        Equation("P3", d, Quotient(Function("abs", Sum((Symbol("dot", j=0), Symbol("b")))), _NORM)),
        Equation("P3", d, Quotient(Function("abs", Symbol("dot_hat", j=0)), _NORM)),
        Equation("P3", Symbol("w_hat"), Array(((Symbol("w"),), (Symbol("b"),)))),
        Equation("P3", Symbol("x_hat"), Array(((Symbol("x"),), (Number(1.0),)))),
    )
    if not numbers.correction.norm:
        return _said(*general)
    worked = gives(Symbol("d", j=row + 1), numbers.filled(general[1].right, row))
    return (*_said(*general), gives(_NORM, numbers.norm()), worked)


def _over_missed(body: Expression) -> Expression:
    return SumOver("i", "", Product((Difference(_Y_HAT, _Y), body)), within="M")


def _total_distance(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    general = Equation("P4", Symbol("D"), Quotient(_over_missed(_DOT_HAT), _NORM))
    if not numbers.correction.norm:
        return _said(general)
    return (*_said(general), gives(general.left, numbers.filled(general.right, row)))


def _loss(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    general = Equation("P5", Symbol("loss"), _over_missed(_DOT_HAT))
    return (*_said(general), gives(general.left, numbers.filled(general.right, row)))


def _gradient(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    x, a, slope = Symbol("x"), Symbol("a"), _over_missed(_X_HAT)
    general = (
        Equation("P6", Derivative(x, Product((Transpose(x), a), matrix=True), partial=True), a),
        Equation("P6", Symbol("nabla"), slope),
    )
    n = numbers.experiment.inputs
    lefts = (*(Symbol("grad_w", j=j) for j in range(1, n + 1)), Symbol("grad_b"))
    worked = (
        _worth(gives(left, numbers.filled(slope, row, j)), numbers.slope(j)) for j, left in enumerate(lefts, start=1)
    )
    return (*_said(*general), *worked)


def _step(numbers: _Numbers, row: int) -> tuple[Derived, ...]:
    """Changes of w_1 .. w_n and b, each followed by the new value."""
    step = Product((Symbol("eta"), Difference(_Y, _Y_HAT), _X_HAT))
    general = (
        Equation("P7", Symbol("delta_w_hat"), step),
        Equation("P7", Symbol("w_hat"), Sum((Symbol("w_hat"), Symbol("delta_w_hat"))), assigns=True),
    )
    sample = numbers.correction.sample
    if sample is None:
        return _said(*general)
    n, worked = numbers.experiment.inputs, []
    for j in range(1, n + 2):
        old, symbol = (numbers.w(j), Symbol("w", j=j)) if j <= n else (numbers.b, Symbol("b"))
        delta = gives(Symbol("delta_w", j=j) if j <= n else Symbol("delta_b"), numbers.filled(step, sample, j))
        delta = _worth(delta, float(numbers.correction.delta[j - 1]))
        new = gives(symbol, Sum((old, Ref(Quantity("delta", j=j), delta.value))), assigns=True)
        worked += [delta, replace(_worth(new, float(numbers.correction.after[j - 1])), beside=True)]
    return (*_said(*general), *worked)
