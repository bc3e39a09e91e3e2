"""The notation screen as panels: four books side by side, or one formula in general and with its numbers."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

from engine import Quantity, Update
from engine.formulas.derived import Derived, Equation, in_print, with_numbers
from engine.formulas.expression import Symbol
from engine.formulas.fill import Place
from engine.formulas.layers import laid
from engine.formulas.notation import COLUMN, NOTATIONS, ROW, THRESHOLD, Notation
from engine.formulas.rows import living as row_living
from engine.formulas.rows import program
from engine.formulas.tex import Style, assignment, equation, sign, symbol, tex
from engine.formulas.thresholds import FORMULAS as THRESHOLD_FORMULAS
from engine.formulas.thresholds import KINDS
from engine.formulas.thresholds import living as threshold_living
from engine.phases import known, made_in
from engine.quantities import RATE_KINDS
from pages.notation import strips
from pages.notation.state import PROGRAM, NotationState, about
from pages.notation.tables import program_table, symbol_table
from pages.shared import naming
from pages.shared.formula_panel import Book, accent_of, book_page, given_note, remarks, told_lines
from pages.shared.formula_writer import FormulaWriter
from pages.shared.guard import Builders, guarded, together
from pages.shared.notices import plain_steps
from pages.shared.phase_strip import phase_strip
from pages.shared.session import Session
from pages.stage import Formula, Grid, Group, Layout, Note, Panel
from pages.text import Text

STEPS: Final = ("T1", "T4", "T5", "T6", "T7")  # the book's, by gradient descent
WIDE: Final = 110  # characters of TeX after which a line of numbers is broken before its value
TRAPS: Final = (
    "row_order",
    "threshold_sign",
    "threshold_update",
    "threshold_g",
    "threshold_order",
    "threshold_plus",
    "threshold_minus",
    "threshold_is",
    "error_opposite",
    "error_sent_whole",
    "error_factor",
    "error_order",
)
MARKED: Final = {
    "row": ("W", "new_W", "delta_W", "input"),
    "threshold": ("b", "new_b", "delta_b", "delta"),
    "error": ("error", "loss", "delta"),
}
LECTURES: Final = KINDS | {"T2": "grad_W"}
FROM_FIRST: Final = (ROW.name, THRESHOLD.name)  # their matrices have a row for each neuron of the layer below
BACKWARD: Final = ("nabla_out", "nabla_u", "nabla_W", "nabla_b", "nabla_input", "delta")


def layout(view: str) -> Layout:
    """Where the panels of a view stand."""
    below: tuple[tuple[str, str], ...] = (("column", "row"), ("threshold", "error"))
    if view == "symbols":
        below = (("symbols", "symbols"),)
    elif view == PROGRAM:
        below = (("general", "program"),)
    elif view != "sides":
        below = (("general", "numbers"), ("column", "numbers"))
    top = (("notices",) * 6, ("phases",) * 3 + ("neurons",) * 3, ("views",) * 4 + ("trail",) * 2)
    wide = Grid(
        areas=(*top, *((left,) * 3 + (right,) * 3 for left, right in below)), columns="repeat(6, minmax(0,1fr))"
    )
    names = dict.fromkeys(name for row in wide.areas for name in row)
    narrow = Grid(areas=tuple((name,) for name in names), columns="minmax(0,1fr)")
    return Layout(wide=wide, medium=wide if view == "sides" else narrow, narrow=narrow, gap="0.2rem 1.5rem")


def presented(view: str) -> tuple[tuple[str, ...], ...]:
    """What presenter mode shows of a view."""
    if view == "sides":
        return (("column", "row"), ("threshold", "error"))
    if view == "symbols":
        return (("symbols",),)
    return (("general", "program"),) if view == PROGRAM else (("general", "numbers"),)


def panels(
    session: Session, reading: NotationState, words: Text, colours: dict[str, str], notices: list[str]
) -> list[Panel]:
    """Everything on the screen at the session's position."""
    reading = reading.fitted(session)
    top: Builders = {
        "notices": lambda: Note("notices", "  ".join([*notices, *_steps(session, reading, words)])),
        "phases": lambda: phase_strip(session, words),
        "neurons": lambda: strips.neurons(session, reading, words),
        "views": lambda: strips.views(reading, words),
        "trail": lambda: strips.trail(session, reading, words),
    }
    books: Builders = {name: partial(_book, session, reading, book, words, colours) for name, book in NOTATIONS.items()}
    if reading.view == "sides":
        return guarded(words, {**top, **books})
    if reading.view == "symbols":
        return guarded(words, {**top, "symbols": lambda: symbol_table(session, words)})
    if reading.view == PROGRAM:
        carried_out: Builders = {
            "general": lambda: _line(session, reading, words, colours),
            "program": lambda: program_table(session, reading, words),
        }
        return guarded(words, {**top, **carried_out})
    return [
        *guarded(words, top),
        *together(words, "general", lambda: _formula(session, reading.view, words, colours)),
    ]


def _steps(session: Session, reading: NotationState, words: Text) -> list[str]:
    """What to say of steps that the run does not take."""
    return plain_steps(session, words) if reading.view in STEPS else []


def _book(
    session: Session,
    reading: NotationState,
    book: Notation,
    words: Text,
    colours: dict[str, str],
    of: Quantity | None = None,
) -> Group:
    """The number on screen, or the one ``of`` which it is asked, as one book tells it."""
    quantity, network, update = of or session.shown(), session.experiment.network, session.update
    own, accent = _marked(book.of(network)), accent_of(quantity)
    page = book_page(network, update, own, session.view.digits, colours, accent)
    explanation, extra = page.explain(quantity), ""
    told = bool(of or reading.back or known(quantity, session.phase, network.layers, session.experiment.ruled))
    notes = page.notes(explanation, numbers=told)
    if explanation.general is None:
        lines = _given(page, quantity, session)
        if session.phase.kind == "input" and session.asked is None:
            extra = words("notation.next", phase=naming.phase_plain(words, session.phases[1]))
        elif book.name == COLUMN.name:  # once is enough
            extra = given_note(session, words, quantity)
    elif not told:
        lines = [page.faint(explanation.layer), equation(explanation.general, own)]
        phase = session.phases[made_in(quantity, network.layers, session.experiment.ruled)]
        extra = words("note.not_yet", phase=naming.phase_plain(words, phase))
    else:
        lines = told_lines(page, explanation)
    title = words(f"notation.title_{book.name}")
    return Group(
        book.name,
        [
            Formula(
                f"told-{book.name}",
                title,
                [line for line in lines if line],
                accent,
                words.together(_ids(explanation), *_said(notes, words, traps=False), extra),
            ),
            Note(f"traps-{book.name}", "  ".join(_said(notes, words, traps=True)), tone="negative"),
        ],
    )


def _given(page: Book, q: Quantity, session: Session) -> list[str]:
    """A number that is given, among its neighbours as this book writes them, and the formula that takes it next."""
    network, last = page.network, page.network.layers
    lines = [f"{symbol(q, page.notation)} = {page.value(page.explain(q))}"]
    if q.kind in RATE_KINDS:
        return [*lines, page.faint(page.explain(Quantity("new_W", last, 1, 1)).layer)]
    if q.kind == "y":
        vector = rf"{page.vector('y', last, q.sample)} {_space(page, last)}"
        return [*lines, vector, page.faint(page.explain(Quantity("delta", last, q.j, sample=q.sample)).layer)]
    if q.kind in ("W", "b"):
        here = Place(network, page.update, q, page.notation)
        array = laid(here.array(q.kind, q.layer), page.notation)
        numbers, own = (tex(one, page.notation, page.style) for one in (array, here.ref(q.kind, q.layer, q.j, q.i)))
        marked = numbers.replace(own, rf"\textcolor{{{page.strong}}}{{{own}}}")
        whole = f"{page.whole(q.kind, q.layer)} = {marked}"
        space = _space(page, q.layer, q.layer - 1) if q.kind == "W" else _space(page, q.layer)
        return [*lines, f"{whole} {space}", page.faint(_net_input(page, q.layer, session))]
    composite = page.explain(Quantity("loss", sample=q.sample)).layer[0]
    parts = [
        rf"{page.whole(kind, n)} {_space(page, n, *below)}"
        for n in range(1, last + 1)
        for kind, below in (("W", (n - 1,)), ("b", ()))
    ]
    return [
        *lines,
        rf"{page.vector('x', 0, q.sample)} {_space(page, 0)}",
        equation(composite, page.notation),
        r" ,\quad ".join(parts),
        page.faint(_net_input(page, 1, session)),
    ]


def _net_input(page: Book, layer: int, session: Session) -> tuple[Equation, ...]:
    """How a layer makes its net inputs and outputs of those below."""
    u, x = (page.explain(Quantity(kind, layer, 1, sample=session.sample)) for kind in "ux")
    return (*u.layer, *x.layer)


def _space(page: Book, layer: int, below: int | None = None) -> str:
    """How many numbers a vector or a matrix has: as a column, as a row, or with the layer below first."""
    n, sizes = page.network.sizes[layer], page.network.sizes
    if below is not None:
        rows, columns = (sizes[below], n) if page.notation.name in FROM_FIRST else (n, sizes[below])
        return rf"\in \mathbb R^{{{rows} \times {columns}}}"
    shape = rf"1 \times {n}" if page.notation.name == ROW.name else str(n)
    return rf"\in \mathbb R^{{{shape}}}"


def _marked(book: Notation) -> Notation:
    """The same book with the symbols in which it differs from the lecture in the colour of the warnings."""

    def symbol(s: Symbol) -> str:
        text = book.symbol(s)
        return rf"\htmlClass{{tone-negative}}{{{text}}}" if s.kind in MARKED.get(book.name, ()) else text

    return replace(book, symbol=symbol)


def _ids(explanation: Derived) -> str:
    equations: tuple[Equation, ...] = explanation.layer
    if explanation.general is not None:
        equations = (*equations, explanation.general)
    return " · ".join(dict.fromkeys(eq.formula for eq in equations))


def _said(notes: tuple[str, ...], words: Text, traps: bool) -> list[str]:
    """The remarks that are traps, marked; or those that say where the book is silent."""
    chosen = [key for key in notes if (key in TRAPS) == traps]
    return [("⚠ " if traps else "") + words(f"notation.note_{key}") for key in chosen]


def _formula(session: Session, view: str, words: Text, colours: dict[str, str]) -> list[Panel]:
    """One of R1-R3, R5 and T1-T8: in general on the left, with its numbers on the right."""
    here = about(session, view)
    found = (threshold_living if view in THRESHOLD_FORMULAS else row_living)(here, view)
    accent, q = "forward" if view == "T1" else "backward", here.quantity
    writer = _Linked(here.notation, Style(session.view.digits, linked=True), colours[accent])
    who = naming.neuron(words, here.network, q.layer, q.j)
    title = words("notation.numbers_of", who=who, i=q.i)
    if view in ("R3", "R5"):
        title = words("notation.numbers_of_layer", layer=q.layer)
    same = session.view.notation == THRESHOLD.name  # then the stepper shows this book's numbers, with their signs
    notes = tuple(dict.fromkeys(key for one in found for key in one.notes if not (same and key == "threshold_is")))
    silent = words.together(view, *_said(notes, words, traps=False))
    told = Formula("formula", words(f"notation.title_{view}"), writer.general(found), accent, silent)
    worked = writer.lines(found)
    printed = remarks(words, in_print(found, session.view.digits))
    shown: list[Panel] = [
        Group("general", [told, Note("traps", "  ".join(_said(notes, words, traps=True)), tone="negative")]),
        Formula("numbers", title, worked, accent, words.together(*printed, _sample(session, session.update, words))),
    ]
    if view in LECTURES and worked:  # beside it what the lecture says of the same number
        kind, sample = LECTURES[view], q.sample if LECTURES[view] in ("loss", "delta") else 0
        place = (0, 0, 0) if kind == "loss" else (q.layer, q.j, q.i if kind in ("grad_W", "delta_W") else 0)
        lecture = Quantity(kind, *place, sample)
        shown.append(_book(session, NotationState(), NOTATIONS["column"], words, colours, lecture))
    return shown


def _sample(session: Session, update: Update, words: Text) -> str:
    if update.trace.samples == 1:
        return ""
    return words("note.sample", s=session.sample, m=update.trace.samples)


class _Linked(FormulaWriter):
    """Values are links to where they came from, and a long line has its value on the next."""

    def value(self, line: Derived) -> str:
        """The result, a link where it has a name."""
        assert line.result is not None
        return self.coloured(self.numbers(line.result))

    def lines(self, lines: Iterable[Derived]) -> list[str]:
        """What is long is broken before its value."""
        written = []
        for one in with_numbers(lines):
            text = [self.line(one)]
            if one.worked not in (None, one.result):
                short, shown = tex(one.worked, self.notation, Style(self.style.digits)), self.numbers(one.worked)
                if len(short) > WIDE and "pmatrix" not in shown:
                    text = [f"{self.numbers(one.left)} {sign(one)} {shown}", f"= {self.value(one)}"]
            written += text
        return written


def _line(session: Session, reading: NotationState, words: Text, colours: dict[str, str]) -> Group:
    """The assignment of the program R4 that was carried out last, with its numbers."""
    here = about(session, PROGRAM)
    layer, line = program(here)[reading.line - 1]
    kind = getattr(line.left, "kind", "")
    accent = "backward" if kind in BACKWARD else "forward"
    writer = _Linked(here.notation, Style(session.view.digits, linked=True), colours[accent])
    lines = [assignment(line, here.notation), writer.value(line)]
    if line.worked not in (None, line.result):
        lines[1:] = [writer.numbers(line.right), rf"\to\; {writer.value(line)}"]
    title = words("notation.line_of", line=reading.line, layer=layer)
    return Group(
        "general",
        [
            Formula("formula", title, lines, accent, words("notation.title_R4")),
            Note("traps", "  ".join(_said(("row_order",), words, traps=True)) if kind == "u" else "", tone="negative"),
        ],
    )
