"""The notebook with row vectors: every product of matrices transposed, w_ij with the layer below first."""

from dataclasses import replace

from engine.books.telling_book import Book, kind_of
from engine.expression import (
    Expression,
    Product,
    Symbol,
)
from engine.quantities import Quantity


class Row(Book):
    def say(self, expression: Expression) -> Expression:
        """Every product of matrices transposed; of the numbers in index form, the outputs first."""
        match expression:
            case Product(factors, matrix=True):
                return Product(tuple(self.say(factor) for factor in reversed(factors)), matrix=True)
            case Product((left, right)) if {kind_of(left), kind_of(right)} <= {"W", "x", "delta"}:
                return Product((self.say(right), self.say(left)))
        return super().say(expression)

    def symbol(self, s: Symbol) -> Symbol:
        """What goes into a layer is x, what came out of the one before is y."""
        into = s.kind == "x" and self.quantity.kind in ("u", "grad_W") and s.layer == self.quantity.layer - 1
        return super().symbol(replace(s, kind="input") if into else s)

    def formula(self, q: Quantity) -> str:
        """Index formulas are R1."""
        return "R1" if q.kind in ("u", "x", "delta", "grad_W", "grad_b") else ""

    def notes(self, q: Quantity) -> tuple[str, ...]:
        """The turned matrix wherever a weight is written."""
        found = []
        hidden = q.kind == "delta" and q.layer < self.network.layers
        if q.kind in ("u", "W", "grad_W", "delta_W", "new_W") or hidden:
            found.append("row_order")
        if q.kind == "u" and q.layer > 1:
            found.append("row_handed_on")
        if q.kind in ("delta_W", "delta_b", "new_W", "new_b", "eta"):
            found.append("row_rate")
        return tuple(found)
