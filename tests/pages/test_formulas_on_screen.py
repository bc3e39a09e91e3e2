"""Every formula of the list stands on the page that the list names, with numbers in place and its value."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine import Adagrad, Adam, AdamW, ExponentialRate, LevenbergMarquardt, Momentum, Newton, RMSprop, presets
from engine.derivation.walk import walk
from engine.formulas.__main__ import every
from engine.perceptron.formulas import FORMULAS as PERCEPTRON
from pages.derivation import panels as derivation_panels
from pages.derivation import state as derivation_view
from pages.figures.theme import LIGHT
from pages.notation import panels as notation_panels
from pages.notation.state import VIEWS, NotationState
from pages.optimisers import panels as optimisers_panels
from pages.optimisers.state import MATRICES, OptimisersState
from pages.perceptron import panels as perceptron_screen
from pages.perceptron.session import PerceptronSession
from pages.shared.formula_panel import formula_panel
from pages.shared.session import Session
from pages.splitting import panels as splitting_panels
from pages.splitting.state import SplittingState
from pages.stage import Formula, Group, Panel
from pages.text import text

WORDS = text("en")
STEPPER = ("x.1.2@1", "x.2.1@1", "f_prime.1.2@1", "loss@1", "delta.2.1@1", "delta.1.2@1", "grad_W.1.2.1", "new_W.2.1.1")


def inside(panels: list[Panel]) -> Iterator[Formula]:
    """The formula panels, those in groups too."""
    for panel in panels:
        if isinstance(panel, Group):
            yield from inside(list(panel.panels))
        elif isinstance(panel, Formula):
            yield panel


def named(panel: Formula) -> set[str]:
    """The formulas that a panel says it shows, if it has numbers and a value."""
    lines = [re.sub(r"\\htmlData\{ref=[^}]*\}|\\textcolor\{[^}]*\}", "", line) for line in panel.lines]
    valued = any(re.search(r"= *\{?(\\mathbf)?\{?-?\d|begin\{pmatrix\}[^A-Z]*\d|\\to.*\d", line) for line in lines)
    return set(re.findall(r"\b[FDRPTES]\d{1,2}\b", f"{panel.title} {panel.note}")) if valued else set()


def stepper() -> Iterator[Formula]:
    session = Session(presets.experiment())
    session.go_to_update(3, patience=5.0)
    session.go_to_phase("update")
    for matrices in (False, True):
        session.view = replace(session.view, matrices=matrices)
        for ref in STEPPER:
            session.ask(ref)
            yield formula_panel(session, session.update, WORDS, LIGHT.css())


def ruled() -> Iterator[Formula]:
    """The stepper in the phase of each rule, the rate one that changes."""
    first = (Momentum(), Momentum(nesterov=True), Adagrad(), RMSprop(), Adam(), AdamW())
    for rule in (*first, Newton(2.0), LevenbergMarquardt()):
        experiment = replace(presets.experiment(), rule=rule, schedule=ExponentialRate(0.99))
        session = Session(experiment)
        session.go_to_update(3, patience=5.0)
        session.go_to_phase("rule")
        for ref in ("delta_W.1.2.1", "new_W.1.2.1", "eta"):
            session.ask(ref)
            yield formula_panel(session, session.update, WORDS, LIGHT.css())


def notation() -> Iterator[Formula]:
    session = Session(presets.experiment())
    session.go_to_update(3, patience=5.0)
    session.go_to_phase("update")
    for view in VIEWS:
        reading = NotationState(view, line=5)
        found = list(inside(notation_panels.panels(session, reading, WORDS, LIGHT.css(), [])))
        if view == "sides":
            yield from found
        else:  # the formula on the left, its numbers on the right
            said = " ".join(f"{panel.title} {panel.note}" for panel in found)
            yield Formula(view, said, [line for panel in found for line in panel.lines], "")


def derivation() -> Iterator[Formula]:
    session, look = Session(presets.experiment()), derivation_view.DerivationState()
    for stop in walk(session.experiment.network.layers):
        look.show(stop)
        yield from inside(derivation_panels.panels(session, look, WORDS, LIGHT, []))


def splitting() -> Iterator[Formula]:
    session, look = Session(presets.experiment()), SplittingState()
    for number in range(1, 8):
        look.show(f"E{number}")
        yield from inside(splitting_panels.panels(session, look, WORDS, LIGHT, []))


def optimisers() -> Iterator[Formula]:
    session = Session(presets.experiment("xor"))
    for view, matrix in (("shape", MATRICES[0]), *(("second", matrix) for matrix in MATRICES)):
        look = OptimisersState(view, matrix=matrix, updates=20)
        yield from inside(optimisers_panels.panels(session, look, WORDS, LIGHT, []))


def perceptron() -> Iterator[Formula]:
    session = PerceptronSession()
    for formula in PERCEPTRON:
        session.ask(formula)
        yield from inside(perceptron_screen.panels(session, "column", WORDS, LIGHT, []))


PAGES = {
    "stepper": stepper,
    "rules": ruled,
    "notation": notation,
    "derivation": derivation,
    "splitting": splitting,
    "optimisers": optimisers,
    "perceptron": perceptron,
}
WANTED = {
    "stepper": "F",
    "rules": "S([346-9]|1[0-2])$",
    "notation": "[RT]",
    "derivation": "D",
    "splitting": "E",
    "optimisers": "S([1-5]|1[34])$",
    "perceptron": "P",
}


@pytest.mark.slow
@pytest.mark.parametrize("page", list(PAGES))
def test_every_formula_of_a_page_is_on_it_with_numbers(page: str) -> None:
    wanted = {formula for formula in every() if re.match(WANTED[page], formula)}
    assert wanted
    seen = {formula for panel in PAGES[page]() for formula in named(panel)}
    assert wanted <= seen, wanted - seen


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_stepper_says_what_each_formula_is_for(language: str) -> None:
    """A number's own formula has its sentence behind it; each other id is a link that says it."""
    words, session, seen = text(language), Session(presets.experiment()), set()
    session.go_to_phase("update")
    for matrices in (False, True):
        session.view = replace(session.view, matrices=matrices)
        for ref in STEPPER:
            session.ask(ref)
            note = formula_panel(session, session.update, words, LIGHT.css()).note
            ids = re.findall(r"\b[FD]\d{1,2}\b", note.split("F9")[0])
            assert sum(f"{formula} {words(f'formula.{formula}')}" in note for formula in ids) == 1
            assert all(words(f"formula.{formula}") in words.codes[formula] for formula in ids)
            seen |= set(ids)
    assert seen == {"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "D7", "D8", "D9"}


def test_a_formula_without_numbers_is_not_alive() -> None:
    assert named(Formula("formula", "D9", [r"\delta = W^{\mathsf T}\,\delta"], "backward", "F4 · T3")) == set()
    assert named(Formula("formula", "D9", [r"\delta = 0.5 = \mathbf{0.5}"], "backward", "F4 · T3")) == {
        "D9",
        "F4",
        "T3",
    }
