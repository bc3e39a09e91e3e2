"""The formula panel of the error-splitting page: E1-E7 in general, with numbers in place, and their values."""

from dataclasses import replace
from typing import Final

from engine import Quantity, numerals
from engine.books.book import ROW, THRESHOLD, Notation
from engine.expression import Sum
from engine.notation import COLUMN, Style, symbol, tex
from engine.splitting import parts as error_parts
from engine.splitting.flow import factors
from engine.splitting.formulas import Here, Line, apart, back, cell, change, exact, slope, split, step
from pages import naming
from pages.formula_panel import Book, accent_of, given_note, naming_of, remarks, told_lines
from pages.session import Session
from pages.splitting.view import Look, named
from pages.stage import Formula
from pages.text import Text

FEW: Final = 3  # outputs up to which each has a line of its own


def formula_panel(session: Session, look: Look, here: Here, words: Text, colours: dict[str, str]) -> Formula:
    """The formula on screen, for the neuron, the edge or the cell that is selected; or where a number in it is from."""
    if look.asked:
        return _asked(session, look, here, words, colours)
    writer = _Writer(session.view.digits, colours["forward" if look.formula == "E1" else "backward"])
    lines = {
        "E1": lambda: _e1(writer, look, here),
        "E2": lambda: _by_term(writer, split(here, look.j)),
        "E3": lambda: writer.lines(back(here, look.j)),
        "E4": lambda: _e4(writer, look, here),
        "E5": lambda: writer.lines(step(here, look.j, look.k)),
        "E6": lambda: writer.lines(change(here, look.j, look.k)),
        "E7": lambda: _e7(writer, look, here),
    }[look.formula]()
    return Formula(
        "formula",
        words(f"splitting.title_{look.formula}", j=look.j, k=look.k, i=look.cell[0], column=look.cell[1]),
        lines,
        "forward" if look.formula == "E1" else "backward",
        _note(look, here, words),
    )


def _asked(session: Session, look: Look, here: Here, words: Text, colours: dict[str, str]) -> Formula:
    """Where a number of the formula came from, with the trail that leads back to it."""
    q, update, book = named(look.asked[-1]), here.update, session.notation
    assert q is not None
    trail = [(look.formula, "back.1")]
    for at, ref in enumerate(look.asked[:-1], start=2):
        label = named(ref)
        assert label is not None
        trail.append((_label(here, label, book), f"back.{at}"))
    if q.kind == "e_exact" and book.factors.get("delta"):  # these books write -delta anyway
        q = replace(q, kind="delta")
    line = error_parts.part(here, q)
    accent = accent_of(q) if line is None else "backward"
    if line is not None:
        kind = "got_back" if q.kind == "e_back" and q.layer < here.network.layers else q.kind
        kind = "got_split" if q.kind == "e_split" and q.layer < here.network.layers else kind
        title = words(f"splitting.part_{kind}", j=q.j, i=q.i, layer=q.layer)
        lines = _by_term(_Writer(session.view.digits, colours[accent]), line)
        return Formula("formula", title, lines, accent, "", trail)
    style = Style(session.view.digits, linked=True)
    page = Book(here.network, update, book, style, colours["muted"], colours[accent])
    explanation, title = page.explain(q), naming.quantity_title(words, here.network, q, book)
    if explanation.general is None:
        lines = [f"{symbol(q, book)} = {page.value(explanation)}"]
        return Formula("formula", title, lines, accent, given_note(session, words, q), trail)
    note = " · ".join((words(f"notation.name_{book.name}"), *remarks(words, page.notes(explanation))))
    return Formula("formula", title, told_lines(page, explanation), accent, note, trail)


def _label(here: Here, q: Quantity, book: Notation) -> str:
    line = error_parts.part(here, q)
    return naming_of(q, book) if line is None else rf"\({line.left}\)"


class _Writer:
    """Lines of TeX in the colours of the panel."""

    def __init__(self, digits: int, strong: str) -> None:
        self.digits, self.strong = digits, strong

    def value(self, number: float) -> str:
        return rf"\textcolor{{{self.strong}}}{{\mathbf{{{numerals.tex(number, self.digits)}}}}}"

    def worked(self, line: Line) -> str:
        return tex(line.worked, COLUMN, Style(self.digits, linked=True))

    def lines(self, line: Line, unit: str = "") -> list[str]:
        """In general; with the numbers, and the value."""
        return [*line.general, f"{line.left} = {self.worked(line)} = {self.value(line.value)}{unit}"]


def _e1(writer: _Writer, look: Look, here: Here) -> list[str]:
    pair = factors(here, look.product)
    return writer.lines(cell(pair.left, pair.right, *look.cell, pair.names))


def _by_term(writer: _Writer, line: Line) -> list[str]:
    """With a line for each output where there are few that have fractions: those are not to be torn apart."""
    terms = line.worked.terms if isinstance(line.worked, Sum) else ()
    parts = [tex(term, COLUMN, Style(writer.digits, linked=True)) for term in terms]
    if not 0 < len(parts) <= FEW or not all(r"\frac" in part for part in parts):
        return writer.lines(line)
    middle = [f"+\\, {part}" for part in parts[1:]]
    return [*line.general, f"= {parts[0]}", *middle[:-1], f"{(middle or [''])[-1]} = {writer.value(line.value)}"]


def _e4(writer: _Writer, look: Look, here: Here) -> list[str]:
    line = slope(here, look.j, look.k, absorbed=False)
    if here.network.loss == "cross_entropy":
        return writer.lines(line)
    absorbed = slope(here, look.j, look.k)
    half = rf"\tfrac12\,{absorbed.left} = {writer.worked(absorbed)} = {writer.value(absorbed.value)}"
    return [*writer.lines(line), half]


def _e7(writer: _Writer, look: Look, here: Here) -> list[str]:
    """The exact one for the neuron, then the angle of each rule that has one."""
    general, worked = writer.lines(exact(here, look.j))
    angles = [line for rule in ("back", "split") if (line := apart(here, rule)) is not None]
    if angles:
        general += rf" \qquad {angles[0].general[0]}"
    numbers = [f"{line.left} = {writer.worked(line)} = {writer.value(line.value)}^\\circ" for line in angles]
    return [general, worked, *numbers]


def said(here: Here, words: Text) -> dict[str, str]:
    """The letters of the book, for sentences: what an error is, an output, the rate, and which index comes first."""
    gap, output = {
        "column": ("y − x", "x"), "row": ("y* − y", "y"), "threshold": ("y − ŷ", "b"), "error": ("t − o", "o"),
    }[here.book.name]  # fmt: skip
    index = words("splitting.index_to" if here.book.name == COLUMN.name else "splitting.index_from")
    return {"gap": gap, "o": output, "rate": "α" if here.letters.own else "η", "index": index}


def _note(look: Look, here: Here, words: Text) -> str:
    notes = [words(f"splitting.note_{look.formula}", **said(here, words))]
    cross = here.network.loss == "cross_entropy"
    if look.formula == "E4" and cross:
        notes = [words("splitting.note_cross_entropy")]
    if look.formula in ("E3", "E7") and cross and here.network.layers <= 2:
        notes = [words("splitting.note_cross_back")]
    if look.formula == "E6" and here.book.name in (ROW.name, THRESHOLD.name):
        notes = [words("splitting.note_turned")]
    if look.formula == "E1" and look.product == "forward":
        notes = [words("splitting.note_forward")]
    if look.formula in ("E4", "E5", "E6") and here.update.trace.samples > 1:
        notes.append(words("splitting.note_batch", s=here.sample, m=here.update.trace.samples))
    return " ".join(notes)
