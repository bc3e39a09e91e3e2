"""Panels for the point asked about: its forward pass, the formula of one number, and the verdict."""

from typing import Final

import numpy as np

from engine import Quantity, numerals, value
from engine.boundary.field import highest
from engine.boundary.verdicts import NO_CLASS, sides
from engine.formulas.tex import symbol
from pages.decision.snapshot import Snapshot
from pages.decision.state import DecisionState
from pages.shared import naming
from pages.shared.formula_panel import book_page, formula_note, remarks, told_lines
from pages.shared.session import Session
from pages.stage import Cell, Column, Formula, Note, Row, Table
from pages.text import Text

LONGEST: Final = 16  # letters of a name beside its numbers
FEW: Final = 5  # terms of a sum beside which there is room for the formula of the whole layer


def answer(session: Session, look: DecisionState, sight: Snapshot, words: Text) -> Note:
    """The point, the verdict as a sentence, and links to the stepper and back to the update's row."""
    asked, digits = sight.asked, session.view.digits
    said = asked.update.trace.x[-1]
    names = sight.scene.outputs
    if look.rule(session) == "highest":
        best = int(highest(said[0]))
        if best == NO_CLASS:
            best = int(np.isnan(said[0]).argmax())
            verdict = words("boundary.answer_none", name=naming.plain(names[best]))
        else:
            verdict = words("boundary.answer_class", name=naming.plain(names[best]))
        number = float(said[0, best])
    else:
        k = sight.output
        side = int(sides(said, sight.scene.levels)[0, k])
        name, level = naming.plain(names[k]), numerals.given(sight.scene.levels[k], digits)
        verdict = words("boundary.answer_above" if side else "boundary.answer_below", name=name, level=level)
        if side == NO_CLASS:
            verdict = words("boundary.answer_none", name=name)
        number = float(said[0, k])
    here = words(f"boundary.here_{asked.kind}", row=asked.number, place=_place(sight, digits))
    links = []
    if asked.kind == "row":
        links.append((words("boundary.open_in_stepper"), "open"))
    if look.row is not None or look.point is not None:
        links.append((words("boundary.follow"), "follow"))
    told = here if sight.covered else words.together(here, f"{verdict} ({numerals.significant(number, digits)})")
    return Note("answer", told, links=links)


def _place(sight: Snapshot, digits: int) -> str:
    numbers = [numerals.given(float(number), min(digits, 4)) for number in sight.asked.coordinates]
    return ", ".join(numbers[:8]) + (", …" if len(numbers) > 8 else "")


def formula(session: Session, sight: Snapshot, words: Text, colours: dict[str, str]) -> Formula:
    """The number asked about at the place, as the stepper explains it, in the book that the visitor reads."""
    network, asked, notation = session.experiment.network, sight.asked, session.notation
    q, book = asked.quantity, book_page(network, asked.update, notation, session.view.digits, colours, "forward")
    title = naming.quantity_title(words, network, q, notation)
    explanation = book.explain(q)
    if explanation.general is None:
        note = words("boundary.note_parameter", t=session.t) if q.layer else words("boundary.note_input")
        lines = [f"{symbol(q, notation)} = {book.value(explanation)}"]
        return Formula("formula", title, lines, "forward", words.together(note, *remarks(words, explanation.notes)))
    note = formula_note(words, notation, (*explanation.layer, explanation.general))
    note = " · ".join((note, words("boundary.note_here"), *remarks(words, book.notes(explanation))))
    lines = told_lines(book, explanation)
    return Formula("formula", title, lines if network.sizes[q.layer - 1] <= FEW else lines[1:], "forward", note)


def values(session: Session, sight: Snapshot, words: Text) -> Table:
    """Inputs, and u and x of every neuron at the place."""
    network, asked, digits = session.experiment.network, sight.asked, session.view.digits
    inputs, outputs = naming.network_inputs(words, session.experiment), naming.output_names(words, session.experiment)

    def cell(kind: str, layer: int, j: int) -> Cell:
        quantity = Quantity(kind, layer, j, sample=1)
        if sight.covered and layer == network.layers:
            return Cell("?", ref=str(quantity), tone="backward", marked=quantity == asked.quantity)
        number = value(asked.update, quantity)
        text = numerals.given(number, digits) if not layer else numerals.significant(number, digits, kind == "u")
        return Cell(text, ref=str(quantity), full=numerals.full(number), marked=quantity == asked.quantity)

    rows = [Row([Cell(inputs[i]), Cell(""), cell("x", 0, i + 1)]) for i in range(network.sizes[0])]
    for layer in range(1, network.layers + 1):
        for j in range(1, network.sizes[layer] + 1):
            name = naming.neuron_short(words, network, layer, j)
            if layer == network.layers:
                name = naming.plain(outputs[j - 1], LONGEST)
            marked = (layer, j) == (asked.quantity.layer, asked.quantity.j)
            rows.append(Row([Cell(name), cell("u", layer, j), cell("x", layer, j)], marked=marked))
    columns = [
        Column(words("table.neuron"), "left", row_header=True),
        Column(r"\(u\)", "right", "forward"),
        Column(r"\(x\)", "right", "forward"),
    ]
    return Table("values", columns, rows, title=words("boundary.values"))
