"""The watermelon book: thresholds instead of biases, g and e for -delta, v_ih and w_hj."""

from dataclasses import replace
from operator import mul

from engine.books.telling_book import kind_of, layer_of, plain_step, silent
from engine.books.telling_signed import Signed
from engine.explain import Equation
from engine.expression import (
    Computed,
    Difference,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transpose,
)
from engine.quantities import RATE_KINDS, Quantity


class Threshold(Signed):
    slope_first = True

    def say(self, expression: Expression) -> Expression:
        """A threshold is subtracted; matrices have a row for each neuron of the layer below."""
        match expression:
            case Sum((total, bias)) if kind_of(bias) == "b":
                return Difference(self.say(total), self.say(bias))
            case Transpose(Symbol("W", j="") as weights):
                return self.symbol(weights)
            case Product((Symbol("W", j="") as weights, right), matrix=True):
                return Product((Transpose(self.symbol(weights)), self.say(right)), matrix=True)
        return super().say(expression)

    def letter(self, index: str, body: Expression) -> str:
        """i, h, j by layer; k counts the samples."""
        if index == "s":
            return "k"
        layer = layer_of(index, body)
        return "i" if layer == 0 else "j" if layer == self.network.layers else "h"

    def formula(self, q: Quantity) -> str:
        """T1 and T3 to T8."""
        output = q.layer == self.network.layers
        names = {"delta": "T3 T8", "delta_W": "T4 T6", "delta_b": "T5 T7", "loss": "T1 T1"}
        return names[q.kind].split()[0 if output else 1] if q.kind in names else ""

    def loss(self) -> Symbol:
        """E_k of a sample, E of several."""
        return Symbol("loss", sample="k" if self.single else "")

    def back(self, weights: Symbol, errors: Symbol) -> Expression:
        """W g: the matrix as it is, for its rows are the neurons below."""
        return Product((self.symbol(weights), self.symbol(errors)), matrix=True)

    def parts(
        self, layer: tuple[Equation, ...], general: Equation, worked: Expression
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """By kind: what the sign rule turns round is written anew."""
        q, kind = self.quantity, self.quantity.kind
        if kind == "delta":
            return self.delta_parts(layer, general)
        if kind in ("grad_W", "grad_b"):
            return self._gradient(layer, general)
        if kind in ("delta_W", "delta_b"):
            return self._step(layer, general, worked)
        parts = super().parts(layer, general, worked)
        if kind == "loss" and q.sample:
            mark = Symbol("loss", sample="k")
            return (
                tuple(replace(e, left=mark) if kind_of(e.left) == "loss" else e for e in parts[0]),
                replace(parts[1], left=mark),
                parts[2],
            )
        return parts

    def _gradient(
        self, layer: tuple[Equation, ...], general: Equation
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """-g b for a weight; +g for a threshold, whose sign has turned twice."""
        q, l, m = self.quantity, self.quantity.layer, self.update.trace.samples
        weight, mark = q.kind == "grad_W", "" if self.single else "s"
        g: Expression = Symbol("delta", l, q.j, sample=mark)
        one = Product((g, Symbol("x", l - 1, q.i, sample=mark))) if weight else g
        numbers = tuple(self._term(s) for s in range(1, m + 1))
        worked: Expression = numbers[0] if m == 1 else Quotient(Sum(numbers), Number(float(m)))
        right = self.say(one) if m == 1 else self.mean_of(one)
        whole = self.say(Symbol("delta", l))
        if weight:
            x = self.symbol(Symbol("x", l - 1))
            whole = Negative(Product((x, Transpose(whole)), matrix=True))
            right, worked = Negative(right), Negative(worked)
        first = replace(layer[0], left=self.say(layer[0].left), right=whole)
        return (first,), replace(general, left=self.say(general.left), right=right), worked

    def _term(self, sample: int) -> Expression:
        q = self.quantity
        g = self.ref("delta", q.layer, q.j, sample=sample)
        return Product((g, self.ref("x", q.layer - 1, q.i, sample=sample))) if q.kind == "grad_W" else g

    def _step(
        self, layer: tuple[Equation, ...], general: Equation, worked: Expression
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """T4 to T7 where the update takes one sample and no penalty; else the rule -eta times the gradient."""
        parts = super().parts(layer, general, worked)
        q = self.quantity
        if not (self.single and plain_step(worked)):
            return parts
        l, eta = q.layer, self.ref("eta")
        g, g_of = self.ref("delta", l, q.j, sample=1), self.symbol(Symbol("delta", l, q.j))
        if q.kind == "delta_b":
            right: Expression = Product((Negative(Symbol("eta")), g_of))
            return parts[0], replace(parts[1], right=right), Product((Negative(eta), g))
        x, x_of = self.ref("x", l - 1, q.i, sample=1), self.symbol(Symbol("x", l - 1, q.i))
        numbers = Computed(Product((eta, g, x)), mul, (eta, Product((g, x))))
        return parts[0], replace(parts[1], right=Product((Symbol("eta"), g_of, x_of))), numbers

    def notes(self, q: Quantity) -> tuple[str, ...]:
        """The threshold's sign, g's sign, the order of indices; layer formulas, depth, slopes and losses beyond it."""
        found = []
        if q.kind in ("u", "b", "new_b"):
            found.append("threshold_sign")
        if q.kind in ("delta_b", "grad_b", "new_b"):
            found.append("threshold_update")
        if q.kind in ("delta", "grad_W", "delta_W", "new_W"):
            found.append("threshold_g")
        if q.kind in ("u", "W"):
            found.append("threshold_order")
        given = q.kind in ("W", "b", "y", *RATE_KINDS) or (q.kind == "x" and not q.layer)
        if not given:
            found.append("threshold_matrices")
        return (*found, *silent(self.network, q, "threshold"))
