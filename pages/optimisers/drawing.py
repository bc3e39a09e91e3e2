"""What the views of the page "Optimisers" are drawn with: heights, letters of weights, a formula with its sentence."""

from typing import Final

from engine import Quantity, numerals
from engine.formulas.derived import Derived, in_print
from engine.formulas.tex import Style, side_by_side
from engine.rules.along import AlongLine
from engine.rules.formulas import NOTATION
from pages.figures.lettering import subscript, superscript
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.formula_panel import remarks
from pages.shared.formula_writer import FormulaWriter
from pages.shared.session import Session
from pages.stage import Formula
from pages.text import Text

TALL: Final = "clamp(17rem, 40vh, 40rem)"
MEDIUM: Final = "clamp(14rem, 31vh, 30rem)"
LOW: Final = "clamp(11rem, 24vh, 24rem)"
LOW_PIXELS: Final = 220  # so much of it has a network on a small projector; made for more, its type would shrink


def drawn_as(session: Session, words: Text, colours: Theme) -> Look:
    """Colours, words and digits of a figure."""
    return Look(colours, naming.figure_words(words), session.view.digits)


def letter(quantity: Quantity) -> str:
    """A weight or a bias in a picture."""
    up = superscript(quantity.layer)
    if quantity.kind == "b":
        return f"b{up}{subscript(quantity.j)}"
    return f"w{up}{subscript(quantity.j)}{subscript(quantity.i)}"


def line_words(line: AlongLine, words: Text) -> tuple[tuple[str, str, str], str]:
    """The names of the three marks on a line, and the line in words; lowest is said only where it is no end."""
    best, lowest, taken = (numerals.significant(v, 4) for v in (line.best, line.lowest, line.taken))
    start, end = words("optimisers.start"), words("optimisers.taken")
    if line.still_falling:
        said = words("optimisers.alt_falling", taken=taken, best=best, lowest=lowest)
        return (start, end, words("optimisers.falling")), said
    return (start, end, words("optimisers.best")), words("optimisers.alt_line", taken=taken, best=best, lowest=lowest)


def formula(name: str, lines: tuple[Derived, ...], words: Text, colours: Theme, digits: int) -> Formula:
    """A formula in symbols, with its numbers, and its id with its sentence."""
    writer = FormulaWriter(NOTATION, Style(digits, longest=8), colours.backward, colours.muted)
    general = side_by_side(writer.general(lines))
    note = " · ".join((f"{name} {words(f'formula.{name}')}", *remarks(words, in_print(lines, digits))))
    return Formula(
        f"formula_{name}", words(f"optimisers.title_{name}"), [general, *writer.lines(lines)], "backward", note
    )
