"""One screen for all who look at the same: it is what each would have had drawn, and nobody else's ever."""

import json
import random
import threading
from copy import copy
from dataclasses import fields, replace
from typing import Any, Final

import pytest

from engine import Experiment, Quantity, presets
from engine.edit import Edit
from engine.edit_list import EditList
from pages.figures.theme import DARK, LIGHT
from pages.shared import address, page
from pages.shared.alike import Alike
from pages.shared.clock import NEXT_TO
from pages.shared.guard import failed
from pages.shared.page import Pen, Screen
from pages.shared.playhead import Playhead
from pages.shared.quiz import QUICK
from pages.shared.session import Session
from pages.stage import Bar, Event, Scrubber
from pages.stage.wire import panel_wire
from pages.stepper.page import PAGE
from pages.text import text
from tests.pages.walking import NETWORKS, clicks, network

PEN: Final = Pen(text("en"), LIGHT, [])
READ: Final = {"view", "runs", "head", "asked", "trail", "focus", "focus_layer"}  # what a glance has
OF_HEAD: Final = {"t", "place", "reached"}


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> Alike[Screen]:
    """Screens are shared here, as they are between visitors, from none on."""
    screens: Alike[Screen] = Alike()
    monkeypatch.setattr(page, "SCREENS", screens)
    return screens


def sent(screen: Screen) -> str:
    """A screen as the browser gets it."""
    return json.dumps([[panel_wire(panel) for panel in screen.panels], screen.step, screen.said], default=str)


def opened(query: str = "preset=full-adder&t=3") -> Session:
    return address.read(f"{query}&lang=en")


def test_the_last_ones_stay() -> None:
    kept, made = Alike[str](most=2), []

    def make(name: str) -> str:
        return kept.found(name, lambda: made.append(name) or name.upper())  # type: ignore[func-returns-value]

    assert [make(name) for name in "aab"] == ["A", "A", "B"]
    assert made == ["a", "b"]
    make("a")
    make("c")  # b was asked for longest ago
    assert [make(name) for name in "acb"] == ["A", "C", "B"]
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2
    kept.forget()
    assert len(kept) == 0


def test_what_does_not_last_is_made_again() -> None:
    kept = Alike[int]()
    assert [kept.found("n", lambda n=n: n, lambda n: n > 1) for n in (1, 2, 3)] == [1, 2, 2]  # type: ignore[misc]


def test_a_class_at_the_same_place_is_drawn_once(shared: Alike[Screen]) -> None:
    one, other = opened(), opened()
    first = PAGE.screen(one, None, PEN)
    assert len(shared) == 1
    again = PAGE.screen(other, None, PEN)
    assert len(shared) == 1
    drawn = {panel.id: panel for panel in first.panels}
    assert all(panel is drawn[panel.id] for panel in again.panels if panel.id != "timeline")
    other.next_phase()
    PAGE.screen(other, None, PEN)
    assert len(shared) == 2


def test_what_is_said_in_another_language_or_light_is_another_screen(shared: Alike[Screen]) -> None:
    session = opened()
    pens = PEN, replace(PEN, words=text("zh")), replace(PEN, theme=DARK), replace(PEN, said=["Something was damaged."])
    assert len({sent(PAGE.screen(session, None, pen)) for pen in pens}) == len(shared) == 4


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_a_shared_screen_is_what_each_would_have_had_drawn(name: str, shared: Alike[Screen]) -> None:
    """Visitors go their ways through the same run; where one looks at what another did, the screens are compared."""
    hits, experiment, chance = 0, network(name), random.Random(name)
    for visitor in range(6):
        session = Session(experiment if visitor % 2 else Experiment.from_json(experiment.to_json()))
        found = PAGE.screen(session, None, PEN)
        for _ in range(25):
            events = [Event("keys", move) for move in NEXT_TO]
            events += chance.sample(list(clicks(p for p in found.panels if not isinstance(p, Scrubber | Bar))), 2)
            PAGE.answer(session, None, chance.choice(events))
            session.view = replace(
                session.view, notation=chance.choice(("column", "row")), matrices=chance.random() < 0.2
            )
            before = len(shared)
            found = PAGE.screen(session, None, PEN)
            if len(shared) > before:  # it was drawn just now
                continue
            hits += 1
            own = PAGE.draw(session, None, PEN)
            below = [panel for panel in found.panels if panel.id in {panel.id for panel in own.panels}]
            assert sent(replace(found, panels=below)) == sent(own)
    assert hits > 5, "visitors met"


def _changed(change: Any) -> Session:
    session = opened()
    session.next_update()
    session.previous_update()  # one more was reached
    change(session)
    if session.reached == session.t:  # another run by now: as far as the others
        session.next_update()
        session.previous_update()
    return session


CHANGES: Final[dict[str, Any]] = {
    "as it is": lambda session: None,
    "the update": Session.next_update,
    "the phase": Session.next_phase,
    "how far the run was": lambda session: (
        [session.next_update() for _ in range(9)] and [session.previous_update() for _ in range(9)]
    ),
    "the number asked about": lambda session: session.ask("u.1.2@1"),
    "what was asked about before": lambda session: (session.ask("x.0.1@1"), session.ask("u.1.2@1")),
    "the neuron in focus": lambda session: (session.ask("u.1.3@1"), session.left()),
    "how it is looked at": lambda session: session.show_digits(6),
    "the experiment": lambda session: session.start(replace(session.experiment, seed=7)),
    "an edit": lambda session: session.edit(Edit(session.t, learning_rate=0.25)),
    "an edit taken out": lambda session: (
        session.edit(Edit(session.t, learning_rate=0.25)),
        session.runs.show(EditList(session.edits.entries, original=True), session.reached),
    ),
}


def test_whatever_makes_a_difference_makes_another_glance() -> None:
    glances = {name: _changed(change).glance() for name, change in CHANGES.items()}
    assert len(set(glances.values())) == len(glances)
    assert _changed(CHANGES["as it is"]).glance() == glances["as it is"]


class Watched(Session):
    """A session that notes what is read of it."""

    def __getattribute__(self, name: str) -> Any:
        if name in object.__getattribute__(self, "__dict__"):
            SEEN.add(name)
        return super().__getattribute__(name)


class WatchedHead(Playhead):
    """A playhead that notes what is read of it."""

    def __getattribute__(self, name: str) -> Any:
        if name in NAMES:
            SEEN_OF_HEAD.add(name)
        return super().__getattribute__(name)


SEEN: Final[set[str]] = set()
SEEN_OF_HEAD: Final[set[str]] = set()
NAMES: Final = {field.name for field in fields(Playhead)}


@pytest.mark.slow
def test_a_screen_is_drawn_from_nothing_but_what_a_glance_has() -> None:
    for name in NETWORKS:
        for tab in ("training", "check"):
            session = Session(network(name))
            session.next_update()
            session.edit(Edit(session.t, learning_rate=0.25))
            session.view = replace(session.view, tab=tab)
            for asked in (None, "W.1.1.1", "loss"):
                for _ in session.phases:
                    session.next_phase()
                    if asked is not None:
                        session.ask(asked)
                    twin = copy(session)
                    twin.head = WatchedHead(**{name: getattr(session.head, name) for name in NAMES})
                    twin.__class__ = Watched
                    SEEN.clear()
                    SEEN_OF_HEAD.clear()
                    PAGE.draw(twin, None, PEN)
                    assert {"view", "runs", "head"} <= SEEN <= READ | {"kept"}
                    assert {"t", "place"} <= SEEN_OF_HEAD <= OF_HEAD


def test_questions_are_everybodys_own(shared: Alike[Screen]) -> None:
    session = opened()
    session.ask_by(QUICK)
    assert session.glance() is None
    PAGE.screen(session, None, PEN)
    assert len(shared) == 0


def test_a_screen_with_a_panel_that_failed_is_nobody_elses(
    shared: Alike[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("on purpose")

    session = opened()
    with monkeypatch.context() as broken:
        broken.setattr("pages.stepper.panels._matrices", breaks)
        assert failed(PAGE.screen(session, None, PEN).panels)
    assert len(shared) == 0
    assert not failed(PAGE.screen(session, None, PEN).panels)
    assert len(shared) == 1


def test_many_at_once() -> None:
    kept, wrong = Alike[int](most=3), []

    def ask(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(2_000):
            n = chance.randrange(6)
            if kept.found(n, lambda n=n: n * n) != n * n:  # type: ignore[misc]
                wrong.append(n)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(kept) <= 3


def test_a_preset_by_name_and_by_its_numbers_look_alike() -> None:
    named, own = opened("preset=full-adder"), Session(presets.full_adder())
    assert own.glance() == named.glance()
    own.ask(str(Quantity("W", 1, 1, 1)))
    assert own.glance() != named.glance()
