"""One update worked out on paper: every intermediate number with its formula, or blanks and the answers apart."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from engine import numerals
from engine.formulas.derived import Derived
from engine.formulas.explain import explain
from engine.formulas.expression import Expression, Function, Number, Ref, Symbol, rebuilt, refs
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD, Notation
from engine.formulas.printed import print_notes
from engine.formulas.rewriting import kind_of
from engine.formulas.ruled import equations_of
from engine.formulas.tex import Style, equation, is_given, side_by_side, symbol, tex
from engine.network import Network
from engine.problems import Problem
from engine.quantities import MADE_BY_RULE, Quantity, unknowns
from engine.update import Update
from engine.worked.document import Answers, Blank, Block, Document, Fact, Heading, Sentence, SheetFormula, SheetWords

LIMIT: Final = 1000  # formulas on one sheet
MARKS: Final = {  # as TeX and as text
    "print_from_u": (r"\dagger", "†"),
    "print_few_digits": (r"\ddagger", "‡"),
    "print_rounding": (r"\S", "§"),
}
BOOK_NOTES: Final = {ROW.name: "row_handed_on", ERROR.name: "error_factor"}
_LINK: Final = re.compile(r"\\htmlData\{ref=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_PHASES: Final = ("forward", "loss", "delta", "gradients", "update")
_ONCE: Final = ("F5", "S3", "S4")  # of whole layers: too long for a sheet, or written before what they are solved by
_PAGE: Final = 60  # characters of a matrix's row that a page has room for


def formula_count(network: Network, update: Update) -> int:
    """About how many formulas an update takes on paper: four for each neuron and sample, three for each parameter.

    What a rule remembers takes one more for each parameter, one of the second order one for each cell of Cholesky's
    factor.
    """
    n, count = len(unknowns(update)), network.parameter_count
    remembered = sum(Quantity(kind, 1, 1, 1).fits(update) for kind in MADE_BY_RULE if kind.endswith("W"))
    rates = sum(Quantity(kind).fits(update) for kind in ("alpha_t", "mu_t", "new_mu"))
    samples = update.trace.samples * (4 * sum(network.sizes[1:]) + 1)
    return samples + (3 + remembered) * count + rates + n * (n + 3) // 2 + min(n, 1)


def worked_solution(
    network: Network,
    update: Update,
    notation: Notation,
    words: SheetWords,
    digits: int = 4,
    blanks: bool | Collection[str] = False,
) -> Document:
    """The sheet of one update.

    Parameters
    ----------
    network, update : Network, Update
    notation : Notation
        The book, for this network (``Notation.of``). An update by another rule than gradient descent is in the
        lecture's letters, and says so: a book has none for it, and a blank stands for one number, with one sign.
    words : SheetWords
    digits : int
        Significant digits of every number.
    blanks : bool, or collection of str
        Leave out what has to be computed, and put it on a page at the end. With kinds of numbers only those are left
        out, and the sheet ends with the phase that makes the last of them: what follows would tell them.

    Raises
    ------
    Problem
        ``worked_large`` where it would take more than ``LIMIT`` formulas, ``worked_not_finite`` where a number of the
        update is not finite.
    """
    count = formula_count(network, update)
    if count > LIMIT:
        raise Problem("worked_large", count=count, limit=LIMIT)
    if not (update.before.finite and update.after.finite and np.isfinite(update.trace.loss)):
        raise Problem("worked_not_finite")
    return _Sheet(network, update, notation, words, digits, blanks).document()


class _Sheet:
    def __init__(
        self,
        network: Network,
        update: Update,
        notation: Notation,
        words: SheetWords,
        digits: int,
        blanks: bool | Collection[str],
    ) -> None:
        self.network, self.update, self.words = network, update, words
        self.notation = notation if update.rule.plain else COLUMN.of(network)
        self.translated = self.notation.name != notation.name
        self.blanks, self.digits = bool(blanks), digits
        self.kinds = () if isinstance(blanks, bool) else tuple(blanks)
        made = [_PHASES.index(phase) for phase in _PHASES if any(_phase(kind) == phase for kind in self.kinds)]
        self.last = max(made, default=len(_PHASES))
        self.style = Style(digits, linked=True, longest=64, above=2, below=3)
        self.keys: dict[Quantity, int] = {}
        self.explained: dict[Quantity, Derived] = {}

    def document(self) -> Document:
        words, t = self.words, self.update.t
        title = (words.exercise if self.blanks else words.title).format(t=t)
        blocks: list[Block] = [Heading(1, title), *self.facts(), *self.given()]
        blocks += [block for s in range(1, self.update.trace.samples + 1) for block in self.sample(s)]
        blocks += self.changes()
        if self.blanks:
            blocks += [Answers(words.answers), *(self.answer(q) for q in self.keys if self.left_out(q))]
        return Document(title, words.language, tuple(blocks))

    def left_out(self, quantity: Quantity) -> bool:
        """Whether a number is a blank."""
        return self.blanks and (not self.kinds or quantity.kind in self.kinds)

    def reaches(self, phase: str) -> bool:
        """Whether the sheet goes as far as a phase."""
        return _PHASES.index(phase) <= self.last

    # What is given.

    def facts(self) -> Iterator[Block]:
        words, network, comma = self.words, self.network, "、" if self.words.language == "zh" else ", "
        yield Fact(words.network, "-".join(map(str, network.sizes)))
        yield Fact(words.activations, comma.join(words.activation_names[name] for name in network.activations))
        yield Fact(words.loss, words.loss_names[network.loss])
        if not self.update.rule.second:
            yield Fact(words.rate, numerals.given(self.update.learning_rate, self.digits))
        if not self.update.rule.plain:
            yield Fact(words.rule, words.rule_name)
        for label, rate in ((words.l1, self.update.l1), (words.l2, self.update.l2)):
            if rate:
                yield Fact(label, numerals.given(rate, self.digits))
        if self.update.frozen_biases:
            yield Fact(words.biases, words.frozen)
        yield Fact(words.rows, comma.join(str(row + 1) for row in self.update.rows))
        yield Fact(words.book, words.book_names[self.notation.name])
        if self.translated:
            yield Sentence(words.beyond_books)
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
            yield SheetFormula((side_by_side(each),))
        yield Heading(2, words.parameters)
        for l in range(1, self.network.layers + 1):
            for kind, array in (("W", self.update.before.W[l - 1]), ("b", self.update.before.b[l - 1])):
                shown = [
                    [self.number(self.notation.shown(kind, float(n)), kind) for n in row]
                    for row in (array if array.ndim == 2 else array[None])
                ]
                if kind == "b":
                    yield SheetFormula((f"{self.letter(kind, l)} = {self.vector(shown[0])}",))
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

    def matrix(self, letter: str, rows: list[list[str]]) -> Iterator[SheetFormula]:
        """As the book lays it out: a row for each neuron of the layer, or of the layer below; a wide one row by row."""
        if self.notation.name in (ROW.name, THRESHOLD.name):
            rows = [list(column) for column in zip(*rows, strict=True)]
        if max(sum(map(len, row)) for row in rows) <= _PAGE:
            inside = r" \\ ".join(" & ".join(row) for row in rows)
            yield SheetFormula((rf"{letter} = \begin{{pmatrix}} {inside} \end{{pmatrix}}",))
            return
        for number, row in enumerate(rows, start=1):
            yield SheetFormula((rf"({letter})_{{{number},\cdot}} = ({_listed(row)})",))

    # What is computed.

    def sample(self, s: int) -> Iterator[Block]:
        words, layers, m = self.words, range(1, self.network.layers + 1), self.update.trace.samples
        if m > 1:
            yield Heading(2, words.sample.format(s=s, m=m, row=self.update.rows[s - 1] + 1))
        for l in layers:
            yield Heading(3, words.forward.format(layer=l))
            yield from self.note_of(ROW) if (s, l) == (1, 2) else ()
            neurons = range(1, self.network.sizes[l] + 1)
            if self.network.activation(l).coupled:  # each output needs every net input
                yield from self.section([Quantity(kind, l, j, sample=s) for kind in ("u", "x") for j in neurons])
            else:
                yield from self.section([Quantity(kind, l, j, sample=s) for j in neurons for kind in ("u", "x")])
        if not self.reaches("loss"):
            return
        yield Heading(3, words.loss_heading)
        yield from self.note_of(ERROR) if s == 1 and not self.network.crossed else ()
        yield from self.section([Quantity("loss", sample=s)])
        for l in reversed(layers) if self.reaches("delta") else ():
            yield Heading(3, words.delta.format(layer=l))
            yield from self.section([Quantity("delta", l, j, sample=s) for j in range(1, self.network.sizes[l] + 1)])

    def note_of(self, book: Notation) -> Iterator[Block]:
        """Without it the formulas of this book would not fit together."""
        if self.notation.name == book.name:
            yield Sentence(self.words.book_notes[BOOK_NOTES[book.name]])

    def changes(self) -> Iterator[Block]:
        words = self.words
        if self.update.trace.samples > 1:
            yield Heading(2, words.mean)
            yield from self.section([Quantity("loss")])
        for l in range(1, self.network.layers + 1) if self.reaches("gradients") else ():
            yield Heading(2, words.gradients.format(layer=l))
            if self.update.trace.samples > 1:
                yield Sentence(words.mean_gradient.format(m=self.update.trace.samples))
            yield from self.section(list(self.parameters("grad", l)))
            if not self.reaches("update"):
                continue
            if self.update.state:
                yield Heading(2, words.remembered.format(layer=l))
                remembered = list(self.remembered(l))
                if l == 1 and any("rule_count" in self.explanation(q).notes for q in remembered):
                    yield Sentence(words.rule_count)
                yield from self.section(remembered)
            if self.update.second is None:
                yield from self.new(l)
        if self.update.second is not None:
            yield from self.equations()
            for l in range(self.network.layers, 0, -1):
                yield from self.new(l)

    def new(self, l: int) -> Iterator[Block]:
        """The changes of a layer and its new parameters; of a solution the last number first, which the others need."""
        yield Heading(2, self.words.update.format(layer=l))
        pairs = list(zip(self.parameters("delta", l), self.parameters("new", l), strict=True))
        if self.update.second is not None:
            by_number = {replace(one, kind=f"delta_{one.kind}"): k for k, one in enumerate(unknowns(self.update))}
            pairs.sort(key=lambda pair: -by_number.get(pair[0], -1))
        yield from self.section([q for pair in pairs for q in pair])

    def equations(self) -> Iterator[Block]:
        """The matrix, Cholesky's factor of it with lambda or mu on its diagonal, and half of the solution."""
        words, solved = self.words, self.update.second
        assert solved is not None
        names = unknowns(self.update)
        yield Heading(2, words.equations.format(count=len(names)))
        yield Sentence(words.unknowns)
        steps = [replace(one, kind=f"delta_{one.kind}") for one in names]
        said = [f"p_{{{number}}} = {symbol(one, self.notation)}" for number, one in enumerate(steps, start=1)]
        for first in range(0, len(said), 6):
            yield SheetFormula((side_by_side(said[first : first + 6]),))
        yield SheetFormula((side_by_side(equation(one) for one in equations_of(self.update)),))
        letter = self.update.rule.matrix
        rows = [[numerals.tex(number, self.digits) for number in row] for row in solved.model.matrix.tolist()]
        for number, row in enumerate(rows, start=1):
            yield SheetFormula((rf"{letter}_{{{number},\cdot}} = ({_listed(row[:number])})",))
        rates = [Quantity(kind) for kind in ("mu_t", "new_mu")]
        yield from self.section([q for q in rates if q.fits(self.update)])
        if solved.step.problem is not None:
            yield Sentence(words.no_step)
            return
        yield Heading(2, words.solved)
        n = range(1, len(names) + 1)
        yield from self.section([Quantity("C", 0, row, column) for row in n for column in n if column <= row])
        yield from self.section([Quantity("z", 0, row) for row in n])

    def parameters(self, prefix: str, l: int) -> Iterator[Quantity]:
        """Of a layer, neuron by neuron: its weights, its bias."""
        for j in range(1, self.network.sizes[l] + 1):
            yield from (Quantity(f"{prefix}_W", l, j, i) for i in range(1, self.network.sizes[l - 1] + 1))
            yield Quantity(f"{prefix}_b", l, j)

    def remembered(self, l: int) -> Iterator[Quantity]:
        """What the rule remembers of a layer, parameter by parameter; of the first layer Adam's rate before it."""
        if l == 1 and (rate := Quantity("alpha_t")).fits(self.update):
            yield rate
        for parameter in self.parameters("delta", l):
            if self.update.frozen_biases and parameter.kind == "delta_b":
                continue  # all that is remembered of it is 0
            states = (replace(parameter, kind=kind) for kind in MADE_BY_RULE if kind[-1] == parameter.kind[-1])
            yield from (q for q in states if q.fits(self.update) and self.explanation(q).general is not None)

    def section(self, quantities: list[Quantity]) -> Iterator[Block]:
        """The formulas for whole layers once, then each number; a slope stands before the number that needs it."""
        whole = dict.fromkeys(
            equation(eq, self.notation)
            for q in quantities
            if q.sample or q.kind != "loss"  # the mean of many speaks of h, which only F5 says
            for eq in self.explanation(q).layer
            if eq.formula not in _ONCE and kind_of(eq.left) != "plain"  # the lecture's first y is not the target
        )
        yield from (SheetFormula((line,)) for line in whole)
        said: dict[str, None] = {}  # in order
        for quantity in quantities:
            needed = self.explanation(quantity).worked
            assert needed is not None
            slopes = [ref.quantity for ref in refs(needed) if ref.quantity.kind == "f_prime"]
            for one in (*(slope for slope in slopes if slope not in self.keys), quantity):
                yield self.formula(one)
                said |= dict.fromkeys(self.marks(one))
        yield from (Sentence(f"({MARKS[key][1]}) {self.words.print_notes[key]}") for key in said)

    def marks(self, quantity: Quantity) -> tuple[str, ...]:
        """Keys of why the line of a number, as it is printed, does not give its value."""
        return print_notes(self.explanation(quantity).worked, self.explanation(quantity).value, self.digits)

    def explanation(self, quantity: Quantity) -> Derived:
        if quantity not in self.explained:
            self.explained[quantity] = explain(self.network, self.update, quantity, self.notation)
        return self.explained[quantity]

    def formula(self, quantity: Quantity) -> SheetFormula:
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
        hidden = self.left_out(quantity)
        end: str | Blank = Blank(quantity, self.keys[quantity]) if hidden else value
        marks = "".join(rf"\;{{}}^{{{MARKS[key][0]}}}" for key in self.marks(quantity))
        short = constant or (not hidden and worked == (value,))
        return SheetFormula(_joined([f"{general} = ", *(() if short else (*worked, " = ")), end, marks]))

    def worked(self, expression: Expression) -> tuple[str | Blank, ...]:
        """The right side with its numbers; what the reader found before is a blank with its key."""
        text = self.write(self.masked(expression) if self.blanks else expression)
        parts: list[str | Blank] = []
        end = 0
        for match in _LINK.finditer(text):
            quantity = Quantity.parse(match[1])
            parts.append(text[end : match.start()])
            parts.append(Blank(quantity, self.keys[quantity]) if self.is_blank(quantity) else match[2])
            end = match.end()
        return _joined([*parts, text[end:]])

    def is_blank(self, quantity: Quantity) -> bool:
        """Whether it was computed before, and is left out."""
        return quantity in self.keys and self.left_out(quantity)

    def masked(self, expression: Expression) -> Expression:
        """With ones for what was computed: brackets around a blank would tell that its number is negative.

        A blank in an exponent would be too small to write in: there e to the power of it is exp of it.
        """
        if isinstance(expression, Ref) and self.is_blank(expression.quantity):
            return replace(expression, value=1.0)
        if isinstance(expression, Function) and expression.name == "exp":
            blank = any(self.is_blank(ref.quantity) for ref in refs(expression))
            return Function("exp_of" if blank else "exp", self.masked(expression.of))
        return rebuilt(expression, self.masked)

    def write(self, expression: Expression) -> str:
        """TeX with numbers, each linked."""
        return tex(expression, self.notation, self.style)

    def value(self, found: Derived) -> str:
        return numerals.tex(found.value, self.digits, typed=is_given(found.quantity))

    def answer(self, quantity: Quantity) -> SheetFormula:
        found = self.explanation(quantity)
        return SheetFormula((f"{self.called(quantity)} = {self.value(found)}",), self.keys[quantity])

    def called(self, quantity: Quantity) -> str:
        """What the formula says it is, with its sample where there are several; a new parameter has a prime.

        One book's formulas have no symbol at their left, but half a gradient or a product: that is what was found.
        """
        name = symbol(quantity, self.notation)
        if self.notation.name == ERROR.name and quantity.kind in ("delta", "grad_W", "grad_b"):
            general = self.explanation(quantity).general
            assert general is not None
            name = tex(general.left, self.notation).replace(r"\frac", r"\tfrac")
        sample = rf"\;[{quantity.sample}]" if quantity.sample and self.update.trace.samples > 1 else ""
        return f"{name}{sample}" if not quantity.kind.startswith("new_") else f"({name})'"


def _phase(kind: str) -> str:
    """The phase of an update that makes a kind of numbers."""
    if kind in ("loss", "delta"):
        return kind
    return "gradients" if kind.startswith("grad_") else "update" if "_" in kind and kind != "f_prime" else "forward"


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
