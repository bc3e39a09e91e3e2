"""The formula panel of the error-splitting page: E1-E7 in general, with numbers in place, and their values."""

from dataclasses import replace
from typing import Final

from engine import Quantity
from engine.formulas.derived import Derived
from engine.formulas.expression import Sum
from engine.formulas.notation import Notation
from engine.formulas.tex import Style, equations, side_by_side, symbol, tex
from engine.splitting import parts as error_parts
from engine.splitting.flow import factors
from engine.splitting.formulas import SplittingPlace, apart, back, cell, change, exact, slope, split, step
from pages.shared import naming
from pages.shared.formula_panel import accent_of, book_page, given_note, naming_of, remarks, told_lines
from pages.shared.formula_writer import FormulaWriter
from pages.shared.session import Session
from pages.splitting.notes import note, printed
from pages.splitting.state import SplittingState, named
from pages.stage import Formula
from pages.text import Text

FEW: Final = 3  # outputs up to which each has a line of its own


def formula_panel(
    session: Session, look: SplittingState, here: SplittingPlace, words: Text, colours: dict[str, str]
) -> Formula:
    """The formula on screen, for the neuron, the edge or the cell that is selected; or where a number in it is from."""
    if look.asked:
        return _asked(session, look, here, words, colours)
    style = Style(session.view.digits, linked=True)
    writer = FormulaWriter(here.notation, style, colours["forward" if look.formula == "E1" else "backward"])
    lines = {
        "E1": lambda: _e1(writer, look, here),
        "E2": lambda: _by_term(writer, split(here, look.j)),
        "E3": lambda: _lines(writer, back(here, look.j)),
        "E4": lambda: _e4(writer, look, here),
        "E5": lambda: _lines(writer, step(here, look.j, look.k)),
        "E6": lambda: _lines(writer, change(here, look.j, look.k)),
        "E7": lambda: _e7(writer, look, here),
    }[look.formula]()
    return Formula(
        "formula",
        words(f"splitting.title_{look.formula}", j=look.j, k=look.k, i=look.cell[0], column=look.cell[1]),
        lines,
        "forward" if look.formula == "E1" else "backward",
        note(look, here, words, session.view.digits),
    )


def _asked(
    session: Session, look: SplittingState, here: SplittingPlace, words: Text, colours: dict[str, str]
) -> Formula:
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
        style = Style(session.view.digits, linked=True)
        lines = _by_term(FormulaWriter(here.notation, style, colours[accent]), line)
        return Formula("formula", title, lines, accent, " ".join(printed([line], session.view.digits, words)), trail)
    page = book_page(here.network, update, book, session.view.digits, colours, accent)
    explanation, title = page.explain(q), naming.quantity_title(words, here.network, q, book)
    if explanation.general is None:
        lines = [f"{symbol(q, book)} = {page.value(explanation)}"]
        return Formula("formula", title, lines, accent, given_note(session, words, q), trail)
    note = " · ".join((words(f"notation.name_{book.name}"), *remarks(words, page.notes(explanation))))
    return Formula("formula", title, told_lines(page, explanation), accent, note, trail)


def _label(here: SplittingPlace, q: Quantity, book: Notation) -> str:
    line = error_parts.part(here, q)
    return naming_of(q, book) if line is None else rf"\({tex(line.left, here.notation)}\)"


def _lines(writer: FormulaWriter, line: Derived, unit: str = "") -> list[str]:
    """In general; with the numbers, and the value."""
    return [*_general(writer, line), writer.line(line, unit)]


def _general(writer: FormulaWriter, *lines: Derived) -> list[str]:
    """The formulas in symbols, in one line."""
    every = (one for line in lines for one in (*line.layer, line.general) if one is not None)
    text = side_by_side(equations(every, writer.notation))
    return [text] if text else []


def _e1(writer: FormulaWriter, look: SplittingState, here: SplittingPlace) -> list[str]:
    pair = factors(here, look.product)
    return _lines(writer, cell(pair.left, pair.right, *look.cell, pair.names))


def _by_term(writer: FormulaWriter, line: Derived) -> list[str]:
    """With a line for each output where there are few that have fractions: those are not to be torn apart."""
    terms = line.worked.terms if isinstance(line.worked, Sum) else ()
    parts = [writer.numbers(term) for term in terms]
    if not 0 < len(parts) <= FEW or not all(r"\frac" in part for part in parts):
        return _lines(writer, line)
    middle = [f"+\\, {part}" for part in parts[1:]]
    return [*_general(writer, line), f"= {parts[0]}", *middle[:-1], f"{(middle or [''])[-1]} = {writer.value(line)}"]


def _e4(writer: FormulaWriter, look: SplittingState, here: SplittingPlace) -> list[str]:
    lines = _lines(writer, slope(here, look.j, look.k, absorbed=False))
    if here.network.crossed:
        return lines
    return [*lines, writer.line(slope(here, look.j, look.k))]


def _e7(writer: FormulaWriter, look: SplittingState, here: SplittingPlace) -> list[str]:
    """The exact one for the neuron, then the angle of each rule that has one."""
    own = exact(here, look.j)
    angles = [line for rule in ("back", "split") if (line := apart(here, rule)) is not None]
    return [*_general(writer, own, *angles[:1]), writer.line(own), *(writer.line(one, r"^\circ") for one in angles)]
