"""The formulas E1-E7 alive: in general, with the numbers of an update in place, and the value.

Written as the ``error`` book writes (``e = t - o``, first index of a weight = where it comes from, rate ``alpha``), or
in the letters of another book.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.formulas.books import MATRICES
from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import (
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
    Spelled,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    evaluate,
)
from engine.formulas.fill import Bound, Place, filled, slope_of
from engine.formulas.lecture import HALF
from engine.formulas.notation import ERROR, Notation
from engine.formulas.rewriting import rewritten
from engine.formulas.ruled import pushed
from engine.network import Network
from engine.quantities import Quantity, value
from engine.splitting.letters import letters
from engine.splitting.rules import Sent, angle, dot_product, errors, product_cell
from engine.update import Update

Names = tuple[tuple[Quantity, ...], ...]  # of the numbers of a matrix, row by row; empty where they have none
FORMULAS: Final = ("E1", "E2", "E3", "E4", "E5", "E6", "E7")
MOST: Final = 4  # neurons up to which a denominator is written out
_LOSS: Final = Symbol("loss")


@dataclass(frozen=True)
class _Sending(Place):
    """A place whose numbers are also what neurons send and get."""

    sent: Sent | None = None

    def ref(self, kind: str, layer: int = 0, j: int = 0, i: int = 0, sample: int = 0) -> Ref:
        """A number of the update; or what neuron j sends (``e_``) or gets (``got_``) by a rule."""
        what, _, rule = kind.partition("_")
        if what not in ("e", "got"):
            return super().ref(kind, layer, j, i, sample)
        assert self.sent is not None
        numbers = self.sent.above[rule] if what == "e" else self.sent.errors[rule]
        return Ref(Quantity(kind, layer, j, sample=self.quantity.sample), float(numbers[j - 1]))


@dataclass(frozen=True)
class SplittingPlace:
    """One sample of an update, and the layer that the error is sent back to."""

    network: Network
    update: Update
    sent: Sent
    sample: int = 1
    book: Notation = ERROR

    @property
    def above(self) -> int:
        """The layer that the error comes from."""
        return self.sent.layer + 1

    @cached_property
    def notation(self) -> Notation:
        """In which the formulas are written."""
        return letters(self.book, self.network.layers, self.network.crossed)

    @property
    def own(self) -> bool:
        """Whether the book is the one that E1-E7 come from."""
        return self.book.name == ERROR.name

    @property
    def place(self) -> Place:
        """Where the numbers are."""
        q = Quantity("W", self.above, 1, 1, self.sample)
        return _Sending(self.network, self.update, q, self.notation, sent=self.sent)

    def symbol(self, kind: str, layer: int | str = "", j: int | str = "", i: int | str = "") -> Symbol:
        """A symbol of this network."""
        return Symbol(kind, layer, j, i, last=self.network.layers)

    def filled(self, expression: Expression) -> Expression:
        """A formula with its numbers; sums over i and k run over the neurons below and above."""
        n_above, n = self.sent.W.shape
        at: Bound = {"last i": n, "last k": n_above}
        return filled(expression, self.place, at)

    def gives(self, equation: Equation, number: float | None = None, numbers: Expression | None = None) -> Derived:
        """What a formula gives: by default what its tree does; ``numbers`` if it is worked in another way."""
        worked = numbers or self.filled(equation.right)
        found = evaluate(worked) if number is None else number
        return Derived(equation.left, (worked,), Number(found, worked=True), equation, assigns=equation.assigns)


def cell(A: Floats, B: Floats, i: int, j: int, names: tuple[Names, Names] = ((), ())) -> Derived:
    """E1: one cell of the product A B, counted from 1: a row times a column; ``names`` of the numbers of A and of B."""

    def number(matrix: int, one: float, row: int, column: int) -> Expression:
        name = names[matrix][row][column] if names[matrix] else None
        return Ref(name, float(one)) if name else Number(float(one))

    pairs = enumerate(zip(A[i - 1], B[:, j - 1], strict=True))
    terms = tuple(Product((number(0, a, i - 1, k), number(1, b, k, j - 1))) for k, (a, b) in pairs)
    left, dot = Symbol("c", j=i, i=j), Product((Symbol("a", j=i, i="k"), Symbol("b", j="k", i=j)))
    result = Number(product_cell(A, B, i - 1, j - 1)[1], worked=True)
    return Derived(left, (Sum(terms),), result, Equation("E1", left, SumOver("k", A.shape[1], dot)))


def split(here: SplittingPlace, j: int) -> Derived:
    """E2: what neuron j gets in proportion to the weights."""
    n_above, n = here.sent.W.shape

    def share(k: int | str, written: bool) -> Product:
        every: Expression = SumOver("i", "", here.symbol("W", here.above, k, "i"))
        if written:
            every = Sum(tuple(here.symbol("W", here.above, k, i) for i in range(1, n + 1)))
        part = Quotient(here.symbol("W", here.above, k, j), every)
        return Product((here.symbol("e_split", here.above, k), part))

    spelled = Sum(tuple(share(k, written=True) for k in range(1, n_above + 1)))
    right = spelled if n <= MOST and n_above <= 2 else SumOver("k", "", share("k", written=False))
    equation = Equation("E2", here.symbol("got_split", here.sent.layer, j), right)
    return here.gives(equation, float(here.sent.errors["split"][j - 1]), here.filled(spelled))


def back(here: SplittingPlace, j: int) -> Derived:
    """E3: what neuron j gets by W^T e, a row of the transposed matrix times the errors."""
    layer = Equation(
        "E3",
        here.symbol("got_back", here.sent.layer),
        _matrices(
            here, Product((Transpose(here.symbol("W", here.above)), here.symbol("e_back", here.above)), matrix=True)
        ),
    )
    return replace(
        here.gives(Equation("E3", here.symbol("got_back", here.sent.layer, j), _sent(here, "back", j))), layer=(layer,)
    )


def exact(here: SplittingPlace, j: int) -> Derived:
    """What neuron j really did to the loss, -dL/do: W^T times the error terms above, slopes and all (E7)."""
    return here.gives(Equation("E7", here.symbol("got_exact", here.sent.layer, j), _sent(here, "exact", j)))


def _sent(here: SplittingPlace, rule: str, j: int) -> Expression:
    """What the neurons above send to neuron j, by their weights."""
    return SumOver("k", "", Product((here.symbol("W", here.above, "k", j), here.symbol(f"e_{rule}", here.above, "k"))))


def _matrices(here: SplittingPlace, expression: Expression) -> Expression:
    """A product of matrices in the order of the book."""
    return rewritten(expression, MATRICES.get(here.book.name, ()), here.place)


def slope(here: SplittingPlace, j: int, k: int, absorbed: bool = True) -> Derived:
    """E4: slope of the error by the weight from neuron j of the last layer but one to output k, for the sample.

    With the factor 2 of ``E = sum (t - o)^2``, or with it absorbed: then it is the slope of half of that, ours.
    With cross-entropy the slope of the output cancels, and there is no factor to absorb.
    """
    last = here.network.layers
    w, o, below = here.symbol("W", last, k, j), here.symbol("x", last, k), here.symbol("x", last - 1, j)
    gap, left = Difference(here.symbol("y", last, k), o), Derivative(w, _LOSS)
    crossed = here.network.crossed
    factors = (Negative(gap),) if absorbed or crossed else (Negative(Number(2.0)), gap)
    steep = () if crossed else (_sigma(here, k),)
    numbers = Product(
        (*map(here.filled, factors), *((slope_of(here.place, last, k),) if steep else ()), here.filled(below))
    )
    chain = Equation("E4", left, Product((Derivative(o, _LOSS), Derivative(w, o))))
    found = here.gives(Equation("E4", left, Product((*factors, *steep, below))), numbers=numbers)
    if not absorbed or crossed:
        return replace(found, layer=(chain,))
    return replace(found, left=Product((HALF, left)))


def _sigma(here: SplittingPlace, k: int) -> Expression:
    """The slope of an output: written out for a sigmoid in the book's own letters, f' otherwise."""
    last, f_prime = here.network.layers, here.symbol("f_prime", here.network.layers, k)
    if not here.own or not here.network.output.logistic:
        return Function("f'", here.symbol("u", last, k))
    net = SumOver("j", "", Product((here.symbol("W", last, k, "j"), here.symbol("x", last - 1, "j"))))
    one_less = Difference(Number(1.0), Function(r"\sigma", Symbol("any")))
    return Spelled(f_prime, Product((Function(r"\sigma", net), one_less)))


def step(here: SplittingPlace, j: int, k: int) -> Derived:
    """E5: the new weight from neuron j to output k, by the update itself: its slope is the mean over the samples.

    E has no half, so the slope that the rate multiplies is half of E4's; penalties add their own.
    """
    w = here.symbol("W", here.network.layers, k, j)
    down = pushed(here.update, w)
    half = () if here.network.crossed else (HALF,)
    if isinstance(down, Sum):
        first, *penalties = down.terms
        down = Sum((Product((*half, first)) if half else first, *penalties))
        half = ()
    equation = Equation("E5", w, Difference(w, Product((Symbol("eta"), *half, down))), assigns=True)
    return replace(here.gives(equation), assigns=False)


def change(here: SplittingPlace, j: int, k: int) -> Derived:
    """E6: one cell of the matrix of changes, of the sample alone: a column of error terms times a row of outputs."""
    last = here.network.layers
    x, rate = here.symbol("x", last - 1), Symbol("eta")
    worked = Product((here.filled(rate), term(here, k), here.filled(here.symbol("x", last - 1, j))))
    left, right = here.symbol("delta_W", last), _matrices(here, Product((_column(here), Transpose(x)), matrix=True))
    if here.own:  # by the letters of its neurons
        left, below = here.symbol("delta_W", last, "k", "j"), here.symbol("x", last - 1, "j")
        right = Product((_column(here, "k"), Transpose(below)), matrix=True)
    found = here.gives(Equation("E6", left, Product((rate, right))), numbers=worked)
    number = value(here.update, Quantity("eta")) * float(-_slope(here, k)) * _output(here, j)
    return replace(found, left=here.symbol("delta_W", last, k, j), result=Number(number, worked=True))


def _column(here: SplittingPlace, k: str = "") -> Expression:
    """The errors of the outputs times their slopes, whole or of one."""
    last = here.network.layers
    e, u = here.symbol("error" if k else "e_back", last if k else "", k), here.symbol("u", last, k)
    if here.network.crossed:
        return e
    if not k:
        return Hadamard(e, Function("f'", u))
    if not here.network.output.logistic:
        return Product((e, Function("f'", u)))
    o = here.symbol("x", last, k)
    return Product((e, o, Difference(Number(1.0), o)))


def changes(here: SplittingPlace) -> tuple[Floats, Floats, Floats]:
    """E6 as matrices: the column E_k o_k (1 - o_k), the row o_j, and alpha times their product."""
    column = np.array([[-_slope(here, k)] for k in range(1, here.network.sizes[-1] + 1)])
    row = here.update.trace.x[-2][here.sample - 1][None]
    return column, row, here.update.learning_rate * column * row


def apart(here: SplittingPlace, rule: str) -> Derived | None:
    """E7: the angle between what a rule sends back and the exact one; None where one of them has no direction."""
    degrees = here.sent.angles[rule]
    if degrees is None:
        return None
    a, g = here.sent.errors[rule], here.sent.errors["exact"]
    dot, *norms = (
        Ref(Quantity(kind, here.sent.layer, sample=here.sample), number)
        for kind, number in (
            (f"dot_{rule}", dot_product(a, g)),
            (f"norm_{rule}", math.sqrt(dot_product(a, a))),
            ("norm_exact", math.sqrt(dot_product(g, g))),
        )
    )
    shown = Function(r"\arccos", Quotient(dot, Product(tuple(norms))))
    worked = Computed(shown, partial(_degrees, len(a)), tuple(Number(float(x)) for x in (*a, *g)))
    cosine = Quotient(Symbol("dot"), Product((Symbol("norm_a"), Symbol("norm_g"))))
    found = here.gives(Equation("E7", Symbol("phi"), Function(r"\arccos", cosine)), degrees, worked)
    return replace(found, left=Symbol(f"phi_{rule}"), layer=(stands_for("g", "exact"),))


def stands_for(letter: str, rule: str) -> Equation:
    """What a and g are in E7: what a rule sends back, and the exact one."""
    return Equation("E7", Symbol(letter), Symbol(rule))


def _degrees(n: int, *numbers: float) -> float:
    found = angle(np.array(numbers[:n]), np.array(numbers[n:]))
    assert found is not None
    return found


def term(here: SplittingPlace, k: int) -> Expression:
    """(t - o) times the slope of the output, with numbers."""
    last = here.network.layers
    gap = here.filled(Difference(here.symbol("y", last, k), here.symbol("x", last, k)))
    return gap if here.network.crossed else Product((gap, slope_of(here.place, last, k)))


def _slope(here: SplittingPlace, k: int) -> float:
    """delta of output k, which is minus (t - o) times the slope."""
    gap = float(errors(here.update, here.sample)[k - 1])
    if here.network.crossed:
        return -gap
    return -gap * float(here.update.trace.f_prime[-1][here.sample - 1, k - 1])


def _output(here: SplittingPlace, j: int) -> float:
    return float(here.update.trace.x[-2][here.sample - 1, j - 1])
