"""What the stepper asks before a phase is shown: its numbers, or what can be told of them at a glance."""

from dataclasses import replace
from typing import Final

from engine import value
from engine.questions.asking import QUICK as AT_A_GLANCE
from engine.questions.asking import question
from engine.questions.grading import Grade, graded
from engine.questions.mistakes import Sheet
from pages.shared import naming
from pages.shared.asking import Asker, Saying, number_said
from pages.shared.feedback import step_of
from pages.shared.formula_panel import naming_of
from pages.shared.quiz import Asked, in_turn
from pages.shared.session import Session
from pages.text import Text

TYPED: Final = ("number", "layer")
SIDES: Final = ("sign", "rises")  # two choices, of which the book's sign decides


def find(session: Session, state: None, kind: str) -> Asked | None:
    """The question of a kind before the next phase of this update; None where none makes sense."""
    there = session.place + 1
    if there >= session.places or session.t >= session.end:
        return None
    update, phase = session.update, session.phases[there]
    for one in in_turn(kind, AT_A_GLANCE, TYPED, session.t + there):
        found = question(update, phase, one, 0, session.sample)
        if found is None:
            continue
        step = step_of(found.about[0], session.experiment.network.layers)
        answer, choices = found.answer, len(found.about) if one == "largest" else 2 if one in SIDES else 0
        if one in SIDES and _factor(session, found.about[0].kind) < 0.0:
            answer = 1 - answer
        return Asked(session.t, str(phase), step, one, found.about, answer, choices)
    return None


def grade(session: Session, state: None, asked: Asked, k: int, number: float) -> Grade:
    """What a number is that was typed in the book's sign."""
    quantity = asked.about[k]
    sheet = Sheet.of(session.line, session.t)
    return graded(sheet, quantity, number / _factor(session, quantity.kind), session.view.digits)


def saying(session: Session, state: None, asked: Asked, words: Text) -> Saying:
    """The question in words."""
    network, about = session.experiment.network, asked.about
    what = naming.quantity_plain(words, network, about[0], session.notation)
    symbols = [naming_of(quantity, session.notation) for quantity in about]
    if asked.kind == "sign":
        labels = [words("ask.positive"), words("ask.negative")]
        return Saying(words("ask.sign", what=what), labels, labels[asked.answer])
    if asked.kind == "rises":
        labels = [words("ask.rises"), words("ask.falls")]
        weight = naming.quantity_plain(words, network, replace(about[0], kind="W"))
        return Saying(words("ask.rises_or_falls", what=weight), labels, labels[asked.answer])
    if asked.kind == "largest":
        if about[0].kind == "delta_W":
            symbols = [naming_of(replace(quantity, kind="W"), session.notation) for quantity in about]
        return Saying(words(f"ask.largest_{about[0].kind}"), symbols, symbols[asked.answer])
    digits, book = session.view.digits, session.notation
    numbers = [book.shown(quantity.kind, value(session.line.update(asked.t), quantity)) for quantity in about]
    right = ", ".join(number_said(number, digits) for number in numbers)
    if asked.kind == "layer":
        output = about[0].layer == network.layers
        layer = words("neuron.layer_output") if output else words("neuron.layer_hidden", layer=about[0].layer)
        return Saying(words(f"ask.layer_{about[0].kind}", layer=layer), symbols, right)
    return Saying(words("ask.number", what=what), symbols, right)


def reveal(session: Session, asked: Asked) -> None:
    """The phase, with the formula of what was asked."""
    session.next_phase()
    if asked.kind != "layer":
        session.ask(str(asked.about[max(asked.answer, 0) if asked.kind == "largest" else 0]))


def _factor(session: Session, kind: str) -> float:
    """What the book multiplies a number of this kind by."""
    return session.notation.shown(kind, 1.0)


ASKER: Final = Asker(find, grade, saying, reveal, lambda session: session.line)
