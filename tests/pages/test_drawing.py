"""Drawing changes no state: any page drawn twice gives equal panels, and leaves what a visitor looks at as it was."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from engine import Quantity
from engine.derivation.walk import At, Stop, walk
from engine.perceptron.formulas import FORMULAS as PERCEPTRON_FORMULAS
from engine.perceptron.timeline import PerceptronTimeline
from engine.splitting.formulas import FORMULAS as SPLITTING_FORMULAS
from pages.causes import page as causes
from pages.causes.state import MEASURES, SORTS, CausesState, Strike
from pages.decision import page as decision
from pages.decision.state import CLASSES, DecisionState
from pages.derivation import page as derivation
from pages.derivation.state import DerivationState
from pages.exercises import page as exercises
from pages.exercises.state import VIEWS as EXERCISE_VIEWS
from pages.exercises.state import PracticeState
from pages.figures.theme import LIGHT
from pages.notation import page as notation
from pages.notation.state import VIEWS, NotationState
from pages.optimisers import page as optimisers
from pages.optimisers.state import VIEWS as OPTIMISER_VIEWS
from pages.optimisers.state import OptimisersState
from pages.perceptron import page as perceptron
from pages.perceptron.session import PerceptronSession, Recipe
from pages.shared.edits import Runs
from pages.shared.page import AnyPage, Pen
from pages.shared.session import Session
from pages.splitting import page as splitting
from pages.splitting.state import SplittingState
from pages.stage.wire import paint_bytes, panel_wire
from pages.stepper import page as stepper
from pages.text import text
from tests.pages.walking import NETWORKS, network

KEPT: Final = (PerceptronTimeline, Runs, Recipe)  # runs keep what they have computed; a recipe is frozen
FAR: Final = 99  # a neuron, a layer, a cell, a row, a line that no network has


def looked_at(of: Any) -> Mapping[str, Any]:
    """All that a session or a page's state holds, but for what is only kept."""
    return copy.deepcopy(
        {name: value for name, value in vars(of).items() if name != "kept" and not isinstance(value, KEPT)}
    )


def drawn(page: AnyPage, session: Any, state: Any) -> tuple[object, ...]:
    screen = page.screen(session, state, Pen(text("en"), LIGHT, ["said"]))
    return paint_bytes({"panels": [panel_wire(panel) for panel in screen.panels]}), screen.step


def draw_twice(page: AnyPage, session: Any, *states: Any) -> None:
    for state in states:
        held = [one for one in (session, state) if one is not None]
        before = [looked_at(one) for one in held]
        first = drawn(page, session, state)
        assert [looked_at(one) for one in held] == before, state
        assert drawn(page, session, state) == first, state
        assert [looked_at(one) for one in held] == before, state


def on_stepper(session: Session) -> None:
    for phase in session.phases:
        session.go_to_phase(str(phase))
        draw_twice(stepper.PAGE, session, None)
    session.ask("W.1.1.1")
    draw_twice(stepper.PAGE, session, None)


def on_notation(session: Session) -> None:
    draw_twice(notation.PAGE, session, *(NotationState(view, line) for view in VIEWS for line in (1, FAR)))


def on_derivation(session: Session) -> None:
    stops = (*walk(session.experiment.network.layers), Stop("D7", FAR), Stop("D11", FAR))
    draw_twice(
        derivation.PAGE, session, *(DerivationState(stop, at) for stop in stops for at in (At(1, 1), At(FAR, FAR)))
    )


def on_decision(session: Session) -> None:
    states = [DecisionState(chosen=chosen) for chosen in (None, CLASSES, (1, 1), (FAR, FAR))]
    states += [DecisionState(mode=mode) for mode in ("surface", "space")]
    states += [DecisionState(lines=FAR), DecisionState(row=("row", FAR)), DecisionState(point=(0.5, 0.25))]
    draw_twice(decision.PAGE, session, *states)


def on_splitting(session: Session) -> None:
    for formula in SPLITTING_FORMULAS:
        for n in (1, FAR):
            state = SplittingState(
                formula, layer=n - 1, j=n, k=n, cell=(n, n), race_from=n, updates=10, asked=("W.1.1.1", "x.9.9@9")
            )
            draw_twice(splitting.PAGE, session, state)


def on_optimisers(session: Session) -> None:
    for view in OPTIMISER_VIEWS:
        draw_twice(optimisers.PAGE, session, OptimisersState(view, updates=20))


def on_causes(session: Session) -> None:
    gone = ((Strike("row", FAR),), (Strike("row", 0), Strike("update", 1)))
    for sort in SORTS:
        draw_twice(causes.PAGE, session, CausesState("added", sort, number=Quantity("W", FAR, 1, 1)))
    for measure in MEASURES:
        draw_twice(causes.PAGE, session, CausesState("without", paths=gone, chosen=2, updates=20, measure=measure))


def on_exercises(session: Session) -> None:
    for view in EXERCISE_VIEWS:
        for source in ("2-2-3", "here", "copied"):
            draw_twice(exercises.PAGE, session, PracticeState(view, source, number=7, at="x.9.9@9", phase=FAR))


PAGES: Final = (
    on_stepper,
    on_notation,
    on_derivation,
    on_decision,
    on_splitting,
    on_optimisers,
    on_causes,
    on_exercises,
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("page", PAGES)
def test_drawing_changes_nothing(page: Callable[[Session], None], name: str) -> None:
    session = Session(network(name))
    session.go_to_update(2, patience=60)
    page(session)


@pytest.mark.parametrize("data", ["and", "cloud-3"])
def test_drawing_the_perceptron_changes_nothing(data: str) -> None:
    session = PerceptronSession(Recipe(data=data))
    session.book = "error"
    for t in (0, 3, FAR):
        session.go_to_update(t, patience=60)
        for session.formula in PERCEPTRON_FORMULAS:
            draw_twice(perceptron.PAGE, session, None)


def test_a_drawing_that_writes_is_caught() -> None:
    session, state = Session(network("3-4-2")), NotationState("R4", FAR)

    def writing(session: Session, reading: NotationState, pen: Pen) -> Any:
        reading.go_to_line(reading.line, session)
        return notation.draw(session, reading, pen)

    page: AnyPage = replace(notation.PAGE, draw=writing)
    with pytest.raises(AssertionError, match="line="):
        draw_twice(page, session, state)
