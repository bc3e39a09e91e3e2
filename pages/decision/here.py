"""What would it say here: the forward pass of one place in the stepper's terms, its formula, and the answer."""

from typing import Final

from engine import Quantity, numerals, value
from engine.boundary.verdicts import NO_CLASS, sides
from engine.notation import Style, symbol
from pages import naming
from pages.decision.look import Look
from pages.decision.sight import Sight
from pages.formula_panel import Book, remarks, told_lines
from pages.session import Session
from pages.stage import Cell, Column, Formula, Note, Row, Table
from pages.text import Text

FEW: Final = 5  # terms of a sum beside which there is room for the formula of the whole layer


def answer(session: Session, look: Look, sight: Sight, words: Text) -> Note:
    """Where it is, what the network says of it in a sentence, and the ways on: the stepper, the update's own row."""
    asked, digits = sight.asked, session.view.digits
    said = asked.update.trace.x[-1]
    names = naming.output_names(session.experiment)
    if look.rule(session) == "highest":
        best = int(said[0].argmax())
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
    return Note("answer", f"{here} {verdict} ({numerals.significant(number, digits)})", links=links)


def _place(sight: Sight, digits: int) -> str:
    numbers = [numerals.given(float(number), min(digits, 4)) for number in sight.asked.coordinates]
    return ", ".join(numbers[:8]) + (", …" if len(numbers) > 8 else "")


def formula(session: Session, sight: Sight, words: Text, colours: dict[str, str]) -> Formula:
    """The number asked about at the place, as the stepper explains it, in the book that the visitor reads."""
    network, asked, notation = session.experiment.network, sight.asked, session.notation
    q, style = asked.quantity, Style(session.view.digits, linked=True)
    book = Book(network, asked.update, notation, style, colours["muted"], colours["forward"])
    title = naming.quantity_title(words, network, q, notation)
    explanation = book.explain(q)
    if explanation.general is None:
        note = words("boundary.note_parameter", t=session.t) if q.layer else words("boundary.note_input")
        lines = [f"{symbol(q, notation)} = {book.value(explanation)}"]
        return Formula("formula", title, lines, "forward", " ".join((note, *remarks(words, explanation.notes))))
    ids = tuple(dict.fromkeys(eq.formula for eq in (*explanation.layer, explanation.general)))
    note = words("note.formula", book=words(f"notation.name_{notation.name}"), ids=" · ".join(ids))
    note = " · ".join((note, words("boundary.note_here"), *remarks(words, explanation.notes)))
    lines = told_lines(book, explanation)
    return Formula("formula", title, lines if network.sizes[q.layer - 1] <= FEW else lines[1:], "forward", note)


def values(session: Session, sight: Sight, words: Text) -> Table:
    """Inputs, and u and x of every neuron at the place."""
    network, asked, digits = session.experiment.network, sight.asked, session.view.digits
    inputs, outputs = naming.input_names(session.experiment), naming.output_names(session.experiment)

    def cell(kind: str, layer: int, j: int) -> Cell:
        quantity = Quantity(kind, layer, j, sample=1)
        number = value(asked.update, quantity)
        text = numerals.given(number, digits) if not layer else numerals.significant(number, digits, kind == "u")
        return Cell(text, ref=str(quantity), full=numerals.full(number), marked=quantity == asked.quantity)

    rows = [
        Row([Cell(naming.plain(inputs[i])), Cell(""), cell("x", 0, i + 1)]) for i in range(network.sizes[0])
    ]  # fmt: skip
    for layer in range(1, network.layers + 1):
        for j in range(1, network.sizes[layer] + 1):
            name = naming.neuron_short(words, network, layer, j)
            if layer == network.layers:
                name = naming.plain(outputs[j - 1])
            marked = (layer, j) == (asked.quantity.layer, asked.quantity.j)
            rows.append(Row([Cell(name), cell("u", layer, j), cell("x", layer, j)], marked=marked))
    columns = [
        Column(words("table.neuron"), "left", row_header=True), Column(r"\(u\)", "right", "forward"),
        Column(r"\(x\)", "right", "forward"),
    ]  # fmt: skip
    return Table("values", columns, rows, title=words("boundary.values"))
