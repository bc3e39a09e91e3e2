"""Every screen of every page, as the panels that go to the stage: by language, book and network."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.derivation.walk import walk
from engine.formulas.notation import NOTATIONS
from engine.perceptron.formulas import FORMULAS as PERCEPTRON
from engine.splitting.formulas import FORMULAS as SPLITTING
from pages.causes import panels as causes
from pages.causes.state import SORTS, CausesState, Strike
from pages.causes.state import VIEWS as CAUSES_VIEWS
from pages.decision import panels as decision
from pages.decision.snapshot import snapshot_of
from pages.decision.state import CLASSES, DecisionState
from pages.derivation import panels as derivation
from pages.derivation.state import DerivationState
from pages.exercises import page as exercises
from pages.exercises.state import VIEWS as EXERCISE_VIEWS
from pages.exercises.state import PracticeState
from pages.figures.theme import LIGHT
from pages.notation import panels as notation
from pages.notation.state import VIEWS, NotationState
from pages.optimisers import panels as optimisers
from pages.optimisers.state import VIEWS as OPTIMISER_VIEWS
from pages.optimisers.state import OptimisersState
from pages.perceptron import panels as perceptron
from pages.perceptron.session import PerceptronSession, Recipe
from pages.shared import address
from pages.shared.page import Pen
from pages.splitting import panels as splitting
from pages.splitting.state import SplittingState
from pages.stage import Group, Layout, Panel
from pages.stepper import panels as stepper
from pages.text import text

# A language with each book, and a network with each: what words and formulas depend on.
READERS: Final = (
    ("en", "column", ""),
    ("zh", "row", "&sizes=3-4-3-2&seed=3"),
    ("en", "threshold", "&preset=and"),
    ("zh", "error", "&preset=mazur"),
    ("zh", "column", ""),
    ("en", "error", "&preset=xor&batch=4"),
)
EXTREMES: Final = (
    ("en", "column", "&preset=rate-too-large&t=300"),
    ("en", "row", "&preset=all-zero"),
    ("zh", "column", "&sizes=3-16-16-2"),
    ("en", "threshold", "&sizes=3-3-3-3-3-3-2&batch=4"),
)
assert {book for _, book, _ in READERS} == set(NOTATIONS)


@dataclass(frozen=True)
class Screen:
    """What one page shows at one place; ``name`` says where that is."""

    name: str
    panels: list[Panel]
    layout: Layout


def every(language: str, book: str, query: str) -> Iterator[Screen]:
    """The screens of all pages."""
    where = f"lang={language}&book={book}" + (query if "t=" in query else f"{query}&t=3")
    session, words = address.read(where), text(language)
    assert not session.notices, f"{where}: {session.notices}"
    phases = [str(phase) for phase in session.phases]
    for phase in phases:
        session.go_to_phase(phase)
        name = f"{where} stepper {phase}"
        yield Screen(name, stepper.panels(session, words, LIGHT, []), stepper.layout(session))
    session.view = replace(session.view, tab="check")
    yield Screen(f"{where} check", stepper.panels(session, words, LIGHT, []), stepper.layout(session))
    session.view = replace(session.view, tab="training")
    for view in VIEWS:
        reading = NotationState(view, line=5 if view == "R4" else 1)
        for phase in phases if view == "sides" else phases[-1:]:
            session.go_to_phase(phase)
            panels = notation.panels(session, reading, words, LIGHT.css(), [])
            yield Screen(f"{where} notation {view} {phase}", panels, notation.layout(view))
    lesson = DerivationState()
    for stop in walk(session.experiment.network.layers):
        lesson.show(stop)
        panels = derivation.panels(session, lesson, words, LIGHT, [])
        yield Screen(f"{where} derivation {stop}", panels, derivation.LAYOUT)
    share = SplittingState(updates=10)
    for formula in SPLITTING:
        share.show(formula)
        yield Screen(
            f"{where} splitting {formula}", splitting.panels(session, share, words, LIGHT, []), splitting.LAYOUT
        )
    for view in OPTIMISER_VIEWS:
        runs = OptimisersState(view, updates=20)
        panels = optimisers.panels(session, runs, words, LIGHT, [])
        yield Screen(f"{where} optimisers {view}", panels, optimisers.layout(view, panels))
    lacking = ((Strike("row", 0),), (Strike("row", 0), Strike("update", 2)), (Strike("epoch", 0),))
    for view in CAUSES_VIEWS:
        for sort in SORTS:
            traced = CausesState(view, sort, paths=lacking, chosen=2, updates=20, measure="number")
            panels, _ = causes.panels(session, traced, words, LIGHT, [])
            yield Screen(f"{where} causes {view} {sort}", panels, causes.layout(view, panels))
    for chosen in (None, CLASSES, (1, 1)):
        look = DecisionState(chosen=chosen)
        panels = decision.panels(session, look, snapshot_of(session, look, words), words, LIGHT, [])
        yield Screen(f"{where} boundary {chosen}", panels, decision.LAYOUT)
    for source in ("2-2-1", "2-2-3", "here", "copied"):
        for seen in EXERCISE_VIEWS:
            made = exercises.draw(session, PracticeState(seen, source, number=17), Pen(words, LIGHT, []))
            yield Screen(f"{where} practice {seen} {source}", list(made.panels), made.layout)
    points = PerceptronSession(Recipe(data="and" if language == "en" else "xor"))
    points.go_to_update(3)
    for formula in PERCEPTRON:
        points.ask(formula)
        yield Screen(
            f"{where} perceptron {formula}", perceptron.panels(points, book, words, LIGHT, []), perceptron.LAYOUT
        )


def flat(panels: Iterable[Panel]) -> Iterator[Panel]:
    """These panels and those in their groups."""
    for panel in panels:
        yield panel
        if isinstance(panel, Group):
            yield from flat(panel.panels)


def by_id(panels: Iterable[Panel]) -> dict[str, Any]:
    """The same by their ids."""
    return {panel.id: panel for panel in flat(panels)}
