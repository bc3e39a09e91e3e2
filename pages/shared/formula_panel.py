"""The formula of the number in question: for layers, for this neuron, with its numbers, and the value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine import Network, Quantity, Update, explain, numerals, value
from engine.formulas.derived import Derived, Equation
from engine.formulas.explain import letters
from engine.formulas.expression import Number, Ref, Symbol
from engine.formulas.layers import has_matrix_form, matrix_form
from engine.formulas.notation import COLUMN, ROW, Notation
from engine.formulas.printed import notes_of_lines
from engine.formulas.printed_arrays import notes_of_arrays
from engine.formulas.tex import Style, equation, symbol, tex
from engine.phases import known, made_in
from engine.quantities import MADE_BY_RULE, OF_RULES, RATE_KINDS, unknowns
from pages.shared import naming, watches
from pages.shared.formula_writer import FormulaWriter
from pages.shared.session import Session
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
class Book(FormulaWriter):
    """One book's lines about the numbers of an update."""

    network: Network = field(kw_only=True)
    update: Update = field(kw_only=True)

    def explain(self, quantity: Quantity) -> Derived:
        """A number as this book explains it."""
        return explain(self.network, self.update, quantity, self.notation)

    def lettered(self, quantity: Quantity) -> "Book":
        """Itself; where it has no formula for a number, the lecture's book, in which that is explained."""
        return replace(self, notation=letters(self.network, self.update, quantity, self.notation))

    def beside(self, explanation: Derived) -> tuple[Derived, ...]:
        """What is shown together with a number: u before x, the change before the new value, the bias's gradient."""
        q, kind = explanation.quantity, explanation.quantity.kind
        if kind == "x" and q.layer:
            return (self.explain(replace(q, kind="u")),)
        if kind in ("new_W", "new_b"):
            return (self.explain(replace(q, kind=f"delta_{kind[-1]}")),)
        if kind in ("delta_W", "delta_b"):
            return self.remembered(q)
        return (self.explain(Quantity("grad_b", q.layer, q.j)),) if kind == "grad_W" else ()

    def remembered(self, step: Quantity) -> tuple[Derived, ...]:
        """What the rule remembers of the parameter whose step this is, and Adam's rate; nothing of a frozen bias."""
        family = step.kind[-1]
        states = (replace(step, kind=kind) for kind in MADE_BY_RULE if kind.endswith(family))
        rates = (Quantity(kind) for kind in ("alpha_t", "mu_t", "new_mu"))
        found = [self.explain(q) for q in (*states, *rates) if q.fits(self.update)]
        return tuple(one for one in found if one.general is not None)

    def notes(self, explanation: Derived, numbers: bool = True) -> tuple[str, ...]:
        """Keys of what to say of a number and of what is shown beside it, each once; of the ``numbers`` put in too."""
        every = (explanation, *self.beside(explanation))
        keys = [key for one in every for key in one.notes]
        if numbers:
            keys += notes_of_lines(((one.worked, one.value) for one in every), self.style.digits)
        return tuple(dict.fromkeys(keys))

    def notes_of_layer(self, whole: Sequence[Derived]) -> tuple[str, ...]:
        """Keys of why the matrices, as they are printed, do not give their result."""
        return tuple(dict.fromkeys(k for one in whole for k in notes_of_arrays((one,), self.digits_of(one))))

    def digits_of(self, one: Derived) -> int:
        """Fewer digits where there are matrices within matrices."""
        return self.style.digits if len(one.numbers) < 2 else min(self.style.digits, NESTED)

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

    def worked(self, explanation: Derived) -> str:
        """The right side with its numbers."""
        assert explanation.worked is not None
        return self.numbers(explanation.worked)

    def one_line(self, explanation: Derived) -> str:
        """Formula = numbers = value; what is constant is said once."""
        assert explanation.general is not None
        worked, value = self.worked(explanation), self.value(explanation)
        if isinstance(explanation.general.right, Number):
            return f"{tex(explanation.general.left, self.notation)} = {value}"
        middle = "" if _plain(explanation) else f" = {worked}"
        return f"{equation(explanation.general, self.notation)}{middle} = {value}"

    def matrices(self, one: Derived) -> list[str]:
        """A formula for a whole layer, each step on a line of its own, the result behind the last."""
        assert one.general is not None
        assert one.result is not None
        first = equation(one.general, self.notation)
        style = replace(self.style, digits=self.digits_of(one))
        result = self.coloured(tex(one.result, self.notation, style))
        if not one.numbers:
            return [f"{first} = {result}"]
        numbers = [f"= {tex(step, self.notation, style)}" for step in one.numbers]
        small = [rf"\footnotesize \mathord{{=}}\; {line[2:]}" for line in numbers[:-1]]  # no break after the sign
        return [first, *small, f"{numbers[-1]} = {result}"]

    def told(self, explanation: Derived) -> list[str]:
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


def _plain(explanation: Derived) -> bool:
    """Whether the worked line would only say the value again."""
    return explanation.quantity.kind == "grad_b" and isinstance(explanation.worked, Ref)


def book_page(
    network: Network, update: Update, notation: Notation, digits: int, colours: dict[str, str], accent: str
) -> Book:
    """A book's lines about an update, every number a link."""
    style = Style(digits, linked=True)
    return Book(notation, style, colours[accent], colours["muted"], network=network, update=update)


def formula_panel(session: Session, update: Update, text: Text, colours: dict[str, str]) -> Formula:
    """The panel for what ``session.shown()`` names, as far as the phase on screen has got."""
    quantity = session.shown()
    network = session.experiment.network
    accent = accent_of(quantity)
    book = session.notation
    page = book_page(network, update, book, session.view.digits, colours, accent)
    trail = tuple((naming_of(q, book), f"trail.{k}") for k, q in enumerate(session.trail))
    if session.asked is None and session.phase.kind == "input":
        return Formula(
            "formula", text("title.composite"), _input_lines(page, session), "forward", text("note.composite"), trail
        )
    lettered = page.lettered(quantity).notation if quantity.kind in RATE_KINDS else book  # a schedule is beyond some
    title = naming.quantity_title(text, network, quantity, lettered)
    watch = watches.link(session, text, quantity)
    explanation = page.explain(quantity)
    if explanation.general is None:
        lines = [f"{symbol(quantity, book)} = {page.value(explanation)}"]
        return Formula(
            "formula",
            title,
            lines,
            accent,
            text.together(given_note(session, text, quantity), *remarks(text, explanation.notes)),
            (*trail, *origin(session, text, quantity), *causes(session, text), *watch),
        )
    spoken = page.lettered(quantity)
    applied = ("F1",) if quantity.kind == "x" and not network.activation(quantity.layer).coupled else ()
    note = formula_note(text, spoken.notation, (*explanation.layer, explanation.general), applied)
    ruled = session.experiment.ruled
    if not known(quantity, session.phase, network.layers, ruled):
        phase = session.phases[made_in(quantity, network.layers, ruled)]
        lines = [spoken.faint(explanation.layer), equation(explanation.general, spoken.notation)]
        return Formula(
            "formula",
            title,
            [line for line in lines if line],
            accent,
            text("note.not_yet", phase=naming.phase_plain(text, phase)),
            (*trail, *watch),
        )
    if quantity.kind in ("delta_W", "new_W") and (update.l1 or update.l2):
        note = " · ".join((note, text("note.penalised", loss=naming_of(Quantity("loss"), spoken.notation))))
    if update.trace.samples > 1:
        note = " · ".join((note, _batch_note(session, text, quantity, update)))
    elif quantity.kind in BY_SAMPLES and update.rule.plain:  # another rule's step is none of gradient descent
        note = " · ".join((note, text("note.single")))
    matrices = session.view.matrices
    own = remarks(text, page.notes(explanation, numbers=not matrices))
    note = " · ".join((note, *own))
    trail = (*trail, *causes(session, text))
    if not has_matrix_form(network, update, quantity, book):
        return Formula("formula", title, told_lines(page, explanation), accent, note, (*trail, *watch))
    if not matrices:
        trail = (*trail, (text("note.as_matrices"), "matrices.on"), *watch)
        return Formula("formula", title, told_lines(page, explanation), accent, note, trail)
    whole = matrix_form(network, update, quantity, book)
    said = [*own, *(one for one in remarks(text, page.notes_of_layer(whole)) if one not in own)]
    note = " · ".join((formula_note(text, book, whole), *said))
    lines = [line for one in whole for line in page.matrices(one)]
    title = naming.layer_title(text, network, quantity)
    return Formula("formula", title, lines, accent, note, (*trail, (text("note.as_sum"), "matrices.off"), *watch))


def formula_note(
    text: Text, book: Notation, equations: Sequence[Equation | Derived], others: Sequence[str] = ()
) -> str:
    """The book, the last formula's id with what it says, and the ids of those before it and of ``others`` it applies.

    Each id is a link that says its sentence; all sentences at once would push the formula out of view.
    """
    ids = dict.fromkeys((*(one.formula for one in equations), *others))
    own = equations[-1].formula
    said = " · ".join(f"{one} {text(f'formula.{one}')}" if one == own else one for one in ids)
    return text("note.formula", book=text(f"notation.name_{book.name}"), ids=said)


def remarks(text: Text, notes: tuple[str, ...]) -> list[str]:
    """What a reader of the book should know here: its traps, and where it is silent."""
    return [text(f"notation.note_{key}") for key in notes]


def naming_of(quantity: Quantity, notation: Notation = COLUMN) -> str:
    r"""A number's symbol as inline maths."""
    return rf"\({symbol(quantity, notation)}\)"


def accent_of(quantity: Quantity) -> str:
    """Whether a number belongs to the forward or the backward pass."""
    backward = ("delta", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b", *OF_RULES)
    return "backward" if quantity.kind in backward else "forward"


def told_lines(page: Book, explanation: Derived) -> list[str]:
    """The formula for layers, that of the number, its numbers and value; with what belongs beside it.

    What is explained in the lecture's letters, and has the other sign in this book, is said in both.
    """
    q = explanation.quantity
    book, page = page, page.lettered(q)
    kind, other = q.kind, page.beside(explanation)
    lines = [page.faint(explanation.layer)]
    if kind == "x":
        u = other[0]
        lines = [page.faint((*u.layer, *explanation.layer)), *page.told(u), page.one_line(explanation)]
    elif kind in ("delta_W", "delta_b"):
        lines += [line for one in (*other, explanation) for line in page.told(one)]
    elif kind in ("new_W", "new_b"):
        lines += [page.one_line(other[0]), page.one_line(explanation)]
    elif kind == "grad_W":
        bias = other[0]
        lines += [*page.told(explanation), *page.told(bias)]
        lines[0] = page.faint((*explanation.layer, *bias.layer))
    else:
        lines += page.told(explanation)
    if book.notation.shown(kind, 1.0) != page.notation.shown(kind, 1.0):
        own = page.number(book.notation.shown(kind, explanation.value))
        lines.append(f"{symbol(q, book.notation)} = -{symbol(q, page.notation)} = {own}")
    return [line for line in lines if line]


def _input_lines(page: Book, session: Session) -> list[str]:
    composite = page.explain(Quantity("loss", sample=session.sample)).layer[0]
    vectors = [page.vector(kind, layer, session.sample) for kind, layer in (("x", 0), ("y", page.network.layers))]
    return [equation(composite, page.notation), *vectors]


def given_note(session: Session, text: Text, quantity: Quantity) -> str:
    """Who gave a number that has no formula."""
    if quantity.kind.startswith("old_"):
        first = session.update.count == 1
        return text("note.rule_begins") if first else text("note.made_before", t=session.t - 1)
    if quantity.kind not in ("W", "b"):
        if quantity.kind in MADE_BY_RULE:
            return text("note.rule_frozen")
        if quantity.kind in ("H", "G"):
            return _cell_note(session, text, quantity)
        if quantity.kind == "base_eta":
            return text("note.learning_rate")
        if quantity.kind in OF_RULES:
            return text("note.rule_number")
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


def _cell_note(session: Session, text: Text, cell: Quantity) -> str:
    """Which second derivative it is."""
    names = unknowns(session.update)
    row, column = (names[k - 1] for k in (cell.j, cell.i))
    return text(f"note.cell_{cell.kind}", row=naming_of(row), column=naming_of(column))


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
    """The way to the update that made a weight or bias, or what a rule remembers: label and ref, or nothing."""
    if quantity.kind.startswith("old_") and session.update.count > 1:
        return ((text("note.go_to_origin", t=session.t - 1), f"origin.{quantity}"),)
    if quantity.kind not in ("W", "b") or session.t == 0 or _by_hand(session, quantity):
        return ()
    return ((text("note.go_to_origin", t=session.t - 1), f"origin.{quantity}"),)


def causes(session: Session, text: Text) -> tuple[tuple[str, str], ...]:
    """The way to what the weight or bias on show is made up of, if it is one: label and ref, or nothing."""
    shown = session.shown()
    if shown.kind not in ("W", "b", "new_W", "new_b", "delta_W", "delta_b"):
        return ()
    return ((text("note.causes"), f"causes.{Quantity(shown.kind[-1], shown.layer, shown.j, shown.i)}"),)


def _batch_note(session: Session, text: Text, quantity: Quantity, update: Update) -> str:
    if quantity.sample:
        return text("note.sample", s=quantity.sample, m=update.trace.samples)
    return text("note.batch_mean", m=update.trace.samples)
