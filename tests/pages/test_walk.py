"""No selection that an address can name, and no click or key from there, makes a page fail: six networks, four books.

Every page is drawn at every selection of its own (each formula, stop, entry, map, layer, row), in all books. Of the
numbers each is explained; the rest of the screen is drawn for the first and the last of each kind and layer.
Where these multiply with phases, tabs and each other, the product is cut down in one way: a selection is explained in
every book where it is the last of its kind and layer, and in one book in turn otherwise. From each phase, formula and
stop every click that its panels offer and every key is followed, and what it leads to is drawn (``Walk``).
"""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from engine.derivation.walk import EXAMPLES, At, Stop, walk
from engine.formulas.notation import NOTATIONS
from engine.perceptron.data import DATA
from engine.perceptron.formulas import FORMULAS as PERCEPTRON_FORMULAS
from engine.questions.exercise import PARTS
from engine.splitting.flow import PRODUCTS
from engine.splitting.formulas import FORMULAS as SPLITTING_FORMULAS
from pages.decision import page as decision
from pages.decision import panels as decision_panels
from pages.decision.snapshot import snapshot_of
from pages.decision.state import CLASSES, DecisionState
from pages.derivation import page as derivation
from pages.derivation import panels as derivation_panels
from pages.derivation.state import DerivationState
from pages.exercises import page as exercises
from pages.exercises.state import FEEDBACK, SOURCES, PracticeState
from pages.exercises.state import VIEWS as EXERCISE_VIEWS
from pages.figures.theme import LIGHT
from pages.notation import page as notation
from pages.notation import panels as notation_panels
from pages.notation.state import VIEWS, NotationState
from pages.perceptron import page as perceptron
from pages.perceptron import panels as perceptron_screen
from pages.perceptron.session import PerceptronSession, Recipe
from pages.shared import guard
from pages.shared.clock import KEYS
from pages.shared.formula_panel import formula_panel
from pages.shared.page import Pen
from pages.shared.session import Session
from pages.splitting import page as splitting
from pages.splitting import panels as splitting_panels
from pages.splitting.formulas import formula_panel as splitting_formula
from pages.splitting.state import SplittingState
from pages.stage import Event, Panel
from pages.stage.wire import panel_wire
from pages.stepper import page as stepper
from pages.stepper import panels as screen
from pages.text import text
from tests.pages.walking import NETWORKS, Walk, edges, ends, fresh, network, place, quantities

pytestmark = pytest.mark.slow
WORDS: Final = text("en")
BOOKS: Final = tuple(NOTATIONS)
MOVES: Final = tuple(dict.fromkeys(KEYS.values()))
each_network = pytest.mark.parametrize("name", NETWORKS)


@pytest.fixture(autouse=True)
def boundary_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the error boundary would catch and log is a failure here."""

    def raise_again(*_: object) -> None:
        raise

    monkeypatch.setattr(guard.LOG, "exception", raise_again)


def at(name: str, t: int = 2) -> Session:
    session = Session(network(name))
    session.go_to_update(t)
    return session


def reading(session: Session, book: str) -> Session:
    twin = fresh(session)
    twin.view = replace(twin.view, notation=book)
    return twin


def asked(session: Session, ref: str, phase: int = -1) -> Session:
    twin = fresh(session)
    twin.go_to_phase(str(twin.phases[phase]))
    twin.ask(ref)
    assert not ref or str(twin.asked) == ref
    return twin


@each_network
def test_the_stepper(name: str) -> None:
    def step(session: Session, event: Event) -> Session:
        twin = fresh(session)
        stepper.PAGE.answer(twin, None, event)
        return twin

    def formula(session: Session) -> Panel:
        return formula_panel(session, session.update, WORDS, LIGHT.css())

    start = at(name)
    journey = Walk(lambda session: screen.panels(session, WORDS, LIGHT, []), step, place, MOVES, formula)
    every = list(quantities(start))

    def combined() -> Iterator[Session]:
        for turn, book in enumerate(BOOKS):
            here = reading(start, book)
            for phase in range(len(here.phases)):
                yield asked(here, "", phase)
            for number, ref in enumerate(ends(every)):
                session = asked(here, ref, number % len(here.phases))
                panel_wire(formula(session))
                if number % 4 == turn:
                    yield session
        views: tuple[dict[str, Any], ...] = (
            {"matrices": True},
            {"tab": "check"},
            {"tab": "check", "step": -15},
            {"log_loss": True},
            {"output": start.experiment.network.sizes[-1] - 1, "digits": 17},
        )
        for turn, kept in enumerate(views):
            here = fresh(start)
            here.view = replace(here.view, **kept)
            yield from (asked(here, ref) for ref in ("", *ends(every)[-6:][turn % 2 :: 2]))

    whole = edges(every)
    for number, ref in enumerate(every):
        here = asked(reading(start, BOOKS[number % 4]), ref)
        panel_wire(formula(here))
        if ref in whole:
            journey.visit(here)
    assert len(journey.seen) >= len(whole)
    assert journey.go(combined(), onward=False) > len(whole) + 4 * len(start.phases)
    phases = range(len(start.phases))
    journey.go(asked(reading(start, BOOKS[phase % 4]), "", phase) for phase in phases)
    journey.go(asked(start, ref) for ref in ends(every)[::6])


@each_network
def test_the_derivation(name: str) -> None:
    State = tuple[Session, DerivationState]

    def step(state: State, event: Event) -> State:
        session, look = fresh(state[0]), copy.copy(state[1])
        look.kept = dict(look.kept)
        derivation.PAGE.answer(session, look, event)
        return session, look

    def key(state: State) -> Any:
        session, look = state
        here = (0,) if look.is_example else (session.t, session.sample, session.experiment.network.sizes)
        return look.stop, look.at, look.n, look.m, look.seed, session.view, here

    journey = Walk(lambda state: derivation_panels.panels(*state, WORDS, LIGHT, []), step, key, MOVES)
    start = at(name)
    n = max(start.experiment.network.sizes)
    rows, columns = (0, 1, 2, 3, n, n + 1), (0, 1, 2, n, 99)
    places = [*(At(a, 1) for a in rows), *(At(1, b) for b in columns), At(0, 0), At(n, n), At(n + 1, 99)]

    def states(books: tuple[str, ...], chosen: list[At]) -> Iterator[State]:
        for book in books:
            here = reading(start, book)
            for stop in walk(here.experiment.network.layers):
                look = DerivationState(stop, n=5, m=4)
                for entry in chosen:
                    look = replace(look, at=entry)  # goes on with the lesson that is made
                    yield here, look

    journey.go(states(BOOKS[:1], places), onward=False)
    assert journey.go(states(BOOKS[1:], [At(n, n), At(1, 0)]), onward=False) > 80
    journey.go(states(BOOKS[:1], [At(3, 1)]))
    shapes = ((1, 1), (3, 2), (1, 5), (5, 1), (5, 5))
    examples = [stop for stop in walk(1) if stop.formula in EXAMPLES]
    journey.go(
        ((start, DerivationState(stop, At(3, 2), *shape)) for stop in examples for shape in shapes), onward=False
    )
    last = at(name)
    last.view = replace(last.view, sample=last.update.trace.samples)
    journey.go((last, DerivationState(stop, At(2, 1))) for stop in walk(last.experiment.network.layers))
    assert journey.step((start, DerivationState(Stop("D2"))), Event("walk", "D7"))[1].stop == Stop("D7")


@each_network
def test_the_notation(name: str) -> None:
    State = tuple[Session, NotationState]

    def step(state: State, event: Event) -> State:
        session, view = fresh(state[0]), copy.copy(state[1])
        notation.PAGE.answer(session, view, event)
        return session, view

    journey = Walk(
        lambda state: notation_panels.panels(*state, WORDS, LIGHT.css(), []),
        step,
        lambda state: (place(state[0]), state[1].view, state[1].line, state[1].back),
        MOVES,
    )
    start = at(name)
    every = list(quantities(start))
    whole = edges(every)
    some = [ref for number, ref in enumerate(every) if ref in whole or number % 4 == 0]  # each is explained above
    assert journey.go(((asked(start, ref), NotationState()) for ref in some), onward=False) >= len(some)

    def combined() -> Iterator[State]:
        for book in BOOKS:
            here = reading(start, book)
            for view in VIEWS:
                yield asked(here, ""), NotationState(view)
        for view in VIEWS:
            for ref in ends(every)[::4]:
                yield asked(start, ref), NotationState(view)
        for phase in range(len(start.phases)):
            yield asked(start, "", phase), NotationState()
        for line in range(60):
            yield start, NotationState("R4", line)

    assert journey.go(combined(), onward=False) > len(some)
    journey.go((asked(reading(start, BOOKS[number % 4]), ""), NotationState(view)) for number, view in enumerate(VIEWS))


@each_network
def test_the_decision_boundary(name: str) -> None:
    State = tuple[Session, DecisionState]

    def step(state: State, event: Event) -> State:
        session, look = fresh(state[0]), copy.copy(state[1])
        look.kept = dict(look.kept)
        if (event.panel, event.ref) != ("answer", "open"):  # the way to the stepper, which asks for a visitor's page
            decision.PAGE.answer(session, look, event)
        return session, look

    def key(state: State) -> Any:
        session, look = state
        return session.t, session.view, look.chosen, look.mode, look.lines, look.point, look.row, look.asked

    def draw(state: State) -> Any:
        session, look = state
        return decision_panels.panels(session, look, snapshot_of(session, look, WORDS), WORDS, LIGHT, [])

    journey = Walk(draw, step, key, MOVES)
    start, look = at(name), DecisionState()
    sizes = start.experiment.network.sizes
    maps: list[Any] = [None, CLASSES, *((layer, j) for layer, n in enumerate(sizes) for j in range(1, n + 1)), (9, 9)]
    rows: list[Any] = [None, ("row", 1), ("row", 5), ("row", 99), ("test", 1)]

    def states() -> Iterator[State]:
        for number, chosen in enumerate(maps):
            here = reading(start, BOOKS[number % 4])
            for mode in ("map", "surface", "space"):
                yield here, replace(look, chosen=chosen, mode=mode, kept=dict(look.kept))
        for lines in range(7):
            yield start, replace(look, lines=lines, kept={})
        for row in rows:
            yield start, replace(look, row=row, kept={})
        yield start, replace(look, point=(0.3, -1.0), kept={})

    journey.go(states(), onward=False)
    for book in BOOKS:
        journey.go([(reading(start, book), replace(look, row=("row", 2), kept={}))])
    for mode in ("surface", "space"):
        journey.go([(start, replace(look, mode=mode, chosen=maps[-2], kept={}))])
    assert len(journey.seen) > 20


@each_network
def test_the_error_splitting(name: str) -> None:
    State = tuple[Session, SplittingState]

    def step(state: State, event: Event) -> State:
        session, look = fresh(state[0]), copy.copy(state[1])
        look.kept = dict(look.kept)
        splitting.PAGE.answer(session, look, event)
        return session, look

    def key(state: State) -> Any:
        session, look = state
        return (
            session.t > 0,
            session.view,
            look.formula,
            look.layer,
            look.j,
            look.k,
            look.cell,
            look.product,
            look.race_from,
            look.asked[-1:],
        )

    def part(state: State) -> Panel:
        session, look = state[0], state[1].fitted(state[0])
        return splitting_formula(session, look, look.here(session), WORDS, LIGHT.css())

    journey = Walk(lambda state: splitting_panels.panels(*state, WORDS, LIGHT, []), step, key, MOVES, part)
    start, kept = at(name), SplittingState(updates=10)
    start.head = replace(start.head, reached=start.t)
    kept.race(start)
    sizes = start.experiment.network.sizes
    n = min(max(sizes), 5)
    every = list(quantities(start))

    def states(books: tuple[str, ...], neurons: list[tuple[int, int]]) -> Iterator[State]:
        for book in books:
            for formula in SPLITTING_FORMULAS:
                for layer in range(max(1, len(sizes) - 2)):
                    for j, k in neurons:
                        yield reading(start, book), replace(kept, formula=formula, layer=layer, j=j, k=k)

    inner = [(j, k) for j in range(1, n + 1) for k in (j, j % n + 1)]  # each j and each k, alike and not
    journey.go(states(BOOKS[:1], [*inner, (99, 99), (1, 16)]), onward=False)
    journey.go(states(BOOKS, [(1, 1)]), onward=False)
    journey.go(states(BOOKS[3:], [(1, 1)]))
    whole = edges(every)
    for number, ref in enumerate(every):
        state = reading(start, BOOKS[number % 4]), replace(kept, asked=(ref,)).fitted(start)
        panel_wire(part(state))
        if ref in whole:
            journey.visit(state)
    journey.go(
        (start, replace(kept, formula="E1", product=product, cell=cell))
        for product in PRODUCTS
        for cell in ((1, 1), (2, 2), (99, 99))
    )
    assert len(journey.seen) > 80


@each_network
def test_the_practice(name: str) -> None:
    State = tuple[Session, PracticeState]

    def step(state: State, event: Event) -> State:
        session, look = fresh(state[0]), copy.copy(state[1])
        look.desk = copy.deepcopy(look.desk)
        exercises.PAGE.answer(session, look, event)
        return session, look

    def key(state: State) -> Any:
        session, look = state
        written = [repr(sorted(map(repr, vars(one).items()))) for one in look.desk.findings.values()]
        attempts = [repr(sorted(map(repr, one.entries.items()))) for one in look.desk.attempts.values()]
        beside = (look.view, look.source, look.number, look.part, look.feedback, look.at, look.step, look.phase)
        return session.t, session.view, beside, tuple(written), tuple(attempts)

    journey = Walk(
        lambda state: list(exercises.draw(*state, Pen(WORDS, LIGHT, [])).panels),
        step,
        key,
        ("next_phase", "next_update"),
    )
    start, sources = at(name), SOURCES if name == "3-4-2" else ("here",)

    def states() -> Iterator[State]:
        for number, source in enumerate(sources):
            for view in EXERCISE_VIEWS:
                for turn, part in enumerate(PARTS if view == "practice" else ("all", "delta")):  # only there it is seen
                    look = PracticeState(view, source, 40 + number + turn, part, FEEDBACK[turn % 3])
                    yield reading(start, BOOKS[turn % 4]), look
                    if view == "practice":
                        yield step((reading(start, BOOKS[turn % 4]), look), Event("said", "model.open"))

    journey.go(states())
    assert len(journey.seen) > 10


@pytest.mark.parametrize("data", DATA)
def test_the_perceptron(data: str) -> None:
    State = tuple[PerceptronSession, str]

    def step(state: State, event: Event) -> State:
        twin = copy.copy(state[0])
        twin.notices = []
        perceptron.PAGE.answer(twin, None, event)
        return twin, state[1]

    journey = Walk(
        lambda state: perceptron_screen.panels(*state, WORDS, LIGHT, []),
        step,
        lambda state: (state[0].t, state[0].formula, state[0].row, state[1], state[0].digits),
        MOVES,
    )
    start = PerceptronSession(Recipe(data=data))
    start.go_to_update(30)
    reached, m = start.t, len(start.experiment.X)

    def states(rows: list[int | None], ts: tuple[int, ...]) -> Iterator[State]:
        for number, row in enumerate(rows):
            for book in BOOKS if row in (None, m - 1) else BOOKS[number % 4 :][:1]:
                for t in ts:
                    for formula in PERCEPTRON_FORMULAS:
                        twin = copy.copy(start)
                        twin.head, twin.formula, twin.row = replace(twin.head, t=t), formula, row
                        yield twin, book

    journey.go(states([None, *range(min(m - 1, 8)), m - 1], (0, 1, reached)), onward=False)
    assert journey.go(states([None], (0, reached))) > 80
