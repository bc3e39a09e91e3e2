"""What the perceptron asks before a correction is made: which way the weights move, and where to."""

from functools import partial
from typing import Final

import numpy as np

from engine import Quantity
from engine.perceptron.books import own
from engine.questions.asking import APART
from engine.questions.corrections import MISTAKES_OF_CORRECTIONS, corrected_wrongly
from engine.questions.grading import Grade, compared, moved
from pages.figures.perceptron.weights import names_of
from pages.perceptron.session import PerceptronSession
from pages.shared import asking
from pages.shared.asking import Asker, Saying, number_said
from pages.shared.quiz import Asked, in_turn
from pages.text import Text

AT_A_GLANCE: Final = ("rises", "largest")
TYPED: Final = ("number", "layer")


def find(session: PerceptronSession, state: None, kind: str) -> Asked | None:
    """The question of a kind about the correction on screen; None where nothing is misclassified."""
    correction = session.correction
    if correction.sample is None:
        return None
    steps = own(correction.delta, session.book)
    moving = [int(k) for k in np.flatnonzero(steps)]
    for one in in_turn(kind, AT_A_GLANCE, TYPED, session.t):
        k = moving[session.t % len(moving)]
        if one == "layer":
            return _asked(session, one, range(len(steps)))
        if one == "number":
            return _asked(session, one, [k])
        if one == "rises":
            return _asked(session, one, [k], 0 if steps[k] > 0.0 else 1, 2)
        second, most = sorted(np.abs(steps[moving]))[-2:] if len(moving) > 1 else (1.0, 1.0)
        if second < most * (1.0 - APART):
            return _asked(session, one, moving, moving.index(int(np.abs(steps).argmax())), len(moving))
    return None


def _asked(
    session: PerceptronSession, kind: str, weights: "range | list[int]", answer: int = -1, choices: int = 0
) -> Asked:
    inputs = session.experiment.inputs
    about = tuple(Quantity("new_W", 1, 1, k + 1) if k < inputs else Quantity("new_b", 1, 1) for k in weights)
    return Asked(session.t, "correction", "move", kind, about, answer, choices)


def _place(session: PerceptronSession, quantity: Quantity) -> int:
    """Which of w and b it is."""
    return quantity.i - 1 if quantity.i else session.experiment.inputs


def grade(session: PerceptronSession, state: None, asked: Asked, k: int, number: float) -> Grade:
    """What a number is that was typed for a weight or b after the correction."""
    correction, place = session.line.correction(asked.t), _place(session, asked.about[k])
    eta = session.experiment.eta
    before, after = (float(own(one, session.book)[place]) for one in (correction.before, correction.after))
    wrong = {m: float(own(corrected_wrongly(correction, eta, m), session.book)[place]) for m in MISTAKES_OF_CORRECTIONS}
    return compared(number, after, wrong, partial(moved, before=before, digits=session.digits))


def saying(session: PerceptronSession, state: None, asked: Asked, words: Text) -> Saying:
    """The question in words."""
    every = names_of(session.experiment.inputs, session.book)
    after = own(session.line.correction(asked.t).after, session.book)
    names = [every[_place(session, quantity)] for quantity in asked.about]
    right = ", ".join(number_said(float(after[_place(session, one)]), session.digits) for one in asked.about)
    if asked.kind == "rises":
        labels = [words("ask.rises"), words("ask.falls")]
        return Saying(words("ask.rises_or_falls", what=names[0]), labels, labels[asked.answer])
    if asked.kind == "largest":
        return Saying(words("ask.largest_delta_W"), names, names[asked.answer])
    if asked.kind == "layer":
        return Saying(words("ask.new_weights", b=every[-1]), names, right)
    return Saying(words("ask.new_weight", name=names[0]), names, right)


def reveal(session: PerceptronSession, asked: Asked) -> None:
    """Make the correction."""
    session.next_update()


def covered(session: PerceptronSession) -> bool:
    """Whether what the correction changes is not shown: it is asked, or will be with the next press."""
    return asking.coming(ASKER, session, None) is not None


ASKER: Final = Asker(find, grade, saying, reveal, lambda session: session.line)
