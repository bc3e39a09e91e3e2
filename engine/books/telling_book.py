"""What books that tell an explanation have in common: the walk over a tree, letters of indices, where one is silent."""

from dataclasses import replace

from engine.books.book import Notation
from engine.explain import Equation, Explanation
from engine.expression import (
    Derivative,
    Difference,
    Expression,
    Hadamard,
    Product,
    Quotient,
    Ref,
    Sum,
    SumOver,
    Symbol,
    rebuilt,
)
from engine.network import Network
from engine.quantities import Quantity, value
from engine.update import Update


class Book:
    """What the three have in common; ``indices`` are the letters by layer, None to keep the lecture's."""

    def __init__(self, network: Network, update: Update, notation: Notation, quantity: Quantity) -> None:
        self.network, self.update, self.notation, self.quantity = network, update, notation, quantity
        self.letters: dict[str, str] = {}
        self.squared = network.loss == "half_squared_error"
        self.single = update.trace.samples == 1

    def tell(self, explanation: Explanation) -> Explanation:
        """The explanation in this book."""
        q = explanation.quantity
        number = self.notation.shown(q.kind, explanation.value)
        notes = self.notes(q)
        if explanation.general is None or explanation.worked is None:
            return Explanation(q, number, notes=notes)
        layer, general, worked = self.parts(explanation.layer, explanation.general, explanation.worked)
        formula = self.formula(q) or general.formula
        return Explanation(q, number, layer, replace(general, formula=formula), worked, notes)

    def formula(self, q: Quantity) -> str:
        """The id in FORMULAS.md of this book's own formula for a kind of number; empty where it has none."""
        return ""

    def parts(
        self, layer: tuple[Equation, ...], general: Equation, worked: Expression
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """Layer formulas, general formula and worked numbers, as this book writes them."""
        return tuple(map(self.equation, layer)), self.equation(general), self.say(worked)

    def equation(self, eq: Equation) -> Equation:
        """Both sides."""
        return replace(eq, left=self.say(eq.left), right=self.say(eq.right))

    def notes(self, q: Quantity) -> tuple[str, ...]:
        """Keys of what to say beside it."""
        raise NotImplementedError

    def ref(self, kind: str, layer: int = 0, j: int = 0, i: int = 0, sample: int = 0) -> Ref:
        """A number of the update as this book shows it."""
        quantity = Quantity(kind, layer, j, i, sample)
        return Ref(quantity, self.notation.shown(kind, value(self.update, quantity)))

    def say(self, expression: Expression) -> Expression:
        """An expression in this book's letters, numbers and order."""
        match expression:
            case Ref(quantity, number):
                return Ref(quantity, self.notation.shown(quantity.kind, number))
            case Symbol():
                return self.symbol(expression)
            case SumOver(index, last, body, within):
                mine = self.letter(index, body)
                outer, self.letters = self.letters, {**self.letters, index: mine}
                inside = self.say(body)
                self.letters = outer
                return SumOver(mine, last, inside, within)
            case Derivative(by):
                return Derivative(self.say(by), self.loss())
        return rebuilt(expression, self.say)

    def symbol(self, s: Symbol) -> Symbol:
        """A symbol with this book's index letters."""
        j, i = (self.letters.get(part, part) if isinstance(part, str) else part for part in (s.j, s.i))
        return replace(s, j=j, i=i, sample=self.letters.get(s.sample, s.sample), last=self.network.layers)

    def letter(self, index: str, body: Expression) -> str:
        """What this book calls an index."""
        return index

    def loss(self) -> Symbol:
        """The loss whose gradient is meant."""
        return Symbol("loss")


def kind_of(expression: Expression) -> str:
    match expression:
        case Ref(quantity=quantity):
            return quantity.kind
        case Symbol(kind=kind):
            return kind
    return ""


def silent(network: Network, q: Quantity, book: str) -> tuple[str, ...]:
    """Where the network is another than the book's: depth, activations, loss."""
    found = []
    if network.layers != 2 and q.layer:
        found.append(f"{book}_deep")
    slopes = q.kind in ("x", "f_prime", "delta") and q.layer and network.activations[q.layer - 1] != "sigmoid"
    if slopes:
        found.append(f"{book}_slope")
    if network.loss == "cross_entropy" and (q.kind == "loss" or (q.kind == "delta" and q.layer == network.layers)):
        found.append(f"{book}_cross_entropy")
    return tuple(found)


def plain_step(worked: Expression) -> bool:
    """Whether a change is just -eta times a gradient: not frozen, and with no penalty beside the gradient."""
    return isinstance(worked, Product) and isinstance(worked.factors[-1], Ref)


def layer_of(index: str, body: Expression) -> int | None:
    """The layer that an index runs over, by the symbols that carry it."""
    match body:
        case Symbol(layer=layer, j=j, i=i) if isinstance(layer, int):
            return layer if j == index else layer - 1 if i == index else None
        case Product(parts) | Sum(parts):
            found = [layer_of(index, part) for part in parts]
        case Difference(left, right) | Hadamard(left, right) | Quotient(left, right):
            found = [layer_of(index, left), layer_of(index, right)]
        case _:
            of = getattr(body, "of", None) or getattr(body, "body", None)
            return layer_of(index, of) if isinstance(of, Expression) else None
    return next((layer for layer in found if layer is not None), None)
