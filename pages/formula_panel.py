"""The formula of the number in question: for layers, for this neuron, with its numbers, and the value."""

import re
from dataclasses import dataclass, replace
from typing import Final

from engine import Network, Quantity, Update, explain, numerals, value
from engine.explain import Equation, Explanation
from engine.expression import Ref, Symbol
from engine.matrix_form import MatrixEquation, matrix_form, told_in
from engine.notation import COLUMN, ROW, Notation, Style, equation, is_given, symbol, tex, told
from engine.phases import known, made_in, phases
from pages import naming
from pages.session import Session
from pages.stage import Formula
from pages.text import Text

ONE_LINE: Final = 22  # characters of numbers that still fit behind their formula
TWO_LINES: Final = 52
BY_SAMPLES: Final = (
    "grad_W",
    "grad_b",
    "delta_W",
    "delta_b",
    "new_W",
    "new_b",
)  # by the samples taken (F9)
NESTED: Final = 3  # digits of matrices within matrices: all of them shall stand on one line


@dataclass(frozen=True)
class Book:
    """One book's lines about the numbers of an update; ``dim`` and ``strong`` are colours."""

    network: Network
    update: Update
    notation: Notation
    style: Style
    dim: str
    strong: str

    def explain(self, quantity: Quantity) -> Explanation:
        """A number as this book explains it."""
        return told(explain(self.network, self.update, quantity), self.network, self.update, self.notation)

    def beside(self, explanation: Explanation) -> tuple[Explanation, ...]:
        """What is shown together with a number: u before x, the change before the new value, the bias's gradient."""
        q, kind = explanation.quantity, explanation.quantity.kind
        if kind == "x" and q.layer:
            return (self.explain(replace(q, kind="u")),)
        if kind in ("new_W", "new_b"):
            return (self.explain(replace(q, kind=f"delta_{kind[-1]}")),)
        return (self.explain(Quantity("grad_b", q.layer, q.j)),) if kind == "grad_W" else ()

    def notes(self, explanation: Explanation) -> tuple[str, ...]:
        """Keys of what to say of a number and of what is shown beside it, each once."""
        every = (explanation, *self.beside(explanation))
        return tuple(dict.fromkeys(key for one in every for key in one.notes))

    def faint(self, equations: tuple[Equation, ...]) -> str:
        """The formulas for whole layers, in one quiet line."""
        text = r" \qquad ".join(equation(eq, self.notation) for eq in equations)
        return rf"\textcolor{{{self.dim}}}{{{text}}}" if text else ""

    def value(self, explanation: Explanation) -> str:
        """The number itself, strong."""
        number = numerals.tex(explanation.value, self.style.digits, typed=is_given(explanation.quantity))
        return rf"\textcolor{{{self.strong}}}{{\mathbf{{{number}}}}}"

    def vector(self, kind: str, layer: int, sample: int) -> str:
        """The inputs or the targets of a sample as this book writes a vector, each number a link."""
        row = (self.update.trace.y if kind == "y" else self.update.trace.x[layer])[sample - 1]
        entries = [
            rf"\htmlData{{ref={Quantity(kind, layer, at, sample=sample)}}}"
            rf"{{{numerals.tex(float(number), self.style.digits, typed=True)}}}"
            for at, number in enumerate(row, start=1)
        ]
        turned = "" if self.notation.name == ROW.name else r"^{\mathsf T}"
        return rf"{self.whole(kind, layer)} = \left(" + r",\; ".join(entries) + rf"\right){turned}"

    def whole(self, kind: str, layer: int) -> str:
        """The symbol of a whole vector or matrix."""
        return self.notation.symbol(self.notation.own(Symbol(kind, layer)))

    def worked(self, explanation: Explanation) -> str:
        """The right side with its numbers."""
        assert explanation.worked is not None
        return tex(explanation.worked, self.notation, self.style)

    def one_line(self, explanation: Explanation) -> str:
        """Formula = numbers = value."""
        assert explanation.general is not None
        worked, value = self.worked(explanation), self.value(explanation)
        middle = "" if _plain(explanation) else f" = {worked}"
        return f"{equation(explanation.general, self.notation)}{middle} = {value}"

    def matrices(self, one: MatrixEquation) -> list[str]:
        """A formula for a whole layer, each step on a line of its own, the result behind the last."""
        sign = r"\leftarrow" if one.assigns else "="
        first = f"{tex(one.left, self.notation)} {sign} {tex(one.steps[0], self.notation)}"
        style = self.style if len(one.steps) < 3 else replace(self.style, digits=min(self.style.digits, NESTED))
        result = rf"\textcolor{{{self.strong}}}{{{tex(one.result, self.notation, style)}}}"
        if len(one.steps) == 1:
            return [f"{first} = {result}"]
        numbers = [f"= {tex(step, self.notation, style)}" for step in one.steps[1:]]
        small = [rf"\footnotesize \mathord{{=}}\; {line[2:]}" for line in numbers[:-1]]  # no break after the sign
        return [first, *small, f"{numbers[-1]} = {result}"]

    def lines(self, explanation: Explanation) -> list[str]:
        """Formula, numbers and value on as few lines as their length allows."""
        assert explanation.general is not None
        width = _width(self.worked(explanation))
        if width <= ONE_LINE:
            return [self.one_line(explanation)]
        numbers, value = f"= {self.worked(explanation)}", f"= {self.value(explanation)}"
        both = [f"{numbers} {value}"] if width <= TWO_LINES else [numbers, value]
        return [equation(explanation.general, self.notation), *both]


def _width(tex_text: str) -> int:
    """About how many characters wide the TeX of numbers is on the screen."""
    plain = re.sub(r"\\htmlData\{ref=[^}]*\}", "", tex_text)
    plain = re.sub(r"\\(?:cdots?|ln|left|right|bigl|bigr|frac)", "·", plain)
    return len(re.sub(r"[{}\\ ]", "", plain))


def _plain(explanation: Explanation) -> bool:
    """Whether the worked line would only say the value again."""
    return explanation.quantity.kind == "grad_b" and isinstance(explanation.worked, Ref)


def formula_panel(session: Session, update: Update, text: Text, colours: dict[str, str]) -> Formula:
    """The panel for what ``session.shown()`` names, as far as the phase on screen has got."""
    quantity = session.shown()
    network = session.experiment.network
    accent = accent_of(quantity)
    book = session.notation
    page = Book(network, update, book, Style(session.view.digits, linked=True), colours["muted"], colours[accent])
    trail = tuple((naming_of(q, book), f"trail.{k}") for k, q in enumerate(session.trail))
    if session.asked is None and session.phase.kind == "input":
        return Formula(
            "formula", text("title.composite"), _input_lines(page, session), "forward", text("note.composite"), trail
        )
    title = naming.quantity_title(text, network, quantity, book)
    explanation = page.explain(quantity)
    if explanation.general is None:
        lines = [f"{symbol(quantity, book)} = {page.value(explanation)}"]
        return Formula(
            "formula",
            title,
            lines,
            accent,
            " ".join((given_note(session, text, quantity), *remarks(text, explanation.notes))),
            (*trail, *origin(session, text, quantity)),
        )
    ids = tuple(dict.fromkeys(e.formula for e in (*explanation.layer, explanation.general)))
    note = text("note.formula", book=text(f"notation.name_{book.name}"), ids=" · ".join(ids))
    if not known(quantity, session.phase, network.layers):
        phase = phases(network.layers)[made_in(quantity, network.layers)]
        lines = [page.faint(explanation.layer), equation(explanation.general, book)]
        return Formula(
            "formula", title, [line for line in lines if line], accent,
            text("note.not_yet", phase=naming.phase_plain(text, phase)), trail,
        )  # fmt: skip
    if quantity.kind in ("delta_W", "new_W") and (update.l1 or update.l2):
        note = " · ".join((note, text("note.penalised")))
    if update.trace.samples > 1:
        note = " · ".join((note, _batch_note(session, text, quantity, update)))
    elif quantity.kind in BY_SAMPLES:
        note = " · ".join((note, text("note.single")))
    note = " · ".join((note, *remarks(text, page.notes(explanation))))
    whole = told_in(matrix_form(network, update, quantity), network, update, book, quantity)
    if not whole:
        return Formula("formula", title, told_lines(page, explanation), accent, note, trail)
    if not session.view.matrices:
        trail = (*trail, (text("note.as_matrices"), "matrices.on"))
        return Formula("formula", title, told_lines(page, explanation), accent, note, trail)
    note = text("note.formula", book=text(f"notation.name_{book.name}"), ids=" · ".join(_ids(whole)))
    lines = [line for one in whole for line in page.matrices(one)]
    title = naming.layer_title(text, network, quantity)
    return Formula("formula", title, lines, accent, note, (*trail, (text("note.as_sum"), "matrices.off")))


def _ids(equations: tuple[MatrixEquation, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.formula for one in equations))


def remarks(text: Text, notes: tuple[str, ...]) -> list[str]:
    """What a reader of the book should know here: its traps, and where it is silent."""
    return [text(f"notation.note_{key}") for key in notes]


def naming_of(quantity: Quantity, notation: Notation = COLUMN) -> str:
    r"""A number's symbol as inline maths."""
    return rf"\({symbol(quantity, notation)}\)"


def accent_of(quantity: Quantity) -> str:
    """Whether a number belongs to the forward or the backward pass."""
    backward = ("delta", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b")
    return "backward" if quantity.kind in backward else "forward"


def told_lines(page: Book, explanation: Explanation) -> list[str]:
    """The formula for layers, that of the number, its numbers and value; with what belongs beside it."""
    kind, other = explanation.quantity.kind, page.beside(explanation)
    lines = [page.faint(explanation.layer)]
    if kind == "x":
        u = other[0]
        lines = [page.faint((*u.layer, *explanation.layer)), *page.lines(u), page.one_line(explanation)]
    elif kind in ("new_W", "new_b"):
        lines += [page.one_line(other[0]), page.one_line(explanation)]
    elif kind == "grad_W":
        bias = other[0]
        lines += [*page.lines(explanation), *page.lines(bias)]
        lines[0] = page.faint((*explanation.layer, *bias.layer))
    else:
        lines += page.lines(explanation)
    return [line for line in lines if line]


def _input_lines(page: Book, session: Session) -> list[str]:
    composite = page.explain(Quantity("loss", sample=session.sample)).layer[0]
    vectors = [page.vector(kind, layer, session.sample) for kind, layer in (("x", 0), ("y", page.network.layers))]
    return [equation(composite, page.notation), *vectors]


def given_note(session: Session, text: Text, quantity: Quantity) -> str:
    """Who gave a number that has no formula."""
    if quantity.kind not in ("W", "b"):
        if quantity.kind in ("l1", "l2"):
            return text("note.penalty")
        return text("note.learning_rate" if quantity.kind == "eta" else "note.given")
    if _by_hand(session, quantity):
        return text("note.edited", t=session.t)
    if session.t == 0:
        initial = session.experiment.initial
        if isinstance(initial, str):
            return text("note.drawn", scheme=text(f"scheme.{initial}"), seed=session.experiment.seed)
        return text("note.typed")
    return text("note.made_before", t=session.t - 1)


def _by_hand(session: Session, quantity: Quantity) -> bool:
    """Whether an edit at this very update gave a weight or bias another value than it would have had."""
    if not any(edit.t == session.t for edit in session.experiment.edits):
        return False
    if session.t > 0:
        earlier = value(session.line.update(session.t - 1), replace(quantity, kind=f"new_{quantity.kind}"))
    else:
        start = session.experiment.initial_parameters
        row = (start.W if quantity.kind == "W" else start.b)[quantity.layer - 1][quantity.j - 1]
        earlier = float(row[quantity.i - 1] if quantity.kind == "W" else row)
    return earlier != value(session.update, quantity)


def origin(session: Session, text: Text, quantity: Quantity) -> tuple[tuple[str, str], ...]:
    """The way to the update that made a weight or bias: label and ref, or nothing."""
    if quantity.kind not in ("W", "b") or session.t == 0 or _by_hand(session, quantity):
        return ()
    return ((text("note.go_to_origin", t=session.t - 1), f"origin.{quantity}"),)


def _batch_note(session: Session, text: Text, quantity: Quantity, update: Update) -> str:
    if quantity.sample:
        return text("note.sample", s=quantity.sample, m=update.trace.samples)
    return text("note.batch_mean", m=update.trace.samples)
