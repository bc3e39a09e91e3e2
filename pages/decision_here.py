"""What would it say here: the forward pass of one place in the stepper's terms, its formula, and the answer."""

from dataclasses import dataclass, replace

from engine import Network, Quantity, explain, numerals, value
from engine.explain import Equation, Explanation
from engine.notation import COLUMN, Style, is_given, symbol, tex
from engine.verdicts import NO_CLASS, Rule, sides
from pages import naming
from pages.decision_sight import Asked, Sight
from pages.session import Session
from pages.stage import Cell, Column, Formula, Note, Row, Table
from pages.text import Text


def answer(session: Session, sight: Sight, rule: Rule, words: Text) -> Note:
    """Where it is, and what the network says of it in a sentence."""
    asked, digits = sight.asked, session.view.digits
    said = asked.update.trace.x[-1]
    names = naming.output_names(session.experiment)
    if rule == "highest":
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
    return Note("answer", f"{here} {verdict} ({numerals.significant(number, digits)})")


def _place(sight: Sight, digits: int) -> str:
    numbers = [numerals.given(float(number), min(digits, 4)) for number in sight.asked.coordinates]
    return ", ".join(numbers[:8]) + (", …" if len(numbers) > 8 else "")


@dataclass(frozen=True)
class _Writer:
    network: Network
    asked: Asked
    style: Style
    dim: str
    strong: str

    def explain(self, kind: str) -> Explanation:
        return explain(self.network, self.asked.update, replace(self.asked.quantity, kind=kind))

    def value(self, explanation: Explanation) -> str:
        number = numerals.tex(explanation.value, self.style.digits, typed=is_given(explanation.quantity))
        return rf"\textcolor{{{self.strong}}}{{\mathbf{{{number}}}}}"

    def lines(self, explanation: Explanation) -> list[str]:
        """The formula; the numbers and the value."""
        assert explanation.general is not None
        assert explanation.worked is not None
        worked = tex(explanation.worked, COLUMN, self.style)
        return [_equation(explanation.general), f"= {worked} = {self.value(explanation)}"]

    def faint(self, *explanations: Explanation) -> str:
        text = r" \qquad ".join(_equation(e) for explanation in explanations for e in explanation.layer)
        return rf"\textcolor{{{self.dim}}}{{{text}}}"


def _equation(equation: Equation) -> str:
    return f"{tex(equation.left)} = {tex(equation.right)}"


def formula(session: Session, sight: Sight, words: Text, colours: dict[str, str]) -> Formula:
    """The number asked about at the place, as the stepper explains it."""
    network, asked = session.experiment.network, sight.asked
    q = asked.quantity
    writer = _Writer(network, asked, Style(session.view.digits, linked=True), colours["muted"], colours["forward"])
    title = naming.quantity_title(words, network, q)
    if q.kind in ("W", "b") or not q.layer:
        lines = [f"{symbol(q)} = {writer.value(writer.explain(q.kind))}"]
        note = words("boundary.note_parameter", t=session.t) if q.layer else words("boundary.note_input")
        return Formula("formula", title, lines, "forward", note)
    u = writer.explain("u")
    if q.kind == "u":
        lines = [writer.faint(u), *writer.lines(u)]
        shown = u
    else:
        shown = writer.explain("x")
        general, worked = writer.lines(shown)
        lines = [writer.faint(u, shown), *writer.lines(u), f"{general} {worked}"]
    ids = tuple(dict.fromkeys(e.formula for e in (*u.layer, *shown.layer, shown.general) if e))
    note = " · ".join((words("note.formula", ids=" · ".join(ids)), words("boundary.note_here")))
    return Formula("formula", title, lines, "forward", note)


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
