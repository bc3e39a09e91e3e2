"""The formula panel of the derivation page: what is given, why it holds, the formula, one entry with its numbers."""

from typing import Final

from engine import explain, numerals
from engine.books.book import ERROR, THRESHOLD, Notation
from engine.derivation.told import is_turned, step_in, written_in
from engine.derivation.walk import Lesson, Line, Step
from engine.expression import Expression, Quotient, Sum
from engine.notation import COLUMN, Style, equation, tex, told
from pages.derivation.view import Look
from pages.session import Session
from pages.stage import Formula
from pages.text import Text

GIVEN: Final = {"D1": 3, "D2": 2, "D3": 2, "D4": 2, "D5": 2, "D6": 2, "D7": 1, "D8": 1, "D9": 1}  # lines that are


def notation_of(session: Session, look: Look) -> Notation:
    """The notation on screen: the one place where it enters this page. D1 is about single numbers in any book."""
    return COLUMN if look.stop.formula == "D1" else session.notation


def formula_panel(
    session: Session, look: Look, lesson: Lesson, words: Text, colours: dict[str, str], height: str
) -> Formula:
    """The lines of the stop; the formula itself stands out, and the entry that is selected has its numbers."""
    notation = written_in(notation_of(session, look))
    accent = "forward" if look.stop.formula == "D12" else "backward"
    written: dict[str, str] = {}  # one that a notation makes the same as another stands once
    for line in lesson.lines:
        written.setdefault(line_tex(line, notation), words(f"derivation.because_{line.because}"))
    lines, reasons = list(written), list(written.values())
    for place in range(len(lines)):
        if place < GIVEN.get(look.stop.formula, 0):
            lines[place] = rf"\textcolor{{{colours['muted']}}}{{{lines[place]}}}"
        elif place == len(lines) - 1:
            lines[place] = rf"\textcolor{{{colours[accent]}}}{{{lines[place]}}}"
    lines += _entry(session, look, lesson, colours[accent])
    title = words(f"derivation.title_{look.stop.formula}", **symbols(session, look))
    return Formula(
        "formula", f"{look.stop.formula} · {title}", lines, accent, note(session, look, lesson, words), height=height,
        reasons=reasons,
    )  # fmt: skip


def symbols(session: Session, look: Look) -> dict[str, str]:
    """How the notation on screen writes what the page's words speak of."""
    turned = is_turned(notation_of(session, look))
    return {"product": "xW" if turned else "Wx", "layer": "z = xW + b" if turned else "u = Wx + b",
            "loss": "e" if turned else "L", "u": "z" if turned else "u"}  # fmt: skip


def line_tex(line: Line, notation: Notation) -> str:
    """The equations of a line beside each other; one that a notation makes empty is left out."""
    written = []
    for step in line.steps:
        said = step_in(step, notation)
        left, right = tex(said.left, notation), tex(said.right, notation)
        if left != right:
            sign = r"\leftarrow" if said.assigns else "="
            where = rf"\;\;\scriptstyle({said.where})" if said.where else ""
            written.append(rf"{{{left} {sign} {right}{where}}}")
    return _low(r" \qquad ".join(written))


def _low(text: str) -> str:
    """Sums and halves that take no more height than the other lines."""
    return text.replace(r"\sum_", r"\sum\nolimits_").replace(r"\frac{1}{2}", r"\tfrac{1}{2}")


def _entry(session: Session, look: Look, lesson: Lesson, strong: str) -> list[str]:
    """The entry that is selected, with its numbers; where a book derives without matrices, as it has the entry."""
    entry, digits = lesson.entry(look.at), session.view.digits
    notation = written_in(notation_of(session, look))
    left = tex(step_in(Step(entry.left, entry.worked), notation).left, notation)

    def line(name: str, worked: str, value: float) -> str:
        number = rf"\textcolor{{{strong}}}{{\mathbf{{{numerals.tex(value, digits)}}}}}"
        return f"{name} = {worked} = {number}"

    lines = [line(left, _worked(entry.worked, notation, Style(digits)), entry.value)]
    chosen = session.notation
    if entry.quantity is not None and chosen.name in (THRESHOLD.name, ERROR.name):
        network = session.experiment.network
        own = told(explain(network, session.update, entry.quantity), network, session.update, chosen)
        if own.general is not None and own.worked is not None:
            lines.append(_low(equation(own.general, chosen)))
            lines.append(line(tex(own.general.left, chosen), _worked(own.worked, chosen, Style(digits)), own.value))
    return lines


def _worked(expression: Expression, notation: Notation, style: Style) -> str:
    """The numbers; the mean of several samples with a slash, so that its line can be broken."""
    match expression:
        case Quotient(Sum(terms) as above, below) if len(terms) > 2:
            return f"({tex(above, notation, style)}) / {tex(below, notation, style)}"
    return tex(expression, notation, style)


def note(session: Session, look: Look, lesson: Lesson, words: Text) -> str:
    """Why it holds, in a sentence; what is special about this network; that a gradient is a mean."""
    formula, network = look.stop.formula, session.experiment.network
    count = sum(network.sizes[1:])
    turned = is_turned(notation_of(session, look))
    across, down = words("derivation.row"), words("derivation.column")
    notes = [
        words(
            f"derivation.why_{formula}", count=count, twice=2 * count, **symbols(session, look),
            line=across if turned else down, other=down if turned else across,
        )
    ]  # fmt: skip
    if formula == "D8" and network.loss == "cross_entropy":
        notes = [words("derivation.why_crossed")]
    if formula == "D9" and network.layers == 1:
        notes = [words("derivation.no_hidden")]
    if lesson.samples > 1 and formula in ("D7", "D8", "D9", "D10", "D11"):
        notes.append(words("derivation.batch", s=session.sample, m=lesson.samples))
    if lesson.at_corner and "relu" in network.activations:
        notes.append(words("derivation.corner"))
    if session.notation.name in (THRESHOLD.name, ERROR.name):
        notes.append(words("derivation.silent"))
    return " ".join(notes)
