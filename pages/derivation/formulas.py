"""The formula panel of the derivation page: what is given, why it holds, the formula, one entry with its numbers."""

from dataclasses import replace
from typing import Final

from engine.activations import ACTIVATIONS
from engine.derivation.told import equation_in, has_own_letters, is_turned, line_in, written_in
from engine.derivation.walk import Lesson, Line, equal
from engine.formulas.derived import in_print
from engine.formulas.notation import COLUMN, ERROR, THRESHOLD, Notation
from engine.formulas.tex import Style, equation, side_by_side, tex
from pages.derivation.state import DerivationState
from pages.shared.formula_panel import remarks
from pages.shared.formula_writer import FormulaWriter
from pages.shared.session import Session
from pages.stage import Formula
from pages.text import Text

GIVEN: Final = {"D1": 4, "D2": 2, "D3": 2, "D4": 2, "D5": 2, "D6": 2, "D7": 1, "D8": 1, "D9": 1}  # lines that are

SAID: Final = ("_g", "_update", "_opposite", "_factor", "_deep")  # of a book's notes those about what stands here
SYMBOLS: Final = {
    "column": {
        "product": "Wx",
        "layer": "u = Wx + b",
        "loss": "L",
        "u": "u",
        "x": "x",
        "y": "y",
        "delta": "δ",
        "above": "δ",
        "back": "δ",
        "x_layer": "x",
    },
    "row": {
        "product": "xW",
        "layer": "z = xW + b",
        "loss": "e",
        "u": "z",
        "x": "x",
        "y": "y",
        "delta": "δ",
        "above": "δ",
        "back": "δ",
        "x_layer": "y",
    },
    "threshold": {
        "product": "Wᵀx",
        "layer": "β − θ = Wᵀb − θ",
        "loss": "E",
        "u": "β",
        "x": "x",
        "y": "ŷ",
        "delta": "g",
        "above": "g",
        "back": "e",
        "x_layer": "b",
    },
    "error": {
        "product": "W I",
        "layer": "X = W O + b",
        "loss": "½E",
        "u": "X",
        "x": "I",
        "y": "O",
        "delta": "−δ",
        "above": "−δ",
        "back": "−δ",
        "x_layer": "O",
    },
}
TALLEST: Final = ("D1", "D6")  # with so many lines or so tall ones that their fractions are small


def notation_of(session: Session, look: DerivationState) -> Notation:
    """The notation on screen: the one place where it enters this page. D1 is about single numbers in any book."""
    return COLUMN if look.stop.formula == "D1" else session.notation


def letters_of(session: Session, look: DerivationState) -> Notation:
    """How it writes what is on screen: the vectors of an example, or the network."""
    notation = notation_of(session, look)
    return notation if has_own_letters(notation) and not look.is_example else written_in(notation)


def formula_panel(
    session: Session, look: DerivationState, lesson: Lesson, words: Text, colours: dict[str, str], height: str
) -> Formula:
    """The lines of the stop; the formula itself stands out, and the entry that is selected has its numbers."""
    notation, letters = notation_of(session, look), letters_of(session, look)
    names = symbols(session, look)
    accent = "forward" if look.stop.formula == "D12" else "backward"
    written: dict[str, str] = {}  # one that a notation makes the same as another stands once
    for line in lesson.lines:
        said = line_in(line, look.stop, notation, lesson.place)
        written.setdefault(line_tex(said, letters), words(f"derivation.because_{line.because}", **names))
    lines, reasons = list(written), list(written.values())
    last = reasons[-1]
    for place in range(len(lines)):
        if place < GIVEN.get(look.stop.formula, 0):
            lines[place] = rf"\textcolor{{{colours['muted']}}}{{{lines[place]}}}"
        elif place == len(lines) - 1 or (look.stop.formula == "D1" and reasons[place] == last):
            lines[place] = rf"\textcolor{{{colours[accent]}}}{{{lines[place]}}}"
    own = _entry(session, look, lesson, colours[accent])
    if look.stop.formula in TALLEST or (look.stop.formula == "D7" and has_own_letters(notation)):
        lines = [text.replace(r"\frac", r"\tfrac") for text in lines]
    lines += own
    title = words(f"derivation.title_{look.stop.formula}", **symbols(session, look))
    return Formula(
        "formula",
        f"{look.stop.formula} · {title}",
        lines,
        accent,
        note(session, look, lesson, words),
        height=height,
        reasons=reasons,
    )


def symbols(session: Session, look: DerivationState) -> dict[str, str]:
    """How the notation on screen writes what the page's words speak of."""
    notation = notation_of(session, look)
    names = SYMBOLS[notation.name]
    crossed = notation.name == ERROR.name and notation.factors.get("loss", 1.0) == 1.0  # no factor 2 to halve
    return {**names, "loss": "E"} if crossed else names


def line_tex(line: Line, notation: Notation) -> str:
    """The equations of a line, as the book has it, beside each other; one that a notation makes empty is left out."""
    written = []
    for one in line.equations:
        if tex(one.left, notation) != tex(one.right, notation):
            written.append(rf"{{{equation(one, notation)}}}")
    return _low(side_by_side(written))


def _low(text: str) -> str:
    """Sums and halves that take no more height than the other lines."""
    return text.replace(r"\sum_", r"\sum\nolimits_").replace(r"\frac{1}{2}", r"\tfrac{1}{2}")


def _entry(session: Session, look: DerivationState, lesson: Lesson, strong: str) -> list[str]:
    """The entry that is selected, with its numbers."""
    entry, letters = lesson.entry(look.at), letters_of(session, look)
    found = entry.found
    if not has_own_letters(notation_of(session, look)):
        left = equation_in(equal(found.left, found.left), look.stop, notation_of(session, look)).left
        found = replace(found, left=left)
    writer = FormulaWriter(letters, Style(session.view.digits, above=2), strong)
    return [_low(writer.line(found))]


def note(session: Session, look: DerivationState, lesson: Lesson, words: Text) -> str:
    """Why it holds, in a sentence; what is special about this network; that a gradient is a mean."""
    formula, network = look.stop.formula, session.experiment.network
    count = sum(network.sizes[1:])
    notation = notation_of(session, look)
    turned = is_turned(notation)
    across, down = words("derivation.row"), words("derivation.column")
    notes = [
        words(
            f"derivation.why_{formula}",
            count=count,
            twice=2 * count,
            **symbols(session, look),
            named=words(f"derivation.named_{notation.name}"),
            line=across if turned else down,
            other=down if turned else across,
        )
    ]
    if formula == "D3" and notation.name == THRESHOLD.name:
        notes = [words("derivation.why_D3_from", **symbols(session, look))]
    if formula == "D8" and network.crossed:
        notes = [words("derivation.why_crossed")]
    if formula == "D12" and network.crossed:
        notes.append(words("derivation.not_needed"))
        if network.output.coupled:
            notes.append(words("notation.note_softmax_slope"))
    if formula == "D9" and network.layers == 1:
        notes = [words("derivation.no_hidden")]
    if lesson.samples > 1 and formula in ("D7", "D8", "D9", "D10", "D11"):
        notes.append(words("derivation.batch", s=session.sample, m=lesson.samples))
    if lesson.at_corner and any(ACTIVATIONS[name].corner for name in network.activations):
        notes.append(words("derivation.corner"))
    entry = lesson.entry(look.at)
    keys = [key for key in entry.found.notes if key.endswith(SAID)]
    notes += remarks(words, (*keys, *in_print([entry.found], session.view.digits)))
    return words.together(*notes)
