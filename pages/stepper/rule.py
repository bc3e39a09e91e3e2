"""The phase of a rule on the stepper: as which library has it, and of the second order the matrix that it solves."""

from dataclasses import replace

import numpy as np

from engine import Quantity, Update, numerals
from engine.quantities import EQUATION_KINDS, packed_names, unknowns
from pages.figures.lettering import symbol
from pages.figures.look import Look
from pages.figures.second import heat_map
from pages.shared.rules import KERAS, PYTORCH, as_written, convention_of, kind_of, rule_note
from pages.shared.session import Session
from pages.stage import Event, Formula, Plot
from pages.text import Text


def purpose(session: Session, usual: str, words: Text) -> str:
    """What the phase is for; a rule of the second order says what it solves."""
    rule = session.update.rule
    return words(f"rule.about_{kind_of(rule)}") if rule.second else usual


def located(asked: Quantity | None, update: Update) -> Quantity | None:
    """Where a number stands in the network; of the equations the step of the unknown that its row is about."""
    if asked is None or asked.kind not in EQUATION_KINDS:
        return asked
    parameter = unknowns(update)[asked.j - 1]
    return replace(parameter, kind=f"delta_{parameter.kind}")


def with_convention(panel: Formula, session: Session, words: Text) -> Formula:
    """In the phase of a rule that two libraries write in two ways: what differs, and the way to the other."""
    rule = session.update.rule
    now = convention_of(rule)
    if session.phase.kind != "rule" or not now:
        return panel
    others = [name for name in (PYTORCH, KERAS) if name != now]
    links = [(words("rule.switch", library=words(f"rule.{name}")), f"convention.{name}") for name in others]
    return replace(panel, note=" · ".join((panel.note, rule_note(rule, words))), trail=(*panel.trail, *links))


def take(session: Session, event: Event) -> bool:
    """The rule as the other library has it: of the whole run at update 0, an edit later."""
    kind, _, name = event.ref.partition(".")
    now = convention_of(session.update.rule)
    if kind != "convention" or name not in (PYTORCH, KERAS) or not now:
        return False
    if name != now:
        session.set_up_rule(as_written(kind_of(session.update.rule), name))
    return True


def solves(session: Session) -> bool:
    """Whether the phase is that of a rule of the second order, whose matrix then stands where the boundary does."""
    return session.phase.kind == "rule" and session.update.second is not None


def matrix(update: Update, words: Text, look: Look, height: str) -> Plot:
    """The matrix of the update as a heat map; every cell of a small one is a link."""
    solved = update.second
    assert solved is not None
    cells, letter = solved.model.matrix, update.rule.matrix
    names = unknowns(update)
    begin = [k for k, one in enumerate(names) if k and one.layer != names[k - 1].layer]
    drawn = heat_map(cells, [symbol(one) for one in names], begin, look, lambda a, c: f"{letter}.0.{a}.{c}")
    finite = cells[np.isfinite(cells)]
    largest = numerals.significant(float(np.abs(finite).max()) if finite.size else 0.0, 3)
    title = words(f"rule.matrix_{letter}", count=len(names), damping=numerals.given(solved.step.damping, 3))
    if len(names) < len(packed_names(tuple(x.shape[1] for x in update.trace.x))):
        title += words("rule.weights_alone")
    if solved.step.refused:
        title += words("rule.refused", mus=", ".join(numerals.given(mu, 3) for mu in solved.step.refused[:6]))
    alt = words("optimisers.alt_matrix", count=len(names), largest=largest)
    return Plot("boundary", drawn, alt, title, height, coded=True)
