"""What the boundary page asks: what the network says at a place, and what the next update does to it."""

from typing import Final

import numpy as np

from engine import Quantity, value
from engine.arrays import Floats
from engine.boundary.everywhere import predict
from engine.boundary.verdicts import Verdict, judge, levels_of
from engine.questions.grading import Grade, graded
from engine.questions.mistakes import Sheet
from pages.decision.snapshot import place_of
from pages.decision.state import DecisionState
from pages.shared import asking, naming
from pages.shared.asking import Asker, Saying, number_said
from pages.shared.formula_panel import naming_of
from pages.shared.plane import ground_at
from pages.shared.quiz import Asked, in_turn
from pages.shared.session import Session
from pages.text import Text

AT_A_GLANCE: Final = ("rises", "flip")
TYPED: Final = ("number", "layer")
SEEN: Final = 1e-3  # of an output's change: what four digits show
FIELDS: Final = 6


def find(session: Session, look: DecisionState, kind: str) -> Asked | None:
    """The question of a kind at this update; of numbers only on the map, whose picture is not drawn through them."""
    if session.t >= session.end:
        return None
    for one in in_turn(kind, AT_A_GLANCE, TYPED, session.t):
        found = _typed(session, look, one) if one in TYPED else _told(session, look, one)
        if found is not None:
            return found
    return None


def _typed(session: Session, look: DecisionState, kind: str) -> Asked | None:
    layers, n = session.experiment.network.layers, session.experiment.network.sizes[-1]
    if look.seen(session) != "map" or ground_at(session).coordinates == 1 or (kind == "layer" and not 1 < n <= FIELDS):
        return None
    outputs = range(1, n + 1) if kind == "layer" else [look.output(session) + 1]
    about = tuple(Quantity("x", layers, j, sample=1) for j in outputs)
    return Asked(session.t, "map", "output", kind, about)


def _told(session: Session, look: DecisionState, kind: str) -> Asked | None:
    layers, output = session.experiment.network.layers, look.output(session)
    if kind == "rises":
        x = place_of(session, look).update.trace.x[0]
        now, then = (_outputs(session, t, x)[0, output] for t in (session.t, session.t + 1))
        if not abs(then - now) >= SEEN:
            return None
        return Asked(session.t, "map", "flip", kind, (Quantity("x", layers, output + 1, sample=1),), int(then < now), 2)
    now, then = (_judged(session, look, t).predicted for t in (session.t, session.t + 1))
    flipped = np.flatnonzero(now != then)
    if len(flipped) and session.t % 2 == 0:
        row = int(flipped[0])
    else:  # one that is near, and stays
        levels = np.array(levels_of(session.experiment.Y))
        far = np.abs(_outputs(session, session.t, session.experiment.X)[:, output] - levels[output])
        far[flipped] = np.inf
        row = int(far.argmin())
        if not np.isfinite(far[row]):
            return None
    about = (Quantity("y", layers, output + 1, sample=row + 1),)
    return Asked(session.t, "map", "flip", kind, about, 0 if row in flipped else 1, 2)


def _outputs(session: Session, t: int, rows: Floats) -> Floats:
    return predict(session.experiment.network, session.line.parameters(t), rows)[-1]


def _judged(session: Session, look: DecisionState, t: int) -> Verdict:
    run = session.experiment
    return judge(_outputs(session, t, run.X), run.Y, look.output(session), look.rule(session), levels_of(run.Y))


def grade(session: Session, look: DecisionState, asked: Asked, k: int, number: float) -> Grade:
    """What a number is that was typed for an output at the place."""
    sheet = Sheet(session.experiment, place_of(session, look).update, None, session.update)
    return graded(sheet, asked.about[k], number, session.view.digits, among=("M12",))


def saying(session: Session, look: DecisionState, asked: Asked, words: Text) -> Saying:
    """The question in words."""
    names = [naming.plain(name) for name in naming.output_names(words, session.experiment)]
    name = names[asked.about[0].j - 1]
    if asked.kind == "flip":
        labels = [words("ask.yes"), words("ask.no")]
        return Saying(words("ask.flips", row=asked.about[0].sample), labels, labels[asked.answer])
    if asked.kind == "rises":
        labels = [words("ask.rises"), words("ask.falls")]
        return Saying(words("ask.output_moves", name=name), labels, labels[asked.answer])
    update = place_of(session, look).update
    right = ", ".join(number_said(value(update, quantity), session.view.digits) for quantity in asked.about)
    labels = [naming_of(quantity, session.notation) for quantity in asked.about]
    if asked.kind == "layer":
        return Saying(words("ask.at_place_all"), labels, right)
    return Saying(words("ask.at_place", name=name), labels, right)


def reveal(session: Session, asked: Asked) -> None:
    """What is asked of now is shown where it is; what the next update does, by making it."""
    if asked.choices:
        session.next_update()


def covered(session: Session, look: DecisionState) -> bool:
    """Whether what the network says is not shown: it is asked, or will be with the next press."""
    asked = asking.coming(ASKER, session, look)
    return asked is not None and not asked.choices


ASKER: Final = Asker(find, grade, saying, reveal, lambda session: session.line)
