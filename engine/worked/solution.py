"""One update worked out on paper: every intermediate number with its formula, or blanks and the answers apart."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from engine import numerals
from engine.books.book import ROW, THRESHOLD, Notation
from engine.explain import Explanation, explain
from engine.expression import Expression, Negative, Number, Quotient, Ref, Sum, Symbol, rebuilt, refs
from engine.network import Network
from engine.notation import Style, equation, is_given, symbol, tex, told
from engine.problems import Problem
from engine.quantities import Quantity
from engine.update import Update
from engine.worked.document import Answers, Blank, Block, Document, Fact, Formula, Heading, Sentence, SheetWords

LIMIT: Final = 1000  # formulas on one sheet
_LINK: Final = re.compile(r"\\htmlData\{ref=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_WIDE: Final = 3  # terms from which on a fraction is written with a slash, which can be broken at its end of line

_PAGE: Final = 60  # characters of a matrix's row that a page has room for


def formula_count(network: Network, samples: int) -> int:
    """About how many formulas an update takes on paper: four for each neuron and sample, three for each parameter."""
    return samples * (4 * sum(network.sizes[1:]) + 1) + 3 * network.parameter_count


def worked_solution(
    network: Network,
    update: Update,
    notation: Notation,
    words: SheetWords,
    digits: int = 4,
    blanks: bool = False,
) -> Document:
    """The sheet of one update.

    Parameters
    ----------
    network, update : Network, Update
    notation : Notation
        The book, for this network (``Notation.of``).
    words : SheetWords
    digits : int
        Significant digits of every number.
    blanks : bool
        Leave out what has to be computed, and put it on a page at the end.

    Raises
    ------
    Problem
        ``worked_large`` where it would take more than ``LIMIT`` formulas, ``worked_not_finite`` where a number of the
        update is not finite.
    """
    count = formula_count(network, update.trace.samples)
    if count > LIMIT:
        raise Problem("worked_large", count=count, limit=LIMIT)
    if not (update.before.finite and update.after.finite and np.isfinite(update.trace.loss)):
        raise Problem("worked_not_finite")
    return _Sheet(network, update, notation, words, digits, blanks).document()


class _Sheet:
    def __init__(
        self, network: Network, update: Update, notation: Notation, words: SheetWords, digits: int, blanks: bool
    ) -> None:
        self.network, self.update, self.notation, self.words = network, update, notation, words
        self.blanks, self.digits = blanks, digits
        self.style = Style(digits, linked=True, longest=64)
        self.keys: dict[Quantity, int] = {}
        self.explained: dict[Quantity, Explanation] = {}

    def document(self) -> Document:
        words, t = self.words, self.update.t
        title = (words.exercise if self.blanks else words.title).format(t=t)
        blocks: list[Block] = [Heading(1, title), *self.facts(), *self.given()]
        blocks += [block for s in range(1, self.update.trace.samples + 1) for block in self.sample(s)]
        blocks += self.changes()
        if self.blanks:
            blocks += [Answers(words.answers), *(self.answer(q) for q in self.keys)]
        return Document(title, words.language, tuple(blocks))

    # What is given.

    def facts(self) -> Iterator[Block]:
        words, network, comma = self.words, self.network, "、" if self.words.language == "zh" else ", "
        yield Fact(words.network, "-".join(map(str, network.sizes)))
        yield Fact(words.activations, comma.join(words.activation_names[name] for name in network.activations))
        yield Fact(words.loss, words.loss_names[network.loss])
        yield Fact(words.rate, numerals.given(self.update.learning_rate, self.digits))
        for label, rate in ((words.l1, self.update.l1), (words.l2, self.update.l2)):
            if rate:
                yield Fact(label, numerals.given(rate, self.digits))
        if self.update.frozen_biases:
            yield Fact(words.biases, words.frozen)
        yield Fact(words.rows, comma.join(str(row + 1) for row in self.update.rows))
        yield Fact(words.book, words.book_names[self.notation.name])
        yield Sentence(words.rounded.format(digits=self.digits))
        if self.blanks:
            yield Sentence(words.fill)

    def given(self) -> Iterator[Block]:
        words, trace = self.words, self.update.trace
        yield Heading(2, words.data)
        for s in range(trace.samples):
            if trace.samples > 1:
                yield Sentence(words.sample.format(s=s + 1, m=trace.samples, row=self.update.rows[s] + 1))
            pair = (("x", 0, trace.x[0][s]), ("y", self.network.layers, trace.y[s]))
            each = (
                f"{self.letter(kind, l)} = {self.vector([self.number(n, kind) for n in row])}" for kind, l, row in pair
            )
            yield Formula((r" \qquad\allowbreak ".join(each),))
        yield Heading(2, words.parameters)
        for l in range(1, self.network.layers + 1):
            for kind, array in (("W", self.update.before.W[l - 1]), ("b", self.update.before.b[l - 1])):
                shown = [[self.number(self.notation.shown(kind, float(n)), kind) for n in row]
                         for row in (array if array.ndim == 2 else array[None])]  # fmt: skip
                if kind == "b":
                    yield Formula((f"{self.letter(kind, l)} = {self.vector(shown[0])}",))
                else:
                    yield from self.matrix(self.letter(kind, l), shown)

    def letter(self, kind: str, layer: int) -> str:
        """The symbol of a whole vector or matrix."""
        return self.notation.symbol(self.notation.own(Symbol(kind, layer)))

    def number(self, number: float, kind: str) -> str:
        return numerals.tex(float(number), self.digits, typed=kind in ("x", "y"))

    def vector(self, entries: Iterable[str]) -> str:
        turned = "" if self.notation.name == ROW.name else r"^{\mathsf T}"
        return f"({_listed(entries)}){turned}"

    def matrix(self, letter: str, rows: list[list[str]]) -> Iterator[Formula]:
        """As the book lays it out: a row for each neuron of the layer, or of the layer below; a wide one row by row."""
        if self.notation.name in (ROW.name, THRESHOLD.name):
            rows = [list(column) for column in zip(*rows, strict=True)]
        if max(sum(map(len, row)) for row in rows) <= _PAGE:
            inside = r" \\ ".join(" & ".join(row) for row in rows)
            yield Formula((rf"{letter} = \begin{{pmatrix}} {inside} \end{{pmatrix}}",))
            return
        for number, row in enumerate(rows, start=1):
            yield Formula((rf"({letter})_{{{number},\cdot}} = ({_listed(row)})",))

    # What is computed.

    def sample(self, s: int) -> Iterator[Block]:
        words, layers, m = self.words, range(1, self.network.layers + 1), self.update.trace.samples
        if m > 1:
            yield Heading(2, words.sample.format(s=s, m=m, row=self.update.rows[s - 1] + 1))
        for l in layers:
            yield Heading(3, words.forward.format(layer=l))
            neurons = range(1, self.network.sizes[l] + 1)
            if self.network.activations[l - 1] == "softmax":  # each output needs every net input
                yield from self.section([Quantity(kind, l, j, sample=s) for kind in ("u", "x") for j in neurons])
            else:
                yield from self.section([Quantity(kind, l, j, sample=s) for j in neurons for kind in ("u", "x")])
        yield Heading(3, words.loss_heading)
        yield from self.section([Quantity("loss", sample=s)])
        for l in reversed(layers):
            yield Heading(3, words.delta.format(layer=l))
            yield from self.section([Quantity("delta", l, j, sample=s) for j in range(1, self.network.sizes[l] + 1)])

    def changes(self) -> Iterator[Block]:
        words = self.words
        if self.update.trace.samples > 1:
            yield Heading(2, words.mean)
            yield from self.section([Quantity("loss")])
        for l in range(1, self.network.layers + 1):
            yield Heading(2, words.gradients.format(layer=l))
            if self.update.trace.samples > 1:
                yield Sentence(words.mean_gradient.format(m=self.update.trace.samples))
            yield from self.section(list(self.parameters("grad", l)))
            yield Heading(2, words.update.format(layer=l))
            yield from self.section([q for pair in zip(self.parameters("delta", l), self.parameters("new", l),
                                                       strict=True) for q in pair])  # fmt: skip

    def parameters(self, prefix: str, l: int) -> Iterator[Quantity]:
        """Of a layer, neuron by neuron: its weights, its bias."""
        for j in range(1, self.network.sizes[l] + 1):
            yield from (Quantity(f"{prefix}_W", l, j, i) for i in range(1, self.network.sizes[l - 1] + 1))
            yield Quantity(f"{prefix}_b", l, j)

    def section(self, quantities: list[Quantity]) -> Iterator[Block]:
        """The formulas for whole layers once, then each number; a slope stands before the number that needs it."""
        whole = dict.fromkeys(
            equation(eq, self.notation) for q in quantities for eq in self.explanation(q).layer if eq.formula != "F5"
        )
        yield from (Formula((line,)) for line in whole)
        for quantity in quantities:
            needed = self.explanation(quantity).worked
            assert needed is not None
            for ref in refs(needed):
                if ref.quantity.kind == "f_prime" and ref.quantity not in self.keys:
                    yield self.formula(ref.quantity)
            yield self.formula(quantity)

    def explanation(self, quantity: Quantity) -> Explanation:
        if quantity not in self.explained:
            found = explain(self.network, self.update, quantity)
            self.explained[quantity] = told(found, self.network, self.update, self.notation)
        return self.explained[quantity]

    def formula(self, quantity: Quantity) -> Formula:
        """The formula, with its numbers, and its value; each number that was computed may be a blank."""
        found = self.explanation(quantity)
        assert found.general is not None
        assert found.worked is not None
        self.keys[quantity] = len(self.keys) + 1
        general, value = equation(found.general, self.notation), self.value(found)
        constant = isinstance(found.general.right, Number)  # a slope of 1: its formula is its value
        if constant:
            general = tex(found.general.left, self.notation)
        worked = self.worked(found.worked)
        end: str | Blank = Blank(quantity, self.keys[quantity]) if self.blanks else value
        if constant or (not self.blanks and worked == (value,)):
            return Formula(_joined([f"{general} = ", end]))
        return Formula(_joined([f"{general} = ", *worked, " = ", end]))

    def worked(self, expression: Expression) -> tuple[str | Blank, ...]:
        """The right side with its numbers; what the reader found before is a blank with its key."""
        text = self.broken(self.masked(expression) if self.blanks else expression)
        parts: list[str | Blank] = []
        end = 0
        for match in _LINK.finditer(text):
            quantity = Quantity.parse(match[1])
            parts.append(text[end : match.start()])
            parts.append(Blank(quantity, self.keys[quantity]) if self.blanks and quantity in self.keys else match[2])
            end = match.end()
        return _joined([*parts, text[end:]])

    def masked(self, expression: Expression) -> Expression:
        """With ones for what was computed: brackets around a blank would tell that its number is negative."""
        if isinstance(expression, Ref) and expression.quantity in self.keys:
            return replace(expression, value=1.0)
        return rebuilt(expression, self.masked)

    def broken(self, expression: Expression) -> str:
        """TeX of the numbers; a long fraction with a slash, so that its lines can be broken."""
        match expression:
            case Negative(Quotient() as of):
                return f"-{self.broken(of)}"
            case Quotient(Sum(terms) as above, below) if len(terms) >= _WIDE:
                return f"({self.write(above)}) / {self.write(below)}"
        shown = getattr(expression, "shown", expression)
        if isinstance(shown, Quotient) and isinstance(shown.below, Sum) and len(shown.below.terms) > _WIDE:
            return f"{self.write(shown.above)} / ({self.write(shown.below)})"
        return self.write(expression)

    def write(self, expression: Expression) -> str:
        """TeX with numbers, each linked."""
        return tex(expression, self.notation, self.style)

    def value(self, found: Explanation) -> str:
        return numerals.tex(found.value, self.digits, typed=is_given(found.quantity))

    def answer(self, quantity: Quantity) -> Formula:
        found = self.explanation(quantity)
        return Formula((f"{self.called(quantity)} = {self.value(found)}",), self.keys[quantity])

    def called(self, quantity: Quantity) -> str:
        """A symbol with its sample where there are several; that of a new parameter has a prime, as on the screen."""
        name = symbol(quantity, self.notation)
        sample = rf"\;[{quantity.sample}]" if quantity.sample and self.update.trace.samples > 1 else ""
        return f"{name}{sample}" if not quantity.kind.startswith("new_") else f"({name})'"


def _listed(entries: Iterable[str]) -> str:
    """Numbers with commas, after which a line may end."""
    return r",\;\allowbreak ".join(entries)


def _joined(parts: list[str | Blank]) -> tuple[str | Blank, ...]:
    """Neighbouring texts as one."""
    joined: list[str | Blank] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined)
