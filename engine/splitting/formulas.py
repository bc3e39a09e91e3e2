"""The formulas E1-E7 alive: in general, with the numbers of an update in place, and the value.

Written as the ``error`` book writes (``e = t - o``, first index of a weight = where it comes from, rate ``alpha``), or
in the letters of another book.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.books.book import ERROR, Notation
from engine.books.error_letters import Letters
from engine.expression import (
    Computed,
    Difference,
    Expression,
    Function,
    Number,
    Product,
    Quotient,
    Ref,
    Sum,
)
from engine.network import Network
from engine.quantities import Quantity, value
from engine.splitting.rules import Sent, angle, dot_product, errors, product_cell
from engine.update import Update

Names = tuple[tuple[Quantity, ...], ...]  # of the numbers of a matrix, row by row; empty where they have none
FORMULAS: Final = ("E1", "E2", "E3", "E4", "E5", "E6", "E7")
SYMBOLS: Final = {"split": r"e_{\text{split}}", "back": r"W^{\mathsf T}e"}  # what E7 compares with the exact one
MOST: Final = 4  # neurons up to which a denominator is written out


@dataclass(frozen=True)
class Line:
    """One formula alive: ``general`` as TeX, ``worked`` with every number in its place, and the value.

    ``left`` is what it gives, as TeX; ``evaluate(worked)`` is ``value``, unless a denominator is zero.
    """

    left: str
    general: tuple[str, ...]
    worked: Expression
    value: float


@dataclass(frozen=True)
class Here:
    """One sample of an update, and the layer that the error is sent back to."""

    network: Network
    update: Update
    sent: Sent
    sample: int = 1
    book: Notation = ERROR

    @property
    def letters(self) -> Letters:
        """In which the formulas are written."""
        return Letters(self.book, self.sent.layer, self.network.layers)

    @property
    def above(self) -> int:
        """The layer that the error comes from."""
        return self.sent.layer + 1

    def ref(self, kind: str, layer: int = 0, j: int = 0, i: int = 0) -> Ref:
        """A number of the update by its name; x, u, f_prime, delta and y are those of the sample."""
        quantity = Quantity(kind, layer, j, i, self.sample if kind in ("x", "u", "f_prime", "delta", "y") else 0)
        return Ref(quantity, value(self.update, quantity))

    def error(self, k: int, rule: str) -> Ref:
        """What neuron k above sends by a rule, or its error t - o."""
        return Ref(Quantity(f"e_{rule}", self.above, k, sample=self.sample), float(self.sent.above[rule][k - 1]))


def received(here: Here, rule: str, j: int) -> Ref:
    """What neuron j gets by a rule."""
    return Ref(Quantity(f"got_{rule}", here.sent.layer, j, sample=here.sample), float(here.sent.errors[rule][j - 1]))


def sigma(here: Here, k: str) -> str:
    """The slope of an output as TeX: written out for a sigmoid, f' for the others."""
    own = here.letters
    if own.own and here.network.activations[-1] == "sigmoid":
        inside = rf"{{\textstyle\sum_{{j}}}}{own.weight('j', k)}{own.below('j')}"
        return rf"\sigma({inside})\,(1-\sigma(\cdot))"
    return f"f'({own.net_input(k)})"


def cell(A: Floats, B: Floats, i: int, j: int, names: tuple[Names, Names] = ((), ())) -> Line:
    """E1: one cell of the product A B, counted from 1: a row times a column; ``names`` of the numbers of A and of B."""
    n = A.shape[1]

    def number(matrix: int, one: float, row: int, column: int) -> Expression:
        name = names[matrix][row][column] if names[matrix] else None
        return Ref(name, float(one)) if name else Number(float(one))

    terms = tuple(
        Product((number(0, a, i - 1, k), number(1, b, k, j - 1)))
        for k, (a, b) in enumerate(zip(A[i - 1], B[:, j - 1], strict=True))
    )
    dot = rf"c_{{{i}{j}}} = \sum_{{k=1}}^{{{n}}} a_{{{i}k}}\,b_{{k{j}}}"
    return Line(f"c_{{{i}{j}}}", (dot,), Sum(terms), product_cell(A, B, i - 1, j - 1)[1])


def split(here: Here, j: int) -> Line:
    """E2: what neuron j gets in proportion to the weights."""
    n_above, n = here.sent.W.shape
    ks, js = range(1, n_above + 1), range(1, n + 1)
    w = here.letters.weight
    general = rf"{_e(here, j)} = \sum_{{k}} e_{{k}}\,\frac{{{w(j, 'k')}}}{{\sum_i {w('i', 'k')}}}"
    if n <= MOST and n_above <= 2:
        parts = [rf"e_{{{k}}}\,\frac{{{w(j, k)}}}{{{'+'.join(w(i, k) for i in js)}}}" for k in ks]
        general = rf"{_e(here, j)} = " + " + ".join(parts)
    terms = tuple(
        Product(
            (
                here.error(k, "split"),
                Quotient(
                    here.ref("W", here.above, k, j), Sum(tuple(here.ref("W", here.above, k, i) for i in js))
                ),
            )
        )
        for k in ks
    )  # fmt: skip
    return Line(_e(here, j), (general,), Sum(terms), float(here.sent.errors["split"][j - 1]))


def back(here: Here, j: int) -> Line:
    """E3: what neuron j gets by W^T e, a row of the transposed matrix times the errors."""
    ks = range(1, here.sent.W.shape[0] + 1)
    terms = tuple(Product((here.ref("W", here.above, k, j), here.error(k, "back"))) for k in ks)
    general = (
        rf"{here.letters.back(_low(here), _high(here), _pair(here))} \qquad "
        rf"{_e(here, j)} = \sum_k {here.letters.weight(j, 'k')}\,e_k",
    )
    return Line(_e(here, j), general, Sum(terms), float(here.sent.errors["back"][j - 1]))


def exact(here: Here, j: int) -> Line:
    """What neuron j really did to the loss, -dL/do: W^T times the error terms above, slopes and all (E7)."""
    ks = range(1, here.sent.W.shape[0] + 1)
    terms = tuple(Product((here.ref("W", here.above, k, j), here.error(k, "exact"))) for k in ks)
    own = here.letters
    left = rf"-\partial L/\partial {own.below(j)}"
    general = (rf"{left} = {{\textstyle\sum_k}}\, {own.weight(j, 'k')}\,{own.sent('k')}",)
    return Line(left, general, Sum(terms), float(here.sent.errors["exact"][j - 1]))


def slope(here: Here, j: int, k: int, absorbed: bool = True) -> Line:
    """E4: slope of the error by the weight from neuron j of the last layer but one to output k, for the sample.

    With the factor 2 of ``E = sum (t - o)^2``, or with it absorbed: then it is the slope of half of that, ours.
    With cross-entropy the slope of the output cancels, and there is no factor to absorb.
    """
    last = here.network.layers
    cross = here.network.loss == "cross_entropy"
    gap = Difference(here.ref("y", last, k), here.ref("x", last, k))
    x, f_prime = here.ref("x", last, k), here.ref("f_prime", last, k)
    sigmoid = here.network.activations[-1] == "sigmoid"
    shown: Expression = Product((x, Difference(Number(1.0), x))) if sigmoid else f_prime
    steep = () if cross else (Computed(shown, _same, (f_prime,)) if sigmoid else f_prime,)
    factor = Number(-1.0 if absorbed or cross else -2.0)
    worked = Product((factor, gap, *steep, here.ref("x", last - 1, j)))
    sign = "-" if absorbed or cross else "-2"
    steep_tex, own = "" if cross else rf"\,{sigma(here, str(k))}", here.letters
    w, o = own.weight(j, k), own.output(k)
    chain = rf"\frac{{\partial E}}{{\partial {o}}}\,\frac{{\partial {o}}}{{\partial {w}}}"
    gap_tex = f"({own.target(k)}-{o})"
    general = (rf"\frac{{\partial E}}{{\partial {w}}} = {chain} = {sign}{gap_tex}{steep_tex}\,{own.below(j)}",)
    number = 1.0 if absorbed or cross else 2.0
    return Line(rf"\partial E/\partial {w}", general, worked, number * float(_slope(here, k) * _output(here, j)))


def step(here: Here, j: int, k: int) -> Line:
    """E5: the new weight from neuron j to output k, by the update itself: its slope is the mean over the samples."""
    last = here.network.layers
    old, new = here.ref("W", last, k, j), here.ref("new_W", last, k, j)
    worked = Difference(old, Product((here.ref("eta"), here.ref("grad_W", last, k, j))))
    w = here.letters.weight(j, k)
    general = (rf"{w} \leftarrow {w} - {here.letters.rate}\,\frac{{\partial E}}{{\partial {w}}}",)
    return Line(w, general, worked, new.value)


def change(here: Here, j: int, k: int) -> Line:
    """E6: one cell of the matrix of changes, of the sample alone: a column of error terms times a row of outputs."""
    last = here.network.layers
    worked = Product((here.ref("eta"), term(here, k), here.ref("x", last - 1, j)))
    steep = "" if here.network.loss == "cross_entropy" else r"\,o_k(1-o_k)"
    if here.network.activations[-1] != "sigmoid" and steep:
        steep = r"\,f'(u_k)"
    general = (here.letters.change(steep),)
    found = value(here.update, Quantity("eta")) * float(-_slope(here, k)) * _output(here, j)
    return Line(rf"\Delta {here.letters.weight(j, k)}", general, worked, found)


def changes(here: Here) -> tuple[Floats, Floats, Floats]:
    """E6 as matrices: the column E_k o_k (1 - o_k), the row o_j, and alpha times their product."""
    column = np.array([[-_slope(here, k)] for k in range(1, here.network.sizes[-1] + 1)])
    row = here.update.trace.x[-2][here.sample - 1][None]
    return column, row, here.update.learning_rate * column * row


def apart(here: Here, rule: str) -> Line | None:
    """E7: the angle between what a rule sends back and the exact one; None where one of them has no direction."""
    degrees = here.sent.angles[rule]
    if degrees is None:
        return None
    a, g = here.sent.errors[rule], here.sent.errors["exact"]
    dot, *norms = (
        Ref(Quantity(kind, here.sent.layer, sample=here.sample), number)
        for kind, number in (
            (f"dot_{rule}", dot_product(a, g)), (f"norm_{rule}", math.sqrt(dot_product(a, a))),
            ("norm_exact", math.sqrt(dot_product(g, g))),
        )
    )  # fmt: skip
    shown = Function(r"\arccos", Quotient(dot, Product(tuple(norms))))
    worked = Computed(shown, partial(_degrees, len(a)), tuple(Number(float(x)) for x in (*a, *g)))
    general = (r"\varphi = \arccos\frac{a\cdot g}{\lVert a\rVert\,\lVert g\rVert},\; g = W^{\mathsf T}(-\delta)",)
    return Line(rf"a = {SYMBOLS[rule]}:\quad \varphi", general, worked, degrees)


def _degrees(n: int, *numbers: float) -> float:
    found = angle(np.array(numbers[:n]), np.array(numbers[n:]))
    assert found is not None
    return found


def _same(number: float) -> float:
    return number


def term(here: Here, k: int) -> Expression:
    """(t - o) times the slope of the output."""
    last = here.network.layers
    gap = Difference(here.ref("y", last, k), here.ref("x", last, k))
    if here.network.loss == "cross_entropy":
        return gap
    x, f_prime = here.ref("x", last, k), here.ref("f_prime", last, k)
    shown: Expression = Product((x, Difference(Number(1.0), x)))
    sigmoid = here.network.activations[-1] == "sigmoid"
    return Product((gap, Computed(shown, _same, (f_prime,)) if sigmoid else f_prime))


def _slope(here: Here, k: int) -> float:
    """delta of output k, which is minus (t - o) times the slope."""
    gap = float(errors(here.update, here.sample)[k - 1])
    if here.network.loss == "cross_entropy":
        return -gap
    return -gap * float(here.update.trace.f_prime[-1][here.sample - 1, k - 1])


def _output(here: Here, j: int) -> float:
    return float(here.update.trace.x[-2][here.sample - 1, j - 1])


def _low(here: Here) -> str:
    return "hidden" if here.network.layers == 2 else str(here.sent.layer)


def _high(here: Here) -> str:
    return "o" if here.network.layers == 2 else str(here.above)


def _pair(here: Here) -> str:
    return "ho" if here.network.layers == 2 else str(here.above)


def _e(here: Here, j: int) -> str:
    return rf"e_{{\text{{h}},{j}}}" if here.network.layers == 2 else rf"e^{{({here.sent.layer})}}_{{{j}}}"
