"""The notation screen as panels: four books side by side, or one formula in general and with its numbers."""

from dataclasses import replace
from typing import Final

from engine import Quantity, Update
from engine.books.book import COLUMN, NOTATIONS, ROW, THRESHOLD, Notation
from engine.books.living import About, Living, Worked
from engine.books.row_formulas import living as row_living
from engine.books.row_formulas import program
from engine.books.threshold_formulas import FORMULAS as THRESHOLD_FORMULAS
from engine.books.threshold_formulas import living as threshold_living
from engine.explain import Equation, Explanation
from engine.expression import Array, Symbol
from engine.notation import Style, equation, symbol, tex
from engine.phases import known, made_in, phases
from engine.quantities import RATE_KINDS
from pages import naming
from pages.formula_panel import Book, accent_of, given_note, naming_of, origin, told_lines
from pages.notation.tables import program_table, symbol_table
from pages.notation.view import PROGRAM, VIEWS, Reading, about
from pages.session import Session
from pages.stage import Formula, Grid, Group, Item, Layout, Note, Panel, Strip
from pages.text import Text

TRAPS: Final = (
    "row_order", "threshold_sign", "threshold_update", "threshold_g", "threshold_order", "threshold_plus",
    "threshold_minus", "threshold_is", "error_opposite", "error_sent_whole", "error_factor", "error_order",
)  # fmt: skip
MARKED: Final = {
    "row": ("W", "new_W", "delta_W", "input"),
    "threshold": ("b", "new_b", "delta_b", "delta"),
    "error": ("error", "loss", "delta"),
}
LECTURES: Final = {
    "T1": "loss", "T2": "grad_W", "T3": "delta", "T4": "delta_W", "T5": "delta_b", "T6": "delta_W", "T7": "delta_b",
    "T8": "delta",
}  # fmt: skip
FROM_FIRST: Final = (ROW.name, THRESHOLD.name)  # their matrices have a row for each neuron of the layer below
BACKWARD: Final = ("nabla_out", "nabla_u", "nabla_W", "nabla_b", "nabla_input", "delta")
WIDE: Final = 110  # characters of TeX after which a line of numbers is broken before its value


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
    return Layout(wide=wide, medium=wide if view == "sides" else narrow, narrow=narrow, gap="0.5rem 1.5rem")


def panels(
    session: Session, reading: Reading, words: Text, colours: dict[str, str], notices: list[str]
) -> list[Panel]:  # fmt: skip
    """Everything on the screen at the session's position."""
    top: list[Panel] = [
        Note("notices", "  ".join(notices)), _phases(session, words), _neurons(session, reading, words),
        _views(reading, words), _trail(session, reading, words),
    ]  # fmt: skip
    if reading.view == "symbols":
        return [*top, symbol_table(session, words)]
    if reading.view == PROGRAM:
        reading.go_to_line(reading.line, session)
        return [*top, _line(session, reading, words, colours), program_table(session, reading, words)]
    if reading.view != "sides":
        return [*top, *_formula(session, reading.view, words, colours)]
    return [*top, *(_book(session, reading, book, words, colours) for book in NOTATIONS.values())]


def _phases(session: Session, words: Text) -> Strip:
    items = []
    for place, phase in enumerate(session.phases):
        state = "now" if place == session.place else "done" if place < session.place else "ahead"
        tone = "backward" if phase.kind in ("delta", "gradients", "update") else "forward"
        label = naming.phase_label(words, phase, session.notation)
        items.append(Item(str(phase), label, state, tone))  # type: ignore[arg-type]
    return Strip("phases", items, title=words("panel.phases"))


def _views(reading: Reading, words: Text) -> Strip:
    items = [
        Item(
            f"view.{name}", words(f"notation.view_{name}") if name in ("sides", "symbols") else name,
            "now" if name == reading.view else "ahead", "forward",
        )
        for name in VIEWS
    ]  # fmt: skip
    return Strip("views", items, title=words("notation.views"))


def _trail(session: Session, reading: Reading, words: Text) -> Strip:
    """The way back along the numbers asked about, to the formula where that began, and to what made a weight."""
    if reading.view != "sides":
        return Strip("trail", [])
    ways = [(f"← {reading.back}", f"view.{reading.back}")] if reading.back else []
    ways += [(f"← {naming_of(q, session.notation)}", f"trail.{k}") for k, q in enumerate(session.trail)]
    ways += origin(session, words, session.shown())
    return Strip("trail", [Item(ref, label, "ahead") for label, ref in ways], title=words("notation.trail"))


def _neurons(session: Session, reading: Reading, words: Text) -> Strip:
    """The neurons of the layer on screen, or, where the number is of the whole network, none to choose."""
    q, network = session.shown(), session.experiment.network
    if reading.view not in ("sides", "symbols", PROGRAM):
        here = about(session, reading.view)
        q = Quantity("delta", here.layer, here.j, sample=here.sample)
    if not q.j or reading.view in ("symbols", PROGRAM):
        return Strip("neurons", [])
    items = []
    for j in range(1, network.sizes[q.layer] + 1):
        ref = str(replace(q, j=j))
        label = words("neuron.input", j=j) if q.layer == 0 else naming.neuron_short(words, network, q.layer, j)
        items.append(Item(ref, label, "now" if j == q.j else "ahead", accent_of(q)))
    return Strip("neurons", items, title=words("notation.neurons"))


def _book(
    session: Session,
    reading: Reading,
    book: Notation,
    words: Text,
    colours: dict[str, str],
    of: Quantity | None = None,
) -> Group:
    """The number on screen, or the one ``of`` which it is asked, as one book tells it."""
    quantity, network, update = of or session.shown(), session.experiment.network, session.update
    own, accent = _marked(book.of(network)), accent_of(quantity)
    page = Book(network, update, own, Style(session.view.digits, linked=True), colours["muted"], colours[accent])
    explanation, extra = page.explain(quantity), ""
    notes = page.notes(explanation)
    if explanation.general is None:
        lines = _given(page, quantity, session)
        if session.phase.kind == "input" and session.asked is None:
            extra = words("notation.next", phase=naming.phase_plain(words, phases(network.layers)[1]))
        elif book.name == COLUMN.name:  # once is enough
            extra = given_note(session, words, quantity)
    elif not (of or reading.back or known(quantity, session.phase, network.layers)):
        lines = [page.faint(explanation.layer), equation(explanation.general, own)]
        phase = phases(network.layers)[made_in(quantity, network.layers)]
        extra = words("note.not_yet", phase=naming.phase_plain(words, phase))
    else:
        lines = told_lines(page, explanation)
    title = words(f"notation.title_{book.name}")
    return Group(
        book.name,
        [
            Formula(f"told-{book.name}", title, [line for line in lines if line], accent,
                    " ".join((_ids(explanation), *_said(notes, words, traps=False), extra)).strip()),
            Note(f"traps-{book.name}", "  ".join(_said(notes, words, traps=True)), tone="negative"),
        ],
    )  # fmt: skip


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
        here = About(network, page.update, page.notation, session.sample, q.layer)
        array = here.turned(q.layer) if q.kind == "W" else here.vector("b", q.layer)
        if page.notation.name not in (FROM_FIRST if q.kind == "W" else (ROW.name,)):
            array = Array(tuple(zip(*array.rows, strict=True)))
        numbers, own = (tex(one, page.notation, page.style) for one in (array, here.ref(q.kind, q.layer, q.j, q.i)))
        marked = numbers.replace(own, rf"\textcolor{{{page.strong}}}{{{own}}}")
        whole = f"{page.whole(q.kind, q.layer)} = {marked}"
        space = _space(page, q.layer, q.layer - 1) if q.kind == "W" else _space(page, q.layer)
        return [*lines, f"{whole} {space}", page.faint(_net_input(page, q.layer, session))]
    composite = page.explain(Quantity("loss", sample=q.sample)).layer[0]
    parts = [
        rf"{page.whole(kind, n)} {_space(page, n, *below)}"
        for n in range(1, last + 1) for kind, below in (("W", (n - 1,)), ("b", ()))
    ]  # fmt: skip
    return [
        *lines, rf"{page.vector('x', 0, q.sample)} {_space(page, 0)}", equation(composite, page.notation),
        r" ,\quad ".join(parts), page.faint(_net_input(page, 1, session)),
    ]  # fmt: skip


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


def _ids(explanation: Explanation) -> str:
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
    style, accent = Style(session.view.digits, linked=True), "forward" if view == "T1" else "backward"
    lines = [equation(eq, here.notation) for eq in found.general]
    who = naming.neuron(words, here.network, here.layer, here.j)
    title = words("notation.numbers_of", who=who, i=here.i)
    if view in ("R3", "R5"):
        title = words("notation.numbers_of_layer", layer=here.layer)
    told = Formula("formula", words(f"notation.title_{view}"), lines, accent, _silent(found, words))
    worked = [part for line in found.worked for part in _written(line, here.notation, style, colours[accent])]
    shown: list[Panel] = [
        Group("general", [told, Note("traps", "  ".join(_said(found.notes, words, traps=True)), tone="negative")]),
        Formula("numbers", title, worked, accent, _sample(session, session.update, words)),
    ]
    if view in LECTURES and worked:  # beside it what the lecture says of the same number
        kind, sample = LECTURES[view], here.sample if LECTURES[view] in ("loss", "delta") else 0
        place = (0, 0, 0) if kind == "loss" else (here.layer, here.j, here.i if kind in ("grad_W", "delta_W") else 0)
        q = Quantity(kind, *place, sample)
        shown.append(_book(session, Reading(), NOTATIONS["column"], words, colours, q))
    return shown


def _silent(found: Living, words: Text) -> str:
    return " ".join((found.formula, *_said(found.notes, words, traps=False)))


def _sample(session: Session, update: Update, words: Text) -> str:
    if update.trace.samples == 1:
        return ""
    return words("note.sample", s=session.sample, m=update.trace.samples)


def _written(line: Worked, book: Notation, style: Style, strong: str) -> list[str]:
    """Left = numbers = value, on two lines where that is long; what is handed on points to where it goes."""
    left, middle, value = tex(line.left, book), tex(line.right, book, style), tex(line.value, book, style)
    value = rf"\textcolor{{{strong}}}{{{value}}}"
    equals = r"\leftarrow" if line.hands else "="
    if line.right == line.value:
        return [f"{left} {equals} {value}"]
    if len(tex(line.right, book, Style(style.digits))) > WIDE and "pmatrix" not in middle:
        return [f"{left} {equals} {middle}", f"= {value}"]
    return [f"{left} {equals} {middle} = {value}"]


def _line(session: Session, reading: Reading, words: Text, colours: dict[str, str]) -> Group:
    """The assignment of the program R4 that was carried out last, with its numbers."""
    here = about(session, PROGRAM)
    layer, general, worked = program(here)[reading.line - 1]
    book, style = here.notation, Style(session.view.digits, linked=True)
    kind = getattr(worked.left, "kind", "")
    accent = "backward" if kind in BACKWARD else "forward"
    arrow = rf"{tex(general.right, book)} \;\to\; {tex(general.left, book)}"
    value = rf"\textcolor{{{colours[accent]}}}{{{tex(worked.value, book, style)}}}"
    lines = [arrow, tex(worked.right, book, style), rf"\to\; {value}"]
    if worked.right == worked.value:
        lines = [arrow, value]
    title = words("notation.line_of", line=reading.line, layer=layer)
    return Group(
        "general",
        [
            Formula("formula", title, lines, accent, words("notation.title_R4")),
            Note("traps", "  ".join(_said(("row_order",), words, traps=True)) if kind == "u" else "", tone="negative"),
        ],
    )
