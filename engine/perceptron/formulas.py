"""The formulas P1 to P7 of the perceptron, alive: in general, with the numbers of one correction, and the value."""

from dataclasses import dataclass
from typing import Final

from engine.explain import Equation
from engine.expression import (
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
from engine.notation import Notation
from engine.perceptron.rule import Correction, PerceptronExperiment
from engine.quantities import Quantity

FORMULAS: Final = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")


@dataclass(frozen=True)
class Worked:
    """``left = right = value`` with numbers; without a value an equation in x, such as that of the plane."""

    left: Expression
    right: Expression
    value: float | None = None
    assigns: bool = False


@dataclass(frozen=True)
class Living:
    """A formula of FORMULAS.md with the numbers of a correction; ``worked`` is empty where they do not exist."""

    formula: str
    general: tuple[Equation, ...]
    worked: tuple[Worked, ...]


def living(experiment: PerceptronExperiment, correction: Correction, formula: str, row: int) -> Living:
    """One of ``FORMULAS``; P1 and P3 are about a row (from 0), the others about all or about the sample."""
    numbers = _Numbers(experiment, correction)
    return {
        "P1": _output, "P2": _plane, "P3": _distance, "P4": _total_distance, "P5": _loss, "P6": _gradient, "P7": _step,
    }[formula](numbers, row)  # fmt: skip


def _symbol(s: Symbol) -> str:
    """TeX of the perceptron's symbols; the hat marks vectors with the bias, or the dummy input 1, as last entry."""
    down = f"_{{{s.j}}}" if s.j != "" else ""
    down2 = f"_{{{s.j}{s.i}}}" if s.i != "" else down
    written = {
        "f": "f(x)", "w": f"w{down}", "b": "b", "x": f"x{down2}", "z": f"z{down}", "y": f"y{down}", "eta": r"\eta",
        "y_hat": rf"\hat y{down}", "w_hat": r"\hat w", "x_hat": rf"\hat x{down}", "norm": r"\lVert w \rVert",
        "dot": r"w^{\mathsf T}x", "dot_hat": rf"\hat w^{{\mathsf T}}\hat x{down}", "d": f"d{down}", "D": "D",
        "loss": r"L(\hat w)", "nabla": r"\nabla L(\hat w)", "delta_w_hat": r"\Delta\hat w",
        "delta_w": rf"\Delta w{down}", "delta_b": r"\Delta b",
        "grad_w": rf"\partial L/\partial w{down}", "grad_b": r"\partial L/\partial b",
        "cut": rf"x{down}\text{{-axis at}}", "origin": r"\lvert b \rvert / \lVert w \rVert",
    }  # fmt: skip
    return written[s.kind]


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

    def wrong(self, row: int) -> Expression:
        return Difference(self.of("y_hat", row), self.of("y", row))


def _done(left: Expression, right: Expression, assigns: bool = False) -> Worked:
    return Worked(left, right, evaluate(right), assigns)


def _summed(terms: list[Expression]) -> Expression:
    return Sum(tuple(terms)) if terms else Number(0.0)


def _output(numbers: _Numbers, row: int) -> Living:
    general = Equation("P1", Symbol("f"), Function("sgn", Sum((Symbol("dot"), Symbol("b")))))
    products = tuple(Product((w, numbers.x(row, j))) for j, w in enumerate(numbers.all_w, start=1))
    z = _done(Symbol("z", j=row + 1), Sum((Sum(products), numbers.b)))
    y_hat = _done(Symbol("y_hat", j=row + 1), Function("sgn", numbers.of("z", row)))
    return Living("P1", (general,), (z, y_hat))


def _plane(numbers: _Numbers, row: int) -> Living:
    general = Equation("P2", Sum((Symbol("dot"), Symbol("b"))), Number(0.0))
    if not numbers.correction.norm:
        return Living("P2", (general,), ())
    products = tuple(Product((w, Symbol("x", j=j))) for j, w in enumerate(numbers.all_w, start=1))
    worked = [Worked(Sum((*products, numbers.b)), Number(0.0))]
    for j, w in enumerate(numbers.all_w, start=1):
        if w.value:
            worked.append(_done(Symbol("cut", j=j), Negative(Quotient(numbers.b, w))))
    worked.append(_done(Symbol("origin"), Quotient(Function("abs", numbers.b), numbers.norm())))
    return Living("P2", (general,), tuple(worked))


def _distance(numbers: _Numbers, row: int) -> Living:
    d = Symbol("d", j=0)
    general = (
        Equation("P3", d, Quotient(Function("abs", Sum((Symbol("dot"), Symbol("b")))), _NORM)),
        Equation("P3", d, Quotient(Function("abs", Symbol("dot_hat", j=0)), _NORM)),
    )
    if not numbers.correction.norm:
        return Living("P3", general, ())
    norm = _done(_NORM, numbers.norm())
    distance = Quotient(Function("abs", numbers.of("z", row)), Ref(Quantity("norm"), numbers.correction.norm))
    return Living("P3", general, (norm, _done(Symbol("d", j=row + 1), distance)))


def _terms(numbers: _Numbers) -> Expression:
    return _summed([Product((numbers.wrong(row), numbers.of("z", row))) for row in numbers.correction.missed])


def _over_missed(body: Expression) -> Expression:
    return SumOver("i", "", Product((Difference(_Y_HAT, _Y), body)), within="M")


def _total_distance(numbers: _Numbers, row: int) -> Living:
    general = Equation("P4", Symbol("D"), Quotient(_over_missed(_DOT_HAT), _NORM))
    if not numbers.correction.norm:
        return Living("P4", (general,), ())
    norm = Ref(Quantity("norm"), numbers.correction.norm)
    return Living("P4", (general,), (_done(Symbol("D"), Quotient(_terms(numbers), norm)),))


def _loss(numbers: _Numbers, row: int) -> Living:
    general = Equation("P5", Symbol("loss"), _over_missed(_DOT_HAT))
    return Living("P5", (general,), (_done(Symbol("loss"), _terms(numbers)),))


def _gradient(numbers: _Numbers, row: int) -> Living:
    general = Equation("P6", Symbol("nabla"), _over_missed(_X_HAT))
    n, worked = numbers.experiment.inputs, []
    for j in range(1, n + 2):
        terms: list[Expression] = [Product((numbers.wrong(i), numbers.x(i, j))) for i in numbers.correction.missed]
        worked.append(_done(Symbol("grad_w", j=j) if j <= n else Symbol("grad_b"), _summed(terms)))
    return Living("P6", (general,), tuple(worked))


def _step(numbers: _Numbers, row: int) -> Living:
    """Changes of w_1 .. w_n and b, each followed by the new value."""
    step = Product((Symbol("eta"), Difference(_Y, _Y_HAT), _X_HAT))
    general = (
        Equation("P7", Symbol("delta_w_hat"), step),
        Equation("P7", Symbol("w_hat"), Sum((Symbol("w_hat"), Symbol("delta_w_hat"))), assigns=True),
    )
    sample = numbers.correction.sample
    if sample is None:
        return Living("P7", general, ())
    n, worked = numbers.experiment.inputs, []
    eta = Ref(Quantity("eta"), numbers.experiment.eta)
    missing = Difference(numbers.of("y", sample), numbers.of("y_hat", sample))
    for j in range(1, n + 2):
        change = Product((eta, missing, numbers.x(sample, j)))
        old, symbol = (numbers.w(j), Symbol("w", j=j)) if j <= n else (numbers.b, Symbol("b"))
        delta = _done(Symbol("delta_w", j=j) if j <= n else Symbol("delta_b"), change)
        new = Sum((old, Ref(Quantity("delta", j=j), delta.value or 0.0)))
        worked += [delta, _done(symbol, new, assigns=True)]
    return Living("P7", general, tuple(worked))
