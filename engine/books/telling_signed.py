"""What the two books with error terms -delta share: outputs times slopes, written in either order."""

from dataclasses import replace
from operator import mul

from engine.books.telling_book import Book
from engine.explain import Equation
from engine.expression import (
    Computed,
    Difference,
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
)
from engine.quantities import Quantity


class Signed(Book):
    """Books whose weights have the first index = from, and whose error terms are -delta."""

    slope_first = False

    def slope(self, layer: int, j: int | str, symbolic: bool, sample: int = 0) -> Expression | None:
        """f' of a neuron: o (1 - o) written out for a sigmoid; None at an output with cross-entropy."""
        if layer == self.network.layers and not self.squared:
            return None
        sigmoid = self.network.activations[layer - 1] == "sigmoid"
        if symbolic:
            x = self.symbol(Symbol("x", layer, j))
            one_less = Difference(Number(1.0), x)
            if sigmoid:
                return Hadamard(x, one_less) if j == "" else Product((x, one_less))
            return Function("f'", self.symbol(Symbol("u", layer, j)))
        assert isinstance(j, int)
        steep = self.ref("f_prime", layer, j, sample=sample)
        if not sigmoid:
            return steep
        output = self.ref("x", layer, j, sample=sample)
        return Computed(Product((output, Difference(Number(1.0), output))), _same, (steep,))

    def times_slope(self, error: Expression, layer: int, j: int | str, symbolic: bool, sample: int = 0) -> Expression:
        """An error times its slope, in this book's order; without a slope where cross-entropy cancels it."""
        steep = self.slope(layer, j, symbolic, sample)
        if steep is None:
            return error
        if j == "":
            return Hadamard(steep, error) if self.slope_first else Hadamard(error, steep)
        parts = steep.factors if isinstance(steep, Product) else (steep,)
        return Product((*parts, error) if self.slope_first else (error, *parts))

    def delta_parts(
        self, layer: tuple[Equation, ...], general: Equation
    ) -> tuple[tuple[Equation, ...], Equation, Expression]:
        """-delta: the gap turned round at the output, the sum over the layer above in the hidden ones."""
        q, l = self.quantity, self.quantity.layer
        kept = tuple(map(self.equation, layer[:-1]))
        if l == self.network.layers:
            whole: Expression = Difference(self.say(Symbol("y", l)), self.say(Symbol("x", l)))
            own: Expression = Difference(self.say(Symbol("y", l, q.j)), self.say(Symbol("x", l, q.j)))
            numbers: Expression = Difference(
                self.ref("y", l, q.j, sample=q.sample), self.ref("x", l, q.j, sample=q.sample)
            )
        else:
            above = self.network.sizes[l + 1]
            whole = self.back(Symbol("W", l + 1), Symbol("delta", l + 1))
            term = Product((Symbol("W", l + 1, "k", q.j), Symbol("delta", l + 1, "k")))
            own = self.say(SumOver("k", above, term))
            terms = tuple(
                Product((self.ref("W", l + 1, k, q.j), self.ref("delta", l + 1, k, sample=q.sample)))
                for k in range(1, above + 1)
            )
            numbers = Sum(terms)
        all_of = replace(layer[-1], left=self.error_term(l), right=self.times_slope(whole, l, "", symbolic=True))
        one = replace(general, left=self.error_term(l, q.j), right=self.times_slope(own, l, q.j, symbolic=True))
        return (*kept, all_of), one, self.product_of(numbers, l, q)

    def product_of(self, numbers: Expression, layer: int, q: Quantity) -> Expression:
        """The same with numbers; the order in which it is written does not change the double."""
        steep = self.slope(layer, q.j, symbolic=False, sample=q.sample)
        if steep is None:
            return numbers
        written: tuple[Expression, ...] = (steep,)
        amounts: tuple[Expression, ...] = (steep,)
        if isinstance(steep, Computed):
            assert isinstance(steep.shown, Product)
            written, amounts = steep.shown.factors, steep.args
        factors = (*written, numbers) if self.slope_first else (numbers, *written)
        return Computed(Product(factors), mul, (numbers, *amounts))

    def error_term(self, layer: int, j: int | str = "", sample: str = "") -> Expression:
        """The left side: this book's error term of a neuron or a layer."""
        return self.say(Symbol("delta", layer, j, sample=sample))

    def back(self, weights: Symbol, errors: Symbol) -> Expression:
        """The errors of the layer above through the weights, for a whole layer."""
        raise NotImplementedError

    def mean_of(self, term: Expression) -> Expression:
        """A term of each sample, or their mean where there are several."""
        m = self.update.trace.samples
        return term if m == 1 else Quotient(self.say(SumOver("s", m, term)), Symbol("m"))


def _same(number: float) -> float:
    return number


def flat(product: Product) -> Product:
    """Products inside a product of numbers written as one."""
    factors: list[Expression] = []
    for factor in product.factors:
        factors += factor.factors if isinstance(factor, Product) and not factor.matrix else (factor,)
    return Product(tuple(factors), product.matrix)
