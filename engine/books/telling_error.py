"""The build-your-own notes: errors t - o, W^T sent back, alpha, and the factor 2 absorbed."""

from dataclasses import replace
from operator import mul
from typing import Final

from engine.books.telling_book import kind_of, layer_of, plain_step, silent
from engine.books.telling_signed import Signed, flat
from engine.explain import Equation
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
    Sum,
    SumOver,
    Symbol,
    Transpose,
    rebuilt,
)
from engine.quantities import Quantity

BACKWARD: Final = ("delta", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b")


class Error(Signed):
    def say(self, expression: Expression) -> Expression:
        """sigma for f where every layer has it; the factor 2 of E is absorbed: half its gradient."""
        match expression:
            case Function("f", of) if set(self.network.activations) == {"sigmoid"}:
                return Function(r"\sigma", self.say(of))
            case Derivative() if self.squared:
                return Product((Quotient(Number(1.0), Number(2.0)), super().say(expression)))
        return super().say(expression)

    def letter(self, index: str, body: Expression) -> str:
        """i, j, k by layer in a network of two layers."""
        layer = layer_of(index, body)
        return index if layer is None or self.network.layers != 2 else "ijk"[layer]

    def formula(self, q: Quantity) -> str:
        """E4 to E6 belong to the weights into the output."""
        names = {"grad_W": "E4", "new_W": "E5", "delta_W": "E6"}
        return names.get(q.kind, "") if q.layer == self.network.layers else ""

    def error_term(self, layer: int, j: int | str = "", sample: str = "") -> Expression:
        """E_k o_k (1 - o_k), as the book writes it."""
        error = self.say(Symbol("error", layer, j, sample=sample))
        return self.times_slope(error, layer, j, symbolic=True)

    def back(self, weights: Symbol, errors: Symbol) -> Expression:
        """W^T times what the layer above sends."""
        return Product((Transpose(self.symbol(weights)), self.error_term(int(errors.layer))), matrix=True)

    def parts(
        self, layer: tuple[Equation, ...], general: Equation, worked: Expression
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """By kind: what the sign rule turns round is written anew."""
        kind = self.quantity.kind
        if kind == "delta":
            kept = tuple(eq for eq in layer if eq.formula != "F7")
            layers, one, numbers = self.delta_parts(kept, general)
            if self.quantity.layer < self.network.layers:
                one = replace(one, right=self._sum_back())
            return layers, one, numbers
        if kind in ("grad_W", "grad_b", "delta_W", "delta_b"):
            return self._gradient(layer, general, worked)
        if kind == "loss" and self.squared:
            return self._loss(layer, general, worked)
        return super().parts(layer, general, worked)

    def _sum_back(self) -> Expression:
        """The sum over the layer above of w times what each neuron sends."""
        q, l = self.quantity, self.quantity.layer
        k = self.letter("k", Symbol("error", l + 1, "k"))
        term = Product((self.symbol(Symbol("W", l + 1, k, q.j)), self.error_term(l + 1, k)))
        return self.times_slope(SumOver(k, self.network.sizes[l + 1], flat(term)), l, q.j, symbolic=True)

    def _gradient(
        self, layer: tuple[Equation, ...], general: Equation, worked: Expression
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """E4 to E6: minus the error term times the output below; alpha times that where one sample is taken."""
        q, l, m = self.quantity, self.quantity.layer, self.update.trace.samples
        weight, step = q.kind.endswith("W"), q.kind.startswith("delta")
        plain = super().parts(layer, general, worked)
        if step and not (self.single and plain_step(worked)):
            return plain
        mark = "" if self.single else "s"
        error = self.error_term(l, q.j, mark)
        right = flat(Product((error, self.say(Symbol("x", l - 1, q.i, sample=mark))))) if weight else error
        terms = tuple(self._term(s, weight) for s in range(1, m + 1))
        numbers: Expression = terms[0] if m == 1 else Quotient(Sum(terms), Number(float(m)))
        if m > 1:
            right = Quotient(SumOver("s", m, right), Symbol("m"))
        if step:
            alpha = self.ref("eta")
            shown = flat(Product((alpha, terms[0])))
            right = flat(Product((Symbol("eta"), right)))
            return plain[0], replace(plain[1], right=right), Computed(shown, mul, (alpha, terms[0]))
        whole = self.error_term(l)
        if weight:
            below = Transpose(self.symbol(Symbol("x", l - 1)))
            whole = Product((whole, below), matrix=True)
        first = replace(plain[0][0], right=Negative(whole))
        return (first,), replace(plain[1], right=Negative(right)), Negative(numbers)

    def _term(self, sample: int, weight: bool) -> Expression:
        q = self.quantity
        sent = self.ref("delta", q.layer, q.j, sample=sample)
        return Product((sent, self.ref("x", q.layer - 1, q.i, sample=sample))) if weight else sent

    def _loss(
        self, layer: tuple[Equation, ...], general: Equation, worked: Expression
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """Without the half: twice our loss."""

        def turned(expression: Expression) -> Expression:
            match expression:
                case Product((Quotient(Number(1.0), Number(2.0)), rest)):
                    return turned(rest)
                case Quotient(Number(1.0), Product((Number(2.0), m))):
                    return Quotient(Number(1.0), m)
                case Difference(left, right) if kind_of(right) == "y":
                    return Difference(right, left)
            return rebuilt(expression, turned)

        layers, one, numbers = super().parts(layer, general, worked)
        return (
            tuple(replace(e, right=turned(e.right)) for e in layers), replace(one, right=turned(one.right)),
            turned(numbers),
        )  # fmt: skip

    def notes(self, q: Quantity) -> tuple[str, ...]:
        """-delta, the factor 2, the order of indices; biases, whole errors and more that the book does not have."""
        found = []
        if q.kind in ("delta", "grad_W", "delta_W", "new_W"):
            found.append("error_opposite")
        if q.kind == "delta" and q.layer < self.network.layers:
            found.append("error_sent_whole")
        if self.squared and q.kind in ("loss", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b"):
            found.append("error_factor")
        if q.kind in ("u", "W"):
            found.append("error_order")
        if q.kind in ("u", "b", "grad_b", "delta_b", "new_b"):
            found.append("error_no_bias")
        if not self.single and q.kind in ("loss", *BACKWARD) and not q.sample:
            found.append("error_batch")
        return (*found, *silent(self.network, q, "error"))
