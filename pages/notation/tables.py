"""Two tables of the notation page: the same quantities in four books, and the program R4 line by line."""

from typing import Final

from engine import numerals
from engine.formulas.expression import Array, Expression, Number, Ref, Symbol
from engine.formulas.notation import NOTATIONS, Notation
from engine.formulas.rows import program
from engine.formulas.tex import assignment
from pages.notation.state import PROGRAM, NotationState, about
from pages.shared.session import Session
from pages.stage import Cell, Column, Row, Table
from pages.text import Text

# A row of the table of symbols: its words, and the kinds with their layer (of two): whole, then one of its parts.
ROWS: Final = (
    ("input", "x", 0),
    ("W_hidden", "W", 1),
    ("W_output", "W", 2),
    ("b_hidden", "b", 1),
    ("b_output", "b", 2),
    ("u_hidden", "u", 1),
    ("u_output", "u", 2),
    ("x_hidden", "x", 1),
    ("x_output", "x", 2),
    ("y", "y", 2),
    ("loss", "loss", ""),
    ("delta_output", "delta", 2),
    ("delta_hidden", "delta", 1),
    ("grad_W", "grad_W", 2),
    ("eta", "eta", ""),
)
LETTERS: Final = {"column": "ijk", "row": "ijk", "threshold": "ihj", "error": "ijk"}
TRAPS: Final = ("W_hidden", "b_hidden", "u_hidden", "x_hidden", "loss", "delta_output", "eta")  # rows to beware of
FEW: Final = 4  # numbers of an array that fit in a cell


def symbol_table(session: Session, words: Text) -> Table:
    """Every quantity with its symbol in each book; for a network of two layers, as the books have them."""
    columns = [Column(words("notation.quantity"), "left", row_header=True)]
    columns += [Column(words(f"notation.title_{name}"), "left") for name in NOTATIONS]
    columns.append(Column(words("notation.beware"), "left", tone="negative"))
    rows = []
    for name, kind, layer in ROWS:
        cells = [Cell(words(f"notation.row_{name}"))]
        cells += [Cell(rf"\({_symbols(book, kind, layer)}\)") for book in NOTATIONS.values()]
        cells.append(Cell(words(f"notation.trap_{name}") if name in TRAPS else ""))
        rows.append(Row(cells))
    return Table("symbols", columns, rows, words("notation.symbols_caption"), words("notation.symbols_title"))


def _symbols(book: Notation, kind: str, layer: int | str) -> str:
    """A whole and its part, such as ``W^{(1)},\\; w^{(1)}_{ji}``."""
    if layer == "":
        return book.symbol(Symbol(kind, sample="k" if kind == "loss" and book.name == "threshold" else ""))
    assert isinstance(layer, int)
    letters = LETTERS[book.name]
    j, i = letters[layer], letters[layer - 1] if kind.endswith("W") else ""
    whole, part = Symbol(kind, layer, last=2), Symbol(kind, layer, j, i, last=2)
    if book.name == "error" and kind == "delta":
        error, o = (book.symbol(Symbol(one, layer, j, last=2)) for one in ("error", "x"))
        return rf"{error}\,{o}\,(1-{o}) = {book.symbol(part)}"
    if kind == "grad_W":
        return book.symbol(part)
    return rf"{book.symbol(whole)},\; {book.symbol(part)}"


def program_table(session: Session, reading: NotationState, words: Text) -> Table:
    """All assignments of R4; those not yet carried out have no numbers."""
    here = about(session, PROGRAM)
    columns = [
        Column(words("notation.line"), "right", row_header=True),
        Column(words("notation.layer")),
        Column(words("notation.assignment"), "left"),
        Column(words("notation.gives"), "left"),
    ]
    rows = []
    for number, (layer, line) in enumerate(program(here), start=1):
        arrow = rf"\({assignment(line, here.notation)}\)"
        done = number <= reading.line
        text, full = _numbers(line.result, session.view.digits) if done else ("…", "")
        cells = [
            Cell(str(number), ref=f"line.{number}"),
            Cell(str(layer)),
            Cell(arrow),
            Cell(text, full=full, tone="" if done else "muted"),
        ]
        rows.append(Row(cells, marked=number == reading.line))
    return Table("program", columns, rows, words("notation.program_caption"))


def _numbers(value: Expression | None, digits: int) -> tuple[str, str]:
    """The first numbers of a vector or a matrix, and all of them in full."""
    rows = value.rows if isinstance(value, Array) else ((value,),)
    found = [[one.value for one in row if isinstance(one, (Ref, Number))] for row in rows]
    every = [one for row in found for one in row]
    short = ", ".join(numerals.significant(one, min(digits, 4)) for one in every[:FEW])
    more = ", …" if len(every) > FEW else ""
    size = f" [{len(found)} × {len(found[0])}]" if len(found) > 1 else ""
    return f"({short}{more}){size}", "; ".join(", ".join(map(numerals.full, row)) for row in found)
